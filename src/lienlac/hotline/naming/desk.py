"""Requests as a source of the index: one request's identifiers, and all requests in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from lienlac.hotline import store
from lienlac.hotline.inbox.store import request_table
from lienlac.hotline.naming import walk
from lienlac.people.access import store as access

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.hotline.request import Request
    from lienlac.identifiers.index.mention import Mention, Naming
    from lienlac.people.rights import Thing


class Index(Protocol):
    """Where identifiers are written down, inside the caller's transaction."""

    def put(self, connection: Connection, naming: Naming, mentions: Iterable[Mention], /) -> None:
        """A thing names these and no others."""
        ...

    def hide(self, connection: Connection, access_id: str, /, *, restricted: bool) -> None:
        """A need-to-know changed."""
        ...


class Requests:
    """The hotline's part of the index. Without an index it writes nothing."""

    def __init__(self, index: Index | None) -> None:
        self._index = index

    def said(self, connection: Connection, request: Request) -> None:
        """A message about a request was kept: the index follows in the same transaction."""
        if self._index is not None and not request.opening.body.drill:
            self._index.put(connection, *_named(connection, request))

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a request changed."""
        if self._index is not None:
            self._index.hide(connection, thing.id, restricted=thing.restricted)

    def naming(self, connection: Connection, thing_id: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What a request names now; None when it is not there."""
        request = store.request(connection, thing_id)
        return None if request is None else _named(connection, request)

    def ids_after(self, connection: Connection, thing_id: str, most: int, /) -> Sequence[str]:
        """Ids of requests in their order."""
        column = request_table.c.request_id
        return list(
            connection.execute(sa.select(column).where(column > thing_id).order_by(column).limit(most)).scalars()
        )


def _named(connection: Connection, request: Request) -> tuple[Naming, tuple[Mention, ...]]:
    restricted = access.thing(connection, request.id).restricted
    return walk.naming(request, restricted=restricted), walk.mentions(request)
