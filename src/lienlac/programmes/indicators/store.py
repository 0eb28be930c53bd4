"""Tables of the indicators: a row for each request and each cell, which cells are stale, how far one has read.

Decides nothing. A cell is counted from its rows after its marks were taken away, so that a mark that comes meanwhile
stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from lienlac import limits
from lienlac.programmes.indicators.cell import Cell, Key, counted
from lienlac.programmes.indicators.quarter import month_of
from lienlac.records.measured import Measured
from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

RULES: Final = 1
"""Changes whenever the same request would make another row: every request is then read again."""
_CELL_CHARS: Final = 240

request_table = sa.Table(
    "indicator_request",
    metadata,
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Column("cell", sa.String(_CELL_CHARS), nullable=False),
    sa.Column("says", sa.LargeBinary, nullable=False),
    sa.Index("ix_indicator_request_cell", "cell"),
)
cell_table = sa.Table(
    "indicator_cell",
    metadata,
    sa.Column("cell", sa.String(_CELL_CHARS), primary_key=True),
    sa.Column("month", sa.Integer, nullable=False, index=True),
    sa.Column("says", sa.LargeBinary, nullable=False),
)
stale_table = sa.Table(
    "indicator_stale",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("month", sa.Integer, nullable=False, index=True),
    sa.Column("cell", sa.String(_CELL_CHARS), nullable=False, index=True),
)
month_table = sa.Table(
    "indicator_month",
    metadata,
    sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.BigInteger, nullable=False),
)
"""How often cells of a month were counted: whoever keeps what was made of them sees by it whether it still holds."""
reader_table = sa.Table(
    "indicator_reader",
    metadata,
    sa.Column("rules", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("after", sa.String(40), nullable=False),
    sa.Column("done", sa.SmallInteger, nullable=False),
)

_encoder = msgspec.msgpack.Encoder()
_rows = msgspec.msgpack.Decoder(Measured)
_cells = msgspec.msgpack.Decoder(Cell)

_CELL_OF = Quick(sa.select(request_table.c.cell).where(request_table.c.request_id == sa.bindparam("of_request")))
_SAYS_OF = Quick(sa.select(request_table.c.says).where(request_table.c.request_id == sa.bindparam("of_request")))
_FORGET = Quick(request_table.delete().where(request_table.c.request_id == sa.bindparam("of_request")))
_ADD = Quick(request_table.insert(), ["request_id", "cell", "says"])
_STALE = Quick(stale_table.insert(), ["month", "cell"])
_MARKED = Quick(sa.select(stale_table.c.cell).distinct().limit(sa.bindparam("most", type_=sa.Integer)))
_UNMARK = Quick(stale_table.delete().where(stale_table.c.cell == sa.bindparam("of_cell")))
_STALE_WITHIN = Quick(
    sa.select(stale_table.c.cell)
    .where(stale_table.c.month >= sa.bindparam("since"), stale_table.c.month <= sa.bindparam("until"))
    .distinct()
)
_ANY_STALE = Quick(sa.select(stale_table.c.number).limit(1))
_OF_CELL = Quick(sa.select(request_table.c.says).where(request_table.c.cell == sa.bindparam("of_cell")))
_COUNT_OF_CELL = Quick(
    sa.select(sa.func.count()).select_from(request_table).where(request_table.c.cell == sa.bindparam("of_cell"))
)
_CELLS_WITHIN = Quick(
    sa.select(cell_table.c.cell, cell_table.c.says).where(
        cell_table.c.month >= sa.bindparam("since"), cell_table.c.month <= sa.bindparam("until")
    )
)
_COUNTS_WITHIN = Quick(
    sa.select(month_table.c.month, month_table.c["count"]).where(
        month_table.c.month >= sa.bindparam("since"), month_table.c.month <= sa.bindparam("until")
    )
)
_FORGET_COUNT = Quick(month_table.delete().where(month_table.c.month == sa.bindparam("of_month")))
_ADD_COUNT = Quick(month_table.insert(), ["month", "count"])
_DROP_CELL = Quick(cell_table.delete().where(cell_table.c.cell == sa.bindparam("of_cell")))
_ADD_CELL = Quick(cell_table.insert(), ["cell", "month", "says"])


def key_of(measured: Measured) -> Key:
    """The cell that counts a request."""
    return Key(month_of(measured.received_at), measured.requester, measured.executor, measured.kind, measured.typology)


# --- rows ---------------------------------------------------------------------------------------------------------
def put(connection: Connection, request_id: str, measured: Measured | None) -> bool:
    """The request as it counts now, or not at all; whether that is new."""
    known = _SAYS_OF(connection, {"of_request": request_id})
    says = None if measured is None else _encoder.encode(measured)
    if (bytes(known[0][0]) if known else None) == says:
        return False
    if known:
        ((before,),) = _CELL_OF(connection, {"of_request": request_id})
        _FORGET(connection, {"of_request": request_id})
        _mark(connection, before)
    if measured is not None:
        cell = key_of(measured).text
        _ADD(connection, {"request_id": request_id, "cell": cell, "says": says})
        _mark(connection, cell)
    return True


def _mark(connection: Connection, cell: str) -> None:
    _STALE(connection, {"month": _month(cell), "cell": cell})


def _month(text: str) -> int:
    """The number of the month with which a text begins: what a range is asked by, whatever the collation."""
    return int(text[:4]) * 12 + int(text[5:7])


def _span(months: Sequence[str]) -> dict[str, object]:
    return {"since": _month(months[0]), "until": _month(months[-1])}


# --- cells --------------------------------------------------------------------------------------------------------
def settle(connection: Connection) -> bool:
    """Count some stale cells anew; whether there were any.

    The mark goes before the rows are read: one that is committed in between stays, and its cell is counted again.
    """
    marked = [cell for (cell,) in _MARKED(connection, {"most": limits.INDICATOR_CELLS_AT_ONCE})]
    rows = 0
    months: set[int] = set()
    for cell in marked:
        if rows >= limits.INDICATOR_ROWS_AT_ONCE:
            break
        _UNMARK(connection, {"of_cell": cell})
        found = _count(connection, cell)
        _DROP_CELL(connection, {"of_cell": cell})
        if found.requests:
            _ADD_CELL(connection, {"cell": cell, "month": _month(cell), "says": _encoder.encode(found)})
        rows += found.requests
        months.add(_month(cell))
    for month in sorted(months):
        counts = _COUNTS_WITHIN(connection, {"since": month, "until": month})
        _FORGET_COUNT(connection, {"of_month": month})
        _ADD_COUNT(connection, {"month": month, "count": counts[0][1] + 1 if counts else 1})
    return bool(marked)


def counts(connection: Connection, months: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """How often each of the months that follow each other was counted, and whether that is as the requests are now."""
    span = _span(months)
    counted_of = dict(_COUNTS_WITHIN(connection, span))
    stale = {_month(cell) for (cell,) in _STALE_WITHIN(connection, span)}
    return {month: (counted_of.get(_month(month), 0), _month(month) not in stale) for month in months}


def cells(
    connection: Connection, months: Sequence[str], wanted: Callable[[Key], bool], *, rows_most: int
) -> tuple[dict[Key, Cell], int]:
    """The wanted cells of months that follow each other, and how many rows were counted for that.

    Stale ones are counted here as long as they have no more rows than that; of more, the last count is given, and the
    number of rows is above `rows_most`.
    """
    span = _span(months)
    made: dict[Key, Cell] = {}
    for cell, says in _CELLS_WITHIN(connection, span):
        key = Key.read(cell)
        if wanted(key):
            made[key] = _cells.decode(says)
    rows = 0
    for (cell,) in _STALE_WITHIN(connection, span):
        key = Key.read(cell)
        if not wanted(key):
            continue
        ((count,),) = _COUNT_OF_CELL(connection, {"of_cell": cell})
        rows += count
        if rows > rows_most:
            break
        made[key] = _count(connection, cell)
    return {key: one for key, one in made.items() if one.requests}, rows


def any_stale(connection: Connection) -> bool:
    """Whether the watch has cells to count."""
    return bool(_ANY_STALE(connection))


def _count(connection: Connection, cell: str) -> Cell:
    return counted(_rows.decode(says) for (says,) in _OF_CELL.stream(connection, {"of_cell": cell}))


# --- how far older requests are read ------------------------------------------------------------------------------
def reached(connection: Connection) -> tuple[str, bool]:
    """The last request that was read under the present rules, and whether there are no further ones."""
    row = connection.execute(sa.select(reader_table).where(reader_table.c.rules == RULES)).one_or_none()
    return ("", False) if row is None else (row.after, bool(row.done))


def reach(connection: Connection, after: str, *, done: bool) -> None:
    """So far has been read."""
    connection.execute(reader_table.delete())
    connection.execute(reader_table.insert().values(rules=RULES, after=after, done=int(done)))
