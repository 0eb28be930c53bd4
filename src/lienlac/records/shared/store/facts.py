"""Facts and elements. `put` is the one way in: it keeps facts, and brings the lines of their elements up to date.

A fact is added once and never changes. An id is its author's: nobody can take it from another one. Positions count
what this node has taken into any record; one writer at a time gives them out. Decides nothing; what a fact may say is
decided before.
"""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.records.portions import portions
from lienlac.records.shared.finding import findable
from lienlac.records.shared.fold import Element, Statement, joined
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.records.shared.shape import Shape

fact_table = sa.Table(
    "shared_fact",
    metadata,
    sa.Column("position", RowNumber, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(40), nullable=False),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("element", sa.String(40), nullable=False),
    sa.Column("author", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("newest", sa.SmallInteger, nullable=False),
    sa.Column("takes_back", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("known_us", sa.BigInteger, nullable=False),
    sa.Column("stated", sa.LargeBinary, nullable=False),
    sa.Column("audience", sa.Text),
    sa.Column("officer_id", sa.String(40)),
    sa.UniqueConstraint("id", "author"),
    sa.Index("ix_shared_fact_element", "element", "record_id", "author", "version"),
    sa.Index("ix_shared_fact_record", "record_id", "position"),
    sa.Index("ix_shared_fact_author", "record_id", "author", "position"),
)

element_table = sa.Table(
    "shared_element",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("gone", sa.SmallInteger, nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("state", sa.String(64), nullable=False),
    sa.Column("sort_us", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
    sa.Index("ix_shared_element_kind", "record_id", "kind", "gone", "sort_us", "element"),
    sa.Index("ix_shared_element_changed", "record_id", "changed"),
)

_fact, _element = fact_table.c, element_table.c
_INSERT = Quick(fact_table.insert(), [column.name for column in fact_table.columns])
_OLDER = Quick(fact_table.update().where(_fact.position == sa.bindparam("of_position")).values(newest=0))
_COLUMNS = Quick(
    sa.select(fact_table).where(
        _fact.element == sa.bindparam("of_element"), _fact.record_id == sa.bindparam("of_record"), _fact.newest == 1
    )
)
_COLUMNS_OF = QuickAmong(
    lambda among: sa.select(fact_table).where(
        _fact.element.in_(among), _fact.record_id == sa.bindparam("of_record"), _fact.newest == 1
    )
)
_KNOWN = QuickAmong(
    lambda among: sa.select(_fact.id, _fact.record_id, _fact.stated, _fact.position).where(
        _fact.id.in_(among), _fact.author == sa.bindparam("of_author")
    )
)
_AT = Quick(
    sa.select(fact_table).where(
        _fact.element == sa.bindparam("of_element"),
        _fact.record_id == sa.bindparam("of_record"),
        _fact.author == sa.bindparam("of_author"),
        _fact.version == sa.bindparam("of_version"),
    )
)
_LAST = Quick(sa.select(sa.func.coalesce(sa.func.max(_fact.position), 0)))
_FORGET = Quick(
    element_table.delete().where(
        _element.record_id == sa.bindparam("of_record"), _element.element == sa.bindparam("of_element")
    )
)
_ADD_ELEMENT = Quick(element_table.insert(), [column.name for column in element_table.columns])


_Row = namedtuple("_Row", [column.name for column in fact_table.columns])  # type: ignore[misc]  # noqa: PYI024  # as the table


class FactStore:
    """The facts of one subject's records; the subject's shape says what they can be."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._decoder = shape.decoder()

    def check(self, stated: Any) -> None:
        """Raise `Refused("body-invalid" | "shared-fact-too-large")` for what no partner could read."""
        data = msgspec.json.encode(stated)
        if len(data) > limits.RECORD_FACT_MAX_BYTES:
            raise Refused("shared-fact-too-large", limit_bytes=limits.RECORD_FACT_MAX_BYTES)
        try:
            self._decoder.decode(data)
        except msgspec.ValidationError as error:
            raise Refused("body-invalid", reason=str(error)) from error

    # --- in -------------------------------------------------------------------------------------------------------
    def put(
        self, connection: Connection, record_id: str, new: Sequence[Statement], *, officer_id: str | None = None
    ) -> tuple[list[Statement], dict[str, Element]]:
        """Keep facts that are not known yet: they come back with their positions, and the elements as they are now."""
        ((last,),) = _LAST(connection)
        placed = [replace(one, position=last + 1 + number) for number, one in enumerate(new)]
        elements = self.known_elements(connection, record_id, [one.element for one in new])
        known = set(elements)
        newest: set[int] = set()
        older: list[dict[str, Any]] = []
        for one in placed:
            before = elements.get(one.element)
            after = elements[one.element] = joined(before, one)
            if after.columns[one.author] is not one:
                continue
            newest.add(one.position)
            replaced = None if before is None else before.columns.get(one.author)
            if replaced is not None and replaced.position > last:
                newest.discard(replaced.position)
            elif replaced is not None:
                older.append({"of_position": replaced.position})
        if older:
            _OLDER.many(connection, older)
        if placed:
            _INSERT.many(connection, [_row(record_id, one, one.position in newest, officer_id) for one in placed])
        self._look_again(connection, record_id, elements.values(), known)
        return placed, elements

    def widen(self, connection: Connection, positions: Sequence[int], peer: str) -> None:
        """Facts for some members only, of which we have forgotten for whom: a member that holds them is one."""
        for one in self.at(connection, positions):
            if one.audience is not None and peer not in one.audience:
                audience = json.dumps(sorted({*one.audience, peer}))
                connection.execute(fact_table.update().where(_fact.position == one.position).values(audience=audience))

    def _look_again(self, connection: Connection, record_id: str, elements: Iterable[Element], known: set[str]) -> None:
        rows, keys = [], []
        for element in elements:
            glance = self._shape.look(element)
            if element.id in known:
                keys.append({"of_record": record_id, "of_element": element.id})
            rows.append(
                {
                    "record_id": record_id,
                    "element": element.id,
                    "kind": element.kind,
                    "gone": int(element.gone),
                    "line": glance.line[: limits.RECORD_GLANCE_CHARS],
                    "state": glance.state,
                    "sort_us": clock.to_us(glance.at or element.newest.known_at),
                    "changed": element.newest.position,
                    "found_by": findable(f"{glance.line} {glance.words}"),
                }
            )
        if keys:
            _FORGET.many(connection, keys)
        if rows:
            _ADD_ELEMENT.many(connection, rows)

    # --- out ------------------------------------------------------------------------------------------------------
    def known(self, connection: Connection, author: str, fact_ids: Sequence[str]) -> dict[str, tuple[str, bytes, int]]:
        """Record, content and position of an author's facts with these ids, in whatever record."""
        rows = _KNOWN(connection, fact_ids, {"of_author": author})
        return {row[0]: (row[1], bytes(row[2]), row[3]) for row in rows}

    def taken(
        self, connection: Connection, record_id: str, element: str, author: str, version: int
    ) -> Statement | None:
        """The fact that has this place already."""
        parameters = {"of_element": element, "of_record": record_id, "of_author": author, "of_version": version}
        rows = _AT.rows(connection, parameters)
        return None if not rows else self.statement(rows[0])

    def element(self, connection: Connection, record_id: str, element_id: str) -> Element | None:
        """One element as it is now."""
        rows = _COLUMNS.rows(connection, {"of_element": element_id, "of_record": record_id})
        if not rows:
            return None
        columns = {row.author: self.statement(row) for row in rows}
        return Element(id=element_id, kind=rows[0].kind, columns=columns)

    def elements(self, connection: Connection, record_id: str, ids: Sequence[str]) -> list[Element]:
        """These elements, in this order; those that do not exist are left out."""
        found = self.known_elements(connection, record_id, ids)
        return [found[one] for one in ids if one in found]

    def known_elements(self, connection: Connection, record_id: str, ids: Sequence[str]) -> dict[str, Element]:
        """Those of these elements that exist, by their ids."""
        found: dict[str, dict[str, Statement]] = {}
        for row in _COLUMNS_OF(connection, list(dict.fromkeys(ids)), {"of_record": record_id}):
            statement = self.statement(_Row(*row))
            found.setdefault(statement.element, {})[statement.author] = statement
        return {
            one: Element(id=one, kind=next(iter(columns.values())).kind, columns=columns)
            for one, columns in found.items()
        }

    def versions(self, connection: Connection, record_id: str, element_id: str) -> list[Statement]:
        """Everything that was ever stated of an element, in the order in which this node came to know it."""
        query = (
            sa.select(fact_table)
            .where(_fact.element == element_id, _fact.record_id == record_id)
            .order_by(_fact.position.desc())
            .limit(limits.RECORD_LOOK_FACTS)
        )
        return [self.statement(row) for row in connection.execute(query)][::-1]

    def history(
        self, connection: Connection, record_id: str, *, after: int = 0, before: int | None = None, rows: int
    ) -> list[Statement]:
        """What came into a record, the newest first: `after` a position, `before` where a page ended."""
        query = sa.select(fact_table).where(_fact.record_id == record_id, _fact.position > after)
        if before is not None:
            query = query.where(_fact.position < before)
        query = query.order_by(_fact.position.desc()).limit(rows)
        return [self.statement(row) for row in connection.execute(query)]

    def walk(self, connection: Connection, record_id: str, author: str | None = None) -> Iterator[Statement]:
        """Every fact of a record in the order of positions, read as it is taken."""
        query = sa.select(fact_table).where(_fact.record_id == record_id).order_by(_fact.position)
        if author is not None:
            query = query.where(_fact.author == author)
        for row in connection.execute(query.execution_options(yield_per=limits.RECORD_LOOK_FACTS)):
            yield self.statement(row)

    def at(self, connection: Connection, positions: Sequence[int]) -> list[Statement]:
        """The facts at these positions, in their order."""
        found: list[Statement] = []
        for some in portions(positions):
            query = sa.select(fact_table).where(_fact.position.in_(some)).order_by(_fact.position)
            found += [self.statement(row) for row in connection.execute(query)]
        return found

    def place_of(self, connection: Connection, author: str, fact_ids: Sequence[str]) -> list[int]:
        """The positions of these facts of an author."""
        return [row[3] for row in _KNOWN(connection, fact_ids, {"of_author": author})]

    def officers(self, connection: Connection, record_id: str, element_id: str) -> dict[str, str]:
        """Which account here stated which fact of an element. Never travels."""
        query = sa.select(_fact.id, _fact.officer_id).where(
            _fact.record_id == record_id, _fact.element == element_id, _fact.officer_id.is_not(None)
        )
        return {row.id: row.officer_id for row in connection.execute(query)}

    def room_for(self, connection: Connection, record_id: str, author: str, many: int) -> bool:
        """Whether an author may have so many facts more in a record; counted only where there may be too many."""
        ((every,),) = _LAST(connection)
        if every + many <= limits.RECORD_FACTS_MAX:
            return True
        return self.count_of(connection, record_id, author) + many <= limits.RECORD_FACTS_MAX

    def count_of(self, connection: Connection, record_id: str, author: str) -> int:
        """How many facts an author has in a record."""
        query = sa.select(sa.func.count()).where(_fact.record_id == record_id, _fact.author == author)
        return int(connection.execute(query).scalar_one())

    def statement(self, row: Any) -> Statement:
        """A row as the fold takes it."""
        return Statement(
            author=row.author,
            kind=row.kind,
            stated=self._decoder.decode(row.stated),
            known_at=clock.from_us(row.known_us),
            position=row.position,
            audience=None if row.audience is None else frozenset(json.loads(row.audience)),
        )


# --- lists --------------------------------------------------------------------------------------------------------
def listed(
    connection: Connection,
    record_id: str,
    kind: str,
    *,
    states: Sequence[str] = (),
    gone: bool = False,
    words: Sequence[str] = (),
    after: tuple[datetime, str] | None = None,
    since: datetime | None = None,
    newest_first: bool = False,
    rows: int,
) -> list[Any]:
    """Lines of elements of one kind by time: (element, line, state, at, changed). `after`: where a page ended."""
    columns = (_element.element, _element.line, _element.state, _element.sort_us, _element.changed)
    query = sa.select(*columns).where(
        _element.record_id == record_id, _element.kind == kind, _element.gone == int(gone)
    )
    if states:
        query = query.where(_element.state.in_(states))
    for word in words:
        query = query.where(_element.found_by.contains(word, autoescape=True))
    if since is not None:
        query = query.where(_element.sort_us >= clock.to_us(since))
    key = sa.tuple_(_element.sort_us, _element.element)
    if after is not None:
        edge = sa.tuple_(clock.to_us(after[0]), after[1])
        query = query.where(key < edge if newest_first else key > edge)
    order = (_element.sort_us, _element.element)
    query = query.order_by(*(one.desc() for one in order) if newest_first else order).limit(rows)
    return list(connection.execute(query))


def counts(connection: Connection, record_id: str) -> dict[tuple[str, str], int]:
    """How many elements hold, by kind and state."""
    query = (
        sa.select(_element.kind, _element.state, sa.func.count().label("many"))
        .where(_element.record_id == record_id, _element.gone == 0)
        .group_by(_element.kind, _element.state)
    )
    return {(row.kind, row.state): row.many for row in connection.execute(query)}


def _row(record_id: str, one: Statement, newest: bool, officer_id: str | None) -> dict[str, Any]:  # noqa: FBT001 - a row's column
    return {
        "position": one.position,
        "id": one.id,
        "record_id": record_id,
        "element": one.element,
        "author": one.author,
        "version": one.version,
        "kind": one.kind,
        "newest": int(newest),
        "takes_back": int(one.says is None),
        "known_us": clock.to_us(one.known_at),
        "stated": msgspec.json.encode(one.stated),
        "audience": None if one.audience is None else json.dumps(sorted(one.audience)),
        "officer_id": officer_id,
    }
