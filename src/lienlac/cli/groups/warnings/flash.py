"""`lienlac flash …`: flash warnings from the command line, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.interface.threats.flash import WarningSent


def send(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Warn partners from a form file."""
    form = console.read_json(file)
    with client_of(url, token_file) as node:
        _tell(node.warn(form), json=json)


def supersede(
    name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Say it anew from a form file."""
    form = console.read_json(file)
    with client_of(url, token_file) as node:
        _tell(node.supersede_warning(name, form), json=json)


def list_(
    *,
    stage: Literal["standing", "unread", "over", "all"] = "standing",
    words: str | None = None,
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One page of warnings."""
    with client_of(url, token_file) as node:
        page = node.warnings(show=stage, words=words or "", rows=rows)
    if json:
        console.tell_json(page)
    elif not page.warnings:
        console.note(say("no-warnings"))
    else:
        table = [
            (line.reference, line.direction, line.peer, line.severity, line.state, line.read_by or "–", line.title_en)
            for line in page.warnings
        ]
        columns = (
            "column-reference", "column-direction", "column-node", "column-severity", "column-state", "column-read-by",
            "column-title",
        )  # fmt: skip
        console.table(columns, table)


def show(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One warning: what it says, who has read it."""
    with client_of(url, token_file) as node:
        found = node.warning(name)
    if json:
        console.tell_json(found)
        return
    console.tell(f"{found.reference}  {found.title_vi} / {found.title_en}")
    body: dict[str, Any] = found.parts[0].versions[0].body
    for field in ("text", "to_do"):
        for words in body[field].values():
            console.tell(words)
    for one in body["identifiers"]:
        console.tell(f"{one['type']}: {one['value']}")
    for part in found.parts:
        read = part.versions[0].read
        console.tell(
            say(
                "warning-part",
                node=part.peer,
                state=part.state,
                name=read.name if read else "–",
                at=console.when(read.at if read else None),
            )
        )


def acknowledge(
    name: str, *, remarks: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """The token's officer has read it."""
    _step(name, "acknowledge", {"remarks": remarks} if remarks else {}, json, url, token_file)


def withdraw(
    name: str, *, reason: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """It no longer holds."""
    _step(name, "withdraw", {"reason": reason}, json, url, token_file)


def feedback(
    name: str,
    useful: Literal["yes", "partly", "no"],
    *,
    text: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Whether it was of use."""
    form = {"useful": useful} | ({"text": text} if text else {})
    _step(name, "feedback", form, json, url, token_file)


def readings(*, minutes: int = 15, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """How quickly they are read."""
    with client_of(url, token_file) as node:
        found = node.warning_readings(minutes)
    if json:
        console.tell_json(found)
    elif not found.measures:
        console.note(say("no-warnings"))
    else:
        table = [
            (
                one.peer,
                one.direction,
                "–" if one.percent is None else f"{one.percent} % ({one.in_time}/{one.counted})",
                "–" if one.median_s is None else str(one.median_s),
                str(one.unread),
            )
            for one in found.measures
        ]
        columns = ("column-node", "column-direction", "column-in-time", "column-median", "column-unread")
        console.table(columns, table)


def _step(
    name: str,
    step: Literal["acknowledge", "withdraw", "feedback"],
    form: dict[str, Any],
    json: bool,
    url: str | None,
    token_file: Path | None,
) -> None:
    with client_of(url, token_file) as node:
        _tell(node.warning_step(name, step, form), json=json)


def _tell(sent: WarningSent, *, json: bool) -> None:
    if json:
        console.tell_json(sent)
        return
    if sent.sent:
        console.tell(say("warning-sent", reference=sent.reference, count=len(sent.sent)))
    for one in sent.waits:
        console.tell(say("warning-waits", reference=sent.reference, release=one.id))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "send": send,
    "supersede": supersede,
    "list": list_,
    "show": show,
    "acknowledge": acknowledge,
    "withdraw": withdraw,
    "feedback": feedback,
    "readings": readings,
}
