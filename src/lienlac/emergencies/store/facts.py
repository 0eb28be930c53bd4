"""Facts of channels, numbers, what the desk was told, and forms that were sent already.

`keep` is the one way in: store a fact, fold the whole set again, write the channel's line. Decides nothing; what a fact
may be is decided before, in `arrivals` and `desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.emergencies.emergency import Emergency, Fact, Standing, fold
from lienlac.emergencies.kinds import BODY_OF
from lienlac.emergencies.store import lines
from lienlac.storage.schema import RowNumber, metadata
from lienlac.wire.message import Header

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

number_table = sa.Table(
    "emergency_number",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

once_table = sa.Table(
    "emergency_once",
    metadata,
    sa.Column("officer_id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("emergency_id", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
)

_encoder = msgspec.json.Encoder()
_headers = msgspec.json.Decoder(Header)
_FACTS = (
    sa.select(fact_table)
    .where(fact_table.c.emergency_id == sa.bindparam("of_emergency"))
    .limit(limits.EMERGENCY_MESSAGES_MAX + 1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the watch told the desk."""

    emergency_id: str
    at: datetime
    code: str
    clock: str
    percent: int


def facts(connection: Connection, emergency_id: str) -> list[Fact]:
    """All facts of a channel, at most `limits.EMERGENCY_MESSAGES_MAX`."""
    return [_fact(row) for row in connection.execute(_FACTS, {"of_emergency": emergency_id})]


def fact(connection: Connection, message_id: str) -> Fact | None:
    """One fact by its message's id."""
    row = connection.execute(sa.select(fact_table).where(fact_table.c.message_id == message_id)).one_or_none()
    return None if row is None else _fact(row)


def emergency(connection: Connection, emergency_id: str) -> Emergency | None:
    """The channel as it stands, or None."""
    return fold(facts(connection, emergency_id))


def officers(connection: Connection, emergency_id: str) -> dict[str, str]:
    """Which account here sent which message: officer ids by message id. Never travels."""
    query = sa.select(fact_table.c.message_id, fact_table.c.officer_id).where(
        fact_table.c.emergency_id == emergency_id, fact_table.c.officer_id.is_not(None)
    )
    return {row.message_id: row.officer_id for row in connection.execute(query)}


def keep(
    connection: Connection,
    new: Fact,
    *,
    node_id: str,
    before: Sequence[Fact] | None = None,
    officer_id: str | None = None,
) -> Emergency | None:
    """Store a fact, join it with what is known of it, and write the line anew. None while the opening is missing."""
    known = before if before is not None else facts(connection, new.header.record_id or "")
    twin = next((one for one in known if one.id == new.id), None)
    if twin is None:
        body = {"message_id": new.id, "emergency_id": new.header.record_id, "kind": new.header.kind}
        words = {"body": _encoder.encode(new.body), "officer_id": officer_id}
        connection.execute(fact_table.insert().values(**body, **words, **_journey(new)))
    else:
        moved = fact_table.update().where(fact_table.c.message_id == new.id)
        connection.execute(moved.values(**_journey(twin.join(new))))
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


def _journey(known: Fact) -> dict[str, Any]:
    return {
        "digest": known.digest,
        "header": _encoder.encode(known.header),
        "standing": int(known.standing),
        "code": known.code,
        "received_us": None if known.received_at is None else clock.to_us(known.received_at),
    }


def _fact(row: Any) -> Fact:
    return Fact(
        header=_headers.decode(row.header),
        body=msgspec.json.decode(row.body, type=BODY_OF[row.kind]),
        digest=row.digest,
        standing=Standing(row.standing),
        received_at=None if row.received_us is None else clock.from_us(row.received_us),
        code=row.code,
    )


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


# --- forms that were sent already ---------------------------------------------------------------------------------


def sent_once(connection: Connection, officer_id: str, key: str) -> tuple[str, str] | None:
    """What an officer's form with this key became: the channel's id, and the digest of what was said."""
    query = sa.select(once_table).where(once_table.c.officer_id == officer_id, once_table.c.key == key)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.emergency_id, row.digest)


def keep_once(
    connection: Connection, officer_id: str, key: str, *, emergency_id: str, digest: str, at: datetime
) -> None:
    """This form was sent; forgets those of before yesterday."""
    edge = clock.to_us(at - timedelta(hours=limits.HOTLINE_ONCE_KEPT_H))
    connection.execute(once_table.delete().where(once_table.c.at_us < edge))
    values = {"officer_id": officer_id, "key": key, "emergency_id": emergency_id, "digest": digest}
    connection.execute(once_table.insert().values(**values, at_us=clock.to_us(at)))


# --- references ---------------------------------------------------------------------------------------------------


def next_number(connection: Connection, year: int) -> int:
    """The next running number of our own channels in a year; the row is locked until the caller's transaction ends."""
    table = number_table.c
    done = connection.execute(number_table.update().where(table.year == year).values(last=table.last + 1))
    if not done.rowcount:
        connection.execute(number_table.insert().values(year=year, last=1))
    return int(connection.execute(sa.select(table.last).where(table.year == year)).scalar_one())


def reach_number(connection: Connection, year: int, number: int) -> None:
    """Never give out a number up to this one again: after a restore, our own replayed channels bring theirs along."""
    table = number_table.c
    known = connection.execute(sa.select(table.last).where(table.year == year)).scalar_one_or_none()
    if known is None:
        connection.execute(number_table.insert().values(year=year, last=number))
    elif known < number:
        connection.execute(number_table.update().where(table.year == year).values(last=number))
