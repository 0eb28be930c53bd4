"""Elements of one kind as a list, and one element: every side's column, all versions, where our own have gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.lines import lines_of
from lienlac.ui.shared.pages.listing import cursor_of

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.ui.page import Ask, Blank
    from lienlac.ui.shared.sheet import Subject


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The routes of lists and of one element."""
    rights = subject.shared.shape.rights
    reads, writes = needs(rights.reads), needs(rights.writes)
    address = f"{subject.address}/{{record_id:str}}"

    @get(f"{address}/{{sheet_path:str}}", opt=reads, sync_to_thread=True, include_in_schema=False)
    def listed(ask: Ask, record_id: FromPath[str], sheet_path: FromPath[str]) -> Response[str]:
        return _list(ask, subject, record_id, sheet_path, "")

    @post(f"{address}/{{sheet_path:str}}/search", opt=reads, sync_to_thread=True, include_in_schema=False)
    def search(ask: Ask, record_id: FromPath[str], sheet_path: FromPath[str]) -> Response[str]:  # noqa: ARG001  # named by the path
        return ask.search()

    @get(f"{address}/{{sheet_path:str}}/search/{{asked:str}}", opt=reads, sync_to_thread=True, include_in_schema=False)
    def found(ask: Ask, record_id: FromPath[str], sheet_path: FromPath[str], asked: FromPath[str]) -> Response[str]:
        if not ask.recall(asked):
            return ask.forgotten(f"{subject.address}/{record_id}/{sheet_path}")
        return _list(ask, subject, record_id, sheet_path, ask.form.get("words")[: limits.LINE_MAX_CHARS])

    @get(f"{address}/e/{{element_id:str}}", opt=reads, sync_to_thread=True, include_in_schema=False)
    def element(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[str]:
        return page(ask, subject, record_id, element_id)

    @post(f"{address}/e/{{element_id:str}}/retract", opt=writes, sync_to_thread=True, include_in_schema=False,
          status_code=200)  # fmt: skip
    def retract(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            outcome = subject.shared.retract(ask.officer, record_id, element_id, ask.form.get("reason"))
            return frame.done(
                ask, subject, outcome, f"/e/{element_id}", ask.gettext("Taken back; it stays to be seen.")
            )

        return frame.attempt(
            ask, work, lambda wrong, status: page(ask, subject, record_id, element_id, wrong=wrong, status=status)
        )

    return (element, retract, search, found, listed)


def _list(ask: Ask, subject: Subject, record_id: str, path: str, words: str) -> Response[str]:
    sheet = subject.sheet(path)
    if sheet is None:
        raise NotAllowed("not-found")
    read = subject.shared.read
    shown = read.room(ask.officer, record_id)
    state, gone = ask.query.get("state", ""), ask.query.get("gone") == "1"
    states = (state,) if state in {code for code, _label in sheet.states} and not words else ()
    after = cursor_of(ask.query.get("after", ""))
    rows = read.elements(
        ask.officer, shown.line.id, sheet.kind, states=states, gone=gone, words=words, after=after,
        newest_first=sheet.newest_first, rows=limits.PAGE_DEFAULT_ROWS + 1,
    )  # fmt: skip
    page_rows, more = rows[: limits.PAGE_DEFAULT_ROWS], rows[limits.PAGE_DEFAULT_ROWS :]
    here = f"{subject.address}/{shown.line.id}/{path}?state={state if states else ''}{'&gone=1' if gone else ''}"
    last = f"{clock.to_us(page_rows[-1][1])}.{page_rows[-1][0].id}" if page_rows else ""
    return frame.page(
        ask, subject, shown, "shared/elements.html", tab=path, live="" if words or after else here,
        sheet=sheet, state=state if states else "", gone=gone,
        rows=[(one, subject.shared.shape.look(one), at) for one, at in page_rows], typed_words=words,
        lines=lines_of(ask, subject, shown, [one for one, _at in page_rows]),
        older=f"{here}&after={last}" if more and not words else "", newest=here if after is not None else "",
    )  # fmt: skip


def page(
    ask: Ask, subject: Subject, record_id: str, element_id: str, *, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    """One element."""
    read = subject.shared.read
    shown = read.room(ask.officer, record_id)
    told = read.told(ask.officer, shown.line.id, element_id)
    sheet = subject.of_kind(told.element.kind)
    if sheet is None:  # it stands on a page of its own, as a word of the discussion does
        below = subject.place(told.element.kind, element_id)
        if below == f"/e/{element_id}":
            raise NotAllowed("not-found")
        return ask.redirect(f"{subject.address}/{shown.line.id}{below}#{element_id}")
    mine = told.element.columns.get(subject.shared.node_id)
    named = [one for field in sheet.fields if field.kind in {"ref", "refs"} for one in _refs(told.element, field.name)]
    others = read.some(ask.officer, shown.line.id, named)
    notes = subject.shared.private.listed(ask.officer, shown.line.id, rows=limits.PAGE_MAX_ROWS)
    values = {"wrong": wrong} if wrong is not None else {}
    return frame.page(
        ask, subject, shown, "shared/element.html", tab=sheet.path, status=status, sheet=sheet, told=told, mine=mine,
        live="" if wrong is not None else f"{subject.address}/{shown.line.id}/e/{element_id}",
        element=told.element, glance=subject.shared.shape.look(told.element),
        lines=lines_of(ask, subject, shown, [told.element, *others.values()]),
        notes=[one for one in notes if one.element == element_id], **values,
    )  # fmt: skip


def _refs(element: Any, name: str) -> list[str]:
    found: list[str] = []
    for one in element.standing:
        value = getattr(one.says, name, None)
        found += [value] if isinstance(value, str) and value else list(value or ())
    return found
