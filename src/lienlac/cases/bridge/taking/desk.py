"""An officer opens a case from another thing, or adds it to one; sees which cases it belongs to.

The thing comes from its own slice, to whoever may see it there. What goes into the case is what the officer saw listed
and ticked, under marks that are no looser, for whom it may be known; from there it has the way of everything that is
stated. A thing that is hidden from somebody goes into no case that this somebody may read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.cases import store
from lienlac.cases.bridge.offered import check, chosen, offered, seal
from lienlac.cases.projecting.keys import keys
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.onward import require_hidden_as_well, together
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Part
from lienlac.wire.bodies.records import Link

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import msgspec
    from sqlalchemy import Connection

    from lienlac.cases.bridge.offered import Offered
    from lienlac.people.officer import Officer
    from lienlac.records.onward import Gives, Onward
    from lienlac.records.shared.desk import Opening, Shared
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.store.lines import Line
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.cases import Entity
    from lienlac.wire.message import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A thing, what of it can be taken over, and the seal of both; `restricted`: not everybody here may see it."""

    thing: Onward
    listed: tuple[Offered, ...]
    seal: str
    restricted: bool


class Bridge:
    """From other things into cases."""

    def __init__(self, shared: Shared, database: Database) -> None:
        self._shared = shared
        self._database = database
        self.gives: dict[str, Gives] = {}
        """Whose things can go on in a case, by kind; the assembly fills it."""

    def look(self, officer: Officer, kind: str, name: str) -> Offer:
        """A thing and what can be taken over. Raises `NotAllowed("not-found" | "not-allowed")`."""
        rights.require(officer, Action.CASE_READ)
        giver = self.gives.get(kind)
        if giver is None:
            raise NotAllowed("not-found")
        thing = giver.onward(officer, name)
        listed = offered(thing.mentions)
        with self._database.read() as connection:
            restricted = access.thing(connection, thing.access).restricted
        return Offer(thing=thing, listed=listed, seal=seal(thing, listed), restricted=restricted)

    def places(self, officer: Officer) -> list[Line]:
        """Cases to which the officer may add something, the last changed first."""
        found = self._shared.read.listed(officer, parts=(Part.IN.value,), rows=limits.CASE_PLACES_SHOWN)
        with self._database.read() as connection:
            things = {line.id: access.thing(connection, line.id, self._shared.shape.name) for line in found}
        return [line for line in found if rights.may(officer, Action.CASE_WRITE, things[line.id])]

    def beside(self, officer: Officer, target: str) -> list[Line]:
        """Cases that name this thing, as far as the officer may know of them."""
        if not rights.may(officer, Action.CASE_READ):
            return []
        with self._database.read() as connection:
            found = []
            for record_id in store.linking(connection, target, limits.CASE_PLACES_SHOWN):
                try:
                    found.append(self._shared.read.found(connection, officer, Action.CASE_READ, record_id)[0])
                except NotAllowed:
                    continue  # it is hidden from this officer: as if it were not there
        return found

    def open(
        self,
        officer: Officer,
        offer: Offer,
        opening: Opening,
        *,
        seen: str,
        picked: Collection[str],
        once: str = "",
    ) -> Outcome:
        """A new case that goes on from a thing. Raises `NotAllowed`, `Refused("case-bridge-…")`."""
        thing = offer.thing
        check(thing, seen=seen, now=offer.seal, marks=opening.marks, purpose=opening.purpose, drill=opening.drill)
        words = chosen(offer.listed, picked)
        marks = together([opening.marks, thing.marks])
        further = _says([_link(thing), *words], marks, thing.only)
        return self._shared.open(
            officer, replace(opening, marks=marks, further=tuple(further), sources=(thing.access,)), once=once
        )

    def add(
        self, officer: Officer, offer: Offer, name: str, *, marks: Marks, seen: str, picked: Collection[str]
    ) -> tuple[Outcome | None, int]:
        """Add a thing to a case; what became of it, and how many entities stood there already.

        Raises `NotAllowed("not-found" | "case-bridge-restricted" | …)`, `Refused("case-bridge-…")`.
        """
        thing = offer.thing
        with self._database.read() as connection:
            line, about = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_hidden_as_well(access.thing(connection, thing.access), about, "case")
            check(thing, seen=seen, now=offer.seal, marks=marks, purpose=line.purpose, drill=line.drill)
            words = chosen(offer.listed, picked)
            fresh = [word for word in words if not store.any_key(connection, line.id, _certain(word))]
            linked = store.links_to(connection, line.id, thing.target)
        says = _says([*([] if linked else [_link(thing)]), *fresh], together([marks, thing.marks]), thing.only)
        known = len(words) - len(fresh)
        return (self._shared.state(officer, line.id, says) if says else None), known

    def link(self, connection: Connection, officer: Officer, thing: Onward, name: str) -> None:
        """A case names a thing, in the caller's transaction, once; what the thing names is taken over by nobody.

        Raises `NotAllowed("not-found" | "case-bridge-restricted" | …)`, `Refused("case-bridge-…")`.
        """
        line, about = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
        require_hidden_as_well(access.thing(connection, thing.access), about, "case")
        check(thing, seen="", now="", marks=thing.marks, purpose=line.purpose, drill=line.drill)
        if not store.links_to(connection, line.id, thing.target):
            self._shared.state_with(connection, officer, line.id, _says([_link(thing)], thing.marks, thing.only))


def _link(thing: Onward) -> Link:
    return Link(target=thing.target, relation="from", label=thing.reference[: limits.LINE_MAX_CHARS])


def _certain(word: Entity) -> list[str]:
    """By which identifiers the same entity stands in a case already; a name alone says nothing."""
    return [key for key in keys([word]) if not key.startswith("name:")]


def _says(words: Sequence[msgspec.Struct], marks: Marks, only: frozenset[str] | None) -> list[Say]:
    return [Say(says=word, marks=marks, audience=only) for word in words]
