"""The list's tables: one row for each warning, with the folded text that a search reads, and one for each version.

Rows are only ever written from a fold. Whatever an officer is shown or told the number of is asked with their scope,
inside the SQL. Decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.flash.lifecycle import STANDING, Side, State
from lienlac.flash.reckoning.deadlines import due_at, tellings
from lienlac.flash.reckoning.measures import Reading
from lienlac.identifiers.folding import fold as folded
from lienlac.people.access.store import Scoped, in_scope
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.flash import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.flash.warning import Flash
    from lienlac.people.rights import Scope

NEVER_US: Final = 2**62
"""Stands for "no instant" where a column is part of an order."""
_WORD: Final = re.compile(r"[0-9a-z]+")
Show = Literal["standing", "unread", "over", "all"]

line_table = sa.Table(
    "flash_warning",
    metadata,
    sa.Column("warning_id", sa.String(40), primary_key=True),
    sa.Column("reference", sa.String(24), nullable=False, index=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("title_vi", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("typology", sa.String(64)),
    sa.Column("severity", sa.String(10), nullable=False),
    sa.Column("danger", sa.Boolean, nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    sa.Column("valid_us", sa.BigInteger, nullable=False),
    sa.Column("versions", sa.Integer, nullable=False),
    sa.Column("warned_us", sa.BigInteger, nullable=False),
    sa.Column("due_us", sa.BigInteger, nullable=False),
    sa.Column("read_us", sa.BigInteger),
    sa.Column("read_by", sa.String(300)),
    sa.Column("useful", sa.String(10)),
    sa.Column("updated_us", sa.BigInteger, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("watch_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("watched_us", sa.BigInteger, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
    sa.Index("ix_flash_warning_standing", "standing", "warned_us", "warning_id"),
)

version_table = sa.Table(
    "flash_version",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("warning_id", sa.String(40), nullable=False, index=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("received_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("read_us", sa.BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list. `due_at` is None when nothing runs, `read_at` while the version that holds is unread."""

    warning_id: str
    reference: str
    direction: str
    peer: str
    title_vi: str
    title_en: str
    typology: str | None
    severity: Severity
    lives_in_danger: bool
    drill: bool
    lasting: State
    valid_until: datetime
    versions: int
    warned_at: datetime
    due_at: datetime | None
    read_at: datetime | None
    read_by: str
    useful: str
    updated_at: datetime

    def state(self, now: datetime) -> State:
        """With the time taken into account."""
        return State.EXPIRED if self.lasting in STANDING and self.valid_until <= now else self.lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended."""

    warned_us: int
    warning_id: str


def put(
    connection: Connection, flash: Flash, *, node_id: str, watched_us: int | None = None, began: bool = False
) -> None:
    """Write a warning's rows from its fold; `watched_us`: the watch has told everything up to then.

    `began`: a version began now, which is told of although the watch once looked at a clock that was set back since.
    """
    if watched_us is None:
        watched_us = _watched_us(connection, flash.id)
        watched_us = min(watched_us, clock.to_us(flash.present.fact.known_at)) if began else watched_us
    values = _columns(flash, node_id, watched_us)
    done = connection.execute(line_table.update().where(line_table.c.warning_id == flash.id).values(**values))
    if not done.rowcount:
        connection.execute(line_table.insert().values(warning_id=flash.id, **values))
    connection.execute(version_table.delete().where(version_table.c.warning_id == flash.id))
    rows = [
        {
            "message_id": version.fact.id,
            "warning_id": flash.id,
            "peer": values["peer"],
            "direction": values["direction"],
            "drill": version.body.drill,
            "received_us": clock.to_us(version.fact.received_at),
            "read_us": None if version.read is None else clock.to_us(version.read.known_at),
        }
        for version in flash.versions
        if version.fact.received_at is not None
    ]
    if rows:
        connection.execute(version_table.insert(), rows)


def _columns(flash: Flash, node_id: str, watched_us: int) -> dict[str, Any]:
    present, body, state, due = flash.present, flash.body, flash.lasting, due_at(flash)
    coming = (clock.to_us(told.at) for told in tellings(flash, node_id))
    judged = flash.judgement
    return {
        "reference": flash.reference,
        "direction": "out" if flash.side_of(node_id) is Side.AUTHOR else "in",
        "peer": flash.other(node_id),
        "title_vi": body.title_vi,
        "title_en": body.title_en,
        "typology": present.fact.header.typology,
        "severity": body.severity.value,
        "danger": body.lives_in_danger,
        "drill": body.drill,
        "state": state.value,
        "standing": state in STANDING,
        "valid_us": clock.to_us(body.valid_until),
        "versions": len(flash.versions),
        "warned_us": clock.to_us(present.fact.known_at),
        "due_us": NEVER_US if due is None else clock.to_us(due),
        "read_us": None if present.read is None else clock.to_us(present.read.known_at),
        "read_by": None if present.read is None else present.read.body.officer.name,
        "useful": None if judged is None else judged.body.useful.value,
        "updated_us": max(clock.to_us(fact.known_at) for fact in flash.facts.values()),
        "messages": len(flash.facts),
        "watch_us": min((at_us for at_us in coming if at_us > watched_us), default=NEVER_US),
        "watched_us": watched_us,
        "found_by": _findable(flash),
    }


def _findable(flash: Flash) -> str:
    """Words with a space before each, so that a word's beginning is found; also those of older versions."""
    words: dict[str, None] = {}
    size = 0
    for text in _texts(flash):
        for word in _WORD.findall(folded(text)):
            size += 0 if word in words else len(word) + 1
            if size > limits.FLASH_FOUND_CHARS:
                return "".join(f" {one}" for one in words)
            words[word] = None
    return "".join(f" {one}" for one in words)


