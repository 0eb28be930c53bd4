"""The way of each fact of ours to each member: due, held back, sent, taken, refused. Decides nothing."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac import limits
from lienlac.records.portions import portions
from lienlac.records.shared.store.facts import fact_table
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection


class Way(IntEnum):
    """How far a fact has come to one member."""

    DUE = 0
    HELD = 1
    """A second officer must look first."""
    SENT = 2
    TAKEN = 3
    REFUSED = 4
    KEPT_BACK = 5
    """It does not go: a second officer said no, or a person here gave the message up."""


_IS_DUE = sa.text("way = 0")
way_table = sa.Table(
    "shared_way",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("way", sa.SmallInteger, nullable=False),
    sa.Column("message_id", sa.String(40), index=True),
    sa.Column("code", sa.String(64)),
    sa.Index("ix_shared_way_record", "record_id", "peer", "way", "position"),
    sa.Index("ix_shared_way_due", "record_id", "peer", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
)

_way = way_table.c
_ADD = Quick(way_table.insert(), ["position", "peer", "record_id", "way", "message_id", "code"])
_SENT = Quick(
    way_table.update()
    .where(_way.position == sa.bindparam("of_position"), _way.peer == sa.bindparam("of_peer"))
    .values(way=int(Way.SENT), message_id=sa.bindparam("by_message"), code=None)
)


def add(
    connection: Connection, record_id: str, peer: str, positions: Iterable[int], way: Way, message_id: str | None = None
) -> None:
    """Facts begin their way to a member; those that have one already stay where they are."""
    wanted = list(positions)
    known: set[int] = set()
    for some in portions(wanted):
        query = sa.select(_way.position).where(_way.position.in_(some), _way.peer == peer)
        known.update(connection.execute(query).scalars())
    values = {"peer": peer, "record_id": record_id, "way": int(way), "message_id": message_id, "code": None}
    rows = [{"position": one, **values} for one in wanted if one not in known]
    if rows:
        _ADD.many(connection, rows)


def move(connection: Connection, positions: Sequence[int], peer: str, *, frm: Way, to: Way) -> int:
    """From one stage to another; how many were there."""
    moved = 0
    for some in portions(positions):
        query = way_table.update().where(_way.position.in_(some), _way.peer == peer, _way.way == int(frm))
        moved += connection.execute(query.values(way=int(to))).rowcount
    return moved


def sent(connection: Connection, positions: Sequence[int], peer: str, message_id: str) -> None:
    """These facts went with a message."""
    rows = [{"of_position": one, "of_peer": peer, "by_message": message_id} for one in positions]
    if rows:
        _SENT.many(connection, rows)


def settle(connection: Connection, message_id: str, way: Way, code: str | None) -> tuple[str, str] | None:
    """A message came to its end: the record and the member of its facts, None when it carried none of ours."""
    query = sa.select(_way.record_id, _way.peer).where(_way.message_id == message_id).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    # given up here, and receipted after all: the receipt is right
    stays = () if way is Way.TAKEN else (int(Way.TAKEN),)
    update = way_table.update().where(_way.message_id == message_id, _way.way.not_in(stays))
    connection.execute(update.values(way=int(way), code=code))
    return str(row.record_id), str(row.peer)


def due(connection: Connection, record_id: str, peer: str, rows: int) -> list[int]:
    """Positions of the facts that wait to go, the oldest first."""
    query = (
        sa.select(_way.position)
        .where(_way.record_id == record_id, _way.peer == peer, _way.way == int(Way.DUE))
        .order_by(_way.position)
        .limit(rows)
    )
    return list(connection.execute(query).scalars())


def under_way(connection: Connection, record_id: str, peer: str) -> int:
    """Messages with facts of this record to this member that have no receipt yet."""
    query = sa.select(sa.func.count(sa.distinct(_way.message_id))).where(
        _way.record_id == record_id, _way.peer == peer, _way.way == int(Way.SENT)
    )
    return int(connection.execute(query).scalar_one())


def behind(connection: Connection, mark: str) -> list[tuple[str, str]]:
    """Records (whose ids begin so) and members for whom something is due."""
    query = (
        sa.select(_way.record_id, _way.peer)
        .where(_way.way == int(Way.DUE), _way.record_id.startswith(mark, autoescape=True))
        .distinct()
        .limit(limits.RECORD_LOOK_FACTS)
    )
    return [(row.record_id, row.peer) for row in connection.execute(query)]


def counts(connection: Connection, record_id: str) -> dict[str, dict[Way, int]]:
    """How many facts are where, by member."""
    query = (
        sa.select(_way.peer, _way.way, sa.func.count().label("many"))
        .where(_way.record_id == record_id)
        .group_by(_way.peer, _way.way)
    )
    found: dict[str, dict[Way, int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.peer, {})[Way(row.way)] = row.many
    return found


def of_facts(connection: Connection, positions: Sequence[int]) -> Mapping[int, dict[str, tuple[Way, str | None]]]:
    """Where each of these facts is, by member, with the code of a refusal."""
    found: dict[int, dict[str, tuple[Way, str | None]]] = {}
    for some in portions(positions):
        query = sa.select(_way.position, _way.peer, _way.way, _way.code).where(_way.position.in_(some))
        for row in connection.execute(query):
            found.setdefault(row.position, {})[row.peer] = (Way(row.way), row.code)
    return found


def holders(connection: Connection, record_id: str, element: str) -> set[str]:
    """Members to whom anything of an element has gone, or is on its way: who must hear that it is taken back."""
    fact = fact_table.c
    gone = (int(Way.DUE), int(Way.SENT), int(Way.TAKEN))
    query = (
        sa.select(_way.peer)
        .join(fact_table, fact.position == _way.position)
        .where(fact.record_id == record_id, fact.element == element, _way.way.in_(gone))
        .distinct()
    )
    return set(connection.execute(query).scalars())


def stop(connection: Connection, record_id: str, peer: str) -> None:
    """A member no longer takes part: what has not gone stays here."""
    query = way_table.delete().where(
        _way.record_id == record_id, _way.peer == peer, _way.way.in_((int(Way.DUE), int(Way.HELD)))
    )
    connection.execute(query)


def again(connection: Connection, record_id: str, peer: str) -> None:
    """A member takes part again: what it refused while it did not goes once more."""
    query = way_table.update().where(_way.record_id == record_id, _way.peer == peer, _way.way == int(Way.REFUSED))
    connection.execute(query.values(way=int(Way.DUE), message_id=None, code=None))
