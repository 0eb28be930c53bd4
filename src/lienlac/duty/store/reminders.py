"""What each officer was reminded of, so that nothing is said twice; and the only SQL on it. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac import clock
from lienlac.records.portions import portions
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

reminder_table = sa.Table(
    "reminder_told",
    metadata,
    sa.Column("officer_id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("told_us", sa.BigInteger, nullable=False, index=True),
)
_told = reminder_table.c


def told(connection: Connection, officer_id: str, keys: Iterable[str]) -> set[str]:
    """Those of these occasions that the officer has heard of."""
    found: set[str] = set()
    for some in portions(sorted(set(keys))):
        query = sa.select(_told.key).where(_told.officer_id == officer_id, _told.key.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def tell(connection: Connection, officer_id: str, key: str, at: datetime) -> None:
    """The officer hears of it now; a key that is known already stays."""
    if not told(connection, officer_id, [key]):
        connection.execute(reminder_table.insert().values(officer_id=officer_id, key=key, told_us=clock.to_us(at)))


def prune(connection: Connection, before: datetime, rows: int) -> None:
    """Forget what was said long ago, at most so much at once."""
    old = sa.select(_told.officer_id, _told.key).where(_told.told_us < clock.to_us(before)).limit(rows)
    for officer_id, key in connection.execute(old).all():
        connection.execute(reminder_table.delete().where(_told.officer_id == officer_id, _told.key == key))
