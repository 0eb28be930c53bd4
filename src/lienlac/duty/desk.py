"""`Duty`: the slice as others see it, and what the assembly wires. Each part has a desk of its own.

Whoever holds the requests is handed in: duty hears their warnings and asks about them, and knows no slice.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import OperationalError

from lienlac import ids, limits
from lienlac.duty.alarms.alarm import Cause, Warned, awaits
from lienlac.duty.alarms.desk import AlarmDesk
from lienlac.duty.alarms.sources import Source, Sources
from lienlac.duty.alarms.watch import AlarmWatch, clock_of
from lienlac.duty.approvals.watch import ApprovalNotices
from lienlac.duty.contacts.desk import ContactDesk
from lienlac.duty.drills.desk import DrillDesk
from lienlac.duty.feeds.watch import FeedNotices
from lienlac.duty.handover.desk import HandoverDesk
from lienlac.duty.kinds import DUTY_KINDS, ON_CALL
from lienlac.duty.oncall.arrivals import OnCallArrivals
from lienlac.duty.oncall.watch import Agreements, OnCallWatch
from lienlac.duty.reminders.watch import ReminderNotices
from lienlac.duty.roster import plan
from lienlac.duty.roster.desk import RosterDesk
from lienlac.duty.store import alarms, drills, oncall, reminders, shifts
from lienlac.errors import Refused
from lienlac.notices.channels import Address, Channel, ChannelKind, read_email
from lienlac.notices.courier.rounds import seal
from lienlac.notices.store import channels as rows
from lienlac.notices.store import queue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.watch import Record
    from lienlac.duty.drills.desk import Tests
    from lienlac.duty.oncall.statement import Statement
    from lienlac.exchange.post import ArrivalHandler, Arrived, Sender, SettlementHandler
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.notices.courier.ways import Allowed
    from lienlac.people.officer import Officer
    from lienlac.records.naming.desk import Index
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.agreement import ContactPoint
    from lienlac.wire.kinds import Kind

_log = logging.getLogger(__name__)

NAMED: Final = "named:"
"""How the owner of a named officer's channel begins; the peer's id follows."""
_CAUSES: Final = {f"request.{cause.value}": cause for cause in Cause} | {
    "request.correction-over": Cause.OVERDUE,
    "request.lapses": Cause.OVERDUE,
    **{f"emergency.{cause.value}": cause for cause in (Cause.DUE, Cause.OVERDUE, Cause.NO_RECEIPT)},
    **{f"flash.{cause.value}": cause for cause in (Cause.DUE, Cause.OVERDUE, Cause.NO_RECEIPT)},
    **{f"case.{cause.value}": cause for cause in (Cause.DUE, Cause.OVERDUE)},
}
"""Journal entries of the slices' watches that are warnings."""


