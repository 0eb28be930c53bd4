"""Entities: how they belong together, the way between two, which may be one; a person decides that they are, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get, post

from lienlac import limits
from lienlac.cases.entities import picture
from lienlac.cases.entities.ends import looked_up
from lienlac.cases.entities.graph import way
from lienlac.cases.entities.leaf import leaf
from lienlac.cases.pages.sheets import CERTAINTIES, ENTITY_KINDS, ENTITY_ROLES, RELATIONS
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers.contact import defang
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.known import words
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import marks_of
from lienlac.ui.words import N_
from lienlac.wire.bodies.cases import Verdict
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.cases.entities.graph import Edge, Node
    from lienlac.cases.entities.graph import Graph as CaseGraph
    from lienlac.identifiers.index.desk import Known, Seen
    from lienlac.identifiers.names import Tones
    from lienlac.interface.graph import Graph
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_GRAPH = "/cases/{record_id:str}/graph"
_READ, _WRITE = needs(Action.CASE_READ), needs(Action.CASE_WRITE)
TONES = {
    "same": N_("the tones are the same"),
    "unwritten": N_("one is written without tones"),
    "different": N_("the tones differ"),
}


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """Where an entity lies, the picture, proposals, the decision."""

    @get("/cases/entities/{mention_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def found(ask: Ask, mention_id: FromPath[str]) -> Response[str]:
        place = cases.entities.place(ask.officer, mention_id)
        return ask.redirect(f"/cases/{place[0]}/e/{place[1]}")

    @get("/cases/{record_id:str}/duplicates", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def duplicates(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        proposals, elements = cases.entities.proposals(ask.officer, record_id)
        return frame.page(
            ask,
            subject,
            shown,
            "cases/duplicates.html",
            tab="duplicates",
            proposals=proposals,
            elements=elements,
            look=subject.shared.shape.look,
            tones=_tones,
            marks_first="amber",
        )

    @post(
        "/cases/{record_id:str}/duplicates", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200
    )
    def decide(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form
        if form.get("verdict") not in set(Verdict):
            raise Refused("choice-unknown", field="verdict")
        pair = form.get("first"), form.get("second")
        proposals, _elements = cases.entities.proposals(ask.officer, record_id)
        known = next((one for one in proposals if {one.first, one.second} == set(pair)), None)
        reasons = () if known is None else _reasons(ask, known)
        cases.entities.decide(
            ask.officer, record_id, *pair, Verdict(form.get("verdict")), reasons, Said(), marks_of(form)
        )
        return ask.redirect(f"/cases/{record_id}/duplicates", ask.gettext("Written down. It can be taken back."))

    return (found, *make_pictures(cases, subject), duplicates, decide)


def make_pictures(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The picture with its table, its data, what stands around one entity, the way between two."""

    @get(_GRAPH, opt=_READ, sync_to_thread=True, include_in_schema=False, name="case-graph")
    def graph(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        whole = cases.entities.graph(ask.officer, record_id)
        kinds = [code for code, _label in ENTITY_KINDS if ask.query.get(f"k-{code}")]
        ends = {one: looked_up(whole, ask.query.get(one, ""), ask.query.get(f"{one}-id", "")) for one in ("from", "to")}
        start, goal = (None if one.node is None else one.node.id for one in ends.values())
        between = way(whole, start, goal) if start and goal else ()
        made, left = picture.chosen(whole, kinds, limits.GRAPH_NODES_MAX)
        return _page(
            ask, subject, shown, picture.drawn(made, _at(shown.line.id), Spoken(ask)), whole, kinds=kinds, left=left,
            ends=ends, between=between, asked=bool(start and goal),
        )  # fmt: skip

    @get(f"{_GRAPH}/data", opt=_READ, sync_to_thread=True, include_in_schema=False, name="case-graph-data")
    def data(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        line = subject.shared.read.room(ask.officer, record_id).line
        made, _left = picture.chosen(cases.entities.graph(ask.officer, record_id), (), limits.GRAPH_NODES_MAX)
        return ask.json(picture.drawn(made, _at(line.id), Spoken(ask)))

    @get(f"{_GRAPH}/way/{{element_id:str}}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def path(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[bytes]:
        line = subject.shared.read.room(ask.officer, record_id).line
        whole, goal = cases.entities.graph(ask.officer, record_id), ask.query.get("to", "") or element_id
        if not {element_id, goal} <= whole.nodes.keys():
            raise NotAllowed("not-found")
        return ask.json(picture.chain(whole, way(whole, element_id, goal), _at(line.id), Spoken(ask)))

    @get(f"{_GRAPH}/{{element_id:str}}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def near(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[str]:
        """The same as the picture asks for, for a browser without scripts."""
        shown = subject.shared.read.room(ask.officer, record_id)
        found = cases.entities.around(ask.officer, record_id, element_id)
        made = picture.around(found.graph, found.centre, found.known, found.here, _at(shown.line.id), Spoken(ask))
        ends = {one: looked_up(found.graph, "", "") for one in ("from", "to")}
        centre = found.graph.nodes[found.centre]
        return _page(ask, subject, shown, made, found.graph, centre=centre, ends=ends)

    @get(f"{_GRAPH}/{{element_id:str}}/neighbours", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def neighbours(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[bytes]:
        line = subject.shared.read.room(ask.officer, record_id).line
        found = cases.entities.around(ask.officer, record_id, element_id)
        return ask.json(picture.around(found.graph, found.centre, found.known, found.here, _at(line.id), Spoken(ask)))

    return (graph, data, path, near, neighbours)


class Spoken:
    """What a picture says, in the reader's language."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._kinds, self._roles = (
            {code: ask.gettext(label) for code, label in some} for some in (ENTITY_KINDS, ENTITY_ROLES)
        )
        self._relations = {code: ask.gettext(label) for code, label in RELATIONS}
        self._certainties = {code: ask.gettext(label) for code, label in CERTAINTIES if code != "unknown"}

    def kind(self, code: str, /) -> str:
        """What a kind of entity is called."""
        return self._kinds[code]

    def note(self, node: Node, /) -> str:
        """Its role, what was merged into it."""
        also = [self._ask.gettext("also %(names)s", names=", ".join(node.also))] if node.also else []
        return "; ".join([self._roles[node.role], *also])

    def relation(self, edge: Edge, /) -> str:
        """One that nobody here has named shows itself."""
        return self._relations.get(edge.relation, edge.relation)

    def certainty(self, edge: Edge, /) -> str:
        """Nothing where nobody said."""
        return self._certainties.get(edge.certainty, "")

    def same(self, known: Known, /) -> str:
        """What both name, or how alike their names are."""
        if known.likeness is not None:
            score, tones = round(known.likeness.score), self._ask.gettext(TONES[known.likeness.tones.value])
            return self._ask.gettext("a name alike to %(score)s %%: %(tones)s", score=score, tones=tones)
        shown = defang(known.about.shown or known.about.key)
        type_ = words.type_label(self._ask, known.about.type)
        return self._ask.gettext("both name %(value)s (%(type)s)", value=shown, type=type_)

    def elsewhere(self, seen: Seen, /) -> tuple[str, str, str, str]:
        """Another thing as the list of what is known elsewhere shows it."""
        kind = self._ask.gettext(words.KINDS.get(seen.kind, seen.kind))
        return kind, defang(seen.label), self._ask.gettext(words.ROLES[seen.role]), words.href(seen)


def _page(ask: Ask, subject: Subject, shown: Room, made: Graph, whole: CaseGraph, **values: Any) -> Response[str]:
    centre: Node | None = values.pop("centre", None)
    source = f"{_at(shown.line.id)}/graph"
    standing = {one.kind for one in whole.nodes.values()}
    leaves = [
        leaf(rows, ask.number(name, default=1, low=1, high=limits.GRAPH_NODES_MAX))
        for name, rows in (("things", made.nodes), ("lines", made.edges))
    ]
    return frame.page(
        ask, subject, shown, "cases/graph.html",
        **{
            "tab": "graph", "graph": made, "leaves": leaves, "whole": whole, "centre": centre,
            "relations": dict(RELATIONS),
            "source": f"{source}/data" if centre is None else f"{source}/{centre.id}/neighbours",
            "kinds_there": [(code, ask.gettext(label)) for code, label in ENTITY_KINDS if code in standing],
            "most": limits.GRAPH_NODES_MAX, "kinds": (), "left": 0, "between": (), "asked": False, **values,
        },
    )  # fmt: skip


def _at(record_id: str) -> str:
    return f"/cases/{record_id}"


def _tones(tones: Tones) -> str:
    return TONES[tones.value]


def _reasons(ask: Ask, proposal: Any) -> tuple[str, ...]:
    found = [f"{type_}: {shown}"[: limits.LINE_MAX_CHARS] for type_, shown in proposal.shared]
    if proposal.likeness is not None:
        found.append(f"{proposal.likeness.score:.0f} %, {ask.gettext(TONES[proposal.likeness.tones.value])}")
    return tuple(found[: limits.CASE_REASONS_MAX])
