"""Drills for programs: list with results, plan, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.duty.drills.drill import Draft
from lienlac.interface import drills as shapes
from lienlac.interface.parts import Done, Empty
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.duty.desk import Duty
    from lienlac.duty.drills.desk import Seen

Answer = Response[bytes]
_PLAN: Final = {
    "every month": {
        "peer": "us-ic3", "urgency": "urgent", "begins": "2026-12-01T00:00:00+07:00",
        "ends": "2026-12-08T00:00:00+07:00", "times": 6, "every_days": 30,
    }
}  # fmt: skip
_MANAGE: Final = needs(Action.DRILL_MANAGE)


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The doors."""

    @get(
        "/api/duty/drills",
        opt=needs(Action.DRILL_READ)
        | speaks(
            N_("Drills that were run, with their results; to whoever manages them also the planned ones"),
            "drills",
            shapes.Drills,
        ),
        sync_to_thread=True,
        name="api-drills",
    )
    def list_drills(ask: Ask) -> Answer:
        """All of them."""
        return ask.json(shapes.Drills(drills=[_view(seen) for seen in duty.drills.listed(ask.officer)]))

    @post(
        "/api/duty/drills",
        opt=_MANAGE
        | speaks(
            N_("Plan drills at moments that nobody knows"), "drills", shapes.Planned, takes=shapes.Plan, examples=_PLAN
        ),
        sync_to_thread=True,
        name="api-drill-plan",
    )
    def plan_drills(ask: Ask) -> Answer:
        """Plan."""
        given = ask.given(shapes.Plan)
        draft = Draft(
            peer=given.peer, urgency=given.urgency, begins=given.begins, ends=given.ends, times=given.times,
            every_days=given.every_days,
        )  # fmt: skip
        made = duty.drills.plan(ask.officer, draft)
        return ask.json(shapes.Planned(ids=[drill.id for drill in made]), status=201)

    @post(
        "/api/duty/drills/{drill_id:str}/cancel",
        opt=_MANAGE | speaks(N_("Take a planned drill back"), "drills", Done, takes=Empty, examples={"nothing": {}}),
        sync_to_thread=True,
        status_code=200,
        name="api-drill-cancel",
    )
    def cancel_drill(ask: Ask, drill_id: FromPath[str]) -> Answer:
        """Take back."""
        ask.given(Empty)
        duty.drills.cancel(ask.officer, drill_id)
        return ask.json(Done())

    return (list_drills, plan_drills, cancel_drill)


def _view(seen: Seen) -> shapes.Drill:
    drill, run = seen.drill, seen.run
    return shapes.Drill(
        id=drill.id,
        peer=drill.peer,
        urgency=drill.urgency,
        begins=drill.begins,
        ends=drill.ends,
        by=seen.by,
        state=drill.state.value,
        code=drill.code,
        request=drill.request_id,
        sent_at=drill.sent_at if drill.request_id else None,
        reference=None if run is None else run.reference,
        receipt_s=None if run is None else run.receipt_s,
        acknowledge_s=None if run is None else run.acknowledge_s,
        acknowledged_by=None if run is None or not run.acknowledged_by else run.acknowledged_by,
    )
