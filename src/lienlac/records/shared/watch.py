"""Time passed, or a receipt came: let go what is due for members, message by message, until nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.records.shared.store import lines, ways

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.records.shared.keeping.desk import Keeper
    from lienlac.storage.database import Database


def step(database: Database, keeper: Keeper) -> bool:
    """One message for each record and member that something is due for; False when nothing went.

    Each in a short transaction of its own, so that an officer's act never waits for a large catch-up.
    """
    with database.read() as connection:
        behind = [one for one in ways.behind(connection, keeper.shape.mark) if keeper.ready(connection, *one)]

    def one(connection: Connection, record_id: str, peer: str) -> int:
        line = lines.find(connection, record_id)
        return 0 if line is None else keeper.send_due(connection, line, peer)

    went = 0
    for record_id, peer in behind:
        went += database.write(lambda connection, record_id=record_id, peer=peer: one(connection, record_id, peer))  # type: ignore[misc]
    return went > 0
