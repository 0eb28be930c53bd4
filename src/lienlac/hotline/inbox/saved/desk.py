"""Filters of the inbox that officers keep, each with the number of requests that it shows whoever looks.

How they are kept, shared and forgotten is `records.kept`. Words of a search are never kept, because they are account
numbers and names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.saved.store import FILTERS
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.lifecycle import Stage
from lienlac.interface.inbox import Choice
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.kept.desk import Keeping

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.records.kept.store import Saved
    from lienlac.storage.database import Database

SOON: Final = timedelta(hours=2)
"""What "due soon" means on the counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A filter with the number of requests that it shows this officer; `mine`: it is their own."""

    saved: Saved[Choice]
    count: int
    mine: bool


def wanted_of(choice: Choice, now: datetime) -> Filter:
    """What the inbox asks for a choice."""
    due = choice.due
    return Filter(
        direction=choice.direction,
        stage=Stage.OPEN if due else None if choice.stage == "all" else Stage(choice.stage),
        kind=choice.kind or None,
        urgency=choice.urgency or None,
        peer=choice.peer or None,
        state=choice.state or None,
        due_from=now if due == "soon" else None,
        due_until=now + SOON if due == "soon" else now if due == "overdue" else None,
    )


class SavedFilters(Keeping[Choice]):
    """Filters of one node's officers."""

    def __init__(self, *, database: Database, clock: Clock, chance: Chance) -> None:
        super().__init__(FILTERS, action=Action.REQUEST_READ, database=database, clock=clock, chance=chance)

    def listed(self, officer: Officer) -> list[Counted]:
        """The officer's own and those of their units, each with how many requests it shows them (bounded)."""
        rights.require(officer, Action.REQUEST_READ)
        now, scope = self.clock.now(), scope_of(officer)
        with self.database.read() as connection:
            return [
                Counted(
                    saved=saved,
                    count=lines.count(connection, wanted_of(saved.choice, now), scope),
                    mine=saved.officer_id == officer.id,
                )
                for saved in self.filters.known_to(connection, officer.id, officer.units)
            ]
