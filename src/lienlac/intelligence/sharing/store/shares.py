"""The tables of shares and of the messages that each has sent. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.sharing.order import Order
from lienlac.intelligence.store.collections import collection_table
from lienlac.people.access.store import in_scope
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

State = Literal["active", "stopped"]

share_table = sa.Table(
    "intel_share",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("collection", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("order", sa.LargeBinary, nullable=False),
    sa.Column("cursor_us", sa.BigInteger, nullable=False),
    sa.Column("look_us", sa.BigInteger, nullable=False),
    sa.Column("batch", sa.BigInteger, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("problem", sa.String(64), nullable=False),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("changed_us", sa.BigInteger, nullable=False),
    sa.Index("ix_intel_share_collection", "collection", "state"),
    sa.Index("ix_intel_share_peer", "peer", "number"),
)
parcel_table = sa.Table(
    "intel_parcel",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(40), nullable=False, unique=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("share", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("objects", sa.BigInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("answered_us", sa.BigInteger, nullable=True),
    sa.Index("ix_intel_parcel_share", "share", "number"),
    sa.Index("ix_intel_parcel_peer", "peer", "state", "at_us"),
)
_S: Final = share_table.c
_P: Final = parcel_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One share as it stands: what was decided, how far it has come, what keeps it from going on (`problem`)."""

    number: int
    id: str
    peer: str
    collection: int
    state: State
    order: Order
    cursor_us: int
    look_us: int
    batch: int
    done: int
    problem: str
    by: str
    created_at: datetime
    changed_at: datetime

    @property
    def whole(self) -> bool:
        """Whether a one-time share has sent what it held."""
        return self.order.mode == "once" and self.cursor_us >= self.order.until_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message of ours: a pack, or a recall."""

    number: int
    message_id: str
    kind: str
    peer: str
    share: int
    state: str
    code: str
    objects: int
    at: datetime
    answered_at: datetime | None


def insert(connection: Connection, share_id: str, order: Order, *, collection: int, by: str, at: datetime) -> int:
    """A new share, from the beginning of its collection."""
    now_us = clock.to_us(at)
    values = {
        "id": share_id, "peer": order.peer, "collection": collection, "state": "active",
        "order": msgspec.json.encode(order), "cursor_us": -1, "look_us": -1, "batch": 0, "done": 0, "problem": "",
        "by": by, "created_us": now_us, "changed_us": now_us,
    }  # fmt: skip
    return int(connection.execute(share_table.insert().values(**values).returning(_S.number)).scalar_one())


def update(connection: Connection, number: int, **values: Any) -> None:
    """Keep what has changed."""
    connection.execute(share_table.update().where(_S.number == number).values(**values))


def open_with(connection: Connection, peer: str) -> int:
    """How many shares with a peer are not stopped."""
    query = sa.select(sa.func.count()).select_from(share_table).where(_S.peer == peer, _S.state == "active")
    return int(connection.execute(query).scalar_one())


def find(connection: Connection, share_id: str, scope: Scope) -> Share | None:
    """One share of a collection that the officer may know of."""
    query = _scoped(scope).where(_S.id == share_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _share(row)


def numbered(connection: Connection, number: int) -> Share | None:
    """For the node's own work."""
    row = connection.execute(sa.select(share_table).where(_S.number == number)).one_or_none()
    return None if row is None else _share(row)


def named(connection: Connection, share_id: str) -> Share | None:
    """For the node's own work."""
    row = connection.execute(sa.select(share_table).where(_S.id == share_id)).one_or_none()
    return None if row is None else _share(row)


def listed(connection: Connection, scope: Scope, *, rows: int = limits.PAGE_MAX_ROWS) -> list[Share]:
    """Shares of collections that the officer may know of, the newest first."""
    return [_share(row) for row in connection.execute(_scoped(scope).order_by(_S.number.desc()).limit(rows))]


def behind(connection: Connection) -> list[Share]:
    """Shares whose collection has something that they have not looked at, the oldest first."""
    last = collection_table.c.last_us
    due = sa.or_(_S.look_us < last, sa.and_(_S.state == "active", _S.cursor_us < last))
    query = sa.select(share_table).join(collection_table, collection_table.c.number == _S.collection).where(due)
    return [_share(row) for row in connection.execute(query.order_by(_S.number))]


def active(connection: Connection, numbers: Sequence[int]) -> list[Share]:
    """Those of these that are not stopped, the oldest first."""
    query = sa.select(share_table).where(_S.number.in_(numbers), _S.state == "active")
    return [_share(row) for row in connection.execute(query.order_by(_S.number))] if numbers else []


def add_parcel(
    connection: Connection, message_id: str, *, kind: str, peer: str, share: int, objects: int, at: datetime
) -> int:
    """A message of ours is on its way."""
    values = {
        "message_id": message_id, "kind": kind, "peer": peer, "share": share, "state": "sent", "code": "",
        "objects": objects, "at_us": clock.to_us(at), "answered_us": None,
    }  # fmt: skip
    return int(connection.execute(parcel_table.insert().values(**values).returning(_P.number)).scalar_one())


def parcel(connection: Connection, message_id: str) -> Parcel | None:
    """The message of that id."""
    row = connection.execute(sa.select(parcel_table).where(_P.message_id == message_id)).one_or_none()
    return None if row is None else _parcel(row)


def parcels(connection: Connection, share: int, *, rows: int) -> list[Parcel]:
    """A share's messages, the newest first."""
    query = sa.select(parcel_table).where(_P.share == share).order_by(_P.number.desc()).limit(rows)
    return [_parcel(row) for row in connection.execute(query)]


def under_way(connection: Connection, peer: str, since: datetime) -> int:
    """Packs that a peer has not answered yet, of those sent lately: it is not sent more than it can take in."""
    query = (
        sa.select(sa.func.count())
        .select_from(parcel_table)
        .where(_P.peer == peer, _P.kind == "share", _P.state.in_(("sent", "delivered")), _P.at_us >= clock.to_us(since))
    )
    return int(connection.execute(query).scalar_one())


def settle(connection: Connection, number: int, state: str, *, code: str = "", at: datetime | None = None) -> None:
    """What became of a message."""
    values: dict[str, Any] = {"state": state, "code": code}
    if at is not None:
        values["answered_us"] = clock.to_us(at)
    connection.execute(parcel_table.update().where(_P.number == number).values(**values))


def _scoped(scope: Scope) -> sa.Select[Any]:
    query = sa.select(share_table).join(collection_table, collection_table.c.number == _S.collection)
    return query.where(in_scope(scope, collection_table.c.id))


def _share(row: Any) -> Share:
    return Share(
        number=row.number,
        id=row.id,
        peer=row.peer,
        collection=row.collection,
        state=row.state,
        order=msgspec.json.decode(row.order, type=Order),
        cursor_us=row.cursor_us,
        look_us=row.look_us,
        batch=row.batch,
        done=row.done,
        problem=row.problem,
        by=row.by,
        created_at=clock.from_us(row.created_us),
        changed_at=clock.from_us(row.changed_us),
    )


def _parcel(row: Any) -> Parcel:
    return Parcel(
        number=row.number,
        message_id=row.message_id,
        kind=row.kind,
        peer=row.peer,
        share=row.share,
        state=row.state,
        code=row.code,
        objects=row.objects,
        at=clock.from_us(row.at_us),
        answered_at=None if row.answered_us is None else clock.from_us(row.answered_us),
    )
