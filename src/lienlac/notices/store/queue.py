"""The tables of the queue: notices that wait or have ended, and every try; and the only SQL on them.

Due notices are claimed for a while by one worker (`SKIP LOCKED` where the database knows it), so that several processes
never send the same one. A worker that died loses its claim when the lease ends. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.notices.channels import Channel, ChannelKind
from lienlac.notices.notice import URGENCIES, Notice, Queued
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

notice_table = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(80), nullable=False, index=True),
    sa.Column("thing", sa.String(80), nullable=False, index=True),
    sa.Column("said", sa.LargeBinary, nullable=False),
    sa.Column("only_channel", sa.String(40)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    sa.Column("queued_us", sa.BigInteger, nullable=False),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("expires_us", sa.BigInteger, nullable=False),
    sa.Column("claimed_by", sa.String(40)),
    sa.Column("claimed_until_us", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("ended_us", sa.BigInteger),
    sa.Column("channel", sa.String(40)),
    sa.Column("channel_shown", sa.String(300), nullable=False),
    sa.Index("ix_notice_due", "state", "due_us"),
)

try_table = sa.Table(
    "notice_try",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("notice_id", sa.String(40), nullable=False, index=True),
    sa.Column("channel_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("shown", sa.String(300), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
)

WAITING: Final = "waiting"
SENT: Final = "sent"
EXPIRED: Final = "expired"
WITHDRAWN: Final = "withdrawn"
NOBODY: Final = "nobody"
"""States of a notice: what waits, what one channel took, and what came to nothing and why."""
STATES: Final = (WAITING, SENT, EXPIRED, WITHDRAWN, NOBODY)

LEASE: Final = timedelta(seconds=limits.NOTICE_LEASE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try on one channel; an empty `code` is success."""

    notice_id: str
    channel_id: str
    kind: ChannelKind
    shown: str
    at: datetime
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How far one notice has come; `rounds` over 0 says that every channel has failed at least once."""

    id: str
    owner: str
    state: str
    code: str
    rounds: int
    attempts: int
    ended_at: datetime | None
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A notice that was put into the queue once, and how far it has come."""

    notice: Notice
    outcome: Outcome


def put(
    connection: Connection,
    notice: Notice,
    *,
    at: datetime,
    not_before: datetime | None = None,
    lasts: timedelta = timedelta(hours=limits.NOTICE_LASTS_H),
    only_channel: str | None = None,
) -> None:
    """Put a notice into the queue; it is sent once `not_before` has come, and given up after `lasts`."""
    begins = max(at, not_before or at)
    connection.execute(
        notice_table.insert().values(
            id=notice.id,
            owner=notice.owner,
            thing=notice.thing,
            said=msgspec.json.encode(notice),
            only_channel=only_channel,
            state=WAITING,
            rank=URGENCIES.index(notice.urgency),
            queued_us=clock.to_us(at),
            due_us=clock.to_us(begins),
            expires_us=clock.to_us(begins + lasts),
            claimed_until_us=0,
            place=0,
            tries=0,
            rounds=0,
            attempts=0,
            code="",
            channel_shown="",
        )
    )


def claim(connection: Connection, now: datetime, *, worker: str, rows: int) -> list[tuple[Queued, str | None]]:
    """Take up to `rows` due notices for this worker alone, until the lease ends; each with its only channel, if any."""
    table, now_us = notice_table.c, clock.to_us(now)
    query = (
        sa.select(notice_table)
        .where(table.state == WAITING, table.due_us <= now_us, table.claimed_until_us <= now_us)
        .order_by(table.rank, table.due_us, table.id)
        .limit(rows)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).all()
    if found:
        connection.execute(
            notice_table.update()
            .where(table.id.in_([row.id for row in found]))
            .values(claimed_by=worker, claimed_until_us=clock.to_us(now + LEASE))
        )
    return [(_queued(row), row.only_channel) for row in found]


def settle_sent(connection: Connection, notice_id: str, *, worker: str, channel: Channel, at: datetime) -> bool:
    """A channel took it. False when the claim was lost meanwhile."""
    return _settle(connection, notice_id, worker, state=SENT, code="", at=at, channel=channel)


def settle_ended(connection: Connection, notice_id: str, *, worker: str, state: str, code: str, at: datetime) -> bool:
    """It comes to nothing (`EXPIRED`, `NOBODY`). False when the claim was lost meanwhile."""
    return _settle(connection, notice_id, worker, state=state, code=code, at=at, channel=None)


def settle_later(
    connection: Connection,
    queued: Queued,
    *,
    worker: str,
    place: int,
    tries: int,
    rounds: int,
    code: str,
    due: datetime,
) -> bool:
    """It was not taken this time. False when the claim was lost meanwhile."""
    values = {"place": place, "tries": tries, "rounds": rounds, "code": code, "due_us": clock.to_us(due)}
    done = connection.execute(
        _mine(queued.notice.id, worker).values(
            claimed_by=None, claimed_until_us=0, attempts=notice_table.c.attempts + 1, **values
        )
    )
    return done.rowcount == 1


