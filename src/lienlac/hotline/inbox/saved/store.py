"""The table of saved filters: whose each is, with which unit it is shared, and what it chooses. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock
from lienlac.interface.inbox import Choice
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

filter_table = sa.Table(
    "hotline_filter",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("unit_id", sa.String(40)),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("chosen", sa.LargeBinary, nullable=False),
    sa.Column("preferred", sa.SmallInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Index("ix_hotline_filter_officer", "officer_id"),
    sa.Index("ix_hotline_filter_unit", "unit_id"),
)


# Asked for every inbox.
_OF_OFFICER: Final = Quick(sa.select(filter_table).where(filter_table.c.officer_id == sa.bindparam("of_officer")))
_OF_UNIT: Final = Quick(sa.select(filter_table).where(filter_table.c.unit_id == sa.bindparam("of_unit")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One filter. `unit_id`: whose members see it too; `preferred`: its owner's inbox opens with it."""

    id: str
    officer_id: str
    unit_id: str | None
    name: str
    choice: Choice
    preferred: bool


def put(connection: Connection, saved: Saved, at: datetime) -> None:
    """Keep a filter; one of the same officer and name gives way."""
    table = filter_table.c
    connection.execute(filter_table.delete().where(table.officer_id == saved.officer_id, table.name == saved.name))
    connection.execute(
        filter_table.insert().values(
            id=saved.id,
            officer_id=saved.officer_id,
            unit_id=saved.unit_id,
            name=saved.name,
            chosen=msgspec.json.encode(saved.choice),
            preferred=int(saved.preferred),
            at_us=clock.to_us(at),
        )
    )


def known_to(connection: Connection, officer_id: str, units: Iterable[str]) -> list[Saved]:
    """The officer's own and those shared with their units, by name."""
    found = {row.id: _saved(row) for row in _OF_OFFICER.rows(connection, {"of_officer": officer_id})}
    for unit in units:
        found |= {row.id: _saved(row) for row in _OF_UNIT.rows(connection, {"of_unit": unit})}
    return sorted(found.values(), key=lambda saved: (saved.name, saved.id))


def preferred(connection: Connection, officer_id: str) -> Saved | None:
    """With which filter the officer's inbox opens."""
    own = (_saved(row) for row in _OF_OFFICER.rows(connection, {"of_officer": officer_id}))
    return next((saved for saved in own if saved.preferred), None)


def count_of(connection: Connection, officer_id: str) -> int:
    """How many an officer has."""
    query = sa.select(sa.func.count()).select_from(filter_table).where(filter_table.c.officer_id == officer_id)
    return int(connection.execute(query).scalar_one())


def prefer(connection: Connection, officer_id: str, filter_id: str | None) -> bool:
    """The officer's inbox opens with this one of theirs, or with none. False when it is not theirs."""
    table = filter_table.c
    connection.execute(filter_table.update().where(table.officer_id == officer_id).values(preferred=0))
    if filter_id is None:
        return True
    mine = filter_table.update().where(table.officer_id == officer_id, table.id == filter_id)
    return connection.execute(mine.values(preferred=1)).rowcount == 1


def remove(connection: Connection, officer_id: str, filter_id: str) -> bool:
    """Forget one of the officer's own. False when there is none."""
    table = filter_table.c
    return (
        connection.execute(filter_table.delete().where(table.officer_id == officer_id, table.id == filter_id)).rowcount
        == 1
    )


def _saved(row: Any) -> Saved:
    return Saved(
        id=row.id,
        officer_id=row.officer_id,
        unit_id=row.unit_id,
        name=row.name,
        choice=msgspec.json.decode(row.chosen, type=Choice),
        preferred=bool(row.preferred),
    )
