"""Messages that wait for a second officer: who is reminded when, and that it climbs, faster where a life is in danger."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.duty.alarms.ladder import Heard
from lienlac.duty.approvals.ladder import Able, Stage, begins, due, stage_at
from lienlac.duty.contacts.quiet import Quiet
from lienlac.duty.desk import Duty
from lienlac.notices import wording
from lienlac.notices.courier.ways import Allowed
from lienlac.people.officer import Role
from lienlac.releases.desk import Releases, Wish
from lienlac.releases.release import Draft, Reason, Step
from lienlac.wire.message import Marks, Pap, Tlp
from tests.duty.scene import REQUEST
from tests.duty.scene import Stage as Scene
from tests.notices.scene import HOUSE, SAFE
from tests.world.fakes import START, SeededChance

HOUR = timedelta(hours=1)
URGENCIES = st.sampled_from(["life", "hot", "urgent", "normal"])
SPANS = st.integers(60, 7 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
IDS = st.lists(st.sampled_from("abcdefgh"), max_size=6, unique=True).map(tuple)
ABLE = st.tuples(IDS, IDS, IDS).map(
    lambda three: Able(
        on_call=three[0], others=tuple(one for one in three[1] if one not in three[0]), supervisors=three[2]
    )
)


def everybody(able: Able) -> set[str]:
    return {*able.on_call, *able.others, *able.supervisors}


# --- the ladder itself -------------------------------------------------------------------------------------------


@given(SPANS, URGENCIES, st.integers(0, 8 * 24 * 3600), st.integers(0, 3600))
def test_stages_only_rise_and_begin_when_they_say(span, urgency, seconds, more):
    now = START + timedelta(seconds=seconds)
    stage = stage_at(START, START + span, urgency, now)
    assert stage_at(START, START + span, urgency, now + timedelta(seconds=more)) >= stage
    assert begins(stage, START, START + span, urgency) <= now
    later = [one for one in Stage if one > stage]
    assert all(begins(one, START, START + span, urgency) > now for one in later)


@given(SPANS, st.sampled_from(["hot", "urgent", "normal"]), st.integers(0, 8 * 24 * 3600))
def test_where_a_life_is_in_danger_no_stage_begins_later_than_elsewhere(span, urgency, seconds):
    now = START + timedelta(seconds=seconds)
    assert stage_at(START, START + span, "life", now) >= stage_at(START, START + span, urgency, now)
    last = begins(Stage.LAST, START, START + span, "life")
    assert last <= START + 2 * timedelta(minutes=limits.LADDER_LIFE_MIN)


@given(st.sampled_from(list(Stage)), ABLE, st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(list(Heard))))
def test_nobody_is_told_twice_in_one_stage_and_nobody_who_may_not_know(stage, able, told):
    found = due(stage, able, told)
    assert len(set(found)) == len(found)
    assert not set(found) & set(told)
    assert set(found) <= everybody(able)


@given(ABLE)
def test_those_on_call_come_first_then_all_who_may_then_the_supervisors(able):
    assert due(Stage.FIRST, able, {})[: len(able.on_call)] == able.on_call
    half = due(Stage.HALF, able, {})
    assert half[: len(able.on_call)] == able.on_call
    if able.on_call or able.others:
        assert due(Stage.FIRST, able, {}) == (able.on_call or able.others)
        assert set(half) == {*able.on_call, *able.others}
    assert set(due(Stage.LAST, able, {})) == everybody(able)


@given(st.sampled_from(list(Stage)), ABLE)
def test_attack_of_silence_when_every_channel_fails_everybody_is_told_without_waiting(stage, able):
    told: dict[str, Heard] = {}
    for _ in Stage:
        told |= dict.fromkeys(due(stage, able, told), Heard.UNREACHED)
    assert set(told) == everybody(able)


@given(st.sampled_from(list(Stage)), ABLE.filter(everybody), st.sampled_from([Heard.REACHED, Heard.PENDING]))
def test_whoever_was_reached_keeps_the_rest_from_being_told_early(stage, able, heard):
    first = due(stage, able, {})
    assert first
    assert due(stage, able, dict.fromkeys(first, heard)) == ()


# --- with people, notices and a database -------------------------------------------------------------------------


class Office(Scene):
    """Duty and releases: `third` proposes; boss, chief and deputy may decide, of whom the deputy is on call."""

    def __init__(self, database) -> None:
        super().__init__(database, roster=False)
        self.hire("chief", Role.SUPERVISOR)
        self.hire("deputy", Role.SUPERVISOR)
        self.shift("first", 0, 24, 1)
        self.shift("deputy", 0, 24, 2)
        self.releases = self.make_releases(self.duty)

    def make_releases(self, duty: Duty) -> Releases:
        return Releases(
            database=self.database, clock=self.clock, chance=SeededChance("releases"), record=journal.record,
            hear=duty.approvals.heard,
        )  # fmt: skip

    def propose(self, by: str = "third", *, hours: float = 10, **more) -> str:
        draft = Draft(
            kind="test.note", body=msgspec.Raw(b'{"text":"Nguyen Van A, 0123456789"}'), recipient="us-ic3",
            purpose="fight", legal_basis="law", marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER), addressees=("duty-desk",),
            record_id=REQUEST,
        )  # fmt: skip
        values = {"approvers": frozenset({"supervisor"}), "wait": hours * HOUR, "reference": "VN-2026-000001", **more}
        made = self.database.write(
            lambda c: self.releases.propose(c, self.officers[by], Wish(draft=draft, reasons=(Reason.KIND,), **values))
        )
        self.deliver()
        return made.id

    def later(self, hours: float) -> list[str]:
        """Time passes and the loops turn; who was told because of it."""
        before = len(self.road.carried)
        self.clock.turn(hours * 3600)
        self.releases.watch(self.clock.now())
        self.turn()
        return self.told()[before:]

    def abouts(self) -> list[str]:
        return [parcel.notice.about.value for parcel in self.road.carried]


@pytest.fixture
def room(sqlite_database):
    return Office(sqlite_database)


def test_it_climbs_from_those_on_call_to_all_who_may_and_ends_with_the_proposer_and_the_supervisors(room):
    room.propose()
    assert room.told() == ["deputy"], "the only one on call who may decide"
    assert room.later(4.9) == []
    assert sorted(room.later(0.1)) == ["boss", "chief", "deputy"]
    assert room.later(2.9) == []
    assert sorted(room.later(0.1)) == ["boss", "chief", "deputy"]
    assert room.later(1.9) == []
    assert sorted(room.later(0.1)) == ["boss", "chief", "deputy", "third"]
    assert sorted(set(room.abouts()[-4:])) == ["release-expired", "release-lapsed"]
    expired = [p.notice for p in room.road.carried if p.notice.about.value == "release-expired"]
    assert [room.login(one.owner) for one in expired] == ["third"]
    assert room.later(20) == []
    assert [action for action, _ in room.entries() if action == "release.remind"] == ["release.remind"] * 2


def test_a_notice_says_nothing_of_the_message(room):
    room.propose(reference="the case of Nguyen Van A")
    room.later(5)
    room.later(6)
    assert {parcel.notice.reference for parcel in room.road.carried} == {""}
    for parcel in room.road.carried:
        said = wording.text(parcel.notice, HOUSE, "en") + wording.subject(parcel.notice, "vi")
        assert "Nguyen" not in said + wording.payload(parcel.notice, HOUSE, START).decode()


def test_supervisors_who_may_not_decide_are_told_before_it_is_too_late(room):
    room.propose(approvers=frozenset({"duty-officer"}))
    assert room.told() == ["first"]
    assert room.later(5) == ["first", "second"]
    assert sorted(room.later(3)) == ["boss", "chief", "deputy", "first", "second"]


def test_where_a_life_is_in_danger_everybody_is_told_within_minutes(room):
    room.propose(urgency="life", hours=24)
    assert room.told() == ["deputy"]
    assert sorted(room.later(limits.LADDER_LIFE_MIN / 60)) == ["boss", "chief", "deputy"]
    assert sorted(room.later(limits.LADDER_LIFE_MIN / 60)) == ["boss", "chief", "deputy"]
    assert room.later(1) == []


@pytest.mark.parametrize("step", [Step.RETURN, Step.TAKE_BACK])
def test_a_decision_ends_it(room, step):
    made = room.propose()
    room.releases.take(room.officers["third" if step is Step.TAKE_BACK else "chief"], made, step, "Name the bank")
    room.deliver()
    before = len(room.road.carried)
    assert room.later(5) + room.later(3) + room.later(3) == []
    assert len(room.road.carried) == before


def test_a_restart_tells_nobody_twice_and_forgets_nobody(room):
    room.propose()
    room.later(5)
    before = room.told()
    again = Duty(
        node_id="vn-a05", country="VN", zone="Asia/Ho_Chi_Minh", database=room.database, clock=room.clock,
        chance=SeededChance("again"), safe=SAFE, sender=room.wire, agreements=room.agreed,
        allowed=Allowed(), record=journal.record, changed=lambda topic, thing: None,
    )  # fmt: skip
    again.serve(room.requests)
    room.duty = again
    assert room.later(0.01) == []
    assert room.told() == before
    assert len(room.later(3)) == 3


def test_a_node_that_slept_through_a_stage_tells_the_latest_only(room):
    room.propose()
    assert sorted(room.later(9)) == ["boss", "chief", "deputy"]
    assert set(room.abouts()[1:]) == {"release-long"}


def test_when_nobody_on_call_can_be_reached_the_others_are_told_at_once(room):
    room.road.broken.add(room.id("deputy"))
    room.propose()
    assert room.told() == []
    assert sorted(room.later(0.02)) == ["boss", "chief"]


def test_quiet_hours_hold_back_what_is_not_loud_and_one_notice_is_left_of_several(room):
    """START is 10:00 in Hanoi: the chief is quiet from 09:00 until 19:00."""
    room.duty.contacts.set_person(room.officers["chief"], room.id("chief"), phone="", quiet=Quiet(9 * 60, 19 * 60))
    room.propose()
    assert sorted(room.later(5)) == ["boss", "deputy"]
    assert sorted(room.later(3)) == ["boss", "deputy"]
    assert room.later(1) == ["chief"]
    assert room.abouts()[-1] == "release-long"


def test_whoever_may_not_know_of_the_case_is_never_told(room):
    room.restrict(REQUEST, "chief")
    room.propose()
    assert room.told() == ["chief"]
    assert set(room.later(5) + room.later(3)) == {"chief"}
