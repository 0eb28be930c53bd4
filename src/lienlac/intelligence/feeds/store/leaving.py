"""What stands in a collection beyond a place, with everything that decides whether it may leave. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.feeds.rules.leaving import Row
from lienlac.intelligence.store.collections import collection_table
from lienlac.intelligence.store.objects import object_table
from lienlac.intelligence.store.sources import source_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_O: Final = object_table.c
_S: Final = source_table.c
_COLUMNS: Final = (_O.added_us, _O.object_id, _O.version_us, _O.tlp, _O.pap, _O.handling, _S.giver, _S.ref, _O.raw)


def beyond(connection: Connection, *, collection_id: str, after_us: int) -> list[Row]:
    """The newest versions added after that instant, in order, as many as one envelope may hold."""
    collection = sa.select(collection_table.c.number).where(collection_table.c.id == collection_id).scalar_subquery()
    query = sa.select(*_COLUMNS).join(source_table, _S.number == _O.source)
    query = query.where(_O.collection == collection, _O.added_us > after_us, _O.standing >= 2)
    taken: list[Row] = []
    size = 0
    for row in connection.execute(query.order_by(_O.added_us).limit(limits.FEED_PUSH_OBJECTS)):
        size += len(row.raw)
        if taken and size > limits.FEED_PUSH_BYTES:
            break
        taken.append(Row(*row))
    return taken
