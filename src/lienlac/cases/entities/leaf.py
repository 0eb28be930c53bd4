"""One leaf of a long table, by its number. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Generic[Row]):
    """Rows `first` to `last` of `total`; leaf `number` of `leaves`, both from one."""

    rows: tuple[Row, ...]
    number: int
    leaves: int
    total: int

    @property
    def first(self) -> int:
        """The number of its first row, from one; 0 when there is none."""
        return (self.number - 1) * limits.CASE_GRAPH_ROWS + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def leaf(rows: Sequence[Row], number: int) -> Leaf[Row]:
    """That leaf, or the nearest that there is."""
    most = limits.CASE_GRAPH_ROWS
    leaves = max(1, -(-len(rows) // most))
    number = min(max(1, number), leaves)
    return Leaf(rows=tuple(rows[(number - 1) * most : number * most]), number=number, leaves=leaves, total=len(rows))
