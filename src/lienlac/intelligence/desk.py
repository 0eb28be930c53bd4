"""An officer makes collections, brings objects in, looks, deletes; and `Intelligence`, the slice as others see it.

Reading goes through here too: a collection is looked up within the officer's scope, so that one that is hidden and one
that does not exist are the same to the database already. What a collection shows ends at its ceiling, inside the SQL.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, Protocol, cast

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.adding.desk import Adding, checked
from lienlac.intelligence.around.desk import Elsewhere, Rounds
from lienlac.intelligence.collection import KIND
from lienlac.intelligence.indexing.watch import Indexing
from lienlac.intelligence.marking.desk import Marking
from lienlac.intelligence.naming.desk import Index, Objects
from lienlac.intelligence.quarantine.desk import Quarantine
from lienlac.intelligence.search.desk import Looks, Search
from lienlac.intelligence.search.watch import Reads
from lienlac.intelligence.shown import Page, Seen
from lienlac.intelligence.store import collections, objects, sources
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.access.desk import NeedToKnow, Subject
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Given, Hears, Record
    from lienlac.intelligence.collection import Collection, Draft, Giver, Source
    from lienlac.intelligence.matching import Match
    from lienlac.intelligence.outcome import Outcome
    from lienlac.intelligence.store.objects import Row, Stored
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.stix.reading import Parcel
    from lienlac.storage.database import Database


class Gone(Protocol):
    """Hears, in the same transaction, that versions of an object were deleted."""

    def __call__(self, connection: Connection, collection: Collection, object_id: str, /) -> None:
        """What is left of it can be looked up."""
        ...


class Known(Index, Looks, Elsewhere, Protocol):
    """The index of identifiers: written to, and asked."""


SUBJECT: Final = Subject(kind=KIND, reads=Action.INTEL_READ, restricts=Action.COLLECTION_MANAGE)


class Intelligence:
    """The slice: what the assembly wires and what pages, programs and other slices call."""

    def __init__(
        self, *, database: Database, clock: Clock, chance: Chance, record: Record, index: Known | None = None
    ) -> None:
        """`index`: where the identifiers of objects are written down, soon after objects were stored."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self.adding = Adding(clock=clock, chance=chance, record=record)
        self.naming = Objects(index)
        self.indexing = Indexing(database)
        if index is not None:
            self.indexing.readers.append(self.naming)
        self.indexing.readers.append(Reads())
        self.adding.hears.append(self.indexing.stored)
        self.access = NeedToKnow(
            SUBJECT,
            database=database,
            clock=clock,
            record=record,
            find=self.find,
            changed=self.naming.seen_by,  # no page follows collections as they change
        )
        self.gone: list[Gone] = []
        reached = self.indexing.reached
        self.search = Search(database=database, clock=clock, chance=chance, record=record, index=index, reached=reached)
        self.rounds = Rounds(database=database, index=index, names=self.naming)
        self.marking = Marking(database=database, clock=clock, record=record, find=self.find)
        self.marking.changed.append(self.indexing.deleted)
        self.quarantine = Quarantine(database=database, clock=clock, record=record, find=self.find, add=self.adding)

    @property
    def hears(self) -> list[Hears]:
        """Who hears of new objects in the transaction that stores them."""
        return self.adding.hears

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    # --- collections ---
    def collections(self, officer: Officer, *, closed: bool = False) -> list[Collection]:
        """Those that the officer may know of, by title."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return collections.listed(connection, scope_of(officer), closed=closed)

    def collection(self, officer: Officer, collection_id: str) -> tuple[Collection, Thing]:
        """One of them, with what the gate knows of it. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            return self.find(connection, officer, Action.INTEL_READ, collection_id)

    def sources(
        self, officer: Officer, *, giver: Giver | None = None, before: sources.Place | None = None, rows: int
    ) -> list[tuple[sources.Gave, Collection]]:
        """Who gave what to the collections that the officer may know of, the last first."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            mine = {one.number: one for one in collections.listed(connection, scope_of(officer), closed=True)}
            found = sources.listed(connection, mine, giver=giver, before=before, rows=rows)
        return [(one, mine[one.collection]) for one in found]

    def find(
        self, connection: Connection, officer: Officer, action: Action, collection_id: str
    ) -> tuple[Collection, Thing]:
        """The collection of that id, for somebody who may do this to it. Raises `NotAllowed`."""
        collection = collections.find(connection, collection_id, scope_of(officer))
        if collection is None:
            raise NotAllowed("not-found")
        thing = access.thing(connection, collection.id, KIND)
        rights.require(officer, action, thing)
        return collection, thing

    def served(self, connection: Connection, officer: Officer, action: Action, collection_id: str) -> Collection:
        """As `find`, through the door for programs: open, and readable or writable there.

        What may not be read there is not there for whoever may not add to it either.
        """
        collection, _ = self.find(connection, officer, action, collection_id)
        if not collection.open or not self._has_door(officer, collection):
            raise NotAllowed("not-found")
        if not (collection.readable if action is Action.INTEL_READ else collection.writable):
            raise NotAllowed("not-allowed")
        return collection

    def offered(self, officer: Officer, collection_id: str) -> Collection:
        """One that is there for a program to read or to add to. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            collection, _ = self.find(connection, officer, Action.INTEL_READ, collection_id)
        if not collection.open or not self._has_door(officer, collection):
            raise NotAllowed("not-found")
        return collection

    @staticmethod
    def _has_door(officer: Officer, collection: Collection) -> bool:
        return collection.readable or (collection.writable and rights.may(officer, Action.INTEL_ADD))

    def create(self, officer: Officer, draft: Draft) -> Collection:
        """A new collection. Raises `NotAllowed("intel-title-taken" | "intel-collections-full")`."""
        rights.require(officer, Action.COLLECTION_MANAGE)

        def make(connection: Connection) -> Collection:
            if collections.full(connection):
                raise NotAllowed("intel-collections-full", limit=limits.INTEL_COLLECTIONS_MAX)
            if collections.taken(connection, draft.key):
                raise NotAllowed("intel-title-taken", field="title", title=draft.title)
            collection_id = str(uuid.UUID(bytes=self._chance.token(16), version=4))
            now = self._clock.now()
            collections.insert(connection, collection_id, draft, by=officer.id, at=now)
            self._note(connection, officer, "intel.collection-create", collection_id, ceiling=draft.ceiling)
            made, _ = self.find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            return made

        return self._database.write(make)

    def describe(self, officer: Officer, collection_id: str, draft: Draft) -> Collection:
        """Say anew what it is and what it holds. What is marked above a lowered ceiling stays, but no longer shows."""

        def change(connection: Connection) -> Collection:
            before, _ = self.find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            if not before.open:
                raise NotAllowed("intel-collection-closed", title=before.title)
            if collections.taken(connection, draft.key, but=before.number):
                raise NotAllowed("intel-title-taken", field="title", title=draft.title)
            collections.change(connection, before.number, draft)
            if draft.ceiling != before.ceiling:
                self.indexing.again(connection, before)
            detail = {"ceiling": draft.ceiling, "readable": draft.readable, "writable": draft.writable}
            self._note(connection, officer, "intel.collection-describe", before.id, **detail)
            after, _ = self.find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            return after

        return self._database.write(change)

    def close(self, officer: Officer, collection_id: str) -> Collection:
        """From now on it takes and gives nothing; what it holds stays for the record."""

        def shut(connection: Connection) -> Collection:
            before, _ = self.find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            if not before.open:
                raise NotAllowed("intel-collection-closed", title=before.title)
            collections.close(connection, before.number, self._clock.now())
            self._note(connection, officer, "intel.collection-close", before.id)
            after, _ = self.find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            return after

        return self._database.write(shut)

    # --- objects in ---
    def add(
        self,
        connection: Connection,
        parcel: Parcel | list[bytes] | list[Given],
        *,
        collection_id: str,
        source: Source,
        by: str,
    ) -> Outcome:
        """Objects into a collection, in the caller's transaction; the caller has asked the gate, or is the node itself.

        Best given what `checked` made of them before the transaction began: the writer is one for everybody.
        Raises `NotAllowed("not-found" | "intel-…")`, `Refused("intel-quarantine-full")`.
        """
        collection = collections.named(connection, collection_id)
        if collection is None:
            raise NotAllowed("not-found")
        return self.adding.add(connection, _given(parcel), collection, source=source, by=by)

    def bring(
        self,
        officer: Officer,
        collection_id: str,
        parcel: Parcel | list[bytes],
        *,
        source: Source,
        served: bool = False,
        then: Callable[[Connection, Outcome], None] | None = None,
    ) -> Outcome:
        """An officer's or a program's objects; `then` is done in the same transaction."""
        rights.require(officer, Action.INTEL_ADD)
        given = _given(parcel)

        def take(connection: Connection) -> Outcome:
            if served:
                collection = self.served(connection, officer, Action.INTEL_ADD, collection_id)
            else:
                collection, _ = self.find(connection, officer, Action.INTEL_ADD, collection_id)
            outcome = self.adding.add(connection, given, collection, source=source, by=officer.id)
            if then is not None:
                then(connection, outcome)
            return outcome

        return self._database.write(take)

    # --- objects out ---
    def page(
        self,
        officer: Officer,
        collection_id: str,
        match: Match,
        *,
        after_us: int,
        rows: int,
        raw: bool = True,
        served: bool = False,
    ) -> Page:
        """Versions that match, in the order in which they were added, bounded in number and in bytes."""
        with self._database.read() as connection:
            if served:
                collection = self.served(connection, officer, Action.INTEL_READ, collection_id)
            else:
                collection, _ = self.find(connection, officer, Action.INTEL_READ, collection_id)
            ceiling = marks.tlp.rank(collection.ceiling)
            found = objects.page(
                connection, collection.number, match, after_us=after_us, ceiling=ceiling, rows=rows + 1, raw=raw
            )
            taken: list[Row] = []
            size = 0
            for row in found:
                size += len(row.raw)
                if len(taken) == rows or (taken and size > limits.TAXII_PAGE_MAX_BYTES):
                    return Page(taken, more=True)
                taken.append(row)
        return Page(taken, more=False)

    def newest(
        self, officer: Officer, collection_id: str, *, before_us: int | None = None, type_: str = "", rows: int
    ) -> list[Stored]:
        """The objects added last, newest first."""
        with self._database.read() as connection:
            collection, _ = self.find(connection, officer, Action.INTEL_READ, collection_id)
            ceiling = marks.tlp.rank(collection.ceiling)
            return objects.newest(
                connection, collection.number, ceiling=ceiling, before_us=before_us, type_=type_, rows=rows
            )

    def hand_out(self, officer: Officer, collection_id: str, *, type_: str = "") -> Collection:
        """Write down that a collection, or what in it is of one type, is taken out as a file; `page` then gives it."""

        def note(connection: Connection) -> Collection:
            collection, _ = self.find(connection, officer, Action.INTEL_READ, collection_id)
            detail = {"form": "stix", **({"type": type_} if type_ else {})}
            self._note(connection, officer, "intel.export", collection.id, **detail)
            return collection

        return self._database.write(note)

    def seen(self, officer: Officer, object_id: str) -> Seen:
        """One object, wherever the officer may see it. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            holding = set(objects.where(connection, object_id))
            places = []
            for collection in collections.listed(connection, scope_of(officer), closed=True):
                ceiling = marks.tlp.rank(collection.ceiling)
                if collection.number in holding and (
                    versions := objects.versions(connection, collection.number, object_id, ceiling=ceiling)
                ):
                    places.append((collection, versions))
            if not places:
                raise NotAllowed("not-found")
            known = sources.named(connection, [one.source for _, versions in places for one in versions])
        return Seen(object_id=object_id, places=places, sources=known)

    def delete(
        self, officer: Officer, collection_id: str, object_id: str, match: Match, *, served: bool = False
    ) -> int:
        """Delete the versions of an object that match. Raises `NotAllowed("not-found" | "not-allowed")`."""

        def gone(connection: Connection) -> int:
            if served:
                collection = self.served(connection, officer, Action.INTEL_DELETE, collection_id)
            else:
                collection, _ = self.find(connection, officer, Action.INTEL_DELETE, collection_id)
            count = objects.delete(connection, collection.number, object_id, match)
            if not count:
                raise NotAllowed("not-found")
            collections.count(connection, collection.number, objects=-count)
            for hear in self.gone:
                hear(connection, collection, object_id)
            self.indexing.deleted(connection, collection, object_id)
            self._note(connection, officer, "intel.delete", collection.id, object=object_id, versions=count)
            return count

        return self._database.write(gone)

    def _note(self, connection: Connection, officer: Officer, action: str, thing: str, **detail: object) -> None:
        self._record(connection, at=self._clock.now(), actor=officer.id, action=action, thing=thing, detail=detail)


def _given(parcel: Parcel | list[bytes] | list[Given]) -> list[Given]:
    raws = parcel if isinstance(parcel, list) else parcel.objects
    if raws and not isinstance(raws[0], bytes):
        return raws
    if len(raws) > limits.INTEL_PARCEL_MAX_OBJECTS:
        raise Refused("intel-parcel-too-long", count=len(raws), limit=limits.INTEL_PARCEL_MAX_OBJECTS)
    return checked(cast("list[bytes]", raws))
