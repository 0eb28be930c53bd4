"""One kind of record as a source of the index: what a record names now, and all records in their order.

Written in the transaction that changes a record, whoever changed it: an officer, a partner's message, time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.identifiers.index.mention import Mention, Naming

    Named = tuple[Naming, tuple[Mention, ...]]


class Index(Protocol):
    """Where identifiers are written down, inside the caller's transaction."""

    def put(self, connection: Connection, naming: Naming, mentions: Iterable[Mention], /) -> None:
        """A thing names these and no others."""
        ...


class Records:
    """A slice's part of the index. Without an index it writes nothing."""

    def __init__(
        self, index: Index | None, ids: sa.Column[str], named: Callable[[Connection, str], Named | None]
    ) -> None:
        """`ids`: the column of the records' ids; `named`: what one of them names now, None when it is not there."""
        self._index = index
        self._ids = ids
        self._named = named

    def said(self, connection: Connection, thing_id: str) -> None:
        """Something about a record was kept: the index follows in the same transaction."""
        if self._index is None:
            return
        found = self._named(connection, thing_id)
        if found is not None:
            self._index.put(connection, *found)

    def naming(self, connection: Connection, thing_id: str, /) -> Any:
        """What a record names now; None when it is not there."""
        return self._named(connection, thing_id)

    def ids_after(self, connection: Connection, thing_id: str, most: int, /) -> Sequence[str]:
        """Ids of records in their order."""
        query = sa.select(self._ids).where(self._ids > thing_id).order_by(self._ids).limit(most)
        return list(connection.execute(query).scalars())
