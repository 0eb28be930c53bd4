"""What every part of the exchange holds in its hands: our keys, the kinds, the handlers, and whose key is whose.

Built once by the assembly. Decides nothing: `departure`, `arrival`, `settlement` and `recovery` do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from lienlac import clock, journal, limits
from lienlac.agreements import store as agreements
from lienlac.agreements.pairing import lane_genesis
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.link import skew
from lienlac.exchange.names import Alarm, origin_of
from lienlac.keys import jws
from lienlac.keys.card import NodeCard, parse_card
from lienlac.storage import ledger
from lienlac.wire import checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, SettlementHandler
    from lienlac.ids import Chance
    from lienlac.keys.suite import NodeKeys
    from lienlac.storage.database import Database
    from lienlac.wire.kinds import Kinds
    from lienlac.wire.message import Lane


@dataclass(slots=True, kw_only=True)
class Office:
    """Our side of every link.

    `on_outgoing(peer, lane)` is called after a commit that queued something, `on_link_change(peer)` after one that
    changed how a link is doing (for live screens).
    """

    database: Database
    clock: Clock
    chance: Chance
    node_id: str
    keys: NodeKeys
    card: str
    kinds: Kinds
    arrival_handlers: dict[str, list[ArrivalHandler]] = field(default_factory=dict)
    settlement_handlers: dict[str, list[SettlementHandler]] = field(default_factory=dict)
    on_outgoing: list[Callable[[str, Lane], None]] = field(default_factory=list)
    on_link_change: list[Callable[[str], None]] = field(default_factory=list)
    forgot: set[str] = field(default_factory=set)
    """Peers from whom we heard that our log was once longer: to be compared with before anything else."""

    @property
    def fingerprint(self) -> str:
        """Our own fingerprint, as the other side reads it back to us."""
        return parsed_card(self.card).fingerprint

    def wake(self, connection: Connection, roads: set[tuple[str, Lane]]) -> None:
        """Tell the courier of these roads once the caller's transaction is durable."""

        def tell() -> None:
            for listener in self.on_outgoing:
                for peer_id, lane in roads:
                    listener(peer_id, lane)

        self.database.after_commit(connection, tell)

    def link_changed(self, connection: Connection, peer_id: str) -> None:
        """Tell live screens once the caller's transaction is durable."""

        def tell() -> None:
            for listener in self.on_link_change:
                listener(peer_id)

        if self.on_link_change:
            self.database.after_commit(connection, tell)

    def alarm(self, connection: Connection, peer_id: str, code: Alarm, detail: str) -> None:
        """Something a person must know about a link: on the screens until it was seen, in the journal for ever.

        While one with this code stands, a new one only renews its detail: a peer cannot fill the journal with it.
        """
        now = self.clock.now()
        if store.raise_alarm(connection, peer_id, code, at_us=clock.to_us(now), detail=detail):
            journal.record(
                connection,
                at=now,
                actor=journal.NODE,
                action="link.alarm",
                thing=peer_id,
                detail={"code": code.value, "detail": detail[: limits.LINE_MAX_CHARS]},
            )

    def clocks_compared(self, connection: Connection, peer_id: str, ahead: timedelta | None) -> None:
        """Tell people when the peer's clock and ours differ, and no more once they agree (clause 4.7)."""
        if ahead is None:
            return
        if abs(ahead) > skew.ALLOWED:
            self.alarm(connection, peer_id, Alarm.CLOCKS_DIFFER, f"{ahead.total_seconds():+.0f} s")
        else:
            store.clear_alarm(connection, peer_id, Alarm.CLOCKS_DIFFER)

    def log_origin(self, connection: Connection) -> str:
        """The name of our log in checkpoints; a restored node goes on under a new epoch (clause 8.5)."""
        return origin_of(self.node_id, ledger.epoch(connection))

    def checkpoint_text(self, connection: Connection) -> str:
        """Our log's head as a C2SP checkpoint body. The receipt that carries it is what is signed."""
        head = ledger.head(connection)
        body = checkpoint.Checkpoint(origin=self.log_origin(connection), size=head.size, root=head.root)
        return checkpoint.encode(body)


@lru_cache(maxsize=512)
def parsed_card(card: str) -> NodeCard:
    """A node card already checked when it was stored."""
    return parse_card(card.encode())


class PeerKeys:
    """Peer keys over one connection, each looked up once: a delivery's messages and receipts name the same few.

    Make one for each snapshot or step; a key that was retired meanwhile would be missed by one that is kept.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[str, agreements.PeerKey | None] = {}

    def find(self, kid: str) -> agreements.PeerKey | None:
        """The key with that id, retired ones included."""
        if kid not in self._found:
            self._found[kid] = agreements.key(self._connection, kid)
        return self._found[kid]


def key_for_message(keys: PeerKeys, signed: bytes) -> agreements.PeerKey:
    """The peer key that a signed message names.

    Raises `Refused("key-unknown", retry)` when we know none such: lanes do not wait for each other, so what a peer
    signed after a rotation may come before its word about the new keys.
    """
    kid = jws.peek_kid(signed)
    found = keys.find(kid)
    if found is None:
        raise Refused("key-unknown", retry=True, kid=kid[: limits.LINE_MAX_CHARS])
    return found


def position(
    connection: Connection, peer: agreements.Peer, direction: store.Direction, lane: Lane, sender: str
) -> store.LanePosition:
    """Where a lane stands; before its first message that is the link's genesis for this lane (clause 5.3)."""
    found = store.lane_position(connection, peer.node_id, direction, lane)
    return found or store.LanePosition(0, lane_genesis(peer.genesis, sender, lane))
