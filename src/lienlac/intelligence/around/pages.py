"""The picture of what stands around an object, the way from one to another, and where the picture asks for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get
from litestar.params import FromPath

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.around import view
from lienlac.intelligence.pages.kinds import Spoken
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from lienlac.intelligence.around.desk import Rounds
    from lienlac.intelligence.around.neighbour import Around, Path
    from lienlac.interface.graph import Graph
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_READ), "sync_to_thread": True, "include_in_schema": False}
_OBJECT: Final = "/intelligence/objects/{object_id:str}"


def make_handlers(rounds: Rounds) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""

    @get(f"{_OBJECT}/graph", **_READ, name="intel-graph")
    def graph(ask: Ask, object_id: FromPath[str]) -> Response[str]:
        around = rounds.around(ask.officer, object_id)
        shown = view.graph(around, Spoken(ask.words))
        return _page(ask, object_id, Spoken(ask.words).title(around.thing), shown, marks=_marks(around))

    @get(f"{_OBJECT}/graph/neighbours", **_READ, name="intel-graph-neighbours")
    def neighbours(ask: Ask, object_id: FromPath[str]) -> Response[bytes]:
        return ask.json(view.graph(rounds.around(ask.officer, object_id), Spoken(ask.words)))

    @get(f"{_OBJECT}/graph/way", **_READ, name="intel-graph-way")
    def way(ask: Ask, object_id: FromPath[str]) -> Response[bytes]:
        found = rounds.path(ask.officer, object_id, ask.query.get("to") or object_id)
        return ask.json(view.path_graph(found, Spoken(ask.words)))

    @get(f"{_OBJECT}/way", **_READ, name="intel-way")
    def path(ask: Ask, object_id: FromPath[str]) -> Response[str]:
        """The same for a browser without scripts: the way as a picture of its own, and in words."""
        around = rounds.around(ask.officer, object_id)  # who may not see where it begins learns nothing of an end
        try:
            found: Path | None = rounds.path(ask.officer, object_id, ask.query.get("to", "").strip())
        except NotAllowed:
            found = None  # an end that is hidden and one that is not there are the same
        steps = Spoken(ask.words)
        shown = view.graph(around, steps) if found is None or not found.steps else view.path_graph(found, steps)
        marks = _marks(around, found)
        return _page(ask, object_id, Spoken(ask.words).title(around.thing), shown, marks=marks, way=found, asked=True)

    return (graph, neighbours, way, path)


def _marks(around: Around, way: Path | None = None) -> set[str]:
    """What everything shown is marked with: the sheet on which it is printed bears the strictest."""
    near = [thing for group in around.groups for thing in group.things]
    along = [] if way is None else [way.start, *(step.thing for step in way.steps)]
    return {thing.tlp for thing in (around.thing, *near, *along) if thing.here}


def _page(
    ask: Ask,
    object_id: str,
    name: str,
    graph: Graph,
    *,
    marks: set[str],
    way: Path | None = None,
    asked: bool = False,
) -> Response[str]:
    found = way is not None and bool(way.steps)
    base = f"/intelligence/objects/{object_id}"
    source = f"{base}/graph/way" if found else f"{base}/graph/neighbours"
    return ask.page(
        "intelligence/graph.html",
        title=name,
        object_id=object_id,
        graph=graph,
        marks=marks,
        source=source if not found or way is None else f"{source}?to={way.steps[-1].thing.id}",
        way=way,
        asked=asked,
        spoken=Spoken(ask.words),
        max=limits.GRAPH_NODES_MAX,
    )
