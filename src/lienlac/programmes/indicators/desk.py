"""The indicators of a node: hears of requests, and gives figures of a quarter between two authorities.

Figures are made of every request between the two, whoever may see it here: both sides must come to the same. Who may
see them is decided by whoever asks for them (docs/decisions/0017).

The figures of a quarter are kept, with how often its months had been counted when they were made: as long as that is
so, and no change waits to be counted, they are what would be computed again. So a question about years costs no more
than its quarters in which something has happened since.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.programmes.indicators import store, watch
from lienlac.programmes.indicators.figures import covered_by, figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.programmes.indicators.cell import Key
    from lienlac.programmes.indicators.quarter import Quarter
    from lienlac.records.measured import Measured, Measuring
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.programmes import Figures

    _Question = tuple[Quarter, str, str, tuple[str, ...]]
    """A quarter, two authorities and kinds of crime, in their order."""


class Indicators:
    """What is counted in one node."""

    def __init__(self, database: Database, source: Measuring) -> None:
        self._database = database
        self._source = source
        self._kept: OrderedDict[_Question, tuple[tuple[int, ...], Figures]] = OrderedDict()
        self._lock = Lock()

    def heard(self, connection: Connection, request_id: str, measured: Measured | None, /) -> None:
        """A request changed, in this transaction."""
        store.put(connection, request_id, measured)

    def watch(self) -> bool:
        """One step of what is to be counted; False when nothing is."""
        return watch.step(self._database, self._source)

    def of_quarters(
        self, connection: Connection, quarters: Sequence[Quarter], *, pair: tuple[str, str], typologies: Sequence[str]
    ) -> tuple[list[Figures], bool]:
        """The figures of quarters that follow each other, and whether they are as the requests are now."""
        _after, whole = store.reached(connection)
        first, second = sorted(pair)
        counts = store.counts(connection, [month for quarter in quarters for month in quarter.months])
        found, rows_left = [], limits.INDICATOR_FRESH_ROWS
        for quarter in quarters:
            question = (quarter, first, second, tuple(sorted(typologies)))
            counted = tuple(counts[month][0] for month in quarter.months)
            settled = all(counts[month][1] for month in quarter.months)
            figures = self._known(question, counted) if settled else None
            if figures is None:
                figures, rows = _computed(connection, question, max(rows_left, 0))
                rows_left -= rows
            if settled:
                self._keep(question, counted, figures)
            found.append(figures)
        return found, whole and rows_left >= 0

    def _known(self, question: _Question, counted: tuple[int, ...]) -> Figures | None:
        with self._lock:
            kept = self._kept.get(question)
        return kept[1] if kept is not None and kept[0] == counted else None

    def _keep(self, question: _Question, counted: tuple[int, ...], figures: Figures) -> None:
        with self._lock:
            self._kept[question] = (counted, figures)
            self._kept.move_to_end(question)
            while len(self._kept) > limits.INDICATOR_QUARTERS_KEPT:
                self._kept.popitem(last=False)


def _computed(connection: Connection, question: _Question, rows_most: int) -> tuple[Figures, int]:
    """The figures, and how many rows were counted for them; more than `rows_most` when that was not done."""
    quarter, first, second, typologies = question
    covered = covered_by(typologies)

    def wanted(key: Key) -> bool:
        return key.typology in covered and {key.requester, key.executor} == {first, second}

    cells, rows = store.cells(connection, quarter.months, wanted, rows_most=rows_most)
    figures = figures_of(cells, pair=(first, second), typologies=typologies, since=quarter.since, until=quarter.until)
    return figures, rows
