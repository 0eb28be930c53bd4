"""Faults that a request, its clocks and its form could have, each by its name."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Arrived
from lienlac.hotline import store
from lienlac.hotline.deadlines import clocks, warnings
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.inbox.line import query_words
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.kinds import FREEZE_PAYMENT, PRESERVE_DATA, kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Request, fold
from lienlac.records.fact import Standing
from lienlac.records.forms.problems import FormRefused
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.scene import START, US, VN, Side, Stage, _call, agreement, freeze_form, header_of, preserve_form
from tests.hotline.test_fold import make_fact

PEERS = [(VN, agreement())]
FAR = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
EARLY = datetime(1, 1, 1, tzinfo=UTC)


def problems(read: Callable[[], object]) -> dict[str, str]:
    try:
        read()
    except FormRefused as refused:
        return {problem.field: problem.code for problem in refused.problems}
    return {}


def opening(**changes: Any) -> dict[str, str]:
    return problems(lambda: read_opening(freeze_form(**changes), START, PEERS))


# --- clocks across rests --------------------------------------------------------------------------------------------


def told(side: Side, request: Request) -> list[tuple[str | None, int | None]]:
    with side.database.read() as connection:
        return [(notice.clock, notice.percent) for notice in store.notices(connection, request.id)]


def test_half_of_a_clock_that_was_gone_before_a_question_is_not_told_again_after_it(quick_stage: Stage) -> None:
    """The rest moved the deadline, and with it, wrongly, the instants of the parts that were used up before it."""
    stage, us, vn = quick_stage, quick_stage.us, quick_stage.vn
    request = us.open(freeze_form())
    stage.deliver()
    vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    stage.clock.turn(hours=2, minutes=10)  # half of the four hours is gone
    stage.watch()
    stage.clock.turn(minutes=50)
    vn.act(request, Step.ASK, question="Which?")
    stage.deliver()
    stage.clock.turn(hours=10)
    stage.watch()
    us.act(request, Step.CLARIFY, answers=us.see(request).open_questions[0].asked.id, answer="This.")
    stage.deliver()
    stage.watch()
    stage.clock.turn(minutes=15)  # 3 h 15 min of the four hours: four fifths are gone
    stage.watch()
    stage.clock.turn(minutes=50)
    stage.watch()
    for side in (us, vn):
        assert [entry for entry in told(side, request) if entry[0] == "decide"] == [
            ("decide", 50), ("decide", 80), ("decide", 100),
        ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 600), st.integers(1, 600)), max_size=4))
def test_a_part_is_used_up_when_that_much_time_ran_whatever_rested(rests: list[tuple[int, int]]) -> None:
    """Minutes that ran until a part's instant, counted one by one, are that part of the minutes allowed."""
    facts = [
        make_fact(Step.OPEN, US, 1, minutes=0, standing=Standing.ACCEPTED),
        make_fact(Step.ACKNOWLEDGE, VN, 2, minutes=0, standing=Standing.ACCEPTED),
    ]
    now, sequence, resting = 0, 3, set()
    for runs, rest in rests:
        now += runs
        asked = make_fact(Step.ASK, VN, sequence, minutes=now, standing=Standing.ACCEPTED)
        resting |= set(range(now, now + rest))
        now += rest
        answer = make_fact(Step.CLARIFY, US, sequence + 1, minutes=now, standing=Standing.ACCEPTED, answers=asked.id)
        facts += [asked, answer]
        sequence += 2
    request = fold(facts)
    assert request is not None
    decide = clocks(request)[2]
    allowed = int(decide.allowed.total_seconds() // 60)
    for percent, at in decide.parts:
        minutes = int((at - START).total_seconds() // 60)
        ran = sum(minute not in resting for minute in range(minutes))
        assert ran == allowed * percent // 100
    assert decide.due_at == dict(decide.parts)[100]


def test_one_request_that_cannot_be_read_does_not_silence_the_alarms_of_all_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    us = stage.us
    broken, sound = us.open(freeze_form()), us.open(freeze_form())
    stage.clock.turn(minutes=10)
    read = store.request

    def reading(connection: Any, request_id: str) -> Request | None:
        if request_id == broken.id:
            raise ValueError("no such kind")
        return read(connection, request_id)

    monkeypatch.setattr(store, "request", reading)
    stage.watch()
    monkeypatch.undo()
    assert told(us, sound) == [("receipt", 100)]
    assert told(us, broken) == []
    assert broken.id in caplog.text
    stage.clock.turn(hours=2)
    stage.watch()
    assert told(us, broken) == [("receipt", 100)]


@pytest.mark.parametrize("until", [EARLY, EARLY + timedelta(days=3), FAR, START - timedelta(days=400)])
def test_an_instant_at_the_end_of_time_from_a_peer_breaks_no_clock(quick_stage: Stage, until: datetime) -> None:
    """An exception there would turn the message away for ever, and every retry would write a trace into our log."""
    stage, us, vn = quick_stage, quick_stage.us, quick_stage.vn
    request = us.open(freeze_form())
    stage.deliver()
    vn.act(request, Step.ACKNOWLEDGE)
    vn.act(request, Step.ACCEPT)
    stage.deliver()
    report = bodies.FreezeResult(outcome=bodies.FreezeOutcome.HELD, held_at=until, until=until)
    body = bodies.Result(officer=bodies.Officer(name="N", unit="U"), report=report)
    header = header_of(VN, US, kind_of(Step.RESULT), 90, request.id, stage.clock.now())
    arrived = Arrived(header=header, body=body, digest="e" * 64, received_at=stage.clock.now())
    us.database.write(functools.partial(_call, us.hotline.arrival_handlers[header.kind][0], arrived))
    seen = us.see(request)
    assert seen.result is not None
    assert len(warnings(seen, clocks(seen), ours=True)) in {0, 3}
    stage.clock.turn(days=30)
    stage.watch()


def test_an_opening_written_at_the_end_of_time_is_taken(quick_stage: Stage) -> None:
    stage, us, vn = quick_stage, quick_stage.us, quick_stage.vn
    us.open(freeze_form())
    header, body, digest = us.wire.waiting.popleft()
    us.wire.waiting.append((msgspec.structs.replace(header, sent_at=FAR, expires_at=FAR), body, digest))
    stage.deliver()
    assert vn.refusals == []
    with vn.database.read() as connection:
        facts = store.FACTS.of(connection, header.record_id)
    assert len(facts) == 1


# --- room for messages ----------------------------------------------------------------------------------------------


@pytest.fixture
def narrow(quick_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("lienlac.limits.HOTLINE_MESSAGES_MAX", 20)
    monkeypatch.setattr("lienlac.limits.HOTLINE_STEPS_KEPT", 4)
    return quick_stage


def write_until_full(side: Side, request: Request) -> int:
    for count in range(30):
        try:
            side.act(request, Step.NOTE, text="Once more.")
        except Refused as refusal:
            assert refusal.code == "request-too-long"  # noqa: PT017
            return count
    pytest.fail("there is no end")


def test_our_own_correspondence_cannot_bury_a_request(narrow: Stage) -> None:
    """Beyond the bound messages were not read any more: the request came apart, or was not found at all."""
    stage, us = narrow, narrow.us
    request = us.open(freeze_form())
    assert write_until_full(us, request) == 5
    stage.deliver()
    assert stage.vn.refusals == []
    assert len(us.see(request).facts) == len(stage.vn.see(request).facts) == 6
    us.act(request, Step.WITHDRAW, reason="Paid back.")


def test_a_peer_that_writes_without_end_cannot_silence_our_answer(narrow: Stage) -> None:
    stage, us, vn = narrow, narrow.us, narrow.vn
    request = us.open(freeze_form())
    write_until_full(us, request)
    stage.deliver()
    for number in range(30):  # a node that keeps to no bound
        header = header_of(US, VN, kind_of(Step.NOTE), 50 + number, request.id, stage.clock.now())
        body = bodies.Note(officer=bodies.Officer(name="N", unit="U"), text="More.")
        us.wire.waiting.append((header, body, f"{number:064x}"))
    stage.deliver()
    assert set(vn.refusals) == {"request-too-long"}
    for step, fields in ((Step.ACKNOWLEDGE, {}), (Step.ACCEPT, {}), (Step.NOTE, {"text": "We still answer."})):
        vn.act(request, step, **fields)
    stage.deliver()
    assert us.refusals == []


# --- forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["duty\x1b[31m", "x\x00", "4111 1111 1111 1111", " ", 7])
def test_a_list_of_lines_is_held_to_what_a_line_is_held_to(text: object) -> None:
    assert any(field.startswith("addressees") for field in opening(addressees=[text]))


def test_addressees_are_tidied_like_every_line() -> None:
    found = read_opening(freeze_form(addressees=["  duty   desk ", "A05"]), START, PEERS)
    assert found.addressees == ("duty desk", "A05")


def test_a_form_of_nothing_but_unknown_fields_is_not_answered_tenfold() -> None:
    form = {f"field-{number}": number for number in range(50_000)}
    with pytest.raises(FormRefused) as caught:
        read_opening(form, START, PEERS)
    assert len(caught.value.problems) <= 100
    assert len(msgspec.json.encode(caught.value.problems)) < 50_000


@pytest.mark.parametrize(
    ("kind", "outcome", "beside", "field"),
    [
        (FREEZE_PAYMENT, "not-held", {"held": {"amount": "1", "currency": "VND"}}, "held"),
        (FREEZE_PAYMENT, "not-held", {"until": "2026-12-24T00:00:00Z"}, "until"),
        (FREEZE_PAYMENT, "released", {"until": "2026-12-24T00:00:00Z"}, "until"),
        (PRESERVE_DATA, "not-preserved", {"preserved": "Everything."}, "preserved"),
        (PRESERVE_DATA, "ended", {"until": "2026-12-24T00:00:00Z"}, "until"),
    ],
)
def test_a_result_that_says_nothing_is_held_and_how_much_is_refused(
    kind: str, outcome: str, beside: dict[str, Any], field: str
) -> None:
    form = {"outcome": outcome, **beside}
    assert problems(lambda: read_step(Step.RESULT, kind, form, START)) == {field: "result-contradicts"}
    assert problems(lambda: read_step(Step.RESULT, kind, {"outcome": outcome}, START)) == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-11-02T01:30[America/New_York]", "instant-twice"),
        ("2026-03-08T02:30[America/New_York]", "instant-never"),
        ("2026-03-08T02:30[Asia/Ho_Chi_Minh]", None),
        ("2026-03-08T03:30[America/New_York]", None),
        ("2025-11-02T01:30:00-04:00", None),
        ("2026-03-08T02:30[Nowhere/Atall]", "instant-invalid"),
        ("2026-13-08T02:30[UTC]", "instant-invalid"),
        ("0001-01-01T00:00[Asia/Ho_Chi_Minh]", "instant-invalid"),
        ("2026-03-08T02:30[../etc/passwd]", "instant-invalid"),
    ],
)
def test_an_hour_that_came_twice_or_never_is_not_taken_for_one_that_is_off_by_one(text: str, code: str | None) -> None:
    assert opening(transferred_at=text).get("transferred_at") == code


def test_what_a_clock_on_the_wall_showed_is_the_instant_that_was_meant() -> None:
    found = read_opening(freeze_form(transferred_at="2026-07-01T20:14[America/New_York]"), START, PEERS)
    assert found.values["transferred_at"] == datetime(2026, 7, 2, 0, 14, tzinfo=UTC)


# --- search -----------------------------------------------------------------------------------------------------------


def find(side: Side, words: str, direction: str = "in") -> list[str]:
    page = side.hotline.inbox(side.officer, Filter(direction=direction, stage=None, words=query_words(words)))
    return [line.request_id for line in page.rows]


def test_an_account_corrected_later_is_found_although_the_facts_were_long(stage: Stage) -> None:
    us, vn = stage.us, stage.vn
    facts = " ".join(f"word{number}" for number in range(2_000))
    request = us.open(freeze_form(facts=facts))
    stage.deliver()
    vn.act(request, Step.ACKNOWLEDGE)
    vn.act(request, Step.ASK, question="Which account?")
    stage.deliver()
    corrected = [{"form": "vn", "bin": "970415", "number": "108877665544"}]
    question = us.see(request).open_questions[0].asked.id
    us.act(request, Step.CLARIFY, answers=question, answer="This one.", beneficiaries=corrected)
    stage.deliver()
    assert find(vn, "108877665544") == [request.id]
    assert find(vn, "665544") == [request.id]
    assert find(us, "108877665544", "out") == [request.id]


@pytest.mark.parametrize("words", ["中文", "—", "***", "₫"])
def test_words_that_are_none_find_nothing_and_not_everything(quick_stage: Stage, words: str) -> None:
    quick_stage.us.open(freeze_form())
    quick_stage.deliver()
    assert find(quick_stage.vn, words) == []
    assert len(find(quick_stage.vn, "  ")) == 1


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_sent_once(stage: Stage) -> None:
    us = stage.us
    form = read_opening(freeze_form(), stage.clock.now(), PEERS)
    first = us.hotline.open(us.officer, form, once="key-12345678")
    again = us.hotline.open(us.officer, form, once="key-12345678")
    assert first == again
    assert len(us.wire.waiting) == 1
    other = us.hotline.open(us.officer, form, once="key-87654321")
    assert other.id != first.id
    stage.deliver()
    note = read_step(Step.NOTE, FREEZE_PAYMENT, {"text": "Once."}, stage.clock.now())
    for _ in range(3):
        us.hotline.act(us.officer, first.id, Step.NOTE, note, once="note-12345678")
    assert len(us.wire.waiting) == 1


def test_the_same_step_twice_is_no_mistake_even_where_it_is_not_possible_any_more(quick_stage: Stage) -> None:
    stage, vn = quick_stage, quick_stage.vn
    request = stage.us.open(freeze_form())
    stage.deliver()
    step = read_step(Step.ACKNOWLEDGE, FREEZE_PAYMENT, {}, stage.clock.now())
    vn.hotline.act(vn.officer, request.id, Step.ACKNOWLEDGE, step, once="ack-12345678")
    assert vn.hotline.act(vn.officer, request.id, Step.ACKNOWLEDGE, step, once="ack-12345678").id == request.id
    with pytest.raises(NotAllowed, match="step-not-possible"):
        vn.hotline.act(vn.officer, request.id, Step.ACKNOWLEDGE, step, once="ack-87654321")


def test_other_words_under_the_same_key_are_refused_and_not_taken_for_sent(quick_stage: Stage) -> None:
    us = quick_stage.us
    now = quick_stage.clock.now()
    us.hotline.open(us.officer, read_opening(freeze_form(), now, PEERS), once="key-12345678")
    changed = read_opening(freeze_form(amount={"amount": "1.00", "currency": "USD"}), now, PEERS)
    with pytest.raises(NotAllowed, match="once-used"):
        us.hotline.open(us.officer, changed, once="key-12345678")
    assert len(us.wire.waiting) == 1


def test_what_failed_may_be_sent_again_under_its_key(quick_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    us = quick_stage.us
    form = read_opening(freeze_form(), quick_stage.clock.now(), PEERS)
    send = us.wire.send
    monkeypatch.setattr(us.wire, "send", lambda *_: (_ for _ in ()).throw(NotAllowed("link-suspended")))
    with pytest.raises(NotAllowed, match="link-suspended"):
        us.hotline.open(us.officer, form, once="key-12345678")
    monkeypatch.setattr(us.wire, "send", send)
    assert us.hotline.open(us.officer, form, once="key-12345678").reference == "US-2026-000001"


def test_a_key_is_its_officers_own_and_is_forgotten_after_two_days(quick_stage: Stage) -> None:
    stage, us = quick_stage, quick_stage.us
    form = read_opening(preserve_form(), stage.clock.now(), PEERS)
    first = us.hotline.open(us.officer, form, once="key-12345678")
    assert us.hotline.open(stage.vn.officer, form, once="key-12345678").id != first.id
    stage.clock.turn(days=3)
    us.hotline.open(us.officer, form, once="other-12345678")
    with us.database.read() as connection:
        assert store.ONCE.before(connection, us.officer.id, "key-12345678", "anything") is None


@pytest.mark.parametrize("key", ["short", "x" * 65, "white space", "a'; DROP", "khoá-khoá-khoá"])
def test_a_key_of_another_shape_is_refused(quick_stage: Stage, key: str) -> None:
    us = quick_stage.us
    with pytest.raises(Refused, match="once-malformed"):
        us.hotline.open(us.officer, read_opening(freeze_form(), quick_stage.clock.now(), PEERS), once=key)
    assert not us.wire.waiting
