"""Being asked: our signed view of a link, and stretches of what we hold of a peer's past (clauses 7.2, 7.3).

Hands out only what is between us and the asker, and only what both sides have signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.exchange import store
from lienlac.exchange.names import RECORD_TYP, STATE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.recovery.memory import newest_receipt
from lienlac.keys import jwe, jws
from lienlac.wire.message import Lane
from lienlac.wire.recovery import LinkState, RecordItem, RecordPage

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.office import Office
    from lienlac.wire.recovery import RecordRequest


class States:
    """What we say of our links to the peers at their other end."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def state_for(self, peer_id: str) -> bytes:
        """Our signed view of the link with a peer."""
        with self._office.database.read() as connection:
            state = self.view(connection, peer_id)
        return jws.sign(msgspec.json.encode(state), self._office.keys.signing, STATE_TYP)

    def view(self, connection: Connection, peer_id: str) -> LinkState:
        """The same, not signed yet."""
        peer = agreements.require_peer(connection, peer_id)
        rotations = store.all_rotations(connection, peer_id, rows=limits.ROTATIONS_SHOWN_MAX)
        return LinkState(
            node=self._office.node_id,
            peer=peer_id,
            at=self._office.clock.now(),
            taken=sequences(connection, peer_id, "in"),
            sent=sequences(connection, peer_id, "out"),
            receipted={lane: store.settled_up_to(connection, peer_id, "out", lane) for lane in Lane},
            your_log=newest_receipt(connection, peer_id),
            your_key=parsed_card(peer.card).signing.kid,
            rotations=tuple(signed.decode() for signed in rotations),
        )

    def record_for(self, peer_id: str, request: RecordRequest) -> bytes:
        """A page of a peer's own past, sealed to it: settled messages without a gap, each with its receipt."""
        return self.page(peer_id, request)[0]

    def page(self, peer_id: str, request: RecordRequest) -> tuple[bytes, int, bool]:
        """The same, with the last place on it, and whether another page follows."""
        direction: store.Direction = "in" if request.direction == "from-me" else "out"
        with self._office.database.read() as connection:
            peer = agreements.require_peer(connection, peer_id)
            rows, more = store.settled_page(connection, peer_id, direction, request.lane, after=request.after)
        items = tuple(
            RecordItem(signed=row.signed.decode(), receipt=row.receipt.decode()) for row in rows if row.receipt
        )
        page = RecordPage(items=items, more=more)
        sealed = jwe.seal(msgspec.json.encode(page), parsed_card(peer.card).sealing, RECORD_TYP)
        return sealed, request.after + len(items), more


def sequences(connection: Connection, peer_id: str, direction: store.Direction) -> dict[Lane, int]:
    """Where each lane of a link stands; 0 before its first message."""
    found = {}
    for lane in Lane:
        place = store.lane_position(connection, peer_id, direction, lane)
        found[lane] = place.sequence if place is not None else 0
    return found
