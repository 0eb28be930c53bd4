"""Who is due to be called, with what, and what the answer means: the courier as functions that one can step.

Per peer and lane: one delivery in flight, back-off stored with jitter, an inbound message clears it. Urgent goes
first because each lane is its own road. A road that fails (no connection, a busy peer) never counts against a message;
an answer that does not take a message does, and at the limit a person sees it (`settlement`). Knows no sockets:
`dial` carries bytes, the simulation carries them through a pretend network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lienlac import clock, limits
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.link.rotation import adopt
from lienlac.exchange.names import REPLY_TYP
from lienlac.exchange.office import Office, parsed_card
from lienlac.exchange.recovery import memory
from lienlac.keys import jwe
from lienlac.wire import frame
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Outcome, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.arrival import Arrivals
    from lienlac.exchange.settlement import Settlements


JITTER = 0.25
"""Every wait is spread by this part of it, so that nodes that failed together do not come back together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One delivery to one peer in one lane: the bytes to carry and what they hold."""

    peer: str
    url: str
    lane: Lane
    waiting: tuple[store.Waiting, ...]
    body: bytes


class Courier:
    """Makes parcels and digests what came of them. Every method is one short step."""

    def __init__(self, office: Office, settlements: Settlements) -> None:
        self._office = office
        self._settlements = settlements

    def due(self) -> list[tuple[str, Lane]]:
        """Roads with something waiting whose time has come, urgent lanes first."""
        now_us = clock.to_us(self._office.clock.now())
        found = []
        with self._office.database.read() as connection:
            push = {peer.node_id for peer in agreements.peers(connection) if peer.delivery is agreements.Delivery.PUSH}
            for peer, lane in store.outbox_lanes(connection):
                road = store.road(connection, peer, lane)
                if peer in push and (road is None or not waits(road.next_us, now_us, lane)):
                    found.append((peer, lane))
        return sorted(found, key=lambda road: list(Lane).index(road[1]))

    def next_attempt(self, peer_id: str, lane: Lane) -> datetime | None:
        """When a road may be tried next; None when nothing holds it."""
        with self._office.database.read() as connection:
            road = store.road(connection, peer_id, lane)
        now_us = clock.to_us(self._office.clock.now())
        return clock.from_us(road.next_us) if road is not None and waits(road.next_us, now_us, lane) else None

    def parcel(self, peer_id: str, lane: Lane) -> Parcel | None:
        """The next delivery of a lane: from its lowest unsettled message on, within the bounds of a delivery.

        None when nothing waits, and for a peer that we do not call: it fetches, or files are carried to it.
        """
        with self._office.database.read() as connection:
            peer = agreements.require_peer(connection, peer_id)
            if peer.delivery is not agreements.Delivery.PUSH:
                return None
            chosen = next_page(connection, peer_id, lane, after=0)
            head = delivery_head(self._office, connection, peer_id)
        if not chosen:
            return None
        body = frame.encode_delivery(head, (item.envelope for item in chosen))
        return Parcel(peer=peer_id, url=peer.url, lane=lane, waiting=tuple(chosen), body=body)

    def delivered(self, parcel: Parcel, sealed_reply: bytes) -> Reply:
        """The peer answered: settle what it receipted; back off when it took nothing. Raises `Refused` for nonsense."""
        payload = jwe.unseal(sealed_reply, self._office.keys, REPLY_TYP)
        reply = receipts.decode_reply(payload)
        if len(reply.answers) != len(parcel.waiting):
            raise Refused("reply-mismatch")
        self._settlements.settle(
            parcel.peer, parcel.waiting, reply, then=lambda connection: self._road_answered(connection, parcel, reply)
        )
        memory.check_expectations(self._office, parcel.peer, reply.expects)
        return reply

    def failed(self, parcel: Parcel, code: str, reason: str) -> None:
        """The road failed: nobody answered, or not as a node would. Nothing is lost; try again later."""

        def work(connection: Connection) -> None:
            self._back_off(connection, parcel, code, reason)
            self._office.link_changed(connection, parcel.peer)

        self._office.database.write(work)

    def fetching_failed(self, peer_id: str, lane: Lane, code: str, reason: str) -> None:
        """We could not fetch from a peer: shown like any road that fails; our deliveries to it do not wait for it."""

        def work(connection: Connection) -> None:
            road = store.road(connection, peer_id, lane)
            values: dict[str, Any] = {"failures": max(1, road.failures if road is not None else 0)}
            values |= {"last_code": code, "last_reason": reason[:2000]}
            store.set_road(connection, peer_id, lane, last_error_us=clock.to_us(self._office.clock.now()), **values)
            self._office.link_changed(connection, peer_id)

        self._office.database.write(work)

    def fetched(self, peer_id: str, lane: Lane) -> None:
        """Fetching works again; a back-off of our own deliveries stays what it is."""

        def work(connection: Connection) -> None:
            road = store.road(connection, peer_id, lane)
            if road is not None and not road.next_us:
                store.set_road(connection, peer_id, lane, failures=0)
            self._office.link_changed(connection, peer_id)

        self._office.database.write(work)

    def _road_answered(self, connection: Connection, parcel: Parcel, reply: Reply) -> None:
        """Somebody answered: the road is good if they took anything, else wait before the next try."""
        now_us = clock.to_us(self._office.clock.now())
        values: dict[str, object] = {"last_sent_us": now_us, "last_heard_us": now_us}
        refusal = next((answer for answer in reply.answers if answer.outcome is Outcome.TURNED_AWAY), None)
        if any(answer.outcome is Outcome.RECEIPTED for answer in reply.answers):
            values |= {"failures": 0, "next_us": 0, "last_acknowledged_us": now_us}
        elif refusal is not None:
            self._back_off(connection, parcel, refusal.code or "unknown", refusal.reason)
        store.set_road(connection, parcel.peer, parcel.lane, **values)
        self._office.link_changed(connection, parcel.peer)

    def _back_off(self, connection: Connection, parcel: Parcel, code: str, reason: str) -> None:
        now = self._office.clock.now()
        road = store.road(connection, parcel.peer, parcel.lane)
        failures = (road.failures if road is not None else 0) + 1
        jitter = int.from_bytes(self._office.chance.token(2), "big") / 65_536
        wait_s = wait_after(failures, parcel.lane, jitter)
        store.set_road(
            connection,
            parcel.peer,
            parcel.lane,
            failures=failures,
            next_us=clock.to_us(now + timedelta(seconds=wait_s)),
            last_code=code,
            last_reason=reason[:2000],
            last_error_us=clock.to_us(now),
        )


def wait_after(failures: int, lane: Lane, jitter: float) -> float:
    """Seconds to wait after that many failures in a row: doubling, bounded by lane, spread by `jitter` in [0, 1)."""
    doubled = limits.BACKOFF_FIRST_S * 2.0 ** min(failures - 1, 20)
    return float(min(doubled, longest_wait(lane)) * (1 - JITTER + 2 * JITTER * jitter))


def longest_wait(lane: Lane) -> float:
    """The longest wait of a lane, before it is spread (seconds)."""
    return limits.BACKOFF_MAX_URGENT_S if lane is Lane.URGENT else limits.BACKOFF_MAX_S


def waits(next_us: int, now_us: int, lane: Lane) -> bool:
    """Whether a road has to wait until that instant.

    One further away than any back-off was written by a clock that was wrong then: it holds nothing, or a clock that was
    a day ahead would keep a road shut for a day after it was set right.
    """
    longest_us = int(longest_wait(lane) * (1 + JITTER) * 1_000_000)
    return now_us < next_us <= now_us + longest_us


def next_page(connection: Connection, peer_id: str, lane: Lane, *, after: int) -> list[store.Waiting]:
    """What waits behind a place, as much as one delivery may hold; what does not fit is not even read."""
    sizes = store.outbox_sizes(connection, peer_id, lane, after=after, rows=limits.BATCH_MAX_ENVELOPES)
    count = fitting(sizes)
    return store.outbox(connection, peer_id, lane, after=after, rows=count) if count else []


def fitting(sizes: Sequence[int]) -> int:
    """How many envelopes of these sizes one delivery may hold; the first always fits."""
    count = size_bytes = 0
    for size in sizes:
        if count and size_bytes + size > limits.BATCH_MAX_BYTES:
            break
        count, size_bytes = count + 1, size_bytes + size
    return count


def delivery_head(office: Office, connection: Connection, peer_id: str) -> frame.DeliveryHead:
    """The first line of what we hand to a peer, pushed or fetched."""
    return frame.DeliveryHead(
        format="lienlac-delivery/1",
        sender=office.node_id,
        recipient=peer_id,
        your_log=memory.newest_head(connection, peer_id),
        rotations=tuple(signed.decode() for signed in store.open_rotations(connection, peer_id)),
    )


def answer_delivery(office: Office, arrivals: Arrivals, body: bytes, via: str | None) -> tuple[str, bytes]:
    """The receiving end of a parcel: returns the caller's node id and the sealed reply. Raises `Refused`."""
    head, envelopes = frame.decode_delivery(body)
    if head.recipient != office.node_id:
        raise Refused("not-for-us", recipient=head.recipient)
    if via is not None and head.sender != via:
        raise Refused("sender-not-the-caller", sender=head.sender, caller=via)
    with office.database.read() as connection:
        peer = agreements.peer(connection, head.sender)
        if peer is None:
            raise Refused("sender-unknown")
        memory.check_memory(office, connection, peer, head.your_log)
    adopt(office, head.sender, head.rotations)
    reply = arrivals.receive(envelopes, head.sender)
    if reply.answers and reply.answers[0].outcome is Outcome.HELD:
        # a delivery begins with the first message that waits: what lies before it is receipted, and not known here
        office.forgot.add(head.sender)
    sealed = jwe.seal(receipts.encode(reply), parsed_card(peer.card).sealing, REPLY_TYP)
    return head.sender, sealed
