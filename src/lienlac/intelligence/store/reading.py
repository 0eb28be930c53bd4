"""What was read out of stored objects: their words, and which other objects they name.

Read after they are stored, in the order in which they were added, so that whoever brings a thousand waits for none of
it; how far that has come stands beside it. `index_text` is the one place that writes. Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata
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
"""`role` is the member by which the version names the other object."""
progress_table = sa.Table(
    "intel_read",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=False),
    sa.Column("up_to_us", sa.BigInteger, nullable=False),
)
"""One row: the version that was read last."""
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
    texts.forget(connection, instants)
    for start in range(0, len(instants), _AT_ONCE):
        some = instants[start : start + _AT_ONCE]
        connection.execute(link_table.delete().where(_L.added_us.in_(some)))


def up_to(connection: Connection) -> int:
    """The version that was read last."""
    return int(connection.execute(sa.select(progress_table.c.up_to_us)).scalar_one_or_none() or 0)


def move_on(connection: Connection, up_to_us: int) -> None:
    """Everything up to this version was read."""
    values: dict[str, Any] = {"up_to_us": up_to_us}
    if not connection.execute(progress_table.update().values(**values)).rowcount:
        connection.execute(progress_table.insert().values(number=1, **values))
