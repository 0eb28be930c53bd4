"""What was read out of stored objects: their words, and which other objects they name.

Written soon after they were stored (`intelligence.indexing`); `index_text` is the one place that writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata
from lienlac.storage.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.search.words import Words

texts: Final = Texts("intel_text")
link_table = sa.Table(
    "intel_link",
    metadata,
    sa.Column("target_key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("role", sa.String(80), primary_key=True),
    sa.Column("added_us", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Index("ix_intel_link_from", "added_us"),
    sqlite_with_rowid=False,
)
"""`role` is the member by which the version names the other object, of a relationship with its type."""
_L: Final = link_table.c
_LINK: Final = Quick(link_table.insert())
_LINK_COLUMNS: Final = ("target_key", "role", "added_us")
_AT_ONCE: Final = 500


def index_text(connection: Connection, rows: Sequence[Words]) -> None:
    """From now on these versions are found by their words and through what they name. Each is given once."""
    texts.put(connection, [(one.added_us, one.body) for one in rows])
    links = [(key, role, one.added_us) for one in rows for key, role in one.links]
    if links:
        _LINK.tuples(connection, _LINK_COLUMNS, links)


def forget(connection: Connection, instants: Sequence[int]) -> None:
    """These versions are no more."""
    kept = texts.forget(connection, instants)
    for start in range(0, len(kept), _AT_ONCE):
        connection.execute(link_table.delete().where(_L.added_us.in_(kept[start : start + _AT_ONCE])))
