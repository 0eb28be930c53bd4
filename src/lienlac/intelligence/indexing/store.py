"""How far each reader of objects has come. A position costs an object nothing: it is the instant of its adding.

Because those instants follow each other in the order of commits, whatever lies behind a position has been read, and
whatever was committed with an object is durable with it: after a crash a reader goes on where its last commit stands.
A second position, of one collection alone, is made when that collection must be read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.store.objects import Stored, named, object_table, within
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

EVERYWHERE: Final = 0
"""The collection of a position that follows all of them; their own numbers begin at 1."""

cursor_table = sa.Table(
    "intel_index_cursor",
    metadata,
    sa.Column("reader", sa.String(20), primary_key=True),
    sa.Column("collection", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("reached_us", sa.BigInteger, nullable=False),
)
_C: Final = cursor_table.c
_O: Final = object_table.c
_COLUMNS: Final = tuple(object_table.c[name] for name in Stored._fields)
_NEXT: Final = Quick(
    sa.select(*_COLUMNS).where(_O.added_us > sa.bindparam("after_us")).order_by(_O.added_us).limit(sa.bindparam("most"))
)
_NEXT_OF: Final = Quick(
    sa.select(*_COLUMNS)
    .where(_O.collection == sa.bindparam("in_collection"), _O.added_us > sa.bindparam("after_us"))
    .order_by(_O.added_us)
    .limit(sa.bindparam("most"))
)
_BEHIND: Final = Quick(
    sa.select(sa.func.count()).select_from(
        sa.select(_O.added_us).where(_O.added_us > sa.bindparam("after_us")).limit(sa.bindparam("most")).subquery()
    )
)


class Position(NamedTuple):
    """How far one reader has come, everywhere or in one collection."""

    reader: str
    collection: int
    rules: int
    reached_us: int


def positions(connection: Connection) -> list[Position]:
    """Every position, those of single collections last."""
    query = sa.select(_C.reader, _C.collection, _C.rules, _C.reached_us).order_by(_C.collection, _C.reader)
    return [Position(*row) for row in connection.execute(query)]


def next_of(connection: Connection, position: Position) -> list[Stored]:
    """The versions that come after a position in the order in which they were added, as many as one stretch holds."""
    given = {"after_us": position.reached_us, "most": limits.INTEL_INDEX_STRETCH}
    if position.collection == EVERYWHERE:
        rows = _NEXT.stream(connection, given)
    else:
        rows = _NEXT_OF.stream(connection, {**given, "in_collection": position.collection})
    taken: list[Stored] = []
    size = 0
    for row in map(Stored._make, rows):
        taken.append(row)
        size += len(row.raw)
        if size > limits.INTEL_INDEX_STRETCH_BYTES:
            break
    return taken


def behind(connection: Connection, reached_us: int, most: int) -> int:
    """How many versions come after an instant, counted up to so many."""
    return int(_BEHIND(connection, {"after_us": reached_us, "most": most})[0][0])


def still_newest(connection: Connection, rows: Sequence[Stored]) -> set[int]:
    """Which of these versions are stored and the newest of their objects now."""
    if not rows:
        return set()
    query = sa.select(_O.added_us).where(
        _O.added_us >= rows[0].added_us, _O.added_us <= rows[-1].added_us, _O.standing >= 2
    )
    return set(connection.execute(query).scalars())


def newest_of(connection: Connection, collection: int, object_id: str) -> Stored | None:
    """The newest version of one object in one collection."""
    query = sa.select(*_COLUMNS).where(named(connection, [object_id]), within(collection), _O.standing >= 2)
    row = connection.execute(query).first()
    return None if row is None else Stored(*row)


def move(connection: Connection, was: Position, reached_us: int) -> bool:
    """Move a position on; False when somebody else has moved it since it was read."""
    here = sa.and_(_C.reader == was.reader, _C.collection == was.collection)
    same = sa.and_(_C.rules == was.rules, _C.reached_us == was.reached_us)
    return connection.execute(cursor_table.update().where(here, same).values(reached_us=reached_us)).rowcount == 1


def begin_again(connection: Connection, reader: str, collection: int, rules: int) -> None:
    """One collection, or all of them, is read anew from its beginning."""
    forget(connection, reader, collection)
    again = Position(reader, collection, rules, 0)
    connection.execute(cursor_table.insert().values(again._asdict()))


def forget(connection: Connection, reader: str, collection: int) -> None:
    """A position of one collection has reached what all of them have reached."""
    connection.execute(cursor_table.delete().where(_C.reader == reader, _C.collection == collection))