def _texts(flash: Flash) -> Iterator[str]:
    for version in reversed(flash.versions):
        body = version.body
        yield from (body.reference, body.title_vi, body.title_en, *(one.value for one in body.identifiers))
        yield from (body.text.vi, body.text.en, body.to_do.vi, body.to_do.en, body.officer.name)


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = dict.fromkeys(_WORD.findall(folded(text[: limits.LINE_MAX_CHARS])))
    return tuple(f" {word}" for word in words)[: limits.HOTLINE_QUERY_MAX_WORDS] or ((" ?",) if text.strip() else ())


# --- the node's own work ------------------------------------------------------------------------------------------


def _watched_us(connection: Connection, warning_id: str) -> int:
    query = sa.select(line_table.c.watched_us).where(line_table.c.warning_id == warning_id)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def to_watch(connection: Connection, now: datetime) -> list[tuple[str, int]]:
    """Warnings about which something is to be told, and up to when everything was."""
    table = line_table.c
    query = sa.select(table.warning_id, table.watched_us).where(table.watch_us <= clock.to_us(now))
    found = connection.execute(query.order_by(table.watch_us).limit(limits.FLASH_WATCH_MAX_ROWS))
    return [(row.warning_id, int(row.watched_us)) for row in found]


def look_again(connection: Connection, warning_id: str, at: datetime) -> None:
    """Nothing could be told of this one: try again then."""
    changed = line_table.update().where(line_table.c.warning_id == warning_id)
    connection.execute(changed.values(watch_us=clock.to_us(at)))


def standing_with(connection: Connection, peer: str, direction: str, now: datetime) -> int:
    """How many warnings of one side stand with the other."""
    table = line_table.c
    query = sa.select(sa.func.count()).where(table.peer == peer, table.direction == direction)
    query = query.where(table.standing.is_(True), table.valid_us > clock.to_us(now))
    return int(connection.execute(query).scalar_one())


def stamps(connection: Connection, warning_ids: Sequence[str], now: datetime) -> dict[str, tuple[Any, ...]]:
    """For each warning what changes with every message and receipt, and when it expires."""
    if not warning_ids:
        return {}
    table = line_table.c
    columns = (table.warning_id, table.state, table.versions, table.messages, table.updated_us, table.valid_us)
    query = sa.select(*columns).where(table.warning_id.in_(warning_ids))
    now_us = clock.to_us(now)
    return {row.warning_id: (*row[1:], row.valid_us <= now_us) for row in connection.execute(query)}


# --- what officers ask ---------------------------------------------------------------------------------------------


def find(connection: Connection, name: str, scope: Scope) -> list[Line]:
    """The warnings of that id or reference which the officer may know of."""
    table = line_table.c
    named = sa.or_(table.warning_id == name, table.reference == name.upper())
    query = sa.select(line_table).where(named, in_scope(scope, table.warning_id)).order_by(table.peer)
    return [_line(row) for row in connection.execute(query.limit(limits.FLASH_PEERS_MAX))]


