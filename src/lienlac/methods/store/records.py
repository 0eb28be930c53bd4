"""Records, their versions, and what was sent of them. Decides nothing.

Whatever an officer is shown is asked with their scope, inside the SQL. A version is added once and never changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.identifiers.folding import fold as folded
from lienlac.methods.method import Method, Sent, Version
from lienlac.people.access.store import in_scope
from lienlac.records.fact import Standing
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.methods import Method as Body
from lienlac.wire.message import Marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

Whose = Literal["all", "ours", "theirs"]
_WORD: Final = re.compile(r"[0-9a-z]+")

line_table = sa.Table(
    "method",
    metadata,
    sa.Column("method_id", sa.String(40), primary_key=True),
    sa.Column("origin", sa.String(40), nullable=False),
    sa.Column("title_vi", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("typologies", sa.Text, nullable=False),
    sa.Column("tlp", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("revoked_us", sa.BigInteger),
    sa.Column("revoked_why", sa.Text),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("updated_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("found_by", sa.Text, nullable=False),
)

version_table = sa.Table(
    "method_version",
    metadata,
    sa.Column("method_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("marks", sa.LargeBinary, nullable=False),
    sa.Column("links", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("by_name", sa.String(300), nullable=False),
    sa.Column("by_unit", sa.String(300), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

sent_table = sa.Table(
    "method_sent",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("method_id", sa.String(40), nullable=False, index=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("standing", sa.SmallInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("received_us", sa.BigInteger),
    sa.Column("code", sa.String(64)),
)

_encoder = msgspec.json.Encoder()
_bodies = msgspec.json.Decoder(Body)
_marks = msgspec.json.Decoder(Marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list."""

    method_id: str
    origin: str
    title_vi: str
    title_en: str
    typologies: tuple[str, ...]
    tlp: str
    version: int
    revoked: bool
    updated_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended."""

    updated_us: int
    method_id: str


# --- the node's own work ------------------------------------------------------------------------------------------


def get(connection: Connection, method_id: str) -> Method | None:
    """A record with every version, or None."""
    row = connection.execute(sa.select(line_table).where(line_table.c.method_id == method_id)).one_or_none()
    if row is None:
        return None
    table = version_table.c
    found = connection.execute(sa.select(version_table).where(table.method_id == method_id).order_by(table.version))
    versions = tuple(_version(one) for one in found)
    return Method(
        id=row.method_id,
        origin=row.origin,
        versions=versions,
        revoked_at=None if row.revoked_us is None else clock.from_us(row.revoked_us),
        revoked_why=row.revoked_why or "",
    )


def add_version(connection: Connection, method_id: str, origin: str, version: Version) -> Method:
    """Keep a version that is not there yet, and write the line anew; the whole record."""
    connection.execute(
        version_table.insert().values(
            method_id=method_id,
            version=version.number,
            body=_encoder.encode(version.body),
            marks=_encoder.encode(version.marks),
            links=json.dumps(version.links),
            at_us=clock.to_us(version.at),
            by_name=version.by_name,
            by_unit=version.by_unit,
            reason=version.reason,
        )
    )
    before = get(connection, method_id)
    if before is None:
        values = {"revoked_us": None, "revoked_why": None, "created_us": clock.to_us(version.at)}
        connection.execute(
            line_table.insert().values(method_id=method_id, origin=origin, **values, **_columns(version))
        )
    elif before.present.number == version.number:
        changed = line_table.update().where(line_table.c.method_id == method_id)
        connection.execute(changed.values(**_columns(version)))
    made = get(connection, method_id)
    if made is None:
        message = "a record that was just written is there"
        raise AssertionError(message)
    return made


def revoke(connection: Connection, method_id: str, *, why: str, at: datetime) -> None:
    """The record no longer holds."""
    changed = line_table.update().where(line_table.c.method_id == method_id)
    connection.execute(changed.values(revoked_us=clock.to_us(at), revoked_why=why, updated_us=clock.to_us(at)))


def count_of(connection: Connection, origin: str) -> int:
    """How many records one node has shared."""
    query = sa.select(sa.func.count()).where(line_table.c.origin == origin)
    return int(connection.execute(query).scalar_one())


def put_sent(connection: Connection, method_id: str, sent: Sent) -> None:
    """Keep a message of ours, or what became of it."""
    values: dict[str, Any] = {
        "standing": int(sent.standing),
        "received_us": None if sent.received_at is None else clock.to_us(sent.received_at),
        "code": sent.code,
    }
    done = connection.execute(sent_table.update().where(sent_table.c.message_id == sent.message_id).values(**values))
    if not done.rowcount:
        more = {"method_id": method_id, "peer": sent.peer, "version": sent.version, "at_us": clock.to_us(sent.at)}
        connection.execute(sent_table.insert().values(message_id=sent.message_id, **more, **values))


def sent_message(connection: Connection, message_id: str) -> tuple[str, Sent] | None:
    """A message of ours about a record, with the record's id."""
    row = connection.execute(sa.select(sent_table).where(sent_table.c.message_id == message_id)).one_or_none()
    return None if row is None else (row.method_id, _sent(row))


