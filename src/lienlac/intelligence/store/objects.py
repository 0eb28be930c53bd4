"""The table of objects: every version of each, its bytes exactly as they came, our own marks beside them.

A version's key is the instant at which it was added: strictly increasing over the whole node, allotted by the one
writer in the order of commits. So paging by that instant loses nothing, whatever is added meanwhile. An object is
looked up by a short digest of its id, and the id itself decides. Pages join stored bytes and parse nothing.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.matching import EVERYTHING, SPECS, Match
from lienlac.intelligence.rules.sorting import Known, standings
from lienlac.intelligence.store import reading
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Marks
    from lienlac.intelligence.rules.sorting import Fresh

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
    sa.Index("ix_intel_object_page", "collection", "added_us", "standing"),
    sa.Index("ix_intel_object_type", "collection", "type", "added_us", "standing"),
    sa.Index("ix_intel_object_id", "object_key", "collection", "version_us", "standing"),
)
_O: Final = object_table.c
_COLUMNS: Final = tuple(column.name for column in object_table.columns)
_INSERT: Final = Quick(object_table.insert())
_STAND: Final = Quick(
    object_table.update().where(_O.added_us == sa.bindparam("of_us")).values(standing=sa.bindparam("new_standing"))
)
_KNOWN: Final = sa.select(_O.added_us, _O.object_id, _O.version_us, _O.standing).where(
    _O.collection == sa.bindparam("in_collection")
)
_ENDS: Final = QuickAmong(lambda keys: _KNOWN.where(_O.object_key.in_(keys), _O.standing > 0))
_BETWEEN: Final = QuickAmong(lambda keys: _KNOWN.where(_O.object_key.in_(keys), _O.standing == 0))
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
    for added_us, object_id, version_us, standing in _ENDS(connection, list({key_of(one) for one in wanted}), here):
        if object_id in wanted:
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
    keys = sorted(key_of(object_id) for object_id in object_ids)
    found: dict[str, bytes] = {}
    for part in _parts(keys):
        query = sa.select(_O.object_id, _O.raw).where(_O.object_key.in_(part), _O.type == "marking-definition")
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
        )
        for one, beside in zip(fresh, marks, strict=True)
    ]
    if rows:
        _INSERT.tuples(connection, _COLUMNS, rows)
    stand(connection, {us: bits for us, bits in standing.items() if us < (fresh[0].added_us if fresh else 2**62)})


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
    shape = _Shape(len(match.ids), len(match.types), match.standings, len(match.versions_us), len(match.specs), raw)
    if match.all_versions:
        shape = shape._replace(standings=None, versions=0)
    values: dict[str, Any] = {"in_collection": collection, "after_us": after_us, "ceiling": ceiling, "rows": rows}
    values.update({f"key{place}": key_of(one) for place, one in enumerate(match.ids)})
    values.update({f"id{place}": one for place, one in enumerate(match.ids)})
    values.update({f"type{place}": one for place, one in enumerate(match.types)})
    values.update({f"version{place}": one for place, one in enumerate(match.versions_us)})
    values.update({f"spec{place}": one for place, one in enumerate(match.specs)})
    yield from map(Row._make, _page(shape).stream(connection, values))


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
    types: int
    standings: tuple[int, ...] | None
    versions: int
    specs: int
    raw: bool


@functools.lru_cache(maxsize=256)
def _page(shape: _Shape) -> Quick:
    # plus nothing: where ids are asked for, the way by id must be taken, whatever a planner thinks of the others
    collection: sa.ColumnElement[Any] = _O.collection + sa.literal_column("0") if shape.ids else _O.collection
    added: sa.ColumnElement[Any] = _O.added_us + sa.literal_column("0") if shape.ids else _O.added_us
    query = sa.select(*_ROW, _O.raw if shape.raw else sa.literal_column("''")).where(
        collection == sa.bindparam("in_collection"),
        added > sa.bindparam("after_us"),
        _O.tlp <= sa.bindparam("ceiling"),
    )
    if shape.ids:
        query = query.where(_one_of(_O.object_key, "key", shape.ids), _one_of(_O.object_id, "id", shape.ids))
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


def _one_of(column: sa.ColumnElement[Any], name: str, count: int) -> sa.ColumnElement[bool]:
    return sa.or_(*(column == sa.bindparam(f"{name}{place}") for place in range(count)))


def versions(connection: Connection, collection: int, object_id: str, *, ceiling: int) -> list[Stored]:
    """Every version of an object in a collection that may be shown, the newest first, with everything beside it."""
    query = _stored().where(
        _O.object_key == key_of(object_id),
        _O.object_id == object_id,
        _O.collection == collection,
        _O.tlp <= ceiling,
    )
    rows = connection.execute(query.order_by(_O.version_us.desc()).limit(limits.INTEL_VERSIONS_SHOWN_MAX))
    return [Stored(*row) for row in rows]


def where(connection: Connection, object_id: str) -> list[int]:
    """Numbers of the collections that hold an object."""
    query = sa.select(_O.collection).distinct()
    query = query.where(_O.object_key == key_of(object_id), _O.object_id == object_id)
    return list(connection.execute(query).scalars())


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
    mine = sa.and_(_O.object_key == key_of(object_id), _O.object_id == object_id, _O.collection == collection)
    query = sa.delete(object_table).where(mine)
    if not match.all_versions:
        query = query.where(sa.or_(_O.standing.in_(match.standings), _O.version_us.in_(match.versions_us)))
    if match.specs:
        query = query.where(_O.spec.in_(match.specs))
    gone = list(connection.execute(query.returning(_O.added_us)).scalars())
    if gone:
        reading.forget(connection, gone)
        rows = connection.execute(sa.select(_O.added_us, _O.version_us, _O.standing).where(mine)).all()
        left = [Known(row.added_us, row.version_us, row.standing, None) for row in rows]
        new = standings(left)
        stand(connection, {one.added_us: new[one.added_us] for one in left if new[one.added_us] != one.standing})
    return len(gone)


def _parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
