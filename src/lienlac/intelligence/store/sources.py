"""The table of sources: who gave us something, with the least marks that everything from there carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
_S = source_table.c


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
