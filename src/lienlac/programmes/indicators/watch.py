"""Time passes: older requests are read into the indicators, stale cells are counted anew. One step at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.programmes.indicators import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.records.measured import Measuring
    from lienlac.storage.database import Database


def step(database: Database, source: Measuring) -> bool:
    """Read a stretch of older requests, or else count some cells; False when there was nothing to do."""
    with database.read() as connection:
        after, done = store.reached(connection)
        if done and not store.any_stale(connection):
            return False
    if done:
        return database.write(store.settle)

    def stretch(connection: Connection) -> bool:
        found = source.measured_after(connection, after, limits.INDICATOR_STRETCH_ROWS)
        for request_id, measured in found:
            store.put(connection, request_id, measured)
        store.reach(connection, found[-1][0] if found else after, done=len(found) < limits.INDICATOR_STRETCH_ROWS)
        return True

    return database.write(stretch)
