"""The tables of who answers: what each partner last stated, and what we last stated to each partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock
from lienlac.duty.oncall.statement import Statement, latest
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.duty import Contact

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

stated_table = sa.Table(
    "duty_stated",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("ours", sa.Boolean, primary_key=True),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("stated_us", sa.BigInteger, nullable=False),
    sa.Column("received_us", sa.BigInteger),
    sa.Column("contact", sa.LargeBinary, nullable=False),
    sa.Column("code", sa.String(64)),
)

_contacts = msgspec.json.Decoder(Contact | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What we last stated to a partner; `code` is why it was refused, `received_at` when it was taken."""

    statement: Statement
    code: str | None


def keep(connection: Connection, peer: str, statement: Statement, *, ours: bool = False) -> bool:
    """Keep a statement if it is the latest of its author; whether it is."""
    table = stated_table.c
    where = sa.and_(table.peer == peer, table.ours == ours)
    row = connection.execute(sa.select(stated_table).where(where)).one_or_none()
    known = None if row is None else _statement(row)
    if latest(known, statement) is known:
        return False
    connection.execute(stated_table.delete().where(where))
    connection.execute(
        stated_table.insert().values(
            peer=peer,
            ours=ours,
            message_id=statement.message_id,
            stated_us=clock.to_us(statement.stated_at),
            received_us=None if statement.received_at is None else clock.to_us(statement.received_at),
            contact=msgspec.json.encode(statement.contact),
        )
    )
    return True


def theirs(connection: Connection, peer: str) -> Statement | None:
    """Who answers at a partner's desk, by its latest statement."""
    found = _THEIRS.rows(connection, {"of_peer": peer})
    return _statement(found[0]) if found else None


_THEIRS: Final = Quick(
    sa.select(stated_table).where(stated_table.c.peer == sa.bindparam("of_peer"), stated_table.c.ours == sa.false())
)
"""Asked for every inbox."""


def ours(connection: Connection, peer: str) -> Ours | None:
    """What we last stated to a partner."""
    table = stated_table.c
    row = connection.execute(sa.select(stated_table).where(table.peer == peer, table.ours == sa.true())).one_or_none()
    return None if row is None else Ours(statement=_statement(row), code=row.code)


def settle(connection: Connection, peer: str, message_id: str, *, received: datetime | None, code: str | None) -> None:
    """The partner's receipt for our statement."""
    table = stated_table.c
    connection.execute(
        stated_table.update()
        .where(table.peer == peer, table.ours == sa.true(), table.message_id == message_id)
        .values(received_us=None if received is None else clock.to_us(received), code=code)
    )


def _statement(row: Any) -> Statement:
    return Statement(
        message_id=row.message_id,
        stated_at=clock.from_us(row.stated_us),
        received_at=None if row.received_us is None else clock.from_us(row.received_us),
        contact=_contacts.decode(row.contact),
    )
