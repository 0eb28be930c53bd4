"""Facts of channels, numbers, what the desk was told, and forms that were sent already.

`keep` is the one way in: store a fact, fold the whole set again, write the channel's line. Decides nothing; what a fact
may be is decided before, in `arrivals` and `desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.emergencies.emergency import Emergency, Fact, fold
from lienlac.emergencies.kinds import BODY_OF
from lienlac.emergencies.store import lines
from lienlac.records.store import Facts, Numbers, SentOnce
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

fact_table = sa.Table(
    "emergency_fact",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("emergency_id", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("standing", sa.SmallInteger, nullable=False),
    sa.Column("code", sa.String(64)),
    sa.Column("received_us", sa.BigInteger),
    sa.Column("officer_id", sa.String(40)),
    sa.Index("ix_emergency_fact_emergency", "emergency_id", "message_id"),
)

notice_table = sa.Table(
    "emergency_notice",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("emergency_id", sa.String(40), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("clock", sa.String(20), nullable=False),
    sa.Column("percent", sa.Integer, nullable=False),
)


FACTS: Final = Facts(fact_table, of="emergency_id", fact=Fact, bodies=BODY_OF, most=limits.EMERGENCY_MESSAGES_MAX)
"""The facts of channels."""
ONCE: Final = SentOnce("emergency_once", sa.Column("emergency_id", sa.String(40), nullable=False))
"""Forms of new channels that were sent already."""
NUMBERS: Final = Numbers("emergency_number")
"""Running numbers of our own channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the watch told the desk."""

    emergency_id: str
    at: datetime
    code: str
    clock: str
    percent: int


def emergency(connection: Connection, emergency_id: str) -> Emergency | None:
    """The channel as it stands, or None."""
    return fold(FACTS.of(connection, emergency_id))


def keep(
    connection: Connection,
    new: Fact,
    *,
    node_id: str,
    before: Sequence[Fact] | None = None,
    officer_id: str | None = None,
) -> Emergency | None:
    """Store a fact, join it with what is known of it, and write the line anew. None while the opening is missing."""
    known = before if before is not None else FACTS.of(connection, new.header.record_id or "")
    twin = FACTS.put(connection, new, known, officer_id=officer_id)
    folded = fold((*known, new))
    if folded is None:
        return None
    watched_us = lines.watched_us(connection, folded.id)
    if twin is None or not new.counts:
        # what begins now is told of, although the watch once looked at a clock that has been set back since
        written = new.received_at if new.header.sender != node_id and new.received_at else new.header.sent_at
        watched_us = min(watched_us, clock.to_us(written))
    lines.put(connection, folded, node_id=node_id, watched_us=watched_us)
    return folded


# --- what the desk was told ---------------------------------------------------------------------------------------


def add_notice(connection: Connection, new: Notice) -> None:
    """Keep what the desk was told."""
    connection.execute(
        notice_table.insert().values(
            emergency_id=new.emergency_id,
            at_us=clock.to_us(new.at),
            code=new.code,
            clock=new.clock,
            percent=new.percent,
        )
    )


def notices(connection: Connection, emergency_id: str) -> list[Notice]:
    """What the desk was told about a channel, oldest first."""
    query = sa.select(notice_table).where(notice_table.c.emergency_id == emergency_id).order_by(notice_table.c.number)
    return [
        Notice(
            emergency_id=row.emergency_id,
            at=clock.from_us(row.at_us),
            code=row.code,
            clock=row.clock,
            percent=row.percent,
        )
        for row in connection.execute(query.limit(limits.PAGE_MAX_ROWS))
    ]
