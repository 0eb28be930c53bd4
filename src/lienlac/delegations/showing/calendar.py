"""Delegations as iCalendar (RFC 5545), out and in. Pure.

Out: the visit and the items of its programme, under ids that are the same on every node. In: somebody's invitation,
read line by line by a small reader of our own that takes time in proportion to the file whatever stands in it: rules of
time zones and of recurrence, which a library would work out, are exactly what a hostile file would have it work out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lienlac import limits
from lienlac.errors import Refused
from lienlac.wire.bodies.delegations import Delegation, ItemState, ProgrammeItem, Proposal, Stage
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lienlac.delegations.store import Planned
    from lienlac.errors import Language
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.store.lines import Line

PRODUCT: Final = "-//Lienlac//Delegations 1//EN"


# --- out ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a file that goes out."""

    uid: str
    starts: datetime
    ends: datetime | None = None
    summary: str
    place: str = ""
    text: str = ""
    cancelled: bool = False
    tentative: bool = False


def events_of(line: Line, top: Delegation | None, agreed: Proposal | None, items: Sequence[Element]) -> list[Event]:
    """A delegation and its programme. What sides have agreed on goes before what its host has in its own books."""
    found = []
    title = f"{line.title_vi} / {line.title_en}"
    starts = agreed.starts if agreed is not None else top.starts if top is not None else None
    if starts is not None:
        ends = agreed.ends if agreed is not None else top.ends if top is not None else None
        place = agreed.place if agreed is not None else top.place if top is not None else ""
        stage = Stage.PLANNED if top is None else top.state
        found.append(
            Event(
                uid=f"{line.id}@{line.host}", starts=starts, ends=ends, summary=f"{line.reference} {title}",
                place=place, text=_both(top.purpose.vi, top.purpose.en) if top is not None else "",
                cancelled=stage is Stage.CANCELLED, tentative=agreed is None and stage is Stage.PLANNED,
            )
        )  # fmt: skip
    for element in items:
        says = element.standing[-1].says if element.standing else None
        if isinstance(says, ProgrammeItem):
            found.append(
                Event(
                    uid=f"{element.id}@{line.host}", starts=says.at, ends=says.until,
                    summary=says.text.vi or says.text.en, place=says.place, text=_both(says.text.vi, says.text.en),
                    cancelled=says.state is ItemState.CANCELLED,
                )
            )  # fmt: skip
    return found


def event_of_plan(one: Planned) -> Event:
    """One visit of a year."""
    return Event(
        uid=f"{one.record_id}@{one.host}", starts=one.at, summary=f"{one.reference} {one.title_vi} / {one.title_en}",
        cancelled=one.state == Stage.CANCELLED.value, tentative=one.state == Stage.PLANNED.value,
    )  # fmt: skip


def _both(vi: str, en: str) -> str:
    return "\n\n".join(part for part in (vi, en) if part)


def write(events: Iterable[Event], *, node_id: str, at: datetime) -> bytes:
    """The file."""
    from icalendar import Calendar  # slow to load, seldom needed
    from icalendar import Event as Written

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for one in events:
        event = Written()
        event.add("uid", one.uid)
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", one.starts.astimezone(UTC))
        if one.ends is not None:
            event.add("dtend", one.ends.astimezone(UTC))
        event.add("summary", _clean(one.summary))
        event.add("status", "CANCELLED" if one.cancelled else "TENTATIVE" if one.tentative else "CONFIRMED")
        if one.place:
            event.add("location", _clean(one.place))
        if one.text:
            event.add("description", _clean(one.text))
        event.add("x-lienlac-node", node_id)
        made.add_component(event)
    return bytes(made.to_ical())


def _clean(text: str) -> str:
    """Text as a calendar may hold it: no signs that are no text, line ends of one kind."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lined if letter in "\n\t" or (letter >= " " and letter != "\x7f"))


# --- in -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One event of somebody's file, as far as a proposal is made of it."""

    starts: datetime
    ends: datetime | None
    title: str
    place: str
    text: str
    organiser: str


