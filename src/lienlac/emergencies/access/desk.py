"""An officer looks at or decides who may see a channel: restrict it, give access, take it back, lift the restriction.

Each act asks the gate about this very channel, needs a reason, and is journalled; open pages of both who lost and who
gained are told once it is durable. Need-to-know never leaves this node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac import journal
from lienlac.errors import Refused
from lienlac.people import accounts
from lienlac.people.access import desk as need_to_know
from lienlac.people.access import store as access
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action, may
from lienlac.people.units import store as units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.shown import Record
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.people.units.unit import Unit
    from lienlac.storage.database import Database

RESTRICT: Final = "emergency.restrict"
ALLOW: Final = "emergency.allow"
TAKE_BACK: Final = "emergency.take-back"
LIFT: Final = "emergency.lift"
ACTS: Final = (RESTRICT, ALLOW, TAKE_BACK, LIFT)


class Find(Protocol):
    """The desk's way of finding a channel behind the gate."""

    def __call__(
        self, connection: Connection, officer: Officer, action: Action, name: str, /
    ) -> tuple[Emergency, Thing]:
        """Raises `NotAllowed`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoSees:
    """Who may see a channel, what this officer may change about it, and how it came to this."""

    emergency_id: str
    reference: str
    restricted: bool
    units: list[Unit]
    officers: list[Officer]
    may_change: bool
    open_units: list[Unit]
    readers: list[Officer]
    history: list[journal.Entry]
    names: dict[str, str]


class ChannelAccess:
    """What pages, programs and commands call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        record: Record,
        find: Find,
        changed: Callable[[Connection, Thing], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find
        self._changed = changed

    def who_sees(self, officer: Officer, name: str) -> WhoSees:
        """Who may see a channel. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        with self._database.read() as connection:
            emergency, thing = self._find(connection, officer, Action.EMERGENCY_READ, name)
            known = units.units(connection)
            people = [one for one, _ in accounts.every(connection)]
            entries = [entry for entry in journal.about(connection, emergency.id) if entry.action in ACTS]
        changes = may(officer, Action.EMERGENCY_RESTRICT, thing)
        return WhoSees(
            emergency_id=emergency.id,
            reference=emergency.reference,
            restricted=thing.restricted,
            units=[unit for unit in known if unit.id in thing.units],
            officers=[one for one in people if one.id in thing.officers],
            may_change=changes,
            open_units=[unit for unit in known if unit.active] if changes else [],
            readers=[one for one in people if may(one, Action.EMERGENCY_READ)] if changes else [],
            history=entries,
            names={one.id: one.name for one in people},
        )

    def change(
        self, officer: Officer, name: str, act: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> Thing:
        """Restrict to those named, allow them too, take access back from them, or lift the restriction.

        Raises `NotAllowed`: `not-found`, `not-allowed`, `not-restricted`, `not-named`, `unit-…`, `officer-…`,
        `restriction-…`; `Refused("access-reason-missing")`.
        """

        def work(connection: Connection) -> Thing:
            emergency, before = self._find(connection, officer, Action.EMERGENCY_RESTRICT, name)
            if not reason.strip():
                raise Refused("access-reason-missing", field="reason")
            now = self._clock.now()
            _change(connection, officer, before, act, list(units), list(officers), now)
            after = access.thing(connection, emergency.id, "emergency")
            detail: dict[str, Any] = {
                "reference": emergency.reference,
                "units": sorted(after.units),
                "officers": sorted(after.officers),
                "reason": parse_line(reason, "reason"),
            }
            self._record(connection, at=now, actor=officer.id, action=act, thing=emergency.id, detail=detail)
            for thing in (before, after):
                self._changed(connection, thing)
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
            connection, units_named=units_named, officers_named=officers_named, reads=Action.EMERGENCY_READ
        )
        if act == RESTRICT:
            need_to_know.restrict(connection, officer, thing, named, at=now)
        else:
            need_to_know.allow(connection, officer, thing, named, at=now)
