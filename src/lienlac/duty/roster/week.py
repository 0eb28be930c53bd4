"""A week of the roster as a page shows it: days of a zone, and on each day the parts of shifts that lie in it.

Pure. A day has 23, 24 or 25 hours, as its zone says; a shift over midnight stands on both days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lienlac.duty.roster.plan import Span
from lienlac.duty.roster.shift import LINES, Shift

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = 7


@dataclass(frozen=True, slots=True)
class Part:
    """What one day shows of a shift, or of a gap (`shift` None); times as the wall clock says, the end as 24:00."""

    shift: Shift | None
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: for each line its parts, in order."""

    date: date
    lines: dict[int, tuple[Part, ...]]


def first_day(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def span_of(first: date, zone: str, days: int = DAYS) -> Span:
    """The instants from the first midnight to the last, in a zone."""
    return Span(_midnight(first, zone), _midnight(first + timedelta(days=days), zone))


def days(shifts: Sequence[Shift], gaps: Sequence[Span], first: date, zone: str) -> tuple[Day, ...]:
    """The week from that day on. Gaps are those of the first line."""
    return tuple(_day(shifts, gaps, first + timedelta(days=number), zone) for number in range(DAYS))


def _day(shifts: Sequence[Shift], gaps: Sequence[Span], day: date, zone: str) -> Day:
    whole = span_of(day, zone, 1)
    found: dict[int, list[tuple[datetime, Part]]] = {line: [] for line in LINES}
    for shift in shifts:
        _put(found[shift.line], shift, Span(shift.begins, shift.ends), whole, zone)
    for gap in gaps:
        _put(found[LINES[0]], None, gap, whole, zone)
    return Day(day, {line: tuple(part for _, part in sorted(parts, key=_by_time)) for line, parts in found.items()})


def _put(parts: list[tuple[datetime, Part]], shift: Shift | None, span: Span, day: Span, zone: str) -> None:
    begins, ends = max(span.begins, day.begins), min(span.ends, day.ends)
    if begins < ends:
        last = "24:00" if ends == day.ends else _wall(ends, zone)
        parts.append((begins, Part(shift, _wall(begins, zone), last)))


def _by_time(found: tuple[datetime, Part]) -> tuple[datetime, str]:
    at, part = found
    return at, part.shift.id if part.shift is not None else ""


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _wall(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
