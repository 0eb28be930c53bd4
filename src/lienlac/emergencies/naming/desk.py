"""Channels as a source of the index: one channel's identifiers, and all channels in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from lienlac.emergencies.naming import walk
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store.lines import line_table
from lienlac.people.access import store as access

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.emergencies.emergency import Emergency
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


class Channels:
    """The channels' part of the index. Without an index it writes nothing."""

    def __init__(self, index: Index | None) -> None:
        self._index = index

    def said(self, connection: Connection, emergency: Emergency) -> None:
        """A message about a channel was kept: the index follows in the same transaction."""
        if self._index is not None and not emergency.opening.body.drill:
            self._index.put(connection, *_named(connection, emergency))

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a channel changed."""
        if self._index is not None:
            self._index.hide(connection, thing.id, restricted=thing.restricted)

    def naming(self, connection: Connection, thing_id: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What a channel names now; None when it is not there."""
        emergency = store.emergency(connection, thing_id)
        return None if emergency is None else _named(connection, emergency)

    def ids_after(self, connection: Connection, thing_id: str, most: int, /) -> Sequence[str]:
        """Ids of channels in their order."""
        column = line_table.c.emergency_id
        return list(
            connection.execute(sa.select(column).where(column > thing_id).order_by(column).limit(most)).scalars()
        )


def _named(connection: Connection, emergency: Emergency) -> tuple[Naming, tuple[Mention, ...]]:
    restricted = access.thing(connection, emergency.id).restricted
    return walk.naming(emergency, restricted=restricted), walk.mentions(emergency)
