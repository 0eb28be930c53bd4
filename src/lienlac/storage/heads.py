"""Heads of logs as they were witnessed: our own as we gave them out, the peers' as they gave them to us.

Append-only. Two different roots under one name, epoch and size are both kept: that is the proof of a fork.
Knows nothing of signatures: the note is kept as the bytes that came (protocol clauses 5.x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, UniqueConstraint, func, insert, select

from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row

NAME_MAX_CHARS: Final = 100

heads: Final = Table(
    "ledger_heads",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("name", String(NAME_MAX_CHARS), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("seen_at_us", BigInteger, nullable=False),
    UniqueConstraint("name", "epoch", "size", "root"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedHead:
    """One head of one log. `note` is the text that states it, signed by itself or by the receipt that carried it."""

    name: str
    epoch: int
    size: int
    root: bytes
    note: bytes
    seen_at_us: int


def record(connection: Connection, head: WitnessedHead) -> bool:
    """Keep a head; False when this very head is known already (the first sighting stays)."""
    known = select(heads.c.id).where(
        heads.c.name == head.name, heads.c.epoch == head.epoch, heads.c.size == head.size, heads.c.root == head.root
    )
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(heads),
        {
            "name": head.name,
            "epoch": head.epoch,
            "size": head.size,
            "root": head.root,
            "note": head.note,
            "seen_at_us": head.seen_at_us,
        },
    )
    return True


def latest(connection: Connection, name: str) -> WitnessedHead | None:
    """The furthest head of that log: highest epoch, then size, then the last one seen."""
    order = (heads.c.epoch.desc(), heads.c.size.desc(), heads.c.id.desc())
    row = connection.execute(select(heads).where(heads.c.name == name).order_by(*order).limit(1)).first()
    return None if row is None else _head(row)


def at_size(connection: Connection, name: str, epoch: int, size: int) -> list[WitnessedHead]:
    """All heads of that log at exactly that size; more than one is a fork."""
    query = select(heads).where(heads.c.name == name, heads.c.epoch == epoch, heads.c.size == size)
    return [_head(row) for row in connection.execute(query.order_by(heads.c.id))]


def covering(connection: Connection, name: str, epoch: int, size: int) -> WitnessedHead | None:
    """The smallest head of that log with at least `size` leaves: the first that vouches for leaf `size - 1`."""
    query = select(heads).where(heads.c.name == name, heads.c.epoch == epoch, heads.c.size >= size)
    row = connection.execute(query.order_by(heads.c.size, heads.c.id).limit(1)).first()
    return None if row is None else _head(row)


def forks(connection: Connection, name: str) -> list[tuple[int, int]]:
    """(epoch, size) of every head of that log of which two roots were seen."""
    query = (
        select(heads.c.epoch, heads.c.size)
        .where(heads.c.name == name)
        .group_by(heads.c.epoch, heads.c.size)
        .having(func.count() > 1)
        .order_by(heads.c.epoch, heads.c.size)
    )
    return [(row.epoch, row.size) for row in connection.execute(query)]


def roots(connection: Connection, name: str, starts: dict[int, int]) -> Iterator[tuple[int, bytes]]:
    """(size, root) of all heads of our own log by rising size, for `audit.verify_all`; flat in memory.

    `starts` are the sizes at which epochs began (`ledger.epoch_starts`). What an older epoch stated beyond the next
    one's beginning was lost with the machine that held it, and is left out.
    """
    bounds = {number: min((s for e, s in starts.items() if e > number), default=None) for number in starts}
    query = select(heads.c.epoch, heads.c.size, heads.c.root).where(heads.c.name == name).order_by(heads.c.size)
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        for epoch, size, root in rows:
            bound = bounds.get(epoch)
            if bound is None or size <= bound:
                yield size, bytes(root)


def _head(row: Row[tuple[object, ...]]) -> WitnessedHead:
    return WitnessedHead(
        name=row.name,
        epoch=row.epoch,
        size=row.size,
        root=bytes(row.root),
        note=bytes(row.note),
        seen_at_us=row.seen_at_us,
    )
