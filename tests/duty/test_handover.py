"""Hand-over: what is open is listed by itself, written by one officer, read and accepted by another, kept, private."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lienlac import journal, limits
from lienlac.duty.handover.note import Stage as How
from lienlac.errors import NotAllowed, Refused
from tests.duty.scene import REQUEST, Stage
from tests.world.fakes import START


def line(request_id, reference, urgency):
    return SimpleNamespace(
        request_id=request_id, reference=reference, kind="hotline.freeze-payment", urgency=urgency, state="delivered",
        direction="in", due_at=START, due_clock="acknowledge",
    )  # fmt: skip


@pytest.fixture
def stage(sqlite_database):
    made = Stage(sqlite_database)
    made.requests.items = [
        line(REQUEST, "US-2026-000017", "hot"),
        line("req-" + "b" * 26, "VN-2026-000003", "normal"),
    ]
    return made


def test_open_requests_unanswered_alarms_and_failing_channels_are_listed(stage):
    stage.road.broken = {stage.id("first")}
    stage.arrive()
    stage.turn()
    stage.turn(seconds=5)
    items, left_out = stage.duty.handover.draft(stage.officers["first"])
    assert [(item.what, item.reference) for item in items] == [
        ("request", "US-2026-000017"), ("request", "VN-2026-000003"), ("alarm", "US-2026-000017"), ("channel", ""),
    ]  # fmt: skip
    assert items[3].state == "notice-unreachable"
    assert left_out == 0


def test_it_is_written_read_and_accepted_and_every_step_is_journalled(stage):
    desk = stage.duty.handover
    note = desk.write(stage.officers["first"], "Đã gọi VCB lúc 09:40.", to="second")
    assert note.stage is How.WRITTEN
    stage.deliver()
    assert stage.told() == ["second"], "the incoming officer is told"
    assert desk.show(stage.officers["first"], note.id).stage is How.WRITTEN, "its author's look is no reading"
    assert desk.show(stage.officers["second"], note.id).stage is How.READ
    done = desk.accept(stage.officers["second"], note.id, "Đã rõ.")
    assert (done.stage, done.accepted_by, done.remarks) == (How.ACCEPTED, stage.id("second"), "Đã rõ.")
    with stage.reading() as connection:
        entries = [(entry.action, entry.actor) for entry in reversed(journal.about(connection, note.id))]
    assert entries == [
        ("handover.write", stage.id("first")),
        ("handover.read", stage.id("second")),
        ("handover.accept", stage.id("second")),
    ]


def test_the_list_stays_as_it_was_when_it_was_handed_over(stage):
    note = stage.duty.handover.write(stage.officers["first"], "x")
    stage.requests.items = []
    assert len(stage.duty.handover.show(stage.officers["second"], note.id).items) == 2


def test_nobody_accepts_their_own_or_anothers_or_twice(stage):
    desk = stage.duty.handover
    note = desk.write(stage.officers["first"], "x", to="second")
    with pytest.raises(NotAllowed, match="handover-own"):
        desk.accept(stage.officers["first"], note.id)
    with pytest.raises(NotAllowed, match="handover-to-other"):
        desk.accept(stage.officers["third"], note.id)
    desk.accept(stage.officers["second"], note.id)
    with pytest.raises(NotAllowed, match="handover-accepted"):
        desk.accept(stage.officers["second"], note.id)
    for to in ("first", "admin", "nobody"):
        with pytest.raises(NotAllowed, match="handover-"):
            desk.write(stage.officers["first"], "x", to=to)


@pytest.mark.parametrize("text", ["", "   ", "x" * (limits.TEXT_MAX_CHARS + 1), "bell \x07", "zero\x00"])
def test_a_note_without_plain_words_is_refused(stage, text):
    with pytest.raises(Refused, match="handover-text"):
        stage.duty.handover.write(stage.officers["first"], text)


def test_attack_a_reader_sees_no_item_that_is_hidden_from_them(stage):
    """The outgoing officer knew more than the incoming one may."""
    note = stage.duty.handover.write(stage.officers["first"], "x")
    stage.restrict(REQUEST, "first")
    shown = stage.duty.handover.show(stage.officers["second"], note.id)
    assert [item.reference for item in shown.items] == ["VN-2026-000003"]
    assert shown.left_out == note.left_out == 0, "not even how many are hidden"


def test_attack_administrators_and_strangers_read_no_notes(stage):
    note = stage.duty.handover.write(stage.officers["first"], "x")
    with pytest.raises(NotAllowed):
        stage.duty.handover.show(stage.officers["admin"], note.id)
    with pytest.raises(NotAllowed, match="not-found"):
        stage.duty.handover.show(stage.officers["second"], "hov-" + "z" * 26)


def test_what_waits_is_counted_for_whom_it_waits(stage):
    desk = stage.duty.handover
    desk.write(stage.officers["first"], "x", to="second")
    desk.write(stage.officers["first"], "y")
    with stage.reading() as connection:
        counts = [desk.waiting(connection, stage.officers[login]) for login in ("first", "second", "third", "admin")]
    assert counts == [0, 2, 1, 0]


def test_a_long_list_says_what_it_leaves_out(stage):
    stage.requests.items = [line(f"req-{number}", "x", "hot") for number in range(limits.HANDOVER_MAX_ITEMS + 7)]
    note = stage.duty.handover.write(stage.officers["first"], "x")
    assert len(note.items) == limits.HANDOVER_MAX_ITEMS
    assert note.left_out == 7
