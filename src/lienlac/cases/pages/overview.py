"""What a case's first page says beyond any record's: how it stands on each side, who is on now; its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get, post

from lienlac.cases.lifecycle import Step
from lienlac.cases.pages.sheets import SEVERITIES, STATES, STATUSES
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.words import N_
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from litestar.params import FromPath
    from markupsafe import Markup

    from lienlac.cases.desk import Cases
    from lienlac.cases.papers.desk import CasePapers
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask

STEP_WORDS = {
    Step.PAUSE: N_("Rest our part"),
    Step.TAKE_UP: N_("Take our part up"),
    Step.CLOSE: N_("Close our part"),
    Step.REOPEN: N_("Reopen"),
}
_WRITE, _READ = needs(Action.CASE_WRITE), needs(Action.CASE_READ)


def maker(cases: Cases, names: Callable[[str], Mapping[str, str]]) -> Callable[[Ask, Room], Markup]:
    """Fills the head of a case's first page."""

    def overview(ask: Ask, room: Room) -> Markup:
        officers = cases.shared.read.elements(ask.officer, room.line.id, "participant", states=("on-now",), rows=20)
        told = cases.whole(room)
        return ask.piece(
            "cases/overview.html",
            room=room,
            whole=told,
            nodes=[one.node for one in room.members if one.node in told.statuses],
            officers=[one.standing[-1].says for one, _at in officers if one.standing],
            steps=[(step.value, ask.gettext(STEP_WORDS[step])) for step in cases.steps(room) if step in STEP_WORDS],
            merges=Step.MERGE in cases.steps(room),
            own_id=cases.node_id,
            goes_on=_known(cases, ask, told.goes_on.values()),
            states=dict(STATES),
            statuses=dict(STATUSES),
            severities=dict(SEVERITIES),
            node_names=names(ask.language),
            top=room.top,
        )

    return overview


def _known(cases: Cases, ask: Ask, names: Iterable[str]) -> dict[str, str]:
    """References of cases that this officer may know of, by id."""
    found = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = cases.shared.read.room(ask.officer, name).line.reference
        except NotAllowed:
            continue  # it stands there as an id: one that is hidden and one that is elsewhere are the same
    return found


def make_handlers(cases: Cases, papers: CasePapers) -> tuple[Any, ...]:
    """A side's own steps, and the report."""

    @post("/cases/{record_id:str}/step", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def step(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form
        if form.get("step") not in set(Step):
            raise Refused("choice-unknown", field="step")
        closing = Said(vi=form.get("closing.vi"), en=form.get("closing.en"))
        outcome = cases.step(ask.officer, record_id, Step(form.get("step")), closing=closing)
        return ask.redirect(f"/cases/{outcome.line.id}", ask.gettext("Saved, and on its way to the other members."))

    @get("/cases/{record_id:str}/situation.pdf", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def report(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        name, content = papers.situation(ask.officer, record_id, "en" if ask.language == "en" else "vi")
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type="application/pdf", headers=headers)

    return (step, report)
