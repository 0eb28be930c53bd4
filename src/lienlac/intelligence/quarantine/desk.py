"""An officer looks at what is held in quarantine, has it checked again, or dismisses it.

To check again is to bring in again, by the rules as they are now: what was marked too strictly, dated too far ahead, or
refused by an older version of the rules may pass. What is dismissed keeps its bytes and its reason for the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.adding.desk import checked
from lienlac.intelligence.shown import HeldOne
from lienlac.intelligence.store import collections, objects, quarantine, sources
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.intelligence.adding.desk import Adding, Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.outcome import Result
    from lienlac.intelligence.store.quarantine import Held, State
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database


class Find(Protocol):
    """The desk's way of finding a collection behind the gate."""

    def __call__(
        self, connection: Connection, officer: Officer, action: Action, collection_id: str, /
    ) -> tuple[Collection, Thing]:
        """Raises `NotAllowed`."""
        ...


class Quarantine:
    """What pages, programs and commands call."""

    def __init__(self, *, database: Database, clock: Clock, record: Record, find: Find, add: Adding) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find
        self._adding = add

    def listed(
        self,
        officer: Officer,
        *,
        collection_id: str = "",
        state: State = "held",
        before: int | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[tuple[Held, Collection]]:
        """What is held for the collections that the officer may know of, the newest first."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            mine = {one.number: one for one in collections.listed(connection, scope_of(officer), closed=True)}
            if collection_id:
                collection, _ = self._find(connection, officer, Action.INTEL_READ, collection_id)
                mine = {collection.number: collection}
            found = quarantine.listed(connection, list(mine), state=state, before=before, rows=rows)
        return [(one, mine[one.collection]) for one in found]

    def of_ids(self, officer: Officer, held_ids: Iterable[str]) -> dict[str, Held]:
        """Those of these that the officer may know of, by id; ids of a page, so that they are few."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            mine = [one.number for one in collections.listed(connection, scope_of(officer), closed=True)]
            return {one.id: one for one in quarantine.of_ids(connection, held_ids, mine)}

    def count(self, officer: Officer) -> int:
        """How many wait in the collections that the officer may know of."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return sum(one.held for one in collections.listed(connection, scope_of(officer)))

    def waiting(self, connection: Connection, officer: Officer) -> int:
        """How many wait, for officers who could do something about them."""
        if not rights.may(officer, Action.INTEL_ADD):
            return 0
        return sum(one.held for one in collections.listed(connection, scope_of(officer)))

    def show(self, officer: Officer, held_id: str) -> HeldOne:
        """One of them, with its bytes and those that it contradicts. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            held, raw, collection = self._held(connection, officer, Action.INTEL_READ, held_id)
            rival = objects.bytes_of(connection, [held.rival_us]).get(held.rival_us) if held.rival_us else None
            source = sources.named(connection, [held.source])[held.source]
        return HeldOne(held=held, collection=collection, source=source, raw=raw, rival=rival)

    def check_again(self, officer: Officer, held_id: str) -> Result:
        """By the rules as they are now. Raises `NotAllowed("not-found" | "intel-decided" | "intel-…")`."""
        rights.require(officer, Action.INTEL_ADD)

        def work(connection: Connection) -> Result:
            held, raw, collection = self._held(connection, officer, Action.INTEL_ADD, held_id)
            if held.state != "held":
                raise NotAllowed("intel-decided")
            source = sources.named(connection, [held.source])[held.source]
            outcome = self._adding.add(connection, checked([raw]), collection, source=source, by=officer.id)
            result = outcome.results[0]
            if result.state == "held":
                quarantine.reason(connection, held.id, result.code, result.details)
            else:
                self._decide(connection, officer, held, collection, "released")
            return result

        return self._database.write(work)

    def dismiss(self, officer: Officer, held_id: str) -> None:
        """It will not be used; it stays for the record. Raises `NotAllowed("not-found" | "intel-decided")`."""

        def work(connection: Connection) -> None:
            held, _, collection = self._held(connection, officer, Action.INTEL_DELETE, held_id)
            self._decide(connection, officer, held, collection, "dismissed")

        self._database.write(work)

    def _held(
        self, connection: Connection, officer: Officer, action: Action, held_id: str
    ) -> tuple[Held, bytes, Collection]:
        found = quarantine.find(connection, held_id)
        mine = {one.number: one for one in collections.listed(connection, scope_of(officer), closed=True)}
        if found is None or found[0].collection not in mine:
            raise NotAllowed("not-found")
        collection, _ = self._find(connection, officer, action, mine[found[0].collection].id)
        return *found, collection

    def _decide(
        self, connection: Connection, officer: Officer, held: Held, collection: Collection, state: State
    ) -> None:
        now = self._clock.now()
        if not quarantine.decide(connection, held.id, state, by=officer.id, at=now):
            raise NotAllowed("intel-decided")
        collections.count(connection, collection.number, held=-1)
        detail: dict[str, Any] = {"held": held.id, "code": held.code}
        action = "intel.release" if state == "released" else "intel.dismiss"
        self._record(connection, at=now, actor=officer.id, action=action, thing=collection.id, detail=detail)
