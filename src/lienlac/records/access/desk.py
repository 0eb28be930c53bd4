"""An officer looks at or decides who may see a thing: restricts it, gives access, takes it back, lifts the restriction.

One transaction each: the gate about this very thing, the need-to-know, the caller's own mark, the journal with the
reason. Open pages of both who lost and who gained are told. Need-to-know never leaves this node. What the thing is, the
subject says (`Subject`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac import journal
from lienlac.errors import Refused
from lienlac.people import accounts
from lienlac.people.access import desk as need_to_know
from lienlac.people.access import store as access
from lienlac.people.officer import parse_line
from lienlac.people.rights import may
from lienlac.people.units import store as units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.people.changes.desk import Record
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action, Thing
    from lienlac.people.units.unit import Unit
    from lienlac.storage.database import Database


class Act(StrEnum):
    """What can be done; the journal names it after the subject's kind, as in `request.restrict`."""

    RESTRICT = "restrict"
    ALLOW = "allow"
    TAKE_BACK = "take-back"
    LIFT = "lift"
    INHERIT = "inherit"


DECIDED: Final = (Act.RESTRICT, Act.ALLOW, Act.TAKE_BACK, Act.LIFT)
"""What an officer does; a restriction is inherited without anybody's deciding."""


class Kept(Protocol):
    """A thing, as far as need-to-know names it."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...


class Find(Protocol):
    """A desk's way of finding its thing for somebody who may do something to it."""

    def __call__(self, connection: Connection, officer: Officer, action: Action, name: str, /) -> tuple[Kept, Thing]:
        """Raises `NotAllowed("not-found" | "not-allowed" | "reference-ambiguous")`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What kind of thing it is, and which actions read it and restrict it."""

    kind: str
    reads: Action
    restricts: Action

    def named(self, act: Act) -> str:
        """How the journal calls an act."""
        return f"{self.kind}.{act.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoSees:
    """Who may see one thing: the units and officers named (none: everybody whose role lets them), and how it came.

    `may_change` says whether who asks decides about it; `open_units` and `readers` are what they may choose from.
    """

    id: str
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
    """What pages, programs and commands call.

    `find` is the desk's gate; inside the transaction `mark` writes whether the thing is restricted where the subject
    keeps it, and `changed` hears of the thing as it was and as it is.
    """

    def __init__(
        self,
        subject: Subject,
        *,
        database: Database,
        clock: Clock,
        record: Record,
        find: Find,
        changed: Callable[[Connection, Thing], None],
        mark: Callable[[Connection, str, bool], None] = lambda _connection, _id, _restricted: None,
    ) -> None:
        self.subject = subject
        self._database = database
        self._clock = clock
        self._record = record
        self._find = find
        self._changed = changed
        self._mark = mark

    def who_sees(self, officer: Officer, name: str) -> WhoSees:
        """Who may see a thing. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        with self._database.read() as connection:
            kept, thing = self._find(connection, officer, self.subject.reads, name)
        return self.described(officer, kept, thing)

    def described(self, officer: Officer, kept: Kept, thing: Thing) -> WhoSees:
        """The same of a thing for which the gate has let this officer in already."""
        acts = {self.subject.named(act) for act in Act}
        with self._database.read() as connection:
            known = units.units(connection)
            people = [one for one, _ in accounts.every(connection)]
            entries = [entry for entry in journal.about(connection, kept.id) if entry.action in acts]
        changes = may(officer, self.subject.restricts, thing)
        return WhoSees(
            id=kept.id,
            reference=kept.reference,
            restricted=thing.restricted,
            units=[unit for unit in known if unit.id in thing.units],
            officers=[one for one in people if one.id in thing.officers],
            may_change=changes,
            open_units=[unit for unit in known if unit.active] if changes else [],
            readers=[one for one in people if may(one, self.subject.reads)] if changes else [],
            history=entries,
            names={one.id: one.name for one in people},
        )

    def change(
        self,
        officer: Officer,
        name: str,
        act: Act,
        *,
        units: Iterable[str] = (),
        officers: Iterable[str] = (),
        reason: str,
    ) -> Thing:
        """Restrict to those named, allow them too, take access back from them, or lift the restriction.

        Raises `NotAllowed`: `not-found`, `not-allowed`, `not-restricted`, `not-named`, `unit-…`, `officer-…`,
        `restriction-…`; `Refused("access-reason-missing")`.
        """

        def work(connection: Connection) -> Thing:
            kept, before = self._find(connection, officer, self.subject.restricts, name)
            if not reason.strip():
                raise Refused("access-reason-missing", field="reason")
            now = self._clock.now()
            self._change(connection, officer, before, act, list(units), list(officers), now)
            after = access.thing(connection, kept.id, before.kind)
            self._mark(connection, kept.id, after.restricted)
            detail = _detail(kept, after) | {"reason": parse_line(reason, "reason")}
            self._tell(connection, now, officer.id, act, kept, detail)
            for thing in (before, after):
                self._changed(connection, thing)
            return after

        return self._database.write(work)

    def change_by_name(
        self, officer: Officer, name: str, act: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> Thing:
        """As `change`, where a page says the act by its name."""
        return self.change(officer, name, Act(act), units=units, officers=officers, reason=reason)

    def inherit(self, connection: Connection, kept: Kept, sources: Iterable[str]) -> None:
        """A thing that repeats what a restricted one says is as restricted from its first moment.

        `sources` are ids of what it goes on from; the first restricted one counts. What is decided later about one does
        not move the other.
        """
        before = next((one for one in (access.thing(connection, id_) for id_ in sources) if one.restricted), None)
        if before is None:
            return
        named, now = before.units | before.officers, self._clock.now()
        access.add(connection, kept.id, access.Relation.ALLOWED, named, by=journal.NODE, at=now)
        self._mark(connection, kept.id, True)  # as declared
        self._tell(connection, now, journal.NODE, Act.INHERIT, kept, _detail(kept, before))

    def _tell(
        self, connection: Connection, at: datetime, actor: str, act: Act, kept: Kept, detail: dict[str, Any]
    ) -> None:
        self._record(connection, at=at, actor=actor, action=self.subject.named(act), thing=kept.id, detail=detail)

    def _change(
        self,
        connection: Connection,
        officer: Officer,
        thing: Thing,
        act: Act,
        units_named: list[str],
        officers_named: list[str],
        now: datetime,
    ) -> None:
        if act is Act.LIFT:
            need_to_know.lift(connection, thing)
            return
        if act is Act.TAKE_BACK:  # who is named need not exist any more
            subjects = need_to_know.recognised(connection, thing, [*units_named, *officers_named])
            need_to_know.take_back(connection, thing, subjects)
            return
        named = need_to_know.named(
            connection, units_named=units_named, officers_named=officers_named, reads=self.subject.reads
        )
        work = need_to_know.restrict if act is Act.RESTRICT else need_to_know.allow
        work(connection, officer, thing, named, at=now)


def _detail(kept: Kept, thing: Thing) -> dict[str, Any]:
    return {"reference": kept.reference, "units": sorted(thing.units), "officers": sorted(thing.officers)}
