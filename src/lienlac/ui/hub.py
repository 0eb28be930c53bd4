"""The hub that tells open pages what changed: thread-safe, bounded, and without a word of content.

A page hears of a thing only when the thing is in its officer's scope; what is hidden does not even fill its queue. Who
is told is decided once for each event, not by each page. Many pages hear one after the other: each may ask for a piece
again, and a thousand must not do so in the same instant; only whoever makes pieces for a page is stirred at once. What
a page has not yet taken is told once, however often it happened; a queue that is full is emptied into one "reload": a
browser that does not keep up loads everything again. A piece made for the page waits here too, the newest of each kind.

Every page has a sign of life once in a heartbeat. When its turn comes is dealt out as pages come in, so that a thousand
that came at once do not show theirs at once.

Between the making of a page and the beginning of its stream things happen, too: the newest notices are kept a while,
and a page says up to which it was made.
"""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.people.rights import Scope, Thing

Notice = tuple[str, str]
_RELOAD: Final = ("reload", "")
RENEW: Final = "renew"
"""Not for the browser: whoever writes the stream must look again at whose it is."""
BEAT: Final = ("beat", "")
"""Not for the browser: it is time to look again at whose stream it is, and to show that it lives."""
PIECES: Final = ("pieces", "")
"""Not for the browser: pieces made for the page wait to be taken."""
_SPREAD: Final = 0.618033988749895
"""The golden section: however many take their turns by it, they lie evenly."""


