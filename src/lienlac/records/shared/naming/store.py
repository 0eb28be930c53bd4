"""How far shared records have been read into the index, and what comes next. Decides nothing.

Facts follow each other in the order of their positions, which one writer at a time gives out: whatever lies behind the
position has been read. Private notes are written into the index with the act that keeps them; those of before this
program are read once, by their ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.records.shared.private.store import note_table
from lienlac.records.shared.store.facts import fact_table
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

cursor_table = sa.Table(
    "shared_named",
    metadata,
    sa.Column("one", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("reached", sa.BigInteger, nullable=False),
    sa.Column("notes", sa.String(40), nullable=False),
)
ALL_NOTES: Final = "~"
"""Behind every id of a note: all of them have been read."""
_C: Final = cursor_table.c
_F: Final = fact_table.c
_N: Final = note_table.c
_NEXT: Final = Quick(
    sa.select(_F.position, _F.record_id, _F.element)
    .where(_F.position > sa.bindparam("after"))
    .order_by(_F.position)
    .limit(sa.bindparam("most"))
)
_NEXT_NOTES: Final = Quick(
    sa.select(_N.id, _N.record_id).where(_N.id > sa.bindparam("after")).order_by(_N.id).limit(sa.bindparam("most"))
)
_FIRST: Final = QuickAmong(
    lambda among: (
        sa.select(_F.element, sa.func.min(_F.position))
        .where(_F.element.in_(among), _F.record_id == sa.bindparam("of_record"))
        .group_by(_F.element)
    )
)
_ELEMENTS: Final = QuickAmong(lambda among: sa.select(_F.position, _F.element).where(_F.position.in_(among)))
_CALLED: Final = Quick(sa.select(_F.element).where(_F.position == sa.bindparam("at")))


class Position(NamedTuple):
    """How far they have been read, and by which rules."""

    rules: int
    reached: int
    notes: str


class Stated(NamedTuple):
    """A fact that comes next: where it stands."""

    position: int
    record_id: str
    element: str


def position(connection: Connection) -> Position | None:
    """How far; None when nobody has begun."""
    row = connection.execute(sa.select(_C.rules, _C.reached, _C.notes)).one_or_none()
    return None if row is None else Position(*row)


def begin_again(connection: Connection, rules: int) -> None:
    """Everything is read anew."""
    connection.execute(cursor_table.delete())
    connection.execute(cursor_table.insert().values(one=1, rules=rules, reached=0, notes=""))


def move(connection: Connection, was: Position, now: Position) -> bool:
    """Move on; False when somebody else has moved it since it was read."""
    same = (_C.rules == was.rules, _C.reached == was.reached, _C.notes == was.notes)
    moved = connection.execute(cursor_table.update().where(*same).values(now._asdict()))
    return moved.rowcount == 1


def following(connection: Connection, after: int) -> list[Stated]:
    """The facts that come after a position, as many as one stretch holds."""
    given = {"after": after, "most": limits.RECORD_NAMED_STRETCH}
    return [Stated(*row) for row in _NEXT(connection, given)]


def following_notes(connection: Connection, after: str) -> list[tuple[str, str]]:
    """The notes that come after an id: their ids and records."""
    given = {"after": after, "most": limits.RECORD_NAMED_STRETCH}
    return [(row[0], row[1]) for row in _NEXT_NOTES(connection, given)]


def places(connection: Connection, record_id: str, elements: Sequence[str]) -> dict[str, int]:
    """The number by which the index knows each of these elements: where its first fact stands, which never changes."""
    return {row[0]: int(row[1]) for row in _FIRST(connection, elements, {"of_record": record_id})}


def element_at(connection: Connection, place: int) -> str:
    """The element whose first fact stands at a position."""
    rows = _CALLED(connection, {"at": place})
    return str(rows[0][0]) if rows else ""


def elements_at(connection: Connection, places: Sequence[int]) -> list[str]:
    """The elements whose first facts stand at these positions, in this order."""
    found = {int(row[0]): str(row[1]) for row in _ELEMENTS(connection, list(places))} if places else {}
    return [found[one] for one in places if one in found]


def behind(connection: Connection, after: int, most: int) -> int:
    """How many facts come after a position, counted up to so many."""
    near = sa.select(_F.position).where(_F.position > after).limit(most).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(near)).scalar_one())


def any_notes(connection: Connection, after: str) -> bool:
    """Whether notes come after an id."""
    return connection.execute(sa.select(_N.id).where(_N.id > after).limit(1)).first() is not None


def records_of(rows: Iterable[Stated]) -> dict[str, list[str]]:
    """The elements of each record, once each."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.record_id, {})[row.element] = None
    return {record: list(elements) for record, elements in found.items()}
