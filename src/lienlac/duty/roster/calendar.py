"""The roster as iCalendar (RFC 5545): one event a shift, for phones and for other programs; and such files read.

Pure. Our own events name officer and line in properties of ours; of another program's event the summary must be a
login, or end with one in brackets. Recurring events are refused: a roster says every shift by itself.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from lienlac import limits
from lienlac.duty.roster.shift import Draft, check
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCT: Final = "-//Lienlac//Roster 1//EN"
LOGIN: Final = "X-LIENLAC-OFFICER"
LINE: Final = "X-LIENLAC-LINE"
_LOGIN_IN_SUMMARY: Final = re.compile(r"(?:.*\()?([a-z][a-z0-9._-]{1,39})\)?")
_RECURRING: Final = ("RRULE", "RDATE", "EXRULE")


def write(shifts: Iterable[tuple[str, str, Draft]], *, node_id: str, at: datetime) -> bytes:
    """The file; each shift comes with its id and its officer's name, and names the officer by login."""
    from icalendar import Calendar, Event  # slow to load, seldom needed

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for shift_id, name, shift in shifts:
        event = Event()
        event.add("uid", f"{shift_id}@{node_id}")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", shift.begins.astimezone(UTC))
        event.add("dtend", shift.ends.astimezone(UTC))
        event.add("summary", f"{shift.line}. {name} ({shift.officer})")
        event.add("location", shift.unit)
        event.add(LOGIN, shift.officer)
        event.add(LINE, str(shift.line))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def read(data: bytes, *, zone: str) -> list[Draft]:
    """The shifts of a file; times without a zone are those of `zone`. Raises `Refused("calendar-file" | "shift-…")`."""
    if len(data) > limits.ROSTER_FILE_MAX_BYTES:
        raise Refused("roster-too-large", limit_shifts=limits.ROSTER_FILE_MAX_SHIFTS)
    from icalendar import Calendar

    try:
        events: list[Any] = list(Calendar.from_ical(data).walk("VEVENT"))
    except Exception as error:  # the library's parsers raise whatever they meet
        raise Refused("calendar-file", event=1, reason=type(error).__name__) from error
    if len(events) > limits.ROSTER_FILE_MAX_SHIFTS:
        raise Refused("roster-too-large", limit_shifts=limits.ROSTER_FILE_MAX_SHIFTS)
    return [_read(number, event, ZoneInfo(zone)) for number, event in enumerate(events, 1)]


def _read(number: int, event: Any, zone: ZoneInfo) -> Draft:
    if any(name in event for name in _RECURRING):
        raise Refused("calendar-recurring", event=number)
    try:
        begins, ends = _instant(event.decoded("DTSTART"), zone), _instant(event.decoded("DTEND"), zone)
        officer, line = str(event.get(LOGIN, "")).strip(), str(event.get(LINE, "1")).strip()
        summary, unit = str(event.get("SUMMARY", "")).strip(), str(event.get("LOCATION", "")).strip()
    except Exception as error:
        raise Refused("calendar-file", event=number, reason=type(error).__name__) from error
    if not officer:
        found = _LOGIN_IN_SUMMARY.fullmatch(summary[: limits.LINE_MAX_CHARS])
        officer = found[1] if found else ""
    if not officer or not (line.isascii() and line.isdigit() and len(line) == 1):
        raise Refused("calendar-file", event=number, reason=summary[:40] or LOGIN)
    draft = Draft(officer=officer, unit=unit, line=int(line), begins=begins, ends=ends)
    try:
        check(draft)
    except Refused as error:
        raise Refused("calendar-file", event=number, reason=error.sentence("en")) from error
    return draft


def _instant(value: object, zone: ZoneInfo) -> datetime:
    """A date is its first instant; a time without a zone is that zone's."""
    if isinstance(value, datetime):
        return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    raise TypeError(value)
