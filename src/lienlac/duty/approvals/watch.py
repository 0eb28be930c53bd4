"""Who is told about a release: the approvers that it waits, the proposer that it came back, the supervisors of haste.

Called in the transaction of each change; whatever was said before about the same release and not sent yet is taken
back. A notice names the reference and leads to the page: it says nothing of the message. Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import ids
from lienlac.duty.contacts import quiet
from lienlac.duty.roster import plan
from lienlac.duty.store import shifts
from lienlac.notices.notice import About, Notice, spoken
from lienlac.notices.store import queue
from lienlac.people import accounts
from lienlac.people.access import store as access
from lienlac.people.rights import Action, may
from lienlac.releases.release import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.releases.release import Release

_ABOUT: Final = {
    State.WAITING: About.RELEASE_WAITS,
    State.SENT_AHEAD: About.RELEASE_AHEAD,
    State.RETURNED: About.RELEASE_BACK,
    State.EXPIRED: About.RELEASE_EXPIRED,
}
_SUPERVISORS: Final = frozenset({"supervisor"})
"""Told of everything that was sent ahead, whoever else the agreement lets review it."""


class ApprovalNotices:
    """Puts notices about releases into the queue."""

    def __init__(self, *, clock: Clock, chance: Chance, changed: Callable[[Connection], None]) -> None:
        """`changed` lets the rounds go at once."""
        self._clock = clock
        self._chance = chance
        self._changed = changed

    def heard(self, connection: Connection, release: Release) -> None:
        """A release is in this state now."""
        now = self._clock.now()
        queue.withdraw(connection, release.id, now)
        about = _ABOUT.get(release.state)
        if about is not None:
            for officer in self._whom(connection, release, now):
                self._tell(connection, release, about, officer, now)
        self._changed(connection)

    def _whom(self, connection: Connection, release: Release, now: datetime) -> list[Officer]:
        known = {officer.id: officer for officer, _ in accounts.every(connection) if officer.active}
        if release.state in (State.RETURNED, State.EXPIRED):
            return [known[release.proposer]] if release.proposer in known else []
        asked = release.approvers | (_SUPERVISORS if release.state is State.SENT_AHEAD else frozenset())
        thing = access.thing(connection, release.thing)
        able = [
            officer
            for officer in known.values()
            if officer.id != release.proposer
            and any(role.value in asked for role in officer.roles)
            and may(officer, Action.RELEASE_DECIDE)
            and may(officer, Action.RELEASE_READ, thing)
        ]
        if release.state is State.SENT_AHEAD:
            return able
        on_call = {shift.officer_id for shift in plan.on_call(shifts.at(connection, now), now)}
        return [officer for officer in able if officer.id in on_call] or able

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