_NAME: Final = re.compile(r"([A-Za-z0-9-]{1,64})(?=[;:])")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,64})=("[^"\x00-\x08]*"|[^";:,\x00-\x08]*)(?:,(?:"[^"]*"|[^";:,]*))*')
_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?")
_LENGTH: Final = re.compile(
    r"P(?:([0-9]{1,4})W)?(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?"
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_RECURRING: Final = frozenset({"RRULE", "RDATE", "EXRULE", "RECURRENCE-ID"})


def read(data: bytes, *, zone: str) -> list[Invitation]:
    """The events of a file; times without a zone are those of `zone`.

    Raises `Refused`: `invitation-too-large`, `invitation-file` with the event's number, `invitation-recurring`.
    """
    if len(data) > limits.DELEGATION_FILE_MAX_BYTES:
        raise Refused("invitation-too-large", limit_bytes=limits.DELEGATION_FILE_MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("invitation-file", event=1, reason="not UTF-8") from error
    events = list(_events(text))
    if not events:
        raise Refused("invitation-file", event=1, reason="no event")
    return [_invitation(number, one, ZoneInfo(zone)) for number, one in enumerate(events, 1)]


def _unfolded(text: str) -> Iterator[str]:
    """Content lines: a line that begins with a blank goes on from the one before."""
    parts: list[str] = []
    size = 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        else:
            if parts:
                yield "".join(parts)
            parts, size = [line], 0
        size += len(line)
        if size > limits.DELEGATION_LINE_MAX_BYTES:
            raise Refused("invitation-file", event=1, reason="a line without end")
    yield "".join(parts)


def _events(text: str) -> Iterator[dict[str, tuple[dict[str, str], str]]]:
    """What stands directly in each event, by name, the first of each; what stands in alarms and zones is passed by."""
    inside: list[str] = []
    event: dict[str, tuple[dict[str, str], str]] = {}
    count = 0
    for line in _unfolded(text):
        found = _split(line)
        if found is None:
            continue
        name, parameters, value = found
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if len(inside) > limits.JSON_MAX_DEPTH:
                raise Refused("invitation-file", event=count + 1, reason="nested too deeply")
            if inside[-1] == "VEVENT":
                event = {}
        elif name == "END":
            if not inside or inside.pop() != value.strip().upper():
                raise Refused("invitation-file", event=count + 1, reason="BEGIN and END do not match")
            if value.strip().upper() == "VEVENT":
                count += 1
                if count > limits.DELEGATION_FILE_MAX_EVENTS:
                    raise Refused("invitation-too-many", limit_events=limits.DELEGATION_FILE_MAX_EVENTS)
                yield event
        elif inside and inside[-1] == "VEVENT":
            event.setdefault(name, (parameters, value))
    if inside:
        raise Refused("invitation-file", event=count + 1, reason="BEGIN and END do not match")


def _split(line: str) -> tuple[str, dict[str, str], str] | None:
    """Name, parameters and value of a content line; None for one that is none."""
    named = _NAME.match(line)
    if named is None:
        return None
    parameters: dict[str, str] = {}
    place = named.end()
    while (found := _PARAMETER.match(line, place)) is not None:
        parameters.setdefault(found[1].upper(), found[2].strip('"'))
        place = found.end()
    if line[place : place + 1] != ":":
        return None
    return named[1].upper(), parameters, line[place + 1 :]


def _invitation(number: int, event: Mapping[str, tuple[dict[str, str], str]], zone: ZoneInfo) -> Invitation:
    if _RECURRING & event.keys():
        raise Refused("invitation-recurring", event=number)
    starts, whole_day = _at(number, event.get("DTSTART"), zone)
    if starts is None:
        raise Refused("invitation-file", event=number, reason="DTSTART")
    ends, _whole = _at(number, event.get("DTEND"), zone)
    if ends is None and "DURATION" in event:
        ends = starts + _length(number, event["DURATION"][1])
    if ends is None and whole_day:
        ends = starts + timedelta(days=1)
    if ends is not None and (ends < starts or ends.year >= limits.INSTANT_LAST_YEAR):
        raise Refused("invitation-file", event=number, reason="DTEND")
    sender = event.get("ORGANIZER", ({}, ""))
    return Invitation(
        starts=starts,
        ends=ends,
        title=_text(event, "SUMMARY", limits.LINE_MAX_CHARS).replace("\n", " "),
        place=_text(event, "LOCATION", limits.LINE_MAX_CHARS).replace("\n", " "),
        text=_text(event, "DESCRIPTION", limits.TEXT_MAX_CHARS),
        organiser=_clean(sender[0].get("CN", ""))[: limits.LINE_MAX_CHARS],
    )


def _text(event: Mapping[str, tuple[dict[str, str], str]], name: str, most: int) -> str:
    value = event.get(name, ({}, ""))[1]
    return _clean(_ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)).strip()[:most]


def _at(number: int, said: tuple[dict[str, str], str] | None, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """An instant, and whether it is a whole day; in the zone that is named, or else in `zone`."""
    if said is None:
        return None, False
    parameters, value = said
    found = _DATE.fullmatch(value.strip())
    if found is None:
        raise Refused("invitation-file", event=number, reason=value[:40])
    year, month, day = (int(found[place]) for place in (1, 2, 3))
    clock = tuple(int(found[place] or 0) for place in (4, 5, 6))
    where = UTC if found[7] else _zone(number, parameters["TZID"]) if parameters.get("TZID") else zone
    try:
        if not limits.INSTANT_FIRST_YEAR <= year < limits.INSTANT_LAST_YEAR:
            raise ValueError(year)
        local = datetime(year, month, day, clock[0], clock[1], min(clock[2], 59), tzinfo=where)
    except ValueError as error:
        raise Refused("invitation-file", event=number, reason=value[:40]) from error
    return local.astimezone(UTC), found[4] is None


def _zone(number: int, name: str) -> ZoneInfo:
    """A zone by its name, or by the name that it has on Windows; never by the rules that a file brings along."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused("invitation-file", event=number, reason=f"TZID {name[:40]}") from error


def _length(number: int, value: str) -> timedelta:
    found = _LENGTH.fullmatch(value.strip())
    if found is None or value.strip() in ("P", "PT"):
        raise Refused("invitation-file", event=number, reason=value[:40])
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def proposal_of(one: Invitation, language: Language) -> Proposal:
    """The time and place that an invitation proposes; what it says stands in the language of whoever reads it in."""
    said = "\n\n".join(filter(None, (one.title, one.text)))[: limits.TEXT_MAX_CHARS]
    text = Said(vi=said) if language == "vi" else Said(en=said)
    return Proposal(starts=one.starts, ends=one.ends, place=one.place, text=text)
