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
    from typing import Any

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


def took(connection: Connection, record_id: str, peer: str, positions: Sequence[int], message_id: str) -> None:
    """A member holds these facts: both sides' signatures came back to us after a restore."""
    add(connection, record_id, peer, positions, Way.TAKEN, message_id)
    for some in portions(positions):
        query = way_table.update().where(_way.position.in_(some), _way.peer == peer, _way.way != int(Way.TAKEN))
        connection.execute(query.values(way=int(Way.TAKEN), message_id=message_id, code=None))


def untouched(
    connection: Connection, record_id: str, author: str, peer: str, *, kinds: Sequence[str], since_us: int | None,
    after: int,
) -> list[Any]:  # fmt: skip
    """Rows of an author's facts that have no way to a member, behind a position, as many as are looked at together.

    Of these kinds, and whatever takes something back, in any case; of others those known since `since_us`, if not None.
    """
    fact = fact_table.c
    wanted = sa.or_(fact.kind.in_(kinds), fact.takes_back == 1)
    if since_us is not None:
        wanted = sa.or_(wanted, fact.known_us >= since_us)
    query = (
        sa.select(fact_table)
        .outerjoin(way_table, sa.and_(_way.position == fact.position, _way.peer == peer))
        .where(fact.record_id == record_id, fact.author == author, fact.position > after)
        .where(_way.position.is_(None), wanted)
        .order_by(fact.position)
        .limit(limits.RECORD_FACTS_PER_MESSAGE)
    )
    return list(connection.execute(query))


def forget(connection: Connection, record_id: str, peer: str, since_us: int) -> None:
    """What did not go to a member, by anybody's word, is as if it had never been meant to: of what we know since."""
    fact = fact_table.c
    known_since = sa.select(fact.position).where(fact.record_id == record_id, fact.known_us >= since_us)
    query = way_table.delete().where(
        _way.record_id == record_id, _way.peer == peer, _way.way.in_((int(Way.REFUSED), int(Way.KEPT_BACK))),
        _way.position.in_(known_since),
    )  # fmt: skip
    connection.execute(query)


def keep_back(connection: Connection, positions: Sequence[int], *, peer: str | None = None, code: str | None) -> None:
    """What has not gone stays here, and why; to one member, or to any."""
    for some in portions(positions):
        query = way_table.update().where(_way.position.in_(some), _way.way.in_((int(Way.DUE), int(Way.HELD))))
        if peer is not None:
            query = query.where(_way.peer == peer)
        connection.execute(query.values(way=int(Way.KEPT_BACK), code=code))


def withdraw(connection: Connection, record_id: str, element: str) -> None:
    """What has not gone of an element does not go any more: it was taken back."""
    fact = fact_table.c
    of_element = sa.select(fact.position).where(fact.element == element, fact.record_id == record_id)
    query = way_table.update().where(_way.position.in_(of_element), _way.way.in_((int(Way.DUE), int(Way.HELD))))
    connection.execute(query.values(way=int(Way.KEPT_BACK), code=None))


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


def carried(connection: Connection, message_id: str) -> tuple[str, str, int] | None:
    """The record, the member and the number of the facts that a message carried, None when it carried none of ours."""
    query = (
        sa.select(_way.record_id, _way.peer, sa.func.count().label("many"))
        .where(_way.message_id == message_id)
        .group_by(_way.record_id, _way.peer)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (str(row.record_id), str(row.peer), int(row.many))


def settle(connection: Connection, message_id: str, way: Way, code: str | None) -> None:
    """A message came to its end, and its facts with it; what became due again goes with another message."""
    # given up here, and receipted after all: the receipt is right
    stays = () if way is Way.TAKEN else (int(Way.TAKEN),)
    update = way_table.update().where(_way.message_id == message_id, _way.way.not_in(stays))
    values: dict[str, Any] = {"way": int(way), "code": code}
    if way is Way.DUE:
        values["message_id"] = None
    connection.execute(update.values(**values))


def due(connection: Connection, record_id: str, peer: str, rows: int) -> list[int]:
    """Positions of the facts that wait to go, the oldest first."""
    query = (
        sa.select(_way.position)
        .where(_way.record_id == record_id, _way.peer == peer, _way.way == int(Way.DUE))
        .order_by(_way.position)
        .limit(rows)
    )
    return list(connection.execute(query).scalars())


def due_of_kind(connection: Connection, record_id: str, peer: str, kind: str, rows: int) -> list[int]:
    """Positions of what waits to go of one kind of word, the oldest first."""
    fact = fact_table.c
    query = (
        sa.select(_way.position)
        .join(fact_table, fact.position == _way.position)
        .where(fact.kind == kind, _way.record_id == record_id, _way.peer == peer, _way.way == int(Way.DUE))
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
        .where(_IS_DUE, sa.func.substr(_way.record_id, 1, len(mark)) == mark)
        # always so; it names a column that only the table has, or SQLite would read the whole of another index instead
        .where(sa.func.coalesce(_way.code, "") >= "")
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
    """Members to whom anything of an element has gone: who must hear that it is taken back."""
    fact = fact_table.c
    gone = (int(Way.SENT), int(Way.TAKEN))
    query = (
        sa.select(_way.peer)
        .join(fact_table, fact.position == _way.position)
        .where(fact.record_id == record_id, fact.element == element, _way.way.in_(gone))
        .distinct()
    )
    return set(connection.execute(query).scalars())


def has_gone(connection: Connection, record_id: str, element: str, peer: str) -> bool:
    """Whether anything of an element has gone to a member."""
    return peer in holders(connection, record_id, element)


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
