"""The shapes of the picture's drawings: where bars stand and how ribbons run. Pure geometry, no words, no colours.

A drawing shows what a table beside it says; whoever cannot see it misses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.intelligence.picture.picture import Flow

_STEP: Final = 10
_SPARK_HEIGHT: Final = 26
_GAP: Final = 10
_RIBBON_UNIT: Final = 150
"""Height that all ribbons of one side take together."""
LEFT: Final = 170
RIGHT: Final = 470
WIDTH: Final = 640


class Bar(NamedTuple):
    """One bar, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Bars(NamedTuple):
    """A row of bars in a box of this size."""

    width: float
    height: float
    bars: Sequence[Bar]


class End(NamedTuple):
    """A country on one side: where its block begins and how high it is."""

    code: str
    y: float
    height: float


class Ribbon(NamedTuple):
    """A way between two countries as the outline of a path."""

    origin: str
    target: str
    records: int
    path: str


class Ways(NamedTuple):
    """Blocks on both sides and the ribbons between them."""

    height: float
    origins: Sequence[End]
    targets: Sequence[End]
    ribbons: Sequence[Ribbon]


def bars(counts: Sequence[int], *, step: float = _STEP, height: float = _SPARK_HEIGHT) -> Bars:
    """A bar for each number; the greatest fills the height, and what is not zero is always seen."""
    top = max(counts, default=0)
    made = []
    for place, count in enumerate(counts):
        high = 0.0 if not count else max(2.0, round(height * count / top, 1))
        made.append(Bar(round(place * step, 1), round(height - high, 1), round(step * 0.8, 1), high))
    return Bars(round(step * len(counts), 1), height, made)


def ways(flows: Sequence[Flow]) -> Ways:
    """Ribbons from the countries on the left to those on the right, as thick as there are records."""
    total = sum(flow.records for flow in flows) or 1
    unit = _RIBBON_UNIT / total

    def side(codes: Sequence[str]) -> dict[str, End]:
        sums: defaultdict[str, int] = defaultdict(int)
        for code, flow in zip(codes, flows, strict=True):
            sums[code] += flow.records
        made: dict[str, End] = {}
        y = 4.0
        for code, count in sorted(sums.items(), key=lambda one: (-one[1], one[0])):
            high = max(14.0, count * unit)
            made[code] = End(code, round(y, 1), round(high, 1))
            y += high + _GAP
        return made

    origins, targets = side([flow.origin for flow in flows]), side([flow.target for flow in flows])
    used: dict[str, defaultdict[str, float]] = {"from": defaultdict(float), "to": defaultdict(float)}
    ribbons = []
    for flow in flows:
        thick = flow.records * unit
        begin = origins[flow.origin].y + used["from"][flow.origin]
        end = targets[flow.target].y + used["to"][flow.target]
        used["from"][flow.origin] += thick
        used["to"][flow.target] += thick
        ribbons.append(Ribbon(flow.origin, flow.target, flow.records, _ribbon(begin, end, thick)))
    height = max((one.y + one.height for side in (origins, targets) for one in side.values()), default=0.0) + 4
    return Ways(round(height, 1), list(origins.values()), list(targets.values()), ribbons)


def _ribbon(begin: float, end: float, thick: float) -> str:
    left, right, middle = LEFT + 10, RIGHT - 10, (LEFT + RIGHT) / 2
    there = f"M{left} {begin:.1f} C{middle} {begin:.1f} {middle} {end:.1f} {right} {end:.1f}"
    low, deep = begin + thick, end + thick
    return f"{there} L{right} {deep:.1f} C{middle} {deep:.1f} {middle} {low:.1f} {left} {low:.1f} Z"


def share(part: float, whole: float, *, width: float = 100) -> float:
    """How long a bar is for a part of a whole."""
    return round(min(1.0, part / whole) * width, 1) if whole else 0.0
