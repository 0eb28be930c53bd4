"""The exchange's tables: every message and receipt, lanes, the outbox, early messages, the state of each road.

Rows only. What may enter them is decided by `arrival` and `departure`; bodies are opaque signed bytes here.
Times are microseconds; `chain` is SHA-256 of a message's payload, the link of its lane (clause 5.2); `digest` is
SHA-256 of the signed message, its name on both sides (clause 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

from lienlac.storage.schema import metadata
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

Direction = Literal["out", "in", "void"]
"""`void`: was ours, never taken by the peer, its place in the lane is now held by another message."""

lane_table = sa.Table(
    "exchange_lane",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("direction", sa.String(3), primary_key=True),
    sa.Column("lane", sa.String(10), primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("chain", sa.String(64), nullable=False),
)

message_table = sa.Table(
    "exchange_message",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("lane", sa.String(10), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("record_id", sa.String(40), index=True),
    sa.Column("chain", sa.String(64), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("receipt", sa.LargeBinary),
    sa.Column("verdict", sa.String(10)),
    sa.Column("code", sa.String(64)),
    sa.Column("receipt_at_us", sa.BigInteger),
)
for _name, _columns in {
    "uq_exchange_message_place": ("peer", "direction", "lane", "sequence"),
    "uq_exchange_message_id": ("peer", "direction", "message_id"),
}.items():
    sa.Index(
        _name,
        *(message_table.c[column] for column in _columns),
        unique=True,
        sqlite_where=message_table.c.direction != "void",
        postgresql_where=message_table.c.direction != "void",
    )

outbox_table = sa.Table(
    "exchange_outbox",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("lane", sa.String(10), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("queued_us", sa.BigInteger, nullable=False),
    sa.Column("last_code", sa.String(64)),
    sa.Column("last_reason", sa.Text),
    sa.Index("ix_exchange_outbox_road", "peer", "lane", "sequence"),
)

dead_letter_table = sa.Table(
    "exchange_dead_letter",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("lane", sa.String(10), nullable=False),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("record_id", sa.String(40)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("decision", sa.String(20), index=True),
    sa.Column("decided_by", sa.String(80)),
    sa.Column("decided_reason", sa.Text),
    sa.Column("decided_us", sa.BigInteger),
)

held_table = sa.Table(
    "exchange_held",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("lane", sa.String(10), primary_key=True),
    sa.Column("sequence", sa.BigInteger, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("since_us", sa.BigInteger, nullable=False),
)

road_table = sa.Table(
    "exchange_road",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("lane", sa.String(10), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("next_us", sa.BigInteger, nullable=False, default=0),
    sa.Column("last_sent_us", sa.BigInteger),
    sa.Column("last_acknowledged_us", sa.BigInteger),
    sa.Column("last_heard_us", sa.BigInteger),
    sa.Column("last_code", sa.String(64)),
    sa.Column("last_reason", sa.Text),
    sa.Column("last_error_us", sa.BigInteger),
)

owed_table = sa.Table(
    "exchange_owed",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False, index=True),
    sa.Column("receipt", sa.LargeBinary, nullable=False),
    sa.Column("packed_in", sa.String(40)),
)

courier_file_table = sa.Table(
    "exchange_courier_file",
    metadata,
    sa.Column("file_id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False, index=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)

alarm_table = sa.Table(
    "exchange_alarm",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("code", sa.String(64), primary_key=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class LanePosition:
    """The last message of one lane and direction: its sequence (0 before the first) and chain digest."""

    sequence: int
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One message as recorded, with its receipt when there is one."""

    digest: str
    peer: str
    direction: Direction
    lane: Lane
    sequence: int
    message_id: str
    kind: str
    record_id: str | None
    chain: str
    at_us: int
    signed: bytes
    receipt: bytes | None
    verdict: str | None
    code: str | None
    receipt_at_us: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One envelope in the outbox."""

    digest: str
    peer: str
    lane: Lane
    sequence: int
    envelope: bytes
    attempts: int
    queued_us: int
    last_code: str | None
    last_reason: str | None


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
    """A message by the id in its header."""
    return _one(connection, sa.select(message_table).where(message_table.c.message_id == message_id).limit(1))


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


def set_receipt(connection: Connection, digest: str, *, receipt: bytes, verdict: str, code: str | None, at_us: int) -> None:
    """Keep the receipt of a message that we sent."""
    connection.execute(
        message_table.update()
        .where(message_table.c.digest == digest)
        .values(receipt=receipt, verdict=verdict, code=code, receipt_at_us=at_us)
    )


def set_direction(connection: Connection, digest: str, direction: Direction) -> None:
    """Move a message of ours out of (or back into) its place in the lane."""
    connection.execute(message_table.update().where(message_table.c.digest == digest).values(direction=direction))


# --- outbox -------------------------------------------------------------------------------------------------------


def add_to_outbox(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue envelopes; each row has digest, peer, lane, sequence, envelope, queued_us."""
    if rows:
        connection.execute(outbox_table.insert(), [{"attempts": 0} | row for row in rows])


