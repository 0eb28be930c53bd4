"""Marks that officers set: written beside every version, and kept for the versions that come later. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac.intelligence.collection import Marks
from lienlac.intelligence.store.objects import key_of, object_table
from lienlac.storage.schema import metadata
from lienlac.vocabulary import marks as words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from lienlac.intelligence.store.objects import Stored

set_table = sa.Table(
    "intel_mark",
    metadata,
    sa.Column("collection", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("object_key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("object_id", sa.Text, primary_key=True),
    sa.Column("tlp", sa.SmallInteger, nullable=False),
    sa.Column("pap", sa.String(20), nullable=False),
    sa.Column("handling", sa.String(40), nullable=False),
    sa.Column("grade_4x4", sa.String(2), nullable=False),
    sa.Column("grade_6x6", sa.String(2), nullable=False),
)
_S: Final = set_table.c
_O: Final = object_table.c
_CODE: Final = {word.rank: word.code for word in words.tlp}


def beside(row: Stored) -> Marks:
    """The marks that stand beside a stored version."""
    return Marks(
        tlp=_CODE[row.tlp],
        pap=row.pap,
        handling=tuple(row.handling.split()),
        grade_4x4=row.grade_4x4,
        grade_6x6=row.grade_6x6,
    )


def write(connection: Connection, added_us: int, marks: Marks) -> None:
    """Put marks beside one version."""
    connection.execute(object_table.update().where(_O.added_us == added_us).values(**_columns(marks)))


def keep(connection: Connection, collection: int, object_id: str, marks: Marks) -> None:
    """From now on every new version carries at least these."""
    named = {"collection": collection, "object_key": key_of(object_id), "object_id": object_id}
    here = sa.and_(*(_S[name] == value for name, value in named.items()))
    if not connection.execute(set_table.update().where(here).values(**_columns(marks))).rowcount:
        connection.execute(set_table.insert().values(**named, **_columns(marks)))


def kept(connection: Connection, collection: int, object_ids: Iterable[str]) -> dict[str, Marks]:
    """What was set for these objects; most collections have nothing of the kind, and that costs one look."""
    if connection.execute(sa.select(_S.object_key).where(_S.collection == collection).limit(1)).first() is None:
        return {}
    wanted = sorted({key_of(one) for one in object_ids})
    found: dict[str, Marks] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = sa.select(set_table).where(_S.collection == collection, _S.object_key.in_(part))
        for row in connection.execute(query):
            found[row.object_id] = Marks(
                tlp=_CODE[row.tlp],
                pap=row.pap,
                handling=tuple(row.handling.split()),
                grade_4x4=row.grade_4x4,
                grade_6x6=row.grade_6x6,
            )
    return found


_AT_ONCE: Final = 1_000


def _columns(marks: Marks) -> dict[str, object]:
    return {
        "tlp": words.tlp.rank(marks.tlp),
        "pap": marks.pap,
        "handling": " ".join(marks.handling),
        "grade_4x4": marks.grade_4x4,
        "grade_6x6": marks.grade_6x6,
    }
