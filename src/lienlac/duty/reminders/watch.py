"""Reminders reach people as notices: what waits is asked of whoever knows, and each occasion is said once to each.

A notice keeps quiet hours and says nothing of what it is about. Decides nothing about who may know: the sources ask the
gate for each officer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import ids
from lienlac.duty.contacts import quiet
from lienlac.duty.store import reminders, shifts
from lienlac.notices.notice import Notice, spoken
from lienlac.notices.store import queue
from lienlac.people import accounts
from lienlac.people.rights import may

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.notices.reminder import Reminder, Reminding
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database


class ReminderNotices:
    """Puts notices about what waits into the queue. `changed` lets the rounds go at once."""

    def __init__(self, *, database: Database, chance: Chance, changed: Callable[[Connection], None]) -> None:
        self._database = database
        self._chance = chance
        self._changed = changed
        self._sources: tuple[Reminding, ...] = ()

    def serve(self, *sources: Reminding) -> None:
        """Hand in who knows what waits."""
        self._sources = sources

    def step(self, now: datetime) -> int:
        """Say what has not been said yet; how many notices that made. Only reads where there is nothing new."""
        with self._database.read() as connection:
            found = [(officer, self._new(connection, officer, said)) for officer, said in self._due(connection, now)]
        waiting = [(officer, said) for officer, said in found if said]
        return self._database.write(lambda connection: self._tell(connection, waiting, now)) if waiting else 0

    def _due(self, connection: Connection, now: datetime) -> Iterable[tuple[Officer, list[Reminder]]]:
        every = [officer for officer, _ in accounts.every(connection) if officer.active]
        by_officer: dict[str, tuple[Officer, list[Reminder]]] = {}
        for source in self._sources:
            for officer in _told(every, source):
                by_officer.setdefault(officer.id, (officer, []))[1].extend(source.due(connection, officer, now))
        return by_officer.values()

    @staticmethod
    def _new(connection: Connection, officer: Officer, said: Sequence[Reminder]) -> list[Reminder]:
        known = reminders.told(connection, officer.id, [one.key for one in said])
        return [one for one in said if one.key not in known]

    def _tell(
        self, connection: Connection, waiting: Sequence[tuple[Officer, Sequence[Reminder]]], now: datetime
    ) -> int:
        made = 0
        for officer, said in waiting:
            first: dict[tuple[str, str], Reminder] = {}
            for one in self._new(connection, officer, said):
                first.setdefault((one.thing, one.about.value), one)
                reminders.tell(connection, officer.id, one.key, now)
            for one in first.values():
                notice = Notice(
                    id=ids.new_id("ntc", self._chance),
                    owner=officer.id,
                    about=one.about,
                    urgency=one.urgency,
                    path=one.path,
                    thing=one.thing,
                    reference=spoken(one.reference),
                    drill=one.drill,
                )
                hours = shifts.quiet(connection, officer.id)
                begins = quiet.not_before(hours, officer.time_zone, one.urgency, now)
                queue.put(connection, notice, at=now, not_before=begins)
                made += 1
        if made:
            self._changed(connection)
        return made


def _told(every: Sequence[Officer], source: Reminding) -> list[Officer]:
    """Those whose work it is; where nobody has that role, whoever may act in their place."""
    addressed = [officer for officer in every if any(role.value in source.addressees for role in officer.roles)]
    return addressed or [officer for officer in every if may(officer, source.otherwise)]
