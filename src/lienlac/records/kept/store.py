"""Tables of what officers keep under a name to look so again: whose each is, who else sees it, what it chooses.

What is chosen is the caller's: any struct, kept as JSON. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from lienlac import clock
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

C = TypeVar("C", bound=msgspec.Struct)


def table_of(name: str) -> sa.Table:
    """A table of that name."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("officer_id", sa.String(40), nullable=False),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("chosen", sa.LargeBinary, nullable=False),
        sa.Column("preferred", sa.SmallInteger, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Index(f"ix_{name}_officer", "officer_id"),
        sa.Index(f"ix_{name}_unit", "unit_id"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Generic[C]):
    """One of them. `unit_id`: whose members see it too; `preferred`: its owner's page opens with it."""

    id: str
    officer_id: str
    unit_id: str | None
    name: str
    choice: C
    preferred: bool


class Filters(Generic[C]):
    """What is kept in one table, each choosing a `choice`."""

    def __init__(self, table: sa.Table, choice: type[C]) -> None:
        self._table = table
        self._choice = choice
        # Asked whenever such a page is opened.
        self._of_officer = Quick(sa.select(table).where(table.c.officer_id == sa.bindparam("of_officer")))
        self._of_unit = Quick(sa.select(table).where(table.c.unit_id == sa.bindparam("of_unit")))

    def put(self, connection: Connection, saved: Saved[C], at: datetime) -> None:
        """Keep one; one of the same officer and name gives way."""
        table = self._table
        same = (table.c.officer_id == saved.officer_id, table.c.name == saved.name)
        connection.execute(table.delete().where(*same))
        connection.execute(
            table.insert().values(
                id=saved.id,
                officer_id=saved.officer_id,
                unit_id=saved.unit_id,
                name=saved.name,
                chosen=msgspec.json.encode(saved.choice),
                preferred=int(saved.preferred),
                at_us=clock.to_us(at),
            )
        )

    def known_to(self, connection: Connection, officer_id: str, units: Iterable[str]) -> list[Saved[C]]:
        """The officer's own and those shared with their units, by name."""
        found = {row.id: self._saved(row) for row in self._of_officer.rows(connection, {"of_officer": officer_id})}
        for unit in units:
            found |= {row.id: self._saved(row) for row in self._of_unit.rows(connection, {"of_unit": unit})}
        return sorted(found.values(), key=lambda saved: (saved.name, saved.id))

    def preferred(self, connection: Connection, officer_id: str) -> Saved[C] | None:
        """With which one the officer's page opens."""
        own = (self._saved(row) for row in self._of_officer.rows(connection, {"of_officer": officer_id}))
        return next((saved for saved in own if saved.preferred), None)

    def count_of(self, connection: Connection, officer_id: str) -> int:
        """How many an officer has."""
        query = sa.select(sa.func.count()).select_from(self._table).where(self._table.c.officer_id == officer_id)
        return int(connection.execute(query).scalar_one())

    def prefer(self, connection: Connection, officer_id: str, filter_id: str | None) -> bool:
        """The officer's page opens with this one of theirs, or with none. False when it is not theirs."""
        table = self._table
        connection.execute(table.update().where(table.c.officer_id == officer_id).values(preferred=0))
        if filter_id is None:
            return True
        mine = table.update().where(table.c.officer_id == officer_id, table.c.id == filter_id)
        return connection.execute(mine.values(preferred=1)).rowcount == 1

    def remove(self, connection: Connection, officer_id: str, filter_id: str) -> bool:
        """Forget one of the officer's own. False when there is none."""
        table = self._table
        mine = table.delete().where(table.c.officer_id == officer_id, table.c.id == filter_id)
        return connection.execute(mine).rowcount == 1

    def _saved(self, row: Any) -> Saved[C]:
        return Saved(
            id=row.id,
            officer_id=row.officer_id,
            unit_id=row.unit_id,
            name=row.name,
            choice=msgspec.json.decode(row.chosen, type=self._choice),
            preferred=bool(row.preferred),
        )
