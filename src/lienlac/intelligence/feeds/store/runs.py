"""What runs did, what the other side did not take, and which events of a MISP feed are known. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.feeds.feed import Counts
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

run_table = sa.Table(
    "intel_feed_run",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("feed_id", sa.String(40), nullable=False, index=True),
    sa.Column("began_us", sa.BigInteger, nullable=False),
    sa.Column("ended_us", sa.BigInteger, nullable=False),
    sa.Column("pages", sa.BigInteger, nullable=False),
    sa.Column("more", sa.Boolean, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in Counts.__dataclass_fields__),
)
lost_table = sa.Table(
    "intel_feed_lost",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("feed_id", sa.String(40), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("message", sa.String(300), nullable=False),
)
item_table = sa.Table(
    "intel_feed_item",
    metadata,
    sa.Column("feed_id", sa.String(40), primary_key=True),
    sa.Column("item", sa.String(36), primary_key=True),
    sa.Column("stamp", sa.BigInteger, nullable=False),
)
_R: Final = run_table.c
_L: Final = lost_table.c
_I: Final = item_table.c
_AT_ONCE: Final = 500


class Run(NamedTuple):
    """One run."""

    began_at: datetime
    ended_at: datetime
    pages: int
    more: bool
    code: str
    details: Mapping[str, Any]
    counts: Counts


class Lost(NamedTuple):
    """An object that the other side did not take; `message` is its word, "" for none."""

    object_id: str
    message: str
    at: datetime | None = None


def note(connection: Connection, feed_id: str, run: Run) -> None:
    """Keep a run, and forget the oldest."""
    values = {name: getattr(run.counts, name) for name in Counts.__dataclass_fields__}
    connection.execute(
        run_table.insert().values(
            feed_id=feed_id,
            began_us=clock.to_us(run.began_at),
            ended_us=clock.to_us(run.ended_at),
            pages=run.pages,
            more=run.more,
            code=run.code,
            details=msgspec.json.encode(run.details).decode(),
            **values,
        )
    )
    _forget(connection, run_table, feed_id, limits.FEED_RUNS_KEPT)


def of_feed(connection: Connection, feed_id: str, rows: int) -> list[Run]:
    """The newest runs."""
    query = sa.select(run_table).where(_R.feed_id == feed_id).order_by(_R.number.desc()).limit(rows)
    return [
        Run(
            clock.from_us(row.began_us),
            clock.from_us(row.ended_us),
            row.pages,
            row.more,
            row.code,
            msgspec.json.decode(row.details),
            Counts(**{name: getattr(row, name) for name in Counts.__dataclass_fields__}),
        )
        for row in connection.execute(query)
    ]


def lose(connection: Connection, feed_id: str, lost: Iterable[Lost], at: datetime) -> None:
    """Keep what was not taken, and forget the oldest."""
    at_us = clock.to_us(at)
    rows = [
        {"feed_id": feed_id, "at_us": at_us, "object_id": one.object_id, "message": one.message[:300]} for one in lost
    ]
    if rows:
        connection.execute(lost_table.insert(), rows)
        _forget(connection, lost_table, feed_id, limits.FEED_LOST_KEPT)


def lost_of(connection: Connection, feed_id: str, rows: int) -> list[Lost]:
    """The newest objects that were not taken."""
    query = sa.select(lost_table).where(_L.feed_id == feed_id).order_by(_L.number.desc()).limit(rows)
    return [Lost(row.object_id, row.message, clock.from_us(row.at_us)) for row in connection.execute(query)]


def stamps(connection: Connection, feed_id: str, items: Sequence[str]) -> dict[str, int]:
    """Of these events the stamps that are known."""
    found: dict[str, int] = {}
    for start in range(0, len(items), _AT_ONCE):
        part = items[start : start + _AT_ONCE]
        query = sa.select(_I.item, _I.stamp).where(_I.feed_id == feed_id, _I.item.in_(part))
        found.update({row.item: row.stamp for row in connection.execute(query)})
    return found


def stamp(connection: Connection, feed_id: str, item: str, value: int) -> None:
    """This event was taken in as it was at that stamp."""
    query = item_table.update().where(_I.feed_id == feed_id, _I.item == item).values(stamp=value)
    if connection.execute(query).rowcount == 0:
        connection.execute(item_table.insert().values(feed_id=feed_id, item=item, stamp=value))


def _forget(connection: Connection, table: sa.Table, feed_id: str, keep: int) -> None:
    column = table.c
    oldest = sa.select(column.number).where(column.feed_id == feed_id).order_by(column.number.desc())
    gone = oldest.offset(keep).limit(keep).scalar_subquery()
    connection.execute(table.delete().where(column.number.in_(gone)))
