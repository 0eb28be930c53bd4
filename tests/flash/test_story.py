"""From a warning to its acknowledgement by name, through both nodes' desks, alarms and measures."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lienlac.errors import NotAllowed, Refused
from lienlac.flash.lifecycle import State, Step
from lienlac.people.officer import Role
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.preview import BLACKENED
from lienlac.releases.release import State as ReleaseState
from lienlac.wire.bodies.agreement import SecondOfficer
from tests.architecture.house import PROJECT
from tests.flash.scene import ACKNOWLEDGE_S, Warned, warning_form
from tests.world.fakes import START

BY_KIND = SecondOfficer(kinds=("flash.warn",), approvers=("supervisor",))


@pytest.fixture
def world(tmp_path: Path) -> Warned:
    return Warned(tmp_path)


def test_a_warning_arrives_rings_the_desk_and_is_acknowledged_by_name(world: Warned) -> None:
    sent = world.warn()
    assert sent.reference == "VN-W-2026-000001"
    ours, theirs = world.both(sent.reference)
    assert theirs.line.lasting is State.UNREAD
    assert theirs.flash.body.title_vi == ours.flash.body.title_vi
    assert [item.value for item in theirs.flash.body.identifiers] == ["goldentrade-fx.example", "970436 0071000123456"]
    with world.us.node.database.read() as connection:
        mark = world.us.officer("mark")
        assert [line.reference for line in world.us.node.warnings.unread(connection, mark)] == [sent.reference]
    world.us.turn()
    assert world.us.told() == ["mark"]
    assert world.us.road.carried[0].notice.path == f"/warnings/{theirs.flash.id}"
    world.clock.turn(240)
    world.read(sent.reference, remarks="Đã chuyển các ngân hàng.")
    ours, theirs = world.both(sent.reference)
    for one in (ours, theirs):
        assert one.flash.state(world.clock.now()) is State.READ
        read = one.flash.present.read
        assert read is not None
        assert (read.body.officer.name, read.body.officer.unit) == ("Mark Hill", "IC3 RAT")
    assert ours.flash.present.took == theirs.flash.present.took
    assert Step.ACKNOWLEDGE not in theirs.steps
    world.us.turn()
    alarms = world.us.node.duty.alarms.listed(world.us.officer("mark"), live=False)
    assert [one.alarm.phase.value for one in alarms] == ["ended"]


def test_reading_is_measured_from_signed_instants_and_drills_are_left_out(world: Warned) -> None:
    quick, slow, drill = (world.warn(), world.warn(), world.warn(drill=True))
    for seconds, one in ((120, quick), (1800, slow)):
        world.clock.turn(seconds)
        world.read(one.reference)
    world.read(drill.reference)
    for side, login, direction in ((world.vn, "anh", "out"), (world.us, "mark", "in")):
        (line,) = side.node.warnings.measures(side.officer(login), timedelta(minutes=15))
        assert (line.direction, line.counted, line.in_time, line.percent) == (direction, 2, 1, 50)
        assert line.median is not None
        assert line.median >= timedelta(seconds=900)


def test_what_nobody_read_counts_against_the_measure_once_the_time_is_over(world: Warned) -> None:
    world.warn()
    desk, anh = world.vn.node.warnings, world.vn.officer("anh")
    (line,) = desk.measures(anh, timedelta(minutes=15))
    assert (line.counted, line.percent, line.unread) == (0, None, 1)
    world.clock.turn(16 * 60)
    (line,) = desk.measures(anh, timedelta(minutes=15))
    assert (line.counted, line.percent, line.unread) == (1, 0, 1)


def test_a_new_version_must_be_read_anew_and_the_old_one_stays_readable(world: Warned) -> None:
    sent = world.warn()
    world.read(sent.reference)
    world.supersede(sent.reference, title_en="It moved", identifiers=[{"type": "domain", "value": "b.example"}])
    ours, theirs = world.both(sent.reference)
    for one in (ours, theirs):
        first, second = one.flash.versions
        assert one.flash.lasting is State.UNREAD
        assert second.body.title_en == "It moved"
        assert first.body.title_en.startswith("Fake forex platform")
        assert first.until is second.fact
        assert first.read is not None
        assert second.read is None
    world.read(sent.reference, "dana")
    assert world.both(sent.reference)[0].flash.lasting is State.READ


def test_what_is_withdrawn_stays_with_its_reason_and_ends_the_alarm(world: Warned) -> None:
    sent = world.warn()
    world.us.turn()
    world.say(world.vn, "sep", sent.reference, Step.WITHDRAW, reason="A licensed broker.")
    ours, theirs = world.both(sent.reference)
    assert ours.flash.lasting is theirs.flash.lasting is State.WITHDRAWN
    assert theirs.flash.withdrawal is not None
    assert theirs.flash.withdrawal.body.reason == "A licensed broker."
    assert theirs.flash.body.text.vi
    world.us.turn()
    assert [
        one.alarm.phase.value for one in world.us.node.duty.alarms.listed(world.us.officer("mark"), live=False)
    ] == ["ended"]
    with pytest.raises(NotAllowed, match="step-not-possible"):
        world.supersede(sent.reference)


def test_the_page_of_a_withdrawn_warning_neither_calls_it_in_force_nor_counts_down(world: Warned) -> None:
    sent = world.warn()
    world.supersede(sent.reference)
    page = world.us.browser("mark").get(f"/warnings/{sent.reference}").text
    assert "Version 2, in force" in page
    assert "data-deadline" in page.partition("<main")[2]
    world.say(world.vn, "sep", sent.reference, Step.WITHDRAW, reason="A licensed broker.")
    page = world.us.browser("mark").get(f"/warnings/{sent.reference}").text
    assert "A licensed broker." in page
    assert "in force</h2>" not in page
    assert "data-deadline" not in page.partition("<main")[2]


def test_the_time_ends_a_warning(world: Warned) -> None:
    sent = world.warn(valid_hours=1)
    world.clock.turn(3601)
    (one,) = world.show(world.us, "mark", sent.reference).parts
    assert one.flash.state(world.clock.now()) is State.EXPIRED
    assert one.line.state(world.clock.now()) is State.EXPIRED
    desk, mark = world.us.node.warnings, world.us.officer("mark")
    assert desk.listed(mark, show="standing") == []
    assert [line.reference for line in desk.listed(mark, show="over")] == [sent.reference]


def test_both_desks_are_told_when_nobody_acknowledges(world: Warned) -> None:
    world.warn()
    world.us.turn()
    for part in (0.5, 0.8, 1.0):
        at = START + timedelta(seconds=ACKNOWLEDGE_S * part + 5)
        world.clock.turn((at - world.clock.now()).total_seconds())
        for side in (world.us, world.vn):
            side.turn()
            side.turn()
    alarms = world.us.node.duty.alarms.listed(world.us.officer("mark"), live=True)
    assert [(one.alarm.warned.cause.value, one.alarm.warned.percent) for one in alarms] == [("overdue", 100)]
    assert {"mark", "dana"} <= set(world.us.told())
    assert [one.alarm.direction for one in world.vn.node.duty.alarms.listed(world.vn.officer("anh"), live=True)] == [
        "out"
    ]


def test_without_a_receipt_the_authors_desk_is_told_to_ring(world: Warned) -> None:
    world.warn(deliver=False)
    world.clock.turn(301)
    world.vn.turn()
    alarms = world.vn.node.duty.alarms.listed(world.vn.officer("anh"), live=True)
    assert [one.alarm.warned.cause.value for one in alarms] == ["no-receipt"]


def test_usefulness_comes_back(world: Warned) -> None:
    sent = world.warn()
    world.read(sent.reference)
    world.say(world.us, "dana", sent.reference, Step.FEEDBACK, useful="partly")
    world.say(world.us, "dana", sent.reference, Step.FEEDBACK, useful="yes", text="Three transfers stopped.")
    judged = world.both(sent.reference)[0].flash.judgement
    assert judged is not None
    assert (judged.body.useful.value, judged.body.text) == ("yes", "Three transfers stopped.")
    assert world.both(sent.reference)[0].line.useful == "yes"


# --- four eyes ----------------------------------------------------------------------------------------------------


def test_where_it_is_agreed_nothing_leaves_before_a_second_officer_has_looked(tmp_path: Path) -> None:
    world = Warned(tmp_path, second_officer=BY_KIND)
    sent = world.warn("pt")
    assert sent.sent == ()
    (waiting,) = sent.waits
    assert world.us.node.warnings.listed(world.us.officer("mark"), show="all") == []
    lines = world.vn.node.releases.show(world.vn.officer("sep"), waiting.id, _plain()).lines
    said = "\n".join(line.text for line in lines)
    for text in ("GoldenTrade", "goldentrade-fx[.]example", "0071000123456", "Lê Phân Tích"):
        assert text in said
    world.vn.node.releases.approve(world.vn.officer("sep"), waiting.id, digest=waiting.digest)
    world.deliver()
    (one,) = world.show(world.us, "mark", sent.reference).parts
    assert one.flash.body.officer.name == "Lê Phân Tích"


def test_nobody_approves_their_own_warning(tmp_path: Path) -> None:
    world = Warned(tmp_path, second_officer=BY_KIND)
    (waiting,) = world.warn("sep").waits
    with pytest.raises(NotAllowed):
        world.vn.node.releases.approve(world.vn.officer("sep"), waiting.id, digest=waiting.digest)


def test_saying_it_anew_does_not_go_round_the_second_officer(tmp_path: Path) -> None:
    """A clause that names only `flash.warn` holds for what takes a warning's place too."""
    world = Warned(tmp_path, second_officer=BY_KIND)
    (waiting,) = world.warn("pt").waits
    world.vn.node.releases.approve(world.vn.officer("sep"), waiting.id, digest=waiting.digest)
    world.deliver()
    anew = world.supersede(waiting.thing, "pt", title_en="Other words")
    assert anew.sent == ()
    assert len(anew.waits) == 1
    assert len(world.both(waiting.reference)[1].flash.versions) == 1


