"""Time that belongs to a step: the window for a correction, the time to validate, a measure that is extended or ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lienlac import journal
from lienlac.errors import NotAllowed
from lienlac.exchange.post import Outgoing, Sent
from lienlac.hotline.deadlines import Due, Running
from lienlac.hotline.lifecycle import ClockName, State, Step
from lienlac.hotline.request import Request
from tests.hotline.cases import DECISION, RESULTS, form_of, own_form, step_form
from tests.hotline.scene import START, Side, Stage, freeze_form
from tests.hotline.test_walks import in_haste

INCOMPLETE = {"ground": "incomplete", "explanation": "Which branch?"}
TWO_DAYS = timedelta(hours=48)


def due(side: Side, request: Request, clock: ClockName) -> Due:
    found = {due.clock: due for due in side.hotline.show(side.officer, request.id).dues}
    return found[clock]


def told(side: Side, request: Request) -> list[str]:
    return [notice.code for notice in side.hotline.show(side.officer, request.id).notices]


def steps(side: Side, request: Request) -> tuple[Step, ...]:
    return side.hotline.show(side.officer, request.id).steps


def returned(stage: Stage) -> Request:
    """A freeze that was sent back one hour after it was received."""
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.clock.turn(hours=1)
    stage.vn.act(request, Step.RETURN, **INCOMPLETE)
    stage.deliver()
    return request


def in_haste_stage(stage: Stage) -> Stage:
    stage.us.agreed.document = stage.vn.agreed.document = in_haste()
    return stage


# --- corrections ---------------------------------------------------------------------------------------------------


def test_a_return_opens_a_window_and_the_correction_starts_the_decision_anew(quick_stage: Stage) -> None:
    stage = quick_stage
    request = returned(stage)
    for side in (stage.us, stage.vn):
        assert side.see(request).state is State.RETURNED
        assert due(side, request, ClockName.DECIDE).running is Running.MET
        window = due(side, request, ClockName.CORRECT)
        assert (window.running, window.due_at) == (Running.RUNS, START + timedelta(hours=1, days=5))
    stage.clock.turn(days=2)
    changed = {**own_form("freeze-payment"), "facts": "The branch is Ba Dinh."}
    answers = step_form(Step.CORRECT, stage.us.see(request), stage.us.node_id)["answers"]
    stage.us.act(request, Step.CORRECT, answers=answers, form=changed)
    stage.deliver()
    for side in (stage.us, stage.vn):
        seen = side.see(request)
        assert seen.state is State.CORRECTED
        assert seen.body.facts == "The branch is Ba Dinh."  # type: ignore[attr-defined]
        assert seen.body.reference == request.reference
        assert due(side, request, ClockName.CORRECT).running is Running.MET
        decide = due(side, request, ClockName.DECIDE)
        assert (decide.running, decide.due_at) == (Running.RUNS, START + timedelta(hours=1 + 4, days=2))
    stage.vn.act(request, Step.ACCEPT)
    stage.deliver()
    assert stage.us.see(request).state is State.ACCEPTED


def test_the_requesters_window_does_not_rest_while_a_question_is_open(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ASK, question="Which branch?")
    stage.vn.act(request, Step.RETURN, **INCOMPLETE)
    stage.deliver()
    assert due(stage.vn, request, ClockName.CORRECT).due_at == START + timedelta(days=5)


def test_while_the_window_is_open_the_request_cannot_be_refused_and_afterwards_not_be_corrected(
    quick_stage: Stage,
) -> None:
    stage = quick_stage
    request = returned(stage)
    assert Step.REFUSE not in steps(stage.vn, request)
    assert Step.ACCEPT not in steps(stage.vn, request)
    assert Step.CORRECT in steps(stage.us, request)
    stage.clock.turn(days=5, seconds=1)
    stage.watch()
    assert "correction-over" in told(stage.us, request)
    assert "correction-over" in told(stage.vn, request)
    assert Step.CORRECT not in steps(stage.us, request)
    assert Step.REFUSE in steps(stage.vn, request)
    stage.vn.act(request, Step.REFUSE, ground="data-not-held", explanation="Nothing was corrected.")
    stage.deliver()
    assert stage.us.see(request).state is State.REFUSED


def test_a_correction_that_comes_too_late_is_refused_by_the_receiver(quick_stage: Stage) -> None:
    stage = quick_stage
    request = returned(stage)
    stage.clock.turn(days=4)
    seen = stage.us.see(request)
    stage.us.act(request, Step.CORRECT, **step_form(Step.CORRECT, seen, stage.us.node_id))
    stage.clock.turn(days=2)
    stage.deliver()
    assert stage.vn.refusals == ["correction-late"]
    assert stage.us.see(request).state is stage.vn.see(request).state is State.RETURNED


def test_a_request_may_go_back_twice_and_each_window_is_its_own(quick_stage: Stage) -> None:
    stage = quick_stage
    request = returned(stage)
    for _ in range(2):
        stage.clock.turn(days=1)
        seen = stage.us.see(request)
        stage.us.act(request, Step.CORRECT, **step_form(Step.CORRECT, seen, stage.us.node_id))
        stage.deliver()
        stage.vn.act(request, Step.RETURN, **INCOMPLETE)
        stage.deliver()
    assert len(stage.us.see(request).returns) == 3
    assert due(stage.us, request, ClockName.CORRECT).due_at == START + timedelta(days=2 + 5, hours=1)


# --- validation ----------------------------------------------------------------------------------------------------


def test_a_hold_asked_for_in_haste_is_validated_in_time(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.deliver()
    assert due(stage.vn, request, ClockName.VALIDATE).due_at == START + TWO_DAYS
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT)
    stage.vn.act(request, Step.RESULT, **RESULTS["freeze-payment"])
    stage.deliver()
    stage.clock.turn(hours=40)
    stage.us.act(request, Step.VALIDATE, authorisation=DECISION)
    stage.deliver()
    stage.clock.turn(hours=40)
    stage.watch()
    stage.deliver()
    for side in (stage.us, stage.vn):
        assert side.see(request).state is State.EXECUTED
        assert due(side, request, ClockName.VALIDATE).running is Running.MET
        assert "lapses" not in told(side, request)


def test_with_its_decision_nothing_has_to_be_validated(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form(authorisation=DECISION))
    stage.deliver()
    assert request.opening.body.clocks.validate_s is None
    assert Step.VALIDATE not in steps(stage.us, request)
    assert not stage.vn.refusals


def test_what_nobody_validates_lapses_once_by_the_node_itself_and_what_is_held_is_let_go(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT)
    stage.vn.act(request, Step.RESULT, **RESULTS["freeze-payment"])
    stage.deliver()
    stage.clock.turn(hours=47)
    stage.watch()
    assert stage.us.see(request).state is State.EXECUTED
    stage.clock.turn(hours=1, seconds=1)
    for _ in range(3):
        stage.watch()
        stage.deliver()
    for side in (stage.us, stage.vn):
        seen = side.see(request)
        assert seen.state is State.LAPSED
        assert [fact.body.validate_until for fact in seen.facts.values() if fact.step is Step.LAPSE] == [
            START + TWO_DAYS
        ]
        assert told(side, request).count("lapses") == 1
    assert Step.VALIDATE not in steps(stage.us, request)
    stage.vn.act(request, Step.RESULT, outcome="released", follow_up="Nothing is held.")
    stage.deliver()
    assert not stage.us.refusals
    with stage.us.database.read() as connection:
        acts = [(entry.action, entry.actor) for entry in journal.about(connection, request.id)]
    assert ("request.lapse", "node") in acts


def test_while_the_link_is_suspended_the_lapse_waits_is_told_once_and_is_said_later(
    quick_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.clock.turn(hours=48, seconds=1)
    refused: list[datetime] = []

    def suspended(_connection: object, outgoing: Outgoing, /) -> Sent:
        refused.append(stage.clock.now())
        raise NotAllowed("peer-suspended", peer=outgoing.recipient)

    with monkeypatch.context() as patched:
        patched.setattr(stage.us.wire, "send", suspended)
        for _ in range(3):
            stage.watch()
        assert len(refused) == 1, "it does not knock at every turn of the watch"
        stage.clock.turn(hours=1)
        stage.watch()
        assert len(refused) == 2
    assert told(stage.us, request).count("lapse-unsent") == 1
    assert stage.us.see(request).state is State.DELIVERED
    stage.clock.turn(hours=1)
    stage.watch()
    stage.deliver()
    assert stage.us.see(request).state is stage.vn.see(request).state is State.LAPSED


def test_a_validation_that_comes_too_late_is_refused_and_the_request_lapses_all_the_same(quick_stage: Stage) -> None:
    """The watch looked while the validation was under way; that it was not taken brings the lapse back."""
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.clock.turn(hours=47)
    stage.us.act(request, Step.VALIDATE, authorisation=DECISION)
    stage.clock.turn(hours=2)
    stage.watch()
    assert stage.us.see(request).state is State.DELIVERED
    stage.deliver()
    assert stage.vn.refusals == ["validation-late"]
    stage.watch()
    stage.deliver()
    assert stage.us.see(request).state is stage.vn.see(request).state is State.LAPSED


def test_what_was_refused_does_not_lapse(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.REFUSE, ground="data-not-held", explanation="Closed in 2025.")
    stage.deliver()
    stage.clock.turn(hours=50)
    stage.watch()
    stage.deliver()
    assert stage.us.see(request).state is State.REFUSED


def test_without_a_receipt_nothing_lapses_for_nobody_knows_when_it_began(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = stage.us.open(freeze_form())
    stage.clock.turn(days=4)
    stage.watch()
    assert stage.us.see(request).state is State.SENT
    stage.deliver()
    assert due(stage.us, request, ClockName.VALIDATE).due_at == START + timedelta(days=4) + TWO_DAYS


# --- measures that last ----------------------------------------------------------------------------------------------


def preserved(stage: Stage) -> Request:
    """A preservation of ninety days."""
    return stage.carried_out(form_of("preserve-data"), RESULTS["preserve-data"])


def extended(stage: Stage, before: Request, until: datetime) -> Request:
    request = stage.us.open(form_of("extend", follows=before.reference))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT)
    stage.vn.act(request, Step.RESULT, outcome="extended", until=until.isoformat())
    stage.deliver()
    return request


def test_an_extension_moves_the_end_and_its_warnings_on_both_sides(quick_stage: Stage) -> None:
    stage = quick_stage
    before = preserved(stage)
    stage.clock.turn(days=77)
    stage.watch()
    assert told(stage.us, before) == told(stage.vn, before) == ["hold-ends"]
    extended(stage, before, START + timedelta(days=150))
    for side in (stage.us, stage.vn):
        earlier = stage.us.hotline.earlier(stage.us.officer, before.id)
        assert earlier is not None
        assert earlier.until == START + timedelta(days=150)
        assert [one.reference for one in side.hotline.show(side.officer, before.id).later] == ["US-2027-000001"]
    stage.clock.turn(days=14)
    stage.watch()
    assert told(stage.us, before) == ["hold-ends"], "not of the old end"
    for days in (46, 7, 6):
        stage.clock.turn(days=days)
        stage.watch()
    assert told(stage.us, before) == told(stage.vn, before) == ["hold-ends"] * 4


def test_an_extension_of_an_extended_preservation_counts_from_its_new_end(quick_stage: Stage) -> None:
    stage = quick_stage
    before = preserved(stage)
    stage.clock.turn(days=80)
    extended(stage, before, START + timedelta(days=150))
    stage.clock.turn(days=60)
    extended(stage, before, START + timedelta(days=200))
    assert not stage.vn.refusals
    earlier = stage.us.hotline.earlier(stage.us.officer, before.reference)
    assert earlier is not None
    assert earlier.until == START + timedelta(days=200)


def test_a_release_ends_the_hold_and_nobody_is_warned_of_its_end(quick_stage: Stage) -> None:
    stage = quick_stage
    before = stage.carried_out(form_of("freeze-payment"), RESULTS["freeze-payment"])
    request = stage.us.open(form_of("release-payment", follows=before.reference))
    stage.deliver()
    assert due(stage.vn, request, ClockName.DECIDE).due_at is not None
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT)
    stage.vn.act(request, Step.RESULT, **RESULTS["release-payment"])
    stage.deliver()
    stage.clock.turn(days=29, hours=12)
    stage.watch()
    for side in (stage.us, stage.vn):
        assert "hold-ends" not in told(side, before)
    earlier = stage.us.hotline.earlier(stage.us.officer, before.id)
    assert earlier is not None
    assert earlier.until is None


def test_a_refused_extension_moves_nothing(quick_stage: Stage) -> None:
    stage = quick_stage
    before = preserved(stage)
    request = stage.us.open(form_of("extend", follows=before.reference))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.REFUSE, ground="de-facto-impossibility", explanation="The provider has closed.")
    stage.deliver()
    stage.clock.turn(days=89, hours=1)
    stage.watch()
    assert told(stage.us, before) == ["hold-ends"]
