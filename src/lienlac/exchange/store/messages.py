"""The record of messages and where their lanes stand. What may enter is decided by `arrival` and `departure`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import limits
from lienlac.exchange.store.tables import (
    Direction,
    LanePosition,
    Stored,
    held_table,
    lane_table,
    message_table,
    outbox_table,
)
from lienlac.storage.quick import Quick
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

# --- lanes --------------------------------------------------------------------------------------------------------


def lane_position(connection: Connection, peer: str, direction: Direction, lane: Lane) -> LanePosition | None:
    """Where a lane stands; None before its first message."""
    row = connection.execute(
        sa.select(lane_table.c.sequence, lane_table.c.chain).where(
            lane_table.c.peer == peer, lane_table.c.direction == direction, lane_table.c.lane == lane.value
        )
    ).one_or_none()
    return None if row is None else LanePosition(row.sequence, row.chain)


def move_lane(connection: Connection, peer: str, direction: Direction, lane: Lane, to: LanePosition) -> None:
    """Set where a lane stands."""
    values = {"sequence": to.sequence, "chain": to.chain}
    done = connection.execute(
        lane_table.update()
        .where(lane_table.c.peer == peer, lane_table.c.direction == direction, lane_table.c.lane == lane.value)
        .values(**values)
    )
    if not done.rowcount:
        connection.execute(lane_table.insert().values(peer=peer, direction=direction, lane=lane.value, **values))


# --- messages -----------------------------------------------------------------------------------------------------


def add_messages(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Record messages; each row has the columns of `exchange_message`."""
    if rows:
        connection.execute(message_table.insert(), list(rows))


def by_digest(connection: Connection, digest: str) -> Stored | None:
    """A message by its name."""
    return _one(connection, sa.select(message_table).where(message_table.c.digest == digest))


def by_digests(connection: Connection, digests: Sequence[str]) -> list[Stored]:
    """Messages by their names, in the order of their places."""
    if not digests:
        return []
    query = sa.select(message_table).where(message_table.c.digest.in_(digests))
    return [_stored(row) for row in connection.execute(query.order_by(message_table.c.sequence))]


def by_beginning(connection: Connection, digits: str) -> list[Stored]:
    """Messages whose names begin with these hexadecimal digits, at most a few."""
    table = message_table.c
    query = sa.select(message_table).where(table.digest >= digits, table.digest < digits + "g")
    return [_stored(row) for row in connection.execute(query.order_by(table.digest).limit(4))]


def by_place(connection: Connection, peer: str, direction: Direction, lane: Lane, sequence: int) -> Stored | None:
    """The message that holds a place in a lane."""
    return _one(
        connection,
        sa.select(message_table).where(
            message_table.c.peer == peer,
            message_table.c.direction == direction,
            message_table.c.lane == lane.value,
            message_table.c.sequence == sequence,
        ),
    )


def by_message_id(connection: Connection, message_id: str) -> Stored | None:
    """A message by the id in its header: the copy that stands in its lane and is receipted, ours before a peer's.

    One id may stand on several rows: a dead letter that was sent again, or one that a peer took from another's.
    """
    table = message_table.c
    order = (
        sa.case((table.direction == "out", 0), (table.direction == "in", 1), else_=2),
        sa.case((table.verdict == "accepted", 0), (table.receipt.is_not(None), 1), else_=2),
        table.at_us,
    )
    return _one(connection, sa.select(message_table).where(table.message_id == message_id).order_by(*order).limit(1))


def copies_waiting(connection: Connection, peer: str, message_id: str, *, but: str) -> list[Stored]:
    """Other copies of a message of ours that stand in the lane, by its id."""
    table = message_table.c
    query = sa.select(message_table).where(
        table.peer == peer, table.direction == "out", table.message_id == message_id, table.digest != but
    )
    return [_stored(row) for row in connection.execute(query)]


