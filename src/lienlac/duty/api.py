"""Duty for programs: roster, who answers, alarms, hand-over, health of channels; as JSON, and as figures.

The same desks as the screens', so the same rights. Bodies are strict JSON; instants carry their offset.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock
from lienlac.duty.alarms.desk import Shown, Told
from lienlac.duty.desk import Duty
from lienlac.duty.drills import api as drills_api
from lienlac.duty.handover.note import Note
from lienlac.duty.roster.shift import Draft, Shift
from lienlac.errors import Refused
from lienlac.interface import duty as shapes
from lienlac.interface.parts import Empty
from lienlac.people.officer import Officer
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

Answer = Response[bytes]
SHOWN = timedelta(days=7)
"""What the roster shows when nothing else is asked for."""
_SHIFT: Final[dict[str, Any]] = {
    "a night": {
        "officer": "nga",
        "line": 1,
        "begins": "2026-11-25T22:00:00+07:00",
        "ends": "2026-11-26T06:00:00+07:00",
    }
}
_FILE: Final = {
    "one line": {
        "format": "csv",
        "content": "officer,line,from,until,unit\nnga,1,2026-11-25T22:00:00+07:00,2026-11-26T06:00:00+07:00,\n",
    }
}
_HANDOVER: Final = {"to whoever comes": {"text": "One freeze waits for the bank's answer.", "to": None}}


@get(
    "/api/duty/roster",
    opt=needs(Action.ROSTER_READ)
    | speaks(N_("Shifts, who is on call now, gaps and overlaps"), "duty", shapes.Roster, asks=shapes.Span),
    sync_to_thread=True,
    name="api-roster",
)
def show_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Shifts between `from` and `until` (a week from now), who is on call now, gaps and overlaps."""
    begins, ends = _span(ask, ask.asked(shapes.Span))
    found = duty.roster.show(ask.officer, begins, ends)
    return ask.json(
        shapes.Roster(
            begins=found.span.begins,
            ends=found.span.ends,
            now=[_shift(shift, officer) for shift, officer in duty.roster.now(ask.officer)],
            shifts=[_shift(shift, found.officers.get(shift.officer_id)) for shift in found.shifts],
            gaps=[shapes.Stretch(begins=gap.begins, ends=gap.ends) for gap in found.gaps],
            overlaps=[
                shapes.Overlap(
                    begins=overlap.span.begins,
                    ends=overlap.span.ends,
                    shifts=[overlap.one.id, overlap.other.id],
                    same_line=overlap.same_line,
                )
                for overlap in found.overlaps
            ],
        )
    )


