"""Where versions are found by their objects' ids, written so that a parcel costs the same however much is stored.

Ids come in no order. In an ordinary index each of them changes a page of its own, so that a thousand objects write
four megabytes as soon as the index has outgrown a few hundred pages. Here a parcel is written down as one run, and what
has gathered in runs is put in order and moves into the table in stretches of neighbours, many to a page.

What a run says never changes under its digest, so what was read of it stays true for every snapshot, whatever is
written meanwhile. It knows nothing of objects: numbers lead to instants, and whoever asks compares the ids themselves.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import limits
from lienlac.intelligence.store.sieve import Reading, Sieve
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

key_table = sa.Table(
    "intel_object_key",
    metadata,
    sa.Column("object_key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("added_us", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
run_table = sa.Table(
    "intel_object_run",
    metadata,
    sa.Column("number", RowNumber, primary_key=True),
    sa.Column("ordered", sa.SmallInteger, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("pairs", sa.LargeBinary, nullable=False),
)
"""`ordered` runs are stretches of one order that are moved into the table, each before those after it; the others are
parcels as they came. `pairs` are the keys and then the instants, eight bytes each, the lowest byte first."""
_K: Final = key_table.c
grown_table = sa.Table(
    "intel_object_grown",
    metadata,
    sa.Column("number", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
)
"""One row, once something has moved: the digest of all that ever moved into the table of keys, in its order."""
_R: Final = run_table.c
_KEPT: Final = QuickAmong(lambda keys: sa.select(_K.added_us).where(_K.object_key.in_(keys)))
_KEEP: Final = Quick(key_table.insert())
_RUNS: Final = Quick(sa.select(_R.number, _R.ordered, _R.size, _R.digest).order_by(_R.number))
_PAIRS: Final = Quick(sa.select(_R.pairs).where(_R.number == sa.bindparam("of")))
_WRITE: Final = Quick(run_table.insert(), ("ordered", "size", "digest", "pairs"))
_ERASE: Final = Quick(run_table.delete().where(_R.number == sa.bindparam("of")))
_STATE: Final = Quick(sa.select(grown_table.c.state))
_GREW: Final = Quick(grown_table.update().values(state=sa.bindparam("new_state")), ())
_BEGAN: Final = Quick(grown_table.insert())
_NEXT: Final = Quick(
    sa.select(_K.object_key)
    .where(_K.object_key >= sa.bindparam("onward"))
    .order_by(_K.object_key)
    .limit(sa.bindparam("most"))
)

Pair = tuple[int, int]
"""A key and the instant of a version."""


class _Head(NamedTuple):
    """A run as it is listed."""

    number: int
    ordered: int
    size: int
    digest: bytes


class _Run:
    """What a run says: its keys in order, and with each its instant."""

    __slots__ = ("instants", "keys")

    def __init__(self, pairs: bytes) -> None:
        half = len(pairs) // 2
        self.keys = _numbers(pairs[:half])
        self.instants = _numbers(pairs[half:])

    def find(self, wanted: Sequence[int]) -> Iterable[int]:
        """Instants of these keys, which come in order."""
        for key in wanted[bisect_left(wanted, self.keys[0]) : bisect_right(wanted, self.keys[-1])]:
            place = bisect_left(self.keys, key)
            while place < len(self.keys) and self.keys[place] == key:
                yield self.instants[place]
                place += 1

    def pairs(self) -> list[Pair]:
        """All of it."""
        return list(zip(self.keys, self.instants, strict=True))


class _Opened:
    """Runs that were read before. They are known by what they say, so one store's cannot be taken for another's.

    Whatever was opened has gone through the sieve, and what moves into the table was opened before: a sieve that the
    table was read into once tells of both.
    """

    def __init__(self) -> None:
        self.sieve: Final = Sieve()
        self.table: Final = Reading()
        self.lock: Final = threading.RLock()
        self._runs: OrderedDict[bytes, _Run] = OrderedDict()
        self._size = 0

    def get(self, connection: Connection, head: _Head) -> _Run:
        """A run of this snapshot."""
        with self.lock:
            found = self._runs.get(head.digest)
            if found is not None:
                self._runs.move_to_end(head.digest)
                return found
        ((pairs,),) = _PAIRS(connection, {"of": head.number})
        run = _Run(bytes(pairs))
        self.sieve.add(run.keys)
        self.put(head.digest, run)
        return run

    def put(self, digest: bytes, run: _Run) -> None:
        """A run whose keys are in the sieve."""
        with self.lock:
            if digest not in self._runs:
                self._size += len(run.keys)
                self._runs[digest] = run
            while self._size > limits.INTEL_RUNS_OPEN_MAX:
                self._drop(next(iter(self._runs)))

    def tells(self, state: bytes) -> bool:
        """Whether the sieve holds whatever the table does in this state."""
        with self.lock:
            return self.table.tells(state)

    def shut(self, head: _Head) -> None:
        """It is no more, but for readers of an older state."""
        with self.lock:
            if head.digest in self._runs:
                self._drop(head.digest)

    def _drop(self, digest: bytes) -> None:
        self._size -= len(self._runs.pop(digest).keys)


_opened: Final = _Opened()


def instants(connection: Connection, keys: Iterable[int]) -> list[int]:
    """Where versions lie whose ids have these digests, in no order; only those that `keep` was told of."""
    wanted = sorted(set(keys))
    runs = [_opened.get(connection, head) for head in _heads(connection)]
    told = len(wanted) >= limits.INTEL_RUN_LEAST and _opened.tells(_state(connection))
    few = _opened.sieve.passing(wanted)  # asked last: what it is said to hold is in it by now
    found = {row[0] for row in _KEPT(connection, few if told else wanted)}
    for run in runs if few else ():
        found.update(run.find(few))
    return list(found)


def keep(connection: Connection, pairs: Sequence[Pair]) -> None:
    """From now on these versions are found, in the caller's transaction. As many of those before move on."""
    if not pairs:
        return
    _read_on(connection)
    _write(connection, sorted(pairs), ordered=0)
    heads = _heads(connection)
    waiting = [head for head in heads if head.ordered]
    if not waiting:
        if sum(head.size for head in heads) < limits.INTEL_RUNS_GATHERED:
            return
        _put_in_order(connection, heads)
        waiting = [head for head in _heads(connection) if head.ordered]
    moved = 0
    for head in waiting:
        if moved >= len(pairs):
            break
        _move(connection, head)
        moved += head.size


