"""The duty inbox: two directions, counters, filters, search, live rows."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from litestar import get

from lienlac import limits
from lienlac.hotline.inbox import pages as saved_pages
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.line import amount_of, query_words
from lienlac.hotline.inbox.saved.desk import SOON
from lienlac.hotline.inbox.view import decode_cursor, encode_cursor
from lienlac.hotline.lifecycle import Stage
from lienlac.hotline.pages import names
from lienlac.people.rights import Action, may, scope_of
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, NavItem, View, nobody
from lienlac.ui.page import Blank
from lienlac.ui.render import Shared
from lienlac.ui.searches.routes import make_search
from lienlac.ui.words import N_
from lienlac.vocabulary import request_kinds, urgencies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response
    from markupsafe import Markup
    from sqlalchemy import Connection

    from lienlac.errors import LienlacError
    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.inbox.store import Summary
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import Views
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words
    from lienlac.wire.bodies.agreement import Agreement, ContactPoint

RINGING_MAX: Final = 50
"""How many new requests are told apart by the sound."""
_READ: Final = needs(Action.REQUEST_READ)
_READ_BY_ITSELF: Final = needs(Action.REQUEST_READ, by_itself=True)
_FILTERS: Final = ("direction", "stage", "kind", "urgency", "peer", "due", "state")


def nav_items(hotline: Hotline) -> tuple[NavItem, ...]:
    """The inbox in the nav, with the number of requests that wait for this desk."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return lines.waiting_count(connection, scope_of(officer), hotline.now() + SOON)

    return (
        NavItem(
            label=N_("Duty inbox"),
            path="/requests",
            action=Action.REQUEST_READ,
            order=10,
            badge=waiting,
            concerns=nobody,
        ),
        NavItem(label=N_("New request"), path="/requests/new", action=Action.REQUEST_OPEN, order=11),
    )


def alert(connection: Connection, officer: Officer, words: Words) -> Alert | None:
    """New requests that nobody has acknowledged, for those who may acknowledge; it stays until somebody does."""
    if not may(officer, Action.REQUEST_ANSWER):
        return None
    count, first = lines.fresh(connection, scope_of(officer))
    if first is None:
        return None
    text = words.ngettext(
        "One new request waits to be acknowledged:", "%(n)s new requests wait to be acknowledged, first:", count
    )
    drill = f"{words.gettext('Drill')} · " if first.drill else ""
    label = f"{drill}{first.reference} · {urgencies.label(first.urgency, words.language)}"
    ring = " ".join(f"new-{number}" for number in range(1, min(count, RINGING_MAX) + 1))
    path = f"/requests/{first.request_id}"
    return Alert(count=count, text=text, label=label, path=path, due_at=first.due_at, ring=ring)


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The inbox's routes."""
    row = _row()

    def drawn(ask: Ask, given: Mapping[str, str], words: str = "") -> dict[str, Any]:
        alike = _inbox(ask, hotline, row, given, words)
        return {**alike, **saved_pages.shown(ask, hotline, alike["kept"])}

    @get("/requests", opt=_READ, sync_to_thread=True, include_in_schema=False, name="requests")
    def inbox_page(ask: Ask) -> Response[str]:
        return ask.page("hotline/inbox.html", **drawn(ask, ask.query or _preferred(ask, hotline)))

    @get("/requests/rows", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False, name="request-rows")
    def inbox_rows(ask: Ask) -> Response[str]:
        return ask.fragment("hotline/_inbox.html", **drawn(ask, ask.query))

    @get("/requests/filters", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False, name="request-filters")
    def filters(ask: Ask) -> Response[str]:
        """The saved filters with their numbers anew."""
        return ask.fragment(
            "hotline/_inbox_saved.html", query=urlencode(ask.query), **saved_pages.listed(ask, hotline, ask.query)
        )

    def found(ask: Ask) -> Response[str]:
        words = ask.form.get("words")[: limits.LINE_MAX_CHARS]
        return ask.page("hotline/inbox.html", **drawn(ask, ask.form.values(), words))

    search = make_search("/requests/search", _READ, found, home="/requests")
    return (inbox_page, inbox_rows, filters, *search, *saved_pages.make_handlers(hotline))


@functools.cache
def _row() -> Shared:
    """One for the page and for what comes down its stream: both show the same lines."""
    return Shared(
        "hotline/_row.html",
        kept=limits.ROWS_KEPT,
        names=names,
        urgencies=urgencies,
        request_kinds=request_kinds,
        amount_of=amount_of,
    )


def views_of(hotline: Hotline) -> Views:
    """The inbox by each of its filters, for all who look at the same: lines and numbers, not one's saved filters."""
    row = _row()

    def draw(ask: Ask) -> Markup:
        return ask.piece("hotline/_inbox_shown.html", **_inbox(ask, hotline, row, ask.query, ""))

    return {"/requests": View(topics=frozenset({"requests"}), action=Action.REQUEST_READ, draw=draw)}


