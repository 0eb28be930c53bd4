"""The table of private notes. They stand apart from facts: no way leads from here to any message. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

note_table = sa.Table(
    "shared_note",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("element", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("due_us", sa.BigInteger),
    sa.Column("done_us", sa.BigInteger),
    sa.Column("done_by", sa.String(40)),
    sa.Index("ix_shared_note_record", "record_id", "at_us"),
)
_note = note_table.c


class Kept(StrEnum):
    """What is kept."""

    NOTE = "note"
    DRAFT = "draft"
    """A text that may be stated later, as it was typed: a form, as JSON."""
    TASK = "task"
    """Something for our own side to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note, a draft or an internal task. `element`: what of the record it is about, empty for the whole."""

    id: str
    record_id: str
    element: str = ""
    kind: Kept
    text: str
    officer_id: str
    at: datetime
    due_at: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None


def insert(connection: Connection, note: Note) -> None:
    """Keep one."""
    connection.execute(
        note_table.insert().values(
            id=note.id, record_id=note.record_id, element=note.element, kind=note.kind.value, text=note.text,
            officer_id=note.officer_id, at_us=clock.to_us(note.at), due_us=_us(note.due_at), done_us=_us(note.done_at),
            done_by=note.done_by,
        )
    )  # fmt: skip


def find(connection: Connection, record_id: str, note_id: str) -> Note | None:
    """One of a record's."""
    query = sa.select(note_table).where(_note.id == note_id, _note.record_id == record_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _made(row)


def of_record(
    connection: Connection, record_id: str, *, kind: Kept | None = None, before: datetime | None = None, rows: int
) -> list[Note]:
    """A record's, the newest first."""
    query = sa.select(note_table).where(_note.record_id == record_id)
    if kind is not None:
        query = query.where(_note.kind == kind.value)
    if before is not None:
        query = query.where(_note.at_us < clock.to_us(before))
    return [_made(row) for row in connection.execute(query.order_by(_note.at_us.desc(), _note.id).limit(rows))]


def count(connection: Connection, record_id: str) -> int:
    """How many a record has."""
    query = sa.select(sa.func.count()).where(_note.record_id == record_id)
    return int(connection.execute(query).scalar_one())


def change(connection: Connection, note_id: str, **values: Any) -> None:
    """Text, or that a task is done."""
    connection.execute(note_table.update().where(_note.id == note_id).values(**values))


def delete(connection: Connection, note_id: str) -> None:
    """Take one out."""
    connection.execute(note_table.delete().where(_note.id == note_id))


def _us(at: datetime | None) -> int | None:
    return None if at is None else clock.to_us(at)


def _made(row: Any) -> Note:
    return Note(
        id=row.id,
        record_id=row.record_id,
        element=row.element,
        kind=Kept(row.kind),
        text=row.text,
        officer_id=row.officer_id,
        at=clock.from_us(row.at_us),
        due_at=None if row.due_us is None else clock.from_us(row.due_us),
        done_at=None if row.done_us is None else clock.from_us(row.done_us),
        done_by=row.done_by,
    )
