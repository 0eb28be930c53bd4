"""The main job, played between two nodes: a freeze from request to closure, and what crosses on the way."""

from __future__ import annotations

import functools
from datetime import timedelta

import msgspec
import pytest

from lienlac import journal
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Arrived
from lienlac.hotline.deadlines import Running
from lienlac.hotline.inbox.line import query_words
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.lifecycle import ClockName, State, Step
from lienlac.hotline.lifecycle import Stage as Pile
from lienlac.records.fact import Standing
from lienlac.wire.bodies.agreement import Clock, KindTerms
from lienlac.wire.message import Header
from tests.hotline.scene import AUDITOR, START, Stage, _call, agreement, freeze_form, make_stage, preserve_form

HELD = {
    "outcome": "partly",
    "held": {"amount": "812000000", "currency": "VND"},
    "held_at": (START + timedelta(hours=1)).isoformat(),
    "until": (START + timedelta(days=3)).isoformat(),
    "bank_reference": "VCB-2026-118",
}


def test_a_freeze_from_request_to_closure(stage: Stage) -> None:
    us, vn = stage.us, stage.vn
    request = us.open(freeze_form())
    assert request.reference == "US-2026-000001"
    assert request.state is State.SENT
    stage.deliver()
    assert us.see(request).state is State.DELIVERED
    stage.clock.turn(minutes=10)
    vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    vn.act(request, Step.ASK, question="Which branch holds the account?")
    stage.deliver()
    assert us.see(request).state is State.CLARIFYING
    stage.clock.turn(minutes=30)
    question = us.see(request).open_questions[0].asked
    us.act(request, Step.CLARIFY, answers=question.id, answer="Ha Noi, Ba Dinh.")
    stage.deliver()
    vn.act(request, Step.ACCEPT, extent="fully")
    stage.deliver()
    stage.clock.turn(hours=1)
    vn.act(request, Step.RESULT, **HELD)
    stage.deliver()
    us.act(request, Step.FEEDBACK, usefulness="useful", returned={"amount": "31000.00", "currency": "USD"})
    us.act(request, Step.CLOSE)
    stage.deliver()
    vn.act(request, Step.NOTE, text="The case file follows by the central authority.")
    stage.deliver()
    ours, theirs = us.see(request), vn.see(request)
    assert ours.state is theirs.state is State.CLOSED
    assert ours.facts == theirs.facts
    assert us.hotline.show(us.officer, request.id).dues == vn.hotline.show(vn.officer, request.id).dues
    assert not us.refusals
    assert not vn.refusals
    with us.database.read() as connection:
        acts = [entry.action for entry in journal.about(connection, request.id)]
    assert acts == ["request.close", "request.feedback", "request.clarify", "request.open"]


def test_a_clarification_stops_the_clock_and_an_answer_starts_it(quick_stage: Stage) -> None:
    stage = quick_stage
    us, vn = stage.us, stage.vn
    request = us.open(freeze_form())
    stage.deliver()
    vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    stage.clock.turn(hours=1)
    vn.act(request, Step.ASK, question="Which branch?")
    stage.deliver()
    resting = {due.clock: due for due in vn.hotline.show(vn.officer, request.id).dues}
    assert resting[ClockName.DECIDE].running is Running.RESTS
    assert resting[ClockName.DECIDE].left == timedelta(hours=3)
    stage.clock.turn(hours=10)
    question = us.see(request).open_questions[0].asked
    us.act(request, Step.CLARIFY, answers=question.id, answer="Ba Dinh.")
    stage.deliver()
    running = {due.clock: due for due in vn.hotline.show(vn.officer, request.id).dues}
    assert running[ClockName.DECIDE].due_at == START + timedelta(hours=14)


def test_a_withdrawal_and_an_acceptance_that_cross_are_both_true(quick_stage: Stage) -> None:
    stage = quick_stage
    us, vn = stage.us, stage.vn
    request = us.open(freeze_form())
    stage.deliver()
    vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    us.act(request, Step.WITHDRAW, reason="The victim's bank got the money back.")
    vn.act(request, Step.ACCEPT)
    stage.deliver()
    assert not us.refusals
    assert not vn.refusals
    ours, theirs = us.see(request), vn.see(request)
    assert ours.state is theirs.state is State.WITHDRAWN
    assert ours.facts == theirs.facts
    vn.act(request, Step.RESULT, outcome="released", follow_up="Nothing is held.")
    with pytest.raises(NotAllowed, match="step-not-possible"):
        vn.act(request, Step.ASK, question="Why?")


