"""An officer decides who may see a request, and everybody who sees it is shown who else does.

One transaction each: the gate, the need-to-know, the mark on the request's line, the journal with the reason. Pages
that showed the request before hear of it, and those that may from now on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac import journal
from lienlac.errors import Refused
from lienlac.hotline.inbox import store as lines
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
    from lienlac.hotline.request import Request
    from lienlac.people.changes.desk import Record
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.people.units.unit import Unit
    from lienlac.storage.database import Database

RESTRICT: Final = "request.restrict"
ALLOW: Final = "request.allow"
TAKE_BACK: Final = "request.take-back"
LIFT: Final = "request.lift"
INHERIT: Final = "request.inherit"
ACTS: Final = (RESTRICT, ALLOW, TAKE_BACK, LIFT, INHERIT)
"""How the journal names what can be done."""


class Find(Protocol):
    """The desk's way of finding a request for somebody who may do something to it."""

    def __call__(self, connection: Connection, officer: Officer, action: Action, name: str, /) -> tuple[Request, Thing]:
        """Raises `NotAllowed("not-found" | "not-allowed" | "reference-ambiguous")`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoSees:
    """Who may see one request: the units and officers named (none: everybody whose role lets them), and how it came.

    `may_change` says whether who asks decides about it; `open_units` and `readers` are what they may choose from.
    """

    request_id: str
    reference: str
    restricted: bool
    units: list[Unit]
    officers: list[Officer]
    may_change: bool
    open_units: list[Unit]
    readers: list[Officer]
    history: list[journal.Entry]
    names: dict[str, str]


class NeedToKnow:
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
        """Who may see a request. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        with self._database.read() as connection:
            request, thing = self._find(connection, officer, Action.REQUEST_READ, name)
        return self.described(officer, request, thing)

    def described(self, officer: Officer, request: Request, thing: Thing) -> WhoSees:
        """The same of a request for which the gate has let this officer in already."""
        with self._database.read() as connection:
            known = units.units(connection)
            people = [one for one, _ in accounts.every(connection)]
            entries = [entry for entry in journal.about(connection, request.id) if entry.action in ACTS]
        changes = may(officer, Action.REQUEST_RESTRICT, thing)
        return WhoSees(
            request_id=request.id,
            reference=request.reference,
            restricted=thing.restricted,
            units=[unit for unit in known if unit.id in thing.units],
            officers=[one for one in people if one.id in thing.officers],
            may_change=changes,
            open_units=[unit for unit in known if unit.active] if changes else [],
            readers=[one for one in people if may(one, Action.REQUEST_READ)] if changes else [],
            history=entries,
            names={one.id: one.name for one in people},
        )

    def restrict(
        self, officer: Officer, name: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> Thing:
        """Only these from now on.

        Raises `NotAllowed`: `not-found`, `not-allowed`, `unit-…`, `officer-…`, `restriction-…`;
        `Refused("access-reason-missing")`.
        """

        def change(connection: Connection, thing: Thing, now: datetime) -> None:
            to = need_to_know.named(connection, units_named=units, officers_named=officers, reads=Action.REQUEST_READ)
            need_to_know.restrict(connection, officer, thing, to, at=now)

        return self._act(officer, name, RESTRICT, reason, change)

    def allow(
        self, officer: Officer, name: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> Thing:
        """These too. Raises as `restrict`, and `NotAllowed("not-restricted")`."""

        def change(connection: Connection, thing: Thing, now: datetime) -> None:
            more = need_to_know.named(connection, units_named=units, officers_named=officers, reads=Action.REQUEST_READ)
            need_to_know.allow(connection, officer, thing, more, at=now)

        return self._act(officer, name, ALLOW, reason, change)

    def take_back(
        self, officer: Officer, name: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> Thing:
        """These no longer. Raises as `allow`; who is named need not exist any more."""

        def change(connection: Connection, thing: Thing, now: datetime) -> None:
            del now
            ids = need_to_know.recognised(connection, thing, [*units, *officers])
            need_to_know.take_back(connection, thing, ids)

        return self._act(officer, name, TAKE_BACK, reason, change)

    def lift(self, officer: Officer, name: str, *, reason: str) -> Thing:
        """Everybody again whose role lets them. Raises `NotAllowed("not-restricted")` and as `restrict`."""

        def change(connection: Connection, thing: Thing, now: datetime) -> None:
            del now
            need_to_know.lift(connection, thing)

        return self._act(officer, name, LIFT, reason, change)

    def inherit(self, connection: Connection, request: Request, *, ours: bool = False) -> None:
        """A request that goes on from something restricted is as restricted from its first moment.

        Either side's follow-up repeats what the earlier request says, so whoever may not know of that one may not
        learn it from this; and what our own officer begins from a channel (`ours`) repeats what the channel says. A
        partner's word for a case hides nothing here. What is decided later about one does not move the other.
        """
        follows, case_id = request.opening.body.follows, request.opening.header.case_id
        sources = ([] if follows is None else [follows.request]) + ([case_id] if ours and case_id else [])
        before = next((one for one in (access.thing(connection, id_) for id_ in sources) if one.restricted), None)
        if before is None:
            return
        named, now = before.units | before.officers, self._clock.now()
        access.add(connection, request.id, access.Relation.ALLOWED, named, by=journal.NODE, at=now)
        lines.set_restricted(connection, request.id, restricted=True)
        detail: dict[str, Any] = {
            "reference": request.reference,
            "units": sorted(before.units),
            "officers": sorted(before.officers),
        }
        self._record(connection, at=now, actor=journal.NODE, action=INHERIT, thing=request.id, detail=detail)

    def _act(
        self,
        officer: Officer,
        name: str,
        action: str,
        reason: str,
        change: Callable[[Connection, Thing, datetime], None],
    ) -> Thing:
        def work(connection: Connection) -> Thing:
            request, before = self._find(connection, officer, Action.REQUEST_RESTRICT, name)
            if not reason.strip():
                raise Refused("access-reason-missing", field="reason")
            now = self._clock.now()
            change(connection, before, now)
            after = access.thing(connection, request.id)
            lines.set_restricted(connection, request.id, restricted=after.restricted)
            detail: dict[str, Any] = {
                "reference": request.reference,
                "units": sorted(after.units),
                "officers": sorted(after.officers),
                "reason": parse_line(reason, "reason"),
            }
            self._record(connection, at=now, actor=officer.id, action=action, thing=request.id, detail=detail)
            for thing in (before, after):
                self._changed(connection, thing)
            return after

        return self._database.write(work)
