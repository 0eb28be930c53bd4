"""Duty for programs: roster, who answers, alarms, hand-over, health of channels; as JSON, and as figures.

The same desks as the screens', so the same rights. Bodies are strict JSON; instants carry their offset.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock, limits, strictjson
from lienlac.duty.alarms.desk import Shown
from lienlac.duty.desk import Duty
from lienlac.duty.handover.note import Note
from lienlac.duty.roster.shift import Draft, Shift
from lienlac.errors import Refused
from lienlac.people.officer import Officer
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Ask

Answer = Response[bytes]
T = TypeVar("T")
Text = Annotated[str, msgspec.Meta(max_length=limits.TEXT_MAX_CHARS)]
Line = Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)]
SHOWN = timedelta(days=7)
"""What the roster shows when nothing else is asked for."""


class NewShift(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shift: the officer by login, first, second or third on call."""

    officer: Line
    line: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    begins: Annotated[datetime, msgspec.Meta(tz=True)]
    ends: Annotated[datetime, msgspec.Meta(tz=True)]
    unit: Line = ""


class RosterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A roster file as text; `format` is csv or ics."""

    format: Line
    content: Annotated[str, msgspec.Meta(max_length=limits.ROSTER_FILE_MAX_BYTES)]


class NewHandover(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the outgoing officer says; `to` is a login, or null for whoever comes on duty."""

    text: Text
    to: Line | None = None


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the incoming officer says."""

    remarks: Text = ""


@get("/api/duty/roster", opt=needs(Action.ROSTER_READ), sync_to_thread=True, name="api-roster")
def show_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Shifts between `from` and `until` (a week from now), who is on call now, gaps and overlaps."""
    begins = _instant(ask, "from", ask.now)
    ends = _instant(ask, "until", begins + SHOWN)
    found = duty.roster.show(ask.officer, begins, ends)
    return ask.json(
        {
            "from": found.span.begins,
            "until": found.span.ends,
            "now": [_shift(shift, officer) for shift, officer in duty.roster.now(ask.officer)],
            "shifts": [_shift(shift, found.officers.get(shift.officer_id)) for shift in found.shifts],
            "gaps": [{"from": gap.begins, "until": gap.ends} for gap in found.gaps],
            "overlaps": [
                {
                    "from": overlap.span.begins,
                    "until": overlap.span.ends,
                    "shifts": [overlap.one.id, overlap.other.id],
                    "same_line": overlap.same_line,
                }
                for overlap in found.overlaps
            ],
        }
    )


