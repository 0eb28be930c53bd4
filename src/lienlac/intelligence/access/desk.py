"""An officer decides who may know of a collection: restrict it, give access, take it back, lift the restriction.

Each act asks the gate about this very collection, needs a reason, and is journalled. Need-to-know never leaves this
node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lienlac.errors import Refused
from lienlac.intelligence.collection import KIND
from lienlac.people import accounts
from lienlac.people.access import desk as need_to_know
from lienlac.people.access import store as access
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action, may
from lienlac.people.units import store as units

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.quarantine.desk import Find
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.people.units.unit import Unit
    from lienlac.storage.database import Database

RESTRICT: Final = "intel.restrict"
ALLOW: Final = "intel.allow"
TAKE_BACK: Final = "intel.take-back"
LIFT: Final = "intel.lift"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoSees:
    """Who may know of a collection, and what this officer may change about it."""

    collection: Collection
    restricted: bool
    units: list[Unit]
    officers: list[Officer]
    may_change: bool
    open_units: list[Unit]
    readers: list[Officer]


class CollectionAccess:
    """What pages, programs and commands call."""

    def __init__(self, *, database: Database, clock: Clock, record: Record, find: Find) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find

    def who_sees(self, officer: Officer, collection_id: str) -> WhoSees:
        """Who may know of it. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            collection, thing = self._find(connection, officer, Action.INTEL_READ, collection_id)
            known = units.units(connection)
            people = [one for one, _ in accounts.every(connection)]
        changes = may(officer, Action.COLLECTION_MANAGE, thing)
        return WhoSees(
            collection=collection,
            restricted=thing.restricted,
            units=[unit for unit in known if unit.id in thing.units],
            officers=[one for one in people if one.id in thing.officers],
            may_change=changes,
            open_units=[unit for unit in known if unit.active] if changes else [],
            readers=[one for one in people if may(one, Action.INTEL_READ)] if changes else [],
        )

    def change(
        self,
        officer: Officer,
        collection_id: str,
        act: str,
        *,
        units: Iterable[str],
        officers: Iterable[str],
        reason: str,
    ) -> Thing:
        """Restrict to those named, allow them too, take access back from them, or lift the restriction.

        Raises `NotAllowed`: `not-found`, `not-allowed`, `not-restricted`, `not-named`, `unit-…`, `officer-…`,
        `restriction-…`; `Refused("access-reason-missing")`.
        """

        def work(connection: Connection) -> Thing:
            collection, before = self._find(connection, officer, Action.COLLECTION_MANAGE, collection_id)
            if not reason.strip():
                raise Refused("access-reason-missing", field="reason")
            now = self._clock.now()
            _change(connection, officer, before, act, list(units), list(officers), now)
            after = access.thing(connection, collection.id, KIND)
            detail: dict[str, Any] = {
                "units": sorted(after.units),
                "officers": sorted(after.officers),
                "reason": parse_line(reason, "reason"),
            }
            self._record(connection, at=now, actor=officer.id, action=act, thing=collection.id, detail=detail)
            return after

        return self._database.write(work)


def _change(
    connection: Connection,
    officer: Officer,
    thing: Thing,
    act: str,
    units_named: list[str],
    officers_named: list[str],
    now: datetime,
) -> None:
    if act == LIFT:
        need_to_know.lift(connection, thing)
    elif act == TAKE_BACK:
        subjects = need_to_know.recognised(connection, thing, [*units_named, *officers_named])
        need_to_know.take_back(connection, thing, subjects)
    else:
        named = need_to_know.named(
            connection, units_named=units_named, officers_named=officers_named, reads=Action.INTEL_READ
        )
        if act == RESTRICT:
            need_to_know.restrict(connection, officer, thing, named, at=now)
        else:
            need_to_know.allow(connection, officer, thing, named, at=now)
