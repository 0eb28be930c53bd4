"""Two desks that do what they may, in any order, on any kind of request: both always read the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac.hotline.lifecycle import Side as Column
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Request
from lienlac.people.officer import Officer, Role
from lienlac.wire.bodies.agreement import Agreement, Clock
from tests.hotline.cases import LEADING, NAMES, RESULTS, form_of, step_form
from tests.hotline.scene import Side, Stage, agreement, make_stage

SECOND = Officer(
    id="off-" + "s" * 26, login="hai", name="Trần Văn Hải", unit="A05", roles=frozenset({Role.DUTY_OFFICER})
)
NEVER_REFUSED = {"validation-late", "correction-late"}
"""What may be late when it arrives: the watch lets time pass while messages are under way."""


def in_haste() -> Agreement:
    """The stage's agreement, where each measure may be asked for before its decision exists."""
    agreed = agreement()
    validate = Clock(step="validate", seconds=48 * 3600)
    kinds = tuple(type(terms)(kind=terms.kind, clocks=(*terms.clocks, validate)) for terms in agreed.kinds)
    return agreement(kinds=kinds)


def opened(stage: Stage, name: str) -> Request:
    """A right request of that kind on its way, after one that it may go on from."""
    if name not in LEADING:
        return stage.us.open(form_of(name))
    leading = stage.carried_out(form_of(LEADING[name]), RESULTS[LEADING[name]])
    return stage.us.open(form_of(name, follows=leading.reference))


def take(stage: Stage, side: Side, request: Request, step: Step) -> None:
    """One step with a right form; a refusal that needs it is confirmed by a second officer."""
    side.act(request, step, **step_form(step, side.see(request), side.node_id))
    if side.hotline.show(side.officer, request.id).proposal is not None:
        side.hotline.second.confirm(SECOND, request.id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_two_desks_that_do_what_they_may_always_agree(data: st.DataObject, new_sqlite_database: Any) -> None:
    stage = make_stage(new_sqlite_database)
    if data.draw(st.booleans()):
        stage.us.agreed.document = stage.vn.agreed.document = in_haste()
    request = opened(stage, data.draw(st.sampled_from(NAMES)))
    stage.deliver()
    for _ in range(data.draw(st.integers(1, 14))):
        match data.draw(st.sampled_from(["us", "vn", "us", "vn", "deliver", "time"])):
            case "deliver":
                stage.deliver()
            case "time":
                stage.clock.turn(hours=data.draw(st.sampled_from([1, 30, 200])))
                stage.watch()
            case who:
                side = stage.us if who == "us" else stage.vn
                steps = side.hotline.show(side.officer, request.id).steps
                take(stage, side, request, data.draw(st.sampled_from(steps)))
    stage.deliver()
    stage.deliver()
    assert not {*stage.us.refusals, *stage.vn.refusals} - NEVER_REFUSED
    ours, theirs = stage.us.see(request), stage.vn.see(request)
    if not (stage.us.refusals or stage.vn.refusals):
        assert ours.facts == theirs.facts
    assert (ours.state, ours.desired, ours.actual, ours.body) == (
        theirs.state,
        theirs.desired,
        theirs.actual,
        theirs.body,
    )
    assert [fact.id for fact in ours.requester_steps] == [fact.id for fact in theirs.requester_steps]
    us_dues, vn_dues = (side.hotline.show(side.officer, request.id).dues for side in (stage.us, stage.vn))
    assert us_dues == vn_dues
    assert ours.takes(Column.EXECUTOR, Step.NOTE) == theirs.takes(Column.EXECUTOR, Step.NOTE)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_goes_from_its_opening_to_its_end(name: str, quick_stage: Stage) -> None:
    stage = quick_stage
    request = opened(stage, name)
    stage.deliver()
    for side, step in (
        (stage.vn, Step.ACKNOWLEDGE), (stage.vn, Step.ASK), (stage.us, Step.CLARIFY), (stage.vn, Step.RETURN),
        (stage.us, Step.CORRECT), (stage.vn, Step.ACCEPT), (stage.vn, Step.RESULT), (stage.us, Step.FEEDBACK),
        (stage.us, Step.CLOSE), (stage.vn, Step.NOTE), (stage.us, Step.ASK_USE), (stage.vn, Step.ANSWER_USE),
    ):  # fmt: skip
        take(stage, side, request, step)
        stage.deliver()
    ours, theirs = stage.us.see(request), stage.vn.see(request)
    assert ours.facts == theirs.facts
    assert ours.state.value == "closed"
    assert not ours.void
    assert not stage.us.refusals
    assert not stage.vn.refusals
