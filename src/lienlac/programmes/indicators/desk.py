"""The indicators of a node: hears of requests, and gives figures of a quarter between two authorities.

Figures are made of every request between the two, whoever may see it here: both sides must come to the same. Who may
see them is decided by whoever asks for them (docs/decisions/0017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.programmes.indicators import store, watch
from lienlac.programmes.indicators.figures import figures_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.programmes.indicators.cell import Cell, Key
    from lienlac.programmes.indicators.quarter import Quarter
    from lienlac.records.measured import Measured, Measuring
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.programmes import Figures


class Indicators:
    """What is counted in one node."""

    def __init__(self, database: Database, source: Measuring) -> None:
        self._database = database
        self._source = source

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
        months = [month for quarter in quarters for month in quarter.months]
        cells, current = store.cells(connection, months)
        by_month: dict[str, dict[Key, Cell]] = {}
        for key, cell in cells.items():
            by_month.setdefault(key.month, {})[key] = cell
        found = [
            figures_of(
                {key: cell for month in quarter.months for key, cell in by_month.get(month, {}).items()},
                pair=pair,
                typologies=typologies,
                since=quarter.since,
                until=quarter.until,
            )
            for quarter in quarters
        ]
        return found, whole and current
