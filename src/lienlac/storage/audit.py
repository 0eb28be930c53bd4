"""Recomputes the whole log from its leaves and compares it with everything stored beside them.

Streams: memory does not grow with the log. Reads past SQLAlchemy with the driver's own cursor, because millions of
rows pass here. Finds the first leaf at fault as narrowly as the stored subtrees allow (eight leaves); knows nothing of
what leaves mean, so whoever can look at the things behind them can say which of the eight it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from lienlac.storage import ledger
from lienlac.wire import merkle

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int, int], None]
"""Called now and then with the leaves done and the leaves in all."""
_BLOCK_LEVEL: Final = 12
_BLOCK: Final = 1 << _BLOCK_LEVEL
_LEAVES_SQL: Final = "SELECT leaf_index, leaf_data FROM ledger_leaves ORDER BY leaf_index"


@dataclass(frozen=True, slots=True)
class Verification:
    """What the leaves themselves say. The log is sound when `first_fault` is None.

    `first_fault` is the index of the first leaf that cannot be vouched for; `reason` is a stable word:
    "gap" (a leaf is missing), "shape" (not 33 bytes), "node" (a stored subtree differs; the fault is within eight
    leaves of the index), "edge" (the stored head differs), "head" (a witnessed head differs).
    """

    size: int
    root: bytes
    first_fault: int | None = None
    reason: str | None = None


def verify_all(
    connection: Connection, progress: Progress | None = None, witnessed: Iterable[tuple[int, bytes]] = ()
) -> Verification:
    """Recompute root and subtrees from the leaves, and hold witnessed (size, root) pairs, by rising size, against it.

    Use a reading connection: its snapshot stands still while the node goes on.
    """
    return _Audit(connection, progress or _silent, witnessed).run()


def _silent(_done: int, _total: int) -> None:
    return


class _Audit:
    """One pass over the leaves, block by block."""

    def __init__(self, connection: Connection, progress: Progress, witnessed: Iterable[tuple[int, bytes]]) -> None:
        self._connection = connection
        self._progress = progress
        self._witnessed = iter(witnessed)
        self._next_head = next(self._witnessed, None)
        self._stored = ledger.frontier(connection)
        self._blocks = merkle.Frontier()
        self._peaks: list[bytes] = []
        self._size = 0
        self._fault: tuple[int, str] | None = None

    def run(self) -> Verification:
        for rows in _blocks(self._connection):
            if not self._block(rows):
                break
            self._progress(self._size, self._stored.size)
        self._compare_edge()
        if self._next_head is not None:
            self._note(min(self._size, self._next_head[0]), "head")
        first, reason = self._fault or (None, None)
        return Verification(self._size, merkle.fold(self._peaks), first, reason)

    def _block(self, rows: list[tuple[int, bytes]]) -> bool:
        """Take in one block; False when the leaves after it cannot be placed any more."""
        start = self._size
        whole = _well_formed(rows, start)
        if whole < len(rows):
            self._note(start + whole, "gap" if rows[whole][0] != start + whole else "shape")
        levels = _levels(rows[:whole])
        self._size = start + whole
        self._compare_nodes(start, levels)
        earlier = list(self._blocks.peaks)
        self._compare_heads(start, earlier, levels)
        if whole == _BLOCK:
            self._push(levels[_BLOCK_LEVEL][0])
            self._peaks = list(self._blocks.peaks)
        else:
            self._peaks = earlier + [levels[level][index] for level, index in merkle.peaks_of(whole)]
        return whole == len(rows)

    def _push(self, block_root: bytes) -> None:
        """Join full blocks and compare the subtrees above them, which are few."""
        for level, index, digest in self._blocks.push(block_root):
            place = ledger.place_of(level + _BLOCK_LEVEL, index)
            stored = self._connection.execute(select(ledger.nodes.c.hash).where(ledger.nodes.c.place == place)).scalar()
            if stored != digest:
                self._note(index << (level + _BLOCK_LEVEL), "node")

    def _compare_nodes(self, start: int, levels: list[list[bytes]]) -> None:
        computed = {
            ledger.place_of(level, (start >> level) + i): digest
            for level in range(ledger.LOWEST_STORED_LEVEL, len(levels))
            for i, digest in enumerate(levels[level])
        }
        table = ledger.nodes.c
        query = select(table.place, table.hash).where(table.place.between(2 * start, 2 * (start + _BLOCK) - 2))
        stored = {place: bytes(digest) for place, digest in self._connection.execute(query)}
        if stored != computed:
            different = {p for p in stored.keys() | computed.keys() if stored.get(p) != computed.get(p)}
            self._note(_first_fault(different), "node")

    def _compare_heads(self, start: int, earlier: list[bytes], levels: list[list[bytes]]) -> None:
        while self._next_head is not None and self._next_head[0] <= self._size:
            size, root = self._next_head
            peaks = earlier + [levels[level][index] for level, index in merkle.peaks_of(size - start)]
            if merkle.fold(peaks) != root:
                self._note(max(size - 1, 0), "head")
            self._next_head = next(self._witnessed, None)

    def _compare_edge(self) -> None:
        if self._stored.size != self._size:
            self._note(min(self._stored.size, self._size), "edge" if self._stored.size < self._size else "gap")
        elif self._stored.peaks != self._peaks:
            pairs = zip(merkle.peaks_of(self._size), self._stored.peaks, self._peaks, strict=True)
            level, index = next(place for place, stored, computed in pairs if stored != computed)
            self._note(index << level, "edge")

    def _note(self, index: int, reason: str) -> None:
        if self._fault is None:
            self._fault = (index, reason)


def _well_formed(rows: list[tuple[int, bytes]], start: int) -> int:
    """How many rows from the beginning have the right index and the right length."""
    for offset, (index, data) in enumerate(rows):
        if index != start + offset or len(data) != ledger.LEAF_BYTES:
            return offset
    return len(rows)


def _levels(rows: list[tuple[int, bytes]]) -> list[list[bytes]]:
    """All complete subtrees over these leaves, by level. The hot loop: bare hashing, no calls of our own."""
    sha = sha256
    row = [sha(b"\x00" + data).digest() for _, data in rows]
    levels = [row]
    while len(row) > 1:
        lefts, rights = row[::2], row[1::2]
        row = [sha(b"\x01" + left + right).digest() for left, right in zip(lefts, rights, strict=False)]
        levels.append(row)
    return levels


def _first_fault(different: set[int]) -> int:
    """The first leaf under the differing subtrees, leaving out those that only repeat a difference below them."""
    subtrees = {_level_and_index(place) for place in different}
    repeated = {(level + 1, index >> 1) for level, index in subtrees}
    return min(index << level for level, index in subtrees - repeated)


def _level_and_index(place: int) -> tuple[int, int]:
    """The inverse of `ledger.place_of`: the level is the count of trailing one-bits."""
    level = (~place & (place + 1)).bit_length() - 1
    return level, (place + 1) >> (level + 1)


def _blocks(connection: Connection) -> Iterator[list[tuple[int, bytes]]]:
    """All leaves in blocks, by the driver's own cursor (a named one on PostgreSQL: rows stay at the server)."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        cursor = driver.cursor(name="lienlac_audit", binary=True)
    else:
        cursor = driver.cursor()
    with closing(cursor):
        cursor.execute(_LEAVES_SQL)
        while rows := cursor.fetchmany(_BLOCK):
            yield rows
