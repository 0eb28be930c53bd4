"""What stands around an object, as programs see it."""

from __future__ import annotations

from typing import Literal

from lienlac.interface.graph import Graph
from lienlac.interface.parts import Told


class IntelThing(Told, frozen=True, kw_only=True):
    """One object as a neighbour. Without `here` it is stored nowhere that this officer may see: its id is all."""

    id: str
    type: str
    name: str
    tlp: str
    revoked: bool
    here: bool


class IntelLink(Told, frozen=True, kw_only=True):
    """Neighbours by one relation, the newest first.

    `relation` is a relationship's type, or the member of an object that names the other; `out` leads away from the
    object. `vias` are the relationship objects, in the same order. `more`: further ones are not shown.
    """

    direction: Literal["out", "in"]
    relation: str
    kind: Literal["relationship", "reference", "sighting"]
    things: list[IntelThing]
    vias: list[str]
    more: bool


class IntelAround(Told, frozen=True, kw_only=True):
    """An object's neighbours by relation, and the same as a graph."""

    object: IntelThing
    links: list[IntelLink]
    graph: Graph


class IntelStep(Told, frozen=True, kw_only=True):
    """One step of a path, and what it leads to."""

    direction: Literal["out", "in"]
    relation: str
    kind: Literal["relationship", "reference", "sighting"]
    via: str
    thing: IntelThing


class IntelPath(Told, frozen=True, kw_only=True):
    """The shortest way between two objects through what this officer may see; `cut`: none within the bounds."""

    start: IntelThing
    steps: list[IntelStep]
    cut: bool
    graph: Graph
