"""Time passes: what was stored is read for its words and for what it names, in the order in which it was added.

Whoever brings a thousand objects waits for none of it. Reading goes on from where it was, also after a restart, and
for what an older version of this program had stored. Objects are read outside the transaction that writes: the writer
is one for everybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.search.words import Words, read
from lienlac.intelligence.store import reading
from lienlac.intelligence.store.objects import key_of, object_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.storage.database import Database

_O = object_table.c


class Reading:
    """What the node's loop calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def step(self) -> bool:
        """Read the next few; False when nothing is left."""
        with self._database.read() as connection:
            after = reading.up_to(connection)
            words = _next(connection, after)
        if not words:
            return False
        self._database.write(lambda connection: _keep(connection, after, words))
        return True

    def all(self) -> None:
        """Until nothing is left: for whoever must find at once what was just added."""
        while self.step():
            pass


def _next(connection: Connection, after: int) -> list[Words]:
    """What comes next, bounded in number and in bytes."""
    query = sa.select(_O.added_us, _O.collection, _O.raw).where(_O.added_us > after).order_by(_O.added_us)
    words: list[Words] = []
    size = 0
    for row in connection.execute(query.limit(limits.INTEL_READ_OBJECTS)):
        words.append(read(row.added_us, row.collection, bytes(row.raw), key_of))
        size += len(row.raw)
        if size > limits.INTEL_READ_BYTES:
            break
    return words


def _keep(connection: Connection, after: int, words: Sequence[Words]) -> None:
    """Write down what still stands, if nobody else has."""
    if reading.up_to(connection) != after:
        return
    first, last = words[0].added_us, words[-1].added_us
    query = sa.select(_O.added_us).where(_O.added_us >= first, _O.added_us <= last)
    there = set(connection.execute(query).scalars())
    reading.index_text(connection, [one for one in words if one.added_us in there])
    reading.move_on(connection, last)
