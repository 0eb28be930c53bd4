"""Objects of intelligence as a source of the index of identifiers: read soon after they were stored.

An object lies in its collection, whose need-to-know holds for it; above the collection's ceiling it shows nowhere, and
so it is named nowhere. The texts of reports and notes are looked through as those of requests are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import sqlalchemy as sa

from lienlac.identifiers.contact import defang
from lienlac.identifiers.index.mention import Mention, Naming, gathered, of_account, of_name, of_text, of_value
from lienlac.intelligence.indexing.reader import Item
from lienlac.intelligence.rules.sorting import LAST
from lienlac.intelligence.store import collections
from lienlac.intelligence.store.objects import Stored, object_table
from lienlac.people.access import store as access
from lienlac.stix.observed import named_in
from lienlac.stix.strict import value_of
from lienlac.stix.titles import title_of
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection
    from lienlac.people.rights import Thing

_O: Final = object_table.c
_TEXTS: Final = frozenset({"report", "note", "opinion"})
_LABEL_CHARS: Final = 80


class Index(Protocol):
    """Where identifiers are written down, inside the caller's transaction."""

    def put_many(self, connection: Connection, named: Sequence[tuple[Naming, Iterable[Mention]]], /) -> None:
        """Things name these and no others."""
        ...

    def remove(self, connection: Connection, thing_id: str, /) -> None:
        """A thing is no more."""
        ...

    def hide(self, connection: Connection, access_id: str, /, *, restricted: bool) -> None:
        """A need-to-know changed."""
        ...


class Objects:
    """The part of intelligence in the index. Without an index it writes nothing."""

    name = "identifiers"
    rules = 2

    def __init__(self, index: Index | None) -> None:
        self._index = index

    # --- what was stored is read, soon after (`intelligence.indexing`) ---
    def look(self, item: Item, /) -> tuple[Mention, ...] | None:
        """What an object names."""
        return gathered(_mentions(item.value)) or None

    def keep(self, connection: Connection, collection: Collection, found: Sequence[tuple[Item, Any]], /) -> None:
        """Objects name these identifiers now and no others; above the ceiling of their collection, none."""
        if self._index is None:
            return
        ceiling = marks.tlp.rank(collection.ceiling)
        restricted = access.thing(connection, collection.id, "collection").restricted
        named: list[tuple[Naming, tuple[Mention, ...]]] = []
        for item, mentions in found:
            shows = item.stored.tlp <= ceiling
            named.append((_naming(item, collection.id, restricted=restricted), mentions or () if shows else ()))
        self._index.put_many(connection, named)

    def gone(self, connection: Connection, collection: Collection, object_id: str, /) -> None:
        """An object was deleted from a collection."""
        if self._index is not None:
            self._index.remove(connection, _id(collection.id, object_id))

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a collection changed."""
        if self._index is not None:
            self._index.hide(connection, thing.id, restricted=thing.restricted)

    # --- made anew ---
    def naming(self, connection: Connection, version: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What a stored version names; None for one that has a newer beside it, or that shows nowhere."""
        columns = (object_table.c[name] for name in Stored._fields)
        found = Stored(*connection.execute(sa.select(*columns).where(_O.added_us == int(version))).one())
        collection = collections.numbered(connection, found.collection)
        if found.standing < LAST or found.tlp > marks.tlp.rank(collection.ceiling):
            return None
        item = Item(found, value_of(bytes(found.raw)))
        restricted = access.thing(connection, collection.id, "collection").restricted
        return _naming(item, collection.id, restricted=restricted), gathered(_mentions(item.value))

    def ids_after(self, connection: Connection, version: str, most: int, /) -> Sequence[str]:
        """Stored versions in the order in which they were added."""
        query = sa.select(_O.added_us).where(_O.added_us > int(version or 0)).order_by(_O.added_us).limit(most)
        return [str(added_us) for added_us in connection.execute(query).scalars()]


def _id(collection_id: str, object_id: str) -> str:
    """An object is a thing in each of its collections, for each hides it by itself."""
    return f"{collection_id}/{object_id}"[:120]


def _naming(item: Item, collection_id: str, *, restricted: bool) -> Naming:
    label = defang(title_of(item.value)) or item.stored.object_id
    return Naming(
        kind="intel",
        id=_id(collection_id, item.stored.object_id),
        label=label if len(label) <= _LABEL_CHARS else f"{label[: _LABEL_CHARS - 1]}…",
        at_us=item.stored.added_us,
        restricted=restricted,
        access=collection_id,
    )


def _mentions(value: dict[str, Any]) -> Iterator[Mention]:
    for named in named_in(value):
        if named.account is not None:
            yield from of_account(named.account, "object")
        elif named.type == "name":
            yield from of_name(named.value, "object")
        else:
            yield from of_value(named.type, named.value, "object")
    if value["type"] in _TEXTS:
        for text in _texts(value):
            yield from of_text(text)


def _texts(value: dict[str, Any]) -> Iterator[str]:
    for name in ("description", "content", "abstract", "explanation"):
        text = value.get(name)
        if isinstance(text, str):
            yield text
