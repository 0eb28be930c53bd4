"""Where in a long thing an identifier is named: the table of places and the SQL on it. Decides nothing.

A case of a million lines is one thing, not a million: whoever looks a telephone up wants to know that the case names
it, how often, and where last. A thing names what any of its places names; a place is a number that its slice gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.identifiers.index.store import mention_table, thing_table, value_table
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    Pair = tuple[int, int]
    """A value and the role in which it is named."""

place_table = sa.Table(
    "mention_place",
    metadata,
    sa.Column("thing", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("role", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Index("ix_mention_place_place", "thing", "place", "value", "role"),
    sqlite_with_rowid=False,
)

_P: Final = place_table.c
_M: Final = mention_table.c
_OF_THING: Final = _P.thing == sa.bindparam("of_thing")
_BEFORE: Final = QuickAmong(
    lambda places: sa.select(_P.place, _P.value, _P.role).where(_OF_THING, _P.place.in_(places))
)
_NAMED: Final = QuickAmong(
    lambda values: sa.select(_M.value, _M.role).where(_M.thing == sa.bindparam("of_thing"), _M.value.in_(values))
)
_STILL: Final = Quick(
    sa.select(_P.place)
    .where(_OF_THING, _P.value == sa.bindparam("of_value"), _P.role == sa.bindparam("of_role"))
    .limit(1)
)
_ADD: Final = Quick(place_table.insert())
_DROP: Final = Quick(
    place_table.delete().where(
        _OF_THING,
        _P.value == sa.bindparam("of_value"),
        _P.place == sa.bindparam("of_place"),
        _P.role == sa.bindparam("of_role"),
    )
)
_NEWEST: Final = Quick(sa.select(sa.func.max(_P.place)).where(_OF_THING, _P.value == sa.bindparam("of_value")))
_COUNT: Final = Quick(
    sa.select(sa.func.count()).select_from(
        sa.select(_P.place)
        .where(_OF_THING, _P.value == sa.bindparam("of_value"))
        .distinct()
        .limit(limits.MENTIONS_COUNTED_MAX)
        .subquery()
    )
)


class Shared(NamedTuple):
    """A value that other things name too: its digest, and which thing names it here, in which place (0: in none)."""

    digest: bytes
    thing_id: str
    place: int


class Change(NamedTuple):
    """What a thing named before, of the values that were touched, and which pairs it names now and no longer."""

    before: frozenset[Pair]
    more: frozenset[Pair]
    fewer: frozenset[Pair]


def replace(connection: Connection, thing: int, wanted: Mapping[int, set[Pair]]) -> Change:
    """These places name these pairs now and no others; what follows for the thing as a whole."""
    stands: dict[int, set[Pair]] = {place: set() for place in wanted}
    for place, value, role in _BEFORE(connection, list(wanted), {"of_thing": thing}):
        stands[place].add((value, role))
    adds = {(*pair, place) for place, pairs in wanted.items() for pair in pairs - stands[place]}
    drops = {(*pair, place) for place, pairs in stands.items() for pair in pairs - wanted[place]}
    values = {value for value, _role, _place in adds | drops}
    named = _NAMED(connection, sorted(values), {"of_thing": thing}) if values else ()
    before = frozenset((value, role) for value, role in named)
    if drops:
        _DROP.many(connection, [{"of_thing": thing, **_at(*one)} for one in sorted(drops)])
    if adds:
        rows = [{"thing": thing, "value": value, "place": place, "role": role} for value, role, place in sorted(adds)]
        _ADD.many(connection, rows)
    gained = {(value, role) for value, role, _place in adds}
    lost = {(value, role) for value, role, _place in drops} - gained
    gone = {pair for pair in lost if not _STILL(connection, {"of_thing": thing, **_pair(pair)})}
    return Change(before, frozenset(gained - before), frozenset(gone & before))


def shared(connection: Connection, thing_id: str, most: int) -> list[Shared]:
    """What a thing, and what lies in it, names beside others, whoever may know of these; the newest, so many of each.

    Looks at `limits.MENTIONS_PLACES_LOOKED_AT` places, the newest ones.
    """
    thing, value = thing_table.c, value_table.c
    several = value.open_count + value.hidden_count > 1
    own = sa.select(thing.number).where(thing.thing_id == thing_id).scalar_subquery()
    near = (
        sa.select(_P.value, _P.place)
        .where(_P.thing == own)
        .order_by(_P.place.desc())
        .limit(limits.MENTIONS_PLACES_LOOKED_AT)
        .subquery()
    )
    place = sa.func.max(near.c.place)
    in_places = (
        sa.select(value.digest, place)
        .join_from(near, value_table, value.number == near.c.value)
        .where(several)
        .group_by(value.digest)
        .order_by(place.desc())
        .limit(most)
    )
    lying = (
        sa.select(value.digest, thing.thing_id)
        .join_from(thing_table, mention_table, _M.thing == thing.number)
        .join(value_table, value.number == _M.value)
        .where(thing.access_id == thing_id, thing.thing_id != thing_id, several)
        .order_by(thing.number.desc())
        .limit(most)
    )
    found = [Shared(bytes(row[0]), thing_id, int(row[1])) for row in connection.execute(in_places)]
    return found + [Shared(bytes(row[0]), str(row[1]), 0) for row in connection.execute(lying)]


def newest(connection: Connection, thing: int, value: int) -> tuple[int, int] | None:
    """The highest place that names a value, and how many do, counted so far as look-ups count; None without places."""
    parameters = {"of_thing": thing, "of_value": value}
    ((place,),) = _NEWEST(connection, parameters)
    if place is None:
        return None
    ((count,),) = _COUNT(connection, parameters)
    return int(place), int(count)


def forget(connection: Connection) -> None:
    """No thing has places any more: before the index is made anew."""
    connection.execute(place_table.delete())


def any_left(connection: Connection, thing: int) -> bool:
    """Whether any place of a thing names anything."""
    return connection.execute(sa.select(_P.place).where(_P.thing == thing).limit(1)).first() is not None


def _at(value: int, role: int, place: int) -> dict[str, int]:
    return {"of_value": value, "of_role": role, "of_place": place}


def _pair(pair: Pair) -> dict[str, int]:
    return {"of_value": pair[0], "of_role": pair[1]}
