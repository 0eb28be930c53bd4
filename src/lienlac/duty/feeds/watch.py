"""Who is told that a feed stands still after its failures, once, and that it works again.

Hears the journal entries of whoever runs feeds, in their transaction; what was told is read from the notices
themselves. A notice leads to the feed's page and says nothing of its server. Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac import ids
from lienlac.duty.contacts import quiet
from lienlac.duty.store import shifts
from lienlac.notices.notice import About, Notice
from lienlac.notices.store import queue
from lienlac.people import accounts
from lienlac.people.access import store as access
from lienlac.people.rights import Action, may

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.duty.alarms.watch import Record
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer


class FeedNotices:
    """Puts notices about feeds into the queue."""

    def __init__(self, *, chance: Chance, changed: Callable[[Connection], None]) -> None:
        """`changed` lets the rounds go at once."""
        self._chance = chance
        self._changed = changed

    def listening(self, record: Record) -> Record:
        """A journal that also lets those who look after feeds hear what is written into it, in the same transaction."""

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
            known = detail or {}
            if action == "feed.stop":
                self._stopped(connection, thing, known, at)
            elif action == "feed.run" and not known.get("failed"):
                self._works(connection, thing, at)
            elif action == "feed.end":
                queue.withdraw(connection, thing, at)
            return digest

        return write

    def _stopped(self, connection: Connection, feed_id: str, known: Mapping[str, Any], now: datetime) -> None:
        right = Action.INTEL_SHARE if known["out"] else Action.COLLECTION_MANAGE
        collection = access.thing(connection, known["collection"], "collection")
        queue.withdraw(connection, feed_id, now)
        for officer, _ in accounts.every(connection):
            if officer.active and may(officer, right) and may(officer, Action.INTEL_READ, collection):
                self._tell(connection, feed_id, About.FEED_STOPPED, officer, now)

    def _works(self, connection: Connection, feed_id: str, now: datetime) -> None:
        """Whoever heard of the stop hears of this too; a notice that has not gone out by now need not."""
        said = queue.about(connection, [feed_id]).get(feed_id, [])
        last = {one.notice.owner: one for one in said}
        told = [
            one
            for one in last.values()
            if one.notice.about is About.FEED_STOPPED and one.outcome.state != queue.WITHDRAWN
        ]
        if not told:
            return
        queue.withdraw(connection, feed_id, now)
        heard = {one.notice.owner for one in told if one.outcome.state == queue.SENT}
        for officer, _ in accounts.every(connection):
            if officer.active and officer.id in heard:
                self._tell(connection, feed_id, About.FEED_WORKS, officer, now)

    def _tell(self, connection: Connection, feed_id: str, about: About, officer: Officer, now: datetime) -> None:
        notice = Notice(
            id=ids.new_id("ntc", self._chance),
            owner=officer.id,
            about=about,
            urgency="normal",
            path=f"/intelligence/feeds/{feed_id}",
            thing=feed_id,
        )
        begins = quiet.not_before(shifts.quiet(connection, officer.id), officer.time_zone, notice.urgency, now)
        queue.put(connection, notice, at=now, not_before=begins)
        self._changed(connection)
