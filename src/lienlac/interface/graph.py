"""A graph as it travels: things, how they hang together, and what of it is not shown. For any subject."""

from __future__ import annotations

from typing import Literal

from lienlac.interface.parts import Told

Shape = Literal[
    "ellipse",
    "rectangle",
    "round-rectangle",
    "diamond",
    "hexagon",
    "triangle",
    "pentagon",
    "octagon",
    "rhomboid",
    "star",
]
Tone = Literal["blue", "green", "amber", "red", "plain"]


class GraphNode(Told, frozen=True, kw_only=True):
    """One thing. `kind` is a code, `says` its name in the reader's language; shape and colour tell it apart together.

    `path` is where it is shown, `expands` where its neighbours are asked for; empty where there is no such place.
    `note` stands beside it in words: a mark, that it was revoked, that it is not here.
    """

    id: str
    kind: str
    label: str
    says: str
    shape: Shape = "ellipse"
    tone: Tone = "plain"
    path: str = ""
    expands: str = ""
    note: str = ""


class GraphEdge(Told, frozen=True, kw_only=True):
    """How one thing hangs together with another, in the direction in which it is said.

    `path` is where that is said, empty where it has no place of its own; `note` stands beside it in words.
    """

    id: str
    source: str
    target: str
    label: str
    kind: Literal["relationship", "reference", "sighting"] = "reference"
    path: str = ""
    note: str = ""


class GraphMore(Told, frozen=True, kw_only=True):
    """Of one thing's neighbours by this relation so many are shown, and there are more."""

    node: str
    label: str
    shown: int


class Graph(Told, frozen=True, kw_only=True):
    """Nodes and edges, each once; every edge's ends are among the nodes."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]
    more: list[GraphMore]
