"""An officer acts: opens a channel, answers one, writes into it; and `Emergencies`, the slice as others see it.

Each act is one transaction: the right, the table, the message, the fact, the journal. Reading goes through here too: a
channel is looked up within the officer's scope, so that one that is hidden and one that does not exist are the same to
the database already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import ids, limits
from lienlac.emergencies.arrivals import Arrivals
from lienlac.emergencies.deadlines import clocks
from lienlac.emergencies.forms.openings import read_opening
from lienlac.emergencies.forms.steps import read_step
from lienlac.emergencies.kinds import EMERGENCY_KINDS, OPEN, STEP_OF, kind_of
from lienlac.emergencies.leaving.desk import Counter
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.naming.desk import Channels
from lienlac.emergencies.rules.checks import check_body
from lienlac.emergencies.rules.clocks import STEPS, clocks_agreed
from lienlac.emergencies.rules.eyes import may_hold
from lienlac.emergencies.shown import Partner, Shown
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store import lines, links
from lienlac.emergencies.views.text import query_words
from lienlac.emergencies.views.timeline import handings, lives_in_danger, own_entry, seat_for, seats, urgency_of
from lienlac.emergencies.watch import watch_due
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.people import accounts, rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.access.desk import NeedToKnow, Subject
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer as Named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.emergencies.arrivals import Agreements
    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.forms.openings import Opening
    from lienlac.emergencies.forms.steps import Filled
    from lienlac.emergencies.naming.desk import Index
    from lienlac.emergencies.shown import Cases, Linked, Matter, Origin, Phones, Record, Requests
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.storage.database import Database
    from lienlac.wire.kinds import Kind

ADDRESSEES: Final = ("duty-desk",)


class Emergencies:
    """The slice: what the assembly wires and what pages, programs and commands call."""

    kinds: tuple[Kind, ...] = EMERGENCY_KINDS
    clocks: tuple[str, ...] = STEPS
    """The clocks that an agreement may give a time to."""

    def __init__(
        self,
        *,
        node_id: str,
        country: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        sender: Sender,
        agreements: Agreements,
        releases: Releases,
        record: Record,
        changed: Callable[[Thing], None],
        phone_of: Phones,
        index: Index | None = None,
    ) -> None:
        """`changed` hears of each channel that changed, once durable, and who may know of it."""
        self.node_id = node_id
        self.country = country.upper()
        self.agreements = agreements
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._tell = changed
        self._phone_of = phone_of
        self._requests: Requests | None = None
        self.cases: Cases | None = None
        self.naming = Channels(index)
        self.releases = releases
        self.counter = Counter(self, database=database, sender=sender, releases=releases)
        releases.serve(STEP_OF, self.counter)
        self.arrivals = Arrivals(node_id, agreements, changed=self._changed, said=self.naming.said)
        self.access = NeedToKnow(
            Subject(kind="emergency", reads=Action.EMERGENCY_READ, restricts=Action.EMERGENCY_RESTRICT),
            database=database,
            clock=clock,
            record=record,
            find=self.find,
            changed=self._seen_by,
        )

    def serve_cases(self, cases: Cases) -> None:
        """Hand in who holds the cases; before that no channel is opened of one."""
        self.cases = cases

    def serve(self, requests: Requests) -> None:
        """Hand in who holds the requests; before that no channel has any."""
        self._requests = requests

    # --- what the assembly wires ---
    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a peer's message arrived."""
        return {kind: [self.arrivals.arrived] for kind in STEP_OF}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return {kind: [self.arrivals.settled] for kind in STEP_OF}

    def listening(self, record: Record) -> Record:
        """A journal that also lets channels hear of requests that were opened in them, in the same transaction."""

        def write(
            connection: Connection, *, at: datetime, actor: str, action: str, thing: str, detail: Any = None
        ) -> str:
            digest = record(connection, at=at, actor=actor, action=action, thing=thing, detail=detail)
            if action == "request.open" and self._requests is not None:
                named = self._requests.link_of(connection, thing)
                if named is not None:
                    self.arrivals.linked(connection, named[0], thing, named[1], at)
            return digest

        return write

    def watch(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """Time passed: tell the desk what is due. Call it in a write; it is cheap when nothing is due."""
        told = watch_due(connection, now, node_id=self.node_id, record=self._record)
        for emergency_id in told:
            self._changed(connection, emergency_id)
        return told

    # --- reading ---
    def partners(self) -> list[Partner]:
        """The peers with an agreement in force that names channels."""
        with self._database.read() as connection:
            found = [
                (peer, self.agreements.terms_in_force(connection, peer.node_id))
                for peer in self.agreements.peers(connection)
            ]
        return [
            Partner(peer.node_id, peer.name_vi, peer.name_en, terms)
            for peer, terms in found
            if terms is not None and terms.offers(OPEN)
        ]

    def peer_names(self, language: str) -> dict[str, str]:
        """Every peer's name, also of those without an agreement in force."""
        with self._database.read() as connection:
            peers = self.agreements.peers(connection)
        return {peer.node_id: peer.name_vi if language == "vi" else peer.name_en for peer in peers}

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    def listed(
        self,
        officer: Officer,
        *,
        live: bool | None = True,
        words: str = "",
        after: lines.Cursor | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[lines.Line]:
        """Channels that the officer may know of, the newest first. `live` None: all."""
        rights.require(officer, Action.EMERGENCY_READ)
        with self._database.read() as connection:
            found = query_words(words)
            return lines.listed(connection, scope_of(officer), live=live, words=found, after=after, rows=rows)

    def counts(self, officer: Officer) -> dict[str, int]:
        """How many channels that they may know of are in each state, drills too."""
        rights.require(officer, Action.EMERGENCY_READ)
        with self._database.read() as connection:
            return lines.counts(connection, scope_of(officer))

    def waiting(self, connection: Connection, officer: Officer) -> list[lines.Line]:
        """Channels of the other side that nobody here has answered, for officers who could."""
        if not rights.may(officer, Action.EMERGENCY_WRITE):
            return []
        return lines.unanswered(connection, scope_of(officer))

    @staticmethod
    def concerned(connection: Connection) -> frozenset[str] | None:
        """To whom a channel may have been handed over: nobody, or anybody (its record names seats, not officers)."""
        return None if lines.any_handed(connection) else frozenset()

    def handed_to(self, connection: Connection, officer: Officer) -> list[Emergency]:
        """Open channels that a colleague has handed over to this officer, who has not joined yet."""
        if not rights.may(officer, Action.EMERGENCY_WRITE):
            return []
        found = []
        for emergency_id in lines.handed_over(connection, scope_of(officer)):
            emergency = store.emergency(connection, emergency_id)
            if emergency is not None:
                seat = seat_for(emergency.id, officer.id)
                waiting = handings(emergency, emergency.side_of(self.node_id))
                found += [emergency] if any(one.body.to_seat == seat for one in waiting) else []
        return found

    def of_request(self, officer: Officer, request_id: str, peer: str) -> list[lines.Line]:
        """The channels to which a request belongs, as far as the officer may know of them."""
        if not rights.may(officer, Action.EMERGENCY_READ):
            return []
        with self._database.read() as connection:
            named = links.emergencies_of(connection, request_id, peer)
            found = lines.visible(connection, named, scope_of(officer))
        return [line for line in found if line.peer == peer]

    def show(self, officer: Officer, name: str) -> Shown:
        """One channel by its id or its reference. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        rights.require(officer, Action.EMERGENCY_READ)
        with self._database.read() as connection:
            emergency, thing = self.find(connection, officer, Action.EMERGENCY_READ, name)
            notices = store.notices(connection, emergency.id)
            officers = store.FACTS.officers(connection, emergency.id)
            linked = self._linked(connection, officer, emergency)
            waiting = self.releases.open_about(connection, officer, thing)
            terms = self.agreements.terms_in_force(connection, emergency.other(self.node_id))
        side = emergency.side_of(self.node_id)
        seat = seat_for(emergency.id, officer.id)
        writes = rights.may(officer, Action.EMERGENCY_WRITE, thing)
        return Shown(
            emergency=emergency,
            side=side,
            dues=clocks(emergency, self.node_id),
            steps=emergency.possible(side) if writes else (),
            notices=notices,
            officers=officers,
            thing=thing,
            linked=linked,
            own_seat=next((one.seat for one in seats(emergency, side) if one.seat == seat), None),
            handed=any(one.body.to_seat == seat for one in handings(emergency, side)),
            waiting=tuple(waiting),
            may_wait=terms is not None and may_hold(terms),
        )

    def export(self, officer: Officer, name: str) -> Shown:
        """The whole channel, to be taken out as a record; that somebody did is journalled."""
        shown = self.show(officer, name)
        detail = {"reference": shown.emergency.reference, "messages": len(shown.emergency.facts)}

        def note(connection: Connection) -> None:
            self._record(
                connection,
                at=self._clock.now(),
                actor=officer.id,
                action="emergency.export",
                thing=shown.emergency.id,
                detail=detail,
            )

        self._database.write(note)
        return shown

    def matter(self, officer: Officer, name: str) -> Matter:
        """The request from which a channel is raised. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.EMERGENCY_OPEN)
        if self._requests is None:
            raise NotAllowed("not-found")
        return self._requests.matter(officer, name)

    def origin(self, officer: Officer, name: str) -> Origin:
        """The case of which a channel is opened. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.EMERGENCY_OPEN)
        if self.cases is None:
            raise NotAllowed("not-found")
        return self.cases.origin(officer, name)

    def colleagues(self, officer: Officer) -> list[Officer]:
        """To whom the channel can be handed over: everybody else here who may write in one."""
        rights.require(officer, Action.EMERGENCY_WRITE)
        with self._database.read() as connection:
            everybody = [one for one, _ in accounts.every(connection)]
        return [one for one in everybody if one.id != officer.id and rights.may(one, Action.EMERGENCY_WRITE)]

    def find(self, connection: Connection, officer: Officer, action: Action, name: str) -> tuple[Emergency, Thing]:
        """The channel of that id or reference, for somebody who may do this to it.

        Raises `NotAllowed`: `not-found` (also for what is hidden), `reference-ambiguous`, `not-allowed`.
        """
        found = lines.find(connection, name, scope_of(officer))
        if len(found) > 1:
            raise NotAllowed("reference-ambiguous", reference=name)
        emergency = store.emergency(connection, found[0]) if found else None
        if emergency is None:
            raise NotAllowed("not-found")
        thing = access.thing(connection, emergency.id, "emergency")
        rights.require(officer, action, thing)
        return emergency, thing

    # --- acting ---
    def read_opening(self, data: object) -> Opening:
        """Read the form of a new channel against the agreements in force. Raises `FormRefused`."""
        agreed = {partner.node_id: partner.terms.agreement for partner in self.partners()}
        return read_opening(data, self._clock.now(), agreed)

    def read_step(self, officer: Officer, name: str, step: Step, data: object) -> Filled:
        """Read a step's form. Raises `FormRefused`, `NotAllowed("not-found")`."""
        rights.require(officer, Action.EMERGENCY_WRITE)
        with self._database.read() as connection:
            emergency, _ = self.find(connection, officer, Action.EMERGENCY_READ, name)
            terms = self.agreements.terms_in_force(connection, emergency.other(self.node_id))
        agreement = None if terms is None else terms.agreement
        marks, danger = emergency.opening.header.marks, lives_in_danger(emergency)
        return read_step(step, data, self._clock.now(), agreement=agreement, marks=marks, danger=danger)

    def typed_before(self, officer: Officer, release_id: str) -> tuple[Release, Any]:
        """A release of the officer's own that did not leave, and its body as it was typed. Raises `NotAllowed`."""
        rights.require(officer, Action.EMERGENCY_WRITE)
        return self.counter.typed_before(officer, release_id)

    def open(self, officer: Officer, opening: Opening, *, once: str = "", of_case: str = "") -> Emergency | Release:
        """Open a channel whose form was found right, or put it before a second officer. Raises `NotAllowed`.

        `once` is a key of the officer's own for this form: however often the form comes, it is sent once. A channel
        that has to wait goes into the case `of_case` when it leaves.
        """
        rights.require(officer, Action.EMERGENCY_OPEN)
        matter = self.matter(officer, opening.raised_from) if opening.raised_from else None
        case_id = self.origin(officer, of_case).case_id if of_case else ""
        if matter is not None and matter.peer != opening.to:
            raise NotAllowed("not-found", field="raised_from")

        def send(connection: Connection) -> Emergency | Release:
            terms = self.counter.terms(connection, opening.to)
            now = self._clock.now()
            number = store.NUMBERS.next(connection, now.year)
            raised = (
                None if matter is None else bodies.RaisedFrom(request=matter.request_id, reference=matter.reference)
            )
            emergency_id = ids.new_id("emg", self._chance)
            body = msgspec.structs.replace(
                opening.body,
                seat=seat_for(emergency_id, officer.id),
                reference=f"{self.country}-E-{now.year}-{number:06d}",
                clocks=clocks_agreed(terms, urgency_of(danger=opening.danger)),
                officer=self._named(connection, officer, opening.phone),
                raised_from=raised,
            )
            outgoing = Outgoing(
                kind=OPEN,
                body=body,
                recipient=opening.to,
                purpose=opening.purpose,
                legal_basis=opening.legal_basis,
                legal_basis_text=opening.legal_basis_text,
                typology=opening.typology,
                marks=opening.marks,
                addressees=ADDRESSEES,
                record_id=emergency_id,
            )
            return self.counter.leave(connection, officer, outgoing, opening.leave, of_case=case_id)

        said = (Step.OPEN.value, "", opening.said)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def act(self, officer: Officer, name: str, step: Step, form: Filled, *, once: str = "") -> Emergency | Release:
        """Say something in a channel, or put it before a second officer; `once` as in `open`.

        Raises `NotAllowed`: `not-found`, `step-not-possible`, `entry-not-yours`, `officer-unknown`, `once-used`, and
        the sender's own; `Refused`: `emergency-too-long`, `once-malformed`.
        """
        rights.require(officer, Action.EMERGENCY_WRITE)

        def send(connection: Connection) -> Emergency | Release:
            emergency, _ = self.find(connection, officer, Action.EMERGENCY_WRITE, name)
            more = self._more(connection, officer, emergency, form)
            header = emergency.opening.header
            outgoing = Outgoing(
                kind=kind_of(step),
                body=form.make(self._named(connection, officer, form.phone), **more),
                recipient=emergency.other(self.node_id),
                purpose=header.purpose,
                legal_basis=header.legal_basis,
                legal_basis_text=header.legal_basis_text,
                typology=header.typology,
                marks=form.marks or header.marks,
                addressees=ADDRESSEES,
                record_id=emergency.id,
                case_id=header.case_id,
            )
            return self.counter.leave(connection, officer, outgoing, form.leave)

        said = (step.value, name, form.said)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    # --- what the counter asks ---
    def check(self, connection: Connection, step: Step, outgoing: Outgoing) -> Emergency | None:
        """What must hold of a message now; the channel that it is about, None for a new one. Raises `NotAllowed`."""
        body: Any = outgoing.body
        check_body(step, body, self.now())
        if step is Step.OPEN:
            if lines.open_with(connection, outgoing.recipient, "out") >= limits.EMERGENCIES_OPEN_MAX:
                raise Refused("emergencies-too-many", limit=limits.EMERGENCIES_OPEN_MAX).as_ours()
            return None
        emergency = store.emergency(connection, outgoing.record_id or "")
        if emergency is None:
            raise NotAllowed("not-found")
        if step not in emergency.possible(emergency.side_of(self.node_id)):
            raise NotAllowed("step-not-possible", step=step.value, state=emergency.state.value)
        if not emergency.has_room(self.node_id, step):
            raise Refused("emergency-too-long", limit_messages=limits.EMERGENCY_MESSAGES_MAX // 2)
        named = body.entry if step is Step.RETRACT else getattr(body, "corrects", None)
        if named is not None and not own_entry(emergency, self.node_id, named):
            raise Refused("entry-not-yours").as_ours()
        return emergency

    def note(
        self, connection: Connection, actor: str, step: Step, emergency: Emergency, detail: dict[str, Any]
    ) -> None:
        """Something was said: write down by whom, and let whoever listens hear of it."""
        self.naming.said(connection, emergency)
        at, action = self.now(), f"emergency.{step.value}"
        self._record(connection, at=at, actor=actor, action=action, thing=emergency.id, detail=detail)
        self._changed(connection, emergency.id)

    # --- inside ---
    def _more(self, connection: Connection, officer: Officer, emergency: Emergency, form: Filled) -> dict[str, Any]:
        """What presence and hand-over say beyond their form: seats, and the colleague by name."""
        seat = seat_for(emergency.id, officer.id)
        if form.step in (Step.PRESENCE, Step.ANSWER):
            return {"seat": seat}
        if form.step is Step.HAND_OVER:
            colleague = self._colleague(connection, officer, emergency, form.to)
            to, to_seat = self._named(connection, colleague, ""), seat_for(emergency.id, colleague.id)
            return {"seat": seat, "to": to, "to_seat": to_seat}
        return {}

    def _colleague(self, connection: Connection, officer: Officer, emergency: Emergency, login: str) -> Officer:
        thing = access.thing(connection, emergency.id, "emergency")
        for one, _ in accounts.every(connection):
            if one.login == login and one.id != officer.id and rights.may(one, Action.EMERGENCY_WRITE, thing):
                return one
        raise NotAllowed("officer-unknown", field="to", officer=login[: limits.LINE_MAX_CHARS])

    def _linked(self, connection: Connection, officer: Officer, emergency: Emergency) -> list[Linked]:
        if self._requests is None:
            return []
        named = links.requests_of(connection, emergency.id, emergency.other(self.node_id))
        return list(self._requests.linked(connection, officer, named))

    def _named(self, connection: Connection, officer: Officer, phone: str) -> Named:
        """The officer as the other side reads it."""
        return Named(name=officer.name, unit=officer.unit, phone=phone or self._phone_of(connection, officer.id))

    def _once(
        self,
        connection: Connection,
        officer: Officer,
        key: str,
        said: tuple[str, str, str],
        send: Callable[[Connection], Emergency | Release],
    ) -> Emergency | Release:
        """Send, unless this form was sent before: then what it became. Another form under the same key is refused."""
        before = store.ONCE.before(connection, officer.id, key, said)
        if before is None:
            made = send(connection)
            store.ONCE.keep(connection, officer.id, key, said, made=made.id, at=self._clock.now())
            return made
        if before.startswith("rel-"):
            return self.releases.get(connection, officer, before)
        return self.find(connection, officer, Action.EMERGENCY_READ, before)[0]

    def _changed(self, connection: Connection, emergency_id: str) -> None:
        self._announce(connection, access.thing(connection, emergency_id, "emergency"))

    def _seen_by(self, connection: Connection, thing: Thing) -> None:
        self.naming.seen_by(connection, thing)
        self._announce(connection, thing)

    def _announce(self, connection: Connection, thing: Thing) -> None:
        self._database.after_commit(connection, lambda: self._tell(thing))
