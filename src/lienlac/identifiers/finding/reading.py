"""Reads a text: strips it, lets every scanner look, and keeps of overlapping finds the one that was told more surely.

The order of the scanners is the order of precedence: what has its own mark or check comes before what only has a form.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.identifiers.finding import chains, handles, named, networks, numbers, sums
from lienlac.identifiers.finding.found import Find, Reading
from lienlac.identifiers.finding.stripping import strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SCANNERS: Final[tuple[Callable[[str], Iterator[Find]], ...]] = (
    named.scan,
    chains.scan,
    networks.scan,
    handles.scan,
    sums.scan,
    numbers.scan,
)

_HELD: Final = frozenset({"bank-account", "account-number", "iban", "card-trunc"})
"""What has a holder."""


def read(text: str) -> Reading:
    """Everything found in a text, in its order. Never raises; bounded by `limits.FINDING_MAX_FINDS`."""
    stripped = strip(text)
    taken: list[tuple[int, int]] = []
    finds: list[Find] = []

    def names(text: str) -> Iterator[Find]:
        return named.names_near(text, sorted(_accounts(finds)))

    for scan in (*_SCANNERS, names):
        for find in scan(stripped.text):
            if len(finds) >= limits.FINDING_MAX_FINDS:
                return _reading(stripped.text, finds, stripped.removed, more=True)
            if _free(taken, find.start, find.end):
                insort(taken, (find.start, find.end))
                finds.append(find)
    return _reading(stripped.text, finds, stripped.removed, more=False)


def _accounts(finds: list[Find]) -> list[tuple[int, int]]:
    return [(find.start, find.end) for find in finds if find.type in _HELD]


def _reading(text: str, finds: list[Find], removed: dict[str, int], *, more: bool) -> Reading:
    return Reading(text=text, finds=tuple(sorted(finds, key=lambda one: one.start)), removed=removed, more=more)


def _free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_right(taken, (start, end))
    before = taken[place - 1] if place else (0, 0)
    after = taken[place] if place < len(taken) else (end, end)
    return before[1] <= start and end <= after[0]
