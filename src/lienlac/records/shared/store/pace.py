"""How fast facts go to one member where something stands in the way: until when to wait, how many a message.

Where nothing does there is no row. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

pace_table = sa.Table(
    "shared_pace",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("until_us", sa.BigInteger, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("pack", sa.Integer, nullable=False),
)
_pace = pace_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`until_us`: nothing goes before; `times` it was refused in a row; `pack`: facts of one message, 0 for any."""

    until_us: int = 0
    times: int = 0
    pack: int = 0


FREE = Pace()


def of(connection: Connection, record_id: str, peer: str) -> Pace:
    """How fast facts of a record go to a member."""
    query = sa.select(_pace.until_us, _pace.times, _pace.pack).where(_pace.record_id == record_id, _pace.peer == peer)
    row = connection.execute(query).one_or_none()
    return FREE if row is None else Pace(until_us=row.until_us, times=row.times, pack=row.pack)


def put(connection: Connection, record_id: str, peer: str, pace: Pace) -> None:
    """From now on."""
    connection.execute(pace_table.delete().where(_pace.record_id == record_id, _pace.peer == peer))
    if pace != FREE:
        values = {"until_us": pace.until_us, "times": pace.times, "pack": pace.pack}
        connection.execute(pace_table.insert().values(record_id=record_id, peer=peer, **values))


def free(connection: Connection, record_id: str, peer: str | None = None) -> None:
    """Nothing stands in the way any more: of one member, or of any."""
    query = pace_table.delete().where(_pace.record_id == record_id)
    connection.execute(query if peer is None else query.where(_pace.peer == peer))
