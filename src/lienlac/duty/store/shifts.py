"""The table of shifts, and what each officer added to their account for duty: a telephone number and quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.duty.contacts.quiet import Quiet
from lienlac.duty.roster.shift import Shift
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

shift_table = sa.Table(
    "duty_shift",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False, index=True),
    sa.Column("unit", sa.String(300), nullable=False),
    sa.Column("line", sa.SmallInteger, nullable=False),
    sa.Column("begins_us", sa.BigInteger, nullable=False),
    sa.Column("ends_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("by_officer", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)

person_table = sa.Table(
    "duty_person",
    metadata,
    sa.Column("officer_id", sa.String(40), primary_key=True),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("quiet_from", sa.SmallInteger),
    sa.Column("quiet_until", sa.SmallInteger),
)

# Statements are built once: building one anew costs more than running it.
_BETWEEN = Quick(
    sa.select(shift_table)
    .where(shift_table.c.ends_us > sa.bindparam("begins"), shift_table.c.begins_us < sa.bindparam("ends"))
    .order_by(shift_table.c.begins_us, shift_table.c.line, shift_table.c.id)
    .limit(limits.ROSTER_MAX_SHIFTS)
)
_NEXT_EDGE = sa.select(
    sa.select(sa.func.min(shift_table.c.ends_us)).where(shift_table.c.ends_us > sa.bindparam("at")).scalar_subquery(),
    sa.select(sa.func.min(shift_table.c.begins_us))
    .where(shift_table.c.begins_us > sa.bindparam("at"))
    .scalar_subquery(),
)


def add(connection: Connection, new: Iterable[Shift], *, by: str, at: datetime) -> None:
    """Store shifts."""
    rows = [
        {
            "id": shift.id,
            "officer_id": shift.officer_id,
            "unit": shift.unit,
            "line": shift.line,
            "begins_us": clock.to_us(shift.begins),
            "ends_us": clock.to_us(shift.ends),
            "by_officer": by,
            "at_us": clock.to_us(at),
        }
        for shift in new
    ]
    if rows:
        connection.execute(shift_table.insert(), rows)


def between(connection: Connection, begins: datetime, ends: datetime) -> list[Shift]:
    """Every shift of which some part lies in that span, in order of time."""
    given = {"begins": clock.to_us(begins), "ends": clock.to_us(ends)}
    return [_shift(row) for row in _BETWEEN.rows(connection, given)]


def at(connection: Connection, instant: datetime) -> list[Shift]:
    """The shifts that hold at an instant."""
    us = clock.to_us(instant)
    return [_shift(row) for row in _BETWEEN.rows(connection, {"begins": us, "ends": us + 1})]


def next_edge(connection: Connection, instant: datetime) -> datetime | None:
    """When a shift begins or ends next."""
    found = [edge for edge in connection.execute(_NEXT_EDGE, {"at": clock.to_us(instant)}).one() if edge is not None]
    return clock.from_us(min(found)) if found else None


def get(connection: Connection, shift_id: str) -> Shift | None:
    """One shift."""
    row = connection.execute(sa.select(shift_table).where(shift_table.c.id == shift_id)).one_or_none()
    return None if row is None else _shift(row)


def remove(connection: Connection, shift_id: str) -> None:
    """Take a shift out of the roster; the journal keeps that it was there."""
    connection.execute(shift_table.delete().where(shift_table.c.id == shift_id))


def count(connection: Connection) -> int:
    """How many shifts there are at all."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(shift_table)).scalar_one())


def _shift(row: Any) -> Shift:
    return Shift(
        id=row.id,
        officer_id=row.officer_id,
        unit=row.unit,
        line=row.line,
        begins=clock.from_us(row.begins_us),
        ends=clock.from_us(row.ends_us),
    )


# --- people -------------------------------------------------------------------------------------------------------


def phone(connection: Connection, officer_id: str) -> str:
    """The number under which an officer can be rung; empty when none is known."""
    query = sa.select(person_table.c.phone).where(person_table.c.officer_id == officer_id)
    return connection.execute(query).scalar_one_or_none() or ""


def quiet(connection: Connection, officer_id: str) -> Quiet | None:
    """An officer's quiet hours."""
    query = sa.select(person_table.c.quiet_from, person_table.c.quiet_until)
    row = connection.execute(query.where(person_table.c.officer_id == officer_id)).one_or_none()
    return None if row is None or row.quiet_from is None else Quiet(row.quiet_from, row.quiet_until)


def set_person(connection: Connection, officer_id: str, *, phone: str, quiet: Quiet | None) -> None:
    """Replace what is known of an officer."""
    connection.execute(person_table.delete().where(person_table.c.officer_id == officer_id))
    connection.execute(
        person_table.insert().values(
            officer_id=officer_id,
            phone=phone,
            quiet_from=None if quiet is None else quiet.begins,
            quiet_until=None if quiet is None else quiet.ends,
        )
    )
