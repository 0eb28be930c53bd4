"""The table of collections. Whatever an officer is shown of it is asked with their scope, inside the SQL.

Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.collection import Collection
from lienlac.people.access.store import Scoped, in_scope
from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Draft
    from lienlac.people.rights import Scope

collection_table = sa.Table(
    "intel_collection",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_key", sa.String(600), nullable=False, unique=True),
    sa.Column("description_vi", sa.Text, nullable=False),
    sa.Column("description_en", sa.Text, nullable=False),
    sa.Column("ceiling", sa.String(20), nullable=False),
    sa.Column("readable", sa.Boolean, nullable=False),
    sa.Column("writable", sa.Boolean, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("closed_us", sa.BigInteger, nullable=True),
    sa.Column("last_us", sa.BigInteger, nullable=False),
    sa.Column("objects", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
)
_C: Final = collection_table.c
_FIND: Final = Scoped(
    lambda scope: sa.select(collection_table).where(_C.id == sa.bindparam("of_id"), in_scope(scope, _C.id))
)
_NAMED: Final = Quick(sa.select(collection_table).where(_C.id == sa.bindparam("of_id")))
_NUMBERED: Final = Quick(sa.select(collection_table).where(_C.number == sa.bindparam("of_number")))


def listed(connection: Connection, scope: Scope, *, closed: bool = False) -> list[Collection]:
    """Collections that the officer may know of, by title; closed ones too when asked."""
    return [_collection(row) for row in _LISTED(connection, scope, closed)]


def _listed(scope: Scope, closed: bool) -> sa.Select[Any]:  # noqa: FBT001  # part of the form of a question
    query = sa.select(collection_table).where(in_scope(scope, _C.id))
    if not closed:
        query = query.where(_C.closed_us.is_(None))
    return query.order_by(_C.title_key)


_LISTED: Final = Scoped(_listed)
"""Asked for every page."""


def find(connection: Connection, name: str, scope: Scope) -> Collection | None:
    """The collection of that id which the officer may know of."""
    rows = _FIND(connection, scope, of_id=name)
    return _collection(rows[0]) if rows else None


def named(connection: Connection, collection_id: str) -> Collection | None:
    """The collection of that id, for the node's own work."""
    rows = _NAMED.rows(connection, {"of_id": collection_id})
    return _collection(rows[0]) if rows else None


def numbered(connection: Connection, number: int) -> Collection:
    """The collection of that number, which is there."""
    return _collection(_NUMBERED.rows(connection, {"of_number": number})[0])


def newest_us(connection: Connection) -> int:
    """The instant given out last, over all collections; also when what got it has been deleted since."""
    return int(connection.execute(sa.select(sa.func.max(_C.last_us))).scalar_one() or 0)


def taken(connection: Connection, title_key: str, *, but: int = 0) -> bool:
    """Whether another collection has a title that looks the same, a closed one too."""
    query = sa.select(_C.number).where(_C.title_key == title_key, _C.number != but)
    return connection.execute(query.limit(1)).first() is not None


def full(connection: Connection) -> bool:
    """Whether no further collection can be made."""
    count = connection.execute(sa.select(sa.func.count()).select_from(collection_table)).scalar_one()
    return bool(count >= limits.INTEL_COLLECTIONS_MAX)


def insert(connection: Connection, collection_id: str, draft: Draft, *, by: str, at: datetime) -> None:
    """A new collection."""
    made = {"id": collection_id, "created_us": clock.to_us(at), "created_by": by, "last_us": 0, "objects": 0, "held": 0}
    connection.execute(collection_table.insert().values(**made, **_said(draft)))


def change(connection: Connection, number: int, draft: Draft) -> None:
    """Describe it anew."""
    connection.execute(collection_table.update().where(_C.number == number).values(**_said(draft)))


def close(connection: Connection, number: int, at: datetime) -> None:
    """From now on it takes and gives nothing."""
    connection.execute(collection_table.update().where(_C.number == number).values(closed_us=clock.to_us(at)))


def count(connection: Connection, number: int, *, last_us: int = 0, objects: int = 0, held: int = 0) -> None:
    """Keep the instant given out last, and how many objects and held ones there are more or fewer."""
    values: dict[str, Any] = {"objects": _C.objects + objects, "held": _C.held + held}
    if last_us:
        values["last_us"] = last_us
    connection.execute(collection_table.update().where(_C.number == number).values(**values))


def _said(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "title_key": draft.key,
        "description_vi": draft.description_vi,
        "description_en": draft.description_en,
        "ceiling": draft.ceiling,
        "readable": draft.readable,
        "writable": draft.writable,
    }


def _collection(row: Any) -> Collection:
    return Collection(
        number=row.number,
        id=row.id,
        title=row.title,
        description_vi=row.description_vi,
        description_en=row.description_en,
        ceiling=marks.tlp.get(row.ceiling).code,
        readable=bool(row.readable),
        writable=bool(row.writable),
        created_at=clock.from_us(row.created_us),
        created_by=row.created_by,
        closed_at=None if row.closed_us is None else clock.from_us(row.closed_us),
        last_us=row.last_us,
        objects=row.objects,
        held=row.held,
    )