def _preferred(ask: Ask, hotline: Hotline) -> dict[str, str]:
    """With which filter this officer's inbox opens."""
    choice = hotline.saved.preferred(ask.officer)
    return {} if choice is None else saved_pages.address_of(choice)


def names_of_peers(ask: Ask, hotline: Hotline) -> dict[str, str]:
    """Every peer's name in the reader's language, by node id."""
    return {peer.node_id: peer.name_vi if ask.language == "vi" else peer.name_en for peer in hotline.peers()}


def said_of(ask: Ask, hotline: Hotline, error: LienlacError) -> str:
    """An error's sentence with names in it where it has codes: of the partner, the step, the state, the kind."""
    said = names_of_peers(ask, hotline)
    said |= {code: ask.gettext(text) for code, text in (*names.STATES.items(), *names.STEPS.items())}
    said |= dict(request_kinds.choices(ask.language))
    error.details = {name: said.get(str(value), value) for name, value in error.details.items()}
    return ask.sentence(error)


def agreement_with(hotline: Hotline, peer_id: str) -> Agreement | None:
    """The agreement in force with a peer."""
    return next((known.terms.agreement for known in hotline.partners() if known.node_id == peer_id), None)


def contact_of(agreement: Agreement | None, node_id: str) -> ContactPoint | None:
    """Who answers there day and night, as the agreement names them."""
    parties = () if agreement is None else agreement.parties
    return next((party.contact for party in parties if party.node_id == node_id), None)


def _rows(ask: Ask, row: Shared, lines_: list[Summary], peers: Mapping[str, str], *, picking: bool) -> Markup:
    """The lines of a page; the peer stands in them only where there are several."""
    several = len(peers) > 1
    given = (
        {
            "row": line,
            "peer": peers.get(line.peer, line.peer) if several else "",
            "picking": picking,
            "now": None if line.due_at is None else ask.words.as_of(line.due_at, ask.now),
        }
        for line in lines_
    )
    return row.each(ask.ground.environment, ask.words, given)


def _inbox(ask: Ask, hotline: Hotline, row: Shared, given: Mapping[str, str], words: str) -> dict[str, Any]:
    """Everything that is the same for all of this sight. Unknown filter values show nothing rather than fail."""
    chosen = {name: given[name] for name in _FILTERS if given.get(name)}
    direction = "out" if chosen.get("direction") == "out" else "in"
    stage_name = chosen.get("stage", "all" if words else "open")
    stage = Stage(stage_name) if stage_name in list(Stage) else None
    due = chosen.get("due", "")
    after = lines.Cursor(*decode_cursor(given["cursor"])) if given.get("cursor") else None
    wanted = lines.Filter(
        direction=direction,
        stage=Stage.OPEN if due else stage,
        kind=chosen.get("kind"),
        urgency=chosen.get("urgency"),
        peer=chosen.get("peer"),
        state=chosen.get("state"),
        due_from=ask.now if due == "soon" else None,
        due_until=ask.now + SOON if due == "soon" else ask.now if due == "overdue" else None,
        words=query_words(words),
    )
    page = hotline.inbox(ask.officer, wanted, after=after, rows=limits.PAGE_DEFAULT_ROWS)
    counts = hotline.counts(ask.officer, ask.now + SOON)
    peer_names = names_of_peers(ask, hotline)
    picking = direction == "in" and may(ask.officer, Action.REQUEST_ANSWER)
    kept = {name: value for name, value in chosen.items() if name != "direction"} | {"direction": direction}
    following = "" if page.after is None else encode_cursor(page.after.order_us, page.after.request_id)
    query = urlencode(kept | ({"cursor": given["cursor"]} if given.get("cursor") else {}))
    older = "/requests?" + urlencode({**kept, "cursor": following}) if following and not words else ""
    return {
        "title": ask.gettext("Duty inbox"),
        "direction": direction,
        "stage": stage_name,
        "chosen": Blank(chosen),
        "kept": kept,
        "query": query,
        "view": query if not words and len(query) < limits.LIVE_VIEW_MAX_CHARS else "",
        "typed_words": words,
        "rows": _rows(ask, row, page.rows, peer_names, picking=picking),
        "counts": counts[direction],
        "both": counts,
        "older": older,
        "found_further": following if words else "",
        "newest": f"/requests?{urlencode(kept)}" if after is not None else "",
        "peers": list(peer_names.items()),
        "names": names,
        "urgencies": urgencies,
        "request_kinds": request_kinds,
        "picking": picking,
        "waiting": hotline.second.waiting(ask.officer) if direction == "in" else [],
        "filtered": bool(words or due or set(chosen) - {"direction", "stage"}),
    }
