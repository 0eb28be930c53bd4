"""Requests as a source of indicators: each that changed, in its own transaction, and all of them in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac.hotline import store
from lienlac.hotline.inbox.store import request_table
from lienlac.hotline.measuring.measured import measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.hotline.request import Request
    from lienlac.records.measured import Hears, Measured


class Measures:
    """The hotline's part of the indicators. Where nobody hears it tells nothing."""

    def __init__(self) -> None:
        self.hears: list[Hears] = []

    def changed(self, connection: Connection, request: Request) -> None:
        """A message about a request was kept, or its receipt came."""
        if self.hears:
            found = measured(request)
            for hear in self.hears:
                hear(connection, request.id, found)

    def measured_after(self, connection: Connection, after: str, rows: int, /) -> Sequence[tuple[str, Measured | None]]:
        """Requests by id, as they count now."""
        column = request_table.c.request_id
        ids = connection.execute(sa.select(column).where(column > after).order_by(column).limit(rows)).scalars()
        found = ((one, store.request(connection, one)) for one in ids.all())
        return [(one, None if request is None else measured(request)) for one, request in found]
