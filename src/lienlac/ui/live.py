"""Live pages: a hub that slices tell after commit, and one event stream for each open page.

A notice says only which topic changed and which thing's id; the page then asks for its own pieces again, through the
guard. Whose stream it is and what they may know of is looked up again at least every heartbeat, and whenever the hub
says that the officer changed. The hub itself is in `hub`.
"""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import sessions
from lienlac.people.rights import Action, may, scope_of
from lienlac.ui.guard import needs
from lienlac.ui.hub import ALERT, RENEW, Hub
from lienlac.ui.nav import TOPICS
from lienlac.ui.page import safe_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar import Response

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

__all__ = ["HANDLERS", "TOPICS", "Hub", "live"]

_BELIEVED_FOR: Final = timedelta(seconds=limits.LIVE_HEARTBEAT_S)
_ALIVE: Final = ("", "")
"""Nothing happened for a while."""


@get("/live", opt=needs(Action.ACCOUNT_OWN, by_itself=True), include_in_schema=False, name="live")
async def live(ask: Ask) -> Stream:
    """The event stream: `?topics=requests,link`. Topics that the officer may not read are refused."""
    topics = frozenset(ask.query.get("topics", "").split(","))
    if not topics <= TOPICS.keys():
        raise Refused("choice-unknown", field="topics")
    if not may_follow(ask.officer, topics):
        raise NotAllowed("not-found")
    if ask.hub.full or ask.hub.of(_owner(ask)) >= limits.LIVE_PER_SESSION_MAX:
        raise NotAllowed("live-full")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(events(ask, topics), media_type="text/event-stream", headers=headers)


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


def may_follow(officer: Officer, topics: frozenset[str]) -> bool:
    """Whether the officer may read all these topics."""
    return all(may(officer, TOPICS[topic]) for topic in topics)


async def events(ask: Ask, topics: frozenset[str]) -> AsyncIterator[bytes]:
    """Notices as events named by topic and, for one thing, `thing-<id>`; a comment as sign of life."""
    # follow only once somebody reads: a stream that is never begun must not stay behind in the hub
    listener = ask.hub.listen(topics, scope_of(ask.officer), _owner(ask), alerts=ask.ground.nav.alerting)
    believed_at = ask.now
    shown = ""
    try:
        yield b"retry: 3000\n\n"
        while True:
            try:
                notice = await listener.next()
            except TimeoutError:
                notice = _ALIVE
            if notice is None:
                return
            topic, thing = notice
            # where something happens all the time there is never a pause to look in
            if topic == RENEW or ask.ground.clock.now() - believed_at >= _BELIEVED_FOR or notice == _ALIVE:
                officer = await asyncio.to_thread(_officer_now, ask, topics)
                if officer is None:
                    return
                ask.officer_or_none = officer
                ask.hub.renewed(listener, scope_of(officer))
                believed_at = ask.ground.clock.now()
            if notice == _ALIVE:
                yield b": alive\n\n"
            elif notice == ALERT:
                before, shown = shown, await ask.ground.alerts.of(ask)
                if shown != before:
                    yield piece(shown or ask.piece("_alert.html", alerts=[], anew=True))
            elif topic != RENEW:
                yield event(topic, thing)
            if thing:
                yield event(f"thing-{thing}", thing)
    finally:
        ask.hub.leave(listener)


def piece(html: str) -> bytes:
    """A message without a name: the browser puts its pieces where they belong, by their ids."""
    return "".join(f"data: {line}\n" for line in html.splitlines()).encode() + b"\n"


def event(name: str, data: str) -> bytes:
    """One server-sent event; line breaks cannot leave their field."""
    plain = [text.replace("\r", " ").replace("\n", " ") for text in (name, data)]
    return f"event: {plain[0]}\ndata: {plain[1]}\n\n".encode()


def _owner(ask: Ask) -> str:
    return ask.session.id if ask.session is not None else ""


def _officer_now(ask: Ask, topics: frozenset[str]) -> Officer | None:
    """The stream's officer as they are by now; None ends the stream: signed out, closed, or other rights.

    The page of an officer who stands duty now counts as used, though nobody touches it: a screen on the wall must not
    go dark in the middle of a shift. Nobody is fresh by it, and the session ends when it must in any case.
    """
    present, now, at_work = ask.session, ask.ground.clock.now(), ask.ground.at_work
    if present is None:
        return None
    with ask.database.read() as connection:
        officer = sessions.holder(connection, present.id, now)
        watched = (
            officer is not None
            and at_work is not None
            and sessions.wants_touch(present, now)
            and at_work(connection, officer.id, now)
        )
    if watched:
        sessions.keep(ask.database, present.id, now)
        ask.session = dataclasses.replace(present, seen_at=now)
    return officer if officer is not None and may_follow(officer, topics) else None


HANDLERS: Final[tuple[Any, ...]] = (live, beside)
