"""The list of channels, with its search; the place in the nav; and the alert on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac import clock, limits
from lienlac.emergencies.pages import showing
from lienlac.emergencies.store.lines import Cursor
from lienlac.emergencies.views.timeline import handings, seat_for
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, NavItem, ToSome, nobody
from lienlac.ui.searches.routes import make_search
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.emergencies.desk import Emergencies
    from lienlac.emergencies.store.lines import Line
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.EMERGENCY_READ)
_LIVE: Final = {"open": True, "ended": False, "all": None}


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """The list's routes; words are searched for by POST, so that they stand in no address."""

    @get("/emergencies", opt=_READ, sync_to_thread=True, include_in_schema=False, name="emergencies")
    def listed(ask: Ask) -> Response[str]:
        return _page(ask, emergencies, words="")

    def found(ask: Ask) -> Response[str]:
        return _page(ask, emergencies, words=ask.form.get("words")[: limits.LINE_MAX_CHARS])

    return (listed, *make_search("/emergencies/search", _READ, found, home="/emergencies"))


def _page(ask: Ask, emergencies: Emergencies, *, words: str) -> Response[str]:
    show = "all" if words else ask.query.get("show", "open")
    show = show if show in _LIVE else "open"
    after = _cursor(ask.query.get("after", ""))
    rows = emergencies.listed(
        ask.officer, live=_LIVE[show], words=words, after=after, rows=limits.PAGE_DEFAULT_ROWS + 1
    )
    shown, more = rows[: limits.PAGE_DEFAULT_ROWS], rows[limits.PAGE_DEFAULT_ROWS :]
    older = _older(show, shown[-1]) if more and not words else ""
    return ask.page(
        "emergencies/list.html",
        title=ask.gettext("Emergencies"),
        show=show,
        rows=shown,
        typed_words=words,
        counts=emergencies.counts(ask.officer),
        peer_names=emergencies.peer_names(ask.language),
        older=older,
        newest=f"/emergencies?show={show}" if after is not None else "",
        **showing.values(),
    )


def _older(show: str, last: Line) -> str:
    return f"/emergencies?show={show}&after={clock.to_us(last.opened_at)}.{last.emergency_id}"


def _cursor(text: str) -> Cursor | None:
    at, _, emergency_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        return None
    return Cursor(opened_us=int(at), emergency_id=emergency_id[:40])


def nav_items(emergencies: Emergencies) -> tuple[NavItem, ...]:
    """One place; its number is what nobody here has answered."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return len(emergencies.waiting(connection, officer))

    return (
        NavItem(
            label=N_("Emergencies"),
            path="/emergencies",
            action=Action.EMERGENCY_READ,
            order=12,
            badge=waiting,
            concerns=nobody,
        ),
    )


def alert(emergencies: Emergencies) -> AlertMaker:
    """Channels that nobody here has answered, and those that were handed over to this officer."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = emergencies.waiting(connection, officer)
        if not found:
            return _handed(emergencies, connection, officer, words)
        first = found[0]
        text = words.ngettext(
            "An emergency that nobody has answered:", "%(n)s emergencies that nobody has answered, first:", len(found)
        )
        drill = f"{words.gettext('Drill')} · " if first.drill else ""
        title = first.title_vi if words.language == "vi" else first.title_en
        return Alert(
            count=len(found),
            text=text,
            label=f"{drill}{first.reference} · {title}",
            path=f"/emergencies/{first.emergency_id}",
            due_at=first.due_at if first.due_clock == "acknowledge" else None,
            ring=" ".join(one.emergency_id for one in found),
        )

    return ToSome(make, emergencies.concerned)


def _handed(emergencies: Emergencies, connection: Connection, officer: Officer, words: Words) -> Alert | None:
    for emergency in emergencies.handed_to(connection, officer):
        side = emergency.side_of(emergencies.node_id)
        seat = seat_for(emergency.id, officer.id)
        by = next(one.body.officer.name for one in handings(emergency, side) if one.body.to_seat == seat)
        return Alert(
            count=1,
            text=words.gettext("%(name)s has handed over to you:", name=by),
            label=emergency.reference,
            path=f"/emergencies/{emergency.id}",
            ring=f"hand-{emergency.id}",
        )
    return None
