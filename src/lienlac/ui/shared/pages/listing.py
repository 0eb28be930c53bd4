"""The list of a subject's records, with its search; invitations that wait for an answer stand first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get

from lienlac import clock, limits
from lienlac.ui.guard import needs
from lienlac.ui.searches.routes import make_search
from lienlac.ui.shared.pages.frame import topics_of as list_topics
from lienlac.ui.shared.pages.frame import words as frame_words

if TYPE_CHECKING:
    from datetime import datetime

    from litestar import Response

    from lienlac.records.shared.store.lines import Line
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_PARTS = {"": (), "in": ("in",), "invited": ("invited",), "over": ("declined", "left", "removed")}


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The list's routes; words are searched for by POST, so that they stand in no address."""
    reads = needs(subject.shared.shape.rights.reads)

    @get(subject.address, opt=reads, sync_to_thread=True, include_in_schema=False, name=f"{subject.name}-list")
    def listed(ask: Ask) -> Response[str]:
        return _page(ask, subject, "")

    def found(ask: Ask) -> Response[str]:
        return _page(ask, subject, ask.form.get("words")[: limits.LINE_MAX_CHARS])

    return (listed, *make_search(f"{subject.address}/search", reads, found, home=subject.address))


def _page(ask: Ask, subject: Subject, words: str) -> Response[str]:
    part = ask.query.get("part", "")
    part = part if part in _PARTS and not words else ""
    state = ask.query.get("state", "")
    known = {code for code, _label in subject.top.states}
    states = (state,) if state in known and not words else ()
    after = cursor_of(ask.query.get("after", ""))
    read = subject.shared.read
    rows = read.listed(
        ask.officer, states=states, parts=_PARTS[part], words=words, after=after, rows=limits.PAGE_DEFAULT_ROWS + 1
    )
    waiting = (
        read.listed(ask.officer, parts=("invited",), rows=limits.PAGE_DEFAULT_ROWS) if not (words or after) else []
    )
    shown, more = rows[: limits.PAGE_DEFAULT_ROWS], rows[limits.PAGE_DEFAULT_ROWS :]
    here = f"{subject.address}?part={part}&state={states[0] if states else ''}"
    return ask.page(
        "shared/list.html",
        topics=list_topics(ask, subject),
        live="" if words or after else here,
        title=ask.gettext(subject.title),
        subject=subject,
        rows=shown,
        waiting=waiting if part != "invited" else [],
        part=part,
        state=states[0] if states else "",
        typed_words=words,
        older=f"{here}&after={_cursor(shown[-1])}" if more and not words else "",
        newest=here if after is not None else "",
        **frame_words(ask, subject),
    )


def _cursor(last: Line) -> str:
    return f"{clock.to_us(last.changed_at)}.{last.id}"


def cursor_of(text: str) -> tuple[datetime, str] | None:
    """Where a page ended; None for what is none of ours."""
    at, _, name = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 17 and name):
        return None
    return clock.from_us(int(at)), name[:40]