def _settle(
    connection: Connection, notice_id: str, worker: str, *, state: str, code: str, at: datetime, channel: Channel | None
) -> bool:
    values: dict[str, Any] = {"state": state, "code": code, "ended_us": clock.to_us(at)}
    if channel is not None:
        values |= {"channel": channel.id, "channel_shown": channel.shown, "attempts": notice_table.c.attempts + 1}
    done = connection.execute(_mine(notice_id, worker).values(claimed_by=None, claimed_until_us=0, **values))
    return done.rowcount == 1


def _mine(notice_id: str, worker: str) -> sa.Update:
    table = notice_table.c
    return notice_table.update().where(table.id == notice_id, table.state == WAITING, table.claimed_by == worker)


def withdraw(connection: Connection, thing: str, at: datetime) -> int:
    """Whatever still waits about a thing is not sent any more; how many that were."""
    table = notice_table.c
    done = connection.execute(
        notice_table.update()
        .where(table.thing == thing, table.state == WAITING)
        .values(state=WITHDRAWN, ended_us=clock.to_us(at), claimed_by=None, claimed_until_us=0)
    )
    return done.rowcount


def next_due(connection: Connection) -> datetime | None:
    """When something is to be sent next."""
    query = sa.select(sa.func.min(notice_table.c.due_us)).where(notice_table.c.state == WAITING)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else clock.from_us(found)


def outcomes(connection: Connection, notice_ids: Sequence[str]) -> dict[str, Outcome]:
    """How far these notices have come."""
    if not notice_ids:
        return {}
    query = sa.select(notice_table).where(notice_table.c.id.in_(notice_ids))
    return {row.id: _outcome(row) for row in connection.execute(query)}


def about(connection: Connection, things: Sequence[str]) -> dict[str, list[Said]]:
    """By thing everything that was said about it, the oldest first."""
    query = sa.select(notice_table).where(notice_table.c.thing.in_(things))
    found: dict[str, list[Said]] = {}
    for row in connection.execute(query.order_by(notice_table.c.queued_us, notice_table.c.id)):
        said = Said(notice=msgspec.json.decode(row.said, type=Notice), outcome=_outcome(row))
        found.setdefault(row.thing, []).append(said)
    return found


def in_vain(connection: Connection, things: Sequence[str]) -> set[str]:
    """Of these things those about which somebody could not be reached: every channel failed once, or there is none."""
    if not things:
        return set()
    table = notice_table.c
    vain = sa.or_(table.state.in_((NOBODY, EXPIRED)), sa.and_(table.state == WAITING, table.rounds > 0))
    return set(connection.execute(sa.select(table.thing).where(table.thing.in_(things), vain)).scalars())


def counts(connection: Connection) -> dict[str, int]:
    """How many notices are in each state."""
    query = sa.select(notice_table.c.state, sa.func.count()).group_by(notice_table.c.state)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def prune(connection: Connection, before: datetime, rows: int) -> None:
    """Forget notices that ended long ago, so many at once, with their tries; what counted stands in the journal."""
    old = sa.select(notice_table.c.id).where(notice_table.c.ended_us < clock.to_us(before)).limit(rows)
    ids = list(connection.execute(old).scalars())
    if ids:
        connection.execute(try_table.delete().where(try_table.c.notice_id.in_(ids)))
        connection.execute(notice_table.delete().where(notice_table.c.id.in_(ids)))


# --- tries --------------------------------------------------------------------------------------------------------


def add_try(connection: Connection, made: Try) -> None:
    """Remember one try."""
    connection.execute(
        try_table.insert().values(
            notice_id=made.notice_id,
            channel_id=made.channel_id,
            kind=made.kind.value,
            shown=made.shown,
            at_us=clock.to_us(made.at),
            code=made.code,
        )
    )


def tries(connection: Connection, notice_ids: Sequence[str]) -> list[Try]:
    """Every try of these notices, in order."""
    if not notice_ids:
        return []
    query = sa.select(try_table).where(try_table.c.notice_id.in_(notice_ids)).order_by(try_table.c.number)
    return [
        Try(
            notice_id=row.notice_id,
            channel_id=row.channel_id,
            kind=ChannelKind(row.kind),
            shown=row.shown,
            at=clock.from_us(row.at_us),
            code=row.code,
        )
        for row in connection.execute(query.limit(limits.PAGE_MAX_ROWS))
    ]


def _queued(row: Any) -> Queued:
    return Queued(
        notice=msgspec.json.decode(row.said, type=Notice),
        queued_at=clock.from_us(row.queued_us),
        expires_at=clock.from_us(row.expires_us),
        place=row.place,
        tries=row.tries,
        rounds=row.rounds,
        attempts=row.attempts,
    )


def _outcome(row: Any) -> Outcome:
    return Outcome(
        id=row.id,
        owner=row.owner,
        state=row.state,
        code=row.code,
        rounds=row.rounds,
        attempts=row.attempts,
        ended_at=_instant(row.ended_us),
        channel=row.channel_shown,
    )


def _instant(value_us: int | None) -> datetime | None:
    return None if value_us is None else clock.from_us(value_us)
