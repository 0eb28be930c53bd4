"""Reports that were read in and wait for an officer's confirmation: the stripped text and where it came from.

Only stripped text ever gets here. What was found is not kept: reading the same text finds the same. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

draft_table = sa.Table(
    "intel_intake",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One report. `digest` is the SHA-256 of what came in; `removed` counts what was cut out; `notes` what was left."""

    id: str
    officer_id: str
    at: datetime
    label: str
    digest: str
    text: str
    removed: dict[str, int]
    notes: tuple[str, ...]


def add(connection: Connection, draft: Draft) -> None:
    """Keep a report."""
    told = msgspec.json.encode({"removed": draft.removed, "notes": draft.notes}).decode()
    connection.execute(
        draft_table.insert().values(
            id=draft.id,
            officer_id=draft.officer_id,
            at_us=clock.to_us(draft.at),
            label=draft.label,
            digest=draft.digest,
            text=draft.text,
            told=told,
        )
    )


def of_officer(connection: Connection, officer_id: str) -> list[Draft]:
    """An officer's reports, the newest first."""
    table = draft_table.c
    query = sa.select(draft_table).where(table.officer_id == officer_id).order_by(table.at_us.desc(), table.id)
    return [_draft(row) for row in connection.execute(query.limit(limits.INTAKE_DRAFTS_MAX))]


def count(connection: Connection, officer_id: str) -> int:
    """How many an officer has."""
    query = sa.select(sa.func.count()).where(draft_table.c.officer_id == officer_id)
    return int(connection.execute(query).scalar_one())


def get(connection: Connection, draft_id: str, officer_id: str) -> Draft | None:
    """One of an officer's own reports; somebody else's is not there."""
    table = draft_table.c
    query = sa.select(draft_table).where(table.id == draft_id, table.officer_id == officer_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _draft(row)


def drop(connection: Connection, draft_id: str) -> None:
    """Forget a report."""
    connection.execute(draft_table.delete().where(draft_table.c.id == draft_id))


def forget_before(connection: Connection, edge: datetime) -> None:
    """Forget what waited too long."""
    connection.execute(draft_table.delete().where(draft_table.c.at_us < clock.to_us(edge)))


def _draft(row: Any) -> Draft:
    told = msgspec.json.decode(row.told)
    return Draft(
        id=row.id,
        officer_id=row.officer_id,
        at=clock.from_us(row.at_us),
        label=row.label,
        digest=row.digest,
        text=row.text,
        removed=told["removed"],
        notes=tuple(told["notes"]),
    )
