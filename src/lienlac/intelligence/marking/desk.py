"""An officer sets the marks beside an object in one collection: at all its versions, and for those that come.

Stricter is for whoever may add; less strict needs the right to release, a reason, and, at the door, a fresh proof. The
form says what stood there when it was made: two officers cannot undo each other unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.adding.desk import checked, marked_by_stored
from lienlac.intelligence.collection import Marks, strictest
from lienlac.intelligence.marking import store
from lienlac.intelligence.marking.rules import above, check, lowers
from lienlac.intelligence.rules.sorting import Checked
from lienlac.intelligence.store import objects, sources
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.vocabulary import marks as words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.store.objects import Stored
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database


class Find(Protocol):
    """The collection of that id, for somebody who may do this to it."""

    def __call__(
        self, connection: Connection, officer: Officer, action: Action, collection_id: str, /
    ) -> tuple[Collection, Thing]:
        """Raises `NotAllowed`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """An object with the marks beside its newest version, and the floor below which they cannot go."""

    collection: Collection
    object_id: str
    name: str
    present: Marks
    floor: Marks


class Marking:
    """Sets marks; `changed` hears in the same transaction."""

    def __init__(self, *, database: Database, clock: Clock, record: Record, find: Find) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find
        self.changed: list[Callable[[Connection, Collection, str], None]] = []

    def show(self, officer: Officer, collection_id: str, object_id: str) -> Marked:
        """What stands beside an object. Raises `NotAllowed("not-found" | "not-allowed")`."""
        with self._database.read() as connection:
            return self._shown(connection, officer, collection_id, object_id)[0]

    def set(
        self, officer: Officer, collection_id: str, object_id: str, *, before: Marks, chosen: Marks, reason: str,
        lowering: bool,
    ) -> Marked:  # fmt: skip
        """Set them. `lowering`: the door has asked for the proof that this needs.

        Raises `NotAllowed("intel-marks-changed" | "not-allowed" | "step-up-required")`, `Refused("intel-marks-…")`.
        """

        def work(connection: Connection) -> Marked:
            seen, versions = self._shown(connection, officer, collection_id, object_id)
            if seen.present != before:
                raise NotAllowed("intel-marks-changed")
            check(chosen, seen.floor, seen.collection)
            less = lowers(seen.present, chosen)
            if less:
                self._find(connection, officer, Action.INTEL_SHARE, collection_id)
                if not lowering:
                    raise NotAllowed("step-up-required")
                if not reason.strip():
                    raise Refused("reason-missing", field="reason")
            floors = _floors(connection, versions)
            for one, floor in zip(versions, floors, strict=True):
                store.write(connection, one.added_us, above(floor, chosen))
            store.keep(connection, seen.collection.number, object_id, chosen)
            for hear in self.changed:
                hear(connection, seen.collection, object_id)
            self._note(connection, officer, seen, chosen, reason.strip(), lowered=less)
            return self._shown(connection, officer, collection_id, object_id)[0]

        return self._database.write(work)

    def _shown(
        self, connection: Connection, officer: Officer, collection_id: str, object_id: str
    ) -> tuple[Marked, Sequence[Stored]]:
        rights.require(officer, Action.INTEL_ADD)
        collection, _ = self._find(connection, officer, Action.INTEL_ADD, collection_id)
        ceiling = words.tlp.rank(collection.ceiling)
        versions = objects.versions(connection, collection.number, object_id, ceiling=ceiling)
        if not versions:
            raise NotAllowed("not-found")
        newest = versions[0]
        (floor,) = _floors(connection, [newest])
        (given,) = checked([bytes(newest.raw)])
        name = given.stix.name if isinstance(given, Checked) else ""
        shown = Marked(
            collection=collection,
            object_id=object_id,
            name=name or object_id,
            present=store.beside(newest),
            floor=floor,
        )
        return shown, versions

    def _note(
        self, connection: Connection, officer: Officer, seen: Marked, chosen: Marks, reason: str, *, lowered: bool
    ) -> None:
        detail = {
            "object": seen.object_id,
            "before": _said(seen.present),
            "after": _said(chosen),
            "lowered": lowered,
            "reason": reason[: limits.TEXT_MAX_CHARS],
        }
        at = self._clock.now()
        self._record(connection, at=at, actor=officer.id, action="intel.marks", thing=seen.collection.id, detail=detail)


def _floors(connection: Connection, versions: Sequence[Stored]) -> list[Marks]:
    """For each version what it says of itself joined with what its source stated."""
    given = marked_by_stored(connection, checked([bytes(one.raw) for one in versions]))
    known = sources.named(connection, {one.source for one in versions})
    floors = []
    for one, own in zip(versions, given, strict=True):
        said = Marks(tlp=own.tlp, pap=own.pap or "clear") if isinstance(own, Checked) else Marks()
        floors.append(strictest(said, known[one.source].marks))
    return floors


def _said(marks: Marks) -> str:
    """Marks as the journal writes them."""
    return " ".join((marks.tlp, marks.pap, *marks.handling, marks.grade_4x4 or "-", marks.grade_6x6 or "-"))
