"""The table of hand-over notes. Notes are never changed, only read and accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.duty.handover.note import Item, Note
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

handover_table = sa.Table(
    "duty_handover",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("by_officer", sa.String(40), nullable=False),
    sa.Column("to_officer", sa.String(40)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("items", sa.LargeBinary, nullable=False),
    sa.Column("left_out", sa.Integer, nullable=False),
    sa.Column("written_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("read_by", sa.String(40)),
    sa.Column("read_us", sa.BigInteger),
    sa.Column("accepted_by", sa.String(40)),
    sa.Column("accepted_us", sa.BigInteger),
    sa.Column("remarks", sa.Text, nullable=False),
)

_items = msgspec.json.Decoder(tuple[Item, ...])


def add(connection: Connection, note: Note) -> None:
    """Keep a note."""
    connection.execute(
        handover_table.insert().values(
            id=note.id,
            by_officer=note.by,
            to_officer=note.to,
            text=note.text,
            items=msgspec.json.encode(note.items),
            left_out=note.left_out,
            written_us=clock.to_us(note.written_at),
            remarks="",
        )
    )


def get(connection: Connection, note_id: str) -> Note | None:
    """One note."""
    row = connection.execute(sa.select(handover_table).where(handover_table.c.id == note_id)).one_or_none()
    return None if row is None else _note(row)


def listed(connection: Connection, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Note]:
    """The newest notes."""
    query = sa.select(handover_table).order_by(handover_table.c.written_us.desc(), handover_table.c.id)
    return [_note(row) for row in connection.execute(query.limit(min(rows, limits.PAGE_MAX_ROWS)))]


def waiting_for(connection: Connection, officer_id: str) -> int:
    """How many notes wait for this officer to accept them."""
    return int(_WAITING_FOR(connection, {"officer": officer_id})[0][0])


def concerned(connection: Connection) -> frozenset[str]:
    """Whoever wrote or is named in a note that waits; to all others it says the same."""
    return frozenset(one for row in _CONCERNED(connection) for one in row if one is not None)


_CONCERNED: Final = Quick(
    sa.select(handover_table.c.by_officer, handover_table.c.to_officer).where(handover_table.c.accepted_us.is_(None))
)
_WAITING_FOR: Final = Quick(
    sa.select(sa.func.count())
    .select_from(handover_table)
    .where(
        handover_table.c.accepted_us.is_(None),
        handover_table.c.by_officer != sa.bindparam("officer"),
        sa.or_(handover_table.c.to_officer.is_(None), handover_table.c.to_officer == sa.bindparam("officer")),
    )
)
"""Asked for every page."""


def set_read(connection: Connection, note_id: str, *, by: str, at: datetime) -> None:
    """The first reading by the incoming officer."""
    table = handover_table.c
    connection.execute(
        handover_table.update()
        .where(table.id == note_id, table.read_us.is_(None))
        .values(read_by=by, read_us=clock.to_us(at))
    )


def set_accepted(connection: Connection, note_id: str, *, by: str, at: datetime, remarks: str) -> bool:
    """Taken over; False when somebody else was quicker."""
    table = handover_table.c
    done = connection.execute(
        handover_table.update()
        .where(table.id == note_id, table.accepted_us.is_(None))
        .values(accepted_by=by, accepted_us=clock.to_us(at), remarks=remarks)
    )
    return done.rowcount == 1


def _note(row: Any) -> Note:
    return Note(
        id=row.id,
        by=row.by_officer,
        to=row.to_officer,
        text=row.text,
        items=_items.decode(row.items),
        left_out=row.left_out,
        written_at=clock.from_us(row.written_us),
        read_by=row.read_by,
        read_at=None if row.read_us is None else clock.from_us(row.read_us),
        accepted_by=row.accepted_by,
        accepted_at=None if row.accepted_us is None else clock.from_us(row.accepted_us),
        remarks=row.remarks,
    )
