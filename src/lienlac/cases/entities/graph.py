"""A case as a graph: entities and how they belong together; the way between two; what other programs draw. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.records.shared.fold import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An entity. `also`: what was merged into it."""

    id: str
    name: str
    kind: str
    role: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """How one entity belongs to another. `element`: where that is said."""

    source: str
    target: str
    relation: str
    certainty: str
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes by id, and edges between them; an edge whose end cannot be seen here is left out."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]


def drawn(entities: Iterable[Element], relations: Iterable[Element], shown_as: Mapping[str, str]) -> Graph:
    """The graph of a case; entities that are one are one node, under the name of the first."""
    nodes: dict[str, Node] = {}
    also: dict[str, list[str]] = {}
    for element in entities:
        if not element.standing:
            continue
        says = element.standing[-1].says
        lead = shown_as.get(element.id, element.id)
        if lead != element.id:
            also.setdefault(lead, []).append(says.name)
            continue
        nodes[element.id] = Node(id=element.id, name=says.name, kind=says.kind.value, role=says.role.value)
    nodes = {
        one.id: Node(id=one.id, name=one.name, kind=one.kind, role=one.role, also=tuple(also.get(one.id, ())))
        for one in nodes.values()
    }
    edges = []
    for element in relations:
        if not element.standing:
            continue
        says = element.standing[-1].says
        source, target = shown_as.get(says.source, says.source), shown_as.get(says.target, says.target)
        if source in nodes and target in nodes and source != target:
            edges.append(
                Edge(
                    source=source,
                    target=target,
                    relation=says.relation,
                    certainty=says.certainty.value,
                    element=element.id,
                )
            )
    return Graph(nodes=nodes, edges=tuple(edges))


def way(graph: Graph, start: str, goal: str) -> tuple[Edge, ...]:
    """The shortest way between two entities, whichever way the relations read; empty when there is none."""
    beside: dict[str, list[tuple[str, Edge]]] = {}
    for edge in graph.edges:
        beside.setdefault(edge.source, []).append((edge.target, edge))
        beside.setdefault(edge.target, []).append((edge.source, edge))
    came: dict[str, tuple[str, Edge]] = {}
    waiting = deque([start])
    while waiting and goal not in came:
        here = waiting.popleft()
        for there, edge in beside.get(here, ()):
            if there != start and there not in came:
                came[there] = here, edge
                waiting.append(there)
    found: list[Edge] = []
    here = goal
    while here in came:
        here, edge = came[here]
        found.append(edge)
    return tuple(reversed(found)) if here == start and start != goal else ()


def graphml(graph: Graph) -> str:
    """GraphML, as Gephi, yEd and others read it. Names are data: what is special in XML is written as its sign."""
    keys = "".join(
        f'<key id="{name}" for="{kind}" attr.name="{name}" attr.type="string"/>'
        for kind, names in (("node", ("name", "kind", "role")), ("edge", ("relation", "certainty")))
        for name in names
    )
    nodes = "".join(
        f"<node id={_quoted(one.id)}>{_data('name', one.name)}{_data('kind', one.kind)}{_data('role', one.role)}</node>"
        for one in graph.nodes.values()
    )
    edges = "".join(
        f"<edge source={_quoted(one.source)} target={_quoted(one.target)}>{_data('relation', one.relation)}"
        f"{_data('certainty', one.certainty)}</edge>"
        for one in graph.edges
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
        f'{keys}<graph edgedefault="directed">{nodes}{edges}</graph></graphml>'
    )


def _data(key: str, text: str) -> str:
    printable = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    return f'<data key="{key}">{escape(printable)}</data>'


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'