def sent_of(connection: Connection, method_id: str) -> list[Sent]:
    """Every message of ours about a record, the newest first."""
    table = sent_table.c
    query = sa.select(sent_table).where(table.method_id == method_id).order_by(table.at_us.desc(), table.message_id)
    return [_sent(row) for row in connection.execute(query.limit(limits.LIST_MAX_ITEMS))]


# --- what officers ask ---------------------------------------------------------------------------------------------


def visible(connection: Connection, method_id: str, scope: Scope) -> Method | None:
    """The record of that id, where the officer may know of it."""
    table = line_table.c
    query = sa.select(table.method_id).where(table.method_id == method_id, in_scope(scope, table.method_id))
    return None if connection.execute(query).one_or_none() is None else get(connection, method_id)


def listed(
    connection: Connection,
    scope: Scope,
    *,
    node_id: str,
    whose: Whose = "all",
    typology: str = "",
    words: Sequence[str] = (),
    after: Cursor | None = None,
    rows: int = limits.PAGE_DEFAULT_ROWS,
) -> list[Line]:
    """Records that the officer may know of, the last changed first. `words` are already folded."""
    table = line_table.c
    query = sa.select(line_table).where(in_scope(scope, table.method_id))
    if whose != "all":
        query = query.where(table.origin == node_id if whose == "ours" else table.origin != node_id)
    if typology:
        # a family takes in its kinds: their codes begin with it
        query = query.where(table.typologies.contains(f" {typology}", autoescape=True))
    for word in words:
        query = query.where(table.found_by.contains(word, autoescape=True))
    if after is not None:
        place = sa.tuple_(table.updated_us, table.method_id)
        query = query.where(place < sa.tuple_(sa.literal(after.updated_us), sa.literal(after.method_id)))
    query = query.order_by(table.updated_us.desc(), table.method_id.desc())
    return [_line(row) for row in connection.execute(query.limit(min(rows, limits.PAGE_MAX_ROWS)))]


def between(connection: Connection, scope: Scope, *, since: datetime, until: datetime, rows: int) -> list[Line]:
    """Records first kept in that time that the officer may know of, the newest first; without those withdrawn."""
    table = line_table.c
    query = (
        sa.select(line_table)
        .where(in_scope(scope, table.method_id), table.revoked_us.is_(None))
        .where(table.created_us >= clock.to_us(since), table.created_us < clock.to_us(until))
        .order_by(table.created_us.desc())
        .limit(rows)
    )
    return [_line(row) for row in connection.execute(query)]


# --- inside -------------------------------------------------------------------------------------------------------


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = dict.fromkeys(_WORD.findall(folded(text[: limits.LINE_MAX_CHARS])))
    return tuple(f" {word}" for word in words)[: limits.HOTLINE_QUERY_MAX_WORDS] or ((" ?",) if text.strip() else ())


def _columns(version: Version) -> dict[str, Any]:
    return {
        "title_vi": version.body.title_vi,
        "title_en": version.body.title_en,
        "typologies": "".join(f" {code}" for code in version.body.typologies),
        "tlp": version.marks.tlp.value,
        "version": version.number,
        "updated_us": clock.to_us(version.at),
        "found_by": _findable(version.body),
    }


def _findable(body: Body) -> str:
    """Words with a space before each, so that a word's beginning is found."""
    words: dict[str, None] = {}
    size = 0
    for text in _texts(body):
        for word in _WORD.findall(folded(text)):
            size += 0 if word in words else len(word) + 1
            if size > limits.METHOD_FOUND_CHARS:
                return "".join(f" {one}" for one in words)
            words[word] = None
    return "".join(f" {one}" for one in words)


def _texts(body: Body) -> Iterator[str]:
    yield from (body.title_vi, body.title_en, *(item.value for item in body.identifiers))
    yield from (body.summary.vi, body.summary.en, body.warning.vi, body.warning.en)
    for several in (body.red_flags, body.scripts, body.steps, body.counter_measures):
        for item in several:
            yield from (item.vi, item.en)
    yield from body.sources


def _version(row: Any) -> Version:
    return Version(
        number=row.version,
        body=_bodies.decode(row.body),
        marks=_marks.decode(row.marks),
        at=clock.from_us(row.at_us),
        by_name=row.by_name,
        by_unit=row.by_unit,
        reason=row.reason,
        links=tuple(json.loads(row.links)),
    )


def _sent(row: Any) -> Sent:
    return Sent(
        message_id=row.message_id,
        peer=row.peer,
        version=row.version,
        standing=Standing(row.standing),
        at=clock.from_us(row.at_us),
        received_at=None if row.received_us is None else clock.from_us(row.received_us),
        code=row.code,
    )


def _line(row: Any) -> Line:
    return Line(
        method_id=row.method_id,
        origin=row.origin,
        title_vi=row.title_vi,
        title_en=row.title_en,
        typologies=tuple(row.typologies.split()),
        tlp=row.tlp,
        version=row.version,
        revoked=row.revoked_us is not None,
        updated_at=clock.from_us(row.updated_us),
        created_at=clock.from_us(row.created_us),
    )
