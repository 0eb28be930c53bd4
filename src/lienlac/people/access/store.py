"""The table of need-to-know and the SQL by which lists, counters and searches ask it.

A thing without an "allowed" row is open to everybody whose role lets them; with such rows it is open to those named and
to nobody else. "holder" rows say who opened it or took it on, and in which units they then were. `in_scope` is the same
rule as `rights.Scope.shows`, in SQL; a test holds the two together. Decides nothing.
"""

from __future__ import annotations

import functools
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.people.rights import Scope, Thing
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection
    from sqlalchemy.sql import ClauseElement

UNIT = "uni-"
"""How the id of a unit begins; every other subject is an officer."""


class Relation(StrEnum):
    """What a row says of its subject."""

    ALLOWED = "allowed"
    HOLDER = "holder"


entry_table = sa.Table(
    "access_entry",
    metadata,
    sa.Column("thing", sa.String(40), primary_key=True),
    sa.Column("subject", sa.String(40), primary_key=True),
    sa.Column("relation", sa.String(10), primary_key=True),
    sa.Column("since_us", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Index("ix_access_entry_subject", "subject", "relation", "thing"),
)

_LEADS: dict[str, Callable[[sa.ColumnElement[str]], sa.ColumnElement[str]]] = {}
"""How ids begin whose things follow others, and how these are found."""
_OF_THING = Quick(
    sa.select(entry_table.c.subject, entry_table.c.relation).where(entry_table.c.thing == sa.bindparam("of_thing"))
)
"""Asked whenever a message arrives."""

_NAMED = Quick(
    sa.select(entry_table.c.subject)
    .where(entry_table.c.subject == sa.bindparam("subject"), entry_table.c.relation == Relation.ALLOWED.value)
    .limit(1)
)
"""Asked for everybody who looks at a page whenever something happens: one look into an index, however many things."""


def thing(connection: Connection, thing_id: str, kind: str = "request") -> Thing:
    """What the gate must know of a thing; one that nobody ever restricted or held is open and without holders."""
    units, officers, holders = set(), set(), set()
    for subject, relation in _OF_THING(connection, {"of_thing": thing_id}):
        if relation == Relation.HOLDER:
            holders.add(subject)
        elif subject.startswith(UNIT):
            units.add(subject)
        else:
            officers.add(subject)
    return Thing(
        id=thing_id, kind=kind, units=frozenset(units), officers=frozenset(officers), holders=frozenset(holders)
    )


def follow(mark: str, leads: Callable[[sa.ColumnElement[str]], sa.ColumnElement[str]]) -> None:
    """Things whose ids begin with this mark have no need-to-know of their own: they follow that of another thing.

    `leads` gives for a column of such ids the id of that other thing, as a scalar query; what it does not find leads
    itself. A slice says so where it declares the table of such things.
    """
    _LEADS[mark] = leads


def leader(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The thing whose need-to-know counts for the thing that a column names: itself, or what it follows."""
    whens = [
        (sa.func.substr(column, 1, len(mark)) == mark, sa.func.coalesce(leads(column), column))
        for mark, leads in sorted(_LEADS.items())
    ]
    return sa.case(*whens, else_=column) if whens else column


def leading(connection: Connection, thing_id: str, kind: str = "request") -> Thing:
    """What the gate must know of a thing that may follow another."""
    if thing_id.startswith(tuple(_LEADS)):
        thing_id = connection.execute(sa.select(leader(sa.literal(thing_id)))).scalar_one()
    return thing(connection, thing_id, kind)


def add(
    connection: Connection, thing_id: str, relation: Relation, subjects: Iterable[str], *, by: str, at: datetime
) -> None:
    """Name more subjects; who is named already stays as they are."""
    query = sa.select(entry_table.c.subject).where(entry_table.c.thing == thing_id, entry_table.c.relation == relation)
    fresh = sorted(set(subjects) - set(connection.execute(query).scalars()))
    rows = [
        {"thing": thing_id, "subject": subject, "relation": relation.value, "since_us": clock.to_us(at), "by": by}
        for subject in fresh
    ]
    if rows:
        connection.execute(entry_table.insert(), rows)


def remove(connection: Connection, thing_id: str, relation: Relation, subjects: Iterable[str] | None = None) -> None:
    """Name these no longer, or nobody."""
    query = entry_table.delete().where(entry_table.c.thing == thing_id, entry_table.c.relation == relation)
    if subjects is not None:
        query = query.where(entry_table.c.subject.in_(sorted(subjects)))
    connection.execute(query)


def named_anywhere(connection: Connection, subjects: Iterable[str]) -> frozenset[str]:
    """Those of these subjects by whom any need-to-know names somebody: the others' scope shows what is open to all."""
    return frozenset(one for one in subjects if _NAMED(connection, {"subject": one}))


class Scoped:
    """A question of which the scope is a part, built and compiled once for each form that a scope can have.

    `build` gets a scope that names nobody, and whatever else decides the statement's form. Who asks is handed over each
    time it runs; should that ever be forgotten, nothing that is hidden from anybody is found.
    """

    def __init__(self, build: Callable[..., ClauseElement]) -> None:
        self._build = functools.lru_cache(limits.STATEMENTS_KEPT)(lambda *form: Quick(build(*form)))

    def __call__(self, connection: Connection, scope: Scope, *form: Hashable, **parameters: object) -> list[Any]:
        """The rows, with their columns by name."""
        return self._build(_nobodys(scope), *form).rows(connection, {**_names(scope), **parameters})


def _named_by(scope: Scope) -> list[str]:
    return sorted(scope.keys if scope.within is None else scope.within)


def _names(scope: Scope) -> dict[str, str]:
    """What `in_scope` asks for, by the names of its parameters."""
    return {f"scope_{place}": name for place, name in enumerate(_named_by(scope))}


def _nobodys(scope: Scope) -> Scope:
    """A scope of the same form whose keys no entry names."""
    nobody = frozenset(f"?{place:06}" for place in range(len(_named_by(scope))))
    within = None if scope.within is None else nobody
    return Scope(officer_id="", keys=nobody if within is None else frozenset(), within=within, whole=scope.whole)


def in_scope(
    scope: Scope, thing_column: sa.ColumnElement[str], *, restricted: sa.ColumnElement[bool] | None = None
) -> sa.ColumnElement[bool]:
    """The condition under which a row's thing may be known.

    `restricted` says from a column of the caller's whether the thing has any "allowed" row: with it, what is open is
    answered from the caller's own index, and only what is restricted is looked up here, one row at a time: most
    readers see most of what they pass. A confined auditor passes by most things, so theirs are gathered first.
    """
    if scope.whole and scope.within is None:
        return sa.true()
    names: list[sa.BindParameter[str]] = [
        sa.bindparam(f"scope_{place}", name) for place, name in enumerate(_named_by(scope))
    ]
    if scope.within is not None:
        return thing_column.in_(sa.select(entry_table.c.thing).where(_is_one_of(entry_table.c.subject, names)))
    row, own = entry_table.alias(), entry_table.alias()
    if restricted is None:
        restricted = sa.exists().where(row.c.thing == thing_column, row.c.relation == Relation.ALLOWED.value)
    mine = sa.exists().where(
        own.c.thing == thing_column, own.c.relation == Relation.ALLOWED.value, _is_one_of(own.c.subject, names)
    )
    return sa.or_(sa.not_(restricted), mine)


def _is_one_of(column: sa.ColumnElement[str], names: list[sa.BindParameter[str]]) -> sa.ColumnElement[bool]:
    return column.in_(names) if names else sa.false()
