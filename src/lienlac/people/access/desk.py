"""An officer decides who may know of a thing: restricts it, gives access, takes it back, lifts the restriction.

Works on a connection and on a `Thing` that the caller has found and asked the gate about; the caller writes the
journal. Whoever restricts stays among those named, so nobody locks themselves out; and at least one supervisor always
remains who may see it, so nobody hides anything from everybody who could ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.people import accounts
from lienlac.people.access import store
from lienlac.people.access.store import Relation
from lienlac.people.officer import Role
from lienlac.people.rights import Action, may
from lienlac.people.units import desk as units

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Ids of the units and officers that somebody named."""

    units: frozenset[str] = frozenset()
    officers: frozenset[str] = frozenset()

    @property
    def subjects(self) -> frozenset[str]:
        """All of them."""
        return self.units | self.officers


def named(connection: Connection, *, units_named: Iterable[str], officers_named: Iterable[str], reads: Action) -> Named:
    """Units by id or name, officers by id or login; `reads` is the action without which naming somebody is in vain.

    Raises `NotAllowed`: `unit-unknown`, `unit-closed`, `officer-unknown`, `officer-cannot-read`.
    """
    found = [units.named(connection, text, "units") for text in units_named if text.strip()]
    for unit in found:
        if not unit.active:
            raise NotAllowed("unit-closed", field="units", unit=unit.name_vi)
    people = [_officer(connection, text.strip()) for text in officers_named if text.strip()]
    for officer in people:
        if not may(officer, reads):
            raise NotAllowed("officer-cannot-read", field="officers", officer=officer.name)
    return Named(units=frozenset(unit.id for unit in found), officers=frozenset(officer.id for officer in people))


def recognised(connection: Connection, thing: Thing, texts: Iterable[str]) -> frozenset[str]:
    """Which of those named in a thing's need-to-know are meant: by id, unit's name or login, closed ones too.

    Raises `NotAllowed("not-named")` for whoever is not named there.
    """
    words = {text.strip() for text in texts if text.strip()}
    found = words & (thing.units | thing.officers)
    for text in words - found:
        ids = {officer.id for officer, _ in accounts.every(connection) if officer.login == text}
        ids |= units.meant(connection, text)
        if not ids & (thing.units | thing.officers):
            raise NotAllowed("not-named", name=text[: limits.LINE_MAX_CHARS])
        found |= ids & (thing.units | thing.officers)
    return frozenset(found)


def restrict(connection: Connection, officer: Officer, thing: Thing, to: Named, *, at: datetime) -> None:
    """From now on only those named, whoever was named before. Raises `NotAllowed("restriction-…")`."""
    if not to.subjects:
        raise NotAllowed("restriction-empty")
    wanted = _with(officer, to.subjects)
    _check_supervised(connection, wanted)
    store.remove(connection, thing.id, Relation.ALLOWED, (thing.units | thing.officers) - wanted)
    _add(connection, officer, thing, wanted, at=at)


def allow(connection: Connection, officer: Officer, thing: Thing, more: Named, *, at: datetime) -> None:
    """Those named too. Raises `NotAllowed("not-restricted" | "restriction-…")`."""
    if not thing.restricted:
        raise NotAllowed("not-restricted")
    if not more.subjects:
        raise NotAllowed("restriction-empty")
    _add(connection, officer, thing, thing.units | thing.officers | more.subjects, at=at)


def take_back(connection: Connection, thing: Thing, subjects: Iterable[str]) -> None:
    """These (ids) no longer. Raises `NotAllowed("not-restricted" | "restriction-…")`."""
    if not thing.restricted:
        raise NotAllowed("not-restricted")
    gone = frozenset(subjects)
    if not gone or gone >= thing.units | thing.officers:
        raise NotAllowed("restriction-empty")
    _check_supervised(connection, (thing.units | thing.officers) - gone)
    store.remove(connection, thing.id, Relation.ALLOWED, gone)


def lift(connection: Connection, thing: Thing) -> None:
    """Everybody again whose role lets them. Raises `NotAllowed("not-restricted")`."""
    if not thing.restricted:
        raise NotAllowed("not-restricted")
    store.remove(connection, thing.id, Relation.ALLOWED)


def _add(connection: Connection, officer: Officer, thing: Thing, wanted: frozenset[str], *, at: datetime) -> None:
    if len(wanted) > limits.RESTRICTED_TO_MAX:
        raise NotAllowed("restriction-too-long", limit=limits.RESTRICTED_TO_MAX)
    store.add(connection, thing.id, Relation.ALLOWED, wanted, by=officer.id, at=at)


def _with(officer: Officer, subjects: frozenset[str]) -> frozenset[str]:
    return subjects if subjects & (officer.units | {officer.id}) else subjects | {officer.id}


def _check_supervised(connection: Connection, subjects: frozenset[str]) -> None:
    for officer, _ in accounts.every(connection):
        if officer.active and Role.SUPERVISOR in officer.roles and subjects & (officer.units | {officer.id}):
            return
    raise NotAllowed("restriction-without-supervisor")


def _officer(connection: Connection, text: str) -> Officer:
    for officer, _ in accounts.every(connection):
        if officer.active and text in (officer.id, officer.login):
            return officer
    raise NotAllowed("officer-unknown", field="officers", officer=text[: limits.LINE_MAX_CHARS])
