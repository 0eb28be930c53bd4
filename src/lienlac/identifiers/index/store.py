"""The tables of the index and the SQL on them. Decides nothing.

What stands here tells a thief nothing by itself: an identifier is a keyed digest whose key lies outside the database, a
name is sealed. Numbers are small and the look-up reads one covering index, so that ten million mentions cost no more
than ten. A thing that a need-to-know hides has its mentions in another range of the same index: what is open to all is
counted once and for all, and what is hidden is only ever met through the officer's own keys.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.identifiers.index.firsts import DAY_US, Stood
from lienlac.people.access.store import in_scope
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

value_table = sa.Table(
    "mention_value",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.LargeBinary(16), nullable=False, unique=True),
    sa.Column("open_count", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("hidden_count", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("name", sa.Text),
    sa.Column("type", sa.String(24), nullable=False, server_default=sa.text("''")),
    sa.Column("first_day", sa.Integer),
    sa.Index("ix_mention_value_first", "first_day", "type"),
)

first_table = sa.Table(
    "mention_first",
    metadata,
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(24), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
"""How many values of a type were first named in the open on a day: kept, so that ten million need not be counted."""

thing_table = sa.Table(
    "mention_thing",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("thing_id", sa.String(120), nullable=False, unique=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("access_id", sa.String(120), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("restricted", sa.SmallInteger, nullable=False),
)

mention_table = sa.Table(
    "mention",
    metadata,
    sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("restricted", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("thing", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("role", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Index("ix_mention_thing", "thing", "value", "role"),
    sqlite_with_rowid=False,
)

bucket_table = sa.Table(
    "mention_bucket",
    metadata,
    sa.Column("bucket", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

_IN_ONE: Final = 400
"""Values in one question: SQLite takes no more than some thousands of parameters, and a plan for each size costs."""


class Row(NamedTuple):
    """One thing that names a value."""

    kind: str
    thing_id: str
    label: str
    at_us: int
    role: int
    number: int
    access_id: str


class Value(NamedTuple):
    """A value: its number, in how many things open to all it is named, and in how many hidden ones."""

    number: int
    open_count: int
    hidden_count: int


_VALUE = Quick(
    sa.select(value_table.c.number, value_table.c.open_count, value_table.c.hidden_count).where(
        value_table.c.digest == sa.bindparam("of_digest")
    )
)
_ROW_COLUMNS = (
    thing_table.c.kind,
    thing_table.c.thing_id,
    thing_table.c.label,
    thing_table.c.at_us,
    mention_table.c.role,
    thing_table.c.number,
    thing_table.c.access_id,
)
_BESIDE = mention_table.c.thing == thing_table.c.number
_OPEN = Quick(
    sa.select(*_ROW_COLUMNS)
    .join_from(mention_table, thing_table, _BESIDE)
    .where(
        mention_table.c.value == sa.bindparam("of_value"),
        mention_table.c.restricted == 0,
        mention_table.c.thing != sa.bindparam("but"),
    )
    .order_by(mention_table.c.thing.desc())
    .limit(sa.bindparam("most"))
)
_NUMBER = Quick(sa.select(thing_table.c.number).where(thing_table.c.thing_id == sa.bindparam("of_thing")))
_SIMILAR = Quick(
    sa.select(bucket_table.c.value)
    .where(bucket_table.c.bucket == sa.bindparam("of_bucket"))
    .order_by(bucket_table.c.value.desc())
    .limit(limits.NAME_BUCKET_MAX)
)
_ADD_MENTIONS = Quick(mention_table.insert())
_COUNT = Quick(
    value_table.update()
    .where(value_table.c.number == sa.bindparam("of_value"))
    .values(
        open_count=value_table.c.open_count + sa.bindparam("more_open"),
        hidden_count=value_table.c.hidden_count + sa.bindparam("more_hidden"),
    ),
)


def value(connection: Connection, digest: bytes) -> Value | None:
    """What is known of a value, whoever may see which of it."""
    rows = _VALUE(connection, {"of_digest": digest})
    return Value(*rows[0]) if rows else None


def thing_number(connection: Connection, thing_id: str) -> int:
    """The number of a thing in the index; 0 when it is not there."""
    rows = _NUMBER(connection, {"of_thing": thing_id})
    return int(rows[0][0]) if rows else 0


_NAMES = Quick(
    sa.select(mention_table.c.restricted)
    .where(mention_table.c.thing == sa.bindparam("of_thing"), mention_table.c.value == sa.bindparam("of_value"))
    .limit(1)
)


def names_value(connection: Connection, thing: int, value: int) -> int | None:
    """Whether a thing names a value, and then whether the thing is hidden from anybody (1) or not (0)."""
    rows = _NAMES(connection, {"of_thing": thing, "of_value": value})
    return int(rows[0][0]) if rows else None


def open_rows(connection: Connection, number: int, *, but: int, most: int) -> list[Row]:
    """The newest things open to all that name a value, one thing left out."""
    return [Row(*row) for row in _OPEN(connection, {"of_value": number, "but": but, "most": most})]


def rows_in_scope(
    connection: Connection,
    number: int,
    scope: Scope,
    kinds: Collection[str],
    *,
    narrow: Collection[str],
    but: int,
    hidden_only: bool,
) -> list[Row]:
    """The newest things that name a value, as far as the scope shows them; looks at a bounded number of them.

    `narrow`: kinds that the officer reads whoever else may not.
    """
    near = (
        sa.select(mention_table.c.thing, mention_table.c.role, mention_table.c.restricted)
        .where(mention_table.c.value == number, mention_table.c.thing != but)
        .where(*((mention_table.c.restricted == 1,) if hidden_only else ()))
        .order_by(mention_table.c.restricted, mention_table.c.thing.desc())
        .limit(limits.MENTIONS_LOOKED_AT_MAX)
        .subquery()
    )
    table = thing_table.c
    shown = sa.and_(table.kind.in_(sorted(kinds)), in_scope(scope, table.access_id, restricted=table.restricted == 1))
    query = (
        sa.select(table.kind, table.thing_id, table.label, table.at_us, near.c.role, table.number, table.access_id)
        .join_from(near, thing_table, near.c.thing == table.number)
        .where(sa.or_(shown, table.kind.in_(sorted(narrow))) if narrow else shown)
        .order_by(table.number.desc())
        .limit(limits.MENTIONS_COUNTED_MAX)
    )
    return [Row(*row) for row in connection.execute(query)]


# --- writing ------------------------------------------------------------------------------------------------------


def put_things(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int | None]]:
    """Write things; for each id its number, and whether it was restricted before (None: it is new)."""
    before = _things(connection, [row["thing_id"] for row in rows])
    fresh = [row for row in rows if row["thing_id"] not in before]
    known = [row for row in rows if row["thing_id"] in before]
    if fresh:
        _ADD_THINGS.many(connection, fresh)
    if known:
        _MOVE_THINGS.many(connection, [{**row, "of_thing": row["thing_id"]} for row in known])
    after = _things(connection, [row["thing_id"] for row in fresh])
    found: dict[str, tuple[int, int | None]] = {id_: (number, None) for id_, (number, _) in after.items()}
    return found | before


_COLUMNS: Final = ("thing_id", "kind", "label", "access_id", "at_us", "restricted")
_ADD_THINGS = Quick(thing_table.insert(), columns=_COLUMNS)
_MOVE_THINGS = Quick(
    thing_table.update()
    .where(thing_table.c.thing_id == sa.bindparam("of_thing"))
    .values({name: sa.bindparam(name) for name in _COLUMNS[1:]})
)
_STOOD: Final = (value_table.c.number, value_table.c.type, value_table.c.open_count, value_table.c.first_day)
_THINGS = QuickAmong(
    lambda ids: sa.select(thing_table.c.thing_id, thing_table.c.number, thing_table.c.restricted).where(
        thing_table.c.thing_id.in_(ids)
    )
)
_VALUES = QuickAmong(lambda digests: sa.select(value_table.c.digest, *_STOOD).where(value_table.c.digest.in_(digests)))
_MENTIONS = QuickAmong(
    lambda things: sa.select(mention_table.c.thing, mention_table.c.value, mention_table.c.role).where(
        mention_table.c.thing.in_(things)
    )
)
_ADD_VALUES = Quick(value_table.insert(), columns=("digest", "name", "type"))


def _things(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Number and restriction of things, as far as they are there."""
    return {id_: (number, restricted) for id_, number, restricted in _THINGS(connection, ids)}


