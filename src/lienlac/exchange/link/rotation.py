"""A peer's new keys, taken from the head of a delivery: before anything that they signed (clauses 10.4, 11.1).

A rotation is a message in the urgent lane like any other, but what a peer signs afterwards may overtake it: in another
lane, or because it was issued again after a restore or behind a void, which only the new keys can sign. So the peer
shows the rotation itself, under its old keys, with every delivery until we have receipted it. Taking it twice changes
nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lienlac import limits, strictjson
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange.link.arrivals import LinkArrivals
from lienlac.exchange.names import MESSAGE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.post import Arrived
from lienlac.keys import jws
from lienlac.wire.message import decode, digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.office import Office

ROTATE_KEYS = "node.rotate-keys"


def adopt(office: Office, peer_id: str, rotations: Sequence[str]) -> None:
    """Take rotations over, oldest first; those that we know are passed over. Raises `Refused` for forged ones."""
    for text in rotations:
        arrived = _verified(office, peer_id, text.encode("utf-8", "replace"))
        if arrived is not None:
            office.database.write(partial(_take, office, arrived))


def _verified(office: Office, peer_id: str, signed: bytes) -> Arrived | None:
    with office.database.read() as connection:
        key = agreements.key(connection, jws.peek_kid(signed))
    if key is None or key.node_id != peer_id or key.retired_at is not None:
        return None
    payload = jws.verify(signed, parsed_card(key.card).signing, MESSAGE_TYP)
    strictjson.check(payload, max_bytes=limits.MESSAGE_MAX_BYTES)
    message = decode(payload)
    header = message.header
    if (header.kind, header.sender, header.recipient) != (ROTATE_KEYS, peer_id, office.node_id):
        raise Refused("malformed", reason="not a rotation of the sender's keys")
    _kind, body = office.kinds.read(message)
    return Arrived(header=header, body=body, digest=digest_of(signed), received_at=office.clock.now())


def _take(office: Office, arrived: Arrived, connection: Connection) -> None:
    LinkArrivals(office).rotated(connection, arrived)
