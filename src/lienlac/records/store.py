"""Tables that every subject made of messages has: facts, forms that were sent already, running numbers.

A subject declares its own tables; these classes and functions read and write them. A fact is added once, and later
only moves up in what is known of its journey; its words never change. Decides nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.records.fact import Fact, Standing
from lienlac.wire.message import Header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

F = TypeVar("F", bound=Fact)

_AT_ONCE: Final = 400
"""Records in one question: SQLite takes no more than some thousands of parameters."""
_encoder = msgspec.json.Encoder()
_headers = msgspec.json.Decoder(Header)


class Facts(Generic[F]):
    """The facts of one subject's records.

    `of` is the table's column with the record's id; `bodies` gives the body type of each kind; `most` is how many
    messages a record can hold. Statements are built once: building one anew costs more than running it.
    """

    def __init__(self, table: sa.Table, *, of: str, fact: type[F], bodies: Mapping[str, type], most: int) -> None:
        self._table = table
        self._of = table.c[of]
        self._type = fact
        self._bodies = bodies
        self._in_order = "sequence" in table.c
        self._every = sa.select(table).where(self._of == sa.bindparam("of_record")).limit(most + 1)
        self._one = sa.select(table).where(table.c.message_id == sa.bindparam("of_message"))
        self._insert = table.insert()
        self._move = table.update().where(table.c.message_id == sa.bindparam("of_message"))

    def of(self, connection: Connection, record_id: str) -> list[F]:
        """All facts of a record; one more than it can hold, when it holds too many."""
        return [self._fact(row) for row in connection.execute(self._every, {"of_record": record_id})]

    def some(self, connection: Connection, record_ids: Sequence[str], kinds: Sequence[str]) -> list[F]:
        """The facts of these kinds of many records at once."""
        found: list[F] = []
        for start in range(0, len(record_ids), _AT_ONCE):
            part = record_ids[start : start + _AT_ONCE]
            query = sa.select(self._table).where(self._of.in_(part), self._table.c.kind.in_(kinds))
            found += [self._fact(row) for row in connection.execute(query)]
        return found

    def one(self, connection: Connection, message_id: str) -> F | None:
        """One fact by its message's id."""
        row = connection.execute(self._one, {"of_message": message_id}).one_or_none()
        return None if row is None else self._fact(row)

    def put(self, connection: Connection, new: F, known: Sequence[F], **more: Any) -> F | None:
        """Add a fact, or move the copy among those `known`, which is returned. `more`: the table's further columns."""
        twin = next((one for one in known if one.id == new.id), None)
        if twin is not None:
            connection.execute(self._move, {"of_message": new.id, **self._journey(twin.join(new))})
            return twin
        values = {
            "message_id": new.id,
            self._of.name: new.header.record_id,
            "kind": new.header.kind,
            "body": _encoder.encode(new.body),
            **more,
            **self._journey(new),
        }
        connection.execute(self._insert, values)
        return None

    def officers(self, connection: Connection, record_id: str) -> dict[str, str]:
        """Which account here sent which message: officer ids by message id. Never travels."""
        columns = self._table.c
        query = sa.select(columns.message_id, columns.officer_id).where(
            self._of == record_id, columns.officer_id.is_not(None)
        )
        return {row.message_id: row.officer_id for row in connection.execute(query)}

    def _journey(self, fact: F) -> dict[str, Any]:
        found = {
            "digest": fact.digest,
            "header": _encoder.encode(fact.header),
            "standing": int(fact.standing),
            "code": fact.code,
            "received_us": None if fact.received_at is None else clock.to_us(fact.received_at),
        }
        return found | ({"sequence": fact.header.sequence} if self._in_order else {})

    def _fact(self, row: Any) -> F:
        return self._type(
            header=_headers.decode(row.header),
            body=msgspec.json.decode(row.body, type=self._bodies[row.kind]),
            digest=row.digest,
            standing=Standing(row.standing),
            received_at=None if row.received_us is None else clock.from_us(row.received_us),
            code=row.code,
        )


class SentOnce:
    """Forms that were sent already, by officer and key: what each became. `of` is the column with the record's id."""

    def __init__(self, table: sa.Table, *, of: str) -> None:
        self._table = table
        self._of = table.c[of]

    def find(self, connection: Connection, officer_id: str, key: str) -> tuple[str, str] | None:
        """What an officer's form with this key became: the record's id, and the digest of what was said."""
        columns = self._table.c
        query = sa.select(self._of, columns.digest).where(columns.officer_id == officer_id, columns.key == key)
        row = connection.execute(query).one_or_none()
        return None if row is None else (row[0], row[1])

    def keep(
        self, connection: Connection, officer_id: str, key: str, *, record_id: str, digest: str, at: datetime
    ) -> None:
        """This form was sent; forgets those of before yesterday."""
        edge = clock.to_us(at - timedelta(hours=limits.HOTLINE_ONCE_KEPT_H))
        connection.execute(self._table.delete().where(self._table.c.at_us < edge))
        values = {"officer_id": officer_id, "key": key, self._of.name: record_id, "digest": digest}
        connection.execute(self._table.insert().values(**values, at_us=clock.to_us(at)))


class Numbers:
    """Running numbers of our own records, year by year."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table

    def next(self, connection: Connection, year: int) -> int:
        """The next number of a year; the row is locked until the caller's transaction ends."""
        columns = self._table.c
        done = connection.execute(self._table.update().where(columns.year == year).values(last=columns.last + 1))
        if not done.rowcount:
            connection.execute(self._table.insert().values(year=year, last=1))
        return int(connection.execute(sa.select(columns.last).where(columns.year == year)).scalar_one())

    def reach(self, connection: Connection, year: int, number: int) -> None:
        """Never give out a number up to this one again: after a restore, our own replayed records bring theirs."""
        columns = self._table.c
        known = connection.execute(sa.select(columns.last).where(columns.year == year)).scalar_one_or_none()
        if known is None:
            connection.execute(self._table.insert().values(year=year, last=number))
        elif known < number:
            connection.execute(self._table.update().where(columns.year == year).values(last=number))