def test_the_glass_is_broken_only_where_lives_are_in_danger_and_is_reviewed(tmp_path: Path) -> None:
    world = Warned(tmp_path, second_officer=BY_KIND)
    with pytest.raises(FormRefused) as refused:
        world.warn(release={"ahead": "It is urgent."})
    assert [problem.code for problem in refused.value.problems] == ["flash-ahead-danger"]
    sent = world.warn(lives_in_danger=True, release={"ahead": "A hostage."})
    assert len(sent.sent) == 1
    sep = world.vn.officer("sep")
    with world.vn.node.database.read() as connection:
        (review,) = world.vn.node.releases.undecided(connection, sep)
    assert review.state is ReleaseState.SENT_AHEAD
    world.us.turn()
    alarms = world.us.node.duty.alarms.listed(world.us.officer("mark"), live=True)
    assert [one.alarm.urgency for one in alarms] == ["life"]


def test_an_analyst_cannot_break_the_glass(tmp_path: Path) -> None:
    world = Warned(tmp_path, second_officer=BY_KIND)
    with pytest.raises(NotAllowed, match="not-allowed"):
        world.warn("pt", lives_in_danger=True, release={"ahead": "A hostage."})
    assert world.vn.node.warnings.listed(world.vn.officer("pt"), show="all") == []


