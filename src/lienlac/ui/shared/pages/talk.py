"""What is said beside the elements: the discussion that members share, and the notes that never leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from litestar import get, post

from lienlac import limits
from lienlac.errors import Refused
from lienlac.records.forms.reader import Reader
from lienlac.records.shared.desk import Say
from lienlac.records.shared.private.store import Kept
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.lines import lines_of
from lienlac.ui.shared.pages.writing import _marks as marks_suggested
from lienlac.ui.shared.typed import instant_of, marks_of
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Remark

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The routes of discussion and notes."""
    rights = subject.shared.shape.rights
    reads, writes = needs(rights.reads), needs(rights.writes)
    address = f"{subject.address}/{{record_id:str}}"

    @get(f"{address}/discussion", opt=reads, sync_to_thread=True, include_in_schema=False)
    def discussion(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _discussion(ask, subject, record_id, Blank(), 200)

    @post(f"{address}/discussion", opt=writes, sync_to_thread=True, include_in_schema=False, status_code=200)
    def remark(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return frame.attempt(
            ask,
            lambda: _remark(ask, subject, record_id),
            lambda wrong, status: _discussion(ask, subject, record_id, wrong, status),
        )

    @get(f"{address}/notes", opt=reads, sync_to_thread=True, include_in_schema=False)
    def notes(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _notes(ask, subject, record_id, Blank(), 200)

    @post(f"{address}/notes", opt=writes, sync_to_thread=True, include_in_schema=False, status_code=200)
    def keep(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return frame.attempt(
            ask,
            lambda: _keep(ask, subject, record_id),
            lambda wrong, status: _notes(ask, subject, record_id, wrong, status),
        )

    @post(f"{address}/notes/{{note_id:str}}/done", opt=writes, sync_to_thread=True, include_in_schema=False)
    def done(ask: Ask, record_id: FromPath[str], note_id: FromPath[str]) -> Response[str]:
        subject.shared.private.done(ask.officer, record_id, note_id)
        return ask.redirect(f"{subject.address}/{record_id}/notes", ask.gettext("Done."))

    @post(f"{address}/notes/{{note_id:str}}/delete", opt=writes, sync_to_thread=True, include_in_schema=False)
    def delete(ask: Ask, record_id: FromPath[str], note_id: FromPath[str]) -> Response[str]:
        subject.shared.private.delete(ask.officer, record_id, note_id)
        return ask.redirect(f"{subject.address}/{record_id}/notes", ask.gettext("The note is gone."))

    return (discussion, remark, notes, keep, done, delete)


def _remark(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    form = ask.form
    said = Said(vi=form.get("text.vi")[: limits.TEXT_MAX_CHARS], en=form.get("text.en")[: limits.TEXT_MAX_CHARS])
    if not said.vi and not said.en:
        raise Refused("field-missing", field="text")
    about, answers = form.get("about") or None, form.get("answers") or None
    say = Say(says=Remark(text=said, about=about, answers=answers), marks=marks_of(form))
    outcome = subject.shared.state(ask.officer, record_id, [say])
    return frame.done(ask, subject, outcome, "/discussion", ask.gettext("Said, and on its way to the other members."))


def _discussion(ask: Ask, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    read = subject.shared.read
    shown = read.room(ask.officer, record_id)
    rows = read.elements(ask.officer, shown.line.id, "remark", newest_first=True, rows=limits.PAGE_MAX_ROWS)
    about_query = ask.query.get("about", "")[:40]
    about = [s.says.about for one, _at in rows for s in one.standing if s.says.about]
    others = read.some(ask.officer, shown.line.id, about)
    first = {name: values[0] for name, values in marks_suggested(shown, subject).items()}
    return frame.page(
        ask, subject, shown, "shared/discussion.html", tab="discussion", status=status, wrong=wrong,
        typed=Blank({**first, **ask.form.values()}), remarks=[one for one, _at in rows],
        lines=lines_of(ask, subject, shown, others.values()),
        about=about_query, live="" if wrong else _talk_at(subject, shown, about_query),
    )  # fmt: skip


def _talk_at(subject: Subject, shown: Room, about: str) -> str:
    at = f"{subject.address}/{shown.line.id}/discussion"
    return f"{at}?about={quote(about)}" if about else at


def _keep(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    form = ask.form
    due = instant_of(form.get("due"), ask.words.time_zone)
    reader = Reader({"due": due} if due else {}, now=ask.now)
    due_at = reader.instant("due", required=False)
    reader.finish()
    kind = Kept.TASK if form.get("kind") == "task" else Kept.NOTE
    element = form.get("element")
    subject.shared.private.keep(ask.officer, record_id, form.get("text"), kind=kind, element=element, due_at=due_at)
    path = f"{subject.address}/{record_id}/e/{element}" if element else f"{subject.address}/{record_id}/notes"
    return ask.redirect(path, ask.gettext("Kept on this node; it never leaves."))


def _notes(ask: Ask, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    notes = subject.shared.private.listed(ask.officer, shown.line.id, rows=limits.PAGE_MAX_ROWS)
    elements = subject.shared.read.some(ask.officer, shown.line.id, [one.element for one in notes if one.element])
    return frame.page(
        ask, subject, shown, "shared/notes.html", tab="notes", status=status, wrong=wrong,
        typed=Blank(ask.form.values()), notes=notes, people=subject.shared.private.names(),
        lines=lines_of(ask, subject, shown, elements.values()),
    )  # fmt: skip
