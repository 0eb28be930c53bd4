"""An officer acts on the roster: enters shifts, one by one, in turns or from a file, and takes them out again.

Whoever changes the roster changes who is told of alarms and what partners see: both are looked at again in the same
transaction, and every change is journalled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.duty.roster import calendar, plan, sheet
from lienlac.duty.roster.plan import Span
from lienlac.duty.roster.shift import Draft, Shift, check
from lienlac.duty.store import alarms, shifts
from lienlac.errors import NotAllowed, Refused
from lienlac.people import accounts, rights
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.watch import Record
    from lienlac.duty.roster.plan import Overlap
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

FORMATS: Final = ("csv", "ics")
LONGEST_VIEW: Final = timedelta(days=limits.ROSTER_VIEW_MAX_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A span of the roster: its shifts, who the officers are, and what is wrong with it."""

    span: Span
    shifts: tuple[Shift, ...]
    officers: dict[str, Officer]
    gaps: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file added: new shifts, and how many stood in the roster already."""

    added: int
    known: int


class RosterDesk:
    """The roster as officers see and change it. `changed` is told inside the transaction."""

    def __init__(
        self,
        *,
        node_id: str,
        zone: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        changed: Callable[[Connection], None],
    ) -> None:
        self._node_id = node_id
        self.zone = zone
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._changed = changed

    # --- reading ---
    def show(self, officer: Officer, begins: datetime, ends: datetime) -> Plan:
        """The roster between two instants, at most `limits.ROSTER_VIEW_MAX_DAYS`."""
        rights.require(officer, Action.ROSTER_READ)
        span = Span(begins, min(ends, begins + LONGEST_VIEW))
        with self._database.read() as connection:
            found = shifts.between(connection, span.begins, span.ends)
            officers = {one.id: one for one, _ in accounts.every(connection)}
        return Plan(
            span=span,
            shifts=tuple(found),
            officers=officers,
            gaps=plan.gaps(found, span),
            overlaps=plan.overlaps(found, span),
        )

    def now(self, officer: Officer) -> tuple[tuple[Shift, Officer], ...]:
        """Who is on call now, in order."""
        rights.require(officer, Action.ROSTER_READ)
        now = self._clock.now()
        with self._database.read() as connection:
            standing = plan.on_call(shifts.at(connection, now), now)
            officers = {one.id: one for one in accounts.some(connection, (shift.officer_id for shift in standing))}
        return tuple((shift, officers[shift.officer_id]) for shift in standing if shift.officer_id in officers)

    def export(self, officer: Officer, begins: datetime, ends: datetime, form: str) -> bytes:
        """The roster as a file, `csv` or `ics`."""
        found = self.show(officer, begins, ends)
        drafts = [
            (shift.id, found.officers[shift.officer_id].name, _named(shift, found.officers[shift.officer_id].login))
            for shift in found.shifts
            if shift.officer_id in found.officers
        ]
        if form == "csv":
            return sheet.write(draft for _, _, draft in drafts)
        if form == "ics":
            return calendar.write(drafts, node_id=self._node_id, at=self._clock.now())
        raise Refused("choice-unknown", field="format")

    # --- acting ---
    def add(self, officer: Officer, draft: Draft) -> Shift:
        """One shift; the draft names the officer by login. Raises `Refused("shift-…")`, `NotAllowed`."""
        rights.require(officer, Action.ROSTER_MANAGE)
        made = self._write(officer, "roster.add", lambda connection: self._stored(connection, [draft])[0])
        return made[0]

    def rotate(self, officer: Officer, drafts: Sequence[Draft]) -> int:
        """Shifts in turns, as `plan.rotation` made them, but naming officers by login."""
        rights.require(officer, Action.ROSTER_MANAGE)
        return len(self._write(officer, "roster.rotate", lambda connection: self._stored(connection, drafts)[0]))

    def take_in(self, officer: Officer, data: bytes, form: str) -> Taken:
        """A file, all of it or nothing. Raises `Refused("roster-file" | "calendar-…")`, `NotAllowed`."""
        rights.require(officer, Action.ROSTER_MANAGE)
        if form not in FORMATS:
            raise Refused("choice-unknown", field="format")
        drafts = sheet.read(data) if form == "csv" else calendar.read(data, zone=self.zone)
        known = 0

        def work(connection: Connection) -> list[Shift]:
            nonlocal known
            fresh, known = self._stored(connection, drafts)
            return fresh

        return Taken(len(self._write(officer, "roster.import", work)), known)

    def remove(self, officer: Officer, shift_id: str) -> None:
        """Take a shift out. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.ROSTER_MANAGE)

        def work(connection: Connection) -> None:
            shift = shifts.get(connection, shift_id)
            if shift is None:
                raise NotAllowed("not-found")
            shifts.remove(connection, shift_id)
            self._note(connection, officer, "roster.remove", [shift])

        self._database.write(work)

    # --- inside ---
    def _write(self, officer: Officer, action: str, work: Callable[[Connection], list[Shift]]) -> list[Shift]:
        def whole(connection: Connection) -> list[Shift]:
            made = work(connection)
            shifts.add(connection, made, by=officer.id, at=self._clock.now())
            if made:
                self._note(connection, officer, action, made)
            return made

        return self._database.write(whole)

    def _stored(self, connection: Connection, drafts: Sequence[Draft]) -> tuple[list[Shift], int]:
        """Drafts as shifts with the officers' ids; those that stand there already are left out and counted."""
        if shifts.count(connection) + len(drafts) > limits.ROSTER_MAX_SHIFTS:
            raise NotAllowed("roster-full", limit_shifts=limits.ROSTER_MAX_SHIFTS)
        officers = {one.login: one for one, _ in accounts.every(connection)}
        made, known = [], 0
        for draft in drafts:
            check(draft)
            officer = officers.get(draft.officer)
            if officer is None or not officer.active or not rights.may(officer, Action.ALARM_TAKE):
                raise NotAllowed("shift-officer", field="officer", login=draft.officer[: limits.LINE_MAX_CHARS])
            shift = Shift(
                id=ids.new_id("shf", self._chance),
                officer_id=officer.id,
                unit=parse_line(draft.unit, "unit") if draft.unit else officer.unit,
                line=draft.line,
                begins=draft.begins,
                ends=draft.ends,
            )
            if _stands(shifts.between(connection, shift.begins, shift.ends), shift):
                known += 1
            else:
                made.append(shift)
        return made, known

    def _note(self, connection: Connection, officer: Officer, action: str, found: Sequence[Shift]) -> None:
        detail = {
            "shifts": [shift.id for shift in found[: limits.ROSTER_JOURNAL_MAX]],
            "count": len(found),
            "officers": sorted({shift.officer_id for shift in found}),
            "from": min(shift.begins for shift in found).isoformat(),
            "until": max(shift.ends for shift in found).isoformat(),
        }
        now = self._clock.now()
        self._record(
            connection, at=now, actor=officer.id, action=action, thing=f"roster:{self._node_id}", detail=detail
        )
        alarms.climb_all(connection, now)
        self._changed(connection)


def _stands(found: Sequence[Shift], new: Shift) -> bool:
    return any(replace(new, id=shift.id, unit=shift.unit) == shift for shift in found)


def _named(shift: Shift, login: str) -> Draft:
    return Draft(officer=login, unit=shift.unit, line=shift.line, begins=shift.begins, ends=shift.ends)
