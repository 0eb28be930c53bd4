"""How often a lesson was used, and how useful it was: counted from what was said of each use, never stated. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Usefulness:
    """`used`: how often, in however many authorities; `rated`: how many said how useful, from 1 to 5; `by`: each."""

    used: int
    rated: int
    by: Mapping[int, int]

    @property
    def mean(self) -> float | None:
        """The mean of what was said; None where nobody has said anything."""
        return None if not self.rated else sum(mark * many for mark, many in self.by.items()) / self.rated


def usefulness(counts: Mapping[tuple[str, str], int]) -> Usefulness:
    """From the counts of a record's elements by kind and state: a use has its mark as its state, "0" without one."""
    by = {mark: counts.get(("use", str(mark)), 0) for mark in range(1, 6)}
    rated = sum(by.values())
    return Usefulness(used=rated + counts.get(("use", "0"), 0), rated=rated, by=by)
