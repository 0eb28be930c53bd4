"""The list's table: one row for each channel, with the folded text that a search reads.

A row is only ever written from a fold. Whatever an officer is shown or told the number of is asked with their scope,
inside the SQL. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.emergencies.deadlines import clocks, next_due, warnings
from lienlac.emergencies.lifecycle import LIVE, Side, State
from lienlac.emergencies.views.text import findable
from lienlac.emergencies.views.timeline import handings, lives_in_danger, severity, urgency
from lienlac.people.access.store import Scoped, in_scope
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.emergencies import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.emergencies.emergency import Emergency
    from lienlac.people.rights import Scope

NEVER_US: Final = 2**62
"""Stands for "no instant" where a column is part of an order."""

line_table = sa.Table(
    "emergency",
    metadata,
    sa.Column("emergency_id", sa.String(40), primary_key=True),
    sa.Column("reference", sa.String(24), nullable=False, index=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("title_vi", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("typology", sa.String(64)),
    sa.Column("severity", sa.String(10), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("danger", sa.Boolean, nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("handed", sa.Boolean, nullable=False),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("due_clock", sa.String(20)),
    sa.Column("opened_us", sa.BigInteger, nullable=False),
    sa.Column("updated_us", sa.BigInteger, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("watch_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("watched_us", sa.BigInteger, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
    sa.Index("ix_emergency_live", "live", "opened_us", "emergency_id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list. `due_at` is None when nothing runs."""

    emergency_id: str
    reference: str
    direction: str
    peer: str
    title_vi: str
    title_en: str
    typology: str | None
    severity: Severity
    urgency: str
    lives_in_danger: bool
    drill: bool
    state: State
    due_at: datetime | None
    due_clock: str | None
    opened_at: datetime
    updated_at: datetime
    messages: int

    @property
    def live(self) -> bool:
        """Whether it stands on the list of what is open."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended."""

    opened_us: int
    emergency_id: str


def put(
    connection: Connection, emergency: Emergency, *, node_id: str, watched_us: int, again_us: int = NEVER_US
) -> None:
    """Write a channel's row from its fold; `watched_us`: the watch has told everything up to then."""
    values = _columns(emergency, node_id, watched_us)
    values["watch_us"] = min(values["watch_us"], again_us)
    done = connection.execute(line_table.update().where(line_table.c.emergency_id == emergency.id).values(**values))
    if not done.rowcount:
        connection.execute(line_table.insert().values(emergency_id=emergency.id, **values))


def _columns(emergency: Emergency, node_id: str, watched_us: int) -> dict[str, Any]:
    ours = emergency.side_of(node_id) is Side.OPENER
    due = next_due(clocks(emergency, node_id))
    coming = (clock.to_us(warned.at) for warned in warnings(emergency, node_id))
    opening, body = emergency.opening, emergency.body
    return {
        "reference": emergency.reference,
        "direction": "out" if ours else "in",
        "peer": emergency.other(node_id),
        "title_vi": body.title_vi,
        "title_en": body.title_en,
        "typology": opening.header.typology,
        "severity": severity(emergency).value,
        "urgency": urgency(emergency),
        "danger": lives_in_danger(emergency),
        "drill": body.drill,
        "state": emergency.state.value,
        "live": emergency.live,
        "handed": emergency.live and bool(handings(emergency, emergency.side_of(node_id))),
        "due_us": NEVER_US if due is None else clock.to_us(due.due_at),
        "due_clock": None if due is None else due.clock.value,
        "opened_us": clock.to_us(opening.known_at),
        "updated_us": max(clock.to_us(fact.known_at) for fact in emergency.facts.values()),
        "messages": len(emergency.facts),
        "watch_us": min((at_us for at_us in coming if at_us > watched_us), default=NEVER_US),
        "watched_us": watched_us,
        "found_by": findable(emergency),
    }


# --- the watch's own ----------------------------------------------------------------------------------------------


def watched_us(connection: Connection, emergency_id: str) -> int:
    """Up to when the watch has told everything of a channel."""
    query = sa.select(line_table.c.watched_us).where(line_table.c.emergency_id == emergency_id)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def to_watch(connection: Connection, now: datetime) -> list[str]:
    """Channels about which something is to be told."""
    table = line_table.c
    query = sa.select(table.emergency_id).where(table.watch_us <= clock.to_us(now)).order_by(table.watch_us)
    return list(connection.execute(query.limit(limits.EMERGENCY_WATCH_MAX_ROWS)).scalars())


def look_again(connection: Connection, emergency_id: str, at: datetime) -> None:
    """Nothing could be told of this one: try again then."""
    changed = line_table.update().where(line_table.c.emergency_id == emergency_id)
    connection.execute(changed.values(watch_us=clock.to_us(at)))


def open_with(connection: Connection, peer: str, direction: str) -> int:
    """How many live channels one side has opened with us, or we with it."""
    table = line_table.c
    query = sa.select(sa.func.count()).where(table.peer == peer, table.direction == direction, table.live.is_(True))
    return int(connection.execute(query).scalar_one())


