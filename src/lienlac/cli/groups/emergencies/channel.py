"""`lienlac emergency …`: an emergency channel from the command line, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of, tell_waits
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.interface.approvals import Waits
    from lienlac.interface.emergencies import Emergency

Sources = Literal["own", "victim", "provider", "partner", "public", "other"]
Severities = Literal["critical", "serious", "limited"]


def open_(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Open a channel from a form file."""
    form = console.read_json(file)
    with client_of(url, token_file) as node:
        made = node.open_emergency(form)
    _tell(made, "emergency-opened", json=json)


def list_(
    *,
    stage: Literal["open", "ended", "all"] = "open",
    words: str | None = None,
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One page of channels."""
    with client_of(url, token_file) as node:
        page = node.emergencies(show=stage, words=words or "", rows=rows)
    if json:
        console.tell_json(page)
        return
    if not page.emergencies:
        console.note(say("no-emergencies"))
        return
    table = [
        (line.reference, line.peer, line.severity, line.state, console.when(line.due_at), line.title_en)
        for line in page.emergencies
    ]
    columns = ("column-reference", "column-node", "column-severity", "column-state", "column-due", "column-title")
    console.table(columns, table)


def show(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One channel: state, who is on, timeline."""
    with client_of(url, token_file) as node:
        found = node.emergency(name)
    if json:
        console.tell_json(found)
        return
    record = found.record
    console.tell(say("emergency-line", reference=record.reference, state=record.state, severity=record.severity))
    for side in record.sides.values():
        on = ", ".join(seat.name for seat in side.here) or "–"
        console.tell(say("emergency-side", node=side.node, column=side.column, here=on))
        console.tell(say("emergency-next", at=console.when(side.next_update_at)))
    for item in record.timeline:
        text = item.body.get("text")
        words = text if isinstance(text, str) else " / ".join(part for part in (text or {}).values() if part)
        console.tell(f"{console.when(item.at)}  {item.sender}  {item.step}  {item.id}  {words}".rstrip())


def answer(
    name: str,
    *,
    remarks: str = "",
    next_update: str = "",
    phone: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """We are on it."""
    _say(name, "answer", {"remarks": remarks, "phone": phone}, next_update, json, url, token_file)


def write(
    name: str,
    *,
    en: str = "",
    vi: str = "",
    at: str = "",
    source: Sources = "own",
    corrects: str = "",
    next_update: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One line of the timeline."""
    text = {language: words for language, words in (("en", en), ("vi", vi)) if words}
    form = {"text": text, "at": at, "source": source, "corrects": corrects}
    _say(name, "entry", form, next_update, json, url, token_file)


def retract(
    name: str,
    entry: str,
    *,
    reason: str,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """An entry of ours no longer holds."""
    _say(name, "retract", {"entry": entry, "reason": reason}, "", json, url, token_file)


def report(
    name: str,
    *,
    en: str = "",
    vi: str = "",
    severity: Severities | None = None,
    next_update: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """How this side sees it."""
    summary = {language: words for language, words in (("en", en), ("vi", vi)) if words}
    _say(name, "report", {"summary": summary, "severity": severity}, next_update, json, url, token_file)


def join(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """The token's officer is on it now."""
    _say(name, "presence", {"here": True}, "", json, url, token_file)


def leave(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """The token's officer leaves."""
    _say(name, "presence", {"here": False}, "", json, url, token_file)


def hand_over(
    name: str, to: str, *, text: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """To a colleague."""
    _say(name, "hand-over", {"to": to, "text": text}, "", json, url, token_file)


def hold(
    name: str,
    *,
    text: str,
    next_update: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Propose to hold."""
    _say(name, "hold", {"text": text}, next_update, json, url, token_file)


def stand_down(
    name: str, *, text: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """It is over here."""
    _say(name, "stand-down", {"text": text}, "", json, url, token_file)


def resume(
    name: str,
    *,
    text: str,
    next_update: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It goes on."""
    _say(name, "resume", {"text": text}, next_update, json, url, token_file)


def record(name: str, *, out: Path = console.STANDARD, url: str | None = None, token_file: Path | None = None) -> None:
    """The whole channel as a file."""
    with client_of(url, token_file) as node:
        body = node.emergency_record(name)
    console.write_file(out, body, mode=console.PRIVATE)


def _say(
    name: str, step: str, form: dict[str, Any], next_update: str, json: bool, url: str | None, token_file: Path | None
) -> None:
    filled = {field: value for field, value in form.items() if value not in ("", None, {})}
    if next_update:
        filled["next_update"] = int(next_update) if next_update.isdecimal() else next_update
    with client_of(url, token_file) as node:
        found = node.emergency_step(name, step, filled)
    _tell(found, "emergency-said", json=json)


def _tell(found: Emergency | Waits, said: str, *, json: bool) -> None:
    """What became of it; what waits for a second officer says so."""
    from lienlac.interface.approvals import Waits

    if json:
        console.tell_json(found)
    elif isinstance(found, Waits):
        tell_waits(found)
    else:
        console.tell(say(said, reference=found.record.reference, peer=found.peer, state=found.record.state))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "open": open_,
    "list": list_,
    "show": show,
    "answer": answer,
    "write": write,
    "retract": retract,
    "report": report,
    "join": join,
    "leave": leave,
    "hand-over": hand_over,
    "hold": hold,
    "stand-down": stand_down,
    "resume": resume,
    "record": record,
}
