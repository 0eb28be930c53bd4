"""An officer lets a case go on in another one, or splits a new one off; carries over what our side has said.

Each side carries over its own column and nobody else's. What goes along keeps its marks and goes to nobody who did not
have it: to members of both cases that hold it or were to get it. Carrying over is done in parts and may be done again:
what stands there already is left. A case that is hidden from somebody goes into none that this somebody may read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.cases.joining.carried import CARRIED, carried, in_order, renamed
from lienlac.cases.lifecycle import Step, after
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.onward import require_hidden_as_well, together
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Part, derived, top_element
from lienlac.records.shared.keeping.desk import require_in
from lienlac.records.shared.store import lines, ways
from lienlac.records.shared.store.ways import Way
from lienlac.wire.bodies.cases import Case
from lienlac.wire.bodies.records import Link

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.shared.desk import Opening, Shared
    from lienlac.records.shared.fold import Statement
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Record
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks

_GOING: Final = frozenset({Way.DUE, Way.HELD, Way.SENT, Way.TAKEN})
"""Ways of a fact to a member that has it, or is to have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What became of it: the case that goes on, how much of ours it holds now, and whether anything waits."""

    line: Line
    carried: int
    waits: int


class Joining:
    """Cases that go on in others, and cases that come of others."""

    def __init__(self, shared: Shared, database: Database, clock: Clock, record: Record) -> None:
        self._shared = shared
        self._database = database
        self._clock = clock
        self._record = record

    # --- what is there to be carried over -------------------------------------------------------------------------
    def ours(self, officer: Officer, name: str) -> list[Statement]:
        """What our side says in a case now and can carry over, by kinds. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
            return self._ours(connection, line)

    def _ours(self, connection: Connection, line: Line) -> list[Statement]:
        newest: dict[str, Statement] = {}
        for one in self._shared.keeper.facts.walk(connection, line.id, self._shared.node_id):
            if one.kind in CARRIED:
                newest[one.element] = one
        order = list(CARRIED)
        found = {name: one for name, one in newest.items() if one.says is not None}
        steps = in_order({name: one.says for name, one in found.items() if one.kind == "task"})
        step = {name: place for place, name in enumerate(steps)}
        return sorted(found.values(), key=lambda one: (order.index(one.kind), step.get(one.element, 0), one.position))

    def places(self, officer: Officer, name: str) -> list[Line]:
        """Cases into which this one can go on, the last changed first. Raises `NotAllowed("not-found")`."""
        found = self._shared.read.listed(officer, parts=(Part.IN.value,), rows=limits.CASE_PLACES_SHOWN)
        with self._database.read() as connection:
            line, thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            return [one for one in found if self._fits(connection, officer, line, thing, one)]

    def _fits(self, connection: Connection, officer: Officer, line: Line, thing: Thing, into: Line) -> bool:
        try:
            there, other = self._shared.read.found(connection, officer, Action.CASE_WRITE, into.id)
            self.require_joinable(connection, line, there)
            require_hidden_as_well(thing, other, "into")
        except (NotAllowed, Refused):
            return False
        return True

    # --- merging --------------------------------------------------------------------------------------------------
    def require_joinable(self, connection: Connection, line: Line, into: Line) -> None:
        """Raise for a case that this one cannot go on in: not another one, of another sort, or with strangers.

        `Refused("case-reference" | "case-bridge-drill")`, `NotAllowed("case-merge-members" | "shared-no-part")`.
        """
        if into.id == line.id:
            raise Refused("case-reference", field="merged_into")
        if into.drill != line.drill:
            raise Refused("case-bridge-drill", field="merged_into")
        require_in(into)
        keeper = self._shared.keeper
        if not set(keeper.others(connection, line)) <= set(keeper.others(connection, into)):
            raise NotAllowed("case-merge-members", field="merged_into")

    def merge(self, officer: Officer, name: str, into: str, closing: Said) -> Joined:
        """Our part of a case goes on in another one: what we said goes along, both say where, ours is closed.

        Raises `NotAllowed`: `not-found`, `case-step`, `case-merge-members`, `case-bridge-restricted`, `shared-no-part`;
        `Refused`: `case-reference`, `case-bridge-drill`, `case-carry-many`, `case-text-missing`.
        """
        with self._database.read() as connection:
            line, thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            there, other = self._shared.read.found(connection, officer, Action.CASE_WRITE, into)
            require_in(line)
            self.require_joinable(connection, line, there)
            require_hidden_as_well(thing, other, "into")
            own, marks = self._column(connection, line)
            status = after(own.status, Step.MERGE)
            both = together([marks, self._column(connection, there)[1]])
            known = frozenset(self._shared.keeper.others(connection, line))
            says = self._says(connection, line, there.id, None)
        if not (closing.vi.strip() or closing.en.strip()):
            raise Refused("case-text-missing", field="closing.vi")
        many, waits = self._carry(officer, there, says)
        link = Link(target=line.id, relation="merged-from", label=line.reference)
        element = derived("lnk", there.id, line.id)
        linked = self._shared.state(officer, there.id, [Say(says=link, marks=both, element=element, audience=known)])
        word = msgspec.structs.replace(
            own, status=status, closing=closing, desired=None, hot=None, next_update=None, merged_into=there.id
        )
        said = self._shared.state(officer, line.id, [Say(says=word, marks=marks, element=top_element(line.id))])
        self._note(officer, "merge", line, {"into": there.id, "carried": many})
        waits += len(linked.waits) + len(said.waits)
        return Joined(line=linked.line, carried=many, waits=waits)

    # --- splitting ------------------------------------------------------------------------------------------------
    def split(self, officer: Officer, name: str, opening: Opening, elements: Collection[str], once: str = "") -> Joined:
        """A new case of some of what we said in one: it is hidden from whoever the first is hidden from.

        The first case is told of it by a link that stays here. Raises `NotAllowed`, `Refused`: `case-carry-nothing`,
        `case-carry-many`, `case-bridge-drill`.
        """
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_in(line)
            if opening.drill != line.drill:
                raise Refused("case-bridge-drill", field="drill")
            marks = together([opening.marks, self._column(connection, line)[1]])
            known = frozenset(self._shared.keeper.others(connection, line))
            there = {one.element for one in self._ours(connection, line)}
        if not elements or not set(elements) <= there:
            raise Refused("case-carry-nothing", field="elements")
        link = Link(target=line.id, relation="split-from", label=line.reference)
        further = (Say(says=link, marks=marks, audience=known),)
        made = self._shared.open(officer, replace(opening, further=further, sources=(line.id,)), once=once)
        with self._database.read() as connection:
            says = self._says(connection, line, made.line.id, frozenset(elements))
        many, waits = self._carry(officer, made.line, says)
        back = Link(target=made.line.id, relation="split-into", label=made.line.reference)
        here = Say(says=back, marks=marks, element=derived("lnk", line.id, made.line.id), audience=frozenset())
        self._shared.state(officer, line.id, [here])
        self._note(officer, "split", line, {"into": made.line.id, "carried": many})
        return Joined(line=made.line, carried=many, waits=waits)

    # --- inside ---------------------------------------------------------------------------------------------------
    def _column(self, connection: Connection, line: Line) -> tuple[Case, Marks]:
        """Our column of what a case is, or one that begins with what it is called."""
        top = self._shared.keeper.facts.element(connection, line.id, top_element(line.id))
        known = None if top is None else top.columns.get(self._shared.node_id) or top.columns.get(line.host)
        if top is None or known is None:
            raise NotAllowed("not-found")
        own = top.by(self._shared.node_id)
        return own or Case(title_vi=line.title_vi, title_en=line.title_en), known.marks

    def _says(self, connection: Connection, line: Line, into: str, only: Collection[str] | None) -> list[Say]:
        """Our words as they go along, each for whoever has it. Raises `Refused("case-carry-many")`."""
        chosen = [one for one in self._ours(connection, line) if only is None or one.element in only]
        if len(chosen) > limits.CASE_CARRIED_MAX:
            raise Refused("case-carry-many", limit=limits.CASE_CARRIED_MAX, field="elements")
        roads = ways.of_facts(connection, [one.position for one in chosen])
        tasks = {renamed(line.id, into, one.element) for one in chosen if one.kind == "task"}
        made = []
        for one in chosen:
            element, word = carried(line.id, into, one.element, one.says, tasks)
            holders = {peer for peer, (way, _code) in roads.get(one.position, {}).items() if way in _GOING}
            made.append(Say(says=word, marks=one.marks, element=element, audience=frozenset(holders)))
        return made

    def _carry(self, officer: Officer, into: Line, says: Sequence[Say]) -> tuple[int, int]:
        """State them in parts, but for what stands there as we said it; how many there are, how many things wait."""
        waits = 0
        own = self._shared.node_id
        for start in range(0, len(says), limits.CASE_IMPORT_FACTS):
            part = says[start : start + limits.CASE_IMPORT_FACTS]
            known = self._shared.read.some(officer, into.id, [one.element for one in part])
            fresh = [one for one in part if one.element not in known or known[one.element].by(own) != one.says]
            waits += len(self._shared.state(officer, into.id, fresh).waits) if fresh else 0
        return len(says), waits

    def _note(self, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        at: datetime = self._clock.now()
        detail = {"reference": line.reference, **detail}
        self._database.write(
            lambda connection: self._record(
                connection, at=at, actor=officer.id, action=f"case.{act}", thing=line.id, detail=detail
            )
        )

    def hold(self, connection: Connection, line: Line, before: Case | None, word: Case) -> None:
        """Before a column of ours says where the case goes on: that must be a case that it can go on in."""
        if word.merged_into is None or (before is not None and before.merged_into == word.merged_into):
            return
        into = lines.find(connection, word.merged_into)
        if into is None or into.kind != self._shared.shape.name:
            raise Refused("case-reference", field="merged_into")
        self.require_joinable(connection, line, into)
