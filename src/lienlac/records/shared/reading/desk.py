"""An officer reads: lists, a record's room, elements, history, what changed since they looked. Shares nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import scope_of
from lienlac.records.shared.finding import query_words
from lienlac.records.shared.fold import Part, top_element
from lienlac.records.shared.store import facts, lines, ways
from lienlac.releases.release import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action, Thing
    from lienlac.records.shared.fold import Element, Membership, Statement
    from lienlac.records.shared.keeping.desk import Keeper
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.store.ways import Way
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A record as an officer sees it on entering. `top`: what it is, each side's column; None before it has come.

    `counts`: how many elements hold, by kind and state; `ways`: how many of our facts are where, by member;
    `waiting`: what waits for a second officer; `seen`: the position up to which this officer had looked.
    `invitation`: what we were told when we were asked.
    """

    line: Line
    thing: Thing
    top: Element | None
    members: Sequence[Membership]
    counts: Mapping[tuple[str, str], int]
    ways: Mapping[str, Mapping[Way, int]]
    waiting: tuple[Release, ...]
    seen: int
    invitation: Any
    may_write: bool
    may_share: bool
    may_restrict: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One element with everything that was ever said of it, and where our own facts are, by position and member."""

    element: Element
    versions: Sequence[Statement]
    ways: Mapping[int, Mapping[str, tuple[Way, str | None]]]


class Reading:
    """What pages, programs and commands ask."""

    def __init__(self, keeper: Keeper, database: Database, releases: Releases) -> None:
        self._keeper = keeper
        self._shape = keeper.shape
        self._database = database
        self._releases = releases

    # --- lists ---
    def listed(
        self,
        officer: Officer,
        *,
        states: Sequence[str] = (),
        parts: Sequence[str] = (),
        words: str = "",
        after: tuple[datetime, str] | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[Line]:
        """Records that the officer may know of, the last changed first."""
        rights.require(officer, self._shape.rights.reads)
        with self._database.read() as connection:
            return lines.listed(
                connection, scope_of(officer), self._shape.name, states=states, parts=parts, words=query_words(words),
                after=after, rows=rows, bodies=self._shape.bodies_found,
            )  # fmt: skip

    def invited(self, connection: Connection, officer: Officer) -> int:
        """How many invitations wait for an answer, of what the officer may know of."""
        if not rights.may(officer, self._shape.rights.reads):
            return 0
        return lines.count(connection, scope_of(officer), self._shape.name, (Part.INVITED.value,))

    # --- one record ---
    def found(self, connection: Connection, officer: Officer, action: Action, name: str) -> tuple[Line, Thing]:
        """A record by id or reference, for somebody who may do this to it.

        Raises `NotAllowed("not-found" | "not-allowed" | "reference-ambiguous")`.
        """
        rights.require(officer, self._shape.rights.reads)
        known = lines.visible(connection, scope_of(officer), name, self._shape.name)
        if len(known) > 1:
            raise NotAllowed("reference-ambiguous", reference=name)
        if not known:
            raise NotAllowed("not-found")
        thing = access.thing(connection, known[0].id, self._shape.name)
        rights.require(officer, action, thing)
        return known[0], thing

    def room(self, officer: Officer, name: str) -> Room:
        """A record on entering. Raises `NotAllowed("not-found")`."""
        asked, keeper = self._shape.rights, self._keeper
        with self._database.read() as connection:
            line, thing = self.found(connection, officer, asked.reads, name)
            waiting = self._releases.open_about(connection, officer, thing)
            told = lines.invitation(connection, line.id)
            return Room(
                line=line,
                thing=thing,
                top=keeper.facts.element(connection, line.id, top_element(line.id)),
                members=keeper.members(connection, line),
                counts=facts.counts(connection, line.id),
                ways=ways.counts(connection, line.id),
                waiting=tuple(one for one in waiting if one.state is State.WAITING),
                seen=lines.seen(connection, officer.id, line.id),
                invitation=None if told is None else msgspec.json.decode(told[0], type=self._shape.invited),
                may_write=line.part is Part.IN and rights.may(officer, asked.writes, thing),
                may_share=rights.may(officer, asked.shares, thing),
                may_restrict=rights.may(officer, asked.restricts, thing),
            )

    def elements(
        self,
        officer: Officer,
        name: str,
        kind: str,
        *,
        states: Sequence[str] = (),
        gone: bool = False,
        words: str = "",
        after: tuple[datetime, str] | None = None,
        since: datetime | None = None,
        newest_first: bool = False,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[tuple[Element, datetime]]:
        """Elements of one kind by time, each with where it stands in time, for the next page's `after`."""
        with self._database.read() as connection:
            line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
            found = facts.listed(
                connection, line.id, kind, states=states, gone=gone, words=query_words(words), after=after,
                since=since, newest_first=newest_first, rows=rows,
            )  # fmt: skip
            at = {row.element: row.sort_us for row in found}
            every = self._keeper.facts.elements(connection, line.id, [row.element for row in found])
        return [(one, clock.from_us(at[one.id])) for one in every]

    def some(self, officer: Officer, name: str, element_ids: Sequence[str]) -> dict[str, Element]:
        """Elements by their ids; those that do not exist are left out."""
        with self._database.read() as connection:
            line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
            wanted = list(dict.fromkeys(element_ids))[: limits.RECORD_LOOK_FACTS]
            return {one.id: one for one in self._keeper.facts.elements(connection, line.id, wanted)}

    def told(self, officer: Officer, name: str, element_id: str) -> Told:
        """One element with all its versions. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
            element = self._keeper.facts.element(connection, line.id, element_id)
            if element is None:
                raise NotAllowed("not-found")
            versions = self._keeper.facts.versions(connection, line.id, element_id)
            ours = [one.position for one in versions if one.author == self._keeper.node_id]
            return Told(element=element, versions=versions, ways=ways.of_facts(connection, ours))

    def history(
        self, officer: Officer, name: str, *, after: int = 0, before: int | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[Statement]:  # fmt: skip
        """What came into a record, the newest first."""
        with self._database.read() as connection:
            line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
            return self._keeper.facts.history(connection, line.id, after=after, before=before, rows=rows)

    def walk(self, connection: Connection, officer: Officer, name: str) -> Iterator[Statement]:
        """Every fact of a record, read as it is taken, inside the caller's snapshot."""
        line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
        yield from self._keeper.facts.walk(connection, line.id)

    def see(self, officer: Officer, name: str) -> None:
        """The officer has looked: what is new from now on is new to them."""

        def work(connection: Connection) -> None:
            line, _thing = self.found(connection, officer, self._shape.rights.reads, name)
            if lines.seen(connection, officer.id, line.id) < line.changed:
                lines.see(connection, officer.id, line.id, line.changed)

        self._database.write(work)
