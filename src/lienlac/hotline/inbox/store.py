"""The inbox's tables: one summary row for each request, and the words that find it.

A row is only ever written from a fold; every question of the inbox is answered from the indexes: open requests by the
instant they fall due, others by their last change, counters as ranges. Pages go on by key, never by offset. Whatever
an officer is shown or told the number of is asked with their scope, inside the SQL. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.hotline.inbox.line import NEVER_US
from lienlac.hotline.lifecycle import ClockName, Stage, State
from lienlac.people.access.store import Scoped, in_scope
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

_Word = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
"""Compared by code point on both databases, so that a word's beginnings are a range."""

request_table = sa.Table(
    "hotline_request",
    metadata,
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("reference", sa.String(20), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(10), nullable=False),
    sa.Column("title", sa.String(400), nullable=False),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("due_clock", sa.String(20)),
    sa.Column("rests", sa.Boolean, nullable=False),
    sa.Column("left_us", sa.BigInteger),
    sa.Column("allowed_us", sa.BigInteger),
    sa.Column("opened_us", sa.BigInteger, nullable=False),
    sa.Column("updated_us", sa.BigInteger, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("watch_us", sa.BigInteger, nullable=False),
    sa.Column("watched_us", sa.BigInteger, nullable=False),
    # Whether a need-to-know hides it from somebody: no fold says it, `set_restricted` does.
    sa.Column("restricted", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("drill", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    # The inbox reads these and nothing else until it has its page: every filter's column is inside.
    sa.Index(
        "ix_hotline_request_due",
        "direction", "stage", "due_us", "request_id", "kind", "urgency", "state", "peer", "restricted",
    ),
    sa.Index(
        "ix_hotline_request_all",
        "direction", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted",
    ),
    sa.Index(
        "ix_hotline_request_updated",
        "direction", "stage", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted",
    ),
    sa.Index("ix_hotline_request_watch", "watch_us"),
    sa.Index("ix_hotline_request_opened", "opened_us"),
    sa.Index("ix_hotline_request_reference", "reference"),
)  # fmt: skip

word_table = sa.Table(
    "hotline_word",
    metadata,
    sa.Column("word", _Word, primary_key=True),
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Index("ix_hotline_word_request", "request_id", "word"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One line of the inbox. `drill`: an exercise.

    `due_at` is None when nothing runs; `left` is what a resting clock has left.
    """

    request_id: str
    direction: str
    peer: str
    kind: str
    reference: str
    urgency: str
    state: State
    stage: Stage
    title: str
    due_at: datetime | None
    due_clock: ClockName | None
    rests: bool
    left_s: int | None
    allowed_s: int | None
    opened_at: datetime
    updated_at: datetime
    messages: int
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an inbox page shows. `stage` None is every pile; words are already folded."""

    direction: str
    stage: Stage | None = Stage.OPEN
    kind: str | None = None
    urgency: str | None = None
    state: str | None = None
    peer: str | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the last row's order value and id."""

    order_us: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the cursor of the next, if there is one."""

    rows: list[Summary]
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers above an inbox.

    `fresh` is delivered and not acknowledged, `asked` has an open question, `returned` waits for a correction.
    """

    overdue: int
    soon: int
    open: int
    answered: int
    fresh: int
    asked: int
    returned: int


_DIRECTIONS = ("in", "out")

# Statements are built once: building one anew costs more than running it.
_ADD_LINE = request_table.insert()
_MOVE_LINE = request_table.update().where(request_table.c.request_id == sa.bindparam("of_request"))
_ADD_WORDS = word_table.insert()
_WORDS = sa.select(word_table.c.word).where(word_table.c.request_id == sa.bindparam("of_request"))
_WATCHED = sa.select(request_table.c.watched_us).where(request_table.c.request_id == sa.bindparam("of_request"))


def put_line(connection: Connection, values: dict[str, Any], words: Iterable[str], *, fresh: bool) -> None:
    """Write a request's inbox line, and add words that find it; `values` are the columns, `fresh` the first time."""
    request_id = values["request_id"]
    if fresh:
        connection.execute(_ADD_LINE, values)
    else:
        moved = {name: value for name, value in values.items() if name != "request_id"}
        connection.execute(_MOVE_LINE, {"of_request": request_id, **moved})
    if not words:
        return
    known = set() if fresh else set(connection.execute(_WORDS, {"of_request": request_id}).scalars())
    most = limits.HOTLINE_WORDS_MAX + (0 if fresh else limits.HOTLINE_WORDS_LATER_MAX)
    new = [word for word in dict.fromkeys(words) if word not in known][: max(0, most - len(known))]
    if new:
        connection.execute(_ADD_WORDS, [{"word": word, "request_id": request_id} for word in new])


def find(connection: Connection, name: str, scope: Scope) -> list[str]:
    """Ids of the requests with that id or reference; each side numbers its own, so there may be one each way.

    What is not there and what the scope hides come out of the same question.
    """
    table = request_table.c
    named = table.request_id == name if name.startswith("req-") else table.reference == name.upper()
    query = sa.select(table.request_id).where(named, seen(scope)).limit(10)
    return list(connection.execute(query).scalars())


def visible(connection: Connection, request_ids: Sequence[str], scope: Scope) -> list[str]:
    """Those of these requests that the scope shows."""
    if not request_ids:
        return []
    query = sa.select(request_table.c.request_id).where(request_table.c.request_id.in_(request_ids), seen(scope))
    return list(connection.execute(query).scalars())


def summaries(connection: Connection, request_ids: Sequence[str], scope: Scope) -> list[Summary]:
    """The lines of those of these requests that the scope shows, the newest first."""
    if not request_ids:
        return []
    query = sa.select(request_table).where(request_table.c.request_id.in_(request_ids), seen(scope))
    return [summary(row) for row in connection.execute(query.order_by(request_table.c.opened_us.desc()))]


def set_restricted(connection: Connection, request_id: str, *, restricted: bool) -> None:
    """Note on a request's line whether a need-to-know hides it."""
    table = request_table.c
    connection.execute(request_table.update().where(table.request_id == request_id).values(restricted=int(restricted)))


def watched_us(connection: Connection, request_id: str) -> int:
    """Up to which instant the watch has told everything about a request."""
    return connection.execute(_WATCHED, {"of_request": request_id}).scalar_one_or_none() or 0


class Order(NamedTuple):
    """How a page goes on: by which columns, and which way."""

    by: tuple[sa.ColumnElement[Any], ...]
    ascending: bool


def order_of(wanted: Filter) -> sa.Column[int]:
    """What a page is ordered by before ids: what is open by the instant it falls due, all else by its last change."""
    return request_table.c.due_us if wanted.stage is Stage.OPEN else request_table.c.updated_us


def in_order(wanted: Filter) -> Order:
    """What falls due first on top; otherwise newest change first."""
    order, request_id = order_of(wanted), request_table.c.request_id
    if wanted.stage is Stage.OPEN:
        return Order((order.asc(), request_id.asc()), ascending=True)
    return Order((order.desc(), request_id.desc()), ascending=False)


def behind(wanted: Filter, after: Cursor | None) -> list[sa.ColumnElement[bool]]:
    """What comes behind the end of the page before."""
    if after is None:
        return []
    place, end = sa.tuple_(order_of(wanted), request_table.c.request_id), sa.tuple_(*_key(after))
    return [place > end if in_order(wanted).ascending else place < end]


def inbox(connection: Connection, wanted: Filter, scope: Scope, *, after: Cursor | None = None, rows: int = 50) -> Page:
    """One page, whatever words are wanted: what is open by the instant it falls due, all else newest change first."""
    rows = min(rows, limits.PAGE_MAX_ROWS)
    found = _PAGE(connection, scope, _form(wanted), after is not None, rows + 1, **_asked(wanted), **_ended(after))
    last = found[rows - 1] if len(found) > rows else None
    cursor = None if last is None else Cursor(getattr(last, order_of(wanted).name), last.request_id)
    return Page([summary(row) for row in found[:rows]], cursor)


_PAGE: Final = Scoped(
    lambda scope, wanted, further, rows: (
        sa.select(request_table)
        .where(*conditions(wanted), *behind(wanted, Cursor(0, "") if further else None), seen(scope))
        .order_by(*in_order(wanted).by)
        .limit(rows)
    )
)


def count(connection: Connection, wanted: Filter, scope: Scope) -> int:
    """How many requests a filter shows, up to `limits.FILTER_COUNT_MAX`: beyond that nobody counts."""
    return int(_COUNT(connection, scope, _form(wanted), **_asked(wanted))[0][0])


def _count(scope: Scope, wanted: Filter) -> sa.Select[Any]:
    some = sa.select(sa.literal(1)).select_from(request_table).where(*conditions(wanted), seen(scope))
    return sa.select(sa.func.count()).select_from(some.limit(limits.FILTER_COUNT_MAX).subquery())


_COUNT: Final = Scoped(_count)


def counts(connection: Connection, scope: Scope, now: datetime, soon: datetime) -> dict[str, Counts]:
    """For each direction: overdue, due before `soon`, open by state, and answered: two ranges of one index."""
    rows = [tuple(row) for row in _OPENED(connection, scope, now_us=clock.to_us(now), soon_us=clock.to_us(soon))]
    ended = {direction: int(number) for direction, number in _ANSWERED(connection, scope)}
    return {side: _counts([row[1:] for row in rows if row[0] == side], ended.get(side, 0)) for side in _DIRECTIONS}


def _opened(scope: Scope) -> sa.Select[Any]:
    table, now_us, soon_us = request_table.c, _instant("now_us"), _instant("soon_us")
    late, close = table.due_us <= now_us, sa.and_(table.due_us > now_us, table.due_us <= soon_us)
    one = sa.func.sum
    return (
        sa.select(table.direction, table.state, sa.func.count(), one(_as_number(late)), one(_as_number(close)))
        .where(_either_way(), table.stage == Stage.OPEN.value, seen(scope))
        .group_by(table.direction, table.state)
    )


def _either_way() -> sa.ColumnElement[bool]:
    """Both directions, spelt out: the index begins with the direction."""
    return request_table.c.direction.in_([sa.literal(way) for way in _DIRECTIONS])


_OPENED: Final = Scoped(_opened)
_ANSWERED: Final = Scoped(
    lambda scope: (
        sa.select(request_table.c.direction, sa.func.count())
        .where(_either_way(), request_table.c.stage == Stage.ANSWERED.value, seen(scope))
        .group_by(request_table.c.direction)
    )
)


def _counts(rows: list[tuple[Any, ...]], answered: int) -> Counts:
    """From state, number, overdue, soon."""
    states = {state: int(number) for state, number, _, _ in rows}
    return Counts(
        overdue=sum(int(late) for _, _, late, _ in rows),
        soon=sum(int(close) for _, _, _, close in rows),
        open=sum(states.values()),
        answered=answered,
        fresh=states.get(State.DELIVERED.value, 0),
        asked=states.get(State.CLARIFYING.value, 0),
        returned=states.get(State.RETURNED.value, 0),
    )


def _as_number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def waiting_count(connection: Connection, scope: Scope, soon: datetime) -> int:
    """What waits for us: incoming requests overdue or due before `soon`; our own that are asked about or came back."""
    return int(_WAITING_COUNT(connection, scope, soon_us=clock.to_us(soon))[0][0])


def _waiting_count(scope: Scope) -> sa.Select[Any]:
    table = request_table.c
    due = sa.and_(table.direction == "in", table.due_us <= _instant("soon_us"))
    back = sa.or_(table.state == State.CLARIFYING.value, table.state == State.RETURNED.value)
    asked = sa.and_(table.direction == "out", back)
    opened = sa.and_(_either_way(), table.stage == Stage.OPEN.value)
    return sa.select(sa.func.count()).select_from(request_table).where(opened, sa.or_(due, asked), seen(scope))


_WAITING_COUNT: Final = Scoped(_waiting_count)


def fresh(connection: Connection, scope: Scope) -> tuple[int, Summary | None]:
    """Incoming requests that nobody has acknowledged: how many, and the one that falls due first."""
    found = _FIRST_FRESH(connection, scope)
    return (int(_FRESH_COUNT(connection, scope)[0][0]), summary(found[0])) if found else (0, None)


def _fresh(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    table = request_table.c
    new = table.state == State.DELIVERED.value
    return (table.direction == "in", table.stage == Stage.OPEN.value, new, seen(scope))


_FRESH_COUNT: Final = Scoped(lambda scope: sa.select(sa.func.count()).select_from(request_table).where(*_fresh(scope)))
_FIRST_FRESH: Final = Scoped(
    lambda scope: (
        sa.select(request_table)
        .where(*_fresh(scope))
        .order_by(request_table.c.due_us, request_table.c.request_id)
        .limit(1)
    )
)


def seen(scope: Scope) -> sa.ColumnElement[bool]:
    """What the scope shows of the requests' lines."""
    return in_scope(scope, request_table.c.request_id, restricted=request_table.c.restricted != 0)


def _key(after: Cursor) -> tuple[sa.ColumnElement[int], sa.ColumnElement[str]]:
    return _instant("after_us", after.order_us), sa.bindparam("after_id", after.request_id, sa.String)


def _ended(after: Cursor | None) -> dict[str, object]:
    """What `behind` asks for, by the names of its parameters."""
    return {} if after is None else {"after_us": after.order_us, "after_id": after.request_id}


def _instant(name: str, at_us: int = 0) -> sa.BindParameter[int]:
    return sa.bindparam(name, at_us, sa.BigInteger)


def _form(wanted: Filter) -> Filter:
    """Whatever decides how the question is built; what is asked for is given beside it, each time (`_asked`)."""
    some, any_time = "?", clock.from_us(0)
    return Filter(
        direction=wanted.direction,
        stage=wanted.stage,
        kind=None if wanted.kind is None else some,
        urgency=None if wanted.urgency is None else some,
        state=None if wanted.state is None else some,
        peer=None if wanted.peer is None else some,
        due_from=None if wanted.due_from is None else any_time,
        due_until=None if wanted.due_until is None else any_time,
    )


def _asked(wanted: Filter) -> dict[str, object]:
    """What `conditions` asks for, by the names of its parameters."""
    return {
        "of_kind": wanted.kind,
        "of_urgency": wanted.urgency,
        "of_state": wanted.state,
        "of_peer": wanted.peer,
        "due_from_us": None if wanted.due_from is None else clock.to_us(wanted.due_from),
        "due_until_us": None if wanted.due_until is None else clock.to_us(wanted.due_until),
    }


def conditions(wanted: Filter, *, of_these: bool = False) -> list[sa.ColumnElement[bool]]:
    """What a filter asks of a line; words are asked by `hotline.search`.

    `of_these`: the caller names the requests by their ids. The direction, with which every other index begins, is then
    asked so that no index answers it: SQLite would otherwise read all of a direction for the sake of a few ids.
    """
    table = request_table.c
    direction: sa.ColumnElement[str] = table.direction.concat("") if of_these else table.direction
    asked: list[sa.ColumnElement[bool]] = [direction == wanted.direction]
    if wanted.stage:
        asked.append(table.stage == wanted.stage.value)
    for column, value in (
        (table.kind, wanted.kind),
        (table.urgency, wanted.urgency),
        (table.state, wanted.state),
        (table.peer, wanted.peer),
    ):
        if value is not None:
            asked.append(column == sa.bindparam(f"of_{column.name}", value, sa.String))
    if wanted.due_from is not None:
        asked.append(table.due_us > _instant("due_from_us", clock.to_us(wanted.due_from)))
    if wanted.due_until is not None:
        asked.append(table.due_us <= _instant("due_until_us", clock.to_us(wanted.due_until)))
    return asked


def summary(row: Any) -> Summary:
    """A line from its row."""
    return Summary(
        request_id=row.request_id,
        direction=row.direction,
        peer=row.peer,
        kind=row.kind,
        reference=row.reference,
        urgency=row.urgency,
        state=State(row.state),
        stage=Stage(row.stage),
        title=row.title,
        due_at=None if row.due_us == NEVER_US else clock.from_us(row.due_us),
        due_clock=None if row.due_clock is None else ClockName(row.due_clock),
        rests=row.rests,
        left_s=None if row.left_us is None else row.left_us // 1_000_000,
        allowed_s=None if row.allowed_us is None else row.allowed_us // 1_000_000,
        opened_at=clock.from_us(row.opened_us),
        updated_at=clock.from_us(row.updated_us),
        messages=row.messages,
        drill=bool(row.drill),
    )


def to_watch(connection: Connection, now: datetime) -> Sequence[str]:
    """Requests about which the desk is to be told something by now, the longest waiting first."""
    query = (
        sa.select(request_table.c.request_id)
        .where(request_table.c.watch_us <= clock.to_us(now))
        .order_by(request_table.c.watch_us)
        .limit(limits.HOTLINE_WATCH_MAX_ROWS)
    )
    return list(connection.execute(query).scalars())


def look_again(connection: Connection, request_id: str, at: datetime) -> None:
    """Put off what the watch has to tell about a request."""
    later = request_table.update().where(request_table.c.request_id == request_id).values(watch_us=clock.to_us(at))
    connection.execute(later)


def next_watch(connection: Connection) -> datetime | None:
    """When the watch has something to do next."""
    first = connection.execute(sa.select(sa.func.min(request_table.c.watch_us))).scalar_one_or_none()
    return None if first is None or first == NEVER_US else clock.from_us(first)