def stamps(connection: Connection, emergency_ids: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """For each channel what changes with every message and receipt."""
    if not emergency_ids:
        return {}
    table = line_table.c
    columns = (table.emergency_id, table.state, table.due_us, table.messages, table.updated_us, table.watched_us)
    query = sa.select(*columns).where(table.emergency_id.in_(emergency_ids))
    return {row.emergency_id: tuple(row[1:]) for row in connection.execute(query)}


# --- what officers ask ---------------------------------------------------------------------------------------------


def find(connection: Connection, name: str, scope: Scope) -> list[str]:
    """Ids of the channels of that id or reference which the officer may know of."""
    table = line_table.c
    named = sa.or_(table.emergency_id == name, table.reference == name.upper())
    query = sa.select(table.emergency_id).where(named, in_scope(scope, table.emergency_id))
    return list(connection.execute(query.limit(2)).scalars())


def visible(connection: Connection, emergency_ids: Sequence[str], scope: Scope) -> list[Line]:
    """Those of these channels that the officer may know of."""
    if not emergency_ids:
        return []
    table = line_table.c
    query = sa.select(line_table).where(table.emergency_id.in_(emergency_ids), in_scope(scope, table.emergency_id))
    return [_line(row) for row in connection.execute(query.order_by(table.opened_us.desc()))]


def listed(
    connection: Connection,
    scope: Scope,
    *,
    live: bool | None = True,
    words: Sequence[str] = (),
    after: Cursor | None = None,
    rows: int = limits.PAGE_DEFAULT_ROWS,
) -> list[Line]:
    """Channels that the officer may know of, the newest first. `live` None: all. `words` are already folded."""
    table = line_table.c
    query = sa.select(line_table).where(in_scope(scope, table.emergency_id))
    if live is not None:
        query = query.where(table.live.is_(live))
    for word in words:
        query = query.where(table.found_by.contains(word, autoescape=True))
    if after is not None:
        place = sa.tuple_(table.opened_us, table.emergency_id)
        query = query.where(place < sa.tuple_(sa.literal(after.opened_us), sa.literal(after.emergency_id)))
    query = query.order_by(table.opened_us.desc(), table.emergency_id.desc())
    return [_line(row) for row in connection.execute(query.limit(min(rows, limits.PAGE_MAX_ROWS)))]


def counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """How many channels the officer may know of are in each state, drills too, as they are listed."""
    table = line_table.c
    query = sa.select(table.state, sa.func.count()).where(in_scope(scope, table.emergency_id))
    found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(table.state))}
    return {state.value: found.get(state.value, 0) for state in State}


def unanswered(connection: Connection, scope: Scope) -> list[Line]:
    """Channels of the other side that nobody here has answered, the oldest first."""
    return [_line(row) for row in _UNANSWERED(connection, scope)]


def handed_over(connection: Connection, scope: Scope) -> list[str]:
    """Ids of open channels in which a hand-over of our side waits for a colleague."""
    return [row.emergency_id for row in _HANDED_OVER(connection, scope)]


def any_handed(connection: Connection) -> bool:
    """Whether a hand-over of our side waits anywhere."""
    return bool(_ANY_HANDED(connection))


_ANY_HANDED: Final = Quick(sa.select(line_table.c.emergency_id).where(line_table.c.handed.is_(True)).limit(1))
# Asked for every page.
_UNANSWERED: Final = Scoped(
    lambda scope: (
        sa.select(line_table)
        .where(
            line_table.c.direction == "in",
            line_table.c.state == State.UNANSWERED.value,
            in_scope(scope, line_table.c.emergency_id),
        )
        .order_by(line_table.c.opened_us)
        .limit(limits.PAGE_MAX_ROWS)
    )
)
_HANDED_OVER: Final = Scoped(
    lambda scope: (
        sa.select(line_table.c.emergency_id)
        .where(line_table.c.handed.is_(True), in_scope(scope, line_table.c.emergency_id))
        .limit(limits.PAGE_MAX_ROWS)
    )
)


def between(connection: Connection, scope: Scope, *, since: datetime, until: datetime, rows: int) -> list[Line]:
    """Those opened in that time that the officer may know of, the newest first; no drills."""
    table = line_table.c
    query = (
        sa.select(line_table)
        .where(in_scope(scope, table.emergency_id), table.drill.is_(False))
        .where(table.opened_us >= clock.to_us(since), table.opened_us < clock.to_us(until))
        .order_by(table.opened_us.desc())
        .limit(rows)
    )
    return [_line(row) for row in connection.execute(query)]


def _line(row: Any) -> Line:
    return Line(
        emergency_id=row.emergency_id,
        reference=row.reference,
        direction=row.direction,
        peer=row.peer,
        title_vi=row.title_vi,
        title_en=row.title_en,
        typology=row.typology,
        severity=Severity(row.severity),
        urgency=row.urgency,
        lives_in_danger=row.danger,
        drill=row.drill,
        state=State(row.state),
        due_at=None if row.due_us == NEVER_US else clock.from_us(row.due_us),
        due_clock=row.due_clock,
        opened_at=clock.from_us(row.opened_us),
        updated_at=clock.from_us(row.updated_us),
        messages=row.messages,
    )
