"""The tables of sources: who gave us something, with the least marks of what comes from there, and how much it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from lienlac import clock
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

source_table = sa.Table(
    "intel_source",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("giver", sa.String(10), nullable=False),
    sa.Column("ref", sa.String(80), nullable=False),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("tlp", sa.String(20), nullable=False),
    sa.Column("pap", sa.String(20), nullable=False),
    sa.Column("handling", sa.String(40), nullable=False),
    sa.Column("grade_4x4", sa.String(2), nullable=False),
    sa.Column("grade_6x6", sa.String(2), nullable=False),
    sa.Column("first_us", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("giver", "ref"),
)
gave_table = sa.Table(
    "intel_source_gave",
    metadata,
    sa.Column("source", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("collection", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stored", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False),
    sa.Index("ix_intel_source_gave_last", "last_us", "source", "collection"),
)
"""What ever came from a source into a collection; what was deleted since was given all the same."""
_S = source_table.c
_G = gave_table.c


class Gave(NamedTuple):
    """What a source has given a collection: versions stored, objects held in quarantine, and when it last gave one."""

    number: int
    source: Source
    collection: int
    stored: int
    held: int
    last_us: int


Place = tuple[int, int, int]
"""Where a list of them goes on: `last_us`, source and collection of the last one shown."""


def keep(connection: Connection, source: Source, at: datetime) -> int:
    """The number of a source, which is kept when it is new; what is said of it now counts from now on."""
    said = {"label": source.label, **mark_values(source.marks)}
    query = sa.select(source_table).where(_S.giver == source.giver.value, _S.ref == source.ref)
    row = connection.execute(query).one_or_none()
    if row is None:
        new = {"giver": source.giver.value, "ref": source.ref, "first_us": clock.to_us(at)}
        made = source_table.insert().values(**new, **said).returning(_S.number)
        return int(connection.execute(made).scalar_one())
    if any(getattr(row, name) != value for name, value in said.items()):
        connection.execute(source_table.update().where(_S.number == row.number).values(**said))
    return int(row.number)


def gave(connection: Connection, number: int, collection: int, *, at_us: int, stored: int = 0, held: int = 0) -> None:
    """A source has given a collection something more."""
    more = {"stored": _G.stored + stored, "held": _G.held + held, "last_us": at_us}
    here = sa.and_(_G.source == number, _G.collection == collection)
    if not connection.execute(gave_table.update().where(here).values(**more)).rowcount:
        first = {"source": number, "collection": collection, "stored": stored, "held": held, "last_us": at_us}
        connection.execute(gave_table.insert().values(**first))


def listed(
    connection: Connection, numbers: Iterable[int], *, giver: Giver | None, before: Place | None, rows: int
) -> list[Gave]:
    """What sources have given these collections, those that gave something last first."""
    query = sa.select(source_table, *(gave_table.c[name] for name in ("collection", "stored", "held", "last_us")))
    query = query.join(gave_table, _G.source == _S.number).where(_G.collection.in_(sorted(numbers)))
    if giver is not None:
        query = query.where(_S.giver == giver.value)
    if before is not None:
        query = query.where(sa.tuple_(_G.last_us, _G.source, _G.collection) < sa.tuple_(*before))
    found = connection.execute(query.order_by(_G.last_us.desc(), _G.source.desc(), _G.collection.desc()).limit(rows))
    return [Gave(row.number, _source(row), row.collection, row.stored, row.held, row.last_us) for row in found]


def named(connection: Connection, numbers: Iterable[int]) -> dict[int, Source]:
    """Sources by number."""
    rows = connection.execute(sa.select(source_table).where(_S.number.in_(sorted(set(numbers)))))
    return {row.number: _source(row) for row in rows}


def mark_values(one: Marks) -> dict[str, Any]:
    """Marks as columns."""
    return {
        "tlp": one.tlp,
        "pap": one.pap,
        "handling": " ".join(one.handling),
        "grade_4x4": one.grade_4x4,
        "grade_6x6": one.grade_6x6,
    }


def _source(row: Any) -> Source:
    marks = Marks(
        tlp=row.tlp, pap=row.pap, handling=tuple(row.handling.split()), grade_4x4=row.grade_4x4, grade_6x6=row.grade_6x6
    )
    return Source(giver=Giver(row.giver), ref=row.ref, label=row.label, marks=marks)
