"""Figures of a time between two authorities, made of cells; what must hold of anybody's figures; their digest. Pure.

The definitions stand in clause 22.6 of the protocol and have a number: whoever computes by other ones cannot
countersign, and sees why. A figure is a whole number; rates are made where they are shown, with both parts beside.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.money import CURRENCIES
from lienlac.programmes.indicators.cell import percentile, together
from lienlac.records.measured import MEASURES
from lienlac.vocabulary import typologies as vocabulary
from lienlac.wire.bodies.programmes import Direction, Figures, Ground, Sum, Times

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from lienlac.programmes.indicators.cell import Cell, Key

DEFINITION: Final = 1
"""Changes whenever the same requests would give other figures."""


def figures_of(
    cells: Mapping[Key, Cell], *, pair: tuple[str, str], typologies: Sequence[str], since: datetime, until: datetime
) -> Figures:
    """The figures of these cells between two authorities; cells of others and of other kinds of crime are left out."""
    first, second = sorted(pair)
    covered = covered_by(typologies)
    fitting = {key: cell for key, cell in cells.items() if key.typology in covered}
    return Figures(
        definition=DEFINITION,
        since=since,
        until=until,
        typologies=tuple(sorted(typologies)),
        directions=(_direction(fitting, first, second), _direction(fitting, second, first)),
    )


def covered_by(typologies: Iterable[str]) -> frozenset[str]:
    """Every kind of crime that a list of kinds and families takes in."""
    found: set[str] = set()
    for code in typologies:
        found |= {code, *(word.code for word in vocabulary.members(code))}
    return frozenset(found)


def digest_of(figures: Figures) -> str:
    """The name of exactly these figures: SHA-256 of their JSON, keys in order, instants in UTC."""
    return hashlib.sha256(msgspec.json.encode(figures, order="deterministic")).hexdigest()


def _direction(cells: Mapping[Key, Cell], requester: str, executor: str) -> Direction:
    mine = {key: cell for key, cell in cells.items() if (key.requester, key.executor) == (requester, executor)}
    every = list(mine.values())
    grounds = _added(cell.grounds for cell in every)
    useful = _added(cell.usefulness for cell in every)
    return Direction(
        requester=requester,
        executor=executor,
        requests=sum(cell.requests for cell in every),
        decided=sum(cell.decided for cell in every),
        refused=sum(cell.refused for cell in every),
        freezes=sum(cell.freezes for cell in every),
        held=sum(cell.held for cell in every),
        useful=useful.get("useful", 0),
        partly_useful=useful.get("partly", 0),
        not_useful=useful.get("not-useful", 0),
        times=tuple(_times(mine)),
        grounds=tuple(Ground(code=code, count=count) for code, count in sorted(grounds.items())),
        money=_money(every),
    )


def _times(cells: Mapping[Key, Cell]) -> Iterable[Times]:
    """Of all kinds together first, then of each; what is of each is sorted and added up once."""
    by_kind: dict[str, list[Cell]] = {}
    for key in sorted(cells):
        by_kind.setdefault(key.kind, []).append(cells[key])
    inside = {kind: _added(cell.inside for cell in some) for kind, some in by_kind.items()}
    clocked = {kind: _added(cell.clocked for cell in some) for kind, some in by_kind.items()}
    times = {kind: {one: together(some, one) for one in MEASURES} for kind, some in by_kind.items()}
    for name, kinds in (("", list(by_kind)), *((kind, [kind]) for kind in by_kind if kind)):
        for measure in MEASURES:
            lists = [found for kind in kinds if (found := times[kind][measure])]
            under_clock = sum(clocked[kind].get(measure, 0) for kind in kinds)
            if lists or under_clock:
                yield Times(
                    kind=name,
                    measure=measure,
                    count=sum(len(one) for one in lists),
                    p50_s=percentile(lists, 50) if lists else 0,
                    p90_s=percentile(lists, 90) if lists else 0,
                    most_s=max((one[-1] for one in lists), default=0),
                    inside=sum(inside[kind].get(measure, 0) for kind in kinds),
                    clocked=under_clock,
                )


def _money(cells: Sequence[Cell]) -> tuple[Sum, ...]:
    sums = {
        fate: _added({code: int(units) for code, units in cell.money.get(fate, {}).items()} for cell in cells)
        for fate in _FATES
    }
    currencies = sorted({currency for one in sums.values() for currency in one})
    return tuple(
        Sum(currency=currency, **{fate: str(sums[fate].get(currency, 0)) for fate in _FATES}) for currency in currencies
    )


_FATES: Final = ("asked", "held", "returned", "received")


def _added(several: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in several:
        for name, count in one.items():
            found[name] = found.get(name, 0) + count
    return found


# --- anybody's figures --------------------------------------------------------------------------------------------
def check_figures(figures: Figures) -> None:
    """Raise `Refused("report-figures")` for figures that no requests can give."""
    for direction in figures.directions:
        holds = (
            direction.refused <= direction.decided <= direction.requests
            and direction.held <= direction.freezes <= direction.decided
            and direction.useful + direction.partly_useful + direction.not_useful <= direction.requests
            and sum(ground.count for ground in direction.grounds) == direction.refused
            and all(_possible(one, direction.requests) for one in direction.times)
            and all(one.currency in CURRENCIES for one in direction.money)
            and _once([(one.kind, one.measure) for one in direction.times])
            and _once([one.code for one in direction.grounds])
            and _once([one.currency for one in direction.money])
        )
        if not holds:
            raise Refused("report-figures")


def _possible(times: Times, requests: int) -> bool:
    return (
        times.count <= requests
        and times.inside <= times.clocked <= requests
        and times.p50_s <= times.p90_s <= times.most_s
        and times.measure in MEASURES
    )


def _once(names: Sequence[object]) -> bool:
    return len(set(names)) == len(names) <= limits.PROGRAMME_TIMES_MAX


# --- two sides ----------------------------------------------------------------------------------------------------
def differences(one: Figures, other: Figures) -> list[tuple[str, str, str]]:
    """Where two computations differ: the path of the figure, what the one says, what the other says."""
    left, right = _flat(one), _flat(other)
    return [
        (path, left.get(path, ""), right.get(path, ""))
        for path in sorted({**left, **right})
        if left.get(path) != right.get(path)
    ]


def _flat(figures: Figures) -> dict[str, str]:
    found: dict[str, str] = {"definition": str(figures.definition), "typologies": ", ".join(figures.typologies)}
    for direction in figures.directions:
        way = f"{direction.requester} → {direction.executor}"
        for name in _COUNTS:
            found[f"{way} · {name}"] = str(getattr(direction, name))
        for times in direction.times:
            for name in ("count", "p50_s", "p90_s", "most_s", "inside", "clocked"):
                found[f"{way} · {times.kind or '*'} · {times.measure} · {name}"] = str(getattr(times, name))
        for ground in direction.grounds:
            found[f"{way} · refused · {ground.code}"] = str(ground.count)
        for sums in direction.money:
            for fate in _FATES:
                found[f"{way} · {sums.currency} · {fate}"] = str(getattr(sums, fate))
    return found


_COUNTS: Final = (
    "requests", "decided", "refused", "freezes", "held", "useful", "partly_useful", "not_useful",
)  # fmt: skip
