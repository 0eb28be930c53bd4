"""Alarms from the warning to whoever takes them: who was told, by which channel, when it stops."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest

from lienlac import journal, limits
from lienlac.duty.alarms.alarm import Cause, Phase, Place
from lienlac.duty.contacts.quiet import Quiet
from lienlac.duty.store import alarms as store
from lienlac.errors import NotAllowed
from lienlac.people import accounts
from lienlac.people.officer import Role
from tests.duty.scene import REQUEST, US, Stage

NAMED = f"named:{US}"


@pytest.fixture
def stage(sqlite_database):
    return Stage(sqlite_database)


def test_a_new_request_is_told_to_the_first_on_call_at_once(stage):
    stage.arrive()
    stage.turn()
    assert stage.told() == ["first"]
    parcel = stage.road.carried[0]
    assert (parcel.notice.about.value, parcel.notice.reference) == ("request-new", "US-2026-000017")
    shown = stage.alarm()
    assert [(one.telling.name, one.outcome.state, one.outcome.channel) for one in shown.told] == [
        ("Officer first", "sent", "first@a05.example")
    ]


def test_half_of_the_clock_tells_the_first_and_then_the_second(stage):
    stage.requests.put()
    stage.warn(percent=50)
    stage.turn()
    assert stage.told() == ["first"]
    stage.turn(limits.LADDER_HOT_MIN - 0.1)
    assert stage.told() == ["first"]
    stage.turn(0.1)
    assert stage.told() == ["first", "second"]
    stage.turn(60)
    assert stage.told() == ["first", "second"], "half a clock never reaches the third by itself"


def test_the_whole_clock_ends_at_the_officer_named_in_the_agreement(stage):
    stage.requests.put()
    stage.warn(percent=50)
    stage.turn()
    stage.warn(percent=80)
    stage.turn(1)
    stage.warn(Cause.OVERDUE, percent=100)
    stage.turn()
    for _ in range(4):
        stage.turn(limits.LADDER_HOT_MIN)
    assert stage.told() == ["first", "second", "third", NAMED]
    told = stage.alarm().told
    assert [(one.telling.place, one.telling.warned.percent) for one in told] == [
        (Place.ON_CALL, 50), (Place.ON_CALL, 80), (Place.ON_CALL, 100), (Place.NAMED, 100),
    ]  # fmt: skip
    assert told[-1].outcome.channel == "duty@example.org", "the address that both sides signed"
    assert told[-1].telling.name == "Nn"


@pytest.mark.parametrize("direction", ["in", "out"])
def test_both_sides_escalate(stage, direction):
    stage.requests.put(direction=direction)
    stage.warn()
    stage.turn()
    assert stage.told() == ["first"]


def test_it_stops_when_the_awaited_step_is_taken(stage):
    stage.arrive()
    stage.warn()
    stage.turn()
    stage.done(running=frozenset({"decide"}))
    stage.turn(limits.LADDER_HOT_MIN)
    assert stage.told() == ["first"]
    assert stage.alarm().alarm.phase is Phase.ENDED
    assert ("alarm.end", "node") in stage.entries()
    stage.turn(600)
    assert stage.told() == ["first"]


def test_a_notice_that_still_waits_is_withdrawn_when_the_step_is_taken(stage):
    """Acknowledged before the loop came round: nobody is woken for what is done."""
    stage.road.broken = {"*"}
    stage.arrive()
    stage.turn()
    stage.road.broken = set()
    stage.done()
    stage.turn(limits.NOTICE_ROUND_MAX_S / 60)
    assert stage.told() == []


def test_it_stops_when_an_officer_takes_it_and_that_is_written_down(stage):
    stage.arrive()
    stage.turn()
    taken = stage.duty.alarms.take(stage.officers["first"], stage.alarm().alarm.id)
    assert taken.phase is Phase.TAKEN
    stage.turn(600)
    assert stage.told() == ["first"]
    shown = stage.alarm()
    assert (shown.holder, shown.alarm.taken_at) == ("Officer first", taken.taken_at)
    assert ("alarm.take", stage.id("first")) in stage.entries()


def test_a_later_warning_opens_a_taken_alarm_again_and_rings_its_holder_first(stage):
    """Taking an alarm is not taking the step."""
    stage.arrive()
    stage.turn()
    stage.duty.alarms.take(stage.officers["second"], stage.alarm().alarm.id)
    stage.turn(10)
    stage.warn(Cause.OVERDUE, percent=100)
    stage.turn()
    told = [one.telling for one in stage.alarm().told]
    assert [(one.name, one.place) for one in told] == [
        ("Officer first", Place.ON_CALL), ("Officer second", Place.HOLDER), ("Officer third", Place.ON_CALL),
    ]  # fmt: skip
    assert sorted(stage.told()) == ["first", "second", "third"]


def test_an_alarm_that_is_over_cannot_be_taken(stage):
    stage.arrive()
    stage.turn()
    stage.done()
    stage.turn()
    with pytest.raises(NotAllowed, match="alarm-over"):
        stage.duty.alarms.take(stage.officers["first"], stage.alarm().alarm.id)


def test_whoever_cannot_be_reached_is_climbed_over_at_once(stage):
    """All channels of the first failed: the second does not sleep until the patience with the first is over."""
    stage.road.broken = {stage.id("first")}
    stage.arrive()
    stage.turn()
    stage.turn(seconds=5)
    assert stage.told() == ["second"]
    shown = stage.alarm()
    assert [one.telling.name for one in shown.told] == ["Officer first", "Officer second"]
    assert [each.code for each in shown.told[0].tries] == ["notice-unreachable"]


def test_an_officer_without_any_channel_is_climbed_over_at_once(stage):
    stage.hire("bare", channel=False)
    stage.duty.roster.remove(stage.officers["boss"], stage.duty.roster.now(stage.officers["boss"])[0][0].id)
    stage.shift("bare", 0, 24, 1)
    stage.arrive()
    stage.turn()
    stage.turn(seconds=5)
    assert stage.told() == ["second"]
    assert stage.alarm().told[0].outcome.code == "no-channel"


def test_when_every_mail_server_is_down_everybody_was_tried_and_all_is_sent_once_it_is_back(stage):
    stage.road.broken = {"*"}
    stage.requests.put()
    stage.warn(Cause.OVERDUE, percent=100)
    for _ in range(6):
        stage.turn(seconds=5)
    tried = [one.telling.name for one in stage.alarm().told]
    assert tried == ["Officer third", "Nn"]
    stage.road.broken = set()
    stage.turn(limits.NOTICE_ROUND_MAX_S / 60)
    assert stage.told() == ["third", NAMED]


def test_with_nobody_on_call_the_supervisors_stand_in(sqlite_database):
    stage = Stage(sqlite_database, roster=False)
    stage.arrive()
    stage.turn()
    assert stage.told() == ["boss"]
    assert stage.alarm().told[0].telling.place is Place.SUPERVISOR


def test_with_nobody_at_all_it_is_journalled_that_nobody_could_be_told(sqlite_database):
    stage = Stage(sqlite_database, roster=False)
    stage.fire("boss")
    stage.agreed.document = None
    stage.arrive()
    stage.turn()
    assert stage.told() == []
    assert ("alarm.nobody", "node") in stage.entries()
    assert len(stage.duty.alarms.listed(stage.officers["first"], live=True)) == 1, "it is seen on the page all the same"


def test_after_a_change_of_shift_the_incoming_officer_is_told(sqlite_database):
    stage = Stage(sqlite_database, roster=False)
    stage.shift("first", 0, 1)
    stage.shift("second", 1, 9)
    stage.arrive(urgency="normal")
    stage.turn()
    stage.turn(59)
    assert stage.told() == ["first"]
    stage.turn(1)
    assert stage.told() == ["first", "second"]


def test_whoever_is_put_on_the_roster_while_an_alarm_is_open_is_told(sqlite_database):
    stage = Stage(sqlite_database, roster=False)
    stage.arrive()
    stage.turn()
    stage.shift("third", 0, 8)
    stage.turn(seconds=5)
    assert stage.told() == ["boss", "third"]


# --- quiet hours --------------------------------------------------------------------------------------------------


def quiet(stage, login):
    """START is 10:00 in Hanoi: quiet from 09:00 until 12:00."""
    stage.duty.contacts.set_person(stage.officers[login], stage.id(login), phone="", quiet=Quiet(9 * 60, 12 * 60))


@pytest.mark.parametrize("urgency", ["normal", "urgent"])
def test_quiet_hours_hold_what_can_wait_and_the_next_person_is_told_meanwhile(stage, urgency):
    quiet(stage, "first")
    stage.requests.put(urgency=urgency)
    stage.warn()
    stage.turn()
    assert stage.told() == []
    stage.turn(60)
    assert stage.told() == ["second"]
    stage.turn(60)
    assert stage.told() == ["second", "first"], "rings when the quiet hours are over"


@pytest.mark.parametrize("urgency", ["life", "hot"])
def test_quiet_hours_never_silence_life_and_hot(stage, urgency):
    quiet(stage, "first")
    stage.requests.put(urgency=urgency)
    stage.warn()
    stage.turn()
    assert stage.told() == ["first"]


# --- attacks ------------------------------------------------------------------------------------------------------


def test_attack_escalation_to_an_inactive_officer(stage):
    """A closed account on the roster is told nothing, also when it was closed after it was told once."""
    stage.fire("first")
    stage.arrive()
    stage.turn()
    assert stage.told() == ["second"]
    stage.fire("second")
    stage.warn(percent=50)
    stage.turn()
    assert stage.told() == ["second", "third"]


def test_attack_an_officer_whose_role_was_taken_away_is_told_nothing(stage):
    demoted = dataclasses.replace(stage.officers["first"], roles=frozenset({Role.ANALYST}))
    stage.database.write(lambda connection: accounts.store.update_officer(connection, demoted))
    stage.arrive()
    stage.turn()
    assert stage.told() == ["second"]


def test_attack_escalation_past_the_need_to_know(stage):
    """Who may not know of the request is neither told of it nor sees its alarm, on call or not."""
    stage.restrict(REQUEST, "second")
    stage.arrive()
    stage.turn()
    assert stage.told() == ["second"]
    assert stage.duty.alarms.listed(stage.officers["first"], live=True) == []
    assert len(stage.duty.alarms.listed(stage.officers["second"], live=True)) == 1
    alarm_id = stage.duty.alarms.listed(stage.officers["second"], live=True)[0].alarm.id
    for name in (alarm_id, "alm-" + "z" * 26):  # hidden and absent look the same
        with pytest.raises(NotAllowed, match="not-found"):
            stage.duty.alarms.take(stage.officers["first"], name)
    assert stage.duty.alarms.about(stage.officers["first"], REQUEST) == []


def test_attack_an_administrator_neither_reads_nor_takes_alarms(stage):
    stage.arrive()
    stage.turn()
    with pytest.raises(NotAllowed):
        stage.duty.alarms.listed(stage.officers["admin"], live=True)
    with pytest.raises(NotAllowed):
        stage.duty.alarms.take(stage.officers["admin"], stage.alarm().alarm.id)


def test_attack_a_broken_duty_does_not_keep_a_request_from_being_taken(stage, monkeypatch, caplog):
    def broken(*_args, **_more):
        message = "a fault of ours"
        raise RuntimeError(message)

    monkeypatch.setattr(store, "of_clock", broken)
    stage.arrive()  # does not raise: the hotline's transaction stands
    assert "no alarm for a new request" in caplog.text


def test_attack_a_replay_after_a_restore_rings_nobody(stage):
    brief = stage.requests.put()
    ours = SimpleNamespace(ours=True, header=SimpleNamespace(record_id=brief.request_id), received_at=stage.clock.now())
    stage.database.write(lambda connection: stage.duty.opened(connection, ours))
    stage.turn()
    assert stage.told() == []


def test_a_drill_is_marked_in_every_notice_and_journal_entry(stage):
    stage.arrive(drill=True)
    stage.turn()
    assert stage.road.carried[0].notice.drill
    with stage.reading() as connection:
        assert all(entry.detail["drill"] for entry in journal.about(connection, REQUEST) if "alarm" in entry.action)


def test_one_look_at_alarms_where_nothing_changed_reads_no_request(stage, monkeypatch):
    """Thousands of open requests cost one query, not thousands of folds."""
    stage.arrive()
    stage.turn()
    stage.turn(seconds=5)
    asked = []
    monkeypatch.setattr(stage.requests, "brief", lambda *args: asked.append(args))
    stage.turn(seconds=5)
    assert asked == []
