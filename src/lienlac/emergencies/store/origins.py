"""For which case a channel is to be opened that waits for a second officer: by id alone, and at home alone.

What the case is, and whether the channel may go into it, is decided by whoever holds the cases when it leaves. Nothing
of this travels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

origin_table = sa.Table(
    "emergency_origin",
    metadata,
    sa.Column("emergency_id", sa.String(40), primary_key=True),
    sa.Column("case_id", sa.String(40), nullable=False),
)


def keep(connection: Connection, emergency_id: str, case_id: str) -> None:
    """The channel is meant for that case."""
    connection.execute(origin_table.insert().values(emergency_id=emergency_id, case_id=case_id))


def case_of(connection: Connection, emergency_id: str) -> str:
    """The case; empty where it was opened of none."""
    query = sa.select(origin_table.c.case_id).where(origin_table.c.emergency_id == emergency_id)
    return connection.execute(query).scalar() or ""
