"""`lienlac roster|alarm|handover …`: an officer's duty, through a running node's interface, with their token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac import limits
from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import Refused

if TYPE_CHECKING:
    from lienlac.interface.duty import Handover, Shift

# --- roster -------------------------------------------------------------------------------------------------------


def show_roster(
    *,
    begins: str = "",
    until: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Who is on call now, and the shifts of a week."""
    with client_of(url, token_file) as node:
        found = node.roster(begins=_instant(begins, "begins"), ends=_instant(until, "until"))
    if json:
        console.tell_json(found)
        return
    if found.now:
        console.tell(say("on-call-now", names=", ".join(shift.name or "?" for shift in found.now)))
    else:
        console.note(say("nobody-on-call"))
    _table(found.shifts)
    for gap in found.gaps:
        console.note(say("roster-gap", begins=console.when(gap.begins), until=console.when(gap.ends)))
    for overlap in found.overlaps:
        if overlap.same_line:
            console.note(say("roster-clash", begins=console.when(overlap.begins), until=console.when(overlap.ends)))


def add_shift(
    officer: str,
    *,
    begins: str,
    until: str,
    line: int = 1,
    unit: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One shift."""
    from lienlac.interface.duty import NewShift

    first, last = _instant(begins, "begins"), _instant(until, "until")
    if first is None or last is None:
        raise Refused("time-malformed", field="begins" if first is None else "until")
    with client_of(url, token_file) as node:
        added = node.add_shift(NewShift(officer=officer, line=line, begins=first, ends=last, unit=unit))
    if json:
        console.tell_json(added)
    else:
        console.tell(say("shift-added", id=added.id))


def import_roster(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """A roster file, by its ending CSV or iCalendar."""
    data = console.read_file(file, limits.ROSTER_FILE_MAX_BYTES)
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("roster-file", row=1, reason="UTF-8") from error
    with client_of(url, token_file) as node:
        taken = node.import_roster(content, "ics" if file.suffix.lower() == ".ics" else "csv")
    if json:
        console.tell_json(taken)
    else:
        console.tell(say("roster-imported", added=taken.added, known=taken.known))


def export_roster(
    file: Path = console.STANDARD,
    *,
    format: Literal["csv", "ics"] = "csv",  # noqa: A002  # the option's name
    begins: str = "",
    until: str = "",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """The roster as a file."""
    with client_of(url, token_file) as node:
        made = node.export_roster(format, begins=_instant(begins, "begins"), ends=_instant(until, "until"))
    console.write_file(file, made.content.encode())


# --- alarms -------------------------------------------------------------------------------------------------------


def list_alarms(
    *, ended: bool = False, rows: int = 50, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Alarms, who was told, and who has each."""
    with client_of(url, token_file) as node:
        found = node.alarms(ended=ended, rows=rows)
    if json:
        console.tell_json(found)
        return
    if not found.alarms:
        console.note(say("no-alarms"))
        return
    table = [
        (
            alarm.id,
            f"{say('drill')} {alarm.reference}" if alarm.drill else alarm.reference,
            alarm.cause if alarm.percent is None else f"{alarm.cause} {alarm.percent} %",
            alarm.phase,
            alarm.holder or "",
            ", ".join(told.name for told in alarm.told),
            console.when(alarm.warned_at),
        )
        for alarm in found.alarms
    ]
    columns = (
        "column-id", "column-reference", "column-cause", "column-state", "column-holder", "column-told", "column-since",
    )  # fmt: skip
    console.table(columns, table)


def take_alarm(alarm: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One is on it."""
    with client_of(url, token_file) as node:
        taken = node.take_alarm(alarm)
    if json:
        console.tell_json(taken)
    else:
        console.tell(say("alarm-taken", reference=taken.reference))


# --- hand-over ----------------------------------------------------------------------------------------------------


def list_handovers(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """The newest notes."""
    with client_of(url, token_file) as node:
        found = node.handovers()
    if json:
        console.tell_json(found)
        return
    table = [(note.id, note.stage, console.when(note.written_at)) for note in found.handovers]
    console.table(("column-id", "column-state", "column-since"), table)


def show_handover(note: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One note."""
    with client_of(url, token_file) as node:
        _tell_note(node.handover(note), json=json)


def write_handover(
    text: str, *, to: str | None = None, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Hand over."""
    with client_of(url, token_file) as node:
        _tell_note(node.write_handover(text, to), json=json)


def accept_handover(
    note: str, *, remarks: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Take over."""
    with client_of(url, token_file) as node:
        _tell_note(node.accept_handover(note, remarks), json=json)


# --- drills -------------------------------------------------------------------------------------------------------


def list_drills(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Planned ones, and what became of the others."""
    with client_of(url, token_file) as node:
        found = node.drills()
    if json:
        console.tell_json(found)
        return
    table = [
        (one.id, one.peer, one.state, console.when(one.begins), console.when(one.ends), one.reference or "",
         "" if one.receipt_s is None else one.receipt_s, "" if one.acknowledge_s is None else one.acknowledge_s,
         one.acknowledged_by or "")
        for one in found.drills
    ]  # fmt: skip
    columns = (
        "column-id", "column-node", "column-state", "column-begins", "column-until", "column-reference",
        "column-receipt-s", "column-acknowledge-s", "column-answered-by",
    )  # fmt: skip
    console.table(columns, table)


def plan_drills(
    peer: str,
    *,
    begins: str,
    until: str,
    urgency: str = "urgent",
    times: int = 1,
    every_days: int = 0,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One or several, at moments that nobody knows."""
    from lienlac.interface.drills import Plan

    first, last = _instant(begins, "begins"), _instant(until, "until")
    if first is None or last is None:
        raise Refused("time-malformed", field="begins" if first is None else "until")
    plan = Plan(peer=peer, urgency=urgency, begins=first, ends=last, times=times, every_days=every_days)
    with client_of(url, token_file) as node:
        planned = node.plan_drills(plan)
    if json:
        console.tell_json(planned)
    else:
        console.tell(say("drills-planned", count=len(planned.ids)))


def cancel_drill(drill: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Take a planned one back."""
    with client_of(url, token_file) as node:
        done = node.cancel_drill(drill)
    if json:
        console.tell_json(done)
    else:
        console.tell(say("drill-cancelled"))


# --- saying -------------------------------------------------------------------------------------------------------


def _tell_note(note: Handover, *, json: bool) -> None:
    if json:
        console.tell_json(note)
        return
    console.tell(say("handover-line", id=note.id, state=note.stage, when=console.when(note.written_at)))
    console.tell(note.text)
    table = [
        (
            f"{say('drill')} {one.reference}" if one.drill else one.reference,
            one.what,
            one.state,
            console.when(one.due_at),
        )
        for one in note.items
    ]
    if table:
        console.table(("column-reference", "column-kind", "column-state", "column-due"), table)
    if note.left_out:
        console.note(say("handover-more", count=note.left_out))
    if note.remarks:
        console.tell(note.remarks)


def _table(shifts: list[Shift]) -> None:
    table = [
        (shift.name or "?", shift.officer or "?", shift.line, console.when(shift.begins), console.when(shift.ends),
         shift.unit)
        for shift in shifts
    ]  # fmt: skip
    columns = ("column-name", "column-login", "column-line", "column-begins", "column-until", "column-unit")
    if table:
        console.table(columns, table)


def _instant(text: str, field: str) -> datetime | None:
    """An instant as typed, with its offset; without one it is on this machine's clock."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None else at.astimezone()
    except (ValueError, OverflowError) as error:
        raise Refused("time-malformed", field=field) from error


ROSTER: dict[str, Callable[..., int | None]] = {
    "show": show_roster,
    "add": add_shift,
    "import": import_roster,
    "export": export_roster,
}
ALARM: dict[str, Callable[..., int | None]] = {"list": list_alarms, "take": take_alarm}
DRILL: dict[str, Callable[..., int | None]] = {"list": list_drills, "plan": plan_drills, "cancel": cancel_drill}
HANDOVER: dict[str, Callable[..., int | None]] = {
    "list": list_handovers,
    "show": show_handover,
    "write": write_handover,
    "accept": accept_handover,
}
