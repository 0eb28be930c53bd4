"""When a value was first named where everybody may see it: what a change of its mentions does to that. Pure.

What is hidden from anybody does not count, and a value that was hidden first is new on the day on which it is first
named in the open: otherwise a number that stays as it is would tell that something hidden names it already.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY_US: Final = 86_400_000_000


class Stood(NamedTuple):
    """A value before a change: its number and type, in how many open things it is named, and since which day."""

    number: int
    type: str
    open_count: int
    first_day: int | None


def day_of(at_us: int) -> int:
    """The day of an instant, counted from 1970 in UTC."""
    return at_us // DAY_US


def moved(
    stood: Mapping[int, Stood], opened: Mapping[int, int], days: Mapping[int, int]
) -> tuple[dict[int, int | None], Counter[tuple[int, str]]]:
    """New first days of values, where they change, and how many values more or fewer began on a day, by type.

    `opened`: in how many more open things each is named now; `days`: the earliest day of an open thing that names it.
    """
    first: dict[int, int | None] = {}
    began: Counter[tuple[int, str]] = Counter()
    for number, more in opened.items():
        before = stood[number]
        was, now = before.first_day, before.first_day
        if before.open_count + more <= 0:
            now = None
        elif number in days and (was is None or days[number] < was):
            now = days[number]
        if now == was:
            continue
        first[number] = now
        if was is not None:
            began[was, before.type] -= 1
        if now is not None:
            began[now, before.type] += 1
    return first, began
