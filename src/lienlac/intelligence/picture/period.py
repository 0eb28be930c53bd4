"""The time that a picture shows: so many whole weeks or months, the present one last. Pure.

Weeks begin on Monday; days are those of UTC, for everybody alike, so that two offices read the same numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = Literal["week", "month"]
SPANS: Final[dict[str, tuple[Step, int]]] = {
    "13-weeks": ("week", 13),
    "26-weeks": ("week", 26),
    "12-months": ("month", 12),
    "24-months": ("month", 24),
}
DEFAULT: Final = "13-weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Stretches of time: each begins at its day and ends where the next one begins, the last at `end`."""

    name: str
    step: Step
    begins: Sequence[date]
    end: date

    @property
    def since(self) -> datetime:
        """The first instant."""
        return _midnight(self.begins[0])

    @property
    def until(self) -> datetime:
        """The first instant that is no longer in it."""
        return _midnight(self.end)

    def place(self, day: date) -> int:
        """In which stretch a day of the period lies."""
        return bisect_right(self.begins, day) - 1

    def stretch(self, place: int) -> tuple[date, date]:
        """A stretch's first day, and the first one after it."""
        return self.begins[place], self.begins[place + 1] if place + 1 < len(self.begins) else self.end


def period(name: str, today: date) -> Period:
    """The period of that name which ends with the present week or month. Raises `Refused("code-unknown")`."""
    if name not in SPANS:
        raise Refused("code-unknown", field="span", value=name[:40], vocabulary="spans")
    step, count = SPANS[name]
    if step == "week":
        monday = today - timedelta(days=today.weekday())
        begins = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
        return Period(name=name, step=step, begins=begins, end=monday + timedelta(weeks=1))
    months = today.year * 12 + today.month - 1
    first = [_month(months - back) for back in range(count - 1, -2, -1)]
    return Period(name=name, step=step, begins=first[:-1], end=first[-1])


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
