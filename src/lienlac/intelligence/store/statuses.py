"""What became of calls that brought objects, as TAXII tells it: kept for a while, then forgotten.

Nothing is lost with a status: what was taken and what is held stand in their own tables.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac import limits
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

status_table = sa.Table(
    "intel_status",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
_S = status_table.c


def keep(connection: Connection, status_id: str, *, officer_id: str, at_us: int, body: bytes) -> None:
    """Keep one, and forget what is too old or too many."""
    values = {"id": status_id, "officer_id": officer_id, "at_us": at_us, "body": zlib.compress(body, 1)}
    number = int(connection.execute(status_table.insert().values(**values).returning(_S.number)).scalar_one())
    old = sa.or_(
        _S.number <= number - limits.TAXII_STATUS_KEPT,
        sa.and_(_S.number < number, _S.at_us < at_us - limits.TAXII_STATUS_KEPT_H * 3_600_000_000),
    )
    oldest = sa.select(_S.number).order_by(_S.number).limit(8).scalar_subquery()
    connection.execute(status_table.delete().where(_S.number.in_(oldest), old))


def find(connection: Connection, status_id: str, officer_id: str) -> bytes | None:
    """One status of the officer's own calls."""
    query = sa.select(_S.body).where(_S.id == status_id, _S.officer_id == officer_id)
    body = connection.execute(query).scalar_one_or_none()
    return None if body is None else zlib.decompress(body)