def test_an_acknowledgement_that_overtakes_the_receipt_is_taken(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver(stage.us, receipts=False)
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver(stage.vn, receipts=False)
    assert not stage.us.refusals
    assert stage.us.see(request).state is State.ACKNOWLEDGED
    stage.settle()
    assert stage.us.see(request).opening.received_at == START


def test_a_preservation_runs_beside_it(quick_stage: Stage) -> None:
    stage = quick_stage
    stage.us.open(freeze_form())
    request = stage.us.open(preserve_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT, extent="partly", remarks="Content data needs a court.")
    until = (START + timedelta(days=90)).isoformat()
    stage.vn.act(
        request,
        Step.RESULT,
        outcome="preserved",
        preserved="Login records",
        preserved_at=START.isoformat(),
        until=until,
    )
    stage.deliver()
    assert request.reference == "US-2026-000002"
    assert stage.us.see(request).state is State.EXECUTED
    stage.clock.turn(days=83)
    stage.watch()
    notices = stage.us.hotline.show(stage.us.officer, request.id).notices
    assert [notice.code for notice in notices] == ["hold-ends"]


def test_refusal_names_a_ground_of_the_agreement(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.REFUSE, ground="data-not-held", explanation="The account was closed in 2025.")
    stage.deliver()
    refused = stage.us.see(request)
    assert refused.state is State.REFUSED
    assert Step.CLOSE in stage.us.hotline.show(stage.us.officer, request.id).steps


# --- attacks and mistakes, each by its name -----------------------------------------------------------------------


def test_requester_writing_the_executors_column_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    forged = stage.vn.act(request, Step.ACKNOWLEDGE).executor_steps[0]
    header = _turned_round(forged.header)
    arrived = Arrived(header=header, body=forged.body, digest="f" * 64, received_at=START)
    handler = stage.vn.hotline.arrival_handlers[header.kind][0]
    with pytest.raises(Refused, match="wrong-side"):
        stage.vn.database.write(lambda connection: handler(connection, arrived))


def test_a_third_node_touching_a_request_of_two_learns_nothing(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    forged = stage.vn.act(request, Step.NOTE, text="x").executor_steps[0]
    header = msgspec.structs.replace(forged.header, sender="th-aoc", recipient="vn-a05", id="msg-" + "q" * 26)
    arrived = Arrived(header=header, body=forged.body, digest="f" * 64, received_at=START)
    handler = stage.vn.hotline.arrival_handlers[header.kind][0]
    with pytest.raises(Refused, match="request-unknown"):
        stage.vn.database.write(lambda connection: handler(connection, arrived))


def test_message_id_reused_with_another_body_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.us.act(request, Step.NOTE, text="First.")
    header, body, digest = stage.us.wire.waiting[0]
    stage.deliver()
    other = msgspec.structs.replace(body, text="Second.")
    handler = stage.vn.hotline.arrival_handlers[header.kind][0]
    arrived = Arrived(header=header, body=other, digest=digest, received_at=START)
    with pytest.raises(Refused, match="message-id-used"):
        stage.vn.database.write(lambda connection: handler(connection, arrived))


def test_follow_up_to_an_unknown_request_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.us.wire.waiting.clear()
    stage.us.act(request, Step.NOTE, text="Did it arrive?")
    stage.deliver()
    assert stage.vn.refusals == ["request-unknown"]
    assert stage.us.see(request).facts[max(stage.us.see(request).facts)].standing in set(Standing)


def test_an_opening_that_grants_less_time_than_agreed_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    hasty = KindTerms(kind="hotline.freeze-payment", clocks=(Clock(step="acknowledge", seconds=1),))
    stage.us.agreed.document = agreement(kinds=(hasty,))
    request = stage.us.open(freeze_form())
    stage.deliver()
    assert stage.vn.refusals == ["clocks-not-agreed"]
    assert stage.us.see(request).state is State.NOT_TAKEN
    assert stage.us.hotline.show(stage.us.officer, request.id).steps == ()


def test_an_auditor_reads_and_changes_nothing(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    assert stage.vn.hotline.show(AUDITOR, request.id).steps == ()
    stage.vn.officer = AUDITOR
    with pytest.raises(NotAllowed, match="not-allowed"):
        stage.vn.act(request, Step.ACKNOWLEDGE)


def test_the_same_step_twice_is_not_possible(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    with pytest.raises(NotAllowed, match="step-not-possible"):
        stage.vn.act(request, Step.ACKNOWLEDGE)


# --- time and memory -----------------------------------------------------------------------------------------------


def test_silence_is_told_to_the_sender_and_lateness_to_both(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.clock.turn(minutes=6)
    stage.watch()
    assert [notice.code for notice in stage.us.hotline.show(stage.us.officer, request.id).notices] == ["no-receipt"]
    stage.deliver()
    stage.clock.turn(minutes=16)
    stage.watch()
    stage.watch()
    stage.clock.turn(minutes=20)
    stage.watch()
    for side in (stage.us, stage.vn):
        told = [
            (n.code, n.percent) for n in side.hotline.show(side.officer, request.id).notices if n.clock == "acknowledge"
        ]
        assert told == [("due-soon", 50), ("overdue", 100)]


def test_a_watch_that_looked_at_a_clock_one_day_ahead_still_tells_of_what_begins_afterwards(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.clock.turn(days=1)
    stage.watch()  # everything seems overdue
    stage.clock.turn(days=-1)
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    stage.vn.act(request, Step.ACCEPT, extent="fully", remarks="")
    stage.deliver()
    for _ in range(2):
        stage.clock.turn(hours=30)
        stage.watch()
    for side in (stage.us, stage.vn):
        notices = side.hotline.show(side.officer, request.id).notices
        assert [n.code for n in notices if n.clock == "execute"] == ["overdue"]
        assert len(set(notices)) == len(notices), "nothing is told twice"


def test_after_a_restore_our_own_messages_bring_the_request_back(
    quick_stage: Stage, new_sqlite_database: object
) -> None:
    """Ours first, in any order, with the peer's opening still missing: nothing is refused, nothing is lost."""
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT)
    stage.deliver()
    whole = stage.vn.see(request)
    fresh = make_stage(new_sqlite_database).vn
    ours = [fact for fact in whole.facts.values() if fact.header.sender == stage.vn.node_id]
    theirs = [fact for fact in whole.facts.values() if fact.header.sender != stage.vn.node_id]
    for fact, replayed in [(fact, True) for fact in reversed(ours)] + [(fact, False) for fact in theirs]:
        arrived = Arrived(
            header=fact.header, body=fact.body, digest=fact.digest, received_at=fact.received_at or START, ours=replayed
        )
        handler = fresh.hotline.arrival_handlers[fact.header.kind][0]
        fresh.database.write(functools.partial(_call, handler, arrived))
    assert fresh.see(request).facts == whole.facts
    assert fresh.see(request).state is State.ACCEPTED


def test_after_a_restore_a_number_is_never_given_twice(quick_stage: Stage, new_sqlite_database: object) -> None:
    stage = quick_stage
    stage.us.open(freeze_form())
    second = stage.us.open(freeze_form())
    fresh = make_stage(new_sqlite_database).us
    arrived = Arrived(
        header=second.opening.header, body=second.opening.body, digest="a" * 64, received_at=START, ours=True
    )
    handler = fresh.hotline.arrival_handlers[second.kind][0]
    fresh.database.write(lambda connection: handler(connection, arrived))
    assert fresh.open(freeze_form()).reference == "US-2026-000003"


# --- the inbox ------------------------------------------------------------------------------------------------------


def test_the_inbox_counts_pages_and_finds(stage: Stage) -> None:
    for number in range(7):
        stage.us.open(freeze_form(beneficiaries=[{"form": "vn", "bin": "970436", "number": f"00710001{number}4321"}]))
        stage.clock.turn(minutes=10)
    stage.deliver()
    vn = stage.vn
    page = vn.hotline.inbox(vn.officer, Filter(direction="in"), rows=3)
    assert [row.reference for row in page.rows] == [f"US-2026-{number:06d}" for number in (1, 2, 3)] or page.after
    seen = [row.request_id for row in page.rows]
    while page.after:
        page = vn.hotline.inbox(vn.officer, Filter(direction="in"), after=page.after, rows=3)
        seen += [row.request_id for row in page.rows]
    assert len(seen) == len(set(seen)) == 7
    counts = vn.hotline.counts(vn.officer, stage.clock.now() + timedelta(hours=2))["in"]
    assert (counts.open, counts.overdue, counts.soon) == (7, 0, 7)

    def found(text: str) -> int:
        return len(vn.hotline.inbox(vn.officer, Filter(direction="in", words=query_words(text))).rows)

    assert found("34321") == 1
    assert found("goldentrade vietcombank") == 7
    assert found("US-2026-000004") == 1
    assert found("Techcombank") == 0
    assert vn.hotline.inbox(vn.officer, Filter(direction="in", stage=Pile.ENDED)).rows == []
    assert len(vn.hotline.inbox(vn.officer, Filter(direction="in", stage=None, urgency="hot")).rows) == 7


def _turned_round(header: Header) -> Header:
    return msgspec.structs.replace(header, sender="us-fbi", recipient="vn-a05", id="msg-" + "z" * 26)
