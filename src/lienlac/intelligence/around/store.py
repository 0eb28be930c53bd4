"""Who names an object, in SQL: member by member, the newest first, so that a hub costs as little as any other.

The reader's rights are inside every question: what lies where they may not look neither fills a page nor says that
there is more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.search.store import shown, stored
from lienlac.intelligence.store.objects import Stored, key_of, named, object_table
from lienlac.intelligence.store.reading import link_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection

_O: Final = object_table.c
_L: Final = link_table.c
_AT_ONCE: Final = 500


def roles(connection: Connection, object_id: str) -> list[str]:
    """By which members anything names the object: one look for each, however many name it."""
    key = key_of(object_id)
    found: list[str] = []
    last = ""
    while len(found) < limits.INTEL_ROLES_MAX:
        query = sa.select(sa.func.min(_L.role)).where(_L.target_key == key, _L.role > last)
        role = connection.execute(query).scalar_one()
        if role is None:
            break
        found.append(role)
        last = role
    return found


def naming(
    connection: Connection, places: Sequence[Collection], object_id: str, role: str, *, most: int
) -> list[Stored]:
    """The newest of what names the object by this member, as far as these collections show it; an object once."""
    query = (
        sa.select(_O.added_us, _O.object_id)
        .select_from(link_table.join(object_table, _O.added_us == _L.added_us))
        .where(_L.target_key == key_of(object_id), _L.role == role, shown(places))
        .order_by(_L.added_us.desc())
    )
    found: dict[str, int] = {}
    for row in connection.execute(query.limit(most * 2)):
        found.setdefault(row.object_id, row.added_us)
        if len(found) == most:
            break
    return stored(connection, list(found.values()))


def newest(connection: Connection, places: Sequence[Collection], object_ids: Iterable[str]) -> dict[str, Stored]:
    """Of each of these objects the newest version that the collections show; none of those that they do not."""
    wanted = sorted(set(object_ids))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = sa.select(*(object_table.c[name] for name in Stored._fields)).where(
            named(connection, some), shown(places)
        )
        for row in connection.execute(query):
            one = Stored(*row)
            before = found.get(one.object_id)
            if before is None or (before.version_us, before.added_us) < (one.version_us, one.added_us):
                found[one.object_id] = one
    return found
