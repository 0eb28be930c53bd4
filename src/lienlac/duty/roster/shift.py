"""The nouns: a shift (one officer, one line, from and until) and a shift still to be entered.

Pure. Line 1 answers first, then 2, then 3. A shift holds from its first instant and ends before its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lienlac import limits
from lienlac.errors import Refused

LINES: Final = (1, 2, 3)
"""First, second and third on call."""
LONGEST: Final = timedelta(days=limits.SHIFT_MAX_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One stored shift; `unit` is the office that the officer answers for meanwhile."""

    id: str
    officer_id: str
    unit: str
    line: int
    begins: datetime
    ends: datetime

    def covers(self, at: datetime) -> bool:
        """Whether it holds at that instant."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A shift before it is stored; the officer by id (forms, rotation) or by login (files), as the maker says."""

    officer: str
    unit: str
    line: int
    begins: datetime
    ends: datetime


def check(draft: Draft) -> None:
    """Raise `Refused("shift-line" | "shift-order" | "shift-too-long")` for what is no shift."""
    if draft.line not in LINES:
        raise Refused("shift-line", field="line")
    if draft.ends <= draft.begins:
        raise Refused("shift-order", field="until")
    if draft.ends - draft.begins > LONGEST:
        raise Refused("shift-too-long", field="until", limit_days=limits.SHIFT_MAX_DAYS)
