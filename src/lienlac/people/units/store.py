"""The tables of units and of who belongs to which, and the only SQL on them. Decides nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac.people.units.unit import Belonging, Unit
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row


class Relation(StrEnum):
    """How an officer is tied to a unit: it is their first one, a further one, or one that they audit."""

    FIRST = "first"
    MEMBER = "member"
    AUDITS = "audits"


unit_table = sa.Table(
    "unit",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name_vi", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("head_id", sa.String(40), sa.ForeignKey("account.id"), nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
)

member_table = sa.Table(
    "unit_member",
    metadata,
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("unit_id", sa.String(40), sa.ForeignKey("unit.id"), primary_key=True, index=True),
    sa.Column("relation", sa.String(10), primary_key=True),
)

_TIES = sa.select(
    member_table.c.account_id, member_table.c.relation, unit_table.c.id, unit_table.c.name_vi, unit_table.c.name_en
).join_from(member_table, unit_table)
_TIES_OF = Quick(_TIES.where(member_table.c.account_id == sa.bindparam("of_account")))
"""Asked with every call of an officer."""
_UNITS = Quick(sa.select(unit_table).order_by(unit_table.c.id))


def add(connection: Connection, unit: Unit) -> None:
    """A new unit."""
    connection.execute(unit_table.insert().values(id=unit.id, **_columns(unit)))


def update(connection: Connection, unit: Unit) -> None:
    """Everything about a unit."""
    connection.execute(unit_table.update().where(unit_table.c.id == unit.id).values(**_columns(unit)))


def units(connection: Connection) -> list[Unit]:
    """Every unit, closed ones too; at most as many as a node may have."""
    return [_unit(row) for row in _UNITS.rows(connection)]


def unit(connection: Connection, unit_id: str) -> Unit | None:
    """The unit of that id."""
    row = connection.execute(sa.select(unit_table).where(unit_table.c.id == unit_id)).first()
    return None if row is None else _unit(row)


def belonging(connection: Connection, account_id: str) -> Belonging:
    """Where one officer belongs."""
    return _belonging(_TIES_OF(connection, {"of_account": account_id}))


def of_each(connection: Connection, account_ids: Iterable[str]) -> dict[str, Belonging]:
    """Where each of these officers belongs, in one question; who belongs nowhere is left out."""
    ties: dict[str, list[Any]] = {}
    for row in connection.execute(_TIES.where(member_table.c.account_id.in_(sorted(account_ids)))):
        ties.setdefault(row.account_id, []).append(row)
    return {account_id: _belonging(rows) for account_id, rows in ties.items()}


def everybody(connection: Connection) -> dict[str, Belonging]:
    """Where each officer belongs who belongs anywhere."""
    ties: dict[str, list[Any]] = {}
    for row in connection.execute(_TIES):
        ties.setdefault(row.account_id, []).append(row)
    return {account_id: _belonging(rows) for account_id, rows in ties.items()}


def members(connection: Connection, unit_id: str) -> list[str]:
    """Ids of the officers who belong to a unit."""
    query = sa.select(member_table.c.account_id).where(
        member_table.c.unit_id == unit_id, member_table.c.relation != Relation.AUDITS
    )
    return sorted(set(connection.execute(query).scalars()))


def assign(connection: Connection, account_id: str, ties: Iterable[tuple[str, Relation]]) -> None:
    """Where an officer belongs from now on, and nowhere else; whom they headed without belonging has no head then."""
    connection.execute(member_table.delete().where(member_table.c.account_id == account_id))
    rows = [{"account_id": account_id, "unit_id": unit_id, "relation": relation.value} for unit_id, relation in ties]
    if rows:
        connection.execute(member_table.insert(), rows)
    belongs = [row["unit_id"] for row in rows if row["relation"] != Relation.AUDITS]
    connection.execute(
        unit_table.update()
        .where(unit_table.c.head_id == account_id, unit_table.c.id.not_in(belongs))
        .values(head_id=None)
    )


def _columns(unit: Unit) -> dict[str, Any]:
    return {"name_vi": unit.name_vi, "name_en": unit.name_en, "head_id": unit.head, "active": unit.active}


def _unit(row: Row[Any]) -> Unit:
    return Unit(id=row.id, name_vi=row.name_vi, name_en=row.name_en, head=row.head_id, active=row.active)


def _belonging(rows: Iterable[Any]) -> Belonging:
    first, belongs, audits = None, set(), set()
    for _account, relation, unit_id, name_vi, name_en in rows:
        if relation == Relation.AUDITS:
            audits.add(unit_id)
            continue
        belongs.add(unit_id)
        if relation == Relation.FIRST:
            first = Unit(id=unit_id, name_vi=name_vi, name_en=name_en)
    return Belonging(first=first, units=frozenset(belongs), audits=frozenset(audits))
