"""An officer looks round: neighbours of an object, the way from one to another, what else names what it names.

Everything goes through what the officer may see: a neighbour that they may not see is an id that stands in bytes which
they may read, and no path leads through it. Whatever is cut off for its number is said to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.around import store
from lienlac.intelligence.around.neighbour import (
    Around,
    Group,
    Line,
    Path,
    Step,
    Thing,
    line_of,
    ordered,
    other_end,
    type_of,
)
from lienlac.intelligence.search.words import links_of
from lienlac.intelligence.store import collections
from lienlac.intelligence.views import told
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.identifiers.index.desk import Known
    from lienlac.identifiers.index.mention import Mention, Naming
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.store.objects import Stored
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database


class Elsewhere(Protocol):
    """The index, asked what else names what a thing names."""

    def elsewhere(
        self, connection: Connection, officer: Officer, thing_id: str, mentions: Iterable[Mention]
    ) -> list[Known]:
        """The telling ones first."""
        ...


class Names(Protocol):
    """What a stored version names, in the index's terms."""

    def naming(self, connection: Connection, version: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """None for one that shows nowhere."""
        ...


class _End(NamedTuple):
    """One end of a line, before it has a name."""

    line: Line
    id: str


class Rounds:
    """What pages, programs and commands call."""

    def __init__(self, *, database: Database, index: Elsewhere | None, names: Names) -> None:
        self._database = database
        self._index = index
        self._names = names

    def around(self, officer: Officer, object_id: str) -> Around:
        """An object's neighbours by relation. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            places = self._places(connection, officer)
            return _around(connection, places, _found(connection, places, object_id))

    def path(self, officer: Officer, start: str, end: str) -> Path:
        """The shortest way between two objects, found from both sides. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            places = self._places(connection, officer)
            first, last = (_found(connection, places, one) for one in (start, end))
            return _Walk(connection, places, first, last).path()

    def elsewhere(self, officer: Officer, object_id: str) -> list[Known]:
        """What else names the identifiers that an object names. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            places = self._places(connection, officer)
            found = _found(connection, places, object_id)
            named = self._names.naming(connection, str(found.added_us)) if self._index is not None else None
            if self._index is None or named is None:
                return []
            return self._index.elsewhere(connection, officer, named[0].id, named[1])

    def things(self, officer: Officer, object_ids: Iterable[str]) -> dict[str, Thing]:
        """Those of these objects that the officer may see, by id: what a list of ids is called."""
        with self._database.read() as connection:
            found = store.newest(connection, self._places(connection, officer), object_ids)
        return {object_id: _thing(one) for object_id, one in found.items()}

    def _places(self, connection: Connection, officer: Officer) -> list[Collection]:
        rights.require(officer, Action.INTEL_READ)
        return collections.listed(connection, scope_of(officer), closed=True)


def _found(connection: Connection, places: Sequence[Collection], object_id: str) -> Stored:
    found = store.newest(connection, places, [object_id]).get(object_id)
    if found is None:
        raise NotAllowed("not-found")
    return found


def _around(connection: Connection, places: Sequence[Collection], centre: Stored) -> Around:
    groups: dict[tuple[str, str, str], list[_End]] = {}
    cut: set[tuple[str, str, str]] = set()
    for end in _outward(centre):
        groups.setdefault(_which(end.line), []).append(end)
    for role in store.roles(connection, centre.object_id):
        naming = store.naming(connection, places, centre.object_id, role, most=limits.INTEL_NEIGHBOURS_SHOWN + 1)
        for row in naming:
            value = orjson.loads(row.raw)
            member = role.partition(":")[0]
            if (member, centre.object_id) not in set(links_of(value)):
                continue  # another id with the same short digest
            line = line_of(value, member, row.object_id, towards="in")
            groups.setdefault(_which(line), []).append(_End(line, other_end(value, member) or row.object_id))
            if len(naming) > limits.INTEL_NEIGHBOURS_SHOWN:
                cut.add(_which(line))
    wanted = {end.id for ends in groups.values() for end in ends[: limits.INTEL_NEIGHBOURS_SHOWN]}
    here = store.newest(connection, places, wanted)
    return Around(
        thing=_thing(centre),
        groups=ordered([_group(ends, here, more=which in cut) for which, ends in groups.items()]),
    )


def _outward(centre: Stored) -> list[_End]:
    """What an object itself names."""
    value: dict[str, Any] = orjson.loads(centre.raw)
    ends = dict.fromkeys((role, target) for role, target in links_of(value) if target != centre.object_id)
    return [_End(Line("out", role, "reference"), target) for role, target in ends]


def _group(ends: Sequence[_End], here: Mapping[str, Stored], *, more: bool) -> Group:
    once = {end.id: end for end in reversed(ends)}  # the newest line to each
    kept = list(reversed(once.values()))
    shown = kept[: limits.INTEL_NEIGHBOURS_SHOWN]
    return Group(
        line=shown[0].line._replace(via=""),
        things=tuple(_thing(here[end.id]) if end.id in here else _elsewhere(end.id) for end in shown),
        vias=tuple(end.line.via for end in shown),
        more=more or len(kept) > len(shown),
    )


def _which(line: Line) -> tuple[str, str, str]:
    return line.kind, line.direction, line.relation


def _thing(one: Stored) -> Thing:
    name = told.name_of(one.raw)
    return Thing(one.object_id, one.type, name, told.tlp(one.tlp), revoked=bool(one.revoked), here=True)


def _elsewhere(object_id: str) -> Thing:
    return Thing(object_id, type_of(object_id), "")


class _Walk:
    """Looks for a way from both ends, one ring at a time, through what is here; bounded in steps and in looks."""

    def __init__(self, connection: Connection, places: Sequence[Collection], first: Stored, last: Stored) -> None:
        self._connection = connection
        self._places = places
        self._ends = first.object_id, last.object_id
        self._things = {one.object_id: _thing(one) for one in (first, last)}
        self._looked = 0

    def path(self) -> Path:
        """The steps from the first to the last."""
        start, end = self._ends
        if start == end:
            return Path(start=self._things[start], steps=())
        came: tuple[dict[str, tuple[str, Line] | None], ...] = ({start: None}, {end: None})
        rings: list[list[str]] = [[start], [end]]
        for _ in range(limits.INTEL_PATH_MAX_STEPS):
            side = 0 if len(rings[0]) <= len(rings[1]) else 1
            if not rings[side]:
                return Path(start=self._things[start], steps=())
            rings[side], met = self._ring(rings[side], came[side], came[1 - side])
            if met:
                return Path(start=self._things[start], steps=self._joined(met, came[0], came[1]))
            if self._looked >= limits.INTEL_PATH_LOOKS_MAX:
                break
        return Path(start=self._things[start], steps=(), cut=True)

    def _ring(
        self, ring: Sequence[str], mine: dict[str, tuple[str, Line] | None], theirs: Mapping[str, object]
    ) -> tuple[list[str], str]:
        """Everything one step further, and where both sides met."""
        further: list[str] = []
        for one in ring:
            if self._looked >= limits.INTEL_PATH_LOOKS_MAX:
                break
            self._looked += 1
            found = store.newest(self._connection, self._places, [one])
            for group in _around(self._connection, self._places, found[one]).groups:
                for thing, via in zip(group.things, group.vias, strict=True):
                    if not thing.here or thing.id in mine:
                        continue
                    self._things[thing.id] = thing
                    mine[thing.id] = one, group.line._replace(via=via)
                    if thing.id in theirs:
                        return further, thing.id
                    further.append(thing.id)
        return further, ""

    def _joined(
        self,
        met: str,
        first: Mapping[str, tuple[str, Line] | None],
        last: Mapping[str, tuple[str, Line] | None],
    ) -> tuple[Step, ...]:
        steps: list[Step] = []
        place = met
        while (came := first[place]) is not None:
            steps.append(Step(came[1], self._things[place]))
            place = came[0]
        steps.reverse()
        place = met
        while (came := last[place]) is not None:
            line = came[1]
            turned = line._replace(direction="in" if line.direction == "out" else "out")
            place = came[0]
            steps.append(Step(turned, self._things[place]))
        return tuple(steps)
