"""Words of objects as an index that reads them soon after they were stored (`intelligence.indexing`).

What is kept of an object replaces what was kept before; of superseded versions, and of what is marked above the
collection's ceiling, nothing stays. Deleting an object takes its words at once (`store.objects.delete`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac.intelligence.search.words import Words, read
from lienlac.intelligence.store import reading
from lienlac.intelligence.store.objects import key_of, named, object_table, within
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.indexing.reader import Item

    Found = Sequence[tuple[Item, Words | None]]

_O: Final = object_table.c


class Reads:
    """The reader of words and of what objects name."""

    name = "words"
    rules = 1

    def look(self, item: Item, /) -> Words:
        """The words of an object, and what it names."""
        return read(item.stored.added_us, item.stored.collection, item.value, key_of)

    def keep(
        self, connection: Connection, collection: Collection, found: Sequence[tuple[Item, Words | None]], /
    ) -> None:
        """These instead of whatever was kept of the same objects."""
        object_ids = sorted({item.stored.object_id for item, _ in found})
        query = sa.select(_O.added_us).where(named(connection, object_ids), within(collection.number))
        reading.forget(connection, list(connection.execute(query).scalars()))
        ceiling = marks.tlp.rank(collection.ceiling)
        reading.index_text(
            connection, [words for item, words in found if words is not None and item.stored.tlp <= ceiling]
        )

    def gone(self, connection: Connection, collection: Collection, object_id: str, /) -> None:
        """Its words went with it."""
