"""Contact methods: a channel counts after its test, addresses stay sealed, nobody touches another's."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.duty.contacts import quiet
from lienlac.duty.contacts.quiet import Quiet
from lienlac.errors import NotAllowed, Refused
from lienlac.notices.channels import ChannelKind
from lienlac.notices.store import channels as rows
from lienlac.people.officer import TIME_ZONES
from tests.duty.scene import Stage
from tests.world.fakes import START

MAIL, WEB = ChannelKind.EMAIL, ChannelKind.WEBHOOK


@pytest.fixture
def stage(sqlite_database):
    made = Stage(sqlite_database)
    made.hire("new", channel=False)
    return made


def add(stage, login="new", address="new@a05.example", by=None):
    return stage.duty.contacts.add(stage.officers[by or login], stage.id(login), MAIL, address).channel


def digits(stage):
    return stage.road.carried[-1].notice.proof


def verified(stage, login="new"):
    return [
        one.verified_at is not None for one in stage.duty.contacts.show(stage.officers[login], stage.id(login)).channels
    ]


def test_a_channel_counts_once_its_digits_were_typed(stage):
    channel = add(stage)
    assert verified(stage) == [False]
    stage.deliver()
    assert stage.told() == ["new"]
    stage.duty.contacts.verify(stage.officers["new"], channel.id, f" {digits(stage)} ")
    assert verified(stage) == [True]


def test_wrong_digits_count_for_nothing_and_five_of_them_end_the_test(stage):
    channel = add(stage)
    stage.deliver()
    right = digits(stage)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(limits.PROOF_TRIES_MAX):
        with pytest.raises(Refused, match="proof-wrong"):
            stage.duty.contacts.verify(stage.officers["new"], channel.id, wrong)
    with pytest.raises(Refused, match="proof-wrong"):
        stage.duty.contacts.verify(stage.officers["new"], channel.id, right)
    stage.clock.turn(limits.PROOF_PAUSE_S)
    stage.duty.contacts.test(stage.officers["new"], channel.id)
    stage.deliver()
    stage.duty.contacts.verify(stage.officers["new"], channel.id, digits(stage))
    assert verified(stage) == [True]


def test_digits_that_are_too_old_count_for_nothing(stage):
    channel = add(stage)
    stage.deliver()
    stage.clock.turn(limits.PROOF_LASTS_MIN * 60)
    with pytest.raises(Refused, match="proof-wrong"):
        stage.duty.contacts.verify(stage.officers["new"], channel.id, digits(stage))


def test_attack_flooding_somebody_with_tests(stage):
    channel = add(stage)
    with pytest.raises(NotAllowed, match="test-too-soon"):
        stage.duty.contacts.test(stage.officers["new"], channel.id)


def test_attack_digits_of_one_channel_do_not_open_another(stage):
    one, other = add(stage), add(stage, address="other@a05.example")
    stage.deliver()
    sent = {parcel.address.to: parcel.notice.proof for parcel in stage.road.carried}
    if sent["new@a05.example"] != sent["other@a05.example"]:
        with pytest.raises(Refused, match="proof-wrong"):
            stage.duty.contacts.verify(stage.officers["new"], other.id, sent["new@a05.example"])
    stage.duty.contacts.verify(stage.officers["new"], one.id, sent["new@a05.example"])


@pytest.mark.parametrize("who", ["first", "boss"])
def test_attack_an_officer_edits_anothers_contact(stage, who):
    """Whatever they try looks as if there were nothing; a supervisor is no administrator."""
    channel = add(stage)
    officer, desk, whose = stage.officers[who], stage.duty.contacts, stage.id("new")
    attempts = [
        lambda: desk.show(officer, whose),
        lambda: desk.add(officer, whose, MAIL, "thief@else.example"),
        lambda: desk.set_person(officer, whose, phone="+84912345678", quiet=None),
        lambda: desk.test(officer, channel.id),
        lambda: desk.verify(officer, channel.id, "123456"),
        lambda: desk.order(officer, channel.id, up=True),
        lambda: desk.drop(officer, channel.id),
        lambda: desk.drop(officer, "chn-" + "z" * 26),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed) as caught:
            attempt()
        assert caught.value.code == "not-found"
    stage.deliver()
    assert {parcel.address.to for parcel in stage.road.carried} == {"new@a05.example"}
    (
        stage.duty.contacts.verify(stage.officers["new"], channel.id, digits(stage)),
        "their guesses did not use up the tries",
    )


def test_an_administrator_may_enter_and_test_a_channel_for_somebody(stage):
    channel = add(stage, by="admin")
    stage.deliver()
    stage.duty.contacts.verify(stage.officers["admin"], channel.id, digits(stage))
    assert verified(stage) == [True]
    with stage.reading() as connection:
        entries = journal.about(connection, stage.id("new"))
    assert {entry.actor for entry in entries if entry.action.startswith("contact.")} == {stage.id("admin")}


def test_attack_a_closed_account_changes_nothing_of_its_own(stage):
    import dataclasses

    closed = dataclasses.replace(stage.officers["new"], active=False)
    with pytest.raises(NotAllowed, match="not-found"):
        stage.duty.contacts.add(closed, closed.id, MAIL, "new@a05.example")


def test_neither_address_nor_secret_is_journalled_or_stored_in_the_clear(stage):
    made = stage.duty.contacts.add(stage.officers["new"], stage.id("new"), WEB, "https://hook.example/T00/secret-path")
    assert made.secret.startswith("whsec_")
    with stage.reading() as connection:
        stored = repr(connection.execute(rows.channel_table.select()).all())
        written = repr(journal.latest(connection, rows=200))
    for secret in (made.secret, "secret-path"):
        assert secret not in stored
        assert secret not in written


def test_channels_are_tried_in_the_order_that_their_owner_sets(stage):
    one, other = add(stage), add(stage, address="other@a05.example")
    stage.duty.contacts.order(stage.officers["new"], other.id, up=True)
    shown = stage.duty.contacts.show(stage.officers["new"], stage.id("new")).channels
    assert [channel.id for channel in shown] == [other.id, one.id]
    stage.duty.contacts.order(stage.officers["new"], other.id, up=True)
    stage.duty.contacts.drop(stage.officers["new"], one.id)
    assert len(stage.duty.contacts.show(stage.officers["new"], stage.id("new")).channels) == 1


def test_there_is_a_bound(stage):
    for number in range(limits.CHANNELS_PER_OFFICER):
        add(stage, address=f"new{number}@a05.example")
    with pytest.raises(NotAllowed, match="too-many-channels"):
        add(stage, address="more@a05.example")


def test_a_telephone_number_is_kept_in_its_one_form(stage):
    stage.duty.contacts.set_person(stage.officers["new"], stage.id("new"), phone="0912 345 678", quiet=None)
    assert stage.duty.contacts.show(stage.officers["new"], stage.id("new")).phone == "+84912345678"
    with pytest.raises(Refused, match="phone-malformed"):
        stage.duty.contacts.set_person(stage.officers["new"], stage.id("new"), phone="call me", quiet=None)


# --- quiet hours --------------------------------------------------------------------------------------------------

MINUTES = st.integers(0, 24 * 60 - 1)


@given(
    MINUTES, MINUTES, st.sampled_from(TIME_ZONES), st.integers(0, 400 * 24 * 60), st.sampled_from(["normal", "urgent"])
)
def test_what_waits_waits_until_the_end_of_the_quiet_hours_and_no_longer(begins, ends, zone, offset, urgency):
    if begins == ends:
        return
    hours, now = Quiet(begins, ends), START + timedelta(minutes=offset)
    at = quiet.not_before(hours, zone, urgency, now)
    assert now <= at <= now + timedelta(hours=25)
    local = at.astimezone(ZoneInfo(zone))
    if at > now:
        assert local.hour * 60 + local.minute == ends or local.dst() != now.astimezone(ZoneInfo(zone)).dst()
    else:
        local_now = now.astimezone(ZoneInfo(zone))
        assert (
            not hours.covers(local_now.hour * 60 + local_now.minute)
            or local_now.utcoffset() != (now + timedelta(hours=25)).astimezone(ZoneInfo(zone)).utcoffset()
        )


@given(st.sampled_from(["life", "hot"]), MINUTES, MINUTES)
def test_life_and_hot_ring_at_once_whatever_the_hours(urgency, begins, ends):
    assert quiet.not_before(Quiet(begins, ends), "UTC", urgency, START) == START


@pytest.mark.parametrize("typed", [("22:00", "06:00"), ("22h00", "6h00"), ("22.00", "06.00")])
def test_hours_are_read_as_people_write_them(typed):
    assert quiet.read(*typed) == Quiet(22 * 60, 6 * 60)


@pytest.mark.parametrize("typed", [("22:00", ""), ("", "06:00"), ("24:00", "06:00"), ("22:00", "22:00"), ("x", "y")])
def test_hours_that_are_none_are_refused(typed):
    with pytest.raises(Refused, match="quiet-hours"):
        quiet.read(*typed)


def test_no_hours_are_none():
    assert quiet.read("", "") is None
