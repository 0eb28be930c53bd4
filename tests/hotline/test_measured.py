"""What requests say to indicators: the same on both nodes, in the transaction of each message, and nothing of drills."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.errors import Refused
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.measuring.measured import measured
from lienlac.hotline.request import fold
from lienlac.identifiers.money import Money
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.scene import US, VN, freeze_form, preserve_form

if TYPE_CHECKING:
    from lienlac.hotline.request import Request
    from lienlac.records.measured import Measured
    from tests.hotline.scene import Side, Stage


HELD = {
    "outcome": "partly",
    "held": {"amount": "12000.00", "currency": "USD"},
    "held_at": "2026-11-23T03:30:00Z",
    "until": "2027-02-23T00:00:00Z",
}


def listen(side: Side) -> dict[str, Measured | None]:
    """What a node's indicators hear."""
    heard: dict[str, Measured | None] = {}

    def hear(_connection: Any, request_id: str, said: Measured | None, /) -> None:
        heard[request_id] = said

    side.hotline.measures.hears.append(hear)
    return heard


def frozen(stage: Stage) -> Request:
    """A payment that was asked to be held, answered step by step, ten minutes between each."""
    request = stage.us.open(freeze_form())
    stage.clock.turn(seconds=20)
    stage.deliver()
    for step, more in (
        (Step.ACKNOWLEDGE, {}),
        (Step.ACCEPT, {"considered": list(CONSIDERED)}),
        (Step.RESULT, HELD),
    ):
        stage.clock.turn(minutes=10)
        stage.vn.act(request, step, **more)
        stage.deliver()
    return stage.us.see(request)


def test_both_nodes_hear_the_same_of_a_request(quick_stage: Stage) -> None:
    stage = quick_stage
    here, there = listen(stage.us), listen(stage.vn)
    request = frozen(stage)
    stage.us.act(request, Step.FEEDBACK, usefulness="partly", text="Late.", returned={"amount": "5", "currency": "USD"})
    stage.deliver()
    assert here == there
    said = here[request.id]
    assert said is not None
    assert said == measured(stage.vn.see(request))
    assert (said.requester, said.executor, said.kind) == (US, VN, "hotline.freeze-payment")
    assert said.seconds == {"receipt": 20, "acknowledge": 600, "decide": 1200, "execute": 600}
    assert said.inside == {"receipt": True, "acknowledge": True, "decide": True, "execute": True}
    assert (said.freeze, said.decided, said.was_held, said.ground) == (True, True, True, "")
    assert (said.held, said.received, said.usefulness) == (("USD", 1_200_000), ("USD", 500), "partly")
    assert said.asked is not None
    assert said.typology == request.opening.header.typology


def test_a_hold_that_was_released_later_was_a_hold(quick_stage: Stage) -> None:
    stage = quick_stage
    here = listen(stage.us)
    request = frozen(stage)
    stage.vn.act(request, Step.RESULT, outcome="released")
    stage.deliver()
    said = here[request.id]
    assert said is not None
    assert (said.was_held, said.held) == (True, ("USD", 1_200_000))


def test_a_receipt_alone_is_heard(quick_stage: Stage) -> None:
    """Until the other node has said that it took the request, nothing counts here."""
    stage = quick_stage
    here = listen(stage.us)
    request = stage.us.open(preserve_form())
    assert here == {request.id: None}
    stage.deliver(receipts=False)
    assert here == {request.id: None}
    stage.settle()
    assert here[request.id] is not None


def test_refusals_tell_their_ground(quick_stage: Stage) -> None:
    stage = quick_stage
    here = listen(stage.us)
    request = stage.us.open(preserve_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.REFUSE, ground="de-facto-impossibility", withheld_by_law=True)
    stage.deliver()
    said = here[request.id]
    assert said is not None
    assert (said.decided, said.ground, said.freeze, said.asked) == (True, "de-facto-impossibility", False, None)


def test_drills_do_not_count(quick_stage: Stage) -> None:
    stage = quick_stage
    here = listen(stage.us)
    request = stage.us.open(freeze_form(drill=True))
    stage.deliver()
    assert here == {request.id: None}


def test_what_was_there_before_is_read_in_its_order(stage: Stage) -> None:
    ids = sorted(stage.us.open(preserve_form()).id for _ in range(5))
    stage.deliver()
    with stage.us.database.read() as connection:
        first = stage.us.hotline.measures.measured_after(connection, "", 3)
        rest = stage.us.hotline.measures.measured_after(connection, first[-1][0], 3)
    assert [name for name, _said in (*first, *rest)] == ids
    assert all(said is not None for _name, said in (*first, *rest))


def test_what_hears_and_fails_takes_the_message_with_it(quick_stage: Stage) -> None:
    """No request without its row: both are one transaction."""
    stage = quick_stage

    def fail(_connection: Any, _request_id: str, _said: Measured | None, /) -> None:
        raise Refused("malformed")

    stage.vn.hotline.measures.hears.append(fail)
    request = stage.us.open(preserve_form())
    stage.deliver()
    assert stage.vn.refusals == ["malformed"]
    with stage.vn.database.read() as connection:
        assert stage.vn.hotline.measures.measured_after(connection, "", 5) == []
    assert request.id


@pytest.mark.parametrize(
    ("amount", "currency"), [("5", "XXX"), ("5.123", "USD"), ("0", "USD"), ("0.00", "VND"), ("1.5", "VND")]
)
def test_money_that_cannot_be_summed_stops_nothing(quick_stage: Stage, amount: str, currency: str) -> None:
    """A peer's strange amount neither breaks the counting of everything else nor counts as money."""
    stage = quick_stage
    request = frozen(stage)
    report = bodies.FreezeResult(outcome=bodies.FreezeOutcome.HELD, held=Money(amount, currency))
    result = next(fact for fact in request.executor_steps if fact.step is Step.RESULT)
    facts = {
        **request.facts,
        result.id: replace(result, body=bodies.Result(officer=result.body.officer, report=report)),
    }
    folded = fold(facts.values())
    assert folded is not None
    said = measured(folded)
    assert said is not None
    assert (said.was_held, said.held) == (True, None)
