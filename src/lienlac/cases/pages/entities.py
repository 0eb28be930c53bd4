"""Entities: how they belong together, the way between two, which may be one; a person decides that they are, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get, post

from lienlac import limits
from lienlac.cases.entities.graph import way
from lienlac.cases.pages.sheets import CERTAINTIES, ENTITY_KINDS, ENTITY_ROLES, RELATIONS
from lienlac.errors import Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import marks_of
from lienlac.ui.words import N_
from lienlac.wire.bodies.cases import Verdict
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.identifiers.names import Tones
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ, _WRITE = needs(Action.CASE_READ), needs(Action.CASE_WRITE)
TONES = {
    "same": N_("the tones are the same"),
    "unwritten": N_("one is written without tones"),
    "different": N_("the tones differ"),
}


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The graph's table, the way between two, proposals, the decision."""

    @get("/cases/entities/{mention_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def found(ask: Ask, mention_id: FromPath[str]) -> Response[str]:
        place = cases.entities.place(ask.officer, mention_id)
        return ask.redirect(f"/cases/{place[0]}/e/{place[1]}")

    @get("/cases/{record_id:str}/graph", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def graph(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        made = cases.entities.graph(ask.officer, record_id)
        one, other = ask.query.get("from", "")[:40], ask.query.get("to", "")[:40]
        between = way(made, one, other) if one in made.nodes and other in made.nodes else ()
        return frame.page(
            ask,
            subject,
            shown,
            "cases/graph.html",
            tab="graph",
            graph=made,
            kinds=dict(ENTITY_KINDS),
            roles=dict(ENTITY_ROLES),
            relations=dict(RELATIONS),
            certainties=dict(CERTAINTIES),
            start=one,
            goal=other,
            between=between,
            asked=bool(one and other),
            most=limits.CASE_GRAPH_NODES_MAX,
            choices=[(node.id, node.name) for node in made.nodes.values()][: limits.CASE_GRAPH_NODES_MAX],
        )

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

    return (found, graph, duplicates, decide)


def _tones(tones: Tones) -> str:
    return TONES[tones.value]


def _reasons(ask: Ask, proposal: Any) -> tuple[str, ...]:
    found = [f"{type_}: {shown}"[: limits.LINE_MAX_CHARS] for type_, shown in proposal.shared]
    if proposal.likeness is not None:
        found.append(f"{proposal.likeness.score:.0f} %, {ask.gettext(TONES[proposal.likeness.tones.value])}")
    return tuple(found[: limits.CASE_REASONS_MAX])
