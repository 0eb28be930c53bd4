"""An officer keeps under a name what to look for, shares it with a unit, opens a page with it, or forgets it.

What it shows is asked anew each time with the scope of whoever looks: sharing one shares nothing that it finds. What is
chosen, and what of it must never be kept, the subject says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights
from lienlac.people.officer import parse_line
from lienlac.records.kept.store import C, Filters, Saved

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action
    from lienlac.storage.database import Database


class Keeping(Generic[C]):
    """What the officers of one node keep of one subject; `action` is what reads it."""

    def __init__(
        self, filters: Filters[C], *, action: Action, database: Database, clock: Clock, chance: Chance
    ) -> None:
        self.filters = filters
        self._action = action
        self.database = database
        self.clock = clock
        self._chance = chance

    def known(self, officer: Officer) -> list[Saved[C]]:
        """The officer's own and those of their units, by name."""
        rights.require(officer, self._action)
        with self.database.read() as connection:
            return self.filters.known_to(connection, officer.id, officer.units)

    def one(self, officer: Officer, filter_id: str) -> Saved[C]:
        """One of these. Raises `NotAllowed("not-found")`."""
        found = next((saved for saved in self.known(officer) if saved.id == filter_id), None)
        if found is None:
            raise NotAllowed("not-found")
        return found

    def preferred(self, officer: Officer) -> C | None:
        """With what the officer's page opens; None is as ever."""
        rights.require(officer, self._action)
        with self.database.read() as connection:
            found = self.filters.preferred(connection, officer.id)
        return None if found is None else found.choice

    def save(
        self, officer: Officer, name: str, choice: C, *, unit: str | None = None, preferred: bool = False
    ) -> Saved[C]:
        """Keep it; an own one of that name gives way.

        Raises `Refused("line-…" | "unit-not-own")`, `NotAllowed("too-many-filters")`.
        """
        rights.require(officer, self._action)
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

        def work(connection: Connection) -> Saved[C]:
            if preferred:
                self.filters.prefer(connection, officer.id, None)
            self.filters.put(connection, saved, self.clock.now())
            if self.filters.count_of(connection, officer.id) > limits.FILTERS_PER_OFFICER:
                raise NotAllowed("too-many-filters", limit=limits.FILTERS_PER_OFFICER)
            return saved

        return self.database.write(work)

    def prefer(self, officer: Officer, filter_id: str | None) -> None:
        """Open the page with one's own, or (None) as ever. Raises `NotAllowed("not-found")`."""
        rights.require(officer, self._action)

        def work(connection: Connection) -> None:
            if not self.filters.prefer(connection, officer.id, filter_id):
                raise NotAllowed("not-found")

        self.database.write(work)

    def remove(self, officer: Officer, filter_id: str) -> None:
        """Forget one's own; anybody else's is not there. Raises `NotAllowed("not-found")`."""
        rights.require(officer, self._action)

        def work(connection: Connection) -> None:
            if not self.filters.remove(connection, officer.id, filter_id):
                raise NotAllowed("not-found")

        self.database.write(work)
