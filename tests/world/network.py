"""The pretend network: carries whole calls between nodes and does to them what real networks do.

A call is a request and a reply. It may be lost on the way there or back, arrive twice, arrive long after its caller
gave up, or be slow while other calls overtake it. Each direction between two nodes may be cut. Knows parcels and
nodes, not what is inside.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lienlac.errors import LienlacError
from lienlac.wire.receipt import Outcome

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from lienlac.exchange.transport.courier import Parcel
    from tests.world.fakes import HandClock
    from tests.world.nodes import SimNode

TIMEOUT_S = 30.0


@dataclass
class Weather:
    """How bad the network is: chances of each misfortune for one call, and how slow it may get (seconds)."""

    request_lost: float = 0.0
    reply_lost: float = 0.0
    twice: float = 0.0
    ghost: float = 0.0
    slow_s: float = 0.2
    cuts: set[tuple[str, str]] = field(default_factory=set)


class Network:
    """Calls on their way, in the order in which they arrive."""

    def __init__(self, clock: HandClock, chance: random.Random, note: Callable[[str], None]) -> None:
        self._clock = clock
        self._chance = chance
        self._note = note
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._start = clock.now()
        self._gone: dict[str, int] = {}
        self.weather = Weather()

    def open(self, a: str, b: str) -> bool:
        """Whether bytes get from a to b at this moment."""
        return (a, b) not in self.weather.cuts

    def call_succeeds(self, a: str, b: str) -> bool:
        """For calls that are made and answered in one moment."""
        fine = self.open(a, b) and self.open(b, a)
        return fine and self._chance.random() >= self.weather.request_lost + self.weather.reply_lost

    def post(self, sender: SimNode, recipient: SimNode, parcel: Parcel) -> None:
        """Start a delivery; its outcome reaches the sender when the clock has been turned far enough."""
        weather, draw = self.weather, self._chance.random()
        road = (parcel.peer, parcel.lane)
        sender.busy.add(road)
        call = _Call(self, sender, sender.starts, recipient, parcel)
        there = self._chance.uniform(0.01, weather.slow_s)
        if draw < weather.request_lost or not self.open(sender.node_id, recipient.node_id):
            self._note(f"{call} lost")
            self._after(TIMEOUT_S, call.given_up)
            return
        draw -= weather.request_lost
        if draw < weather.ghost:
            late = self._chance.uniform(60, 20_000)
            self._note(f"{call} ghost in {late:.0f} s")
            self._after(TIMEOUT_S, call.given_up)
            self._after(late, call.arrive_unanswered)
            return
        draw -= weather.ghost
        if draw < weather.twice:
            self._after(there + self._chance.uniform(0, 300), call.arrive_unanswered)
        draw -= weather.twice
        if 0 <= draw < weather.reply_lost:
            self._note(f"{call} reply lost")
            self._after(there, call.arrive_unanswered)
            self._after(TIMEOUT_S, call.given_up)
            return
        self._after(there, call.arrive)

    def turn(self, seconds: float) -> None:
        """Let time pass; whatever arrives meanwhile arrives at its own moment."""
        end = self._elapsed() + seconds
        while self._queue and self._queue[0][0] <= end:
            at, _, event = heapq.heappop(self._queue)
            self._clock.turn(max(0.0, at - self._elapsed()))
            event()
        self._clock.turn(max(0.0, end - self._elapsed()))

    def calm(self) -> None:
        """No misfortune any more; what is on its way still arrives."""
        self.weather = Weather()

    def forget(self, node: SimNode) -> None:
        """A disk takes longer to restore than a request is on its way: nothing of the time before still arrives."""
        self._gone[node.node_id] = node.starts

    def gone(self, node: SimNode, starts: int) -> bool:
        """Whether a call that a node began in its `starts`-th life was lost with its disk."""
        return starts < self._gone.get(node.node_id, 0)

    def _elapsed(self) -> float:
        return (self._clock.now() - self._start).total_seconds()

    def _after(self, seconds: float, event: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (self._elapsed() + seconds, self._count, event))


class _Call:
    """One delivery on its way; knows whether its caller still lives."""

    def __init__(self, network: Network, sender: SimNode, starts: int, recipient: SimNode, parcel: Parcel) -> None:
        self._network = network
        self._sender = sender
        self._starts = starts
        self._recipient = recipient
        self._parcel = parcel

    def __str__(self) -> str:
        parcel = self._parcel
        places = [waiting.sequence for waiting in parcel.waiting]
        return f"{self._sender.node_id} -> {parcel.peer} {parcel.lane.value} {places[0]}..{places[-1]}"

    def arrive(self) -> None:
        if self._network.gone(self._sender, self._starts):
            return
        alive = self._recipient.starts
        try:
            reply = self._recipient.answer(self._parcel.body, self._sender.node_id)
        except LienlacError as error:
            code, reason = error.code, error.sentence("en")
            self._network._note(f"{self} answered {code}")
            self._network._after(0.05, lambda: self._failed("peer-answered", f"{code} {reason}"))
            return
        back = self._network._chance.uniform(0.01, self._network.weather.slow_s)
        self._network._after(back, lambda: self._answered(reply, alive))

    def arrive_unanswered(self) -> None:
        """The request gets there, and nobody hears the answer."""
        if self._network.gone(self._sender, self._starts):
            return
        self._network._note(f"{self} arrives unheard")
        try:
            self._recipient.answer(self._parcel.body, self._sender.node_id)
        except LienlacError as error:
            self._network._note(f"{self} refused: {error.code}")

    def given_up(self) -> None:
        self._failed("peer-slow", "nobody answered")

    def _failed(self, code: str, reason: str) -> None:
        if self._sender.starts != self._starts:
            return
        self._sender.busy.discard((self._parcel.peer, self._parcel.lane))
        self._sender.post.courier.failed(self._parcel, code, reason)

    def _answered(self, reply: bytes, alive: int) -> None:
        if self._sender.starts != self._starts:
            return
        if alive != self._recipient.starts:
            self._failed("peer-unreachable", "the connection was reset")
            return
        if not self._network.open(self._recipient.node_id, self._sender.node_id):
            self._network._after(TIMEOUT_S, self.given_up)
            return
        self._sender.busy.discard((self._parcel.peer, self._parcel.lane))
        try:
            answer = self._sender.post.courier.delivered(self._parcel, reply)
        except LienlacError as error:
            self._network._note(f"{self} reply not understood: {error.code}")
            self._sender.post.courier.failed(self._parcel, error.code, error.sentence("en"))
            return
        said = [item.code or item.outcome.value for item in answer.answers]
        self._network._note(f"{self} answered {said}")
        if any(item.outcome is Outcome.TURNED_AWAY and item.code == "sequence-conflict" for item in answer.answers):
            self._sender.compared.discard(self._parcel.peer)