def numbered(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """The numbers of those of these things that are there."""
    return {id_: number for id_, (number, _) in _things(connection, ids).items()}


def numbers_of(connection: Connection, types: Mapping[bytes, str], names: Mapping[bytes, str]) -> dict[bytes, Stood]:
    """How each value stands; one that was never named gets a number. `names`: sealed texts of those that are names."""
    found = _known(connection, list(types))
    missing = [digest for digest in types if digest not in found]
    if missing:
        rows = [{"digest": digest, "name": names.get(digest), "type": types[digest][:24]} for digest in missing]
        _ADD_VALUES.many(connection, rows)
        found |= _known(connection, missing)
    return found


def _known(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, Stood]:
    return {bytes(digest): Stood(*stood) for digest, *stood in _VALUES(connection, digests)}


def stood(connection: Connection, numbers: Collection[int]) -> dict[int, Stood]:
    """How these values stand."""
    found: dict[int, Stood] = {}
    for some in _stretches(sorted(numbers)):
        rows = connection.execute(sa.select(*_STOOD).where(value_table.c.number.in_(some)))
        found |= {row.number: Stood(*row) for row in rows}
    return found


def begin(connection: Connection, first: Mapping[int, int | None], began: Mapping[tuple[int, str], int]) -> None:
    """Write since which day values are named in the open, and how many began on each day."""
    if first:
        _SET_FIRST.many(connection, [{"of_value": number, "day": day} for number, day in sorted(first.items())])
    table = first_table.c
    for (day, type_), more in sorted(began.items()):
        if not more:
            continue
        here = sa.and_(table.day == day, table.type == type_)
        if not connection.execute(first_table.update().where(here).values(count=table.count + more)).rowcount:
            connection.execute(first_table.insert().values(day=day, type=type_, count=more))


_SET_FIRST = Quick(
    value_table.update().where(value_table.c.number == sa.bindparam("of_value")).values(first_day=sa.bindparam("day"))
)


def firsts(connection: Connection, *, since: int, until: int) -> list[tuple[int, str, int]]:
    """Day, type and how many values of the type were first named in the open on it, from one day to before another."""
    table = first_table.c
    query = sa.select(table.day, table.type, table.count).where(table.day >= since, table.day < until, table.count > 0)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def first_named(connection: Connection, type_: str, *, since: int, until: int, most: int) -> list[Row]:
    """Open things that name values which were new in these days, the newest first; each thing as often as it does."""
    fresh = (
        sa.select(value_table.c.number)
        .where(value_table.c.first_day >= since, value_table.c.first_day < until, value_table.c.type == type_)
        .order_by(value_table.c.first_day.desc())
        .limit(most)
        .subquery()
    )
    query = (
        sa.select(*_ROW_COLUMNS)
        .join_from(fresh, mention_table, mention_table.c.value == fresh.c.number)
        .join(thing_table, _BESIDE)
        .where(mention_table.c.restricted == 0)
        .order_by(thing_table.c.number.desc())
        .limit(most)
    )
    return [Row(*row) for row in connection.execute(query)]


def mentions(connection: Connection, things: Sequence[int]) -> dict[int, set[tuple[int, int]]]:
    """What each of these things names: values and roles."""
    found: dict[int, set[tuple[int, int]]] = {thing: set() for thing in things}
    for thing, value, role in _MENTIONS(connection, things):
        found[thing].add((value, role))
    return found


def add(connection: Connection, rows: Iterable[tuple[int, int, int, int]]) -> None:
    """Things name values: value, restricted, thing, role of each."""
    named = [
        {"value": value, "restricted": restricted, "thing": thing, "role": role}
        for value, restricted, thing, role in sorted(rows)
    ]
    if named:
        _ADD_MENTIONS.many(connection, named)


def drop(connection: Connection, rows: Iterable[tuple[int, int, int]]) -> None:
    """Things name values no longer: thing, value, role of each."""
    gone = [{"of_thing": thing, "of_value": value, "of_role": role} for thing, value, role in sorted(rows)]
    if gone:
        _DROP_MENTIONS.many(connection, gone)


_DROP_MENTIONS = Quick(
    mention_table.delete().where(
        mention_table.c.thing == sa.bindparam("of_thing"),
        mention_table.c.value == sa.bindparam("of_value"),
        mention_table.c.role == sa.bindparam("of_role"),
    )
)


def count(connection: Connection, changes: dict[int, tuple[int, int]]) -> None:
    """Values are named in so many more things open to all, and in so many more hidden ones (fewer, below zero)."""
    rows = [
        {"of_value": number, "more_open": opened, "more_hidden": hidden}
        for number, (opened, hidden) in sorted(changes.items())
        if opened or hidden
    ]
    if rows:
        _COUNT.many(connection, rows)


def turn(connection: Connection, which: sa.ColumnElement[bool], *, restricted: bool) -> None:
    """Some things became hidden from somebody, or open: their mentions go into the other range.

    In statements that name no single thing or value: a case may have ten thousand entities and name a million values.
    """
    mention, value, thing, to = mention_table.c, value_table.c, thing_table.c, int(restricted)
    chosen = sa.select(thing.number).where(which)
    named = (
        sa.select(
            mention.value,
            sa.func.count(mention.thing.distinct()).label("things"),
            sa.func.min(thing.at_us).op("/")(DAY_US).label("day"),
        )
        .join_from(mention_table, thing_table, _BESIDE)
        .where(which)
        .group_by(mention.value)
        .subquery()
    )
    here, more = value.number == named.c.value, -named.c.things if restricted else named.c.things
    counts = {"open_count": value.open_count + more, "hidden_count": value.hidden_count - more}
    connection.execute(value_table.update().where(here).values(counts))
    if restricted:
        other = sa.and_(here, value.open_count <= 0, value.first_day.is_not(None))
    else:
        other = sa.and_(here, sa.or_(value.first_day.is_(None), value.first_day > named.c.day))
    began: Counter[tuple[int, str]] = Counter()
    columns = (value.first_day, named.c.day, value.type)
    for was, day, type_, many in connection.execute(
        sa.select(*columns, sa.func.count()).where(other).group_by(*columns)
    ):
        if was is not None:
            began[was, type_] -= many
        if not restricted:
            began[day, type_] += many
    day_now = sa.null() if restricted else named.c.day
    connection.execute(value_table.update().where(other).values(first_day=day_now))
    begin(connection, {}, began)
    connection.execute(mention_table.update().where(mention.thing.in_(chosen)).values(restricted=to))
    connection.execute(thing_table.update().where(which).values(restricted=to))


def of_access(access_id: str, *, restricted: bool) -> sa.ColumnElement[bool]:
    """Things whose need-to-know is that of this id, and that are now as hidden, or as open, as this."""
    return sa.and_(thing_table.c.access_id == access_id, thing_table.c.restricted == int(restricted))


def numbered_so(number: int) -> sa.ColumnElement[bool]:
    """One thing."""
    return thing_table.c.number == number


def restriction_of(connection: Connection, number: int) -> int:
    """Whether a thing is hidden from anybody."""
    query = sa.select(thing_table.c.restricted).where(thing_table.c.number == number)
    return int(connection.execute(query).scalar_one())


def forget_thing(connection: Connection, number: int) -> None:
    """A thing is no more."""
    connection.execute(thing_table.delete().where(thing_table.c.number == number))


def forget_unnamed(connection: Connection, values: Collection[int]) -> None:
    """Of these values, those that nothing names any longer leave no digest behind."""
    for some in _stretches(sorted(values)):
        idle = sa.and_(value_table.c.number.in_(some), value_table.c.open_count <= 0, value_table.c.hidden_count <= 0)
        numbers = list(connection.execute(sa.select(value_table.c.number).where(idle)).scalars())
        if numbers:
            connection.execute(bucket_table.delete().where(bucket_table.c.value.in_(numbers)))
            connection.execute(value_table.delete().where(value_table.c.number.in_(numbers)))


def count_things(connection: Connection) -> int:
    """How many things the index holds."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(thing_table)).scalar_one())


def empty(connection: Connection) -> None:
    """Forget everything: before the index is made anew."""
    for table in (mention_table, bucket_table, value_table, thing_table, first_table):
        connection.execute(table.delete())


# --- names --------------------------------------------------------------------------------------------------------


def put_buckets(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Where names are looked for again; those that stand there already stay."""
    fresh = set(pairs)
    for some in _stretches(sorted({number for _, number in pairs})):
        query = sa.select(bucket_table.c.bucket, bucket_table.c.value).where(bucket_table.c.value.in_(some))
        fresh -= {(int(row.bucket), int(row.value)) for row in connection.execute(query)}
    if fresh:
        connection.execute(bucket_table.insert(), [{"bucket": bucket, "value": one} for bucket, one in sorted(fresh)])


def similar(connection: Connection, buckets: Iterable[int]) -> set[int]:
    """Values in these buckets, the newest of each: what is too common to say anything is cut off."""
    found: set[int] = set()
    for bucket in buckets:
        found |= {int(row[0]) for row in _SIMILAR(connection, {"of_bucket": bucket})}
    return found


def names(connection: Connection, numbers: Collection[int]) -> dict[int, tuple[bytes, str]]:
    """Digest and sealed text of names."""
    found: dict[int, tuple[bytes, str]] = {}
    for some in _stretches(sorted(numbers)):
        table = value_table.c
        query = sa.select(table.number, table.digest, table.name).where(table.number.in_(some), table.name.is_not(None))
        found |= {int(row.number): (bytes(row.digest), row.name) for row in connection.execute(query)}
    return found


def _stretches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _IN_ONE] for start in range(0, len(items), _IN_ONE))
