"""The two ends of a way in a graph, as a reader names them: by an id, by a name, by some words of one. Pure.

A name with or without its tones finds the same; where several fit, a person chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.identifiers.folding import fold

if TYPE_CHECKING:
    from lienlac.cases.entities.graph import Graph, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What was typed and what it finds. `node`: the one that is meant; `left`: how many fit beside those found."""

    typed: str
    node: Node | None
    found: tuple[Node, ...]
    left: int

    @property
    def told(self) -> str:
        """What stands in the field: a name rather than an id."""
        return self.typed if self.node is None else self.node.name

    @property
    def unclear(self) -> bool:
        """Nothing fits, or a person has to choose."""
        return bool(self.typed) and self.node is None


def looked_up(graph: Graph, typed: str, chosen: str) -> End:
    """The entity that a text means; `chosen`: the one that was ticked among several, if it still fits the text."""
    typed = typed.strip()[: limits.LINE_MAX_CHARS]
    if typed in graph.nodes:
        chosen, typed = typed, graph.nodes[typed].name
    found = _fitting(graph, typed) if typed else []
    node = next((one for one in found if one.id == chosen), found[0] if len(found) == 1 else None)
    if node is not None:
        found.sort(key=lambda one: one.id != node.id)
    most = limits.CASE_GRAPH_ENDS_SHOWN
    return End(typed=typed, node=node, found=tuple(found[:most]), left=max(0, len(found) - most))


def _fitting(graph: Graph, typed: str) -> list[Node]:
    """Those written so; else those whose name holds all of the words."""
    wanted = fold(typed)
    if not wanted:
        return []
    names = {one.id: [fold(name) for name in (one.name, *one.also)] for one in graph.nodes.values()}
    same = [one for one in graph.nodes.values() if wanted in names[one.id]]
    words = wanted.split()
    return same or [
        one for one in graph.nodes.values() if any(all(word in name for word in words) for name in names[one.id])
    ]
