"""The fold is order-free, columns never leave the table, and both sides read the same of the same messages."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.flash.kinds import BODY_OF, FLASH_KINDS, kind_of
from lienlac.flash.leaving.lines import lines
from lienlac.flash.lifecycle import (
    BY_NODES,
    OF_THE_AUTHOR,
    OF_THE_READER,
    TABLE,
    Column,
    Side,
    State,
    Step,
    after,
    diagram,
    follows,
)
from lienlac.flash.reckoning.deadlines import running, tellings
from lienlac.flash.reckoning.measures import Reading, measure
from lienlac.flash.warning import Fact, Flash, fold
from lienlac.records.fact import Standing, merge
from lienlac.ui.words import Words
from lienlac.wire.bodies import flash as bodies
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.message import Lane
from tests.architecture.house import PROJECT
from tests.hotline.scene import START, US, VN, header_of

WARNING = "flw-" + "w" * 26
NODE = {Side.AUTHOR: VN, Side.READER: US}
OTHER = {US: VN, VN: US}
OFFICERS = {VN: Officer(name="Nguyễn Thị Ánh", unit="A05"), US: Officer(name="Mark Hill", unit="IC3 RAT")}
STEPS = [step for step in Step if step not in BY_NODES]

WARNED = bodies.Warned(
    reference="VN-W-2026-000001",
    title_vi="Sàn ngoại hối giả",
    title_en="Fake forex platform",
    text=bodies.Said(vi="Đổi tài khoản mỗi ngày."),
    to_do=bodies.Said(en="Block the domain."),
    severity=bodies.Severity.SERIOUS,
    lives_in_danger=False,
    valid_until=START + timedelta(hours=2),
    officer=OFFICERS[VN],
    identifiers=(DataIdentifier(type="domain", value="a.example"),),
    acknowledge_s=1200,
)


def body_of(step: Step, sender: str, names: list[str], draw: Any) -> Any:
    officer, named = OFFICERS[sender], draw(st.sampled_from(names))
    hours = draw(st.integers(-1, 4))
    if step is Step.WARN:
        return WARNED
    if step is Step.SUPERSEDE:
        fields = {**msgspec.structs.asdict(WARNED), "valid_until": START + timedelta(hours=hours)}
        return bodies.Superseded(**fields, reason="moved")
    if step is Step.WITHDRAW:
        return bodies.Withdrawn(officer=officer, reason="over")
    if step is Step.ACKNOWLEDGE:
        return bodies.Acknowledged(officer=officer, of=named)
    return bodies.Judged(officer=officer, useful=draw(st.sampled_from(bodies.Useful)))


@st.composite
def fact_sets(draw: st.DrawFn) -> list[Fact]:
    """A warning and any messages of either side, legal or not, naming anything, known to any degree."""
    facts: list[Fact] = []
    names = ["msg-" + "z" * 26]
    for sequence in range(1, draw(st.integers(2, 14))):
        sender = VN if sequence == 1 else draw(st.sampled_from([VN, US]))
        step = Step.WARN if sequence == 1 else draw(st.sampled_from(STEPS[1:]))
        standing = draw(st.sampled_from(Standing))
        sent = START + timedelta(minutes=sequence)
        header = header_of(sender, OTHER[sender], kind_of(step), sequence, WARNING, sent)
        received = sent + timedelta(seconds=30) if standing is Standing.ACCEPTED else None
        body = body_of(step, sender, names, draw)
        facts.append(Fact(header=header, body=body, digest="d" * 64, standing=standing, received_at=received))
        names.append(header.id)
    return facts


def seen(flash: Flash | None) -> Any:
    """Everything that anybody reads of a warning."""
    if flash is None:
        return None
    versions = [(one.fact, one.read, one.until, one.due_at, one.took) for one in flash.versions]
    told = {node: tellings(flash, node) for node in (VN, US)}
    later = START + timedelta(hours=3)
    states = (flash.lasting, flash.state(START), flash.state(later), running(flash, START), running(flash, later))
    ends = (flash.withdrawal, flash.judgement, flash.acknowledgements, flash.void)
    return flash.columns, versions, told, states, ends, {side: flash.possible(side, START) for side in Side}


@given(fact_sets(), st.randoms(use_true_random=False), st.data())
def test_order_repetition_and_grouping_do_not_matter(facts: list[Fact], random: Any, data: st.DataObject) -> None:
    """Commutative, idempotent, associative: any way of learning the same messages leads to the same warning."""
    whole = seen(fold(facts))
    mixed = [*facts, *data.draw(st.lists(st.sampled_from(facts), max_size=6))]
    random.shuffle(mixed)
    assert seen(fold(mixed)) == whole
    cut = data.draw(st.integers(0, len(facts)))
    assert seen(fold(merge(facts[cut:], facts[:cut]).values())) == whole


@given(fact_sets())
def test_knowing_more_of_a_message_never_depends_on_when_it_was_learned(facts: list[Fact]) -> None:
    settled = [replace(fact, standing=Standing.ACCEPTED, received_at=fact.header.sent_at) for fact in facts]
    assert seen(fold([*facts, *settled])) == seen(fold([*settled, *facts]))


@given(fact_sets())
def test_no_side_ever_moves_the_other_sides_column_or_words(facts: list[Fact]) -> None:
    flash = fold(facts)
    assert flash is not None
    for side in Side:
        alone = fold([fact for fact in facts if fact.header.sender == NODE[side] or fact is facts[0]])
        assert alone is not None
        assert alone.steps[side] == flash.steps[side]
    assert all(fact.header.sender == VN for fact in flash.steps[Side.AUTHOR])
    assert all(fact.header.sender == US for fact in flash.steps[Side.READER])
    assert all(version.read is None or version.read.header.sender == US for version in flash.versions)


@given(fact_sets())
def test_nothing_that_was_said_is_ever_lost(facts: list[Fact]) -> None:
    """What took another's place, or was withdrawn, stays to be read; nothing is accounted for twice."""
    flash = fold(facts)
    assert flash is not None
    counted = {fact.id for side in Side for fact in flash.steps[side]} | {flash.opening.id}
    assert counted | flash.void == {fact.id for fact in facts}
    assert not counted & flash.void
    assert flash.versions[0].fact == flash.opening
    for before, following in itertools.pairwise(flash.versions):
        assert before.until == following.fact


