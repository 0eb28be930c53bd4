"""An officer acts on an alarm: sees who was told of what and when, and takes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.duty.alarms.alarm import Phase
from lienlac.duty.store import alarms as store
from lienlac.errors import NotAllowed
from lienlac.notices.store import queue
from lienlac.people import accounts, rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.alarm import Alarm, Telling
    from lienlac.duty.alarms.watch import Record
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One person told, and what became of it: the notice's state, its last code, and the channel that took it."""

    telling: Telling
    outcome: queue.Outcome | None
    tries: tuple[queue.Try, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An alarm with everybody who was told, in order."""

    alarm: Alarm
    told: tuple[Told, ...]
    holder: str


class AlarmDesk:
    """Alarms as officers see and take them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        record: Record,
        changed: Callable[[Connection], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._changed = changed

    def listed(self, officer: Officer, *, live: bool, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Shown]:
        """Alarms that the officer may know of, the latest first."""
        rights.require(officer, Action.ALARM_READ)
        with self._database.read() as connection:
            seen = access.in_scope(scope_of(officer), store.alarm_table.c.request_id)
            return self._shown(connection, store.listed(connection, seen, live=live, rows=rows))

    def about(self, officer: Officer, request_id: str) -> list[Shown]:
        """Every alarm about one request that the officer may know of."""
        if not rights.may(officer, Action.ALARM_READ):
            return []
        with self._database.read() as connection:
            thing = access.thing(connection, request_id)
            found = store.of_request(connection, request_id)
            return self._shown(connection, [one for one in found if rights.may(officer, one.sight, thing)])

    def mine(self, connection: Connection, officer: Officer) -> list[Alarm]:
        """Open alarms that this officer was told of and nobody has taken."""
        if not rights.may(officer, Action.ALARM_TAKE):
            return []
        return store.open_for(connection, officer.id)

    @staticmethod
    def told(connection: Connection) -> frozenset[str]:
        """Everybody who has such an alarm."""
        return store.told(connection)

    def take(self, officer: Officer, alarm_id: str) -> Alarm:
        """Say "I am on it": nobody else is told of this warning. Raises `NotAllowed("not-found" | "alarm-over")`."""
        rights.require(officer, Action.ALARM_TAKE)
        now = self._clock.now()

        def work(connection: Connection) -> Alarm:
            alarm = store.get(connection, alarm_id)
            if alarm is None:
                raise NotAllowed("not-found")
            thing = access.thing(connection, alarm.request_id)
            if not rights.may(officer, alarm.sight, thing):
                raise NotAllowed("not-found")
            if alarm.phase is Phase.ENDED:
                raise NotAllowed("alarm-over", reference=alarm.reference)
            taken = replace(alarm, phase=Phase.TAKEN, holder=officer.id, taken_at=now)
            store.put(connection, taken, climb=None, stamp=-1)
            queue.withdraw(connection, alarm.id, now)
            detail = {
                "alarm": alarm.id,
                "reference": alarm.reference,
                "clock": alarm.clock,
                "cause": alarm.warned.cause.value,
                "percent": alarm.warned.percent,
                "before": alarm.holder if alarm.phase is Phase.TAKEN else None,
                "drill": alarm.drill,
            }
            self._record(
                connection, at=now, actor=officer.id, action="alarm.take", thing=alarm.request_id, detail=detail
            )
            self._changed(connection)
            return taken

        return self._database.write(work)

    def _shown(self, connection: Connection, found: list[Alarm]) -> list[Shown]:
        told = store.tellings(connection, [alarm.id for alarm in found])
        notice_ids = [one.notice_id for tellings in told.values() for one in tellings]
        outcomes, tries = queue.outcomes(connection, notice_ids), queue.tries(connection, notice_ids)
        names = accounts.names(connection)
        return [
            Shown(
                alarm=alarm,
                told=tuple(
                    Told(
                        telling=one,
                        outcome=outcomes.get(one.notice_id),
                        tries=tuple(each for each in tries if each.notice_id == one.notice_id),
                    )
                    for one in told[alarm.id]
                ),
                holder=names.get(alarm.holder or "", ""),
            )
            for alarm in found
        ]
