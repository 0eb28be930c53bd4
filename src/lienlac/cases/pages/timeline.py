"""A timeline of another tool is looked through and taken in, or a case of another program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get, post

from lienlac import limits
from lienlac.people.rights import Action
from lienlac.records.forms.reader import Reader
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import reason_of
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import instant_of, marks_of

if TYPE_CHECKING:
    from datetime import datetime

    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.cases.timeline.desk import Look, Taken
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_WRITE = needs(Action.CASE_WRITE)


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The page, and what it sends."""

    @get("/cases/{record_id:str}/take-timeline", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def import_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, cases, subject, record_id, Form({"marks.tlp": ["amber"], "marks.pap": ["amber"]}))

    @post(
        "/cases/{record_id:str}/take-timeline",
        opt=_WRITE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def take(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form

        def work() -> Response[str]:
            since, until, after = _window(form, ask)
            pieces = cases.exhibits.pieces_of(ask.officer, form.get("file"))
            if form.get("kind") in {"stix", "iris"}:
                new, left = cases.imports.take(ask.officer, record_id, form.get("kind"), pieces(), marks_of(form))
                told = ", ".join(f"{kind} {many}" for kind, many in left.items())
                said = ask.gettext("%(new)s entries are new in the case. Left out: %(left)s.")
                return ask.redirect(f"/cases/{record_id}", said % {"new": new, "left": told or "0"})
            if form.get("look"):
                look = cases.timelines.look(pieces, since=since, until=until)
                return _page(ask, cases, subject, record_id, form, look=look)
            taken = cases.timelines.take(
                ask.officer, record_id, pieces, marks_of(form), since=since, until=until, after=after
            )
            if taken.following is not None:
                return _page(ask, cases, subject, record_id, form, look=taken.look, taken=taken)
            said = ask.gettext("The timeline holds all %(rows)s rows of the file; %(new)s of this part are new.")
            return ask.redirect(
                f"/cases/{record_id}/timeline",
                said % {"rows": ask.words.number(taken.look.good), "new": ask.words.number(taken.new)},
            )

        def again(wrong: Blank, status: int) -> Response[str]:
            return _page(ask, cases, subject, record_id, form, wrong=wrong, status=status)

        return frame.attempt(ask, work, again)

    return (import_page, take)


def _window(form: Form, ask: Ask) -> tuple[datetime | None, datetime | None, int]:
    """The chosen time, and behind which row a part begins."""
    typed: dict[str, Any] = {
        name: instant_of(form.get(name), ask.words.time_zone) for name in ("since", "until") if form.get(name)
    }
    behind = form.get("after")
    if behind:
        typed["after"] = int(behind) if behind.isdecimal() and len(behind) < 12 else behind
    reader = Reader(typed, now=ask.now)
    since, until = reader.instant("since", required=False), reader.instant("until", required=False)
    after = reader.whole("after", low=0, high=limits.CASE_IMPORT_MAX_BYTES, default=0)
    reader.finish()
    return since, until, after


def _page(
    ask: Ask,
    cases: Cases,
    subject: Subject,
    record_id: str,
    form: Form,
    *,
    wrong: Blank | None = None,
    status: int = 200,
    look: Look | None = None,
    taken: Taken | None = None,
) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    tray = cases.exhibits.tray(ask.officer) if ask.may(Action.ATTACHMENT_ADD, shown.thing) else []
    return frame.page(
        ask,
        subject,
        shown,
        "cases/import.html",
        tab="timeline",
        status=status,
        form=form,
        typed=Blank(form.values()),
        wrong=wrong or Blank(),
        look=look,
        taken=taken,
        why=lambda code: reason_of(code, ask.language),
        tray=[(one.upload_id, f"{one.name} ({one.size_bytes})") for one in tray if not one.held],
    )