def test_what_was_approved_too_late_does_not_leave(tmp_path: Path) -> None:
    world = Warned(tmp_path, second_officer=BY_KIND)
    (waiting,) = world.warn("pt", valid_hours=1).waits
    world.clock.turn(3700)
    with pytest.raises(NotAllowed, match="release-outdated"):
        world.vn.node.releases.approve(world.vn.officer("sep"), waiting.id, digest=waiting.digest)


# --- forms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title_vi": ""}, "title_vi", "field-missing"),
        ({"text": {}}, "text", "flash-text-missing"),
        ({"to_do": {"vi": " "}}, "to_do", "flash-text-missing"),
        ({"valid_hours": 0}, "valid_hours", "number-invalid"),
        ({"valid_hours": 2161}, "valid_hours", "number-invalid"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "valid_until", "flash-validity"),
        ({"valid_until": "2027-12-01T00:00:00Z"}, "valid_until", "flash-validity"),
        ({"to": ["fr-dgpn"]}, "to", "choice-invalid"),
        ({"typology": "nonsense"}, "typology", "choice-invalid"),
        ({"marks": {"tlp": "red"}}, "marks.tlp", "agreement-marks"),
        ({"marks": {"handling": ["h9"]}}, "marks.handling", "choice-invalid"),
        ({"identifiers": [{"type": "phone", "value": "12"}]}, "identifiers.0.value", "phone-malformed"),
        ({"identifiers": [{"type": "other", "value": "4111 1111 1111 1111"}]}, "identifiers.0.value", "card-number-in-text"),
        ({"text": {"en": "Card 4111 1111 1111 1111"}}, "text.en", "card-number-in-text"),
        ({"nonsense": 1}, "nonsense", "field-unknown"),
    ],
)  # fmt: skip
def test_every_mistake_of_a_form_names_its_field(world: Warned, changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(FormRefused) as refused:
        world.vn.node.warnings.read_warning(warning_form(**changes))
    assert (field, code) in [(problem.field, problem.code) for problem in refused.value.problems]


def test_identifiers_are_sent_in_the_form_in_which_they_are_compared(world: Warned) -> None:
    sent = world.warn(
        identifiers=[
            {"type": "phone", "value": "0912 345 678"},
            {"type": "phone", "value": "+84912345678"},
            {"type": "url", "value": "hxxps://Bad[.]Example/a"},
        ]
    )
    said = world.both(sent.reference)[1].flash.body.identifiers
    assert [(one.type, one.value) for one in said] == [("phone", "+84912345678"), ("url", "https://bad.example/a")]


def test_a_form_that_comes_twice_is_sent_once(world: Warned) -> None:
    desk, anh = world.vn.node.warnings, world.vn.officer("anh")
    written = desk.read_warning(warning_form())
    first = desk.warn(anh, written, once="0123456789abcdef")
    assert desk.warn(anh, written, once="0123456789abcdef") == first
    with pytest.raises(NotAllowed, match="once-used"):
        desk.warn(anh, desk.read_warning(warning_form(title_en="Other")), once="0123456789abcdef")
    assert len(desk.listed(anh, show="all")) == 1


def test_who_may_only_read_neither_sends_nor_acknowledges(world: Warned) -> None:
    world.us.hire("pm", "Pat Moore", Role.PROGRAMME_MANAGER)
    sent = world.warn()
    with pytest.raises(NotAllowed, match="not-allowed"):
        world.read(sent.reference, "pm")
    desk = world.us.node.warnings
    with pytest.raises(NotAllowed, match="not-allowed"):
        desk.warn(world.us.officer("pm"), desk.read_warning(warning_form()))


def test_a_warning_that_the_agreement_does_not_name_is_not_sent(world: Warned) -> None:
    with pytest.raises((FormRefused, Refused)):
        world.vn.node.warnings.read_warning(warning_form(to=["us-none"]))


def _plain() -> Any:
    from lienlac.ui.words import Words

    return Words("en", "UTC")


def test_the_example_file_is_a_form_that_is_right(world: Warned) -> None:
    form = json.loads((PROJECT / "examples" / "flash" / "fake-forex.json").read_text(encoding="utf-8"))
    assert world.vn.node.warnings.read_warning(form).body.title_en.startswith("Fake forex")


def test_the_numbers_on_the_tabs_are_those_of_their_lists_drills_and_all(world: Warned) -> None:
    world.warn()
    world.warn(drill=True)
    warnings, officer = world.us.node.warnings, world.us.officer("mark")
    counts = warnings.counts(officer)
    assert counts["standing"] == 2
    for show, count in counts.items():
        assert count == len(warnings.listed(officer, show=show, rows=50))


def test_a_marked_passage_leaves_black(world: Warned) -> None:
    sent = world.warn(title_en="Fake bank of [[Mr Lan]]")
    for one in world.both(sent.reference):
        assert one.flash.body.title_en == f"Fake bank of {BLACKENED}"
    with pytest.raises(Refused, match="release-unclosed"):
        world.warn(title_en="Fake bank of [[Mr Lan")
