"""What stands around an object, as programs and pictures see it. Pure; words come from whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac.interface.graph import Graph, GraphEdge, GraphMore, GraphNode
from lienlac.interface.intelligence import around as shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lienlac.intelligence.around.neighbour import Around, Line, Path, Thing
    from lienlac.interface.graph import Shape, Tone


class Says(Protocol):
    """Words in the reader's language."""

    def type(self, type_: str, /) -> str:
        """What a type is called."""
        ...

    def title(self, thing: Thing, /) -> str:
        """What stands under it: its name that nobody can click, else its type and the beginning of its id."""
        ...

    def look(self, type_: str, /) -> tuple[Shape, Tone]:
        """Its outline and colour."""
        ...

    def line(self, line: Line, /) -> str:
        """What a line says, read in its own direction."""
        ...

    def note(self, thing: Thing, /) -> str:
        """What stands beside a thing: its mark, that it was revoked, that it is not here."""
        ...


def thing(one: Thing) -> shapes.IntelThing:
    """One neighbour."""
    return shapes.IntelThing(id=one.id, type=one.type, name=one.name, tlp=one.tlp, revoked=one.revoked, here=one.here)


def around(one: Around, says: Says) -> shapes.IntelAround:
    """An object's neighbours."""
    return shapes.IntelAround(
        object=thing(one.thing),
        links=[
            shapes.IntelLink(
                direction=group.line.direction,
                relation=group.line.relation,
                kind=group.line.kind,
                things=[thing(each) for each in group.things],
                vias=list(group.vias),
                more=group.more,
            )
            for group in one.groups
        ],
        graph=graph(one, says),
    )


def path(one: Path, says: Says) -> shapes.IntelPath:
    """The way between two."""
    return shapes.IntelPath(
        start=thing(one.start),
        steps=[
            shapes.IntelStep(
                direction=step.line.direction,
                relation=step.line.relation,
                kind=step.line.kind,
                via=step.line.via,
                thing=thing(step.thing),
            )
            for step in one.steps
        ],
        cut=one.cut,
        graph=path_graph(one, says),
    )


def graph(one: Around, says: Says) -> Graph:
    """A star: the object and its neighbours."""
    edges = [
        _edge(one.thing.id, each.id, group.line._replace(via=via), says)
        for group in one.groups
        for each, via in zip(group.things, group.vias, strict=True)
    ]
    more = [
        GraphMore(node=one.thing.id, label=says.line(group.line), shown=len(group.things))
        for group in one.groups
        if group.more
    ]
    things = (one.thing, *(each for group in one.groups for each in group.things))
    return Graph(nodes=_nodes(things, says), edges=_once(edges), more=more)


def path_graph(one: Path, says: Says) -> Graph:
    """A chain."""
    edges, before = [], one.start.id
    for step in one.steps:
        edges.append(_edge(before, step.thing.id, step.line, says))
        before = step.thing.id
    return Graph(nodes=_nodes((one.start, *(step.thing for step in one.steps)), says), edges=_once(edges), more=[])


def _nodes(things: Iterable[Thing], says: Says) -> list[GraphNode]:
    return [
        GraphNode(
            id=one.id,
            kind=one.type,
            label=says.title(one),
            says=says.type(one.type),
            shape=says.look(one.type)[0],
            tone=says.look(one.type)[1],
            path=f"/intelligence/objects/{one.id}" if one.here else "",
            expands=f"/intelligence/objects/{one.id}/graph/neighbours" if one.here else "",
            note=says.note(one),
        )
        for one in {each.id: each for each in things}.values()
    ]


def _edge(centre: str, other: str, line: Line, says: Says) -> GraphEdge:
    source, target = (centre, other) if line.direction == "out" else (other, centre)
    name = line.via or f"{source} {line.relation} {target}"
    return GraphEdge(id=name, source=source, target=target, label=says.line(line), kind=line.kind)


def _once(edges: Sequence[GraphEdge]) -> list[GraphEdge]:
    return list({one.id: one for one in edges}.values())
