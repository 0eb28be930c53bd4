"""The table of objects: every version of each, its bytes exactly as they came, our own marks beside them.

A version's key is the instant at which it was added: strictly increasing over the whole node, allotted by the one
writer in the order of commits. So paging by that instant loses nothing, whatever is added meanwhile. An object is
looked up by a short digest of its id, and the id itself decides. Pages join stored bytes and parse nothing.

A version that came in a large parcel as the first of its object is found by `store.ids`, every other one by an index.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.matching import EVERYTHING, SPECS, Match
from lienlac.intelligence.rules.sorting import FIRST, LAST, Known, standings
from lienlac.intelligence.store import ids, reading
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Marks
    from lienlac.intelligence.rules.sorting import Fresh

_IS_INDEXED: Final = sa.text("indexed = 1")
object_table = sa.Table(
    "intel_object",
    metadata,
    sa.Column("added_us", RowNumber, primary_key=True, autoincrement=False),
    sa.Column("collection", sa.BigInteger, nullable=False),
    sa.Column("object_key", sa.BigInteger, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("spec", sa.SmallInteger, nullable=False),
    sa.Column("version_us", sa.BigInteger, nullable=False),
    sa.Column("standing", sa.SmallInteger, nullable=False),
    sa.Column("revoked", sa.SmallInteger, nullable=False),
    sa.Column("tlp", sa.SmallInteger, nullable=False),
    sa.Column("pap", sa.String(20), nullable=False),
    sa.Column("handling", sa.String(40), nullable=False),
    sa.Column("grade_4x4", sa.String(2), nullable=False),
    sa.Column("grade_6x6", sa.String(2), nullable=False),
    sa.Column("source", sa.BigInteger, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("indexed", sa.SmallInteger, nullable=False, server_default="1"),
    sa.Index("ix_intel_object_page", "collection", "added_us", "standing"),
    sa.Index("ix_intel_object_type", "collection", "type", "added_us", "standing"),
    sa.Index(
        "ix_intel_object_id", "object_key", "collection", "version_us", "standing",
        sqlite_where=_IS_INDEXED, postgresql_where=_IS_INDEXED,
    ),
)  # fmt: skip
"""`indexed` is 0 where `store.ids` knows the version and 1 where the index by id does: each version is in one."""
_O: Final = object_table.c
_COLUMNS: Final = tuple(column.name for column in object_table.columns)
_INSERT: Final = Quick(object_table.insert())
_STAND: Final = Quick(
    object_table.update().where(_O.added_us == sa.bindparam("of_us")).values(standing=sa.bindparam("new_standing"))
)
_BY_INDEX: Final = _O.indexed == sa.literal_column("1")
_HERE: Final = _O.collection + sa.literal_column("0") == sa.bindparam("in_collection")
"""Plus nothing: where ids are asked for, the way by id is taken, whatever a planner thinks of the others."""
_KNOWN: Final = sa.select(_O.added_us, _O.object_id, _O.version_us, _O.standing)
_LISTED: Final = QuickAmong(lambda instants: _KNOWN.where(_O.added_us.in_(instants), _HERE))
_INDEXED: Final = _KNOWN.where(_BY_INDEX, _O.collection == sa.bindparam("in_collection"))
_ENDS: Final = QuickAmong(lambda keys: _INDEXED.where(_O.object_key.in_(keys), _O.standing > 0))
_BETWEEN: Final = QuickAmong(lambda keys: _INDEXED.where(_O.object_key.in_(keys), _O.standing == 0))
_MARKS: Final = sa.select(_O.object_id, _O.tlp, _O.pap).where(_O.standing >= 2)
_MARKS_LISTED: Final = QuickAmong(lambda instants: _MARKS.where(_O.added_us.in_(instants), _HERE))
_MARKS_INDEXED: Final = QuickAmong(lambda keys: _MARKS.where(_O.object_key.in_(keys), _HERE, _BY_INDEX))
_RAWS: Final = QuickAmong(lambda instants: sa.select(_O.added_us, _O.raw).where(_O.added_us.in_(instants)))
_ROW: Final = (_O.added_us, _O.object_id, _O.version_us, _O.spec)
_WITH_BYTES: Final = QuickAmong(lambda instants: sa.select(*_ROW, _O.raw).where(_O.added_us.in_(instants)))
_WITHOUT: Final = QuickAmong(
    lambda instants: sa.select(*_ROW, sa.literal_column("''")).where(_O.added_us.in_(instants))
)
_AT_ONCE: Final = 1_000
"""Values in one list of SQL: every product takes twenty times as many."""


class Row(NamedTuple):
    """A version as the table tells it; `raw` comes last, so that what is asked for without it never reads it."""

    added_us: int
    object_id: str
    version_us: int
    spec: int
    raw: bytes


class Stored(NamedTuple):
    """A version with everything beside it."""

    added_us: int
    collection: int
    object_id: str
    type: str
    version_us: int
    standing: int
    revoked: bool
    tlp: int
    pap: str
    handling: str
    grade_4x4: str
    grade_6x6: str
    source: int
    raw: bytes


@functools.lru_cache(maxsize=8_192)
def key_of(object_id: str) -> int:
    """The short digest by which an object is found; two ids with the same one are told apart by the ids."""
    return int.from_bytes(hashlib.blake2b(object_id.encode(), digest_size=8).digest(), "big", signed=True)


# --- adding ---------------------------------------------------------------------------------------------------------


def known(connection: Connection, collection: int, wanted: Mapping[str, Iterable[int]]) -> dict[str, list[Known]]:
    """Of each of these objects the first and the last version, and those of the instants named; without bytes."""
    found: dict[str, list[Known]] = {}
    here = {"in_collection": collection}
    keys = list({key_of(one) for one in wanted})
    for added_us, object_id, version_us, standing in (
        *_LISTED(connection, ids.instants(connection, keys), here),
        *_ENDS(connection, keys, here),
    ):
        if object_id in wanted and (standing or version_us in wanted[object_id]):
            found.setdefault(object_id, []).append(Known(added_us, version_us, standing, None))
    # what stands between the first and the last version is rare: looked for only where there may be something
    between = [key_of(object_id) for object_id, versions in found.items() if len(versions) > 1]
    for added_us, object_id, version_us, _ in _BETWEEN(connection, between, here) if between else ():
        if version_us in wanted.get(object_id, ()):
            found[object_id].append(Known(added_us, version_us, 0, None))
    return found


def bytes_of(connection: Connection, instants: Sequence[int]) -> dict[int, bytes]:
    """The bytes of these versions."""
    return dict(_RAWS(connection, instants))


def definitions(connection: Connection, object_ids: Sequence[str]) -> dict[str, bytes]:
    """The newest bytes of marking definitions, wherever they are stored."""
    found: dict[str, bytes] = {}
    for part in _parts(sorted(object_ids)):
        query = sa.select(_O.object_id, _O.raw).where(named(connection, part), _O.type == "marking-definition")
        found.update((row.object_id, row.raw) for row in connection.execute(query.order_by(_O.version_us)))
    return {object_id: found[object_id] for object_id in object_ids if object_id in found}


def insert(
    connection: Connection,
    fresh: Sequence[Fresh],
    standing: Mapping[int, int],
    *,
    collection: int,
    source: int,
    marks: Sequence[Marks],
) -> None:
    """Store new versions, and move on the standing of those before them."""
    listed = _listed(fresh, standing)
    rows = [
        (
            one.added_us,
            collection,
            key_of(one.checked.stix.id),
            one.checked.stix.id,
            one.checked.stix.type,
            SPECS.get(one.checked.stix.spec_version, 21),
            one.version_us,
            standing.get(one.added_us, 0),
            int(one.checked.stix.revoked),
            one.tlp,
            beside.pap,
            " ".join(beside.handling),
            beside.grade_4x4,
            beside.grade_6x6,
            source,
            one.checked.stix.raw,
            int(one.added_us not in listed),
        )
        for one, beside in zip(fresh, marks, strict=True)
    ]
    if rows:
        _INSERT.tuples(connection, _COLUMNS, rows)
    ids.keep(connection, [(key_of(object_id), added_us) for added_us, object_id in listed.items()])
    stand(connection, {us: bits for us, bits in standing.items() if us < (fresh[0].added_us if fresh else 2**62)})


def _listed(fresh: Sequence[Fresh], standing: Mapping[int, int]) -> dict[int, str]:
    """Instants and ids of the versions that are the only ones of their objects, if these are many."""
    alone = {one.added_us: one.checked.stix.id for one in fresh if standing.get(one.added_us) == FIRST | LAST}
    return alone if len(alone) >= limits.INTEL_RUN_LEAST else {}


def stand(connection: Connection, standing: Mapping[int, int]) -> None:
    """Set the standing of versions that are stored."""
    if standing:
        _STAND.many(connection, [{"of_us": us, "new_standing": bits} for us, bits in standing.items()])


# --- reading --------------------------------------------------------------------------------------------------------


def page(
    connection: Connection, collection: int, match: Match, *, after_us: int, ceiling: int, rows: int, raw: bool
) -> Iterator[Row]:
    """Versions that match, in the order in which they were added, after that instant.

    `ceiling` is the strictest mark shown. They come as they are taken: whoever has enough stops. Without `raw` the
    bytes are empty.
    """
    if len(match.types) > 1 and not match.ids:
        yield from _of_types(connection, collection, match, after_us=after_us, ceiling=ceiling, rows=rows, raw=raw)
        return
    listed = _listed_here(connection, collection, match.ids) if match.ids else []
    counts = (len(match.ids), len(listed), len(match.types))
    shape = _Shape(*counts, match.standings, len(match.versions_us), len(match.specs), raw)
    if match.all_versions:
        shape = shape._replace(standings=None, versions=0)
    values: dict[str, Any] = {"in_collection": collection, "after_us": after_us, "ceiling": ceiling, "rows": rows}
    values.update({f"key{place}": key_of(one) for place, one in enumerate(match.ids)})
    values.update({f"id{place}": one for place, one in enumerate(match.ids)})
    values.update({f"listed{place}": one for place, one in enumerate(listed)})
    values.update({f"type{place}": one for place, one in enumerate(match.types)})
    values.update({f"version{place}": one for place, one in enumerate(match.versions_us)})
    values.update({f"spec{place}": one for place, one in enumerate(match.specs)})
    yield from map(Row._make, _page(shape).stream(connection, values))


def _listed_here(connection: Connection, collection: int, object_ids: Sequence[str]) -> list[int]:
    """Instants of these objects in a collection, as far as the index by id does not tell them."""
    found = ids.instants(connection, map(key_of, object_ids))
    return [row[0] for row in _LISTED(connection, found, {"in_collection": collection})]


def named(connection: Connection, object_ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """Every version of these objects, in whichever collection.

    What else is asked of a version must not offer another way to it: of a collection ask by `within`.
    """
    keys = [key_of(one) for one in object_ids]
    ways = [sa.and_(_BY_INDEX, _O.object_key.in_(keys))]
    if listed := ids.instants(connection, keys):
        ways.append(_O.added_us.in_(listed))
    return sa.and_(sa.or_(*ways), _O.object_id.in_(object_ids))


def within(collection: int) -> sa.ColumnElement[bool]:
    """In this collection, of versions that are found by something else."""
    return _O.collection + sa.literal_column("0") == collection


def _of_types(
    connection: Connection, collection: int, match: Match, *, after_us: int, ceiling: int, rows: int, raw: bool
) -> Iterator[Row]:
    """Several types: the next of each, put in order, so that nothing has to be sorted that is not shown."""
    instants: list[int] = []
    for one in dict.fromkeys(match.types):
        alone = Match(types=(one,), places=match.places, versions_us=match.versions_us, specs=match.specs)
        found = page(connection, collection, alone, after_us=after_us, ceiling=ceiling, rows=rows, raw=False)
        instants += [row.added_us for row in found]
    ask = _WITH_BYTES if raw else _WITHOUT
    rows_by_instant = {row[0]: Row(*row) for row in ask(connection, sorted(instants)[:rows])}
    yield from (rows_by_instant[instant] for instant in sorted(rows_by_instant))


class _Shape(NamedTuple):
    """What decides the text of a page's statement."""

    ids: int
    listed: int
    types: int
    standings: tuple[int, ...] | None
    versions: int
    specs: int
    raw: bool


