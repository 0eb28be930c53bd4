"""The tables of what came from peers: messages to be taken in, each peer's collection, sightings. Decides nothing.

A message is kept whole until everything in it has been taken in, piece by piece; then only what became of it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.sharing.store.shares import share_table
from lienlac.intelligence.store.collections import collection_table
from lienlac.intelligence.store.objects import key_of, named, object_table, within
from lienlac.intelligence.store.quarantine import held_table
from lienlac.people.access.store import follow, in_scope
from lienlac.storage.schema import RowNumber, metadata
from lienlac.wire.message import Header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

arrived_table = sa.Table(
    "intel_arrived",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(40), nullable=False, unique=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("share_id", sa.String(40), nullable=False),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("mode", sa.String(10), nullable=False),
    sa.Column("grade_4x4", sa.String(2), nullable=False),
    sa.Column("grade_6x6", sa.String(2), nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("place", sa.BigInteger, nullable=False),
    sa.Column("states", sa.Text, nullable=False),
    sa.Column("reasons", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("done_us", sa.BigInteger, nullable=True),
    sa.Index("ix_intel_arrived_due", "state", "number"),
    sa.Index("ix_intel_arrived_share", "peer", "share_id", "number"),
)
room_table = sa.Table(
    "intel_room",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("collection", sa.BigInteger, nullable=False),
)
sighting_table = sa.Table(
    "intel_sighting",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(40), nullable=False, unique=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("object_key", sa.BigInteger, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("collection", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_us", sa.BigInteger, nullable=True),
    sa.Column("last_us", sa.BigInteger, nullable=True),
    sa.Column("useful", sa.SmallInteger, nullable=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Index("ix_intel_sighting_object", "object_key", "number"),
)
_A: Final = arrived_table.c


def _collection_of(share_ids: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The collection out of which a share goes, or that of the partner whose share it is."""
    mine, theirs = collection_table.alias(), collection_table.alias()
    out = sa.select(mine.c.id).join(share_table, share_table.c.collection == mine.c.number)
    came = sa.exists().where(_A.peer == room_table.c.peer, _A.share_id == share_ids)
    into = sa.select(theirs.c.id).join(room_table, room_table.c.collection == theirs.c.number).where(came).limit(1)
    return sa.func.coalesce(out.where(share_table.c.id == share_ids).scalar_subquery(), into.scalar_subquery())


follow("shr-", _collection_of)
_V: Final = sighting_table.c
_O: Final = object_table.c
_H: Final = held_table.c
_WITHOUT_BODY: Final = tuple(column for column in arrived_table.c if column.name != "body")
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message of a peer, and how far it has been taken in. State: `queued`, `taken`, `answered`."""

    number: int
    message_id: str
    peer: str
    kind: str
    share_id: str
    header: Header
    body: bytes | None
    title: str
    mode: str
    grade_4x4: str
    grade_6x6: str
    count: int
    place: int
    states: str
    reasons: list[tuple[int, str, str]]
    state: str
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What one side said of an object that came from the other."""

    number: int
    peer: str
    direction: str
    object_id: str
    count: int
    first_at: datetime | None
    last_at: datetime | None
    useful: int | None
    text: str
    who: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A peer's share as it came: sums over its messages."""

    peer: str
    share_id: str
    title: str
    mode: str
    messages: int
    objects: int
    waiting: int
    new: int
    same: int
    held: int
    refused: int
    first_at: datetime
    last_at: datetime


# --- messages -----------------------------------------------------------------------------------------------------


def queue(
    connection: Connection, header: Header, *, kind: str, body: bytes | None, count: int, at: datetime, **said: str
) -> bool:
    """Keep a message to be taken in; False when it is kept already."""
    if connection.execute(sa.select(_A.number).where(_A.message_id == header.id)).first() is not None:
        return False
    values = {
        "message_id": header.id, "peer": header.sender, "kind": kind, "share_id": header.record_id or "",
        "header": msgspec.json.encode(header), "body": body, "title": said.get("title", ""),
        "mode": said.get("mode", ""), "grade_4x4": said.get("grade_4x4", ""), "grade_6x6": said.get("grade_6x6", ""),
        "count": count, "place": 0, "states": "", "reasons": b"[]", "state": "queued",
        "at_us": clock.to_us(at), "done_us": None,
    }  # fmt: skip
    connection.execute(arrived_table.insert().values(**values))
    return True


def waiting(connection: Connection, peer: str) -> int:
    """How many messages of a peer wait to be taken in."""
    query = sa.select(sa.func.count()).select_from(arrived_table).where(_A.state == "queued", _A.peer == peer)
    return int(connection.execute(query).scalar_one())