class Hub:
    """Thread-safe. `notify` may be called from anywhere, best as `database.after_commit(connection, …)`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: dict[Listener, None] = {}
        self._first = 0
        self._opened = 0
        self._recent: deque[tuple[int, Notice, Thing | None]] = deque(maxlen=limits.LIVE_RECENT_MAX)
        self.told = 0
        """How many notices there were so far; a page names it when it begins to listen."""

    def notify(self, topic: str, thing: str = "", *, only_for: Thing | None = None) -> None:
        """Tell every page that follows the topic; `thing` is an id, never content.

        `only_for` is the same thing as the gate knows it: pages whose officer may not know of it hear nothing.
        """
        with self._lock:
            following = [listener for listener in self._listeners if topic in listener.topics]
            heard = [listener for listener in following if listener.is_to_hear((topic, thing), only_for)]
            self._first += 1
            self.told += 1
            self._recent.append((self.told, (topic, thing), only_for))
        if not heard:
            return
        first = self._first * limits.LIVE_REFRESHES_PER_S % len(heard)  # not always the same are the first to hear
        self._tell(heard[first:] + heard[:first], (topic, thing))

    @staticmethod
    def _tell(heard: list[Listener], notice: Notice) -> None:
        step = 0.0 if len(heard) <= limits.LIVE_AT_ONCE else 1 / limits.LIVE_REFRESHES_PER_S
        for loop, theirs in groupby(heard, key=lambda listener: listener.loop):
            _soon(loop, _deliver, list(theirs), notice, step)

    def renew(self, officer_id: str) -> None:
        """Something about an officer changed: their open pages look again at who they are.

        Until a page has, what is hidden from some waits: it may be hidden from this officer by now, or shown.
        """
        with self._lock:
            theirs = [listener for listener in self._listeners if listener.scope.officer_id == officer_id]
            for listener in theirs:
                listener.doubtful = True
        for listener in theirs:
            listener.put((RENEW, ""))

    def renewed(self, listener: Listener, scope: Scope) -> None:
        """From the loop: a page has looked; what waited is told as far as the scope goes now."""
        with self._lock:
            listener.scope, listener.doubtful = scope, False
            waited, listener.waiting = listener.waiting, []
        told = [notice for notice, thing in waited if thing is None or scope.shows(thing)]
        for topic in {topic for topic, _ in told}:
            listener.stirred(topic)
        listener.hear(told)

    @property
    def full(self) -> bool:
        """Whether no further page can follow."""
        return len(self._listeners) >= limits.LIVE_CLIENTS_MAX

    def of(self, owner: str) -> int:
        """How many pages of one owner (a session) follow."""
        with self._lock:
            return sum(listener.owner == owner for listener in self._listeners)

    def listen(
        self,
        topics: frozenset[str],
        scope: Scope,
        owner: str = "",
        *,
        stirred: Callable[[str], None] = lambda _: None,
        since: int | None = None,
    ) -> Listener:
        """Follow topics from the running event loop, as far as the scope goes.

        `stirred` is called from the loop with each topic of which the page hears, at once; it must be quick. What was
        told after number `since` is told again, as far as it is still kept.
        """
        listener = Listener(topics, scope, owner, asyncio.get_running_loop(), stirred)
        with self._lock:
            self._listeners[listener] = None
            self._opened += 1
            turn = 1 - self._opened * _SPREAD % 1
            missed = [] if since is None else self._missed(topics, scope, since)
        for notice in missed:
            self._tell([listener], notice)
        listener.beat_from(turn)
        return listener

    def _missed(self, topics: frozenset[str], scope: Scope, since: int) -> list[Notice]:
        return [
            notice
            for number, notice, thing in self._recent
            if number > since and notice[0] in topics and (thing is None or scope.shows(thing))
        ]

    def leave(self, listener: Listener) -> None:
        """No longer follow."""
        listener.forget()
        with self._lock:
            self._listeners.pop(listener, None)

    def close(self) -> None:
        """End every stream, so that a node can stop at once."""
        with self._lock:
            following = list(self._listeners)
        for listener in following:
            listener.put(None)

    def __len__(self) -> int:
        return len(self._listeners)


class Listener:
    """One open page, in its own event loop: what it is to hear now, and what later."""

    def __init__(
        self,
        topics: frozenset[str],
        scope: Scope,
        owner: str,
        loop: asyncio.AbstractEventLoop,
        stirred: Callable[[str], None],
    ) -> None:
        self.topics = topics
        self.scope = scope
        self.owner = owner
        self.loop = loop
        self.stirred = stirred
        self.doubtful = False
        self.waiting: list[tuple[Notice, Thing | None]] = []
        self._now: dict[Notice, None] = {}
        self._later: dict[Notice, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.TimerHandle | None = None
        self._pieces: dict[str, bytes] = {}
        self._closed = False
        self._something = asyncio.Event()

    def put(self, notice: Notice | None) -> None:
        """From any thread: to be heard at once; None ends the stream."""
        _soon(self.loop, self.hear, [notice])

    def is_to_hear(self, notice: Notice, only_for: Thing | None) -> bool:
        """Under the hub's lock: whether it is told now; what is in doubt waits, and beyond a bound is told as one."""
        if only_for is None or not self.doubtful:
            return only_for is None or self.scope.shows(only_for)
        if len(self.waiting) < limits.LIVE_QUEUE_MAX:
            self.waiting.append((notice, only_for))
        else:
            self.waiting = [(_RELOAD, None)]
        return False

    async def next(self) -> Notice | None:
        """The next notice; None when the hub closes."""
        await self._something.wait()
        if not self._now:
            return None  # the hub has closed
        notice = next(iter(self._now))
        del self._now[notice]
        if not self._now and not self._closed:
            self._something.clear()
        return notice

    def hear(self, notices: Iterable[Notice | None]) -> None:
        """From the loop: what is to be heard now."""
        for notice in notices:
            if notice is None:
                self._closed = True
                self.hear(list(self._later))  # what is known is told before the end
            elif notice not in self._now and len(self._now) >= limits.LIVE_QUEUE_MAX:
                self._now = {_RELOAD: None}
            else:
                self._now[notice] = None
        if self._now or self._closed:  # to wake up for nothing is how a page hears that the hub has closed
            self._something.set()

    def hear_in(self, wait_s: float, notice: Notice) -> None:
        """From the loop: what is to be heard in a while, together with what comes until then."""
        if len(self._later) < limits.LIVE_QUEUE_MAX:
            self._later[notice] = None
        else:
            self._later = {_RELOAD: None}
        if self._timer is None:
            self._timer = self.loop.call_later(wait_s, self._ripe)

    def show(self, kind: str, piece: bytes) -> None:
        """From the loop: a piece for the page; an older one of its kind that was not taken is forgotten."""
        self._pieces[kind] = piece
        self.hear([PIECES])

    def taken(self) -> list[bytes]:
        """From the loop: the pieces that wait, each once."""
        pieces, self._pieces = self._pieces, {}
        return list(pieces.values())

    def beat_from(self, turn: float) -> None:
        """From the loop: show signs of life from now on, the first after this share of a beat."""
        self._beat_at(self.loop.time() + turn * limits.LIVE_BEAT_S)

    def _beat_at(self, due: float) -> None:
        self._beat = self.loop.call_at(due, self._beats, due)

    def _beats(self, due: float) -> None:
        self.hear([BEAT])
        self._beat_at(max(self.loop.time(), due + limits.LIVE_BEAT_S))

    def _ripe(self) -> None:
        later, self._later, self._timer = self._later, {}, None
        self.hear(later)

    def forget(self) -> None:
        """From the loop: nothing more is to be heard."""
        for timer in (self._timer, self._beat):
            if timer is not None:
                timer.cancel()
        self._timer = self._beat = None


def _deliver(listeners: list[Listener], notice: Notice, step_s: float) -> None:
    """In the loop: each its share, in turns."""
    for place, listener in enumerate(listeners):
        listener.stirred(notice[0])
        if step_s:
            listener.hear_in(place * step_s, notice)
        else:
            listener.hear([notice])


def _soon(loop: asyncio.AbstractEventLoop, work: object, *given: object) -> None:
    try:
        loop.call_soon_threadsafe(work, *given)  # type: ignore[arg-type]  # a method and what it takes
    except RuntimeError:
        return  # the loop has ended, and with it whoever listened
