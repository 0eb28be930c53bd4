"""Who is on call at an instant, gaps, overlaps, rotation; and the roster's files, both ways."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.duty.roster import calendar, plan, sheet
from lienlac.duty.roster.plan import Span
from lienlac.duty.roster.shift import LINES, Draft, Shift, check
from lienlac.errors import Refused

DAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = ["Asia/Ho_Chi_Minh", "America/New_York", "UTC"]


def shift(number, who, begins_h, ends_h, line=1):
    return Shift(
        id=f"shf-{number}",
        officer_id=who,
        unit="A05",
        line=line,
        begins=DAY + begins_h * HOUR,
        ends=DAY + ends_h * HOUR,
    )


@st.composite
def rosters(draw):
    found = []
    for number in range(draw(st.integers(0, 12))):
        begins = draw(st.integers(0, 46))
        ends = draw(st.integers(begins + 1, 48))
        found.append(shift(number, draw(st.sampled_from("abcd")), begins, ends, draw(st.sampled_from(LINES))))
    return found


INSTANTS = st.integers(-2, 100).map(lambda half: DAY + half * HOUR / 2)


# --- who is on call -----------------------------------------------------------------------------------------------


@given(rosters(), INSTANTS)
def test_on_call_are_exactly_those_whose_shift_covers_the_instant(shifts, at):
    found = plan.on_call(shifts, at)
    assert {one.officer_id for one in found} == {one.officer_id for one in shifts if one.begins <= at < one.ends}
    assert len({one.officer_id for one in found}) == len(found), "nobody stands in the order twice"
    assert [one.line for one in found] == sorted(one.line for one in found)
    for one in found:
        lines = [other.line for other in shifts if other.officer_id == one.officer_id and other.covers(at)]
        assert one.line == min(lines), "at their foremost place"


@given(rosters(), INSTANTS, st.randoms(use_true_random=False))
def test_the_order_of_entry_never_matters(shifts, at, chance):
    shuffled = list(shifts)
    chance.shuffle(shuffled)
    within = Span(DAY, DAY + 48 * HOUR)
    assert plan.on_call(shuffled, at) == plan.on_call(shifts, at)
    assert plan.gaps(shuffled, within) == plan.gaps(shifts, within)
    assert {(o.span, frozenset((o.one.id, o.other.id))) for o in plan.overlaps(shuffled, within)} == {
        (o.span, frozenset((o.one.id, o.other.id))) for o in plan.overlaps(shifts, within)
    }


@given(rosters(), INSTANTS)
def test_the_answer_holds_until_it_says(shifts, at):
    until = plan.holds_until(shifts, at)
    inside = [at + step * HOUR / 2 for step in range(200) if until is None or at + step * HOUR / 2 < until]
    assert all(plan.on_call(shifts, other) == plan.on_call(shifts, at) for other in inside)
    assert until is None or until > at


def test_at_a_change_of_shift_the_new_one_answers():
    shifts = [shift(1, "a", 0, 8), shift(2, "b", 8, 16)]
    assert [one.officer_id for one in plan.on_call(shifts, DAY + 8 * HOUR - timedelta(microseconds=1))] == ["a"]
    assert [one.officer_id for one in plan.on_call(shifts, DAY + 8 * HOUR)] == ["b"]


def test_the_same_instant_is_the_same_duty_in_every_zone():
    shifts = [shift(1, "a", 0, 8), shift(2, "b", 8, 16)]
    for zone in ZONES:
        at = (DAY + 8 * HOUR).astimezone(ZoneInfo(zone))
        assert [one.officer_id for one in plan.on_call(shifts, at)] == ["b"]


# --- gaps and overlaps --------------------------------------------------------------------------------------------


@given(rosters(), st.sampled_from(LINES))
def test_gaps_are_exactly_the_instants_that_nobody_holds(shifts, line):
    within = Span(DAY, DAY + 48 * HOUR)
    found = plan.gaps(shifts, within, line)
    assert all(gap.begins < gap.ends for gap in found)
    assert all(one.ends < other.begins for one, other in pairwise(found))
    for half in range(96):
        at = DAY + half * HOUR / 2
        held = any(one.line == line and one.covers(at) for one in shifts)
        assert held != any(gap.begins <= at < gap.ends for gap in found)


@given(rosters())
def test_overlaps_are_exactly_the_pairs_that_meet(shifts):
    within = Span(DAY, DAY + 48 * HOUR)
    found = {frozenset((one.one.id, one.other.id)) for one in plan.overlaps(shifts, within)}
    wanted = {
        frozenset((one.id, other.id))
        for one, other in permutations(shifts, 2)
        if (one.line == other.line or one.officer_id == other.officer_id)
        and max(one.begins, other.begins) < min(one.ends, other.ends)
    }
    assert found == wanted


# --- rotation -----------------------------------------------------------------------------------------------------


@given(
    officers=st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=7, unique=True),
    first=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    minute=st.integers(0, 1439),
    zone=st.sampled_from(ZONES),
    hours=st.integers(limits.SHIFT_MIN_H, 48),
    count=st.integers(1, 60),
    data=st.data(),
)
def test_a_rotation_leaves_no_gap_and_no_overlap_over_any_change_of_clocks(
    officers, first, minute, zone, hours, count, data
):
    lines = data.draw(st.integers(1, min(3, len(officers))))
    made = plan.rotation(
        [(one, "A05") for one in officers], first_day=first, at_minute=minute, zone=zone, hours=hours, count=count,
        lines=lines,
    )  # fmt: skip
    for draft in made:
        check(draft)
    shifts = [
        Shift(id=str(number), officer_id=one.officer, unit=one.unit, line=one.line, begins=one.begins, ends=one.ends)
        for number, one in enumerate(made)
    ]
    whole = Span(shifts[0].begins, shifts[-1].ends)
    for line in LINES[:lines]:
        assert plan.gaps(shifts, whole, line) == ()
    assert plan.overlaps(shifts, whole) == ()
    firsts = [one.officer for one in made if one.line == 1]
    assert firsts == [officers[number % len(officers)] for number in range(count)], "everybody takes turns"
    assert shifts[0].begins.astimezone(ZoneInfo(zone)).date() in {first, first + timedelta(days=1)}


def test_a_rotation_keeps_the_hour_on_the_wall_when_the_clocks_change():
    made = plan.rotation(
        [("a", "IC3"), ("b", "IC3")], first_day=date(2026, 10, 31), at_minute=480, zone="America/New_York", hours=12,
        count=6, lines=1,
    )  # fmt: skip
    walls = [one.begins.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M") for one in made]
    assert walls == ["08:00", "20:00"] * 3
    assert sorted((one.ends - one.begins) // HOUR for one in made) == [12, 12, 12, 12, 12, 13]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"officers": []}, "rotation-officers"),
        ({"officers": [("a", "x"), ("a", "x")]}, "rotation-officers"),
        ({"lines": 0}, "rotation-lines"),
        ({"lines": 3}, "rotation-lines"),
        ({"hours": 1}, "rotation-size"),
        ({"count": limits.ROTATION_MAX_SHIFTS + 1}, "rotation-size"),
    ],
)
def test_a_rotation_that_is_none_is_refused(change, code):
    values = {"officers": [("a", "x"), ("b", "x")], "hours": 8, "count": 3, "lines": 1} | change
    officers = values.pop("officers")
    with pytest.raises(Refused, match=code):
        plan.rotation(officers, first_day=date(2026, 1, 1), at_minute=0, zone="UTC", **values)


# --- files --------------------------------------------------------------------------------------------------------

UNITS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
DRAFTS = st.builds(
    lambda who, unit, line, begins, hours: Draft(
        officer=who, unit=unit, line=line, begins=begins, ends=begins + timedelta(hours=hours)
    ),
    st.from_regex(r"[a-z][a-z0-9._-]{1,39}", fullmatch=True),
    UNITS.filter(lambda unit: not unit.startswith("'")),
    st.sampled_from(LINES),
    st.integers(0, 10**6).map(lambda minutes: DAY + timedelta(minutes=minutes)),
    st.integers(1, 700),
)


@given(st.lists(DRAFTS, max_size=8))
def test_what_is_written_as_csv_is_read_again(drafts):
    assert sheet.read(sheet.write(drafts)) == drafts


@given(st.lists(DRAFTS, max_size=8))
def test_what_is_written_as_calendar_is_read_again(drafts):
    named = [(f"shf-{number}", "Nguyễn Thị Ánh", draft) for number, draft in enumerate(drafts)]
    data = calendar.write(named, node_id="vn-a05", at=DAY)
    assert calendar.read(data, zone="UTC") == drafts


@given(UNITS)
def test_attack_a_unit_that_a_spreadsheet_would_run_stays_text(unit):
    data = sheet.write([Draft(officer="anh", unit=unit, line=1, begins=DAY, ends=DAY + HOUR)])
    for cell in list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1]:
        assert not cell.startswith(("=", "+", "-", "@"))


@given(st.binary(max_size=300))
def test_a_file_that_is_none_is_refused_and_nothing_else_happens(data):
    for read in (sheet.read, lambda data: calendar.read(data, zone="UTC")):
        with suppress(Refused):
            assert read(data) == []


HEAD = b"officer,line,from,until,unit\r\n"


@pytest.mark.parametrize(
    ("row", "number"),
    [
        (b"anh,1,2026-11-23T08:00:00,2026-11-23T20:00:00+07:00,A05", 2),
        (b"anh,4,2026-11-23T08:00:00Z,2026-11-23T20:00:00Z,A05", 2),
        (b"anh,1,2026-11-23T20:00:00Z,2026-11-23T08:00:00Z,A05", 2),
        (b"anh,1,2026-11-23T08:00:00Z,2027-11-23T20:00:00Z,A05", 2),
        (b"anh,1,tomorrow,2026-11-23T20:00:00Z,A05", 2),
        (b"anh,1,2026-11-23T08:00:00Z", 2),
        (b"anh,1,0001-01-01T00:00:00+14:00,2026-11-23T20:00:00Z,A05", 2),
        (b"\r\n\r\nanh,x,2026-11-23T08:00:00Z,2026-11-23T20:00:00Z,A05", 4),
    ],
)
def test_a_wrong_row_is_named_by_its_number(row, number):
    with pytest.raises(Refused, match="roster-file") as caught:
        sheet.read(HEAD + row)
    assert caught.value.details["row"] == number


def event(*lines):
    body = "\r\n".join(["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"])
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


TIMES = ("DTSTART:20261123T010000Z", "DTEND:20261123T090000Z")


def test_another_programs_events_are_read_by_their_summary():
    for summary in ("anh", "Ca đêm (anh)", "1. Nguyễn Thị Ánh (anh)"):
        assert calendar.read(event(*TIMES, f"SUMMARY:{summary}"), zone="UTC")[0].officer == "anh"
    for summary in ("Ca đêm", "", "(An h)"):
        with pytest.raises(Refused, match="calendar-file"):
            calendar.read(event(*TIMES, f"SUMMARY:{summary}"), zone="UTC")


def test_times_without_a_zone_are_the_nodes_and_a_named_zone_is_kept():
    floating = event("DTSTART:20261123T080000", "DTEND:20261123T200000", "SUMMARY:anh")
    assert calendar.read(floating, zone="Asia/Ho_Chi_Minh")[0].begins == DAY + HOUR
    named = event("DTSTART;TZID=America/New_York:20261122T200000", "DTEND:20261123T090000Z", "SUMMARY:anh")
    assert calendar.read(named, zone="Asia/Ho_Chi_Minh")[0].begins == DAY + HOUR
    days = event("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261124", "SUMMARY:anh")
    assert calendar.read(days, zone="UTC")[0].ends == DAY + 24 * HOUR


def test_attack_a_recurring_event_does_not_become_endless_shifts():
    with pytest.raises(Refused, match="calendar-recurring"):
        calendar.read(event(*TIMES, "SUMMARY:anh", "RRULE:FREQ=SECONDLY"), zone="UTC")


def test_attack_a_file_beyond_the_bound_is_not_read():
    for read in (sheet.read, lambda data: calendar.read(data, zone="UTC")):
        with pytest.raises(Refused, match="roster-too-large"):
            read(b"x" * (limits.ROSTER_FILE_MAX_BYTES + 1))
    many = HEAD + b"anh,1,2026-11-23T08:00:00Z,2026-11-23T20:00:00Z,A\r\n" * (limits.ROSTER_FILE_MAX_SHIFTS + 1)
    with pytest.raises(Refused, match="roster-too-large"):
        sheet.read(many)
