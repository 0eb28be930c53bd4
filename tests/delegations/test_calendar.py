"""Calendars out, held against another program's reader; invitations in, also from people who mean no good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from lienlac import limits
from lienlac.delegations.showing.calendar import Event, read, write
from lienlac.errors import Refused

AT = datetime(2026, 11, 26, tzinfo=UTC)
HANOI = "Asia/Ho_Chi_Minh"
instants = st.integers(86_400, 6_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
texts = st.text(st.characters(codec="utf-8"), max_size=300)
events = st.builds(
    Event, uid=st.just("dlg-x@vn-one"), starts=instants, summary=texts, place=texts, text=texts,
    cancelled=st.booleans(), tentative=st.booleans(),
)  # fmt: skip


def refused(data: bytes) -> str:
    """The code with which a file is refused; empty where it is read."""
    try:
        read(data, zone=HANOI)
    except Refused as error:
        return error.code
    return ""


def plain(text: str) -> str:
    lined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lined if one in "\n\t" or (one >= " " and one != "\x7f"))


@given(st.lists(events, min_size=1, max_size=3))
def test_what_is_written_another_program_reads(made):
    data = write(made, node_id="vn-one", at=AT)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    found = Calendar.from_ical(data).walk("VEVENT")
    assert [one.decoded("DTSTART") for one in found] == [one.starts for one in made]
    assert [str(one["SUMMARY"]) for one in found] == [plain(one.summary) for one in made]
    assert [str(one.get("DESCRIPTION", "")) for one in found] == [plain(one.text) for one in made]


@given(st.lists(events, min_size=1, max_size=3))
def test_what_is_written_we_read_too(made):
    found = read(write(made, node_id="vn-one", at=AT), zone=HANOI)
    assert [one.starts for one in found] == [one.starts for one in made]
    for one, event in zip(found, made, strict=True):
        assert one.text == plain(event.text).strip()
        assert one.title == plain(event.summary).strip()[: limits.LINE_MAX_CHARS].replace("\n", " ")


@given(st.binary(max_size=2_000) | st.text(max_size=2_000).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_comes_is_read_or_refused(data):
    assert refused(data) in {"", "invitation-file", "invitation-recurring"}


PIECES = st.sampled_from([
    "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "END:VALARM", "DTSTART:20270301T090000",
    "DTSTART;TZID=../../etc/passwd:20270301T090000", "DTSTART;VALUE=DATE:20270301", "DURATION:P9999W", "DTEND:20270231T000000Z",
    "RRULE:FREQ=SECONDLY", " folded", 'SUMMARY;X="a:b";Y=c:Họp\\, bàn\\nviệc', "DTSTART:99990101T000000Z", ":", ";", "X",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_pieces_of_calendars_in_any_order_are_read_or_refused(lines):
    data = "\r\n".join(lines).encode()
    code = refused(data)
    assert code in {"", "invitation-file", "invitation-recurring"}
    if not code:
        found = read(data, zone=HANOI)
        assert all(one.starts.tzinfo is UTC and (one.ends is None or one.ends >= one.starts) for one in found)
        years = [at.year for one in found for at in (one.starts, one.ends) if at is not None]
        assert all(limits.INSTANT_FIRST_YEAR - 1 <= year <= limits.INSTANT_LAST_YEAR for year in years)


def event(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def test_an_invitation_of_a_mail_program():
    data = event(
        'DTSTART;TZID="SE Asia Standard Time":20270301T090000', "DURATION:P1DT2H", "SUMMARY:Làm việc về lừa",
        "  đảo\\, rửa tiền", "LOCATION:60 Nguyễn Du\\; Hà Nội", 'ORGANIZER;CN="Nguyễn Văn A":mailto:a@example.vn',
        "BEGIN:VALARM", "SUMMARY:Alarm", "DTSTART:19990101T000000Z", "END:VALARM", "DESCRIPTION:Một\\nHai\\\\n",
    )  # fmt: skip
    (one,) = read(data, zone="America/New_York")
    starts = datetime(2027, 3, 1, 2, tzinfo=UTC)
    assert (one.starts, one.ends) == (starts, starts + timedelta(days=1, hours=2))
    assert (one.title, one.place) == ("Làm việc về lừa đảo, rửa tiền", "60 Nguyễn Du; Hà Nội")
    assert (one.text, one.organiser) == ("Một\nHai\\n", "Nguyễn Văn A")


def test_a_whole_day_ends_with_the_next():
    (one,) = read(event("DTSTART;VALUE=DATE:20270301"), zone=HANOI)
    assert (one.starts, one.ends) == (datetime(2027, 2, 28, 17, tzinfo=UTC), datetime(2027, 3, 1, 17, tzinfo=UTC))


@pytest.mark.parametrize(
    ("attack", "data", "code"),
    [
        ("larger than anything that is read", b"X" * (limits.DELEGATION_FILE_MAX_BYTES + 1), "invitation-too-large"),
        ("one line without end", b"A:" + b"\n b" * 80_000, "invitation-file"),
        ("a rule that recurs every second for ever", event("DTSTART:20270301T090000Z", "RRULE:FREQ=SECONDLY"), "invitation-recurring"),
        ("a zone that is a path", event("DTSTART;TZID=../../../etc/passwd:20270301T090000"), "invitation-file"),
        ("a zone that is an absolute path", event("DTSTART;TZID=/etc/passwd:20270301T090000"), "invitation-file"),
        ("a year beyond every calendar", event("DTSTART:99991231T235959Z"), "invitation-file"),
        ("a length beyond every calendar", event("DTSTART:21980101T000000Z", "DURATION:P9999W"), "invitation-file"),
        ("a day that is none", event("DTSTART:20270230T000000Z"), "invitation-file"),
        ("an end before the beginning", event("DTSTART:20270301T090000Z", "DTEND:20270228T090000Z"), "invitation-file"),
        ("nested without end", b"BEGIN:VEVENT\n" * 5_000, "invitation-file"),
        ("an end without a beginning", b"END:VEVENT", "invitation-file"),
        ("thousands of events", event("DTSTART:20270301T090000Z") * 2_000, "invitation-too-many"),
        ("no calendar at all", b"\x89PNG\r\n\x1a\n", "invitation-file"),
        ("nothing", b"", "invitation-file"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_hostile_files_are_refused_with_a_reason(attack, data, code):
    with pytest.raises(Refused, match=code):
        read(data, zone=HANOI)


def test_rules_of_zones_that_a_file_brings_along_are_never_worked_out():
    """A library would expand this to the end of time before it looked at the event."""
    zone = "BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
    zone += "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    data = event("DTSTART;TZID=Bomb:20270301T090000").replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT")
    with pytest.raises(Refused, match="invitation-file"):
        read(data, zone=HANOI)


def test_signs_that_hide_or_control_do_not_come_in():
    (one,) = read(event("DTSTART:20270301T090000Z", "SUMMARY:a\x00b\x1b[2Jc"), zone=HANOI)
    assert one.title == "ab[2Jc"
