"""`lienlac lesson …`: what only lessons have, from the command line, through a running node's interface."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac.cli import console
from lienlac.cli.groups.cooperation.records import read_form, tell_done
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import language, say
from lienlac.interface.records.lessons import LessonDrawing, RunEnding
from lienlac.interface.records.shared import RecordMarks, RecordSaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.interface.records.lessons import LessonRun, RunLine


def draw(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """A new lesson from a closed case, from a form file."""
    drawing = read_form(file, LessonDrawing)
    with client_of(url, token_file) as node:
        tell_done(node.draw_lesson(drawing), json=json)


def source(name: str, case: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """From which closed case it was drawn."""
    with client_of(url, token_file) as node:
        found = node.name_source(name, case)
    if json:
        console.tell_json(found)
    else:
        console.note(say("lesson-source-kept"))


def review(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """What a second officer reads, and its digest."""
    with client_of(url, token_file) as node:
        found = node.lesson_reading(name)
    if json:
        console.tell_json(found)
        return
    for fact in found.facts:
        console.tell(f"{fact.kind}  {fact.element}  {fact.officer}")
        for field, value in (fact.word or {}).items():
            if field != "is" and value:
                console.tell(f"  {field}: {_shown(value)}")
    rows = [(one.element, one.field, one.type, one.shown, say("yes" if one.blocks else "no")) for one in found.places]
    if rows:
        columns = ("column-element", "column-field", "column-kind", "column-said", "column-blocks")
        console.table(columns, rows)
    console.note(say("lesson-read" if found.cleared else "lesson-unread", digest=found.digest))


def approve(
    name: str, digest: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Nothing of a case stands in exactly what was read."""
    with client_of(url, token_file) as node:
        tell_done(node.review_lesson(name, digest, "clean"), json=json)


def send_back(
    name: str, digest: str, *, text: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Back to its author, with the reason."""
    with client_of(url, token_file) as node:
        tell_done(node.review_lesson(name, digest, "returned", text), json=json)


def renew(name: str, day: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """It still holds."""
    with client_of(url, token_file) as node:
        tell_done(node.renew_lesson(name, day), json=json)


def retire(
    name: str, *, reason: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Nobody should use it any more."""
    with client_of(url, token_file) as node:
        tell_done(node.retire_lesson(name, reason), json=json)


def usefulness(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """How often it was used, and how useful it was."""
    with client_of(url, token_file) as node:
        found = node.lesson_usefulness(name)
    if json:
        console.tell_json(found)
        return
    mean = "–" if found.mean is None else f"{found.mean:.1f}"
    console.tell(say("lesson-usefulness", used=found.used, rated=found.rated, mean=mean))


def runs(
    name: str = "", *, case: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Runs of a lesson's checklist, or those in a case."""
    with client_of(url, token_file) as node:
        found = node.runs_in_case(case) if case else node.lesson_runs(name)
    if json:
        console.tell_json(found)
    elif not found.runs:
        console.note(say("no-records"))
    else:
        columns = ("column-run", "column-reference", "column-officer", "column-begun", "column-ended", "column-steps")
        console.table(columns, [_row(one) for one in found.runs])


def run(
    name: str, *, case: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Run its checklist."""
    with client_of(url, token_file) as node:
        _tell_run(node.begin_run(name, case), json=json)


def checklist(
    name: str, run_id: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """A run with its steps."""
    with client_of(url, token_file) as node:
        _tell_run(node.lesson_run(name, run_id), json=json)


def tick(
    name: str,
    run_id: str,
    step: str,
    result: Literal["worked", "failed", "skipped"],
    *,
    note: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """How a step went."""
    with client_of(url, token_file) as node:
        _tell_run(node.tick_step(name, run_id, step, result, note), json=json)


def finish(
    name: str,
    run_id: str,
    *,
    useful: int | None = None,
    vi: str = "",
    en: str = "",
    used_on: str | None = None,
    with_notes: bool = False,
    tlp: str = "amber",
    pap: str = "amber",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """The run is over."""
    ending = RunEnding(
        usefulness=useful,
        note=RecordSaid(vi=vi, en=en),
        used_on=used_on,
        with_notes=with_notes,
        marks=RecordMarks(tlp=tlp, pap=pap),
    )
    with client_of(url, token_file) as node:
        tell_done(node.finish_run(name, run_id, ending), json=json)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get(language()) or value.get("vi") or value.get("en") or "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(one: RunLine) -> tuple[str, ...]:
    ended = "–" if one.ended_at is None else console.when(one.ended_at)
    return one.id, one.reference or one.lesson, one.officer, console.when(one.started_at), ended, str(one.ticked)


def _tell_run(found: LessonRun, *, json: bool) -> None:
    if json:
        console.tell_json(found)
        return
    console.tell(f"{found.id}  {found.case}")
    rows = [(one.element, str(one.number), one.result or "–", _shown({"vi": one.text.vi, "en": one.text.en}))
            for one in found.steps]  # fmt: skip
    console.table(("column-element", "column-number", "column-result", "column-title"), rows)
    console.note(say("lesson-steps-left", count=found.left))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "draw": draw,
    "source": source,
    "review": review,
    "approve": approve,
    "send-back": send_back,
    "renew": renew,
    "retire": retire,
    "usefulness": usefulness,
    "runs": runs,
    "run": run,
    "checklist": checklist,
    "tick": tick,
    "finish": finish,
}
"""The group's commands by name."""
