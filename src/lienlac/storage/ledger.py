"""The append-only sequence of leaves and its Merkle tree, inside the caller's transaction (protocol clauses 5.x).

A leaf is one type byte and a 32-byte digest, with a reference by which it is found again; what it means is not known
here. Stored beside the leaves: the hashes of complete subtrees of eight leaves and more, and one row with the right
edge. So an append costs two or three statements, a head one, a proof O(log n) rows. Nothing is cached in memory, so
nothing can run ahead of a transaction that is rolled back. After a restore from a backup the log continues under a
new epoch number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, func, insert, select, update

from lienlac.errors import NotAllowed
from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata
from lienlac.wire import merkle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

LEAF_BYTES: Final = 33
REF_MAX_CHARS: Final = 100
LOWEST_STORED_LEVEL: Final = 3
"""Subtrees below eight leaves are hashed anew when a proof needs them: six of seven node rows are spared."""

leaves: Final = Table(
    "ledger_leaves",
    metadata,
    Column("leaf_index", RowNumber, primary_key=True, autoincrement=False),
    Column("leaf_data", LargeBinary, nullable=False),
    Column("ref", String(REF_MAX_CHARS), nullable=False),
    Index(None, "ref"),
)
nodes: Final = Table(
    "ledger_nodes",
    metadata,
    Column("place", RowNumber, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
edge: Final = Table(
    "ledger_edge",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)
epochs: Final = Table(
    "ledger_epochs",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("start_size", BigInteger, nullable=False),
)


class Head(NamedTuple):
    """A state of the log: how many leaves, and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf as it is stored."""

    index: int
    data: bytes
    ref: str


def place_of(level: int, index: int) -> int:
    """The number of a subtree when all nodes are counted from left to right (leaves have the even numbers)."""
    return ((2 * index + 1) << level) - 1


def frontier(connection: Connection) -> merkle.Frontier:
    """The right edge as stored."""
    rows = _EDGE(connection)
    if not rows:
        return merkle.Frontier()
    size, peaks = rows[0]
    return merkle.Frontier(size, split_hashes(peaks))


def split_hashes(joined: bytes) -> list[bytes]:
    """Hashes that were stored one after the other."""
    return [joined[i : i + merkle.HASH_BYTES] for i in range(0, len(joined), merkle.HASH_BYTES)]


def append(connection: Connection, new: Sequence[tuple[bytes, str]]) -> int:
    """Append leaves, each (type byte and digest, reference); returns the index of the first.

    Only inside `Database.write`: the writer's lock keeps appends in one line. `ValueError` for a leaf of another
    shape.
    """
    if any(len(data) != LEAF_BYTES or not 0 < len(ref) <= REF_MAX_CHARS for data, ref in new):
        msg = "a leaf is 33 bytes with a reference of 1 to 100 characters"
        raise ValueError(msg)
    right = frontier(connection)
    first = right.size
    if not new:
        return first
    completed = [node for data, _ in new for node in right.push(merkle.leaf_hash(data))]
    rows = [{"leaf_index": first + i, "leaf_data": data, "ref": ref} for i, (data, ref) in enumerate(new)]
    _INSERT_LEAF.many(connection, rows)
    stored = [
        {"place": place_of(level, index), "hash": digest}
        for level, index, digest in completed
        if level >= LOWEST_STORED_LEVEL
    ]
    if stored:
        _INSERT_NODE.many(connection, stored)
    values = {"size": right.size, "peaks": b"".join(right.peaks)}
    if first:
        _UPDATE_EDGE(connection, values)
    else:
        _INSERT_EDGE(connection, {"id": 1, **values})
    return first


def size(connection: Connection) -> int:
    """How many leaves there are."""
    rows = _EDGE(connection)
    return int(rows[0][0]) if rows else 0


def head(connection: Connection) -> Head:
    """The present size and root."""
    right = frontier(connection)
    return Head(right.size, right.root())


def head_at(connection: Connection, at_size: int) -> Head:
    """The root that the log had at an earlier size. Raises `NotAllowed("log-index")` beyond the present one."""
    _check_size(connection, at_size)
    places = merkle.peaks_of(at_size)
    known = _fetch(connection, places)
    return Head(at_size, merkle.fold([known[place] for place in places]))


def leaf(connection: Connection, index: int) -> Leaf:
    """One leaf. Raises `NotAllowed("log-index")` when there is none."""
    row = connection.execute(select(leaves).where(leaves.c.leaf_index == index)).first()
    if row is None:
        raise NotAllowed("log-index", index=index)
    return Leaf(row.leaf_index, bytes(row.leaf_data), row.ref)


def find(connection: Connection, ref: str) -> list[int]:
    """The indexes of all leaves with that reference, in order."""
    query = select(leaves.c.leaf_index).where(leaves.c.ref == ref).order_by(leaves.c.leaf_index)
    return list(connection.execute(query).scalars())


def inclusion(connection: Connection, index: int, at_size: int) -> list[bytes]:
    """The path that proves leaf `index` in the tree of `at_size`. Raises `NotAllowed("log-index")`."""
    _check_size(connection, at_size)
    if not 0 <= index < at_size:
        raise NotAllowed("log-index", index=index)
    return _path(connection, merkle.inclusion_ranges(index, at_size))


def consistency(connection: Connection, first: int, second: int) -> list[bytes]:
    """The proof that the log at size `first` begins the log at size `second`. Raises `NotAllowed("log-index")`."""
    _check_size(connection, second)
    if not 0 <= first <= second:
        raise NotAllowed("log-index", index=first)
    return _path(connection, merkle.consistency_ranges(first, second))


def epoch(connection: Connection) -> int:
    """The number under which the log now runs; 1 until a restore."""
    return connection.execute(select(func.max(epochs.c.epoch))).scalar() or 1


def epoch_starts(connection: Connection) -> dict[int, int]:
    """The size at which each epoch began."""
    rows = connection.execute(select(epochs.c.epoch, epochs.c.start_size).order_by(epochs.c.epoch))
    return {1: 0} | {row.epoch: row.start_size for row in rows}


def begin_epoch(connection: Connection, *, above: int = 0) -> int:
    """Continue under a new number: above our own and above any that a peer has seen (`above`); returns it.

    Without a peer's word a backup restored twice would reuse a number for another history.
    """
    new = max(epoch(connection), above) + 1
    connection.execute(insert(epochs), {"epoch": new, "start_size": size(connection)})
    return new


def _check_size(connection: Connection, at_size: int) -> None:
    if not 0 <= at_size <= size(connection):
        raise NotAllowed("log-index", index=at_size)


def _path(connection: Connection, ranges: list[tuple[int, int]]) -> list[bytes]:
    places = [place for start, end in ranges for place in merkle.subtrees(start, end)]
    known = _fetch(connection, places)
    return merkle.path_over(ranges, lambda level, index: known[level, index])


def _fetch(connection: Connection, places: Iterable[merkle.Place]) -> dict[merkle.Place, bytes]:
    """Hashes of complete subtrees: high ones as stored, low ones from their leaves. Raises `NotAllowed`."""
    wanted = set(places)
    high = {place_of(*place): place for place in wanted if place[0] >= LOWEST_STORED_LEVEL}
    known: dict[merkle.Place, bytes] = {}
    if high:
        rows = connection.execute(select(nodes.c.place, nodes.c.hash).where(nodes.c.place.in_(high)))
        known = {high[row.place]: bytes(row.hash) for row in rows}
    low = {place for place in wanted if place[0] < LOWEST_STORED_LEVEL}
    indexes = [i for level, index in low for i in range(index << level, (index + 1) << level)]
    if indexes:
        query = select(leaves.c.leaf_index, leaves.c.leaf_data).where(leaves.c.leaf_index.in_(indexes))
        hashes = {row.leaf_index: merkle.leaf_hash(row.leaf_data) for row in connection.execute(query)}
        if len(hashes) == len(indexes):
            known |= {place: _low_hash(hashes, *place) for place in low}
    if missing := wanted - known.keys():
        level, index = min(missing)
        raise NotAllowed("log-damaged", index=index << level)
    return known


def _low_hash(hashes: dict[int, bytes], level: int, index: int) -> bytes:
    row = [hashes[i] for i in range(index << level, (index + 1) << level)]
    while len(row) > 1:
        row = [merkle.node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


_EDGE: Final = Quick(select(edge.c.size, edge.c.peaks))
_INSERT_LEAF: Final = Quick(insert(leaves))
_INSERT_NODE: Final = Quick(insert(nodes))
_INSERT_EDGE: Final = Quick(insert(edge))
_UPDATE_EDGE: Final = Quick(update(edge).where(edge.c.id == 1), ("size", "peaks"))
