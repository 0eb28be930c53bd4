"""The hub that tells open pages what changed: thread-safe, bounded, and without a word of content.

A queue that is full is emptied into one "reload": a browser that does not keep up loads everything again.
"""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import Final

from lienlac import limits

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

    @property
    def full(self) -> bool:
        """Whether no further page can follow."""
        return len(self._listeners) >= limits.LIVE_CLIENTS_MAX

    def of(self, owner: str) -> int:
        """How many pages of one owner (a session) follow."""
        with self._lock:
            return sum(listener.owner == owner for listener in self._listeners)

    def listen(self, topics: frozenset[str], owner: str = "") -> Listener:
        """Follow topics from the running event loop."""
        listener = Listener(topics, owner, asyncio.get_running_loop())
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

    def __init__(self, topics: frozenset[str], owner: str, loop: asyncio.AbstractEventLoop) -> None:
        self.topics = topics
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