class Duty:
    """Roster, contact methods, alarms, hand-over, and who answers at the partners' desks."""

    kinds: tuple[Kind, ...] = DUTY_KINDS

    def __init__(
        self,
        *,
        node_id: str,
        country: str,
        zone: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        safe: Safe,
        sender: Sender,
        agreements: Agreements,
        allowed: Allowed,
        record: Record,
        changed: Callable[[str, str], None],
        index: Index | None = None,
    ) -> None:
        """`changed` hears a topic and a thing's id once it is durable; whoever turns rounds sets `wake`.

        `index`: where is written down what hand-over notes name.
        """
        self.node_id = node_id
        self.database = database
        self.clock = clock
        self._chance = chance
        self._safe = safe
        self._agreements = agreements
        self._record = record
        self._tell = changed
        self.wake: Callable[[], None] = _nothing
        self._oncall = OnCallWatch(agreements, sender)
        self._arrivals = OnCallArrivals(lambda connection, peer: self._changed(connection, "duty", peer))
        self._index = index
        self._requests: Sources | None = None
        self._watch: AlarmWatch | None = None
        self._remind_at = clock.now()
        self._prune_at = clock.now() + timedelta(hours=limits.PRUNE_EVERY_H)
        common: dict[str, Any] = {"database": database, "clock": clock, "record": record}

        def stir(connection: Connection) -> None:
            self._changed(connection, "duty")

        self.roster = RosterDesk(node_id=node_id, zone=zone, chance=chance, changed=stir, **common)
        self.contacts = ContactDesk(chance=chance, safe=safe, allowed=allowed, country=country, changed=stir, **common)
        self.alarms = AlarmDesk(changed=lambda connection: self._changed(connection, "alarms"), **common)
        self.approvals = ApprovalNotices(chance=chance, changed=stir, **common)
        self.feeds = FeedNotices(chance=chance, changed=stir)
        self.reminders = ReminderNotices(database=database, chance=chance, changed=stir)
        self._common = common | {"chance": chance, "changed": stir}

    def serve(self, *sources: Source, tests: Tests | None = None) -> None:
        """Hand in who holds the requests and the channels, and who can send a drill; till then nothing is heard."""
        self._requests = requests = Sources(sources)
        self._watch = AlarmWatch(requests=requests, named=self, chance=self._chance, record=self._record)
        self.handover = HandoverDesk(requests=requests, index=self._index, **self._common)
        self.drills = DrillDesk(tests=tests, agreements=self._agreements, **self._common)

    # --- what the assembly wires ---
    def on_shift(self, connection: Connection, officer_id: str, now: datetime) -> bool:
        """Whether this officer stands duty now: their open page is being watched although nobody touches it."""
        return any(shift.officer_id == officer_id for shift in plan.on_call(shifts.at(connection, now), now))

    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a partner states who answers."""
        return {ON_CALL: [self._arrivals.arrived]}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a partner's receipt for our statement."""
        return {ON_CALL: [self._arrivals.settled]}

    def opened(self, connection: Connection, arrived: Arrived) -> None:
        """A request arrived, after whoever holds the requests has taken it: the first on call is told."""
        if arrived.ours or not arrived.header.record_id:
            return
        warned = Warned(cause=Cause.NEW, percent=None, at=arrived.received_at)
        savepoint = connection.begin_nested()
        try:
            self._heard(connection, arrived.header.record_id, Cause.NEW, None, warned)
        except OperationalError:
            raise  # the disk or the database: the whole delivery comes again
        except Exception:  # noqa: BLE001  # a fault of ours here keeps no request from being taken: its clocks warn
            savepoint.rollback()
            _log.exception("no alarm for a new request")
        else:
            savepoint.commit()

    def listening(self, record: Record) -> Record:
        """A journal that also lets duty hear the warnings written into it, in the same transaction."""

        def write(
            connection: Connection,
            *,
            at: datetime,
            actor: str,
            action: str,
            thing: str,
            detail: Mapping[str, Any] | None = None,
        ) -> str:
            digest = record(connection, at=at, actor=actor, action=action, thing=thing, detail=detail)
            cause = _CAUSES.get(action)
            if cause is not None and cause is not Cause.NEW:
                known = detail or {}
                warned = Warned(cause=cause, percent=known.get("percent"), at=at)
                self._heard(connection, thing, cause, known.get("clock"), warned)
            return digest

        return write

    def watch(self, now: datetime) -> None:
        """Time passed: alarms, approvers' reminders, who answers. Only reads where there is nothing to do."""
        with self.database.read() as connection:
            alarmed, stating = alarms.any_live(connection), self._oncall.due(connection, now)
        if alarmed:
            self.database.write(lambda connection: self._step(connection, now))
        if stating:
            self.database.write(lambda connection: self._state(connection, now))
        self.approvals.watch(now)
        if self._watch is not None and self.drills.send_due(now):
            self.wake()
        if now >= self._remind_at:
            self._remind_at = now + timedelta(seconds=limits.REMIND_EVERY_S)
            self.reminders.step(now)
        if now >= self._prune_at:
            self._prune_at = now + timedelta(hours=limits.PRUNE_EVERY_H)
            self.database.write(lambda connection: _prune(connection, now))

    def named(self, connection: Connection, peer: str, now: datetime) -> tuple[str, str] | None:
        """The officer whom our own side named in the agreement with a peer, with an e-mail channel where it has one."""
        contact = self.own_contact(connection, peer)
        if contact is None:
            return None
        owner = f"{NAMED}{peer}"
        self._keep_named_channel(connection, owner, contact.email, now)
        return owner, contact.named_officer

    # --- what pages ask ---
    def theirs(self, connection: Connection, peer: str) -> Statement | None:
        """Who answers at a partner's desk, by its latest statement."""
        return oncall.theirs(connection, peer)

    def ours(self, connection: Connection, peer: str) -> oncall.Ours | None:
        """What we last stated to a partner."""
        return oncall.ours(connection, peer)

    def phone(self, connection: Connection, officer_id: str) -> str:
        """The number under which an officer of ours can be rung; empty when none is known."""
        return shifts.phone(connection, officer_id)

    def own_contact(self, connection: Connection, peer: str) -> ContactPoint | None:
        """Our own contact point in the agreement in force with a peer."""
        terms = self._agreements.terms_in_force(connection, peer)
        parties = () if terms is None else terms.agreement.parties
        return next((party.contact for party in parties if party.node_id == self.node_id), None)

    def measures(self, officer: Officer) -> dict[str, tuple[str, dict[str, int]]]:
        """Figures for a monitoring program: by name, what it counts, and the value for each label."""
        channels, _people, notices = self.contacts.health(officer)
        failing = dict.fromkeys(ChannelKind, 0)
        for channel in channels:
            failing[channel.kind] += channel.failing
        with self.database.read() as connection:
            phases = alarms.counts(connection)
        return {
            "lienlac_channels_failing": (
                "Channels whose last notice failed.", {f'kind="{kind.value}"': n for kind, n in failing.items()}
            ),
            "lienlac_notices": ("Notices by state.", {f'state="{state}"': n for state, n in notices.items()}),
            "lienlac_alarms": ("Alarms by phase.", {f'phase="{phase}"': n for phase, n in phases.items()}),
        }  # fmt: skip

    # --- inside ---
    def _heard(
        self, connection: Connection, request_id: str, cause: Cause, clock_name: str | None, warned: Warned
    ) -> None:
        if self._watch is None or self._requests is None:
            return
        brief = self._requests.brief(connection, request_id)
        name = clock_of(cause, clock_name)
        if brief is not None and awaits(brief, name):
            self._watch.heard(connection, brief, name, warned)
            self._changed(connection, "alarms")

    def _step(self, connection: Connection, now: datetime) -> None:
        if self._watch is not None and self._watch.step(connection, now):
            self._changed(connection, "alarms")

    def _state(self, connection: Connection, now: datetime) -> None:
        for peer in self._oncall.step(connection, now):
            self._changed(connection, "duty", peer)

    def _keep_named_channel(self, connection: Connection, owner: str, email: str, now: datetime) -> None:
        """The address both sides signed needs no test: it is in the agreement."""
        known = rows.of_owner(connection, owner)
        if [one.shown for one in known] == [email]:
            return
        for one in known:
            rows.drop(connection, one.id)
        try:
            to = read_email(email)
        except Refused:
            return  # the notice then ends as "no channel", and the page names the telephone number
        channel_id = ids.new_id("chn", self._chance)
        sealed = seal(Address(to=to), self._safe, channel_id)
        made = Channel(
            id=channel_id, owner=owner, kind=ChannelKind.EMAIL, shown=to, place=0, verified_at=now, sealed=sealed
        )
        rows.add(connection, made, now)

    def _changed(self, connection: Connection, topic: str, thing: str = "") -> None:
        def tell() -> None:
            self._tell(topic, thing)
            self.wake()

        self.database.after_commit(connection, tell)


def _prune(connection: Connection, now: datetime) -> None:
    """Forget what ended long ago, a bounded number of each at once; the journal keeps what counted."""
    queue.prune(connection, now - timedelta(days=limits.NOTICE_KEPT_DAYS), limits.PRUNE_MAX_ROWS)
    ended = now - timedelta(days=limits.ALARMS_KEPT_DAYS)
    alarms.prune(connection, ended, limits.PRUNE_MAX_ROWS)
    drills.prune(connection, ended, limits.PRUNE_MAX_ROWS)
    reminders.prune(connection, now - timedelta(days=limits.REMINDERS_KEPT_DAYS), limits.PRUNE_MAX_ROWS)


def _nothing() -> None:
    """Nobody turns the rounds yet."""