@given(fact_sets())
def test_the_time_ends_what_stands_and_nothing_else(facts: list[Fact]) -> None:
    flash = fold(facts)
    assert flash is not None
    after_it = flash.body.valid_until
    assert (flash.state(after_it) is State.EXPIRED) is (flash.lasting in {State.SENT, State.UNREAD, State.READ})
    assert running(flash, after_it) == frozenset()
    assert all(told.at < flash.body.valid_until for told in tellings(flash, US))


def test_the_table_holds_every_column_and_leads_only_to_columns() -> None:
    for side in Side:
        for column, arrows in TABLE[side].items():
            assert all(to in TABLE[side] for to in arrows.values()), (side, column)
            for step in Step:
                assert follows(side, column, step) is (step in arrows)
                if step in arrows:
                    assert after(side, column, step) is arrows[step]
    taken = {step for arrows in TABLE[Side.AUTHOR].values() for step in arrows}
    assert taken == {Step.WARN, *OF_THE_AUTHOR}
    assert {step for arrows in TABLE[Side.READER].values() for step in arrows} == {*BY_NODES, *OF_THE_READER}
    assert not TABLE[Side.AUTHOR][Column.WITHDRAWN]


def test_the_clause_shows_the_table() -> None:
    clause = (PROJECT / "docs" / "protocol" / "17-flash-warnings.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```" in clause


def test_every_kind_is_urgent_and_only_a_warning_opens() -> None:
    assert {kind.lane for kind in FLASH_KINDS} == {Lane.URGENT}
    assert [kind.name for kind in FLASH_KINDS if kind.opening] == ["flash.warn"]


@given(fact_sets())
def test_a_second_officer_sees_every_field_that_leaves(facts: list[Fact]) -> None:
    words = Words("en", "UTC")
    for fact in facts:
        body = fact.body
        assert type(body) is BODY_OF[fact.header.kind]
        said = {line.path for line in lines(body, words)}
        filled = {name for name in body.__struct_fields__ if getattr(body, name) not in (None, "", ())}
        assert said == filled


@given(st.lists(st.tuples(st.integers(0, 90), st.none() | st.integers(0, 90)), max_size=30), st.integers(1, 60))
def test_measures_count_everything_once(given_readings: list[tuple[int, int | None]], within_min: int) -> None:
    minute, now = timedelta(minutes=1), START + timedelta(minutes=90)
    readings = [
        Reading(
            peer=US, direction="out", received_at=START + minute * at,
            read_at=None if took is None else START + minute * (at + took),
        )
        for at, took in given_readings
    ]  # fmt: skip
    within = minute * within_min
    found = measure(readings, within, now)
    if not readings:
        assert found == []
        return
    (line,) = found
    assert 0 <= line.in_time <= line.counted <= len(readings)
    assert line.unread == sum(one.read_at is None for one in readings)
    open_still = [one for one in readings if one.read_at is None and one.received_at + within > now]
    assert line.counted == len(readings) - len(open_still)
    assert line.percent is None if not line.counted else 0 <= (line.percent or 0) <= 100


def test_the_bounds_leave_room_to_withdraw() -> None:
    facts = [
        Fact(
            header=header_of(
                VN, US, kind_of(Step.WARN if number == 1 else Step.SUPERSEDE), number, WARNING, START + timedelta(seconds=number)
            ),
            body=WARNED if number == 1 else bodies.Superseded(**msgspec.structs.asdict(WARNED), reason="x"),
            digest="d" * 64,
            standing=Standing.ACCEPTED,
            received_at=START,
        )
        for number in range(1, limits.FLASH_MESSAGES_MAX // 2 - limits.FLASH_STEPS_KEPT + 1)
    ]  # fmt: skip
    flash = fold(facts)
    assert flash is not None
    assert not flash.has_room(VN, Step.SUPERSEDE)
    assert flash.has_room(VN, Step.WITHDRAW)
    assert flash.has_room(US, Step.ACKNOWLEDGE)
