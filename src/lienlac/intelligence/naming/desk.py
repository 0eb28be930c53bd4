"""Objects of intelligence as a source of the index: told of new ones in the transaction that stores them.

An object lies in its collection, whose need-to-know holds for it; above the collection's ceiling it shows nowhere, and
so it is named nowhere. The texts of reports and notes are looked through as those of requests are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import sqlalchemy as sa

from lienlac.identifiers.index.mention import Mention, Naming, gathered, of_account, of_name, of_text, of_value
from lienlac.intelligence.store import collections
from lienlac.intelligence.store.objects import object_table
from lienlac.people.access import store as access
from lienlac.stix.checking import check
from lienlac.stix.observed import named_in
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection, Source
    from lienlac.intelligence.outcome import Added
    from lienlac.people.rights import Thing
    from lienlac.stix.checking import Stix

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

    def __init__(self, index: Index | None) -> None:
        self._index = index

    def heard(self, connection: Connection, collection: Collection, added: Sequence[Added], source: Source, /) -> None:
        """New versions were stored."""
        del source
        if self._index is None:
            return
        ceiling = marks.tlp.rank(collection.ceiling)
        restricted = access.thing(connection, collection.id, "collection").restricted
        named: dict[str, tuple[Naming, tuple[Mention, ...]]] = {}
        for one in added:
            mentions = () if marks.tlp.rank(one.tlp) > ceiling else gathered(_mentions(one.stix))
            if mentions or one.stix.version_us != one.stix.created_us:  # a revision may name no longer what it did
                naming = _naming(one.stix, one.added_us, collection.id, restricted=restricted)
                named[naming.id] = naming, mentions
        if named:
            self._index.put_many(connection, list(named.values()))

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a collection changed."""
        if self._index is not None:
            self._index.hide(connection, thing.id, restricted=thing.restricted)

    # --- made anew ---
    def naming(self, connection: Connection, version: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What a stored version names; None for one that has a newer beside it, or that shows nowhere."""
        found = connection.execute(sa.select(object_table).where(_O.added_us == int(version))).one()
        newer = sa.select(_O.added_us).where(
            _O.object_key == found.object_key, _O.collection == found.collection, _O.version_us > found.version_us
        )
        collection = collections.numbered(connection, found.collection)
        if found.tlp > marks.tlp.rank(collection.ceiling) or connection.execute(newer.limit(1)).first() is not None:
            return None
        stix = check(bytes(found.raw))
        restricted = access.thing(connection, collection.id, "collection").restricted
        return _naming(stix, found.added_us, collection.id, restricted=restricted), gathered(_mentions(stix))

    def ids_after(self, connection: Connection, version: str, most: int, /) -> Sequence[str]:
        """Stored versions in the order in which they were added."""
        query = sa.select(_O.added_us).where(_O.added_us > int(version or 0)).order_by(_O.added_us).limit(most)
        return [str(added_us) for added_us in connection.execute(query).scalars()]

    def gone(self, connection: Connection, collection_id: str, object_id: str) -> None:
        """An object was deleted from a collection."""
        if self._index is not None:
            self._index.remove(connection, _id(collection_id, object_id))


def _id(collection_id: str, object_id: str) -> str:
    """An object is a thing in each of its collections, for each hides it by itself."""
    return f"{collection_id}/{object_id}"[:120]


def _naming(stix: Stix, added_us: int, collection_id: str, *, restricted: bool) -> Naming:
    label = stix.name or stix.id
    return Naming(
        kind="intel",
        id=_id(collection_id, stix.id),
        label=label if len(label) <= _LABEL_CHARS else f"{label[: _LABEL_CHARS - 1]}…",
        at_us=added_us,
        restricted=restricted,
        access=collection_id,
    )


def _mentions(stix: Stix) -> Iterator[Mention]:
    for named in named_in(stix):
        if named.account is not None:
            yield from of_account(named.account, "object")
        elif named.type == "name":
            yield from of_name(named.value, "object")
        else:
            yield from of_value(named.type, named.value, "object")
    if stix.type in _TEXTS:
        for text in _texts(stix.value):
            yield from of_text(text)


def _texts(value: dict[str, Any]) -> Iterator[str]:
    for name in ("description", "content", "abstract", "explanation"):
        text = value.get(name)
        if isinstance(text, str):
            yield text
