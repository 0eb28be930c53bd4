"""The table of feeds: what is agreed, the cursor of each, whose turn it is. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock
from lienlac.intelligence.collection import Marks
from lienlac.intelligence.feeds.feed import Counts, Feed, How, Kind, State
from lienlac.intelligence.store.sources import mark_values
from lienlac.people.access.store import Scoped, follow, in_scope
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

feed_table = sa.Table(
    "intel_feed",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("shown", sa.Text, nullable=False),
    sa.Column("remote", sa.String(200), nullable=False),
    sa.Column("collection_id", sa.String(36), nullable=False, index=True),
    sa.Column("interval_min", sa.Integer, nullable=False),
    sa.Column("ceiling", sa.String(20), nullable=False),
    sa.Column("others", sa.Boolean, nullable=False),
    sa.Column("tlp", sa.String(20), nullable=False),
    sa.Column("pap", sa.String(20), nullable=False),
    sa.Column("handling", sa.String(40), nullable=False),
    sa.Column("grade_4x4", sa.String(2), nullable=False),
    sa.Column("grade_6x6", sa.String(2), nullable=False),
    sa.Column("how", sa.String(20), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("approved_by", sa.String(40), nullable=False),
    sa.Column("cursor", sa.LargeBinary, nullable=False),
    sa.Column("due_us", sa.BigInteger, index=True),
    sa.Column("last_us", sa.BigInteger),
    sa.Column("worked_us", sa.BigInteger),
    sa.Column("fails", sa.Integer, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("worker", sa.String(40), nullable=False),
    sa.Column("until_us", sa.BigInteger, nullable=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in Counts.__dataclass_fields__),
)
_F: Final = feed_table.c
follow("fed-", lambda ids: sa.select(_F.collection_id).where(_F.id == ids).scalar_subquery())


def insert(connection: Connection, feed: Feed) -> None:
    """A new feed."""
    values = {name: getattr(feed, name) for name in _PLAIN}
    values |= {"kind": feed.kind.value, "how": feed.how.value, "state": feed.state.value, **mark_values(feed.marks)}
    values |= {"created_us": clock.to_us(feed.created_at), "due_us": _us(feed.due_at), "details": "{}"}
    values |= {"worker": "", "until_us": 0, **dict.fromkeys(Counts.__dataclass_fields__, 0)}
    connection.execute(feed_table.insert().values(**values))


def get(connection: Connection, feed_id: str) -> Feed | None:
    """One feed, for the node's own work."""
    row = connection.execute(sa.select(feed_table).where(_F.id == feed_id)).one_or_none()
    return None if row is None else _feed(row)


def find(connection: Connection, feed_id: str, scope: Scope) -> Feed | None:
    """One feed whose collection the officer may know of."""
    row = connection.execute(_visible(scope).where(_F.id == feed_id)).one_or_none()
    return None if row is None else _feed(row)


def listed(connection: Connection, scope: Scope, *, ended: bool) -> list[Feed]:
    """Feeds of collections that the officer may know of: what stands still and what fails first."""
    return [_feed(row) for row in _LISTED(connection, scope, ended)]


def _listed(scope: Scope, ended: bool) -> sa.Select[Any]:  # noqa: FBT001  # part of the form of a question
    query = _visible(scope)
    if not ended:
        query = query.where(_F.state != State.ENDED.value)
    order = sa.case((_F.state == State.STOPPED.value, 0), (_F.state == State.WAITING.value, 1), else_=2)
    return query.order_by(order, _F.fails.desc(), _F.title, _F.id)


_LISTED: Final = Scoped(_listed)
"""Asked twice for every page."""


def proposers(connection: Connection) -> frozenset[str]:
    """Whoever set up a feed that waits for a second officer."""
    return frozenset(one for (one,) in _PROPOSERS(connection))


_PROPOSERS: Final = Quick(sa.select(_F.created_by).where(_F.state == State.WAITING.value).distinct())


def living(connection: Connection) -> int:
    """How many feeds there are that have not ended."""
    query = sa.select(sa.func.count()).select_from(feed_table).where(_F.state != State.ENDED.value)
    return int(connection.execute(query).scalar_one())


def move(connection: Connection, feed: Feed, to: State, **more: Any) -> bool:
    """Change a state, if it is still what it was."""
    query = feed_table.update().where(_F.id == feed.id, _F.state == feed.state.value)
    return connection.execute(query.values(state=to.value, **more)).rowcount == 1


def change(connection: Connection, feed_id: str, **values: Any) -> None:
    """Change columns of one feed."""
    connection.execute(feed_table.update().where(_F.id == feed_id).values(**values))


# --- turns ----------------------------------------------------------------------------------------------------------


def next_due(connection: Connection, now: datetime) -> str | None:
    """The feed that has waited longest for its turn and that nobody holds."""
    now_us = clock.to_us(now)
    query = sa.select(_F.id).where(_F.state == State.ON.value, _F.due_us <= now_us, _F.until_us <= now_us)
    found: str | None = connection.execute(query.order_by(_F.due_us, _F.id).limit(1)).scalar_one_or_none()
    return found


def claim(connection: Connection, feed_id: str, *, worker: str, now: datetime, until: datetime) -> bool:
    """Hold a feed for one run."""
    now_us = clock.to_us(now)
    query = feed_table.update().where(_F.id == feed_id, _F.state == State.ON.value, _F.until_us <= now_us)
    values = {"worker": worker, "until_us": clock.to_us(until), "last_us": now_us}
    return connection.execute(query.values(**values)).rowcount == 1


def holds(connection: Connection, feed_id: str, worker: str) -> bool:
    """Whether this worker still holds it, and it may still run."""
    query = sa.select(_F.id).where(_F.id == feed_id, _F.worker == worker, _F.state == State.ON.value)
    return connection.execute(query).scalar_one_or_none() is not None


def settle(connection: Connection, feed_id: str, *, worker: str, add: Counts, **values: Any) -> bool:
    """Let go of it; `add` is what this run counted."""
    query = feed_table.update().where(_F.id == feed_id, _F.worker == worker)
    counted = {name: _F[name] + getattr(add, name) for name in Counts.__dataclass_fields__}
    done = connection.execute(query.values(worker="", until_us=0, **counted, **values))
    return done.rowcount == 1


_PLAIN: Final = (
    "id", "title", "shown", "remote", "collection_id", "interval_min", "ceiling", "others", "sealed", "created_by",
    "approved_by", "cursor", "fails", "code",
)  # fmt: skip


def _visible(scope: Scope) -> sa.Select[Any]:
    return sa.select(feed_table).where(in_scope(scope, _F.collection_id))


def _us(at: datetime | None) -> int | None:
    return None if at is None else clock.to_us(at)


def _at(value_us: int | None) -> datetime | None:
    return None if value_us is None else clock.from_us(value_us)


def _feed(row: Any) -> Feed:
    details: Mapping[str, Any] = msgspec.json.decode(row.details)
    return Feed(
        **{name: getattr(row, name) for name in _PLAIN},
        kind=Kind(row.kind),
        how=How(row.how),
        state=State(row.state),
        marks=Marks(
            tlp=row.tlp,
            pap=row.pap,
            handling=tuple(row.handling.split()),
            grade_4x4=row.grade_4x4,
            grade_6x6=row.grade_6x6,
        ),
        created_at=clock.from_us(row.created_us),
        due_at=_at(row.due_us),
        last_at=_at(row.last_us),
        worked_at=_at(row.worked_us),
        details=details,
        counts=Counts(**{name: getattr(row, name) for name in Counts.__dataclass_fields__}),
    )
