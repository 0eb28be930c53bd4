"""The fold is order-free, columns never leave the table, and clocks are the same for both sides."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.emergencies.deadlines import ClockName, clocks, running, warnings
from lienlac.emergencies.emergency import Emergency, Fact, fold
from lienlac.emergencies.kinds import BODY_OF, kind_of
from lienlac.emergencies.lifecycle import (
    ALWAYS,
    BY_NODES,
    TABLE,
    Column,
    Side,
    State,
    Step,
    after,
    diagram,
    follows,
    possible,
    shown,
)
from lienlac.emergencies.views import timeline
from lienlac.emergencies.views.record import record_of
from lienlac.emergencies.views.text import findable, query_words
from lienlac.records.fact import Standing, merge
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer
from tests.architecture.house import PROJECT
from tests.hotline.scene import START, US, VN, header_of

EMERGENCY = "emg-" + "e" * 26
NODE = {Side.OPENER: VN, Side.ANSWERER: US}
OTHER = {US: VN, VN: US}
SEATS = tuple(f"sea-{letter * 26}" for letter in "abc")
OFFICERS = {VN: Officer(name="Nguyễn Thị Ánh", unit="A05"), US: Officer(name="Mark Hill", unit="IC3 RAT")}
LEGAL_STEPS = [step for step in Step if step not in BY_NODES]

OPENED = bodies.Opened(
    reference="VN-E-2026-000001",
    title_vi="Mã độc tống tiền",
    title_en="Ransomware",
    situation=bodies.Said(en="Theatres stand still."),
    asked=bodies.Said(vi="Giữ nguyên máy chủ."),
    severity=bodies.Severity.CRITICAL,
    lives_in_danger=True,
    officer=OFFICERS[VN],
    seat=SEATS[0],
    clocks=bodies.ChannelClocks(receipt_s=120, acknowledge_s=600),
)


def body_of(step: Step, sender: str, names: list[str], draw: Any) -> Any:
    officer = OFFICERS[sender]
    named = draw(st.sampled_from(names))
    ahead = draw(st.one_of(st.none(), st.integers(-30, 120)))
    update = None if ahead is None else bodies.NextUpdate(at=START + timedelta(minutes=ahead) if ahead else None)
    if step is Step.OPEN:
        return OPENED
    if step is Step.ANSWER:
        return bodies.Answered(officer=officer, seat=draw(st.sampled_from(SEATS)), next_update=update)
    if step is Step.ENTRY:
        corrects = draw(st.one_of(st.none(), st.just(named)))
        at = START + timedelta(minutes=draw(st.integers(-5, 60)))
        return bodies.Entered(
            officer=officer, at=at, source=bodies.Source.OWN, text=bodies.Said(en=draw(st.text("ab ", min_size=1, max_size=5))),
            corrects=corrects, next_update=update,
        )  # fmt: skip
    if step is Step.RETRACT:
        return bodies.Retracted(officer=officer, entry=named, reason="wrong")
    if step is Step.REPORT:
        severity = draw(st.one_of(st.none(), st.sampled_from(bodies.Severity)))
        return bodies.Reported(officer=officer, severity=severity, next_update=update)
    if step is Step.PRESENCE:
        return bodies.Present(officer=officer, seat=draw(st.sampled_from(SEATS)), here=draw(st.booleans()))
    if step is Step.HAND_OVER:
        seat, to_seat = draw(st.sampled_from(SEATS)), draw(st.sampled_from(SEATS))
        return bodies.HandedOver(officer=officer, seat=seat, to=officer, to_seat=to_seat)
    return bodies.Stood(officer=officer, text="so", next_update=update)


@st.composite
def fact_sets(draw: st.DrawFn) -> list[Fact]:
    """An opening and any messages of either side, legal or not, naming anything, known to any degree."""
    facts: list[Fact] = []
    names = ["msg-" + "z" * 26]
    for sequence in range(1, draw(st.integers(2, 16))):
        sender = VN if sequence == 1 else draw(st.sampled_from([VN, US]))
        step = Step.OPEN if sequence == 1 else draw(st.sampled_from(LEGAL_STEPS[1:]))
        standing = draw(st.sampled_from(Standing))
        sent = START + timedelta(minutes=sequence)
        header = header_of(sender, OTHER[sender], kind_of(step), sequence, EMERGENCY, sent)
        received = sent + timedelta(seconds=30) if standing is Standing.ACCEPTED else None
        body = body_of(step, sender, names, draw)
        facts.append(Fact(header=header, body=body, digest="d" * 64, standing=standing, received_at=received))
        names.append(header.id)
    return facts


def seen(emergency: Emergency | None) -> Any:
    """Everything that anybody reads of a channel."""
    if emergency is None:
        return None
    promises = {side: timeline.promise(emergency, side) for side in Side}
    dues = {node: clocks(emergency, node) for node in (VN, US)}
    told = {node: warnings(emergency, node) for node in (VN, US)}
    return record_of(emergency, []), promises, dues, told, findable(emergency)


@given(fact_sets(), st.randoms(use_true_random=False), st.data())
def test_order_repetition_and_grouping_do_not_matter(facts: list[Fact], random: Any, data: st.DataObject) -> None:
    """Commutative, idempotent, associative: any way of learning the same messages leads to the same channel."""
    whole = seen(fold(facts))
    mixed = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=6))]
    random.shuffle(mixed)
    assert seen(fold(mixed)) == whole
    cut = data.draw(st.integers(0, len(facts)))
    assert seen(fold(merge(facts[cut:], facts[:cut]).values())) == whole
    assert seen(fold(merge(merge(facts[:cut]).values(), merge(facts[cut:], facts[:cut]).values()).values())) == whole


@given(fact_sets())
def test_knowing_more_of_a_message_never_depends_on_when_it_was_learned(facts: list[Fact]) -> None:
    settled = [replace(fact, standing=Standing.ACCEPTED, received_at=fact.header.sent_at) for fact in facts]
    assert seen(fold([*facts, *settled])) == seen(fold([*settled, *facts]))


@given(fact_sets())
def test_no_side_ever_moves_the_other_sides_column_or_words(facts: list[Fact]) -> None:
    """Without the other side's messages, a side's column, promises, seats and entries are what they were."""
    emergency = fold(facts)
    if emergency is None:
        return
    for side in Side:
        alone = fold([fact for fact in facts if fact.header.sender == NODE[side] or fact is facts[0]])
        assert alone is not None
        assert alone.steps[side] == emergency.steps[side]
        assert alone.columns[side] == emergency.columns[side] or side is Side.ANSWERER
        assert timeline.seats(alone, side) == timeline.seats(emergency, side)
        assert timeline.promise(alone, side) == timeline.promise(emergency, side)
    for item in timeline.items(emergency):
        for change in (*item.corrections, *([item.retraction] if item.retraction else [])):
            assert change.header.sender == item.fact.header.sender


@given(fact_sets())
def test_every_message_stands_in_the_timeline_once(facts: list[Fact]) -> None:
    emergency = fold(facts)
    assert emergency is not None
    folded = [
        fact.id
        for item in timeline.items(emergency)
        for fact in (item.fact, *item.corrections, *([item.retraction] if item.retraction else []))
    ]
    # a second retraction of the same entry says nothing new and is folded away
    again = {fact.id for fact in facts if fact.step is Step.RETRACT}
    assert set(folded) | again == {fact.id for fact in facts}
    assert len(folded) == len(set(folded))


@given(fact_sets())
def test_what_may_be_begun_is_what_would_be_taken(facts: list[Fact]) -> None:
    emergency = fold(facts)
    assert emergency is not None
    for side in Side:
        for step in emergency.possible(side):
            assert emergency.takes(side, step), (side, step, emergency.columns)


@given(fact_sets(), st.integers(-10, 200))
def test_clocks_are_warned_of_in_order_and_end_with_what_they_wait_for(facts: list[Fact], minutes: int) -> None:
    emergency = fold(facts)
    assert emergency is not None
    now = START + timedelta(minutes=minutes)
    for node in (VN, US):
        told = warnings(emergency, node)
        assert list(told) == sorted(told, key=lambda one: (one.at, one.clock, one.percent))
        names = {due.clock for due in clocks(emergency, node) if due.runs}
        assert {one.clock for one in told} <= names
        waits = running(emergency, node, now)
        assert waits <= {clock.value for clock in ClockName}
        if emergency.state is State.UNANSWERED:
            assert ClockName.ACKNOWLEDGE.value in waits
        answered = emergency.columns[Side.ANSWERER] in (Column.ACTIVE, Column.ON_HOLD, Column.DOWN)
        assert not (answered and ClockName.ACKNOWLEDGE.value in waits)


def test_the_state_is_the_lesser_of_both_columns_whole() -> None:
    working = {Column.ACTIVE: State.ACTIVE, Column.ON_HOLD: State.ON_HOLD, Column.DOWN: State.DOWN}
    order = list(working)
    for opener, answerer in itertools.product(working, working):
        assert shown(opener, answerer) is working[min(opener, answerer, key=order.index)]
    for opener in working:
        assert shown(opener, Column.NOT_TAKEN) is State.NOT_TAKEN
        fallback = State.DOWN if opener is Column.DOWN else State.SENT
        assert shown(opener, Column.SENT) is fallback
        assert shown(opener, Column.DELIVERED) is (State.DOWN if opener is Column.DOWN else State.UNANSWERED)


def test_the_table_is_closed_and_nobody_writes_before_answering() -> None:
    for side in Side:
        for column, arrows in TABLE[side].items():
            for step in Step:
                if follows(side, column, step):
                    assert after(side, column, step) in TABLE[side]
                if step in ALWAYS and step not in arrows:
                    assert after(side, column, step) is column
    assert possible(Side.ANSWERER, Column.ACTIVE, Column.DELIVERED) == (Step.ANSWER,)
    assert possible(Side.OPENER, Column.ACTIVE, Column.NOT_TAKEN) == ()
    assert Step.RESUME in possible(Side.OPENER, Column.DOWN, Column.DOWN)


def test_every_step_of_an_officer_has_a_kind() -> None:
    assert {kind_of(step) for step in LEGAL_STEPS} == set(BODY_OF)


def test_the_diagram_in_the_protocol_is_the_table() -> None:
    text = Path(PROJECT / "docs" / "protocol" / "16-emergencies.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```" in text


def test_the_searched_text_is_bounded() -> None:
    long = bodies.Said(en=" ".join(f"word{number}" for number in range(20_000))[: limits.TEXT_MAX_CHARS])
    header = header_of(VN, US, kind_of(Step.OPEN), 1, EMERGENCY, START)
    opened = Fact(
        header=header,
        body=_replaced(OPENED, situation=long),
        digest="d" * 64,
        standing=Standing.ACCEPTED,
        received_at=START,
    )
    emergency = fold([opened])
    assert emergency is not None
    assert len(findable(emergency)) <= limits.EMERGENCY_FOUND_CHARS
    assert query_words("Đặng  Thị") == (" dang", " thi")
    assert query_words("%%") == (" ?",)
    assert query_words("  ") == ()


def test_a_promise_that_had_passed_when_it_came_is_told_of_at_once() -> None:
    sent = START + timedelta(minutes=10)
    body = bodies.Reported(officer=OFFICERS[US], next_update=bodies.NextUpdate(at=START))
    late = Fact(
        header=header_of(US, VN, kind_of(Step.REPORT), 3, EMERGENCY, sent), body=body, digest="d" * 64,
        standing=Standing.ACCEPTED, received_at=sent,
    )  # fmt: skip
    answer = bodies.Answered(officer=OFFICERS[US], seat=SEATS[0])
    facts = [_fact(Step.OPEN, VN, 1, OPENED, START), _fact(Step.ANSWER, US, 2, answer, START), late]
    emergency = fold(facts)
    assert emergency is not None
    assert [one.at for one in warnings(emergency, VN) if one.clock is ClockName.THEIR_UPDATE] == [sent]


def _fact(step: Step, sender: str, sequence: int, body: Any, at: datetime) -> Fact:
    header = header_of(sender, OTHER[sender], kind_of(step), sequence, EMERGENCY, at)
    return Fact(header=header, body=body, digest="d" * 64, standing=Standing.ACCEPTED, received_at=at)


def _replaced(struct: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(struct, **changes)
