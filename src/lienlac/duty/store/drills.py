"""The table of drills. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock
from lienlac.duty.drills.drill import Drill, State
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

drill_table = sa.Table(
    "duty_drill",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("begins_us", sa.BigInteger, nullable=False),
    sa.Column("ends_us", sa.BigInteger, nullable=False),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("by_officer", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("request_id", sa.String(40)),
    sa.Column("sent_us", sa.BigInteger),
    sa.Column("code", sa.String(60)),
    sa.Index("ix_duty_drill_due", "state", "due_us"),
)
_PLANNED = drill_table.c.state == State.PLANNED.value


def add(connection: Connection, drill: Drill, at: datetime) -> None:
    """A new one."""
    connection.execute(
        drill_table.insert().values(
            id=drill.id,
            peer=drill.peer,
            urgency=drill.urgency,
            begins_us=clock.to_us(drill.begins),
            ends_us=clock.to_us(drill.ends),
            due_us=clock.to_us(drill.due_at),
            by_officer=drill.by,
            at_us=clock.to_us(at),
            state=drill.state.value,
        )
    )


def planned_count(connection: Connection) -> int:
    """How many wait for their moment."""
    query = sa.select(sa.func.count()).select_from(drill_table).where(_PLANNED)
    return int(connection.execute(query).scalar_one())


def due(connection: Connection, now: datetime, rows: int) -> list[Drill]:
    """Those whose moment has come."""
    query = sa.select(drill_table).where(_PLANNED, drill_table.c.due_us <= clock.to_us(now))
    return [_drill(row) for row in connection.execute(query.order_by(drill_table.c.due_us).limit(rows))]


def listed(connection: Connection, rows: int) -> list[Drill]:
    """All, the newest window on top."""
    query = sa.select(drill_table).order_by(drill_table.c.begins_us.desc(), drill_table.c.id).limit(rows)
    return [_drill(row) for row in connection.execute(query)]


def settle(
    connection: Connection, drill_id: str, state: State, *, at: datetime, request_id: str | None, code: str | None
) -> bool:
    """A planned one came to its end. False when it is planned no longer."""
    values = {"state": state.value, "sent_us": clock.to_us(at), "request_id": request_id, "code": code}
    done = connection.execute(drill_table.update().where(drill_table.c.id == drill_id, _PLANNED).values(**values))
    return done.rowcount == 1


def prune(connection: Connection, before: datetime, rows: int) -> None:
    """Forget those whose window ended long ago, so many at once; the journal keeps that they were."""
    old = sa.and_(drill_table.c.state != State.PLANNED.value, drill_table.c.ends_us < clock.to_us(before))
    ids = list(connection.execute(sa.select(drill_table.c.id).where(old).limit(rows)).scalars())
    if ids:
        connection.execute(drill_table.delete().where(drill_table.c.id.in_(ids)))


def _drill(row: Any) -> Drill:
    return Drill(
        id=row.id,
        peer=row.peer,
        urgency=row.urgency,
        begins=clock.from_us(row.begins_us),
        ends=clock.from_us(row.ends_us),
        due_at=clock.from_us(row.due_us),
        by=row.by_officer,
        state=State(row.state),
        request_id=row.request_id,
        sent_at=None if row.sent_us is None else clock.from_us(row.sent_us),
        code=row.code,
    )