def outbox(connection: Connection, peer: str, lane: Lane, *, after: int, rows: int) -> list[Waiting]:
    """Waiting envelopes of one lane, in order."""
    query = (
        sa.select(outbox_table)
        .where(outbox_table.c.peer == peer, outbox_table.c.lane == lane.value, outbox_table.c.sequence > after)
        .order_by(outbox_table.c.sequence)
        .limit(rows)
    )
    return [_waiting(row) for row in connection.execute(query)]


def outbox_entry(connection: Connection, digest: str) -> Waiting | None:
    """One outbox row."""
    row = connection.execute(sa.select(outbox_table).where(outbox_table.c.digest == digest)).one_or_none()
    return None if row is None else _waiting(row)


def outbox_lanes(connection: Connection) -> list[tuple[str, Lane]]:
    """Every peer and lane that has something waiting."""
    query = sa.select(outbox_table.c.peer, outbox_table.c.lane).distinct()
    return [(row.peer, Lane(row.lane)) for row in connection.execute(query)]


def backlog(connection: Connection, peer: str) -> int:
    """How many envelopes wait for a peer."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(outbox_table).where(outbox_table.c.peer == peer)
    ).scalar_one()


def remove_from_outbox(connection: Connection, digests: Sequence[str]) -> None:
    """Settled: no longer waiting."""
    if digests:
        connection.execute(outbox_table.delete().where(outbox_table.c.digest.in_(digests)))


def note_attempt(connection: Connection, digest: str, *, code: str, reason: str) -> int:
    """Count an attempt that the peer answered without taking the message; returns the count."""
    connection.execute(
        outbox_table.update()
        .where(outbox_table.c.digest == digest)
        .values(attempts=outbox_table.c.attempts + 1, last_code=code, last_reason=reason[:2000])
    )
    query = sa.select(outbox_table.c.attempts).where(outbox_table.c.digest == digest)
    return connection.execute(query).scalar_one_or_none() or 0


# --- dead letters -------------------------------------------------------------------------------------------------


def add_dead_letter(connection: Connection, row: dict[str, Any]) -> None:
    """Put a message before a person."""
    connection.execute(dead_letter_table.insert().values(**row))


def dead_letters(connection: Connection, peer: str | None = None, *, rows: int = 100) -> list[Any]:
    """Undecided dead letters, oldest first."""
    query = sa.select(dead_letter_table).where(dead_letter_table.c.decision.is_(None))
    if peer is not None:
        query = query.where(dead_letter_table.c.peer == peer)
    return list(connection.execute(query.order_by(dead_letter_table.c.at_us).limit(rows)))


def dead_letter(connection: Connection, digest: str) -> Any | None:
    """One dead letter, decided or not."""
    query = sa.select(dead_letter_table).where(dead_letter_table.c.digest == digest)
    return connection.execute(query).one_or_none()


def decide_dead_letter(connection: Connection, digest: str, *, decision: str, by: str, reason: str, at_us: int) -> None:
    """What a person (or a late receipt) decided."""
    connection.execute(
        dead_letter_table.update()
        .where(dead_letter_table.c.digest == digest)
        .values(decision=decision, decided_by=by, decided_reason=reason, decided_us=at_us)
    )


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


def held_count(connection: Connection, peer: str, lane: Lane) -> int:
    """How many early messages a lane keeps."""
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(held_table)
        .where(held_table.c.peer == peer, held_table.c.lane == lane.value)
    ).scalar_one()


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


def _waiting(row: Any) -> Waiting:
    return Waiting(
        digest=row.digest,
        peer=row.peer,
        lane=Lane(row.lane),
        sequence=row.sequence,
        envelope=bytes(row.envelope),
        attempts=row.attempts,
        queued_us=row.queued_us,
        last_code=row.last_code,
        last_reason=row.last_reason,
    )


def each_message(connection: Connection) -> Iterator[Stored]:
    """Every message, streamed; for `log verify`."""
    result = connection.execution_options(yield_per=500).execute(sa.select(message_table))
    for row in result:
        yield _stored(row)


# --- roads --------------------------------------------------------------------------------------------------------


def road(connection: Connection, peer: str, lane: Lane) -> Any | None:
    """The state of the road to a peer in one lane; None before the first attempt."""
    query = sa.select(road_table).where(road_table.c.peer == peer, road_table.c.lane == lane.value)
    return connection.execute(query).one_or_none()


def roads(connection: Connection, peer: str) -> list[Any]:
    """The state of all roads to a peer."""
    return list(connection.execute(sa.select(road_table).where(road_table.c.peer == peer)))


def set_road(connection: Connection, peer: str, lane: Lane, **values: Any) -> None:
    """Change columns of a road's state."""
    where = (road_table.c.peer == peer, road_table.c.lane == lane.value)
    if not connection.execute(road_table.update().where(*where).values(**values)).rowcount:
        connection.execute(road_table.insert().values(peer=peer, lane=lane.value, **({"failures": 0, "next_us": 0} | values)))


