"""Live pages: a hub that slices tell after commit, and one event stream for each open page.

A notice says only which topic changed and which thing's id; the page may then ask for pieces of its own again, through
the guard. What many pages show alike (what stands beside them, the lines of a list) is made for all of them at once and
sent down their streams (`rounds`). Whose stream it is and what they may know of is looked up again at least every
heartbeat, and whenever the hub says that the officer changed. The hub itself is in `hub`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action, may, scope_of
from lienlac.ui.guard import needs
from lienlac.ui.hub import BEAT, PIECES, RENEW, Hub
from lienlac.ui.nav import TOPICS
from lienlac.ui.page import safe_path
from lienlac.ui.rounds.open_page import OpenPage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from litestar import Response

    from lienlac.people.officer import Officer
    from lienlac.ui.hub import Listener, Notice
    from lienlac.ui.page import Ask

__all__ = ["HANDLERS", "TOPICS", "Hub", "live"]

_BELIEVED_FOR: Final = timedelta(seconds=limits.LIVE_HEARTBEAT_S)
_RENEWED: Final = (RENEW, "")
_LOOKING: Final = frozenset({BEAT, _RENEWED})


@get("/live", opt=needs(Action.ACCOUNT_OWN, by_itself=True), include_in_schema=False, name="live")
async def live(ask: Ask) -> Stream:
    """The event stream: `?topics=requests,link`. Topics that the officer may not read are refused.

    `at` is the path of the page, `view` the query of what it shows, where that can be sent down the stream; `since` is
    what had been told when the page was made.
    """
    topics = frozenset(ask.query.get("topics", "").split(","))
    if not topics <= TOPICS.keys():
        raise Refused("choice-unknown", field="topics")
    if not may_follow(ask.officer, topics):
        raise NotAllowed("not-found")
    if ask.hub.full or ask.hub.of(_owner(ask)) >= limits.LIVE_PER_SESSION_MAX:
        raise NotAllowed("live-full")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(events(ask, topics, _page(ask)), media_type="text/event-stream", headers=headers)


@get(
    "/live/beside",
    opt=needs(Action.ACCOUNT_OWN, by_itself=True),
    include_in_schema=False,
    sync_to_thread=True,
    name="beside",
)
def beside(ask: Ask) -> Response[str]:
    """What stands beside a page, anew: badges, link state, alert. Asking for it keeps no session alive."""
    path = safe_path(ask.query.get("at", "/"))
    return ask.fragment("_beside.html", path=path, **ask.beside(path))


def _page(ask: Ask) -> OpenPage:
    path, query = safe_path(ask.query.get("at", "/")), ask.query.get("view", "")
    # what is as long as the bound may have been cut there: it would be another view
    known = ask.ground.views.get(path) if 0 < len(query) < limits.LIVE_VIEW_MAX_CHARS else None
    return OpenPage(ask, path, known, query)


def may_follow(officer: Officer, topics: frozenset[str]) -> bool:
    """Whether the officer may read all these topics."""
    return all(may(officer, TOPICS[topic]) for topic in topics)


async def events(ask: Ask, topics: frozenset[str], page: OpenPage | None = None) -> AsyncIterator[bytes]:
    """Notices as events named by topic and, for one thing, `thing-<id>`; pieces as they are; a comment as life sign."""
    page = page or OpenPage(ask, "/")
    # follow only once somebody reads: a stream that is never begun must not stay behind in the hub
    listener = ask.hub.listen(topics, scope_of(ask.officer), _owner(ask), stirred=page.stirred, since=_since(ask))
    page.follow(listener)
    believed_at = ask.now
    try:
        yield b"retry: 3000\n\n"
        while (notice := await listener.next()) is not None:
            # where a browser does not take what it is sent, a beat may come late: nothing is told before it was looked
            if notice in _LOOKING or ask.ground.clock.now() - believed_at >= _BELIEVED_FOR:
                officer = await _officer_now(ask, topics, at_once=notice != BEAT)
                if officer is None:
                    return
                page.another_officer(officer)
                ask.hub.renewed(listener, scope_of(officer))
                believed_at = ask.ground.clock.now()
            for message in _messages(listener, notice):
                yield message
    finally:
        page.gone = True
        ask.hub.leave(listener)


def _messages(listener: Listener, notice: Notice) -> Iterator[bytes]:
    """What a notice looks like in the stream."""
    topic, thing = notice
    if notice == BEAT:
        yield b": alive\n\n"
    elif notice == PIECES:
        yield b"".join(listener.taken())
    elif notice != _RENEWED:
        yield event(topic, thing)
        if thing:
            yield event(f"thing-{thing}", thing)


def event(name: str, data: str) -> bytes:
    """One server-sent event; line breaks cannot leave their field."""
    plain = [text.replace("\r", " ").replace("\n", " ") for text in (name, data)]
    return f"event: {plain[0]}\ndata: {plain[1]}\n\n".encode()


def _since(ask: Ask) -> int | None:
    given = ask.query.get("since", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < limits.LIVE_SINCE_MAX_DIGITS else None


def _owner(ask: Ask) -> str:
    return ask.session.id if ask.session is not None else ""


async def _officer_now(ask: Ask, topics: frozenset[str], *, at_once: bool) -> Officer | None:
    """The stream's officer as they are by now; None ends the stream: signed out, closed, or other rights."""
    beliefs = ask.ground.live.beliefs
    officer = await (beliefs.at_once(ask) if at_once else beliefs.of(ask))
    return officer if officer is not None and may_follow(officer, topics) else None


HANDLERS: Final[tuple[Any, ...]] = (live, beside)
