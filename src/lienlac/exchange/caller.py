"""Who is at the other end of a connection to the peers' door: the node whose pinned certificate was shown.

Asked on every call, against the peers as they are now, so that one whose certificate was replaced is out at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange.office import parsed_card

if TYPE_CHECKING:
    from litestar import Request

    from lienlac.storage.database import Database

PIN_IN_STATE = "peer_pin"
"""Where the server's protocol class leaves the pin of the certificate that the caller showed."""


def caller_of(request: Request[Any, Any, Any], database: Database) -> str:
    """The caller's node id; raises `Refused("caller-unknown")`."""
    pin = request.scope.get("state", {}).get(PIN_IN_STATE)
    with database.read() as connection:
        for peer in agreements.peers(connection):
            if pin is not None and pin in parsed_card(peer.card).tls_pins:
                return peer.node_id
    raise Refused("caller-unknown")