@post("/api/duty/roster", opt=needs(Action.ROSTER_MANAGE), sync_to_thread=True, name="api-roster-add")
def add_shift(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Enter one shift."""
    given = _body(ask, NewShift)
    draft = Draft(officer=given.officer, unit=given.unit, line=given.line, begins=given.begins, ends=given.ends)
    shift = duty.roster.add(ask.officer, draft)
    return ask.json({"id": shift.id}, status=201)


@post("/api/duty/roster/import", opt=needs(Action.ROSTER_MANAGE), sync_to_thread=True, name="api-roster-import")
def import_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Read a file in, all of it or nothing; what stands there already is left out."""
    given = _body(ask, RosterFile)
    taken = duty.roster.take_in(ask.officer, given.content.encode(), given.format)
    return ask.json({"added": taken.added, "known": taken.known}, status=201)


@get("/api/duty/roster/export", opt=needs(Action.ROSTER_READ), sync_to_thread=True, name="api-roster-export")
def export_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The roster as a file: `format` csv or ics, `from` and `until` as above."""
    begins = _instant(ask, "from", ask.now)
    form = ask.query.get("format", "csv")
    data = duty.roster.export(ask.officer, begins, _instant(ask, "until", begins + SHOWN), form)
    return ask.json({"format": form, "content": data.decode()})


@get("/api/duty/alarms", opt=needs(Action.ALARM_READ), sync_to_thread=True, name="api-alarms")
def list_alarms(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Living alarms, or with `show=all` ended ones too; who was told of each, by which channel, and who has it."""
    live = ask.query.get("show") != "all"
    rows = ask.number("rows", default=50, low=1, high=limits.PAGE_MAX_ROWS)
    found = duty.alarms.listed(ask.officer, live=live, rows=rows)
    return ask.json({"alarms": [_alarm(shown) for shown in found]})


@post("/api/duty/alarms/{alarm_id:str}/take", opt=needs(Action.ALARM_TAKE), sync_to_thread=True, name="api-alarm-take")
def take_alarm(ask: Ask, duty: NamedDependency[Duty], alarm_id: FromPath[str]) -> Answer:
    """Say that one is on it: nobody else is told of this warning."""
    alarm = duty.alarms.take(ask.officer, alarm_id)
    return ask.json({"id": alarm.id, "reference": alarm.reference, "phase": alarm.phase.value}, status=201)


@get("/api/duty/handovers", opt=needs(Action.HANDOVER_READ), sync_to_thread=True, name="api-handovers")
def list_handovers(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The newest hand-over notes, without their lists."""
    return ask.json({"handovers": [_note(note, whole=False) for note in duty.handover.listed(ask.officer)]})


@get("/api/duty/handovers/{note_id:str}", opt=needs(Action.HANDOVER_READ), sync_to_thread=True, name="api-handover")
def show_handover(ask: Ask, duty: NamedDependency[Duty], note_id: FromPath[str]) -> Answer:
    """One note; the incoming officer's first look is kept as "read"."""
    return ask.json(_note(duty.handover.show(ask.officer, note_id)))


@post("/api/duty/handovers", opt=needs(Action.HANDOVER_WRITE), sync_to_thread=True, name="api-handover-write")
def write_handover(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Hand over; what is open is listed by the node."""
    given = _body(ask, NewHandover)
    return ask.json(_note(duty.handover.write(ask.officer, given.text, to=given.to)), status=201)


@post(
    "/api/duty/handovers/{note_id:str}/accept",
    opt=needs(Action.HANDOVER_WRITE),
    sync_to_thread=True,
    name="api-handover-accept",
)
def accept_handover(ask: Ask, duty: NamedDependency[Duty], note_id: FromPath[str]) -> Answer:
    """Take over."""
    given = _body(ask, Acceptance)
    return ask.json(_note(duty.handover.accept(ask.officer, note_id, given.remarks)), status=201)


@get("/api/duty/channels", opt=needs(Action.CHANNEL_READ), sync_to_thread=True, name="api-channels")
def list_channels(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The health of every channel, the failing ones first; addresses are not told."""
    found, _people, counts = duty.contacts.health(ask.officer)
    channels = [
        {
            "id": channel.id,
            "owner": channel.owner,
            "kind": channel.kind.value,
            "checked": channel.verified_at is not None,
            "fails": channel.fails,
            "code": channel.fail_code,
            "failed_at": channel.failed_at,
            "worked_at": channel.worked_at,
        }
        for channel in found
    ]
    return ask.json({"channels": channels, "notices": counts})


@get("/api/duty/metrics", opt=needs(Action.CHANNEL_READ), sync_to_thread=True, name="api-duty-metrics")
def metrics(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Figures in the text form that Prometheus reads."""
    figures = duty.measures(ask.officer)
    lines = []
    for name, (what, values) in figures.items():
        lines += [f"# HELP {name} {what}", f"# TYPE {name} gauge"]
        lines += [f"{name}{{{label}}} {value}" for label, value in values.items()]
    text = "\n".join(lines) + "\n"
    return Response(text.encode(), media_type="text/plain; version=0.0.4; charset=utf-8")


def routes(duty: Duty) -> Router:
    """Everything above, for one node's duty."""
    return Router(
        path="/",
        route_handlers=[
            show_roster, add_shift, import_roster, export_roster, list_alarms, take_alarm, list_handovers,
            show_handover, write_handover, accept_handover, list_channels, metrics,
        ],
        dependencies={"duty": Provide(_always(duty), sync_to_thread=False)},
    )  # fmt: skip


def _always(duty: Duty) -> Callable[[], Duty]:
    def give() -> Duty:
        return duty

    return give


def _body(ask: Ask, wanted: type[T]) -> T:
    data = strictjson.loads(ask.body or b"{}", max_bytes=limits.FORM_MAX_BYTES)
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def _instant(ask: Ask, name: str, default: datetime) -> datetime:
    text = ask.query.get(name, "").replace(" ", "+")  # a plus sign in an address reads as a space
    if not text:
        return default
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("time-malformed", field=name) from error
    if at.tzinfo is None:
        raise Refused("time-malformed", field=name)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Refused("time-malformed", field=name) from error


def _shift(shift: Shift, officer: Officer | None) -> dict[str, Any]:
    return {
        "id": shift.id,
        "officer": None if officer is None else officer.login,
        "name": None if officer is None else officer.name,
        "unit": shift.unit,
        "line": shift.line,
        "begins": shift.begins,
        "ends": shift.ends,
    }


def _alarm(shown: Shown) -> dict[str, Any]:
    alarm = shown.alarm
    return {
        "id": alarm.id,
        "request": alarm.request_id,
        "reference": alarm.reference,
        "kind": alarm.kind,
        "urgency": alarm.urgency,
        "direction": alarm.direction,
        "peer": alarm.peer,
        "drill": alarm.drill,
        "clock": alarm.clock,
        "cause": alarm.warned.cause.value,
        "percent": alarm.warned.percent,
        "warned_at": alarm.warned.at,
        "phase": alarm.phase.value,
        "holder": shown.holder or None,
        "taken_at": alarm.taken_at,
        "ended_at": alarm.ended_at,
        "told": [
            {
                "name": told.telling.name,
                "place": told.telling.place.value,
                "cause": told.telling.warned.cause.value,
                "percent": told.telling.warned.percent,
                "at": told.telling.at,
                "state": None if told.outcome is None else told.outcome.state,
                "code": None if told.outcome is None else told.outcome.code,
                "tries": [{"kind": each.kind.value, "at": each.at, "code": each.code} for each in told.tries],
            }
            for told in shown.told
        ],
    }


def _note(note: Note, *, whole: bool = True) -> dict[str, Any]:
    view: dict[str, Any] = {
        "id": note.id,
        "by": note.by,
        "to": note.to,
        "stage": note.stage.value,
        "written_at": note.written_at,
        "read_by": note.read_by,
        "read_at": note.read_at,
        "accepted_by": note.accepted_by,
        "accepted_at": note.accepted_at,
    }
    if whole:
        items = [
            {
                "what": item.what,
                "thing": item.thing,
                "reference": item.reference,
                "kind": item.kind,
                "urgency": item.urgency,
                "state": item.state,
                "direction": item.direction,
                "clock": item.clock,
                "due_at": None if item.due_us is None else clock.from_us(item.due_us),
                "drill": item.drill,
            }
            for item in note.items
        ]
        view |= {"text": note.text, "remarks": note.remarks, "items": items, "left_out": note.left_out}
    return view
