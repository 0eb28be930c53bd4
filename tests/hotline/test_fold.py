"""The fold is order-free and the walk never leaves the table, whatever comes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from lienlac.hotline.deadlines import Running, clocks, next_due, validate_until, warnings
from lienlac.hotline.inbox.line import line_of, words_of
from lienlac.hotline.kinds import BY_KIND, BY_NAME, kind_of
from lienlac.hotline.lifecycle import (
    BEGUN_WHEN,
    BY_NODES,
    EXECUTOR,
    REQUESTER,
    STAGES,
    WRITES,
    Actual,
    Beside,
    Desired,
    Side,
    State,
    Step,
    diagram,
    follows,
    possible,
    shown,
)
from lienlac.hotline.request import Fact, fold
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.records.fact import Standing, merge
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import CLOCKS, NAMES, OPENING, body_of, opening_of
from tests.hotline.scene import START, US, VN, header_of

REQUEST = "req-" + "r" * 26
NODE = {Side.REQUESTER: US, Side.EXECUTOR: VN}
OTHER = {US: VN, VN: US}


def make_fact(
    step: Step,
    sender: str,
    sequence: int,
    *,
    minutes: int | None,
    standing: Standing,
    answers: str = "",
    name: str = "freeze-payment",
    opening: bodies.Opening = OPENING,
) -> Fact:
    kind = BY_NAME[name].kind if step is Step.OPEN else kind_of(step)
    sent_at = START + timedelta(minutes=sequence)
    header = header_of(sender, OTHER[sender], kind, sequence, REQUEST, sent_at)
    received = None if minutes is None else START + timedelta(minutes=minutes)
    body = opening if step is Step.OPEN else body_of(step, answers or "msg-" + "a" * 26, name)
    return Fact(header=header, body=body, digest="d" * 64, standing=standing, received_at=received)


VALIDATED_LATER = structs.replace(CLOCKS, validate_s=172_800)
FOLLOW_UPS = [step for step in Step if step not in (Step.OPEN, Step.OPEN_UNVALIDATED, Step.RECEIPT, Step.TURN_AWAY)]
ASKING = (Step.ASK, Step.RETURN, Step.ASK_USE)


@st.composite
def fact_sets(draw: st.DrawFn) -> list[Fact]:
    """An opening of any kind and any messages of either side, in any order of lanes, known to any degree."""
    name = draw(st.sampled_from(NAMES))
    standing = draw(st.sampled_from(Standing))
    minutes = 1 if standing is Standing.ACCEPTED else None
    opening = opening_of(name)
    if draw(st.booleans()):
        opening = structs.replace(opening, clocks=VALIDATED_LATER)
    facts = [make_fact(Step.OPEN, US, 1, minutes=minutes, standing=standing, name=name, opening=opening)]
    asked: list[str] = []
    for sequence in range(2, draw(st.integers(2, 12))):
        sender = draw(st.sampled_from([US, VN]))
        step = draw(st.sampled_from(FOLLOW_UPS))
        known = draw(st.sampled_from(Standing))
        minutes = draw(st.integers(0, 900)) if known is Standing.ACCEPTED else None
        answers = draw(st.sampled_from(asked)) if asked else ""
        facts.append(make_fact(step, sender, sequence, minutes=minutes, standing=known, answers=answers, name=name))
        if step in ASKING:
            asked.append(facts[-1].id)
    return facts


@given(fact_sets(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(facts: list[Fact], chance: object) -> None:
    shuffled = [*facts, *facts[: len(facts) // 2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(facts) == fold(shuffled)


@given(fact_sets(), st.integers(0, 12), st.integers(0, 12))
def test_merging_is_commutative_associative_idempotent(facts: list[Fact], first: int, second: int) -> None:
    one, two, three = facts[:first], facts[second:], facts[::2]
    assert merge(one, two) == merge(two, one)
    assert merge(merge(one, two).values(), three) == merge(one, merge(two, three).values())
    assert merge(facts, facts) == merge(facts)


@given(fact_sets())
def test_knowing_more_of_a_message_only_moves_its_fact_up(facts: list[Fact]) -> None:
    for fact in facts:
        better = Fact(
            header=fact.header, body=fact.body, digest=fact.digest, standing=Standing.ACCEPTED, received_at=START
        )
        joined = fact.join(better)
        assert joined == better.join(fact)
        assert joined.standing is Standing.ACCEPTED


@given(fact_sets())
def test_the_walk_stays_in_the_table(facts: list[Fact]) -> None:
    request = fold(facts)
    assert request is not None
    assert request.state in State
    assert request.desired in REQUESTER
    assert request.actual in EXECUTOR
    assert request.stage is STAGES[request.state]
    taken = {fact.id for fact in (*request.requester_steps, *request.executor_steps)}
    assert not taken & request.void
    assert taken | request.void | {request.opening.id} == set(request.facts)
    for fact in request.executor_steps:
        assert Side.EXECUTOR in WRITES[fact.step]
        assert fact.header.sender == VN
    for fact in request.requester_steps:
        assert Side.REQUESTER in WRITES[fact.step]
        assert fact.header.sender == US


@given(fact_sets())
def test_deadlines_are_consistent_whatever_happened(facts: list[Fact]) -> None:
    request = fold(facts)
    assert request is not None
    dues = clocks(request)
    for due in dues:
        assert (due.due_at is None) == (due.left is not None)
        if due.due_at is not None:
            assert due.due_at >= due.started_at + due.allowed
        if due.running is Running.RUNS:
            assert due.due_at is not None
    awaited = next_due(dues)
    assert awaited is None or awaited.running in (Running.RUNS, Running.RESTS)
    told = warnings(request, dues, ours=False)
    assert list(told) == sorted(told, key=lambda warned: warned.at)


@given(fact_sets())
def test_whatever_happened_both_desks_can_draw_it(facts: list[Fact]) -> None:
    """The line of the inbox, its words, and what either desk may begin: of every kind, in every state."""
    request = fold(facts)
    assert request is not None
    for node in (US, VN):
        line = line_of(request, node, 0)
        assert line["state"] == request.state.value
        assert line["title"]
        for step in request.possible(request.side_of(node)):
            assert step not in BY_NODES
            assert follows(request.side_of(node), request.desired, request.actual, step)
    assert words_of(request)
    assert type(request.body) is BY_KIND[request.kind].body
    until = validate_until(request)
    assert until is None or request.desired is Desired.PROVISIONAL
    assert (request.awaited_correction is not None) <= (request.actual is Actual.RETURNED)


@given(st.data())
def test_walking_by_what_is_possible_never_leaves_the_table(data: st.DataObject) -> None:
    """Two desks that only do what they may: every step they take follows in its own column."""
    desired = data.draw(st.sampled_from([Desired.WANTED, Desired.PROVISIONAL]))
    actual, open_questions, awaited = Actual.DELIVERED, 0, False
    uses = {Side.REQUESTER: 0, Side.EXECUTOR: 0}
    lasting = data.draw(st.booleans())
    for _ in range(data.draw(st.integers(0, 30))):
        side = data.draw(st.sampled_from(Side))
        other = Side.EXECUTOR if side is Side.REQUESTER else Side.REQUESTER
        beside = Beside(
            question_open=open_questions > 0, correction_awaited=awaited, use_open=uses[other] > 0, lasting=lasting
        )
        steps = possible(side, desired, actual, beside)
        assert Step.NOTE in steps
        assert not set(steps) & BY_NODES
        step = data.draw(st.sampled_from([*steps, *([Step.LAPSE] if desired is Desired.PROVISIONAL else [])]))
        side = Side.REQUESTER if step is Step.LAPSE else side
        assert follows(side, desired, actual, step)
        if side is Side.REQUESTER:
            desired = REQUESTER[desired][step].to
        else:
            actual = EXECUTOR[actual][step].to
        open_questions += (step is Step.ASK) - (step is Step.CLARIFY)
        uses[side] += step is Step.ASK_USE
        uses[other] -= step is Step.ANSWER_USE
        awaited = step is Step.RETURN or (awaited and step is not Step.CORRECT)
        assert shown(desired, actual, beside) in State


def test_the_tables_are_whole() -> None:
    assert set(REQUESTER) == set(Desired)
    assert set(EXECUTOR) == set(Actual)
    assert set(WRITES) == set(Step)
    assert set(STAGES) == set(State)
    assert set(BEGUN_WHEN) == set(Step) - {Step.CLOSE} - BY_NODES
    assert {step for step in Step if step not in BY_NODES} == set(RIGHT_OF)
    for column, side in ((REQUESTER, Side.REQUESTER), (EXECUTOR, Side.EXECUTOR)):
        for arrows in column.values():
            assert all(side in WRITES[step] for step in arrows)


def test_every_state_can_be_reached_and_every_open_one_left() -> None:
    reached = {(Desired.WANTED, Actual.SENT), (Desired.PROVISIONAL, Actual.SENT)}
    todo = list(reached)
    while todo:
        desired, actual = todo.pop()
        following = [(arrow.to, actual) for arrow in REQUESTER[desired].values()]
        following += [(desired, arrow.to) for arrow in EXECUTOR[actual].values()]
        todo += [pair for pair in following if pair not in reached]
        reached.update(following)
    states = {
        shown(desired, actual, Beside(question_open=question, correction_awaited=awaited))
        for desired, actual in reached
        for question in (True, False)
        for awaited in (True, False)
    }
    assert states == set(State)
    assert "wanted --> withdrawn: withdraw (stop all)" in diagram()


def test_overlapping_questions_rest_once() -> None:
    ask_one = make_fact(Step.ASK, VN, 3, minutes=60, standing=Standing.ACCEPTED)
    ask_two = make_fact(Step.ASK, VN, 4, minutes=90, standing=Standing.ACCEPTED)
    facts = [
        make_fact(Step.OPEN, US, 1, minutes=0, standing=Standing.ACCEPTED),
        make_fact(Step.ACKNOWLEDGE, VN, 2, minutes=10, standing=Standing.ACCEPTED),
        ask_one,
        ask_two,
        make_fact(Step.CLARIFY, US, 5, minutes=120, standing=Standing.ACCEPTED, answers=ask_one.id),
        make_fact(Step.CLARIFY, US, 6, minutes=180, standing=Standing.ACCEPTED, answers=ask_two.id),
    ]
    request = fold(facts)
    assert request is not None
    decide = clocks(request)[2]
    assert decide.due_at == START + timedelta(hours=4) + timedelta(hours=2)
    request = fold(facts[:-1])
    assert request is not None
    assert clocks(request)[2].left == timedelta(hours=3)


def test_what_happened_within_one_second_is_read_in_the_order_of_its_lane() -> None:
    steps = [Step.ACKNOWLEDGE, Step.ACCEPT, Step.RESULT]
    facts = [make_fact(Step.OPEN, US, 90, minutes=1, standing=Standing.ACCEPTED)]
    facts += [make_fact(step, VN, 2 + place, minutes=1, standing=Standing.ACCEPTED) for place, step in enumerate(steps)]
    together = [replace(fact, header=structs.replace(fact.header, sent_at=START)) for fact in facts]
    for order in itertools.permutations(together):
        request = fold(order)
        assert request is not None
        assert [fact.step for fact in request.timeline] == [Step.OPEN, *steps]
