"""The hub that tells open pages what changed: thread-safe, bounded, and without a word of content.

A page hears of a thing only when the thing is in its officer's scope; what is hidden does not even fill its queue. A
queue that is full is emptied into one "reload": a browser that does not keep up loads everything again.
"""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from lienlac.people.rights import Scope, Thing

_RELOAD: Final = ("reload", "")
RENEW: Final = "renew"
"""Not for the browser: whoever writes the stream must look again at whose it is."""


class Hub:
    """Thread-safe. `notify` may be called from anywhere, best as `database.after_commit(connection, …)`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: set[Listener] = set()

    def notify(self, topic: str, thing: str = "", *, only_for: Thing | None = None) -> None:
        """Tell every page that follows the topic; `thing` is an id, never content.

        `only_for` is the same thing as the gate knows it: pages whose officer may not know of it hear nothing.
        """
        with self._lock:
            following = [listener for listener in self._listeners if topic in listener.topics]
        for listener in following:
            if only_for is None or listener.scope.shows(only_for):
                listener.put((topic, thing))

    def renew(self, officer_id: str) -> None:
        """Something about an officer changed: their open pages look again at who they are."""
        with self._lock:
            theirs = [listener for listener in self._listeners if listener.scope.officer_id == officer_id]
        for listener in theirs:
            listener.put((RENEW, ""))

    @property
    def full(self) -> bool:
        """Whether no further page can follow."""
        return len(self._listeners) >= limits.LIVE_CLIENTS_MAX

    def of(self, owner: str) -> int:
        """How many pages of one owner (a session) follow."""
        with self._lock:
            return sum(listener.owner == owner for listener in self._listeners)

    def listen(self, topics: frozenset[str], scope: Scope, owner: str = "") -> Listener:
        """Follow topics from the running event loop, as far as the scope goes."""
        listener = Listener(topics, scope, owner, asyncio.get_running_loop())
        with self._lock:
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

    def __init__(self, topics: frozenset[str], scope: Scope, owner: str, loop: asyncio.AbstractEventLoop) -> None:
        self.topics = topics
        self.scope = scope
        self.owner = owner
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
