"""What somebody who makes something of objects has to offer: an index of identifiers, one of words. Pure.

A reader is told of the newest version of each object in each collection, also again and again: what it keeps of an
object replaces what it kept before. When what it makes of the same object changes, its `rules` get a higher number,
and every object is read again by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.store.objects import Stored


class Item(NamedTuple):
    """The newest version of an object in a collection: as it is stored, and what it says."""

    stored: Stored
    value: dict[str, Any]


class Reader(Protocol):
    """Somebody who makes something of objects."""

    name: str
    """Under which it stands in the database; at most 20 letters."""
    rules: int
    """Higher whenever what is made of the same object changes."""

    def look(self, item: Item, /) -> Any:
        """What there is to keep of an object, None for nothing. Pure: it runs while others write."""
        ...

    def keep(self, connection: Connection, collection: Collection, found: Sequence[tuple[Item, Any]], /) -> None:
        """Keep it, in one transaction with the position; None, or a mark above the ceiling, leaves nothing behind."""
        ...

    def gone(self, connection: Connection, collection: Collection, object_id: str, /) -> None:
        """An object was deleted from a collection."""
        ...
