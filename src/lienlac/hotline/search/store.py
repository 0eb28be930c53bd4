"""A search: requests that hold every word of it, found in bounded time however many there are.

Two roads, chosen by how often the rarest word stands anywhere. Where it is rare, its requests are gathered from the
index of words, the other words are looked up for each, and what is left is put in order. Where every word is frequent,
so that hits lie close, the newest requests are looked through in their order; the page then says how far it looked, and
the next one goes on from there. Both ask the scope inside the SQL: nothing is dropped after it was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import limits
from lienlac.hotline.inbox.store import (
    Cursor,
    Page,
    behind,
    conditions,
    in_order,
    order_of,
    request_table,
    seen,
    summary,
    word_table,
)
from lienlac.identifiers.folding import BACKWARDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from lienlac.hotline.inbox.store import Filter, Summary
    from lienlac.people.rights import Scope

_IN_ONE: Final = 500
"""Ids in one question."""
_Found = list[tuple[int, str]]
"""Order value and id, in the order of the page."""


def page(connection: Connection, wanted: Filter, scope: Scope, *, after: Cursor | None = None, rows: int = 50) -> Page:
    """One page of requests with all these words. Its cursor may be set although it is not full: it looked so far."""
    rows = min(rows, limits.PAGE_MAX_ROWS)
    words = wanted.words[: limits.HOTLINE_QUERY_MAX_WORDS]
    standings = {word: _standings(connection, word) for word in words}
    rarest_first = sorted(words, key=standings.__getitem__)
    rare = standings[rarest_first[0]] < limits.SEARCH_RARE_MAX
    ids = _with_all(connection, rarest_first) if rare else None
    if ids is None:
        found, further = _looked_through(connection, wanted, scope, rarest_first, after, rows)
    else:
        found, further = _put_in_order(connection, wanted, scope, ids, after, rows), None
    shown = _summaries(connection, [request_id for _, request_id in found[:rows]])
    return Page(shown, Cursor(*found[rows - 1]) if len(found) > rows else further)


def _standings(connection: Connection, word: str) -> int:
    """How often a word stands anywhere, counted as far as it matters."""
    most = limits.SEARCH_RARE_MAX
    some = [sa.select(sa.literal(1)).where(one).limit(most).subquery() for one in _spellings(word)]
    return sum(int(connection.execute(sa.select(sa.func.count()).select_from(one)).scalar_one()) for one in some)


def _with_all(connection: Connection, words: Sequence[str]) -> list[str] | None:
    """The requests that hold all words, whoever may see them; None when they are too many to gather."""
    rarest, others = words[0], words[1:]
    ids: set[str] = set()
    for spelling in _spellings(rarest):
        query = sa.select(word_table.c.request_id).where(spelling, *(_holds(word_table, word) for word in others))
        ids |= set(connection.execute(query.limit(limits.SEARCH_GATHERED_MAX + 1)).scalars())
    return None if len(ids) > limits.SEARCH_GATHERED_MAX else sorted(ids)


def _put_in_order(
    connection: Connection, wanted: Filter, scope: Scope, ids: list[str], after: Cursor | None, rows: int
) -> _Found:
    """Those of these that the page may show, in its order."""
    table, order = request_table.c, order_of(wanted)
    found: _Found = []
    for some in _stretches(ids):
        query = sa.select(order, table.request_id).where(
            table.request_id.in_(some), *conditions(wanted, of_these=True), *behind(wanted, after), seen(scope)
        )
        found += [(int(value), request_id) for value, request_id in connection.execute(query)]
    found.sort(reverse=not in_order(wanted).ascending)
    return found[: rows + 1]


def _looked_through(
    connection: Connection, wanted: Filter, scope: Scope, words: Sequence[str], after: Cursor | None, rows: int
) -> tuple[_Found, Cursor | None]:
    """Hits among the next requests of the page's order, and how far it looked when they did not fill it."""
    order = order_of(wanted)
    looked = (
        sa.select(order.label("place"), request_table.c.request_id)
        .where(*conditions(wanted), *behind(wanted, after), seen(scope))
        .order_by(*in_order(wanted).by)
    )
    near = looked.limit(limits.SEARCH_LOOKED_THROUGH_MAX).subquery()
    hits = sa.select(near.c.place, near.c.request_id).where(*(_holds(near, word) for word in words))
    found = [(int(place), request_id) for place, request_id in connection.execute(hits.limit(rows + 1))]
    found.sort(reverse=not in_order(wanted).ascending)  # as they came: the database need not promise it
    if len(found) > rows:
        return found, None
    last = connection.execute(looked.offset(limits.SEARCH_LOOKED_THROUGH_MAX - 1).limit(1)).one_or_none()
    return found, None if last is None else Cursor(int(last[0]), last[1])


def _summaries(connection: Connection, ids: list[str]) -> list[Summary]:
    """The lines of these requests, in this order."""
    lines: dict[str, Summary] = {}
    for some in _stretches(ids):
        query = sa.select(request_table).where(request_table.c.request_id.in_(some))
        lines |= {row.request_id: summary(row) for row in connection.execute(query)}
    return [lines[request_id] for request_id in ids]


def _stretches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _IN_ONE):
        yield ids[start : start + _IN_ONE]


def _holds(source: Any, word: str) -> sa.ColumnElement[bool]:
    """Whether the request of a row of `source` holds a word, in any spelling."""
    other = word_table.alias()
    return sa.or_(
        *(sa.exists().where(other.c.request_id == source.c.request_id, one) for one in _spellings(word, other))
    )


def _spellings(word: str, table: Any = word_table) -> list[sa.ColumnElement[bool]]:
    """Words that begin so; and for digits, numbers that end so."""
    begun = [word, BACKWARDS + word[::-1]] if word.isdigit() else [word]
    return [sa.and_(table.c.word >= one, table.c.word < one + "\U0010ffff") for one in begun]
