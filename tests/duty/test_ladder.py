"""THE ladder, with generated rosters and times: nobody twice, nobody out of turn, nobody left untold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.duty.alarms import ladder
from lienlac.duty.alarms.alarm import Cause, Phase, Place, Warned
from lienlac.duty.alarms.ladder import BEFORE_ALL, NAMED, PATIENCE, Heard
from tests.world.fakes import START

MINUTE = timedelta(minutes=1)
NAMED_OFFICER = ("named:us-ic3", "Colonel Hùng")
WARNED = st.sampled_from(
    [
        Warned(cause=Cause.NEW, percent=None, at=START),
        Warned(cause=Cause.DUE, percent=50, at=START),
        Warned(cause=Cause.DUE, percent=80, at=START),
        Warned(cause=Cause.OVERDUE, percent=100, at=START),
        Warned(cause=Cause.NO_RECEIPT, percent=100, at=START),
        Warned(cause=Cause.HOLD_ENDS, percent=None, at=START),
    ]
)
URGENCY = st.sampled_from(list(PATIENCE))
PEOPLE = st.lists(st.sampled_from("abcdef"), max_size=5, unique=True).map(lambda ids: [(one, one) for one in ids])


@st.composite
def chains(draw):
    on_call, supervisors = draw(PEOPLE), draw(PEOPLE)
    named = draw(st.sampled_from([NAMED_OFFICER, None]))
    holder = draw(st.sampled_from([None, ("a", "a"), ("h", "h")]))
    return ladder.chain(on_call, supervisors, named, holder)


def told_by(warned, urgency, people, times, heard=lambda _owner: Heard.REACHED):
    """Walk through the times; whom it told, in order, and when."""
    told, order = {}, []
    for now in times:
        for person in ladder.due(warned, Phase.OPEN, urgency, people, told, now):
            order.append((now, person))
            told[person.owner] = heard(person.owner)
    return told, order


def times_of(minutes):
    return [START + minute * MINUTE for minute in sorted(minutes)]


MOMENTS = st.lists(st.integers(0, 600), min_size=1, max_size=30)


@given(WARNED, URGENCY, chains(), MOMENTS)
def test_nobody_is_told_twice_of_one_warning_and_ranks_only_rise(warned, urgency, people, minutes):
    _, order = told_by(warned, urgency, people, times_of(minutes))
    owners = [person.owner for _, person in order]
    assert len(set(owners)) == len(owners)
    ranks = [person.rank for _, person in order]
    assert ranks == sorted(ranks)


@given(WARNED, URGENCY, chains(), MOMENTS, MOMENTS)
def test_stepping_more_often_tells_the_same_people(warned, urgency, people, minutes, more):
    last = START + 600 * MINUTE
    seldom, _ = told_by(warned, urgency, people, [*times_of(minutes), last])
    often, _ = told_by(warned, urgency, people, [*times_of(minutes + more), last])
    assert seldom == often


@given(WARNED, URGENCY, chains(), st.integers(0, 600), st.sampled_from([Phase.TAKEN, Phase.ENDED]))
def test_a_taken_or_ended_alarm_tells_nobody_and_never_climbs(warned, urgency, people, minutes, phase):
    now = START + minutes * MINUTE
    assert ladder.due(warned, phase, urgency, people, {}, now) == ()
    assert ladder.next_climb(warned, phase, urgency, people, {}, now) is None


@given(WARNED, URGENCY, chains(), MOMENTS)
def test_the_next_climb_is_exactly_when_somebody_else_is_told(warned, urgency, people, minutes):
    """Until then every look tells nobody; at that instant somebody is told: the loop may sleep in between."""
    times = times_of(minutes)
    told, _ = told_by(warned, urgency, people, times)
    now = times[-1]
    climb = ladder.next_climb(warned, Phase.OPEN, urgency, people, told, now)
    if climb is None:
        assert ladder.due(warned, Phase.OPEN, urgency, people, told, now + timedelta(days=400)) == ()
        return
    assert climb > now
    assert ladder.due(warned, Phase.OPEN, urgency, people, told, climb - timedelta(microseconds=1)) == ()
    assert ladder.due(warned, Phase.OPEN, urgency, people, told, climb) != ()


@given(URGENCY, chains())
def test_what_is_overdue_reaches_the_named_officer_in_the_end(urgency, people):
    for cause in (Cause.OVERDUE, Cause.NO_RECEIPT):
        warned = Warned(cause=cause, percent=100, at=START)
        told, _ = told_by(warned, urgency, people, [START + step * PATIENCE[urgency] for step in range(5)])
        assert all(person.owner in told for person in people if person.rank == NAMED)


@given(WARNED, URGENCY, chains())
def test_attack_of_silence_an_alarm_that_nobody_heard_climbs_to_the_very_top_at_once(warned, urgency, people):
    """Channels that all fail gain an attacker no time: step by step, in the same instant, until somebody is left."""
    told, _ = told_by(warned, urgency, people, [START] * 8, heard=lambda _owner: Heard.UNREACHED)
    standing = [person.rank for person in people if 0 <= person.rank < NAMED]
    begins = min(ladder.reach(warned)[0], max(standing, default=0))
    assert set(told) == {person.owner for person in people if person.rank >= begins or person.rank == BEFORE_ALL}


@given(WARNED, URGENCY, chains())
def test_whoever_holds_the_alarm_is_told_first(warned, urgency, people):
    _, order = told_by(warned, urgency, people, [START])
    holders = [person for person in people if person.place is Place.HOLDER]
    if holders:
        assert order[0][1] == holders[0]


@given(WARNED, URGENCY, PEOPLE.filter(bool), PEOPLE)
def test_somebody_on_call_is_told_at_once_whatever_the_warning(warned, urgency, on_call, supervisors):
    people = ladder.chain(on_call, supervisors, NAMED_OFFICER, None)
    _, order = told_by(warned, urgency, people, [START])
    assert order
    assert all(person.place is Place.ON_CALL for _, person in order)
    assert not {owner for owner, _ in supervisors} - {owner for owner, _ in on_call} & {p.owner for _, p in order}


@given(WARNED, URGENCY, PEOPLE.filter(bool))
def test_supervisors_stand_in_where_nobody_is_on_call(warned, urgency, supervisors):
    people = ladder.chain([], supervisors, None, None)
    told, _ = told_by(warned, urgency, people, [START])
    assert set(told) == {owner for owner, _ in supervisors}


def test_the_story_of_one_clock():
    """Half of the time: the first; nobody takes it: the second. Four fifths: the second and the third. Then the rest."""
    people = ladder.chain([("first", ""), ("second", ""), ("third", "")], [("boss", "")], NAMED_OFFICER, None)

    def owners(percent, minutes):
        cause = Cause.OVERDUE if percent == 100 else Cause.DUE
        warned = Warned(cause=cause, percent=percent, at=START)
        _, order = told_by(warned, "hot", people, times_of(minutes))
        return [((now - START) // MINUTE, person.owner) for now, person in order]

    every = range(60)
    assert owners(50, every) == [(0, "first"), (5, "second")]
    assert owners(80, every) == [(0, "second"), (5, "third")]
    assert owners(100, every) == [(0, "third"), (5, NAMED_OFFICER[0])]


def test_after_a_change_of_shift_the_new_officers_are_told_and_the_old_ones_are_not():
    warned = Warned(cause=Cause.DUE, percent=50, at=START)
    before = ladder.chain([("a", ""), ("b", "")], [], None, None)
    after = ladder.chain([("c", ""), ("d", "")], [], None, None)
    told = {person.owner: Heard.REACHED for person in ladder.due(warned, Phase.OPEN, "hot", before, {}, START)}
    assert set(told) == {"a"}
    later = START + 2 * MINUTE
    assert [person.owner for person in ladder.due(warned, Phase.OPEN, "hot", after, told, later)] == ["c"]


@pytest.mark.parametrize("urgency", ["life", "hot"])
def test_where_a_life_is_at_stake_the_ladder_is_quick(urgency):
    assert PATIENCE[urgency] <= 5 * MINUTE
