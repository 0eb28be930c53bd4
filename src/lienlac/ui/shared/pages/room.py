"""A record's first page: what it is on each side, who takes part, what changed since this officer looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

from lienlac import limits
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.records.shared.fold import Statement
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import SheetOf, Subject

NEWS_SHOWN = 20


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The routes of the first page and of the history."""
    reads = needs(subject.shared.shape.rights.reads)
    address = f"{subject.address}/{{record_id:str}}"

    @get(address, opt=reads, sync_to_thread=True, include_in_schema=False, name=f"{subject.name}-record")
    def first(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        news = subject.shared.read.history(ask.officer, shown.line.id, after=shown.seen, rows=NEWS_SHOWN + 1)
        return frame.page(
            ask, subject, shown, "shared/room.html", tab="", live=f"{subject.address}/{shown.line.id}",
        news=described(ask, subject, shown, news[:NEWS_SHOWN]),
            more_news=len(news) > NEWS_SHOWN, overview=subject.overview(ask, shown),
        )  # fmt: skip

    @post(f"{address}/seen", opt=reads, sync_to_thread=True, include_in_schema=False, status_code=200)
    def seen(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        subject.shared.read.see(ask.officer, record_id)
        return ask.redirect(f"{subject.address}/{record_id}", ask.gettext("What comes from now on is new to you."))

    @get(f"{address}/history", opt=reads, sync_to_thread=True, include_in_schema=False)
    def history(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        before = ask.number("before", default=0, low=0, high=10**9) or None
        found = subject.shared.read.history(
            ask.officer, shown.line.id, before=before, rows=limits.PAGE_DEFAULT_ROWS + 1
        )
        page, more = found[: limits.PAGE_DEFAULT_ROWS], found[limits.PAGE_DEFAULT_ROWS :]
        here = f"{subject.address}/{shown.line.id}/history"
        return frame.page(
            ask, subject, shown, "shared/history.html", tab="history", live="" if before else here,
        news=described(ask, subject, shown, page),
            older=f"{here}?before={page[-1].position}" if more else "", newest=here if before else "",
        )  # fmt: skip

    return (first, seen, history)


def described(ask: Ask, subject: Subject, shown: Room, statements: list[Statement]) -> list[dict[str, Any]]:
    """Statements as a person reads them: who said what of which element, and whether anything of it changed."""
    elements = subject.shared.read.some(ask.officer, shown.line.id, [one.element for one in statements])
    names, found = subject.names(ask.language), []
    lines = lines_of(ask, subject, shown, elements.values())
    for one in statements:
        sheet = subject.of_kind(one.kind)
        found.append(
            {
                "statement": one,
                "what": _what(ask, subject, one, sheet),
                "line": _line(names, one, lines),
                "address": f"{subject.address}/{shown.line.id}{subject.place(one.kind, one.element)}",
                "act": _act(one),
            }
        )
    return found


def _what(ask: Ask, subject: Subject, one: Statement, sheet: SheetOf | None) -> str:
    if one.kind == "member":
        return ask.gettext("Who takes part")
    if sheet is None and one.kind in subject.called:
        return ask.gettext(subject.called[one.kind])
    return ask.gettext("Discussion") if one.kind == "remark" else "" if sheet is None else ask.gettext(sheet.one)


def _line(names: Mapping[str, str], one: Statement, lines: Mapping[str, str]) -> str:
    """A member by its name; anything else as lists show it."""
    if one.kind == "member" and one.says is not None:
        return names.get(one.says.node, one.says.node)
    return lines.get(one.element, "")


def _act(one: Statement) -> str:
    if one.says is None:
        return "taken-back"
    return "first" if one.version == 1 else "changed"
