"""Quarters of a year, in UTC: both sides must mean the same instants, whatever zones they live in. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lienlac.errors import Refused

_NAME: Final = re.compile(r"([0-9]{4})-Q([1-4])")
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2189


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter; `number` from 1 to 4."""

    year: int
    number: int

    @classmethod
    def named(cls, name: str) -> Quarter:
        """The quarter of a name, `2026-Q4`. Raises `Refused("report-quarter")`."""
        found = _NAME.fullmatch(name)
        if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
            raise Refused("report-quarter", field="quarter")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: datetime) -> Quarter:
        """The quarter in which an instant lies."""
        utc = at.astimezone(UTC)
        return cls(utc.year, (utc.month + 2) // 3)

    @property
    def name(self) -> str:
        """How it is written in a report."""
        return f"{self.year:04}-Q{self.number}"

    @property
    def since(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return self.after.since

    @property
    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def months(self) -> tuple[str, str, str]:
        """The names of its months."""
        first = 3 * self.number - 2
        return (f"{self.year:04}-{first:02}", f"{self.year:04}-{first + 1:02}", f"{self.year:04}-{first + 2:02}")


def month_of(at: datetime) -> str:
    """The name of the month in which an instant lies, `2026-11`, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m")


def up_to(last: Quarter, count: int) -> list[Quarter]:
    """So many quarters, the oldest first, of which `last` is the last."""
    found = [last]
    while len(found) < count:
        found.append(found[-1].before)
    return found[::-1]
