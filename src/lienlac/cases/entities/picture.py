"""A case's graph as a picture and the table beside it show it; what stands around one entity. Pure.

Words and addresses come from whoever asks. What is cut off for its number is said to be.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, Protocol

from lienlac.interface.graph import Graph, GraphEdge, GraphMore, GraphNode

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lienlac.cases.entities.graph import Edge, Node
    from lienlac.cases.entities.graph import Graph as CaseGraph
    from lienlac.identifiers.index.desk import Known, Seen
    from lienlac.interface.graph import Shape, Tone

Line = Literal["relationship", "reference", "sighting"]
LOOKS: Final[dict[str, tuple[Shape, Tone]]] = {
    "person": ("ellipse", "blue"),
    "organisation": ("round-rectangle", "blue"),
    "account": ("octagon", "green"),
    "wallet": ("octagon", "amber"),
    "phone": ("pentagon", "green"),
    "email": ("pentagon", "blue"),
    "profile": ("pentagon", "amber"),
    "domain": ("rectangle", "amber"),
    "address": ("rectangle", "plain"),
    "device": ("hexagon", "plain"),
    "app": ("hexagon", "red"),
    "file": ("rhomboid", "plain"),
    "place": ("star", "green"),
    "vehicle": ("diamond", "plain"),
    "other": ("triangle", "plain"),
}
"""Outline and colour by kind of entity, together: what often stands side by side differs in its outline already."""
_ELSEWHERE: Final[tuple[Shape, Tone]] = ("star", "red")


class Says(Protocol):
    """Words in the reader's language, and addresses."""

    def kind(self, code: str, /) -> str:
        """What a kind of entity is called."""
        ...

    def note(self, node: Node, /) -> str:
        """What stands beside an entity: its role, what was merged into it."""
        ...

    def relation(self, edge: Edge, /) -> str:
        """What a relation is called."""
        ...

    def certainty(self, edge: Edge, /) -> str:
        """How certain it is; empty when nobody said."""
        ...

    def same(self, known: Known, /) -> str:
        """What both name, or how alike their names are."""
        ...

    def elsewhere(self, seen: Seen, /) -> tuple[str, str, str, str]:
        """Another thing: what its kind is called, its own name, how it names the identifier, its address."""
        ...


def chosen(graph: CaseGraph, kinds: Collection[str], most: int) -> tuple[CaseGraph, int]:
    """The graph of these kinds (all of them when none is named), and how many entities do not fit.

    Where there are too many, those with the most relations stay.
    """
    nodes = [one for one in graph.nodes.values() if not kinds or one.kind in kinds]
    if len(nodes) > most:
        lines = Counter(end for edge in graph.edges for end in (edge.source, edge.target))
        nodes = sorted(nodes, key=lambda one: -lines[one.id])
    return _of(graph, [one.id for one in nodes[:most]]), max(0, len(nodes) - most)


def drawn(graph: CaseGraph, at: str, says: Says) -> Graph:
    """All of a graph."""
    return Graph(
        nodes=[_node(one, at, says) for one in graph.nodes.values()],
        edges=[_edge(one, at, says) for one in graph.edges],
        more=[],
    )


def chain(graph: CaseGraph, way: Sequence[Edge], at: str, says: Says) -> Graph:
    """The way between two."""
    ends = dict.fromkeys(end for edge in way for end in (edge.source, edge.target))
    return Graph(
        nodes=[_node(graph.nodes[one], at, says) for one in ends], edges=[_edge(one, at, says) for one in way], more=[]
    )


def around(
    graph: CaseGraph, centre: str, known: Sequence[Known], here: Mapping[str, str], at: str, says: Says
) -> Graph:
    """An entity, its neighbours in the case, and what else this node knows of what it names.

    `here`: things of the index that are entities of this very case, by their place in the graph.
    """
    edges = [one for one in graph.edges if centre in {one.source, one.target}]
    ends = dict.fromkeys((centre, *(end for edge in edges for end in (edge.source, edge.target))))
    nodes = {one: _node(graph.nodes[one], at, says) for one in ends}
    lines = [_edge(one, at, says) for one in edges]
    more = []
    for one in known:
        label = says.same(one)
        shown = 0
        for seen in one.seen:
            place = here.get(seen.id, f"{seen.kind}:{seen.id}")
            if place == centre:
                continue
            shown += 1
            if place not in nodes:
                nodes[place] = (
                    _node(graph.nodes[place], at, says) if place in graph.nodes else _other(place, seen, says)
                )
            kind: Line = "reference" if one.likeness is None else "sighting"
            lines.append(
                GraphEdge(id=f"{centre} {label} {place}", source=centre, target=place, label=label, kind=kind)
            )  # fmt: skip
        if one.times > len(one.seen) or one.at_least:
            more.append(GraphMore(node=centre, label=label, shown=shown))
    return Graph(nodes=list(nodes.values()), edges=list({one.id: one for one in lines}.values()), more=more)


def _of(graph: CaseGraph, ids: Sequence[str]) -> CaseGraph:
    nodes = {one: graph.nodes[one] for one in ids}
    return type(graph)(nodes=nodes, edges=tuple(e for e in graph.edges if e.source in nodes and e.target in nodes))


def _node(one: Node, at: str, says: Says) -> GraphNode:
    shape, tone = LOOKS[one.kind]
    return GraphNode(
        id=one.id,
        kind=one.kind,
        label=one.name,
        says=says.kind(one.kind),
        shape=shape,
        tone=tone,
        path=f"{at}/e/{one.id}",
        expands=f"{at}/graph/{one.id}/neighbours",
        note=says.note(one),
    )


def _edge(one: Edge, at: str, says: Says) -> GraphEdge:
    return GraphEdge(
        id=one.element,
        source=one.source,
        target=one.target,
        label=says.relation(one),
        kind="relationship",
        path=f"{at}/e/{one.element}",
        note=says.certainty(one),
    )


def _other(place: str, seen: Seen, says: Says) -> GraphNode:
    kind, name, note, path = says.elsewhere(seen)
    shape, tone = _ELSEWHERE
    return GraphNode(
        id=place, kind="elsewhere", label=name, says=kind, shape=shape, tone=tone, path=path, note=note
    )  # fmt: skip
