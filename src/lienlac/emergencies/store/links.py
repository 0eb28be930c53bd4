"""Which requests belong to which channel: by id alone, whichever of the two was known here first.

A row says what a request's own header says (its case id), or that a channel was raised from a request. It keeps the
peer, so that a request of one partner never shows in a channel with another. What a request *is* stays with whoever
holds the requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

link_table = sa.Table(
    "emergency_link",
    metadata,
    sa.Column("emergency_id", sa.String(40), primary_key=True),
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Index("ix_emergency_link_request", "request_id"),
)


def add(connection: Connection, emergency_id: str, request_id: str, *, peer: str, at: datetime) -> bool:
    """Keep that a request belongs to a channel; whether that was news. Beyond the bound nothing is kept."""
    table = link_table.c
    known = sa.select(table.request_id).where(table.emergency_id == emergency_id)
    found = set(connection.execute(known.limit(limits.EMERGENCY_LINKED_MAX)).scalars())
    if request_id in found or len(found) >= limits.EMERGENCY_LINKED_MAX:
        return False
    values = {"emergency_id": emergency_id, "request_id": request_id, "peer": peer, "at_us": clock.to_us(at)}
    connection.execute(link_table.insert().values(**values))
    return True


def requests_of(connection: Connection, emergency_id: str, peer: str) -> list[str]:
    """Requests of a channel, exchanged with the same peer, oldest first."""
    table = link_table.c
    query = sa.select(table.request_id).where(table.emergency_id == emergency_id, table.peer == peer)
    return list(connection.execute(query.order_by(table.at_us).limit(limits.EMERGENCY_LINKED_MAX)).scalars())


def emergencies_of(connection: Connection, request_id: str, peer: str) -> list[str]:
    """Channels to which a request belongs."""
    table = link_table.c
    query = sa.select(table.emergency_id).where(table.request_id == request_id, table.peer == peer)
    return list(connection.execute(query.limit(limits.EMERGENCY_LINKED_MAX)).scalars())
