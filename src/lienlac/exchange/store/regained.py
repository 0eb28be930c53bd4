"""What a node gets back after a restore, until it is replayed, and how far each recovery is (clauses 7.4, 7.5).

Every row bears the signatures of both sides, so a peer cannot fill this table with anything but our true past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac.exchange.store.tables import message_table, outbox_table, recovery_table, regained_table
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Regained:
    """One message of the past with its receipt; `unread` when its slice would not take it yet."""

    digest: str
    ours: bool
    lane: Lane
    sequence: int
    signed: bytes
    receipt: bytes
    at_us: int
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A recovery that has begun: our log's size then, whether the log was cut, what was put back so far."""

    peer: str
    began_us: int
    log_size: int
    log_lost: bool
    ours: int
    theirs: int


# --- recoveries ---------------------------------------------------------------------------------------------------


def under_way(connection: Connection, peer: str) -> UnderWay | None:
    """The recovery from this peer that has begun and not ended."""
    row = connection.execute(sa.select(recovery_table).where(recovery_table.c.peer == peer)).one_or_none()
    if row is None:
        return None
    return UnderWay(
        peer=row.peer,
        began_us=row.began_us,
        log_size=row.log_size,
        log_lost=row.log_lost,
        ours=row.ours,
        theirs=row.theirs,
    )


def begin_recovery(connection: Connection, peer: str, *, at_us: int, log_size: int, log_lost: bool) -> None:
    """Note that a recovery has begun; one that is under way goes on."""
    if under_way(connection, peer) is None:
        values = {"began_us": at_us, "log_size": log_size, "log_lost": log_lost, "ours": 0, "theirs": 0}
        connection.execute(recovery_table.insert().values(peer=peer, **values))
    elif log_lost:
        connection.execute(recovery_table.update().where(recovery_table.c.peer == peer).values(log_lost=True))


def count_recovered(connection: Connection, peer: str, *, ours: int, theirs: int) -> None:
    """So many more were put back."""
    counted = {"ours": recovery_table.c.ours + ours, "theirs": recovery_table.c.theirs + theirs}
    connection.execute(recovery_table.update().where(recovery_table.c.peer == peer).values(**counted))


def end_recovery(connection: Connection, peer: str) -> None:
    """Whole again."""
    connection.execute(recovery_table.delete().where(recovery_table.c.peer == peer))


# --- what was got back --------------------------------------------------------------------------------------------


def add_regained(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was got back; each row has the columns of `exchange_regained`."""
    if rows:
        connection.execute(regained_table.insert(), [{"unread": False} | row for row in rows])


def regained_head(connection: Connection, peer: str, lane: Lane, *, ours: bool) -> tuple[int, str] | None:
    """The last place of a lane that was got back and not replayed yet, and its chain; None when there is none."""
    table = regained_table.c
    row = connection.execute(
        sa.select(table.sequence, table.chain)
        .where(table.peer == peer, table.ours == ours, table.lane == lane.value)
        .order_by(table.sequence.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.sequence, row.chain)


def regained(connection: Connection, peer: str, lane: Lane, *, ours: bool, rows: int) -> list[Regained]:
    """The first of a lane that were not replayed yet, in order."""
    table = regained_table.c
    query = (
        sa.select(regained_table)
        .where(table.peer == peer, table.ours == ours, table.lane == lane.value, sa.not_(table.unread))
        .order_by(table.sequence)
        .limit(rows)
    )
    return [_regained(row) for row in connection.execute(query)]


def unread(connection: Connection, peer: str) -> Iterator[Regained]:
    """Those that were put back and that no slice would take yet, as they happened."""
    table = regained_table.c
    query = sa.select(regained_table).where(table.peer == peer, table.unread).order_by(table.at_us, table.sequence)
    for row in connection.execute(query).all():
        yield _regained(row)


def mark_unread(connection: Connection, digest: str) -> None:
    """Put back, but not taken by its slice: to be tried again once more of the past is here."""
    connection.execute(regained_table.update().where(regained_table.c.digest == digest).values(unread=True))


def drop_regained(connection: Connection, digest: str) -> None:
    """Replayed."""
    connection.execute(regained_table.delete().where(regained_table.c.digest == digest))


def anything_regained(connection: Connection, peer: str) -> bool:
    """Whether anything waits to be replayed."""
    query = sa.select(regained_table.c.digest).where(regained_table.c.peer == peer)
    return connection.execute(query.limit(1)).first() is not None


def set_aside(connection: Connection, peer: str, lane: Lane, *, after: int) -> list[Any]:
    """Take our unreceipted messages behind a place out of their places, in order, but for those that were got back.

    Returns digest and kind of each that must be sent anew: not those of which another copy was got back or receipted,
    because their ids would then be sent twice.
    """
    table, got = message_table.c, regained_table.c
    here = (table.peer == peer, table.direction == "out", table.lane == lane.value, table.sequence > after)
    back = sa.select(got.digest).where(got.peer == peer, got.digest == table.digest).exists()
    query = (
        sa.select(table.digest, table.message_id, table.kind)
        .where(*here, table.receipt.is_(None), sa.not_(back))
        .order_by(table.sequence)
    )
    rows = connection.execute(query).all()
    for row in rows:
        connection.execute(message_table.update().where(table.digest == row.digest).values(direction="void"))
        connection.execute(outbox_table.delete().where(outbox_table.c.digest == row.digest))
    return [row for row in rows if not _sent_otherwise(connection, peer, row.message_id)]


def _sent_otherwise(connection: Connection, peer: str, message_id: str) -> bool:
    """Whether a copy with this id was got back, or is receipted as accepted."""
    table, got = message_table.c, regained_table.c
    back = sa.select(got.digest).where(got.peer == peer, got.ours, got.message_id == message_id)
    sent = sa.select(table.digest).where(
        table.peer == peer, table.direction == "out", table.message_id == message_id, table.verdict == "accepted"
    )
    return any(connection.execute(query.limit(1)).first() is not None for query in (back, sent))


def _regained(row: Any) -> Regained:
    return Regained(
        digest=row.digest,
        ours=row.ours,
        lane=Lane(row.lane),
        sequence=row.sequence,
        signed=bytes(row.signed),
        receipt=bytes(row.receipt),
        at_us=row.at_us,
        unread=row.unread,
    )