@functools.lru_cache(maxsize=256)
def _page(shape: _Shape) -> Quick:
    here = _HERE if shape.ids else _O.collection == sa.bindparam("in_collection")
    added: sa.ColumnElement[Any] = _O.added_us + sa.literal_column("0") if shape.ids else _O.added_us
    query = sa.select(*_ROW, _O.raw if shape.raw else sa.literal_column("''")).where(
        here,
        added > sa.bindparam("after_us"),
        _O.tlp <= sa.bindparam("ceiling"),
    )
    if shape.ids:
        indexed = sa.and_(_BY_INDEX, _among(_O.object_key, "key", shape.ids))
        by_id = sa.or_(indexed, _among(_O.added_us, "listed", shape.listed)) if shape.listed else indexed
        query = query.where(by_id, _one_of(_O.object_id, "id", shape.ids))
    if shape.types:
        query = query.where(_one_of(_O.type, "type", shape.types))
    if shape.specs:
        query = query.where(_one_of(_O.spec, "spec", shape.specs))
    if shape.standings is not None:
        asked = [_O.standing == bits for bits in shape.standings]
        if shape.standings == (2, 3):
            asked = [_O.standing >= 2]
        if shape.versions:
            asked.append(_one_of(_O.version_us, "version", shape.versions))
        query = query.where(sa.or_(*asked))
    return Quick(query.order_by(added).limit(sa.bindparam("rows")))


