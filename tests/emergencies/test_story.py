"""A channel between two whole nodes: opened, answered, written, promised, handed over, held, stood down, reopened."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lienlac import journal
from lienlac.emergencies.emergency import Emergency
from lienlac.emergencies.lifecycle import Side, State, Step
from lienlac.emergencies.views import timeline
from lienlac.errors import NotAllowed
from lienlac.people.access import store as access
from lienlac.records.fact import Standing
from lienlac.records.forms.problems import FormRefused
from tests.duty.nodes import World
from tests.emergencies.scene import Channels, emergency_form, entry
from tests.hotline.scene import freeze_form


def same(world: Channels, emergency: Emergency) -> Emergency:
    """Both nodes have the same channel: state, columns, messages, order."""
    one, other = world.both(emergency)
    assert one.state is other.state
    assert one.columns == other.columns
    assert {fact.id: fact.body for fact in one.facts.values()} == {fact.id: fact.body for fact in other.facts.values()}
    assert [item.fact.id for item in timeline.items(one)] == [item.fact.id for item in timeline.items(other)]
    assert all(fact.standing is Standing.ACCEPTED for fact in one.facts.values())
    return one


def test_an_emergency_is_opened_and_answered_by_name(world: Channels) -> None:
    opened = world.open()
    assert opened.reference == "VN-E-2026-000001"
    before = world.show(world.us, "mark", opened)
    assert before.emergency.state is State.UNANSWERED
    assert before.steps == (Step.ANSWER,)
    world.say(world.us, "mark", opened, Step.ANSWER, remarks="We are on it.", next_update=20)
    now = same(world, opened)
    assert now.state is State.ACTIVE
    assert now.said(Side.ANSWERER, Step.ANSWER)[0].body.officer.name == "Mark Hill"
    assert now.body.countries == ("VN", "US")
    promise = timeline.promise(now, Side.ANSWERER)
    assert promise is not None
    assert promise.at == world.clock.now() + timedelta(minutes=20)


def test_nobody_answers_and_both_desks_are_told_ever_more_people(world: Channels) -> None:
    """03:00: the first on call sleeps; at 50 % again, at 80 % the second is told, at 100 % the named officer."""
    opened = world.open()
    world.turn()
    assert world.us.told() == ["mark"]
    world.turn(5)
    assert "dana" in world.us.told() or world.us.told().count("mark") == 2
    world.turn(3)
    assert "dana" in world.us.told()
    world.turn(2)
    world.turn(10)
    assert any(owner.startswith("named:") for owner in world.us.road.owners)
    notices = world.show(world.vn, "anh", opened).notices
    assert [(one.clock, one.percent) for one in notices if one.clock == "acknowledge"] == [
        ("acknowledge", 50), ("acknowledge", 80), ("acknowledge", 100),
    ]  # fmt: skip
    assert "anh" in world.vn.told()
    world.say(world.us, "dana", opened, Step.ANSWER)
    world.turn()
    with world.us.node.database.read() as connection:
        alarms = world.us.node.duty.alarms.listed(world.us.officer("boss"), live=True)
        actions = [item.action for item in journal.about(connection, opened.id, rows=200)]
    assert not alarms
    assert "alarm.tell" in actions
    assert "alarm.end" in actions


def test_notices_say_nothing_of_the_case(world: Channels) -> None:
    world.open()
    world.turn()
    notice = world.us.road.carried[0].notice
    assert notice.reference == "VN-E-2026-000001"
    assert notice.about.value == "emergency-new"
    assert notice.path.startswith("/emergencies/emg-")
    said = str(notice).casefold()
    assert "hoa sen" not in said
    assert "ransom" not in said
    assert "lotus" not in said


def test_each_side_writes_its_own_lines_and_corrects_only_them(world: Channels) -> None:
    opened = world.answered()
    world.say(world.vn, "anh", opened, Step.ENTRY, **entry("Theatre two works again", at="2026-11-23T10:00:00+07:00"))
    world.clock.turn(60)
    world.say(world.us, "mark", opened, Step.ENTRY, **entry("Server is rented by a shell company", source="provider"))
    now = same(world, opened)
    ours, theirs = now.said(Side.OPENER, Step.ENTRY)[0], now.said(Side.ANSWERER, Step.ENTRY)[0]
    world.say(world.vn, "anh", opened, Step.ENTRY, **entry("Theatre THREE works again", corrects=ours.id))
    world.say(world.us, "mark", opened, Step.RETRACT, entry=theirs.id, reason="Another customer's server.")
    shown = {item.fact.id: item for item in timeline.items(same(world, opened))}
    assert shown[ours.id].present.body.text.en == "Theatre THREE works again"
    assert shown[theirs.id].retraction is not None
    for login, side, named in (("anh", world.vn, theirs.id), ("mark", world.us, theirs.id)):
        with pytest.raises(NotAllowed, match="entry-not-yours"):
            world.say(side, login, opened, Step.RETRACT, entry=named, reason="No.")


def test_who_is_on_now_is_seen_on_both_sides_and_handed_over(world: Channels) -> None:
    opened = world.answered()
    assert [seat.officer.name for seat in timeline.seats(same(world, opened), Side.OPENER)] == ["Nguyễn Thị Ánh"]
    world.say(world.us, "mark", opened, Step.PRESENCE, here=False)
    assert timeline.seats(same(world, opened), Side.ANSWERER) == ()
    world.say(world.us, "mark", opened, Step.PRESENCE, here=True)
    assert [seat.officer.name for seat in timeline.seats(same(world, opened), Side.ANSWERER)] == ["Mark Hill"]
    world.say(world.us, "mark", opened, Step.HAND_OVER, to="dana", text="The provider calls back at four.")
    now = same(world, opened)
    assert timeline.seats(now, Side.ANSWERER) == ()
    assert timeline.handings(now, Side.ANSWERER)[0].body.to.name == "Dana Reyes"
    assert world.show(world.us, "dana", opened).handed
    assert not world.show(world.us, "mark", opened).handed
    world.say(world.us, "dana", opened, Step.PRESENCE, here=True)
    now = same(world, opened)
    assert [seat.officer.name for seat in timeline.seats(now, Side.ANSWERER)] == ["Dana Reyes"]
    assert not timeline.handings(now, Side.ANSWERER)
    assert [seat.officer.name for seat in timeline.seats(now, Side.OPENER)] == ["Nguyễn Thị Ánh"]


def test_a_broken_promise_rings_on_both_sides_and_a_new_one_silences_it(world: Channels) -> None:
    opened = world.answered()
    world.say(world.us, "mark", opened, Step.REPORT, summary={"en": "Seized."}, severity="serious", next_update=10)
    world.turn()
    world.turn(9)
    world.turn(2)
    told = {
        side.id: [(one.clock, one.percent) for one in world.show(side, login, opened).notices]
        for side, login in ((world.vn, "anh"), (world.us, "mark"))
    }
    assert ("their-update", 100) in told[world.vn.id]
    assert ("update", 80) in told[world.us.id]
    assert ("update", 100) in told[world.us.id]
    live = world.us.node.duty.alarms.listed(world.us.officer("boss"), live=True)
    assert [one.alarm.clock for one in live if one.alarm.clock == "update"] == ["update"]
    world.say(world.us, "mark", opened, Step.ENTRY, **entry("Nothing new.", next_update=30))
    world.turn()
    live = world.us.node.duty.alarms.listed(world.us.officer("boss"), live=True)
    assert not [one for one in live if one.alarm.clock == "update"]


def test_standing_down_needs_both_and_resuming_needs_one(world: Channels) -> None:
    opened = world.answered()
    world.say(world.vn, "anh", opened, Step.STAND_DOWN, text="Restored from backup.")
    assert same(world, opened).state is State.ACTIVE
    world.say(world.us, "mark", opened, Step.HOLD, text="We wait for the provider.")
    assert same(world, opened).state is State.ON_HOLD
    world.say(world.us, "mark", opened, Step.STAND_DOWN, text="Server seized. Lesson: ring the provider first.")
    assert same(world, opened).state is State.DOWN
    assert opened.id not in [line.emergency_id for line in world.vn.node.emergencies.listed(world.vn.officer("anh"))]
    world.say(world.vn, "binh", opened, Step.RESUME, text="They are back.")
    assert same(world, opened).state is State.ACTIVE


def test_a_false_alarm_is_stood_down_before_anybody_answered(world: Channels) -> None:
    opened = world.open()
    world.say(world.vn, "anh", opened, Step.STAND_DOWN, text="A test of the hospital itself.")
    assert same(world, opened).state is State.DOWN
    world.turn(20)
    assert not world.us.node.duty.alarms.listed(world.us.officer("boss"), live=True)


def test_a_partition_in_between_loses_nothing_and_duplicates_change_nothing(world: Channels) -> None:
    opened = world.answered()
    for number in range(5):
        world.clock.turn(30)
        world.say(world.vn, "anh", opened, Step.ENTRY, deliver=False, **entry(f"Hanoi {number}"))
        world.say(world.us, "mark", opened, Step.ENTRY, deliver=False, **entry(f"Washington {number}"))
    world.say(world.vn, "anh", opened, Step.STAND_DOWN, deliver=False, text="Over here.")
    world.say(world.us, "mark", opened, Step.HOLD, deliver=False, text="Waiting.")
    world.deliver()
    now = same(world, opened)
    assert len(now.said(Side.OPENER, Step.ENTRY)) == len(now.said(Side.ANSWERER, Step.ENTRY)) == 5
    assert now.state is State.ON_HOLD


def test_a_request_is_opened_from_the_channel_and_shown_in_it(world: Channels) -> None:
    opened = world.answered()
    hotline = world.vn.node.hotline
    form = freeze_form(
        beneficiaries=[{"form": "us", "aba": "021000021", "number": "483920017", "bank_name": "JPMorgan Chase Bank"}],
        case_id=opened.id,
    )
    request = hotline.open(world.vn.officer("anh"), hotline.read_opening(form))
    world.deliver()
    for side, login in ((world.vn, "anh"), (world.us, "mark")):
        assert [one.request_id for one in world.show(side, login, opened).linked] == [request.id]
        peer = world.us.id if side is world.vn else world.vn.id
        lines = side.node.emergencies.of_request(side.officer(login), request.id, peer)
        assert [line.reference for line in lines] == [opened.reference]


def test_an_emergency_is_raised_from_a_request(world: Channels) -> None:
    request = world.freeze()
    opened = world.open(world.us, "mark", raised_from=request.reference)
    assert opened.body.raised_from is not None
    assert opened.body.raised_from.request == request.id
    for side, login in ((world.vn, "anh"), (world.us, "mark")):
        assert [one.request_id for one in world.show(side, login, opened).linked] == [request.id]


def test_what_is_raised_from_a_restricted_request_is_as_restricted(world: Channels) -> None:
    request, mark = world.freeze(), world.us.officer("mark")
    database, at = world.us.node.database, world.clock.now()
    database.write(
        lambda connection: access.add(connection, request.id, access.Relation.ALLOWED, {mark.id}, by=mark.id, at=at)
    )
    opened = world.open(world.us, "mark", raised_from=request.reference)
    with database.read() as connection:
        assert access.thing(connection, opened.id).officers == {mark.id}


def test_a_form_that_comes_twice_is_sent_once(world: Channels) -> None:
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    first = desk.open(anh, desk.read_opening(emergency_form()), once="key-12345678")
    world.clock.turn(3)
    again = desk.open(anh, desk.read_opening(emergency_form()), once="key-12345678")
    assert first.id == again.id
    with pytest.raises(NotAllowed, match="once-used"):
        desk.open(anh, desk.read_opening(emergency_form(severity="limited")), once="key-12345678")


def test_a_drill_is_marked_everywhere_and_counted_where_it_is_listed(world: Channels) -> None:
    world.open(drill=True)
    world.turn()
    desk = world.us.node.emergencies
    mark = world.us.officer("mark")
    assert desk.listed(mark)[0].drill
    assert sum(desk.counts(mark).values()) == len(desk.listed(mark)) == 1
    assert world.us.road.carried[0].notice.drill
    assert [one.alarm.drill for one in world.us.node.duty.alarms.listed(mark, live=True)] == [True]


def test_it_is_found_without_accents(world: Channels) -> None:
    opened = world.open()
    world.say(world.vn, "anh", opened, Step.ENTRY, **entry("Kẻ tấn công tự xưng là Đặng Hổ"))
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    for words in ("benh vien hoa sen", "dang ho", "lotus", "VN-E-2026-000001"):
        assert [line.emergency_id for line in desk.listed(anh, live=None, words=words)] == [opened.id], words
    assert desk.listed(anh, live=None, words="nothing like it") == []
    assert desk.listed(anh, live=None, words="%") == []


def test_the_hand_over_note_lists_open_channels(world: Channels) -> None:
    opened = world.answered()
    items, _left_out = world.vn.node.duty.handover.draft(world.vn.officer("anh"))
    assert items[0].thing == opened.id
    assert items[0].path == f"/emergencies/{opened.id}"


def test_without_a_line_in_the_agreement_there_are_no_channels(tmp_path: Path) -> None:
    world = World(tmp_path)
    anh, desk = world.vn.hire("anh", "Nguyễn Thị Ánh"), world.vn.node.emergencies
    assert desk.partners() == []
    with pytest.raises(FormRefused) as refused:
        desk.open(anh, desk.read_opening(emergency_form(to=world.us.id)))
    assert [(one.field, one.code) for one in refused.value.problems] == [("to", "choice-invalid")]
