"""What sharing asks of its neighbours, agreements and the post office: only shapes; the assembly hands them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.exchange.post import Outgoing, Sent
    from lienlac.records.party import Party


class Agreements(Protocol):
    """Where peers are found, and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def require_peer(self, connection: Connection, node_id: str, /) -> Party:
        """Raises `NotAllowed("peer-unknown")`."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Sender(Protocol):
    """The post office's counter."""

    def send(self, connection: Connection, outgoing: Outgoing, /) -> Sent:
        """One message."""
        ...

    def send_many(self, connection: Connection, outgoing: Sequence[Outgoing], /) -> list[Sent]:
        """Many at once, under one pair of signatures."""
        ...
