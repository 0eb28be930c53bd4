"""A quarter's figures as data: a line for each number, with what it is made of. Pure.

A cell that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac.programmes.showing.rates import rates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.wire.bodies.programmes import Direction, Figures

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_HEAD: Final = ("since", "until", "requester", "executor", "figure", "kind", "value", "numerator", "denominator")


def figures_csv(several: Iterable[Figures]) -> bytes:
    """Every number of some quarters."""
    rows = [_HEAD, *(line for figures in several for line in _lines(figures))]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_safe(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def figures_json(figures: Figures) -> bytes:
    """Exactly the figures whose SHA-256 is the report's digest."""
    return msgspec.json.encode(figures, order="deterministic")


def _lines(figures: Figures) -> Iterator[tuple[str, ...]]:
    for direction in figures.directions:
        head = (figures.since.isoformat(), figures.until.isoformat(), direction.requester, direction.executor)
        for line in _of_direction(direction):
            yield (*head, *line)


def _of_direction(direction: Direction) -> Iterator[tuple[str, ...]]:
    yield ("requests", "", str(direction.requests), "", "")
    for rate in rates(direction):
        yield (rate.code, "", rate.percent, str(rate.part), str(rate.whole))
    for times in direction.times:
        for name, value in (("p50_s", times.p50_s), ("p90_s", times.p90_s), ("most_s", times.most_s)):
            yield (f"{times.measure}-{name}", times.kind, str(value), "", str(times.count))
        yield (f"{times.measure}-inside", times.kind, "", str(times.inside), str(times.clocked))
    for ground in direction.grounds:
        yield (f"refused-{ground.code}", "", "", str(ground.count), str(direction.refused))
    for sums in direction.money:
        for fate in ("asked", "held", "returned", "received"):
            yield (f"money-{fate}", sums.currency, getattr(sums, fate), "", "")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
