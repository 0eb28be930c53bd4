"""Several slices have things with clocks: asked as if they were one, in the order in which they were handed in.

Knows no slice: who has a thing is whoever knows its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.duty.alarms.alarm import Brief
    from lienlac.duty.handover.desk import OpenLine
    from lienlac.people.officer import Officer


class Source(Protocol):
    """Everything that duty asks whoever holds things with clocks."""

    def brief(self, connection: Connection, request_id: str, /) -> Brief | None:
        """The thing as duty needs it; None when there is none."""
        ...

    def stamps(self, connection: Connection, request_ids: Sequence[str], /) -> Mapping[str, int]:
        """For each thing a number that changes whenever it does."""
        ...

    def open_lines(self, officer: Officer, /, *, rows: int) -> tuple[Sequence[OpenLine], int]:
        """Open things that the officer may know of, and how many more there are."""
        ...


class Sources:
    """All of them."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)

    def brief(self, connection: Connection, request_id: str) -> Brief | None:
        """The thing, from whoever has it."""
        found = (source.brief(connection, request_id) for source in self._sources)
        return next((brief for brief in found if brief is not None), None)

    def stamps(self, connection: Connection, request_ids: Sequence[str]) -> dict[str, int]:
        """Everybody's numbers."""
        known: dict[str, int] = {}
        for source in self._sources:
            known.update(source.stamps(connection, request_ids))
        return known

    def open_lines(self, officer: Officer, *, rows: int) -> tuple[list[OpenLine], int]:
        """Everybody's open things, one after the other, and how many more there are."""
        lines: list[OpenLine] = []
        more = 0
        for source in self._sources:
            found, left_out = source.open_lines(officer, rows=rows)
            lines += found
            more += left_out
        return lines, more
