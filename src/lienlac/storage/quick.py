"""Statements for the hottest paths: compiled once for each product, then run by the driver itself.

SQLAlchemy's own way costs 40 to 80 microseconds a statement, and several times that where the statement is built anew;
this costs 5 to 15. The price: no expanding IN, no conversion of what is given (bytes, text and integers only). What
comes back are plain tuples as the driver gives them (a boolean comes back from SQLite as 0 or 1), or with `rows` named
ones, converted as SQLAlchemy does it. Errors are those of the driver; `storage.faults` knows them.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import bindparam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection
    from sqlalchemy.sql import ClauseElement

_NOTHING: Final[Mapping[str, object]] = {}
_WIDTHS: Final = (1, 16, 200, 1_000)
"""Lengths of lists: every product takes twenty times as many values as the longest."""
_NAMES: Final = tuple(f"one{place}" for place in range(_WIDTHS[-1]))
_PIECE_ROWS: Final = 200
"""Rows that a stream fetches at once."""


class _Compiled(NamedTuple):
    """A statement for one product: its text, the order of its parameters where they have one, and what is fixed."""

    text: str
    order: tuple[str, ...] | None
    fixed: dict[str, object]
    row: type[Any]
    """Made of a result's row; its fields are the columns' names."""
    converted: list[tuple[int, Callable[[Any], Any]]]
    """Places of a row that the driver gives in another type than SQLAlchemy does."""


class Quick:
    """One statement. `columns` are the columns that an insert or update sets, all of the table when left out.

    Parameters are given by name: of the columns, or of the statement's `bindparam`s.
    """

    __slots__ = ("_columns", "_compiled", "_statement")

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, connection: Connection, parameters: Mapping[str, object] = _NOTHING) -> list[tuple[Any, ...]]:
        """Run it once; the rows, if it gives any."""
        text, order, fixed, _row, _converted = self._for(connection)
        driver = _driver(connection)
        try:
            cursor = driver.execute(text, _arguments(order, fixed, parameters))
            return list(cursor.fetchall()) if cursor.description is not None else []
        except Exception:
            _give_up_if_undone(connection, driver)
            raise

    def rows(self, connection: Connection, parameters: Mapping[str, object] = _NOTHING) -> list[Any]:
        """Run it once; its rows with their columns by name, in the types that SQLAlchemy gives."""
        _text, _order, _fixed, row, converted = self._for(connection)
        found = self(connection, parameters)
        if not converted:
            return [row._make(one) for one in found]
        made = []
        for one in found:
            values = list(one)
            for place, convert in converted:
                values[place] = convert(values[place])
            made.append(row._make(values))
        return made

    def stream(self, connection: Connection, parameters: Mapping[str, object] = _NOTHING) -> Iterator[tuple[Any, ...]]:
        """Run a query in a snapshot; its rows come as they are taken, and whoever has enough stops.

        A server hands out what is asked for piece by piece; SQLite reads a row when it is its turn.
        """
        text, order, fixed, _row, _converted = self._for(connection)
        driver = _driver(connection)
        if connection.dialect.name == "postgresql":
            cursor = driver.cursor(name="lienlac_stream")
            cursor.itersize = _PIECE_ROWS
        else:
            cursor = driver.cursor()
        try:
            cursor.execute(text, _arguments(order, fixed, parameters))
            while rows := cursor.fetchmany(_PIECE_ROWS):
                yield from rows
        finally:
            cursor.close()

    def many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Run it for each of the parameter sets."""
        if len(rows) == 1:  # the driver's way for many costs twice as much for one
            self(connection, rows[0])
            return
        text, order, fixed, _row, _converted = self._for(connection)
        driver = _driver(connection)
        try:
            driver.cursor().executemany(text, [_arguments(order, fixed, row) for row in rows])
        except Exception:
            _give_up_if_undone(connection, driver)
            raise

    def tuples(self, connection: Connection, names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
        """As `many`, for thousands: the values of each row in the order of the names, passed on as they stand."""
        text, order, _fixed, _row, _converted = self._for(connection)
        driver = _driver(connection)
        try:
            if order is None:
                driver.cursor().executemany(text, [dict(zip(names, row, strict=True)) for row in rows])
            elif order == names:
                driver.cursor().executemany(text, rows)
            else:
                places = [names.index(name) for name in order]
                driver.cursor().executemany(text, [tuple(row[place] for place in places) for row in rows])
        except Exception:
            _give_up_if_undone(connection, driver)
            raise

    def _for(self, connection: Connection) -> _Compiled:
        found = self._compiled.get(connection.dialect.name)
        if found is None:
            compiled: Any = self._statement.compile(dialect=connection.dialect, column_keys=self._columns)
            if compiled.post_compile_params or compiled.literal_execute_params:
                msg = "an expanding IN cannot be compiled beforehand"
                raise ValueError(msg)
            order = tuple(compiled.positiontup) if compiled.positional else None
            names, kinds = [], []
            for column in compiled._result_columns:  # noqa: SLF001  # what a result is read by; there is no other way
                names.append(column.keyname)
                kinds.append(column.type.dialect_impl(connection.dialect).result_processor(connection.dialect, None))
            row = namedtuple("row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024  # named by the statement
            converted = [(place, convert) for place, convert in enumerate(kinds) if convert is not None]
            found = _Compiled(compiled.string, order, dict(compiled.params), row, converted)
            self._compiled[connection.dialect.name] = found
        return found


class QuickAmong:
    """A query by a list of values. SQLAlchemy builds a list anew each time, at three microseconds a value.

    The statement is made for a few widths, and the last value fills up what is left of the list: a value that stands in
    it twice changes nothing.
    """

    __slots__ = ("_for_width", "_made")

    def __init__(self, for_list: Callable[[list[BindParameter[Any]]], ClauseElement]) -> None:
        """`for_list`: the query, given what stands in the list."""
        self._for_width = for_list
        self._made: dict[int, Quick] = {}

    def __call__(
        self, connection: Connection, values: Sequence[object], parameters: Mapping[str, object] = _NOTHING
    ) -> list[tuple[Any, ...]]:
        """The rows for any number of values."""
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(values), _WIDTHS[-1]):
            some = values[start : start + _WIDTHS[-1]]
            width = next(width for width in _WIDTHS if width >= len(some))
            given = {name: some[min(place, len(some) - 1)] for place, name in enumerate(_NAMES[:width])}
            quick = self._made.get(width)
            if quick is None:
                quick = self._made[width] = Quick(self._for_width([bindparam(name) for name in _NAMES[:width]]))
            rows += quick(connection, {**given, **parameters})
        return rows


def _driver(connection: Connection) -> Any:
    """The driver's connection, inside SQLAlchemy's transaction."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


def _arguments(
    order: tuple[str, ...] | None, fixed: dict[str, object], parameters: Mapping[str, object]
) -> tuple[object, ...] | dict[str, object]:
    values = {**fixed, **parameters}
    return values if order is None else tuple(values[name] for name in order)


def _give_up_if_undone(connection: Connection, driver: Any) -> None:
    """When SQLite has dropped the whole transaction, nothing more may run as if it still stood."""
    if getattr(driver, "in_transaction", True) is False:
        connection.invalidate()
