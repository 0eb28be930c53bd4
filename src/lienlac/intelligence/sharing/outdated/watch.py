"""When to look again at what peers have an older version of: once something has changed on which it depends.

That is what the share lets through, what was added to its collection, and whatever the journal tells of the collection:
marks set anew, objects deleted. Where there are many, not every object that comes makes all be looked at again at once.
What was last looked at is known by this process alone; a new one looks once more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from lienlac import journal, limits
from lienlac.intelligence.sharing.store.parting import gate
from lienlac.intelligence.store import collections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.asked import Agreements
    from lienlac.intelligence.sharing.rules.sifting import Gate
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.shares import Share

_REST: Final = timedelta(seconds=limits.INTEL_OUTDATED_REST_S)


class Glance(NamedTuple):
    """A look at a share's outdated objects from one of them on, and on what its outcome depends."""

    share: int
    began: datetime
    pieces: int
    after: int
    through: Gate
    last_us: int
    entry: int


class Glances:
    """Remembers how far each share has been looked at, and as what."""

    def __init__(self) -> None:
        self._last: dict[int, Glance] = {}
        """By share; `after` 0: to the end."""

    def due(self, connection: Connection, share: Share, agreements: Agreements, now: datetime) -> Glance | None:
        """What to look at next; None while nothing has changed, or where there is no agreement."""
        before = self._last.get(share.number)
        if before is not None and before.after:
            return before
        terms = agreements.terms_in_force(connection, share.peer)
        if terms is None:
            return None
        through, last_us = gate(connection, share, terms), collections.numbered(connection, share.collection).last_us
        entry = journal.newest(connection)
        if before is not None and before.through == through:
            if before.pieces > 1 and now - before.began < _REST:
                return None
            if before.last_us == last_us and not journal.said_since(connection, share.order.collection, before.entry):
                self._last[share.number] = before._replace(entry=entry)
                return None
        return Glance(share.number, now, 0, 0, through, last_us, entry)

    def done(self, glance: Glance, rows: Sequence[Given]) -> None:
        """These were looked at: the next are, or all have been."""
        more = len(rows) == limits.INTEL_OUTDATED_PIECE
        after = rows[-1].number if more else 0
        self._last[glance.share] = glance._replace(after=after, pieces=glance.pieces + 1)
