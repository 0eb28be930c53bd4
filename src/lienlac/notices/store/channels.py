"""The table of channels to people, and the only SQL on it: addresses under seal, running tests, how each fares.

Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.notices.channels import Channel, ChannelKind
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

channel_table = sa.Table(
    "notice_channel",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(80), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("shown", sa.String(300), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("made_us", sa.BigInteger, nullable=False),
    sa.Column("verified_us", sa.BigInteger),
    sa.Column("proof_hash", sa.String(64)),
    sa.Column("proof_until_us", sa.BigInteger),
    sa.Column("proof_tries", sa.Integer, nullable=False),
    sa.Column("proof_sent_us", sa.BigInteger),
    sa.Column("fails", sa.Integer, nullable=False),
    sa.Column("fail_code", sa.String(64), nullable=False),
    sa.Column("failed_us", sa.BigInteger),
    sa.Column("worked_us", sa.BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A channel's running test: the digits' hash, until when they count, how often they were guessed."""

    hash: str
    until: datetime
    tries: int


def add(connection: Connection, new: Channel, at: datetime) -> None:
    """A new channel; its owner's others keep their places."""
    connection.execute(
        channel_table.insert().values(
            id=new.id,
            owner=new.owner,
            kind=new.kind.value,
            shown=new.shown,
            place=new.place,
            sealed=new.sealed,
            made_us=clock.to_us(at),
            verified_us=_us(new.verified_at),
            proof_tries=0,
            fails=0,
            fail_code="",
        )
    )


def get(connection: Connection, channel_id: str) -> Channel | None:
    """One channel."""
    row = connection.execute(sa.select(channel_table).where(channel_table.c.id == channel_id)).one_or_none()
    return None if row is None else _channel(row)


def of_owner(connection: Connection, owner: str, *, verified: bool = False) -> list[Channel]:
    """An owner's channels in their order, all or only those that may get notices."""
    query = sa.select(channel_table).where(channel_table.c.owner == owner)
    if verified:
        query = query.where(channel_table.c.verified_us.is_not(None))
    query = query.order_by(channel_table.c.place, channel_table.c.id)
    return [_channel(row) for row in connection.execute(query)]


def every(connection: Connection) -> list[Channel]:
    """All channels, the failing ones first."""
    query = sa.select(channel_table).order_by(
        channel_table.c.fails.desc(), channel_table.c.owner, channel_table.c.place
    )
    return [_channel(row) for row in connection.execute(query.limit(limits.CHANNELS_SHOWN_MAX))]


def set_place(connection: Connection, channel_id: str, place: int) -> None:
    """Where a channel stands in its owner's order."""
    connection.execute(channel_table.update().where(channel_table.c.id == channel_id).values(place=place))


def drop(connection: Connection, channel_id: str) -> None:
    """Forget a channel with its address; what was sent through it stays known."""
    connection.execute(channel_table.delete().where(channel_table.c.id == channel_id))


def set_proof(connection: Connection, channel_id: str, *, digits_hash: str, until: datetime, at: datetime) -> None:
    """A test has begun."""
    values = {"proof_hash": digits_hash, "proof_until_us": clock.to_us(until), "proof_sent_us": clock.to_us(at)}
    connection.execute(channel_table.update().where(channel_table.c.id == channel_id).values(proof_tries=0, **values))


def proof(connection: Connection, channel_id: str) -> Proof | None:
    """The running test, counted as guessed once more: call it once for each answer."""
    table = channel_table.c
    connection.execute(channel_table.update().where(table.id == channel_id).values(proof_tries=table.proof_tries + 1))
    row = connection.execute(
        sa.select(table.proof_hash, table.proof_until_us, table.proof_tries).where(table.id == channel_id)
    ).one_or_none()
    if row is None or row.proof_hash is None:
        return None
    return Proof(hash=row.proof_hash, until=clock.from_us(row.proof_until_us), tries=row.proof_tries)


def proof_sent_at(connection: Connection, channel_id: str) -> datetime | None:
    """When the last test was sent."""
    query = sa.select(channel_table.c.proof_sent_us).where(channel_table.c.id == channel_id)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else clock.from_us(found)


def set_verified(connection: Connection, channel_id: str, at: datetime) -> None:
    """Its owner has typed the digits: from now on it gets notices."""
    connection.execute(
        channel_table.update()
        .where(channel_table.c.id == channel_id)
        .values(verified_us=clock.to_us(at), proof_hash=None, proof_until_us=None, proof_tries=0)
    )


def note_success(connection: Connection, channel_id: str, at: datetime) -> None:
    """The channel took a notice."""
    values = {"fails": 0, "fail_code": "", "worked_us": clock.to_us(at)}
    connection.execute(channel_table.update().where(channel_table.c.id == channel_id).values(**values))


def note_failure(connection: Connection, channel_id: str, code: str, at: datetime) -> None:
    """The channel did not take a notice."""
    table = channel_table.c
    values = {"fails": table.fails + 1, "fail_code": code, "failed_us": clock.to_us(at)}
    connection.execute(channel_table.update().where(table.id == channel_id).values(**values))


def _channel(row: Any) -> Channel:
    return Channel(
        id=row.id,
        owner=row.owner,
        kind=ChannelKind(row.kind),
        shown=row.shown,
        place=row.place,
        verified_at=_instant(row.verified_us),
        sealed=row.sealed,
        fails=row.fails,
        fail_code=row.fail_code,
        failed_at=_instant(row.failed_us),
        worked_at=_instant(row.worked_us),
    )


def _us(at: datetime | None) -> int | None:
    return None if at is None else clock.to_us(at)


def _instant(value_us: int | None) -> datetime | None:
    return None if value_us is None else clock.from_us(value_us)
