"""Live pages: a hub that slices tell after commit, and one event stream for each open page.

A notice says only which topic changed and which thing's id; the page then asks for its own pieces again, through the
guard. Queues are bounded: a browser that does not keep up is told once to load everything again.
"""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from litestar import get
from litestar.concurrency import sync_to_thread
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import sessions
from lienlac.people.rights import Action, may
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

TOPICS: Final = {
    "requests": Action.REQUEST_READ,
    "link": Action.PEER_READ,
    "log": Action.LOG_READ,
}
"""What a page may follow, and who may."""

_RELOAD: Final = ("reload", "")


class Hub:
    """Thread-safe. `notify` may be called from anywhere, best as `database.after_commit(connection, …)`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[Listener] = set()

    def notify(self, topic: str, thing: str = "") -> None:
        """Tell every page that follows the topic; `thing` is an id, never content."""
        with self._lock:
            following = [listener for listener in self._listeners if topic in listener.topics]
        for listener in following:
            listener.put((topic, thing))

    def listen(self, topics: frozenset[str]) -> Listener:
        """Follow topics from the running event loop; raises `NotAllowed("live-full")`."""
        listener = Listener(topics, asyncio.get_running_loop())
        with self._lock:
            if len(self._listeners) >= limits.LIVE_CLIENTS_MAX:
                raise NotAllowed("live-full")
            self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """No longer follow."""
        with self._lock:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End every stream, so that a node can stop at once."""
        with self._lock:
            following = list(self._listeners)
        for listener in following:
            listener.put(None)

    def __len__(self) -> int:
        return len(self._listeners)


class Listener:
    """One open page: a bounded queue in its own event loop."""

    def __init__(self, topics: frozenset[str], loop: asyncio.AbstractEventLoop) -> None:
        self.topics = topics
        self._loop = loop
        self._queue: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue(limits.LIVE_QUEUE_MAX)

    def put(self, notice: tuple[str, str] | None) -> None:
        """From any thread."""
        try:
            self._loop.call_soon_threadsafe(self._put, notice)
        except RuntimeError:
            return  # the loop has ended, and with it whoever listened

    async def next(self) -> tuple[str, str] | None:
        """The next notice; None when the hub closes. Raises TimeoutError after a heartbeat's time."""
        async with asyncio.timeout(limits.LIVE_HEARTBEAT_S):
            return await self._queue.get()

    def _put(self, notice: tuple[str, str] | None) -> None:
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            notice = None if notice is None else _RELOAD
        self._queue.put_nowait(notice)


@get("/live", opt=needs(Action.ACCOUNT_OWN), include_in_schema=False, name="live")
async def live(ask: Ask) -> Stream:
    """The event stream: `?topics=requests,link`. Topics that the officer may not read are refused."""
    topics = frozenset(ask.query.get("topics", "").split(","))
    if not topics <= TOPICS.keys():
        raise Refused("choice-unknown", field="topics")
    if not may_follow(ask.officer, topics):
        raise NotAllowed("not-found")
    listener = ask.hub.listen(topics)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_events(ask, listener), media_type="text/event-stream", headers=headers)


def may_follow(officer: Officer, topics: frozenset[str]) -> bool:
    """Whether the officer may read all these topics."""
    return all(may(officer, TOPICS[topic]) for topic in topics)


async def _events(ask: Ask, listener: Listener) -> AsyncIterator[bytes]:
    """Notices as events named by topic and, for one thing, `thing-<id>`; a comment as sign of life."""
    try:
        yield b"retry: 3000\n\n"
        while True:
            try:
                notice = await listener.next()
            except TimeoutError:
                if not await sync_to_thread(_still_signed_in, ask):
                    return
                yield b": alive\n\n"
                continue
            if notice is None:
                return
            topic, thing = notice
            yield event(topic, thing)
            if thing:
                yield event(f"thing-{thing}", thing)
    finally:
        ask.hub.leave(listener)


def event(name: str, data: str) -> bytes:
    """One server-sent event; line breaks cannot leave their field."""
    plain = [text.replace("\r", " ").replace("\n", " ") for text in (name, data)]
    return f"event: {plain[0]}\ndata: {plain[1]}\n\n".encode()


def _still_signed_in(ask: Ask) -> bool:
    """A revoked or expired session ends its streams too."""
    if ask.session is None:
        return False
    with ask.database.read() as connection:
        return sessions.alive(connection, ask.session.id, ask.ground.clock.now())


HANDLERS: Final[tuple[Any, ...]] = (live,)
