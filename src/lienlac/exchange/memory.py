"""Have we lost memory? What a peer witnessed of our log says so before we sign anything new (clauses 7.1, 8.4).

A node restored from an older backup that receipts before it recovered would put a second history under its old name,
and its peer would see a fork. So a delivery names the newest head of our log that its sender holds; when our log
cannot show that head, the delivery waits until we have compared states and recovered. Recovery itself is `recovery`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.names import parse_origin
from lienlac.storage import heads, ledger
from lienlac.wire import checkpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from lienlac.exchange.office import Office
    from lienlac.wire.message import Lane


def newest_head(connection: Connection, peer_id: str) -> str:
    """The newest head of a peer's log that we witnessed, as a checkpoint body; empty when none."""
    head = heads.latest(connection, peer_id)
    return head.note.decode() if head is not None else ""


def log_lost(office: Office, connection: Connection, stated: str) -> bool:
    """Whether a head of our log, as a peer witnessed it, is one that our log cannot show. Raises `Refused`."""
    if not stated:
        return False
    head = checkpoint.decode(stated)
    name, epoch = parse_origin(head.origin)
    if name != office.node_id or epoch != ledger.epoch(connection):
        return name == office.node_id and epoch > ledger.epoch(connection)
    if head.size > ledger.size(connection):
        return True
    return ledger.head_at(connection, head.size).root != head.root


def check_memory(office: Office, connection: Connection, peer: agreements.Peer, stated: str) -> None:
    """Raise `Refused("recovering", retry)` when we lost memory and can call this peer to get it back.

    From a peer that we cannot call nothing is kept waiting: there an honest fork is better than silence.
    """
    if peer.delivery is agreements.Delivery.PUSH and log_lost(office, connection, stated):
        office.forgot.add(peer.node_id)
        raise Refused("recovering", retry=True)


def check_expectations(office: Office, peer_id: str, expects: Mapping[Lane, int]) -> None:
    """Note that we lost memory when a peer has taken more from us, in any lane, than we remember having sent."""
    with office.database.read() as connection:
        for lane, sequence in expects.items():
            place = store.lane_position(connection, peer_id, "out", lane)
            if sequence > (place.sequence if place is not None else 0) + 1:
                office.forgot.add(peer_id)
