"""One cell of the indicators: the requests of one month, direction, kind and kind of crime, counted. Pure.

Times are kept sorted, whole seconds in four bytes each. `nth` finds an element of many sorted lists taken together
without joining them; the rank is that of the nearest-rank percentile, so every percentile is a time that really
occurred.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac.records.measured import MEASURES, Measured

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lienlac.records.measured import Coins

_FEW: Final = 2_000
"""So many times are put together and sorted at once; of more, halves are thrown away first."""
_MOST_S: Final = 2**32 - 1
_SEPARATOR: Final = "/"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which requests a cell counts."""

    month: str
    requester: str
    executor: str
    kind: str
    typology: str

    @property
    def text(self) -> str:
        """As the tables know it; the month comes first, so that a time is a range."""
        return _SEPARATOR.join((self.month, self.requester, self.executor, self.kind, self.typology))

    @classmethod
    def read(cls, text: str) -> Key:
        """The key of a text made by `text`."""
        month, requester, executor, kind, typology = text.split(_SEPARATOR)
        return cls(month, requester, executor, kind, typology)


class Cell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was counted. `times` are arrays of four-byte numbers; `money` is digits by fate and currency.

    A sum of money may be larger than eight bytes hold, so it is kept as text.
    """

    requests: int = 0
    decided: int = 0
    refused: int = 0
    freezes: int = 0
    held: int = 0
    usefulness: dict[str, int] = {}
    grounds: dict[str, int] = {}
    money: dict[str, dict[str, str]] = {}
    inside: dict[str, int] = {}
    clocked: dict[str, int] = {}
    times: dict[str, bytes] = {}


def counted(rows: Iterable[Measured]) -> Cell:
    """The cell of these requests, in whatever order they come."""
    usefulness: Counter[str] = Counter()
    grounds: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    clocked: Counter[str] = Counter()
    money: dict[str, Counter[str]] = {}
    times: dict[str, list[int]] = {}
    requests = decided = freezes = held = 0
    for row in rows:
        requests += 1
        decided += row.decided
        freezes += row.freeze and row.decided
        held += row.freeze and row.decided and row.was_held
        if row.ground:
            grounds[row.ground] += 1
        if row.usefulness:
            usefulness[row.usefulness] += 1
        for measure, seconds in row.seconds.items():
            times.setdefault(measure, []).append(min(max(seconds, 0), _MOST_S))
        for measure, met in row.inside.items():
            clocked[measure] += 1
            inside[measure] += met
        for fate, coins in _money(row):
            money.setdefault(fate, Counter())[coins[0]] += coins[1]
    return Cell(
        requests=requests,
        decided=decided,
        refused=sum(grounds.values()),
        freezes=freezes,
        held=held,
        usefulness=_plain(usefulness),
        grounds=_plain(grounds),
        money={fate: {code: str(sums[code]) for code in sorted(sums)} for fate, sums in sorted(money.items())},
        inside=_plain(inside),
        clocked=_plain(clocked),
        times={measure: array("I", sorted(times[measure])).tobytes() for measure in MEASURES if measure in times},
    )


def nth(lists: Sequence[Sequence[int]], rank: int) -> int:
    """The element of this rank (from 1) of sorted lists taken together. Raises `ValueError` when there is none."""
    parts = [(one, 0, len(one)) for one in lists if len(one)]
    total = sum(high for _one, _low, high in parts)
    if not 1 <= rank <= total:
        raise ValueError(rank)
    while total > _FEW and len(parts) > 1:
        # The middle of the longest part divides; every element below or above it is thrown away, so that this ends.
        one, low, high = max(parts, key=lambda part: part[2] - part[1])
        pivot = one[(low + high) // 2]
        below = [(one, low, bisect_left(one, pivot, low, high)) for one, low, high in parts]
        smaller = sum(high - low for _one, low, high in below)
        if rank <= smaller:
            parts, total = [part for part in below if part[1] < part[2]], smaller
            continue
        beyond = [(one, bisect_right(one, pivot, low, high), high) for one, low, high in parts]
        larger = sum(high - low for _one, low, high in beyond)
        if rank <= total - larger:
            return pivot
        rank -= total - larger
        parts, total = [part for part in beyond if part[1] < part[2]], larger
    if len(parts) == 1:
        ((one, low, _high),) = parts
        return one[low + rank - 1]
    left = sorted(value for one, low, high in parts for value in one[low:high])
    return left[rank - 1]


def percentile(lists: Sequence[Sequence[int]], percent: int) -> int:
    """The nearest-rank percentile: the smallest element such that so many per cent are not above it."""
    total = sum(len(one) for one in lists)
    return nth(lists, max(1, -(-total * percent // 100)))


def together(cells: Iterable[Cell], measure: str) -> list[int]:
    """All times of one measure of several cells, in order."""
    found = array("I")
    for cell in cells:
        found.frombytes(cell.times.get(measure, b""))
    return sorted(found)


def _money(row: Measured) -> Iterable[tuple[str, Coins]]:
    for fate in ("asked", "held", "returned", "received"):
        coins: Coins | None = getattr(row, fate)
        if coins is not None:
            yield fate, coins


def _plain(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))