@post(
    "/api/duty/roster",
    opt=needs(Action.ROSTER_MANAGE)
    | speaks(N_("Enter one shift"), "duty", shapes.Added, takes=shapes.NewShift, examples=_SHIFT),
    sync_to_thread=True,
    name="api-roster-add",
)
def add_shift(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Enter one shift."""
    given = ask.given(shapes.NewShift)
    draft = Draft(officer=given.officer, unit=given.unit, line=given.line, begins=given.begins, ends=given.ends)
    shift = duty.roster.add(ask.officer, draft)
    return ask.json(shapes.Added(id=shift.id), status=201)


@post(
    "/api/duty/roster/import",
    opt=needs(Action.ROSTER_MANAGE)
    | speaks(N_("Read a roster file in"), "duty", shapes.TakenIn, takes=shapes.RosterFile, examples=_FILE),
    sync_to_thread=True,
    name="api-roster-import",
)
def import_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Read a file in, all of it or nothing; what stands there already is left out."""
    given = ask.given(shapes.RosterFile)
    taken = duty.roster.take_in(ask.officer, given.content.encode(), given.format)
    return ask.json(shapes.TakenIn(added=taken.added, known=taken.known), status=201)


@get(
    "/api/duty/roster/export",
    opt=needs(Action.ROSTER_READ) | speaks(N_("The roster as a file"), "duty", shapes.Exported, asks=shapes.Export),
    sync_to_thread=True,
    name="api-roster-export",
)
def export_roster(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The roster as a file: `format` csv or ics, `from` and `until` as above."""
    asked = ask.asked(shapes.Export)
    data = duty.roster.export(ask.officer, *_span(ask, asked), asked.form)
    return ask.json(shapes.Exported(format=asked.form, content=data.decode()))


@get(
    "/api/duty/alarms",
    opt=needs(Action.ALARM_READ)
    | speaks(N_("Alarms, who was told of each, and who has it"), "duty", shapes.Alarms, asks=shapes.AlarmQuery),
    sync_to_thread=True,
    name="api-alarms",
)
def list_alarms(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Living alarms, or with `show=all` ended ones too; who was told of each, by which channel, and who has it."""
    asked = ask.asked(shapes.AlarmQuery)
    found = duty.alarms.listed(ask.officer, live=asked.show == "live", rows=asked.rows)
    return ask.json(shapes.Alarms(alarms=[_alarm(shown) for shown in found]))


@post(
    "/api/duty/alarms/{alarm_id:str}/take",
    opt=needs(Action.ALARM_TAKE)
    | speaks(N_("Say that you are on an alarm"), "duty", shapes.TakenAlarm, takes=Empty, examples={"nothing": {}}),
    sync_to_thread=True,
    name="api-alarm-take",
)
def take_alarm(ask: Ask, duty: NamedDependency[Duty], alarm_id: FromPath[str]) -> Answer:
    """Say that one is on it: nobody else is told of this warning."""
    ask.given(Empty)
    alarm = duty.alarms.take(ask.officer, alarm_id)
    taken = shapes.TakenAlarm(id=alarm.id, reference=alarm.reference, phase=alarm.phase.value)
    return ask.json(taken, status=201)


@get(
    "/api/duty/handovers",
    opt=needs(Action.HANDOVER_READ) | speaks(N_("The newest hand-over notes"), "handover", shapes.Handovers),
    sync_to_thread=True,
    name="api-handovers",
)
def list_handovers(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The newest hand-over notes, without their lists."""
    return ask.json(shapes.Handovers(handovers=[_note_line(note) for note in duty.handover.listed(ask.officer)]))


@get(
    "/api/duty/handovers/{note_id:str}",
    opt=needs(Action.HANDOVER_READ) | speaks(N_("One hand-over note"), "handover", shapes.Handover),
    sync_to_thread=True,
    name="api-handover",
)
def show_handover(ask: Ask, duty: NamedDependency[Duty], note_id: FromPath[str]) -> Answer:
    """One note; the incoming officer's first look is kept as "read"."""
    return ask.json(_note(duty.handover.show(ask.officer, note_id)))


@post(
    "/api/duty/handovers",
    opt=needs(Action.HANDOVER_WRITE)
    | speaks(N_("Hand over"), "handover", shapes.Handover, takes=shapes.NewHandover, examples=_HANDOVER),
    sync_to_thread=True,
    name="api-handover-write",
)
def write_handover(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Hand over; what is open is listed by the node."""
    given = ask.given(shapes.NewHandover)
    return ask.json(_note(duty.handover.write(ask.officer, given.text, to=given.to)), status=201)


@post(
    "/api/duty/handovers/{note_id:str}/accept",
    opt=needs(Action.HANDOVER_WRITE)
    | speaks(
        N_("Take over"),
        "handover",
        shapes.Handover,
        takes=shapes.Acceptance,
        examples={"with remarks": {"remarks": "Read; nothing to ask."}},
    ),
    sync_to_thread=True,
    name="api-handover-accept",
)
def accept_handover(ask: Ask, duty: NamedDependency[Duty], note_id: FromPath[str]) -> Answer:
    """Take over."""
    given = ask.given(shapes.Acceptance)
    return ask.json(_note(duty.handover.accept(ask.officer, note_id, given.remarks)), status=201)


@get(
    "/api/duty/channels",
    opt=needs(Action.CHANNEL_READ) | speaks(N_("The health of every channel"), "duty", shapes.Channels),
    sync_to_thread=True,
    name="api-channels",
)
def list_channels(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """The health of every channel, the failing ones first; addresses are not told."""
    found, _people, counts = duty.contacts.health(ask.officer)
    channels = [
        shapes.Channel(
            id=channel.id,
            owner=channel.owner,
            kind=channel.kind.value,
            checked=channel.verified_at is not None,
            fails=channel.fails,
            code=channel.fail_code,
            failed_at=channel.failed_at,
            worked_at=channel.worked_at,
        )
        for channel in found
    ]
    return ask.json(shapes.Channels(channels=channels, notices=dict(counts)))


@get(
    "/api/duty/metrics",
    opt=needs(Action.CHANNEL_READ) | speaks(N_("Figures for Prometheus"), "duty", None, media="text/plain"),
    sync_to_thread=True,
    name="api-duty-metrics",
)
def metrics(ask: Ask, duty: NamedDependency[Duty]) -> Answer:
    """Figures in the text form that Prometheus reads."""
    figures = duty.measures(ask.officer)
    lines = []
    for name, (what, values) in figures.items():
        lines += [f"# HELP {name} {what}", f"# TYPE {name} gauge"]
        lines += [f"{name}{{{label}}} {value}" for label, value in values.items()]
    text = "\n".join(lines) + "\n"
    return Response(text.encode(), media_type="text/plain; version=0.0.4; charset=utf-8")


def routes(duty: Duty) -> OneRouter:
    """Everything above, for one node's duty."""
    return OneRouter(
        path="/",
        route_handlers=[
            show_roster, add_shift, import_roster, export_roster, list_alarms, take_alarm, list_handovers,
            *drills_api.make_handlers(duty), show_handover, write_handover, accept_handover, list_channels, metrics,
        ],
        dependencies={"duty": Provide(_always(duty), sync_to_thread=False)},
    )  # fmt: skip


def _always(duty: Duty) -> Callable[[], Duty]:
    def give() -> Duty:
        return duty

    return give


def _span(ask: Ask, asked: shapes.Span | shapes.Export) -> tuple[datetime, datetime]:
    """From when until when, in UTC; raises `Refused("time-malformed")` for what lies beyond the calendar."""
    try:
        begins = ask.now if asked.begins is None else asked.begins.astimezone(UTC)
        return begins, begins + SHOWN if asked.ends is None else asked.ends.astimezone(UTC)
    except OverflowError as error:
        raise Refused("time-malformed", field="from") from error


def _shift(shift: Shift, officer: Officer | None) -> shapes.Shift:
    return shapes.Shift(
        id=shift.id,
        officer=None if officer is None else officer.login,
        name=None if officer is None else officer.name,
        unit=shift.unit,
        line=shift.line,
        begins=shift.begins,
        ends=shift.ends,
    )


def _alarm(shown: Shown) -> shapes.Alarm:
    alarm = shown.alarm
    return shapes.Alarm(
        id=alarm.id,
        request=alarm.request_id,
        reference=alarm.reference,
        kind=alarm.kind,
        urgency=alarm.urgency,
        direction="out" if alarm.direction == "out" else "in",
        peer=alarm.peer,
        drill=alarm.drill,
        clock=alarm.clock,
        cause=alarm.warned.cause.value,
        percent=alarm.warned.percent,
        warned_at=alarm.warned.at,
        phase=alarm.phase.value,
        holder=shown.holder or None,
        taken_at=alarm.taken_at,
        ended_at=alarm.ended_at,
        told=[_telling(told) for told in shown.told],
    )


def _telling(told: Told) -> shapes.Telling:
    return shapes.Telling(
        name=told.telling.name,
        place=told.telling.place.value,
        cause=told.telling.warned.cause.value,
        percent=told.telling.warned.percent,
        at=told.telling.at,
        state=None if told.outcome is None else told.outcome.state,
        code=None if told.outcome is None else told.outcome.code,
        tries=[shapes.Try(kind=each.kind.value, at=each.at, code=each.code) for each in told.tries],
    )


def _note_line(note: Note) -> shapes.HandoverLine:
    return shapes.HandoverLine(
        id=note.id,
        by=note.by,
        to=note.to,
        stage=note.stage.value,
        written_at=note.written_at,
        read_by=note.read_by,
        read_at=note.read_at,
        accepted_by=note.accepted_by,
        accepted_at=note.accepted_at,
    )


def _note(note: Note) -> shapes.Handover:
    return shapes.Handover(
        **msgspec.structs.asdict(_note_line(note)),
        text=note.text,
        remarks=note.remarks,
        left_out=note.left_out,
        items=[
            shapes.Open(
                what=item.what,
                thing=item.thing,
                reference=item.reference,
                kind=item.kind,
                urgency=item.urgency,
                state=item.state,
                direction=item.direction,
                clock=item.clock,
                due_at=None if item.due_us is None else clock.from_us(item.due_us),
                drill=item.drill,
            )
            for item in note.items
        ],
    )