def _among(column: sa.ColumnElement[Any], name: str, count: int) -> sa.ColumnElement[bool]:
    return column.in_([sa.bindparam(f"{name}{place}") for place in range(count)])


def _one_of(column: sa.ColumnElement[Any], name: str, count: int) -> sa.ColumnElement[bool]:
    return sa.or_(*(column == sa.bindparam(f"{name}{place}") for place in range(count)))


def versions(connection: Connection, collection: int, object_id: str, *, ceiling: int) -> list[Stored]:
    """Every version of an object in a collection that may be shown, the newest first, with everything beside it."""
    query = _stored().where(named(connection, [object_id]), within(collection), _O.tlp <= ceiling)
    rows = connection.execute(query.order_by(_O.version_us.desc()).limit(limits.INTEL_VERSIONS_SHOWN_MAX))
    return [Stored(*row) for row in rows]


def where(connection: Connection, object_id: str) -> list[int]:
    """Numbers of the collections that hold an object."""
    query = sa.select(_O.collection).where(named(connection, [object_id])).distinct()
    return list(connection.execute(query).scalars())


def marks_of(connection: Connection, collection: int, object_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Rank of TLP and code of PAP beside the newest versions of these objects in a collection; for thousands."""
    wanted = {object_id: key_of(object_id) for object_id in object_ids}
    keys, here = list(wanted.values()), {"in_collection": collection}
    listed = _MARKS_LISTED(connection, ids.instants(connection, keys), here)
    return {
        object_id: (tlp, pap)
        for object_id, tlp, pap in (*listed, *_MARKS_INDEXED(connection, keys, here))
        if object_id in wanted
    }


def newest(
    connection: Connection, collection: int, *, ceiling: int, before_us: int | None, type_: str, rows: int
) -> list[Stored]:
    """The newest versions that were added last, newest first: what a page shows of a collection."""
    query = _stored().where(_O.collection == collection, _O.standing >= 2, _O.tlp <= ceiling)
    if before_us is not None:
        query = query.where(_O.added_us < before_us)
    if type_:
        query = query.where(_O.type == type_)
    return [Stored(*row) for row in connection.execute(query.order_by(_O.added_us.desc()).limit(rows))]


def _stored() -> sa.Select[Any]:
    return sa.select(*(object_table.c[name] for name in Stored._fields))


# --- deleting -------------------------------------------------------------------------------------------------------


def delete(connection: Connection, collection: int, object_id: str, match: Match = EVERYTHING) -> int:
    """Delete the versions of an object that match; how many there were. What remains gets its standing anew."""
    mine = sa.and_(named(connection, [object_id]), within(collection))
    query = sa.delete(object_table).where(mine)
    if not match.all_versions:
        query = query.where(sa.or_(_O.standing.in_(match.standings), _O.version_us.in_(match.versions_us)))
    if match.specs:
        query = query.where(_O.spec.in_(match.specs))
    gone = list(connection.execute(query.returning(_O.added_us)).scalars())
    if gone:
        ids.forget(connection, key_of(object_id), gone)
        reading.forget(connection, gone)
        rows = connection.execute(sa.select(_O.added_us, _O.version_us, _O.standing).where(mine)).all()
        left = [Known(row.added_us, row.version_us, row.standing, None) for row in rows]
        new = standings(left)
        stand(connection, {one.added_us: new[one.added_us] for one in left if new[one.added_us] != one.standing})
    return len(gone)


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
