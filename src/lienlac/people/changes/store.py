"""The table of what supervisors are told about accounts, and up to where each of them has seen it. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

change_table = sa.Table(
    "people_change",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.String(40), nullable=False),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("subject", sa.String(40), nullable=False, index=True),
    sa.Column("detail", sa.LargeBinary, nullable=False),
)

PAGE: Final = limits.PAGE_DEFAULT_ROWS
"""Changes on one page."""

seen_table = sa.Table(
    "people_seen",
    metadata,
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act on an account: who did what to whom; `detail` holds roles, units and codes."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


def add(
    connection: Connection, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> None:
    """Tell the supervisors one more thing."""
    values = {"at_us": clock.to_us(at), "actor": actor, "action": action, "subject": subject}
    connection.execute(change_table.insert().values(detail=msgspec.json.encode(dict(detail)), **values))


def latest(connection: Connection, *, before: int | None = None, rows: int = PAGE) -> list[Change]:
    """The newest first; `before` is the number of the last one already read."""
    query = sa.select(change_table).order_by(change_table.c.number.desc()).limit(min(rows, limits.PAGE_MAX_ROWS))
    if before is not None:
        query = query.where(change_table.c.number < before)
    return [
        Change(
            number=row.number,
            at=clock.from_us(row.at_us),
            actor=row.actor,
            action=row.action,
            subject=row.subject,
            detail=msgspec.json.decode(row.detail),
        )
        for row in connection.execute(query)
    ]


def seen_until(connection: Connection, account_id: str) -> int:
    """Number of the last one that this officer has seen."""
    query = sa.select(seen_table.c.number).where(seen_table.c.account_id == account_id)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def unseen(connection: Connection, account_id: str) -> int:
    """How many this officer has not seen yet, except what they did themselves."""
    change = change_table.c
    query = sa.select(sa.func.count()).where(
        change.number > seen_until(connection, account_id), change.actor != account_id
    )
    return int(connection.execute(query.select_from(change_table)).scalar_one())


def see(connection: Connection, account_id: str, number: int) -> None:
    """This officer has seen everything up to that number; never goes back."""
    newest = int(connection.execute(sa.select(sa.func.max(change_table.c.number))).scalar_one() or 0)
    upto = min(max(number, seen_until(connection, account_id)), newest)
    connection.execute(seen_table.delete().where(seen_table.c.account_id == account_id))
    connection.execute(seen_table.insert().values(account_id=account_id, number=upto))
