"""Tables that every subject made of messages has: facts, forms that were sent already, running numbers.

A subject declares its table of facts and names the others; these classes read and write them. A fact is added once, and
later only moves up in what is known of its journey; its words never change. Decides nothing, but for whether a form is
one that came before.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.records.fact import Fact, Standing
from lienlac.storage.schema import metadata
from lienlac.wire.message import Header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

F = TypeVar("F", bound=Fact)

_ONCE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
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
    """Forms that were sent already, by officer and key, in a table of its own. `made`: its column of what it became."""

    def __init__(self, table: str, made: sa.Column[str]) -> None:
        self._made = made
        self._table = sa.Table(
            table,
            metadata,
            sa.Column("officer_id", sa.String(40), primary_key=True),
            sa.Column("key", sa.String(64), primary_key=True),
            made,
            sa.Column("digest", sa.String(64), nullable=False),
            sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
        )

    def before(self, connection: Connection, officer_id: str, key: str, said: object) -> str | None:
        """What an officer's form with this key became, None for a new one and for one without a key.

        `said` is all that the form says. Raises `Refused("once-malformed")`, and `NotAllowed("once-used")` when the key
        came with other words.
        """
        if not key:
            return None
        if not _ONCE.fullmatch(key):
            raise Refused("once-malformed", field="once")
        columns = self._table.c
        query = sa.select(self._made, columns.digest).where(columns.officer_id == officer_id, columns.key == key)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.digest != _digest(said):
            raise NotAllowed("once-used", field="once")
        return str(row[0])

    def keep(self, connection: Connection, officer_id: str, key: str, said: object, *, made: str, at: datetime) -> None:
        """This form was sent and became that; forgets those of before yesterday. A form without a key is not kept."""
        if not key:
            return
        edge = clock.to_us(at - timedelta(hours=limits.HOTLINE_ONCE_KEPT_H))
        connection.execute(self._table.delete().where(self._table.c.at_us < edge))
        values = {"officer_id": officer_id, "key": key, self._made.name: made, "digest": _digest(said)}
        connection.execute(self._table.insert().values(**values, at_us=clock.to_us(at)))


def _digest(said: object) -> str:
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


class Numbers:
    """Running numbers of our own records, year by year, in a table of that name."""

    def __init__(self, table: str) -> None:
        self._table = sa.Table(
            table,
            metadata,
            sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("last", sa.Integer, nullable=False),
        )

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
