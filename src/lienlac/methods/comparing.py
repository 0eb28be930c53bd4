"""Two or three records side by side: steps aligned, and what is said by all, by some, by one.

Pure. Steps are aligned by their likeness in either language, folded, in their order: a step that only one record has
stands alone in its row. Everything else is compared as sets.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.identifiers.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.wire.bodies.methods import Item, Method

ALIKE: Final = 0.55
"""From this likeness on two steps are the same step, told otherwise."""
SETS: Final = ("red_flags", "scripts", "counter_measures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the comparison: a cell for each record, None where it has nothing there."""

    cells: tuple[Item | None, ...]

    @property
    def same(self) -> bool:
        """Whether every record has it."""
        return all(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Records side by side."""

    steps: tuple[Row, ...]
    sets: dict[str, tuple[Row, ...]]
    typologies: tuple[tuple[str, tuple[bool, ...]], ...]
    identifiers: tuple[tuple[str, str, tuple[bool, ...]], ...]


def compare(methods: Sequence[Method]) -> Comparison:
    """Compare them, in the order given."""
    codes = dict.fromkeys(code for one in methods for code in one.typologies)
    values = dict.fromkeys((item.type, item.value) for one in methods for item in one.identifiers)
    return Comparison(
        steps=_aligned([one.steps for one in methods]),
        sets={name: _gathered([getattr(one, name) for one in methods]) for name in SETS},
        typologies=tuple((code, tuple(code in one.typologies for one in methods)) for code in codes),
        identifiers=tuple(
            (kind, value, tuple(any((i.type, i.value) == (kind, value) for i in one.identifiers) for one in methods))
            for kind, value in values
        ),
    )


def _aligned(columns: Sequence[Sequence[Item]]) -> tuple[Row, ...]:
    """Fold one column after the other into the rows: in order, each step beside the likest that is still free."""
    rows: list[list[Item | None]] = [[step] for step in columns[0]]
    for width, column in enumerate(columns[1:], 1):
        rows = _joined(rows, column, width)
    return tuple(Row(cells=tuple(row)) for row in rows)


def _joined(rows: list[list[Item | None]], column: Sequence[Item], width: int) -> list[list[Item | None]]:
    found, place = [], 0
    for step in column:
        at = next((index for index in range(place, len(rows)) if _matches(rows[index], step)), None)
        if at is None:
            found.append([*[None] * width, step])
            continue
        found += [[*row, None] for row in rows[place:at]]
        found.append([*rows[at], step])
        place = at + 1
    return found + [[*row, None] for row in rows[place:]]


def _gathered(columns: Sequence[Sequence[Item]]) -> tuple[Row, ...]:
    """Without an order: what is alike stands in one row, what all have first."""
    rows: list[list[Item | None]] = []
    for place, column in enumerate(columns):
        for item in column:
            row = next((one for one in rows if one[place] is None and _matches(one, item)), None)
            if row is None:
                row = [None] * len(columns)
                rows.append(row)
            row[place] = item
    rows.sort(key=lambda row: sum(cell is None for cell in row))
    return tuple(Row(cells=tuple(row)) for row in rows)


def _matches(row: Sequence[Item | None], item: Item) -> bool:
    return any(cell is not None and likeness(cell, item) >= ALIKE for cell in row)


def likeness(one: Item, other: Item) -> float:
    """From 0 to 1, in the language in which both are likest."""
    pairs = [(fold(one.vi), fold(other.vi)), (fold(one.en), fold(other.en))]
    return max((_ratio(left, right) for left, right in pairs if left and right), default=0.0)


def _ratio(left: str, right: str) -> float:
    mine, theirs = left.split(), right.split()
    return difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
