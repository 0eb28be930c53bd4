"""What follows from shifts: who is on call at an instant and until when, where nobody is, where two are at once.

Pure, and a function of the set of shifts alone: the order in which they were entered never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from lienlac import limits
from lienlac.duty.roster.shift import LINES, Draft, Shift
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

FIRST: Final = LINES[0]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From an instant until before another."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two shifts at once: the same line held twice, or the same officer on two lines."""

    span: Span
    one: Shift
    other: Shift
    same_line: bool


def on_call(shifts: Iterable[Shift], at: datetime) -> tuple[Shift, ...]:
    """Who is on call, in the order in which they are told; each officer once, at their foremost place."""
    found: dict[str, Shift] = {}
    for shift in sorted((shift for shift in shifts if shift.covers(at)), key=_order):
        found.setdefault(shift.officer_id, shift)
    return tuple(found.values())


def holds_until(shifts: Iterable[Shift], at: datetime) -> datetime | None:
    """Until when `on_call` says the same: the next instant at which a shift begins or ends; None: for ever."""
    edges = [edge for shift in shifts for edge in (shift.begins, shift.ends) if edge > at]
    return min(edges, default=None)


def gaps(shifts: Iterable[Shift], within: Span, line: int = FIRST) -> tuple[Span, ...]:
    """When nobody holds a line, in order."""
    found, reached = [], within.begins
    for shift in sorted((shift for shift in shifts if shift.line == line), key=_order_in_time):
        if shift.ends <= within.begins or shift.begins >= within.ends:
            continue
        if shift.begins > reached:
            found.append(Span(reached, shift.begins))
        reached = max(reached, shift.ends)
    if reached < within.ends:
        found.append(Span(reached, within.ends))
    return tuple(found)


def overlaps(shifts: Iterable[Shift], within: Span) -> tuple[Overlap, ...]:
    """Where two shifts are in each other's way, in order of time."""
    open_now: list[Shift] = []
    found = []
    for shift in sorted(shifts, key=_order_in_time):
        open_now = [earlier for earlier in open_now if earlier.ends > shift.begins]
        for earlier in open_now:
            span = Span(max(shift.begins, within.begins), min(earlier.ends, shift.ends, within.ends))
            same_line = earlier.line == shift.line
            if span.begins < span.ends and (same_line or earlier.officer_id == shift.officer_id):
                found.append(Overlap(span, earlier, shift, same_line))
        open_now.append(shift)
    return tuple(sorted(found, key=lambda overlap: (overlap.span, overlap.one.id, overlap.other.id)))


def rotation(
    officers: Sequence[tuple[str, str]],
    *,
    first_day: date,
    at_minute: int,
    zone: str,
    hours: int,
    count: int,
    lines: int,
) -> tuple[Draft, ...]:
    """`count` shifts of `hours` one after the other, the officers (id and unit) taking turns.

    Boundaries are wall-clock times of the zone, so a shift over a change of the clocks is an hour shorter or longer.
    With several lines the officer whose turn is next stands behind the present one. Raises `Refused("rotation-…")`.
    """
    if not officers or len(set(officers)) != len(officers):
        raise Refused("rotation-officers", field="officers")
    if not 1 <= lines <= min(len(LINES), len(officers)):
        raise Refused("rotation-lines", field="lines")
    if not limits.SHIFT_MIN_H <= hours <= limits.SHIFT_MAX_DAYS * 24 or not 1 <= count <= limits.ROTATION_MAX_SHIFTS:
        raise Refused("rotation-size", field="hours", limit_shifts=limits.ROTATION_MAX_SHIFTS)
    wall = datetime(first_day.year, first_day.month, first_day.day) + timedelta(minutes=at_minute)  # noqa: DTZ001  # a wall clock's time, given its zone below
    edges = [(wall + timedelta(hours=hours * number)).replace(tzinfo=ZoneInfo(zone)) for number in range(count + 1)]
    made = []
    for number, (begins, ends) in enumerate(pairwise(edges)):
        for line in LINES[:lines]:
            officer, unit = officers[(number + line - 1) % len(officers)]
            made.append(Draft(officer=officer, unit=unit, line=line, begins=_utc(begins), ends=_utc(ends)))
    return tuple(made)


def _utc(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo("UTC")).replace(tzinfo=UTC)


def _order(shift: Shift) -> tuple[int, datetime, datetime, str]:
    return shift.line, shift.begins, shift.ends, shift.id


def _order_in_time(shift: Shift) -> tuple[datetime, datetime, int, str]:
    return shift.begins, shift.ends, shift.line, shift.id
