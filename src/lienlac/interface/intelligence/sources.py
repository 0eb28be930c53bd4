"""Who gave which collection how much, as programs see it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from lienlac import limits
from lienlac.interface.intelligence import IntelSource, MarksSaid
from lienlac.interface.parts import Cursor, Given, Rows, Told


class SourceQuery(Given, frozen=True, kw_only=True):
    """Which sources: of one kind of giver or of all."""

    giver: Literal["", "officer", "token", "peer", "feed", "file"] = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class SourceGave(Told, frozen=True, kw_only=True):
    """What a source has given one collection since the beginning, what was deleted or decided on since included.

    `stored` counts versions, `held` objects in quarantine. `marks` are the least that everything from there carries.
    """

    source: IntelSource
    marks: MarksSaid
    collection: str
    title: str
    stored: int
    held: int
    last_at: datetime


class SourcesPage(Told, frozen=True, kw_only=True):
    """One page: a line for each source and collection, those that gave something last first."""

    sources: list[SourceGave]
    next: str | None