def next_queued(connection: Connection) -> Arrived | None:
    """The oldest message that waits to be taken in."""
    query = sa.select(arrived_table).where(_A.state == "queued").order_by(_A.number).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _arrived(row)


def unanswered(connection: Connection, *, after: int = 0, rows: int = 16) -> list[Arrived]:
    """Messages that were taken in and whose sender has not been told what became of them."""
    query = sa.select(*_WITHOUT_BODY).where(_A.state == "taken", _A.number > after).order_by(_A.number).limit(rows)
    return [_arrived(row) for row in connection.execute(query)]


def advance(
    connection: Connection, before: Arrived, states: str, reasons: list[tuple[int, str, str]], at: datetime
) -> bool:
    """A further piece was taken in; False when somebody else has done it meanwhile."""
    place = before.place + len(states)
    values: dict[str, Any] = {
        "place": place,
        "states": before.states + states,
        "reasons": msgspec.json.encode((before.reasons + reasons)[: limits.INTEL_TAKEN_REASONS]),
    }
    if place >= before.count:
        values |= {"state": "taken", "body": None, "done_us": clock.to_us(at)}
    mine = sa.and_(_A.number == before.number, _A.state == "queued", _A.place == before.place)
    return bool(connection.execute(arrived_table.update().where(mine).values(**values)).rowcount)


def answer(connection: Connection, number: int) -> None:
    """Its sender was told."""
    connection.execute(arrived_table.update().where(_A.number == number).values(state="answered"))


def answered_before(connection: Connection, message_id: str) -> None:
    """An answer of ours came back after a restore: it is not given again."""
    connection.execute(
        arrived_table.update().where(_A.message_id == message_id, _A.state == "taken").values(state="answered")
    )


def incoming(connection: Connection, scope: Scope) -> list[Incoming]:
    """Shares that came from peers, for who may know of the collection that they went into."""
    query = (
        sa.select(*_WITHOUT_BODY)
        .join(room_table, room_table.c.peer == _A.peer)
        .join(collection_table, collection_table.c.number == room_table.c.collection)
        .where(_A.kind == "share", in_scope(scope, collection_table.c.id))
    )
    found: dict[tuple[str, str], list[Arrived]] = {}
    for row in connection.execute(query.order_by(_A.number.desc()).limit(limits.INTEL_WAITING_MAX * 4)):
        one = _arrived(row)
        found.setdefault((one.peer, one.share_id), []).append(one)
    return [_summed(several) for several in found.values()]


def of_share(connection: Connection, peer: str, share_id: str, *, rows: int) -> list[Arrived]:
    """A peer's messages about one of its shares, the newest first."""
    query = sa.select(*_WITHOUT_BODY).where(_A.peer == peer, _A.share_id == share_id)
    return [_arrived(row) for row in connection.execute(query.order_by(_A.number.desc()).limit(rows))]