def accepted_from(connection: Connection, peer: str, message_id: str) -> bool:
    """Whether a message with this id was already accepted from a peer, in whatever place."""
    query = sa.select(message_table.c.peer).where(
        message_table.c.message_id == message_id,
        message_table.c.peer == peer,
        message_table.c.direction == "in",
        message_table.c.verdict == "accepted",
    )
    return connection.execute(query.limit(1)).first() is not None


def of_record(connection: Connection, record_id: str) -> list[Stored]:
    """Every message about one record, oldest first."""
    query = sa.select(message_table).where(message_table.c.record_id == record_id).order_by(message_table.c.at_us)
    return [_stored(row) for row in connection.execute(query)]


def lane_messages(
    connection: Connection, peer: str, direction: Direction, lane: Lane, *, after: int, rows: int
) -> list[Stored]:
    """Messages of a lane behind a sequence, in order."""
    query = (
        sa.select(message_table)
        .where(
            message_table.c.peer == peer,
            message_table.c.direction == direction,
            message_table.c.lane == lane.value,
            message_table.c.sequence > after,
        )
        .order_by(message_table.c.sequence)
        .limit(rows)
    )
    return [_stored(row) for row in connection.execute(query)]


def settled_up_to(connection: Connection, peer: str, direction: Direction, lane: Lane) -> int:
    """The highest sequence of a lane that has a receipt; 0 when none has."""
    return (
        connection.execute(
            sa.select(sa.func.max(message_table.c.sequence)).where(
                message_table.c.peer == peer,
                message_table.c.direction == direction,
                message_table.c.lane == lane.value,
                message_table.c.receipt.is_not(None),
            )
        ).scalar_one()
        or 0
    )


