"""Full text beside a table: rows of words, found by all of some words, the newest first, on both products.

SQLite keeps the words in FTS5 beside the rows, PostgreSQL in a GIN index over them. What a word is, is decided by
whoever writes and asks: here they are folded already, parted by blanks, and compared as they stand. Rows are numbered
by the caller and come back by number. Knows no table's meaning and no reader's rights: a hit is a number to be joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

SUFFIX: Final = "_words"
"""How the index beside a table of texts is called; Alembic is told to pass it by (`migrations.wanted`)."""
_AT_ONCE: Final = 500


Term = tuple[str, bool]
"""A word to be found; or, when the second is true, every word that begins so."""


class Source(NamedTuple):
    """Where hits come from: a FROM clause with its column of numbers, and the condition that makes them hits."""

    table: sa.FromClause
    number: sa.ColumnElement[int]
    found: sa.ColumnElement[bool]


def ddl(name: str, product: str) -> tuple[str, ...]:
    """What makes the index beside the table of that name; for its migration too."""
    if product == "sqlite":
        # no columns' sizes and no places of words: nobody asks for ranks or phrases, and it halves what is written
        kept = f"content='{name}', content_rowid='number', detail=none, columnsize=0"
        return (f"CREATE VIRTUAL TABLE {name}{SUFFIX} USING fts5(body, {kept}, tokenize=\"ascii tokenchars '~-'\")",)
    return (f"CREATE INDEX ix_{name}{SUFFIX} ON {name} USING gin (array_to_tsvector(string_to_array(body, ' ')))",)


class Texts:
    """One table of texts with its index. Declare it beside the tables of its store."""

    def __init__(self, name: str) -> None:
        words = self._words = f"{name}{SUFFIX}"
        self._put = f"INSERT INTO {words} (rowid, body) VALUES (?, ?)"  # the name is ours
        self._forget = f"INSERT INTO {words} ({words}, rowid, body) VALUES (?, ?, ?)"  # the name is ours
        self.table = sa.Table(
            name,
            metadata,
            sa.Column("number", RowNumber, primary_key=True, autoincrement=False),
            sa.Column("body", sa.Text, nullable=False),
            info={"texts": True},
        )
        for product in ("sqlite", "postgresql"):
            for statement in ddl(name, product):
                made: Any = sa.DDL(statement)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
                sa.event.listen(self.table, "after_create", made.execute_if(dialect=product))

    def put(self, connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
        """Keep texts under numbers that have none yet: words parted by blanks."""
        if not rows:
            return
        connection.execute(self.table.insert(), [{"number": number, "body": body} for number, body in rows])
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self._put, list(rows))

    def forget(self, connection: Connection, numbers: Sequence[int]) -> list[int]:
        """Let these be found no more; which of them had a text."""
        gone: list[int] = []
        for start in range(0, len(numbers), _AT_ONCE):
            query = sa.select(self.table.c.number, self.table.c.body).where(
                self.table.c.number.in_(numbers[start : start + _AT_ONCE])
            )
            rows = [("delete", row.number, row.body) for row in connection.execute(query)]
            if not rows:
                continue
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(self._forget, rows)
            some = [number for _, number, _ in rows]
            connection.execute(self.table.delete().where(self.table.c.number.in_(some)))
            gone += some
        return gone

    def frequent(self, connection: Connection, word: str, times: int) -> bool:
        """Whether a word, as it stands, is in so many texts: then words that begin so would be gathered for seconds."""
        source = self.source(connection, [[(word, False)]])
        some = sa.select(source.number).select_from(source.table).where(source.found).limit(times).subquery()
        return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()) >= times

    def source(self, connection: Connection, groups: Sequence[Sequence[Term]]) -> Source:
        """Rows that hold of each group at least one word. Words are letters, digits, `~` and `-`."""
        if connection.dialect.name == "sqlite":
            words = sa.table(self._words, sa.column("rowid", sa.BigInteger), sa.column(self._words))
            match = words.c[self._words].op("MATCH", is_comparison=True)
            asked = " AND ".join(f"({' OR '.join(map(_fts5, group))})" for group in groups)
            return Source(words, words.c.rowid, match(asked))
        asked = " & ".join(f"({' | '.join(map(_tsquery, group))})" for group in groups)
        body: Any = sa.func.array_to_tsvector(sa.func.string_to_array(self.table.c.body, sa.literal_column("' '")))
        found = body.op("@@", is_comparison=True)(sa.cast(asked, TSQUERY))
        return Source(self.table, self.table.c.number, found)


def _fts5(term: Term) -> str:
    word, begins = term
    return f'"{word}"{"*" if begins else ""}'


def _tsquery(term: Term) -> str:
    word, begins = term
    return f"'{word}'{':*' if begins else ''}"
