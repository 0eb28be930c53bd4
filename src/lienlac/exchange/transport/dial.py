"""The sockets of the courier: carries parcels to peers, fetches from those that cannot call, and turns the rounds.

One road is one task: one delivery in flight for each peer and lane. Woken by a commit, by the clock of the back-off,
or by the round once a second (which also sees what other processes queued and peers whose trust changed). Blocking
work (database, cryptography) runs in threads; nothing here decides what an answer means.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import httpx2
import msgspec

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.link.rotation import adopt
from lienlac.exchange.names import REPLY_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.transport.clients import Clients, explain
from lienlac.exchange.transport.courier import wait_after
from lienlac.keys import jwe
from lienlac.wire import frame
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Outcome

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from lienlac.exchange.arrival import Arrivals
    from lienlac.exchange.office import Office
    from lienlac.exchange.recovery.whole import Recovery
    from lienlac.exchange.transport.courier import Courier, Parcel

_log = logging.getLogger(__name__)

COMPARE_AGAIN_S = 60.0
"""How long after a failed comparison of states the next one is tried when nothing has to be delivered."""
ROUND_S = 1.0
"""How often the round looks for work that no wake-up announced (another process queued it)."""
FINISH_S = 1.0
"""When the node stops, calls under way may take that long to finish."""


class Dial:
    """All roads of one node."""

    def __init__(
        self,
        office: Office,
        courier: Courier,
        arrivals: Arrivals,
        recovery: Recovery,
        make_context: Callable[[agreements.Peer], ssl.SSLContext],
    ) -> None:
        self._office = office
        self._courier = courier
        self._arrivals = arrivals
        self._recovery = recovery
        self._clients = Clients(office, make_context, asyncio.to_thread)
        self._events: dict[tuple[str, Lane], asyncio.Event] = {}
        self._tasks: dict[tuple[str, Lane], asyncio.Task[None]] = {}
        self._compared: set[str] = set()
        self._asked: dict[str, float] = {}
        self._comparing: dict[str, asyncio.Lock] = {}
        self._fetching: dict[tuple[str, Lane], tuple[int, float]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    def wake(self, peer_id: str, lane: Lane) -> None:
        """Something was queued for this road; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake_here, peer_id, lane)

    def _wake_here(self, peer_id: str, lane: Lane) -> None:
        road = (peer_id, lane)
        self._events.setdefault(road, asyncio.Event()).set()
        if road not in self._tasks or self._tasks[road].done():
            self._tasks[road] = asyncio.get_running_loop().create_task(self._road(peer_id, lane))

    async def run(self) -> None:
        """Turn the rounds until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._office.on_outgoing.append(self.wake)
        try:
            while True:
                await self._round()
                await asyncio.sleep(ROUND_S)
        finally:
            self._office.on_outgoing.remove(self.wake)
            self._stopping = True
            tasks = list(self._tasks.values())
            if tasks:  # a call that is cut in the middle would leave the other side waiting, and its own socket open
                await asyncio.wait(tasks, timeout=FINISH_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._clients.close()

    async def _round(self) -> None:
        try:
            due = await asyncio.to_thread(self._courier.due)
            peers = await asyncio.to_thread(self._peers)
        except NotAllowed as error:  # the database is away: the next round sees whether it is back
            _log.warning("round skipped: %s", error)
            return
        fetching = [peer for peer in peers if peer.fetch]
        self._remember(peers)
        for peer_id, lane in due:
            self._wake_here(peer_id, lane)
        for peer in fetching:
            for lane in Lane:
                road = (f"fetch {peer.node_id}", lane)
                if road not in self._tasks or self._tasks[road].done():
                    self._tasks[road] = asyncio.get_running_loop().create_task(self._fetch(peer, lane))

    def _peers(self) -> list[agreements.Peer]:
        with self._office.database.read() as connection:
            return agreements.peers(connection)

    def _remember(self, peers: list[agreements.Peer]) -> None:
        """Compare with every peer that we can call, also when there is nothing to send (clause 7.2)."""
        self._compared -= self._office.forgot
        now = asyncio.get_running_loop().time()
        for peer in peers:
            asked = self._asked.get(peer.node_id, -COMPARE_AGAIN_S)
            urgent = peer.node_id in self._office.forgot and now - asked >= ROUND_S
            callable_ = peer.fetch or peer.delivery is agreements.Delivery.PUSH
            if callable_ and peer.node_id not in self._compared and (urgent or now - asked >= COMPARE_AGAIN_S):
                self._asked[peer.node_id] = now
                road = (f"compare {peer.node_id}", Lane.URGENT)
                self._tasks[road] = asyncio.get_running_loop().create_task(self._compare_quietly(peer.node_id))

    async def _compare_quietly(self, peer_id: str) -> None:
        try:
            await self._compare_once(peer_id)
        except (LienlacError, httpx2.HTTPError, OSError) as error:
            _log.info("could not compare with %s yet: %s", peer_id, explain(error))
        except Exception:  # noqa: BLE001  # as in `_deliver_one`
            _log.exception("comparing with %s met a defect", peer_id)

    async def _road(self, peer_id: str, lane: Lane) -> None:
        """Deliver until the lane is empty or has to wait."""
        event = self._events.setdefault((peer_id, lane), asyncio.Event())
        while event.is_set():
            event.clear()
            while await self._deliver_one(peer_id, lane):
                pass

    async def _deliver_one(self, peer_id: str, lane: Lane) -> bool:
        """One parcel there and its answer back; tells whether to go on at once."""
        if self._stopping:
            return False
        try:
            wait = await asyncio.to_thread(self._courier.next_attempt, peer_id, lane)
            if wait is not None and wait > self._office.clock.now():
                return False
            parcel = await asyncio.to_thread(self._courier.parcel, peer_id, lane)
        except NotAllowed as error:
            _log.warning("road to %s waits: %s", peer_id, error)
            return False
        if parcel is None:
            return False
        try:
            await self._compare_first(peer_id)
            reply = await self._post(parcel)
            answer = await asyncio.to_thread(self._courier.delivered, parcel, reply)
        except (LienlacError, httpx2.HTTPError, OSError) as error:
            await self._failed(parcel, error)
            return False
        except Exception as error:  # noqa: BLE001  # whatever a peer's answer sets off here: said, and tried later again
            _log.exception("delivery to %s (%s) met a defect", peer_id, lane.value)
            await self._failed(parcel, error)
            return False
        if any(item.code == "sequence-conflict" for item in answer.answers):
            self._compared.discard(peer_id)
        return any(item.outcome is Outcome.RECEIPTED for item in answer.answers)

    async def _failed(self, parcel: Parcel, error: Exception) -> None:
        code, reason = explain(error)
        _log.warning("delivery to %s (%s) failed: %s %s", parcel.peer, parcel.lane.value, code, reason)
        try:
            await asyncio.to_thread(self._courier.failed, parcel, code, reason)
        except NotAllowed as refused:
            _log.warning("could not note the failure: %s", refused)

    async def _post(self, parcel: Parcel) -> bytes:
        return await self._clients.call(parcel.peer, "POST", "/exchange/v1/deliver", content=parcel.body)

    async def _compare_first(self, peer_id: str) -> None:
        """Compare before delivering; a peer that rotated its keys is delivered to without, its word is on its way."""
        try:
            await self._compare_once(peer_id)
        except Refused as refusal:
            if refusal.code != "key-unknown":
                raise

    async def _compare_once(self, peer_id: str) -> None:
        """Before this process first delivers to a peer, see whether we remember what we exchanged (clause 7.2)."""
        async with self._comparing.setdefault(peer_id, asyncio.Lock()):
            if peer_id in self._compared:
                return
            state = await self._clients.call(peer_id, "GET", "/exchange/v1/state")
            loss = await asyncio.to_thread(self._recovery.compare, peer_id, state)
            for wanted in loss.wanted:
                request = wanted
                while True:
                    asked = msgspec.json.encode(request)
                    page = await self._clients.call(peer_id, "POST", "/exchange/v1/record", content=asked)
                    following = await asyncio.to_thread(self._recovery.fetched, loss, request, page)
                    if following is None:
                        break
                    request = following
            ours, theirs = await asyncio.to_thread(self._recovery.absorb, loss)
            if ours or theirs or loss.log_lost:
                _log.warning("recovered from %s: %s sent, %s received", peer_id, ours, theirs)
            self._compared.add(peer_id)
            self._office.forgot.discard(peer_id)

    async def _fetch(self, peer: agreements.Peer, lane: Lane) -> None:
        """Fetch what a peer has for us, take it in, and bring back the receipts; after a failure wait, and say so."""
        road = (peer.node_id, lane)
        failures, until = self._fetching.get(road, (0, 0.0))
        now = asyncio.get_running_loop().time()
        if now < until:
            return
        try:
            await self._compare_first(peer.node_id)
            while not self._stopping and await self._fetch_one(peer, lane):
                pass
            if failures:
                del self._fetching[road]
                await asyncio.to_thread(self._courier.fetched, peer.node_id, lane)
        except Exception as error:  # noqa: BLE001  # whatever it was: shown, and tried again
            code, reason = explain(error)
            _log.warning("fetching from %s (%s) failed: %s %s", peer.node_id, lane.value, code, reason)
            jitter = int.from_bytes(self._office.chance.token(2), "big") / 65_536
            self._fetching[road] = (failures + 1, now + wait_after(failures + 1, Lane.URGENT, jitter))
            try:
                await asyncio.to_thread(self._courier.fetching_failed, peer.node_id, lane, code, reason)
            except NotAllowed as refused:
                _log.warning("could not note the failure: %s", refused)

    async def _fetch_one(self, peer: agreements.Peer, lane: Lane) -> bool:
        """One pull and its settling; tells whether to go on at once."""
        after = await asyncio.to_thread(self._last_taken, peer.node_id, lane)
        query = {"lane": lane.value, "after": str(after)}
        body = await self._clients.call(peer.node_id, "GET", "/exchange/v1/pull", params=query)
        head, envelopes = frame.decode_delivery(body)
        if not envelopes:
            return False
        await asyncio.to_thread(adopt, self._office, peer.node_id, head.rotations)
        reply = await asyncio.to_thread(self._arrivals.receive, envelopes, peer.node_id)
        sealed = jwe.seal(receipts.encode(reply), parsed_card(peer.card).sealing, REPLY_TYP)
        settling = query | {"pulled": receipts.pulled(envelopes)}
        await self._clients.call(peer.node_id, "POST", "/exchange/v1/settle", params=settling, content=sealed)
        return any(item.outcome is Outcome.RECEIPTED for item in reply.answers)

    def _last_taken(self, peer_id: str, lane: Lane) -> int:
        with self._office.database.read() as connection:
            place = store.lane_position(connection, peer_id, "in", lane)
        return place.sequence if place is not None else 0