def listed(
    connection: Connection,
    scope: Scope,
    now: datetime,
    *,
    show: Show = "standing",
    direction: str = "",
    words: Sequence[str] = (),
    after: Cursor | None = None,
    rows: int = limits.PAGE_DEFAULT_ROWS,
) -> list[Line]:
    """Warnings that the officer may know of, the newest first. `words` are already folded."""
    table = line_table.c
    query = sa.select(line_table).where(in_scope(scope, table.warning_id), *_shown(show, now))
    if direction:
        query = query.where(table.direction == direction)
    for word in words:
        query = query.where(table.found_by.contains(word, autoescape=True))
    if after is not None:
        place = sa.tuple_(table.warned_us, table.warning_id)
        query = query.where(place < sa.tuple_(sa.literal(after.warned_us), sa.literal(after.warning_id)))
    query = query.order_by(table.warned_us.desc(), table.warning_id.desc())
    return [_line(row) for row in connection.execute(query.limit(min(rows, limits.PAGE_MAX_ROWS)))]


def _shown(show: Show, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _of_show(show, sa.literal(clock.to_us(now)))


def _of_show(show: Show, now_us: sa.ColumnElement[int]) -> tuple[sa.ColumnElement[bool], ...]:
    table = line_table.c
    holds = sa.and_(table.standing.is_(True), table.valid_us > now_us)
    if show == "standing":
        return (holds,)
    if show == "unread":
        return holds, table.direction == "in", table.state == State.UNREAD.value
    return (sa.not_(holds),) if show == "over" else ()


def counts(connection: Connection, scope: Scope, now: datetime) -> dict[str, int]:
    """How many warnings of each part of the list the officer may know of; drills are not counted."""
    table = line_table.c
    base = sa.select(sa.func.count()).where(in_scope(scope, table.warning_id))
    shows: tuple[Show, ...] = ("standing", "unread", "over")
    return {show: int(connection.execute(base.where(*_shown(show, now))).scalar_one()) for show in shows}


def unread(connection: Connection, scope: Scope, now: datetime) -> list[Line]:
    """Warnings of partners that nobody here has acknowledged: the most pressing first."""
    return [_line(row) for row in _UNREAD(connection, scope, now_us=clock.to_us(now))]


# Asked twice for every page.
_UNREAD: Final = Scoped(
    lambda scope: (
        sa.select(line_table)
        .where(*_of_show("unread", sa.bindparam("now_us", 0, sa.BigInteger)), in_scope(scope, line_table.c.warning_id))
        .order_by(line_table.c.danger.desc(), line_table.c.due_us, line_table.c.warned_us)
        .limit(limits.PAGE_MAX_ROWS)
    )
)


def readings(connection: Connection, scope: Scope, since: datetime) -> list[Reading]:
    """Every version received since then of what the officer may know of; exercises are left out."""
    table = version_table.c
    query = sa.select(table.peer, table.direction, table.received_us, table.read_us).where(
        in_scope(scope, table.warning_id), table.drill.is_(False), table.received_us >= clock.to_us(since)
    )
    found = connection.execute(query.order_by(table.received_us.desc()).limit(limits.FLASH_MEASURED_MAX))
    return [
        Reading(
            peer=row.peer,
            direction=row.direction,
            received_at=clock.from_us(row.received_us),
            read_at=None if row.read_us is None else clock.from_us(row.read_us),
        )
        for row in found
    ]


def between(connection: Connection, scope: Scope, *, since: datetime, until: datetime, rows: int) -> list[Line]:
    """Those first sent in that time that the officer may know of, the newest first; no drills."""
    table = line_table.c
    query = (
        sa.select(line_table)
        .where(in_scope(scope, table.warning_id), table.drill.is_(False))
        .where(table.warned_us >= clock.to_us(since), table.warned_us < clock.to_us(until))
        .order_by(table.warned_us.desc())
        .limit(rows)
    )
    return [_line(row) for row in connection.execute(query)]


def _line(row: Any) -> Line:
    return Line(
        warning_id=row.warning_id,
        reference=row.reference,
        direction=row.direction,
        peer=row.peer,
        title_vi=row.title_vi,
        title_en=row.title_en,
        typology=row.typology,
        severity=Severity(row.severity),
        lives_in_danger=row.danger,
        drill=row.drill,
        lasting=State(row.state),
        valid_until=clock.from_us(row.valid_us),
        versions=row.versions,
        warned_at=clock.from_us(row.warned_us),
        due_at=None if row.due_us == NEVER_US else clock.from_us(row.due_us),
        read_at=None if row.read_us is None else clock.from_us(row.read_us),
        read_by=row.read_by or "",
        useful=row.useful or "",
        updated_at=clock.from_us(row.updated_us),
    )