def _move(connection: Connection, head: _Head) -> None:
    """A stretch of an order into the table, whose state is told anew."""
    _KEEP.tuples(connection, ("object_key", "added_us"), _opened.get(connection, head).pairs())
    before = _state(connection)
    after = hashlib.blake2b(before + head.digest, digest_size=16).digest()
    if before:
        _GREW(connection, {"new_state": after})
    else:
        _BEGAN(connection, {"number": 1, "state": after})
    with _opened.lock:
        if _opened.table.knows(before):
            _opened.table.grew(after)
    _erase(connection, head)


def _read_on(connection: Connection) -> None:
    """After a start, or when another process has written: the table is read into the sieve, some of it each time."""
    with _opened.lock:
        if not _opened.table.due(_state(connection)):
            return
        most = limits.INTEL_SIEVE_STRETCH
        keys = [row[0] for row in _NEXT(connection, {"onward": _opened.table.onward, "most": most})]
        _opened.sieve.add(keys)
        _opened.table.read(keys, last=len(keys) < most)


def _state(connection: Connection) -> bytes:
    rows = _STATE(connection)
    return bytes(rows[0][0]) if rows else b""


def forget(connection: Connection, key: int, gone: Iterable[int]) -> None:
    """These versions are no more; nothing of their ids remains."""
    lost = set(gone)
    for instant in sorted(lost):
        connection.execute(key_table.delete().where(_K.object_key == key, _K.added_us == instant))
    for head in _heads(connection):
        run = _opened.get(connection, head)
        if lost.isdisjoint(run.find([key])):
            continue
        left = [pair for pair in run.pairs() if pair[0] != key or pair[1] not in lost]
        here = run_table.update().where(_R.number == head.number)
        if left:
            connection.execute(here.values(**_row(left, head.ordered)))
        else:
            _erase(connection, head)


def _put_in_order(connection: Connection, heads: Sequence[_Head]) -> None:
    """What has gathered becomes stretches of one order, sorted part by part: little is held in memory beside it."""
    parts = [array("q") for _ in range(256)]
    for head in heads:
        run = _opened.get(connection, head)
        for key, instant in zip(run.keys, run.instants, strict=True):
            parts[(key >> 56) + 128].extend((key, instant))
        _erase(connection, head)
    stretch: list[Pair] = []
    for part in parts:
        stretch += sorted(zip(part[::2], part[1::2], strict=True))
        while len(stretch) >= limits.INTEL_RUN_STRETCH:
            _write(connection, stretch[: limits.INTEL_RUN_STRETCH], ordered=1)
            del stretch[: limits.INTEL_RUN_STRETCH]
    if stretch:
        _write(connection, stretch, ordered=1)


def _write(connection: Connection, pairs: Sequence[Pair], *, ordered: int) -> None:
    row = _row(pairs, ordered)
    _WRITE(connection, {"ordered": ordered, **row})
    if ordered:  # made of runs that were open, so that the sieve has them
        _opened.put(row["digest"], _Run(row["pairs"]))


def _erase(connection: Connection, head: _Head) -> None:
    _ERASE(connection, {"of": head.number})
    _opened.shut(head)


def _row(pairs: Sequence[Pair], ordered: int) -> dict[str, Any]:
    """The columns of a run that says this; its pairs in order. What it is belongs to what it says."""
    told = _bytes(key for key, _ in pairs) + _bytes(instant for _, instant in pairs)
    return {
        "size": len(pairs),
        "digest": hashlib.blake2b(told, digest_size=16, salt=bytes([ordered])).digest(),
        "pairs": told,
    }


def _heads(connection: Connection) -> list[_Head]:
    return [_Head(number, ordered, size, bytes(digest)) for number, ordered, size, digest in _RUNS(connection)]


def _numbers(told: bytes) -> array[int]:
    numbers = array("q", told)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _bytes(numbers: Iterable[int]) -> bytes:
    told = array("q", numbers)
    if sys.byteorder == "big":
        told.byteswap()
    return told.tobytes()
