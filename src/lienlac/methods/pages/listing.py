"""The list of records, with its search; from here two or three are chosen to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from litestar import get

from lienlac import clock, limits
from lienlac.methods.pages import shared
from lienlac.methods.store.records import Cursor
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.searches.routes import make_search

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.methods.desk import Methods
    from lienlac.methods.store.records import Line, Whose
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.METHOD_READ)


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """The list's routes; words are searched for by POST, so that they stand in no address."""

    @get("/methods", opt=_READ, sync_to_thread=True, include_in_schema=False, name="methods")
    def listed(ask: Ask) -> Response[str]:
        return _page(ask, methods, "")

    def found(ask: Ask) -> Response[str]:
        return _page(ask, methods, ask.form.get("words")[: limits.LINE_MAX_CHARS])

    return (listed, *make_search("/methods/search", _READ, found, home="/methods"))


def _page(ask: Ask, methods: Methods, words: str) -> Response[str]:
    asked = ask.query.get("whose", "all")
    whose = cast("Whose", asked if asked in ("all", "ours", "theirs") and not words else "all")
    after = _cursor(ask.query.get("after", ""))
    rows = methods.listed(ask.officer, whose=whose, words=words, after=after, rows=limits.PAGE_DEFAULT_ROWS + 1)
    shown, more = rows[: limits.PAGE_DEFAULT_ROWS], rows[limits.PAGE_DEFAULT_ROWS :]
    return ask.page(
        "methods/list.html",
        title=ask.gettext("Methods and tricks"),
        whose=whose,
        rows=shown,
        typed_words=words,
        node_names=methods.node_names(ask.language),
        node_id=methods.node_id,
        older=_older(whose, shown[-1]) if more and not words else "",
        newest=f"/methods?whose={whose}" if after is not None else "",
        **shared.values(ask),
    )


def _older(whose: str, last: Line) -> str:
    return f"/methods?whose={whose}&after={clock.to_us(last.updated_at)}.{last.method_id}"


def _cursor(text: str) -> Cursor | None:
    at, _, method_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        return None
    return Cursor(updated_us=int(at), method_id=method_id[:40])
