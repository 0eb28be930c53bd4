"""Who is told about a release: the approvers that it waits, the proposer that it came back, the supervisors of haste.

Called in the transaction of each change; whatever was said before about the same release and not sent yet is taken
back. While it waits `watch` climbs the ladder; what was told is read from the notices themselves, so that a restart
tells nobody twice. A notice names the reference and leads to the page: it says nothing of the message. Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from lienlac import ids
from lienlac.duty.alarms.ladder import Heard
from lienlac.duty.alarms.watch import NODE, heard_of
from lienlac.duty.approvals import ladder
from lienlac.duty.approvals.ladder import Able, Stage, stage_at
from lienlac.duty.contacts import quiet
from lienlac.duty.roster import plan
from lienlac.duty.store import shifts
from lienlac.notices.notice import About, Notice, spoken
from lienlac.notices.store import queue
from lienlac.people import accounts
from lienlac.people.access import store as access
from lienlac.people.officer import Role
from lienlac.people.rights import Action, may
from lienlac.releases import store as releases
from lienlac.releases.release import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.releases.release import Release
    from lienlac.releases.store import Waiting
    from lienlac.storage.database import Database

_ABOUT: Final = {
    State.SENT_AHEAD: About.RELEASE_AHEAD,
    State.RETURNED: About.RELEASE_BACK,
    State.EXPIRED: About.RELEASE_EXPIRED,
}
_STAGES: Final = {
    Stage.FIRST: About.RELEASE_WAITS,
    Stage.HALF: About.RELEASE_STILL,
    Stage.LAST: About.RELEASE_LONG,
}
_SUPERVISORS: Final = frozenset({"supervisor"})
"""Told of everything that was sent ahead, whoever else the agreement lets review it."""


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: Mapping[str, object] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


class ApprovalNotices:
    """Puts notices about releases into the queue."""

    def __init__(
        self, *, database: Database, clock: Clock, chance: Chance, record: Record, changed: Callable[[Connection], None]
    ) -> None:
        """`changed` lets the rounds go at once."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._changed = changed
        self._looked: dict[str, tuple[Stage, frozenset[str]]] = {}
        """Stage and people told in vain when each waiting release was looked at last: only spares looking again."""

    def heard(self, connection: Connection, release: Release) -> None:
        """A release is in this state now."""
        now = self._clock.now()
        queue.withdraw(connection, release.id, now)
        if release.state is State.WAITING:
            self._climb(connection, release, (), now)
        about = _ABOUT.get(release.state)
        if about is not None:
            for officer in self._whom(connection, release):
                self._tell(connection, release, about, officer, now)
        if release.state is State.EXPIRED:
            for officer in _over_it(connection, release, _active(connection)):
                self._tell(connection, release, About.RELEASE_LAPSED, officer, now)
        self._changed(connection)

    def watch(self, now: datetime) -> None:
        """Time passed: climb for what still waits. Only reads where there is nothing to do."""
        with self._database.read() as connection:
            waiting = releases.waiting(connection)
            said = queue.about(connection, [one.id for one in waiting]) if waiting else {}
        seen = {one.id: self._place(one, said.get(one.id, ()), now) for one in waiting}
        to_look = [one.id for one in waiting if self._looked.get(one.id) != seen[one.id]]
        if to_look:
            self._database.write(lambda connection: self._look(connection, to_look, now))
        self._looked = seen

    # --- inside ---
    @staticmethod
    def _place(release: Waiting, said: Sequence[queue.Said], now: datetime) -> tuple[Stage, frozenset[str]]:
        stage = stage_at(release.created_at, release.expires_at, release.urgency, now)
        told = _told(stage, said)
        return stage, frozenset(owner for owner, heard in told.items() if heard is Heard.UNREACHED)

    def _look(self, connection: Connection, release_ids: Sequence[str], now: datetime) -> None:
        said = queue.about(connection, release_ids)
        for release_id in release_ids:
            release = releases.get(connection, release_id)
            if release is None or release.state is not State.WAITING:
                continue  # decided since it was read
            if self._climb(connection, release, said.get(release_id, ()), now):
                self._changed(connection)

    def _climb(self, connection: Connection, release: Release, said: Sequence[queue.Said], now: datetime) -> bool:
        """Tell whom it is time to tell; whether anybody was."""
        stage = stage_at(release.created_at, release.expires_at, release.urgency, now)
        officers, able = self._able(connection, release, now)
        told = _told(stage, said)
        due = ladder.due(stage, able, told)
        if due and not told:
            queue.withdraw(connection, release.id, now)  # after quiet hours one notice is enough
        for owner in due:
            self._tell(connection, release, _STAGES[stage], officers[owner], now)
        if due and stage is not Stage.FIRST:
            detail = {
                "release": release.id,
                "reference": release.reference,
                "stage": stage.name.lower(),
                "owners": list(due),
                "drill": release.drill,
            }
            thing = release.thing or release.id
            self._record(connection, at=now, actor=NODE, action="release.remind", thing=thing, detail=detail)
        return bool(due)

    @staticmethod
    def _able(connection: Connection, release: Release, now: datetime) -> tuple[dict[str, Officer], Able]:
        """Everybody who may be told while it waits, as it stands now."""
        known = _active(connection)
        deciding = _deciding(connection, release, known, release.approvers)
        over_it = _over_it(connection, release, known)
        line = [shift.officer_id for shift in plan.on_call(shifts.at(connection, now), now)]
        able = Able(
            on_call=tuple(one for one in dict.fromkeys(line) if one in deciding),
            others=tuple(one for one in deciding if one not in line),
            supervisors=tuple(one.id for one in over_it),
        )
        return {one.id: one for one in over_it} | deciding, able

    @staticmethod
    def _whom(connection: Connection, release: Release) -> list[Officer]:
        known = _active(connection)
        if release.state is State.SENT_AHEAD:
            return list(_deciding(connection, release, known, release.approvers | _SUPERVISORS).values())
        return [one for one in known if one.id == release.proposer]

    def _tell(self, connection: Connection, release: Release, about: About, officer: Officer, now: datetime) -> None:
        urgency = "life" if release.state is State.SENT_AHEAD else release.urgency
        notice = Notice(
            id=ids.new_id("ntc", self._chance),
            owner=officer.id,
            about=about,
            urgency=urgency,
            path=f"/approvals/{release.id}",
            thing=release.id,
            reference=spoken(release.reference),
            drill=release.drill,
        )
        begins = quiet.not_before(shifts.quiet(connection, officer.id), officer.time_zone, urgency, now)
        queue.put(connection, notice, at=now, not_before=begins)


def _active(connection: Connection) -> list[Officer]:
    return [officer for officer, _ in accounts.every(connection) if officer.active]


def _deciding(
    connection: Connection, release: Release, known: Sequence[Officer], roles: frozenset[str]
) -> dict[str, Officer]:
    thing = access.thing(connection, release.thing)
    return {
        officer.id: officer
        for officer in known
        if officer.id != release.proposer
        and any(role.value in roles for role in officer.roles)
        and may(officer, Action.RELEASE_DECIDE)
        and may(officer, Action.RELEASE_READ, thing)
    }


def _over_it(connection: Connection, release: Release, known: Sequence[Officer]) -> list[Officer]:
    """The supervisors who may know of it, whether or not the agreement lets them decide."""
    thing = access.thing(connection, release.thing)
    return [
        officer
        for officer in known
        if Role.SUPERVISOR in officer.roles
        and officer.id != release.proposer
        and may(officer, Action.RELEASE_READ, thing)
    ]


def _told(stage: Stage, said: Sequence[queue.Said]) -> dict[str, Heard]:
    """Who was told of a release in one stage, and whether it reached them."""
    about = _STAGES[stage]
    return {one.notice.owner: heard_of(one.outcome) for one in said if one.notice.about is about}