def clear_backoff(connection: Connection, peer: str) -> None:
    """The peer was heard or a person asked: try again at once."""
    connection.execute(road_table.update().where(road_table.c.peer == peer).values(next_us=0))


# --- receipts that travel later, courier files, alarms ------------------------------------------------------------


def owe_receipt(connection: Connection, peer: str, digest: str, receipt: bytes) -> None:
    """A receipt to be handed over with the next courier file or reply."""
    known = sa.select(owed_table.c.digest).where(owed_table.c.digest == digest)
    if connection.execute(known).scalar_one_or_none() is None:
        connection.execute(owed_table.insert().values(digest=digest, peer=peer, receipt=receipt))


def owed_receipts(connection: Connection, peer: str, *, rows: int) -> list[bytes]:
    """Receipts not yet known to be with the peer."""
    query = sa.select(owed_table.c.receipt).where(owed_table.c.peer == peer).order_by(owed_table.c.digest).limit(rows)
    return [bytes(row) for row in connection.execute(query).scalars()]


def mark_packed(connection: Connection, peer: str, file_id: str) -> None:
    """All receipts owed to the peer travel in this file."""
    connection.execute(owed_table.update().where(owed_table.c.peer == peer).values(packed_in=file_id))


def handed_over(connection: Connection, peer: str, file_ids: Sequence[str]) -> None:
    """The peer has unpacked these files of ours: what they held is owed no more."""
    if file_ids:
        connection.execute(owed_table.delete().where(owed_table.c.peer == peer, owed_table.c.packed_in.in_(file_ids)))


def add_courier_file(connection: Connection, file_id: str, peer: str, direction: str, at_us: int) -> bool:
    """Remember a courier file; False when it is already known."""
    known = sa.select(courier_file_table.c.file_id).where(courier_file_table.c.file_id == file_id)
    if connection.execute(known).scalar_one_or_none() is not None:
        return False
    connection.execute(courier_file_table.insert().values(file_id=file_id, peer=peer, direction=direction, at_us=at_us))
    return True


def unpacked_files(connection: Connection, peer: str, *, rows: int) -> list[str]:
    """The newest courier files of a peer that we unpacked."""
    query = (
        sa.select(courier_file_table.c.file_id)
        .where(courier_file_table.c.peer == peer, courier_file_table.c.direction == "in")
        .order_by(courier_file_table.c.at_us.desc())
        .limit(rows)
    )
    return list(connection.execute(query).scalars())


def raise_alarm(connection: Connection, peer: str, code: str, *, at_us: int, detail: str) -> None:
    """Something a person must know about a link; once for each code until cleared."""
    clear_alarm(connection, peer, code)
    connection.execute(alarm_table.insert().values(peer=peer, code=code, at_us=at_us, detail=detail[:2000]))


def clear_alarm(connection: Connection, peer: str, code: str) -> None:
    """The cause ended, or a person has seen it."""
    connection.execute(alarm_table.delete().where(alarm_table.c.peer == peer, alarm_table.c.code == code))


def alarms(connection: Connection, peer: str) -> list[Any]:
    """Alarms of a link, newest first."""
    query = sa.select(alarm_table).where(alarm_table.c.peer == peer).order_by(alarm_table.c.at_us.desc())
    return list(connection.execute(query))