def last_receipt(connection: Connection, peer: str, direction: Direction, lane: Lane) -> bytes | None:
    """The receipt of the last settled message of a lane."""
    table = message_table.c
    query = (
        sa.select(table.receipt)
        .where(
            table.peer == peer,
            table.direction == direction,
            table.lane == lane.value,
            table.receipt.is_not(None),
        )
        .order_by(table.sequence.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def settled_page(
    connection: Connection, peer: str, direction: Direction, lane: Lane, *, after: int
) -> tuple[list[Stored], bool]:
    """Messages behind a place with their receipts, without a gap, as many as one page holds; whether more follow.

    Sizes are asked for first, so that a page of large messages never lies in memory beside the rest of them.
    """
    table = message_table.c
    query = (
        sa.select(table.sequence, sa.func.length(table.signed) + sa.func.length(table.receipt))
        .where(table.peer == peer, table.direction == direction, table.lane == lane.value, table.sequence > after)
        .order_by(table.sequence)
        .limit(limits.BATCH_MAX_ENVELOPES + 1)
    )
    last, size_bytes, more = after, 0, False
    for sequence, length in connection.execute(query):
        if sequence != last + 1 or length is None:
            break
        size_bytes += length
        if last - after == limits.BATCH_MAX_ENVELOPES or (last > after and size_bytes > limits.BATCH_MAX_BYTES):
            more = True
            break
        last = sequence
    return lane_messages(connection, peer, direction, lane, after=after, rows=last - after), more


def last_arrival_us(connection: Connection, peer: str) -> int | None:
    """When a peer's newest message arrived (microseconds): the last of each lane, which is indexed."""
    found = [_LAST_ARRIVAL(connection, {"of_peer": peer, "of_lane": lane.value}) for lane in Lane]
    return max((row[0] for rows in found for row in rows), default=None)


def set_receipts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep receipts; each row has for_digest, receipt, verdict, code, receipt_at_us."""
    if rows:
        connection.execute(_SET_RECEIPT, list(rows))


def set_direction(connection: Connection, digest: str, direction: Direction) -> None:
    """Move a message of ours out of (or back into) its place in the lane."""
    connection.execute(message_table.update().where(message_table.c.digest == digest).values(direction=direction))


def void_behind(connection: Connection, peer: str, lane: Lane, *, after: int) -> list[str]:
    """Take our unreceipted messages behind a place out of it and out of the outbox; their digests in order."""
    table = message_table.c
    where = (
        table.peer == peer,
        table.direction == "out",
        table.lane == lane.value,
        table.sequence > after,
        table.receipt.is_(None),
    )
    digests = list(connection.execute(sa.select(table.digest).where(*where).order_by(table.sequence)).scalars())
    if digests:
        gone = (outbox_table.c.peer == peer, outbox_table.c.lane == lane.value, outbox_table.c.sequence > after)
        connection.execute(outbox_table.delete().where(*gone))
        connection.execute(message_table.update().where(*where).values(direction="void"))
    return digests


# --- early messages -----------------------------------------------------------------------------------------------


def hold(connection: Connection, row: dict[str, Any]) -> None:
    """Keep an early message; the same place again changes nothing."""
    known = connection.execute(
        sa.select(held_table.c.digest).where(
            held_table.c.peer == row["peer"],
            held_table.c.lane == row["lane"],
            held_table.c.sequence == row["sequence"],
        )
    ).scalar_one_or_none()
    if known is None:
        connection.execute(held_table.insert().values(**row))


def held_bytes(connection: Connection, peer: str, lane: Lane, *, but: int) -> int:
    """How much the early messages of a lane weigh, but for the one in this place."""
    query = sa.select(sa.func.sum(sa.func.length(held_table.c.signed))).where(
        held_table.c.peer == peer, held_table.c.lane == lane.value, held_table.c.sequence != but
    )
    return int(connection.execute(query).scalar_one() or 0)


def take_held(connection: Connection, peer: str, lane: Lane, sequence: int) -> bytes | None:
    """Take out the early message for this place, if it is here; returns its signed bytes."""
    where = (held_table.c.peer == peer, held_table.c.lane == lane.value, held_table.c.sequence == sequence)
    signed = connection.execute(sa.select(held_table.c.signed).where(*where)).scalar_one_or_none()
    if signed is None:
        return None
    connection.execute(held_table.delete().where(*where))
    return bytes(signed)


def drop_held_up_to(connection: Connection, peer: str, lane: Lane, sequence: int) -> None:
    """Forget early messages whose places are already filled."""
    connection.execute(
        held_table.delete().where(
            held_table.c.peer == peer, held_table.c.lane == lane.value, held_table.c.sequence <= sequence
        )
    )


# --- everything ---------------------------------------------------------------------------------------------------


def each_message(connection: Connection) -> Iterator[Stored]:
    """Every message, streamed; for `log verify`."""
    result = connection.execution_options(yield_per=500).execute(sa.select(message_table))
    for row in result:
        yield _stored(row)


def _one(connection: Connection, query: sa.Select[Any]) -> Stored | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else _stored(row)


def _stored(row: Any) -> Stored:
    return Stored(
        digest=row.digest,
        peer=row.peer,
        direction=row.direction,
        lane=Lane(row.lane),
        sequence=row.sequence,
        message_id=row.message_id,
        kind=row.kind,
        record_id=row.record_id,
        chain=row.chain,
        at_us=row.at_us,
        signed=bytes(row.signed),
        receipt=None if row.receipt is None else bytes(row.receipt),
        verdict=row.verdict,
        code=row.code,
        receipt_at_us=row.receipt_at_us,
    )


_LAST_ARRIVAL: Final = Quick(
    sa.select(message_table.c.at_us)
    .where(
        message_table.c.peer == sa.bindparam("of_peer"),
        message_table.c.direction == "in",
        message_table.c.lane == sa.bindparam("of_lane"),
    )
    .order_by(message_table.c.sequence.desc())
    .limit(1)
)
"""Asked for every page: the state of the link stands beside it."""

_SET_RECEIPT = (
    message_table.update()
    .where(message_table.c.digest == sa.bindparam("for_digest"))
    .values(
        receipt=sa.bindparam("receipt"),
        verdict=sa.bindparam("verdict"),
        code=sa.bindparam("code"),
        receipt_at_us=sa.bindparam("receipt_at_us"),
    )
)
