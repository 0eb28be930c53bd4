"""The exchange's tables: messages and receipts, lanes, the outbox, early messages, dead letters, the state of roads.

Columns only. Times are microseconds; `chain` is SHA-256 of a message's payload, the link of its lane (clause 5.2);
`digest` is SHA-256 of the signed message, its name on both sides (clause 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from lienlac.wire.message import Lane

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
    sa.Column("message_id", sa.String(40), nullable=False, index=True),
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
for _name, _columns, _where in (
    ("uq_exchange_message_place", ("peer", "direction", "lane", "sequence"), "direction != 'void'"),
    # a second message under a known id is refused, and recorded as refused
    (
        "uq_exchange_message_id",
        ("peer", "direction", "message_id"),
        "direction != 'void' AND (verdict IS NULL OR verdict != 'refused')",
    ),
):
    sa.Index(
        _name,
        *(message_table.c[column] for column in _columns),
        unique=True,
        sqlite_where=sa.text(_where),
        postgresql_where=sa.text(_where),
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

carried_state_table = sa.Table(
    "exchange_carried_state",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("signed", sa.LargeBinary, nullable=False),
)

rotation_table = sa.Table(
    "exchange_rotation",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False, index=True),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("confirmed", sa.Boolean, nullable=False),
)

regained_table = sa.Table(
    "exchange_regained",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("ours", sa.Boolean, nullable=False),
    sa.Column("lane", sa.String(10), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("chain", sa.String(64), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("receipt", sa.LargeBinary, nullable=False),
    sa.Column("unread", sa.Boolean, nullable=False),
    sa.Index("ix_exchange_regained_place", "peer", "ours", "lane", "sequence", unique=True),
    sa.Index("ix_exchange_regained_id", "peer", "message_id"),
)

recovery_table = sa.Table(
    "exchange_recovery",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("began_us", sa.BigInteger, nullable=False),
    sa.Column("log_size", sa.BigInteger, nullable=False),
    sa.Column("log_lost", sa.Boolean, nullable=False),
    sa.Column("ours", sa.Integer, nullable=False),
    sa.Column("theirs", sa.Integer, nullable=False),
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