def newest_share(connection: Connection, peer: str) -> Arrived | None:
    """The newest pack of a peer: what is said of its objects is said on the same grounds."""
    query = sa.select(*_WITHOUT_BODY).where(_A.peer == peer, _A.kind == "share").order_by(_A.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else _arrived(row)


def recalls(connection: Connection, peers: Sequence[str], *, rows: int) -> list[Arrived]:
    """What these peers recalled, the newest first."""
    query = sa.select(*_WITHOUT_BODY).where(_A.peer.in_(peers), _A.kind == "recall")
    return [_arrived(row) for row in connection.execute(query.order_by(_A.number.desc()).limit(rows))]


def _summed(several: list[Arrived]) -> Incoming:
    states = "".join(one.states for one in several)
    return Incoming(
        peer=several[0].peer,
        share_id=several[0].share_id,
        title=several[0].title,
        mode=several[0].mode,
        messages=len(several),
        objects=sum(one.count for one in several),
        waiting=sum(one.count - one.place for one in several),
        new=states.count("n"),
        same=states.count("s"),
        held=states.count("h"),
        refused=states.count("r"),
        first_at=several[-1].at,
        last_at=several[0].at,
    )


# --- a peer's collection --------------------------------------------------------------------------------------------


def room(connection: Connection, peer: str) -> int | None:
    """The collection into which a peer's objects go."""
    return connection.execute(sa.select(room_table.c.collection).where(room_table.c.peer == peer)).scalar_one_or_none()


def peer_of(connection: Connection, collections: Iterable[int]) -> dict[int, str]:
    """Which of these collections are whose."""
    query = sa.select(room_table).where(room_table.c.collection.in_(sorted(set(collections))))
    return {row.collection: row.peer for row in connection.execute(query)}


def rooms(connection: Connection, scope: Scope) -> dict[str, int]:
    """Collections of peers that the officer may know of, by peer."""
    query = (
        sa.select(room_table)
        .join(collection_table, collection_table.c.number == room_table.c.collection)
        .where(in_scope(scope, collection_table.c.id))
    )
    return {row.peer: row.collection for row in connection.execute(query)}


def keep_room(connection: Connection, peer: str, collection: int) -> None:
    """From now on a peer's objects go there."""
    connection.execute(room_table.insert().values(peer=peer, collection=collection))


def standing(
    connection: Connection, collection: int, object_ids: Sequence[str]
) -> dict[str, list[tuple[str, int, bytes]]]:
    """Type, version and bytes of every version of these objects in a collection."""
    found: dict[str, list[tuple[str, int, bytes]]] = {}
    for start in range(0, len(object_ids), _AT_ONCE):
        part = object_ids[start : start + _AT_ONCE]
        query = sa.select(_O.object_id, _O.type, _O.version_us, _O.raw).where(
            named(connection, part), within(collection)
        )
        for row in connection.execute(query):
            found.setdefault(row.object_id, []).append((row.type, row.version_us, row.raw))
    return found


def forget_held(connection: Connection, collection: int, object_ids: Sequence[str], at: datetime) -> int:
    """Versions of these objects in quarantine are dismissed and their bytes are gone; how many there were."""
    gone = 0
    for start in range(0, len(object_ids), _AT_ONCE):
        mine = sa.and_(
            _H.collection == collection, _H.state == "held", _H.object_id.in_(object_ids[start : start + _AT_ONCE])
        )
        values = {"state": "dismissed", "raw": b"", "decided_by": "node", "decided_us": clock.to_us(at)}
        gone += connection.execute(held_table.update().where(mine).values(**values)).rowcount
    return gone


# --- sightings ----------------------------------------------------------------------------------------------------


def see(connection: Connection, message_id: str, *, peer: str, object_id: str, **values: Any) -> None:
    """Keep what was said of an object, unless it is kept already."""
    if connection.execute(sa.select(_V.number).where(_V.message_id == message_id)).first() is not None:
        return
    row = {"message_id": message_id, "peer": peer, "object_key": key_of(object_id), "object_id": object_id, **values}
    connection.execute(sighting_table.insert().values(**row))


def settle_sighting(connection: Connection, message_id: str, state: str) -> None:
    """Whether the other side has taken it."""
    connection.execute(sighting_table.update().where(_V.message_id == message_id).values(state=state))


def sightings(connection: Connection, scope: Scope, *, object_id: str = "", rows: int) -> list[Sighting]:
    """What was said, by both sides, of objects in collections that the officer may know of; the newest first."""
    query = (
        sa.select(sighting_table)
        .join(collection_table, collection_table.c.number == _V.collection)
        .where(in_scope(scope, collection_table.c.id))
    )
    if object_id:
        query = query.where(_V.object_key == key_of(object_id), _V.object_id == object_id)
    return [_sighting(row) for row in connection.execute(query.order_by(_V.number.desc()).limit(rows))]


def _sighting(row: Any) -> Sighting:
    return Sighting(
        number=row.number,
        peer=row.peer,
        direction=row.direction,
        object_id=row.object_id,
        count=row.count,
        first_at=None if row.first_us is None else clock.from_us(row.first_us),
        last_at=None if row.last_us is None else clock.from_us(row.last_us),
        useful=row.useful,
        text=row.text,
        who=row.who,
        state=row.state,
        at=clock.from_us(row.at_us),
    )


def _arrived(row: Any) -> Arrived:
    return Arrived(
        number=row.number,
        message_id=row.message_id,
        peer=row.peer,
        kind=row.kind,
        share_id=row.share_id,
        header=msgspec.json.decode(row.header, type=Header),
        body=getattr(row, "body", None),
        title=row.title,
        mode=row.mode,
        grade_4x4=row.grade_4x4,
        grade_6x6=row.grade_6x6,
        count=row.count,
        place=row.place,
        states=row.states,
        reasons=msgspec.json.decode(row.reasons, type=list[tuple[int, str, str]]),
        state=row.state,
        at=clock.from_us(row.at_us),
        done_at=None if row.done_us is None else clock.from_us(row.done_us),
    )
