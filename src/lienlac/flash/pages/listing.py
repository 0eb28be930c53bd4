"""The list of warnings, with its search; the place in the nav; and the alert on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from litestar import get

from lienlac import clock, limits
from lienlac.flash.pages import showing
from lienlac.flash.store.lines import Cursor
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, NavItem, ToSome, nobody
from lienlac.ui.searches.routes import make_search
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.flash.desk import Warnings
    from lienlac.flash.store.lines import Line, Show
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.FLASH_READ)
_SHOWS: Final = ("standing", "unread", "over", "all")


def make_handlers(warnings: Warnings) -> tuple[Any, ...]:
    """The list's routes; words are searched for by POST, so that they stand in no address."""

    @get("/warnings", opt=_READ, sync_to_thread=True, include_in_schema=False, name="warnings")
    def listed(ask: Ask) -> Response[str]:
        return _page(ask, warnings, words="")

    def found(ask: Ask) -> Response[str]:
        return _page(ask, warnings, words=ask.form.get("words")[: limits.LINE_MAX_CHARS])

    return (listed, *make_search("/warnings/search", _READ, found, home="/warnings"))


def _page(ask: Ask, warnings: Warnings, *, words: str) -> Response[str]:
    asked = "all" if words else ask.query.get("show", "standing")
    show = cast("Show", asked if asked in _SHOWS else "standing")
    after = _cursor(ask.query.get("after", ""))
    rows = warnings.listed(ask.officer, show=show, words=words, after=after, rows=limits.PAGE_DEFAULT_ROWS + 1)
    shown, more = rows[: limits.PAGE_DEFAULT_ROWS], rows[limits.PAGE_DEFAULT_ROWS :]
    return ask.page(
        "flash/list.html",
        title=ask.gettext("Flash warnings"),
        show=show,
        rows=shown,
        typed_words=words,
        counts=warnings.counts(ask.officer),
        peer_names=warnings.peer_names(ask.language),
        older=_older(show, shown[-1]) if more and not words else "",
        newest=f"/warnings?show={show}" if after is not None else "",
        **showing.values(),
    )


def _older(show: str, last: Line) -> str:
    return f"/warnings?show={show}&after={clock.to_us(last.warned_at)}.{last.warning_id}"


def _cursor(text: str) -> Cursor | None:
    at, _, warning_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        return None
    return Cursor(warned_us=int(at), warning_id=warning_id[:40])


def nav_items(warnings: Warnings) -> tuple[NavItem, ...]:
    """One place; its number is what nobody here has acknowledged."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return len(warnings.unread(connection, officer))

    return (
        NavItem(
            label=N_("Flash warnings"),
            path="/warnings",
            action=Action.FLASH_READ,
            order=13,
            badge=waiting,
            concerns=nobody,
        ),
    )


def alert(warnings: Warnings) -> AlertMaker:
    """Warnings that nobody here has acknowledged."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = warnings.unread(connection, officer)
        if not found:
            return None
        first = found[0]
        text = words.ngettext(
            "A flash warning that nobody has acknowledged:",
            "%(n)s flash warnings that nobody has acknowledged, first:",
            len(found),
        )
        drill = f"{words.gettext('Drill')} · " if first.drill else ""
        title = first.title_vi if words.language == "vi" else first.title_en
        return Alert(
            count=len(found),
            text=text,
            label=f"{drill}{first.reference} · {title}",
            path=f"/warnings/{first.warning_id}",
            due_at=first.due_at,
            ring=" ".join(f"{one.warning_id}.{one.versions}" for one in found),
        )

    return ToSome(make, nobody)
