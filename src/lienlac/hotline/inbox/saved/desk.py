"""An officer keeps a filter under a name, shares it with a unit, opens the inbox with it, or forgets it.

What a filter shows is asked anew each time with the scope of whoever looks: sharing one shares no request. Words of a
search are never kept, because they are account numbers and names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.saved import store
from lienlac.hotline.inbox.saved.store import Saved
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.lifecycle import Stage
from lienlac.people import rights
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.interface.inbox import Choice
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

SOON: Final = timedelta(hours=2)
"""What "due soon" means on the counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A filter with the number of requests that it shows this officer; `mine`: it is their own."""

    saved: Saved
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


class SavedFilters:
    """Filters of one node's officers."""

    def __init__(self, *, database: Database, clock: Clock, chance: Chance) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance

    def listed(self, officer: Officer) -> list[Counted]:
        """The officer's own and those of their units, each with how many requests it shows them (bounded)."""
        rights.require(officer, Action.REQUEST_READ)
        now, scope = self._clock.now(), scope_of(officer)
        with self._database.read() as connection:
            return [
                Counted(
                    saved=saved,
                    count=lines.count(connection, wanted_of(saved.choice, now), scope),
                    mine=saved.officer_id == officer.id,
                )
                for saved in store.known_to(connection, officer.id, officer.units)
            ]

    def preferred(self, officer: Officer) -> Choice | None:
        """With what the officer's inbox opens; None is everything open that came in."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            found = store.preferred(connection, officer.id)
        return None if found is None else found.choice

    def save(
        self, officer: Officer, name: str, choice: Choice, *, unit: str | None = None, preferred: bool = False
    ) -> Saved:
        """Keep it; an own one of that name gives way.

        Raises `Refused("line-…" | "unit-not-own")`, `NotAllowed("too-many-filters")`.
        """
        rights.require(officer, Action.REQUEST_READ)
        if unit and unit not in officer.units:
            raise Refused("unit-not-own", field="unit")
        saved = Saved(
            id=ids.new_id("flt", self._chance),
            officer_id=officer.id,
            unit_id=unit or None,
            name=parse_line(name, "name"),
            choice=choice,
            preferred=preferred,
        )

        def work(connection: Connection) -> Saved:
            if preferred:
                store.prefer(connection, officer.id, None)
            store.put(connection, saved, self._clock.now())
            if store.count_of(connection, officer.id) > limits.FILTERS_PER_OFFICER:
                raise NotAllowed("too-many-filters", limit=limits.FILTERS_PER_OFFICER)
            return saved

        return self._database.write(work)

    def prefer(self, officer: Officer, filter_id: str | None) -> None:
        """Open the inbox with one's own filter, or (None) as ever. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.REQUEST_READ)

        def work(connection: Connection) -> None:
            if not store.prefer(connection, officer.id, filter_id):
                raise NotAllowed("not-found")

        self._database.write(work)

    def remove(self, officer: Officer, filter_id: str) -> None:
        """Forget one's own filter; anybody else's is not there. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.REQUEST_READ)

        def work(connection: Connection) -> None:
            if not store.remove(connection, officer.id, filter_id):
                raise NotAllowed("not-found")

        self._database.write(work)
