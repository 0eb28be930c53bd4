"""Have we lost memory? What a peer witnessed of our log says so before we sign anything new (clauses 7.1, 8.4).

A node restored from an older backup that receipts before it recovered would put a second history under its old name,
and its peer would see a fork. So a delivery names the newest head of our log that its sender holds; when our log
cannot show that head, the delivery waits until we have compared states. That line is a hint and no more: it costs its
sender a delay. Only a receipt that we signed ourselves proves that our log was once longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.names import RECEIPT_TYP, parse_origin
from lienlac.keys import jws
from lienlac.storage import heads, ledger
from lienlac.wire import checkpoint
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from lienlac.exchange.office import Office


def newest_head(connection: Connection, peer_id: str) -> str:
    """The newest head of a peer's log that we witnessed, as a checkpoint body; empty when none."""
    head = heads.latest(connection, peer_id)
    return head.note.decode() if head is not None else ""


def newest_receipt(connection: Connection, peer_id: str) -> str:
    """The peer's receipt that states the newest head of its log; empty when we hold none.

    In each lane receipts are given in the order of the places, so the newest is the last of some lane.
    """
    found: list[tuple[int, int, str]] = []
    for lane in Lane:
        receipt = store.last_receipt(connection, peer_id, "out", lane)
        if receipt is not None:
            stated = checkpoint.decode(receipts.decode_receipt(jws.payload_unverified(receipt)).checkpoint)
            found.append((parse_origin(stated.origin)[1], stated.size, receipt.decode()))
    return max(found)[2] if found else ""


def proven_head(office: Office, peer_id: str, receipt: str) -> str:
    """The head of our log that a receipt of ours states. Raises `Refused` unless we signed it, for this peer."""
    signed = receipt.encode("utf-8", "replace")
    payload = jws.verify(signed, office.keys.verifying(jws.peek_kid(signed)), RECEIPT_TYP)
    said = receipts.decode_receipt(payload)
    if said.recipient != office.node_id or said.sender != peer_id:
        raise Refused("receipt-mismatch")
    return said.checkpoint


def log_lost(office: Office, connection: Connection, stated: str) -> int | None:
    """The epoch of a head of our log that our log cannot show; None when it can. Raises `Refused`."""
    if not stated:
        return None
    head = checkpoint.decode(stated)
    name, epoch = parse_origin(head.origin)
    if name != office.node_id or epoch < ledger.epoch(connection):
        return None
    if epoch > ledger.epoch(connection) or head.size > ledger.size(connection):
        return epoch
    return epoch if ledger.head_at(connection, head.size).root != head.root else None


def check_memory(office: Office, connection: Connection, peer: agreements.Peer, stated: str) -> None:
    """Raise `Refused("recovering", retry)` while we get memory back from this peer, or may have to.

    From a peer that we cannot call nothing is kept waiting: there an honest fork is better than silence.
    """
    if peer.delivery is not agreements.Delivery.PUSH:
        return
    if log_lost(office, connection, stated) is not None:
        office.forgot.add(peer.node_id)
        raise Refused("recovering", retry=True)
    if store.under_way(connection, peer.node_id) is not None:
        raise Refused("recovering", retry=True)


def check_expectations(office: Office, peer_id: str, expects: Mapping[Lane, int]) -> None:
    """Note that we lost memory when a peer has taken more from us, in any lane, than we remember having sent."""
    with office.database.read() as connection:
        for lane, sequence in expects.items():
            place = store.lane_position(connection, peer_id, "out", lane)
            if sequence > (place.sequence if place is not None else 0) + 1:
                office.forgot.add(peer_id)
