"""What happened in this node: who did what to which thing, when. Beneath the slices, above storage.

Every entry is a leaf of the node's log, so that nobody can quietly change or drop one. Entries hold ids and codes,
never case content, with one exception: the words of a search, because who looked for whom must be found out later. No
page shows those. What a person may see of entries is decided by `people.rights` above.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.storage import ledger
from lienlac.storage.schema import metadata
from lienlac.wire.leaves import Leaf, leaf_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

NODE = "node"
"""The actor of what the node does by itself: a message arrived, time passed."""

journal_entry = sa.Table(
    "journal_entry",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("actor", sa.String(80), nullable=False, index=True),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("thing", sa.String(120), nullable=False, index=True),
    sa.Column("entry", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the journal; `detail` holds ids, codes and counts."""

    number: int
    at: datetime
    actor: str
    action: str
    thing: str
    detail: dict[str, Any]


def record(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    thing: str,
    detail: Mapping[str, Any] | None = None,
) -> str:
    """Write one entry and its leaf in the caller's transaction; returns the entry's digest (hex)."""
    entry = msgspec.json.encode(
        {
            "after": ledger.head(connection).size,  # makes two equal acts in one microsecond two entries
            "at": at,
            "actor": actor,
            "action": action,
            "thing": thing,
            "detail": dict(detail or {}),
        }
    )
    digest = hashlib.sha256(entry).hexdigest()
    connection.execute(
        journal_entry.insert().values(
            digest=digest, at_us=clock.to_us(at), actor=actor, action=action, thing=thing, entry=entry
        )
    )
    ledger.append(connection, [(leaf_data(Leaf.JOURNAL_ENTRY, digest), f"journal:{digest}")])
    return digest


def about(connection: Connection, thing: str, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Entry]:
    """The newest entries about a thing, newest first."""
    query = sa.select(journal_entry).where(journal_entry.c.thing == thing)
    return _entries(connection, query.order_by(journal_entry.c.number.desc()).limit(min(rows, limits.PAGE_MAX_ROWS)))


def newest(connection: Connection) -> int:
    """The number of the newest entry; 0 before the first."""
    return int(connection.execute(sa.select(sa.func.max(journal_entry.c.number))).scalar_one() or 0)


def said_since(connection: Connection, thing: str, number: int) -> bool:
    """Whether an entry about a thing is newer than that one."""
    query = sa.select(journal_entry.c.number).where(journal_entry.c.thing == thing, journal_entry.c.number > number)
    return connection.execute(query.limit(1)).first() is not None


def latest(
    connection: Connection,
    *,
    before: int | None = None,
    shown: Sequence[sa.ColumnElement[bool]] = (),
    rows: int = limits.PAGE_DEFAULT_ROWS,
) -> list[Entry]:
    """The newest entries, newest first; `before` is the number of the last entry already seen.

    `shown` are conditions on the table's columns: what the reader may know of.
    """
    query = sa.select(journal_entry).where(*shown)
    if before is not None:
        query = query.where(journal_entry.c.number < before)
    return _entries(connection, query.order_by(journal_entry.c.number.desc()).limit(min(rows, limits.PAGE_MAX_ROWS)))


def _entries(connection: Connection, query: sa.Select[Any]) -> list[Entry]:
    found = []
    for row in connection.execute(query):
        detail = msgspec.json.decode(row.entry)["detail"]
        found.append(
            Entry(
                number=row.number,
                at=clock.from_us(row.at_us),
                actor=row.actor,
                action=row.action,
                thing=row.thing,
                detail=detail,
            )
        )
    return found
