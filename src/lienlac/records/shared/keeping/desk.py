"""Keeps facts, whoever stated them, and what follows from it: the record's line, members' ways, who hears of it.

Works inside the caller's transaction. Who may state what was decided before; whom a fact of ours goes to is decided in
`sending`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lienlac import ids, limits
from lienlac.errors import NotAllowed
from lienlac.people.access import store as access
from lienlac.records.shared.fold import (
    Element,
    Part,
    Statement,
    member_element,
    membership,
    top_element,
)
from lienlac.records.shared.sending.desk import Roads
from lienlac.records.shared.shape import kind_of
from lienlac.records.shared.store import lines, pace, ways
from lienlac.records.shared.store.facts import listed as elements_listed
from lienlac.records.shared.store.ways import Way
from lienlac.vocabulary import tlp
from lienlac.wire.bodies.hotline import Officer as Named
from lienlac.wire.bodies.records import History, Member, Stands, Stated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import msgspec
    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import Sender
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.shared.fold import Membership
    from lienlac.records.shared.shape import Shape
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Agreements
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks

NODE_OFFICER = Named(name="Lienlac", unit="Lienlac")
"""Who states what the node itself states: that somebody's acceptance has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a subject's own tables hear of: facts just kept, and the elements that they belong to as they are now."""

    line: Line
    statements: Sequence[Statement]
    elements: Mapping[str, Element]


def named(officer: Officer) -> Named:
    """An officer as the other side reads them."""
    return Named(name=officer.name, unit=officer.unit)


def require_in(line: Line) -> None:
    """Raise `NotAllowed("shared-no-part")` unless this node takes part."""
    if line.part is not Part.IN:
        raise NotAllowed("shared-no-part")


class Keeper(Roads):
    """One for each subject. `hears` are called in the transaction, `changed` once it is durable."""

    def __init__(
        self,
        shape: Shape,
        *,
        node_id: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        sender: Sender,
        agreements: Agreements,
        changed: Callable[[Thing], None],
    ) -> None:
        super().__init__(shape, node_id=node_id, database=database, clock=clock, sender=sender, agreements=agreements)
        self.chance = chance
        self.hears: list[Callable[[Connection, Heard], None]] = []
        self.before_inviting: list[Callable[[Connection, Line, Said, str], None]] = []
        """What a subject holds at home before somebody is asked, in these words, to take part; each may raise."""
        self._changed = changed

    # --- in -------------------------------------------------------------------------------------------------------
    def keep(
        self, connection: Connection, line: Line, new: Sequence[Statement], *, officer_id: str | None = None
    ) -> tuple[Line, list[Statement]]:
        """Keep facts; the record's line as it is now, and the facts with their positions."""
        placed, elements = self.facts.put(connection, line.id, new, officer_id=officer_id)
        line = self._line_after(connection, line, placed, elements)
        lines.update(connection, line)
        for element in elements.values():
            if element.kind == "member":
                self._member_changed(connection, line, element)
        heard = Heard(line=line, statements=placed, elements=elements)
        for hear in self.hears:
            hear(connection, heard)
        self.tell(connection, line.id)
        return line, placed

    def refresh(self, connection: Connection, line: Line) -> Line:
        """The record's line from all that is kept of it: it has just become known whose record it is."""
        ids = [top_element(line.id), member_element(line.id, self.node_id)]
        line = self._line_after(connection, line, [], self.facts.known_elements(connection, line.id, ids))
        lines.update(connection, line)
        rows = elements_listed(connection, line.id, "member", rows=limits.RECORD_MEMBERS_MAX)
        for element in self.facts.elements(connection, line.id, [row.element for row in rows]):
            self._member_changed(connection, line, element)
        return line

    def state_anew(self, connection: Connection, line: Line, clashes: Sequence[tuple[Statement, Statement]]) -> None:
        """We lost our memory and used versions again under which others hold something else (came back, here).

        What holds is stated once more under a number that nobody has: our own newest word; of who takes part, what
        both sides have signed.
        """
        for came_back, here in clashes:
            ways.keep_back(connection, [here.position], code="shared-version-used")
            element = self.facts.element(connection, line.id, came_back.element)
            if element is None or self.node_id not in element.columns:
                continue
            newest = element.columns[self.node_id]
            ours = here if newest.version == came_back.version else newest
            holds = came_back if came_back.kind == "member" else ours
            stated = holds.stated
            statement = self.statement(
                stated.says, stated.marks, officer=stated.officer, element=element, reason=stated.reason,
                audience=holds.audience,
            )  # fmt: skip
            line, placed = self.keep(connection, line, [statement])
            self.route_free(connection, line, placed)

    def tell(self, connection: Connection, record_id: str) -> None:
        """Once it is durable, open pages hear that the record changed."""
        thing = access.thing(connection, record_id, self.shape.name)
        self._database.after_commit(connection, lambda: self._changed(thing))

    def _line_after(
        self, connection: Connection, line: Line, placed: Sequence[Statement], elements: Mapping[str, Element]
    ) -> Line:
        newest = placed[-1] if placed else None
        if newest is not None:
            strictest = max(tlp.rank(one.marks.tlp.value) for one in placed)
            line = replace(line, changed=newest.position, changed_at=newest.known_at, tlp=max(line.tlp, strictest))
        top = elements.get(top_element(line.id))
        if top is not None:
            says = top.by(line.host)
            state = self.shape.look(top).state
            line = replace(line, state=state)
            if says is not None:
                line = replace(line, title_vi=says.title_vi, title_en=says.title_en)
        if member_element(line.id, self.node_id) in elements or line.host == self.node_id:
            mine = self.member(connection, line, self.node_id)
            if mine is not None:
                line = replace(line, part=mine.part)
        return line

    # --- who takes part -------------------------------------------------------------------------------------------
    def _member_changed(self, connection: Connection, line: Line, element: Element) -> None:
        says = next((one.says for one in element.columns.values() if one.says is not None), None)
        if says is None or not line.host:
            return
        if says.node == self.node_id:
            pace.free(connection, line.id)
            self.wake_after(connection)
            return
        found = membership(line.host, says.node, element)
        if found is None:
            return
        pace.free(connection, line.id, found.node)
        if self._said_to_all(connection, line, element, found):
            return  # which came here again
        if found.part is not Part.IN:
            ways.stop(connection, line.id, found.node)
            self._last_words(connection, line, element, found)
            return
        ways.again(connection, line.id, found.node)
        # the host gives what it agreed to; others decide about theirs by an act of their own
        history = found.history if line.host == self.node_id else History.NONE
        self.give(connection, line, found.node, history, found.since)
        self.wake_after(connection)

    def _said_to_all(self, connection: Connection, line: Line, element: Element, found: Membership) -> bool:
        """The host says in its column what a member has answered: others may not know that member."""
        if line.host != self.node_id or line.part is not Part.IN:
            return False
        said = element.by(self.node_id).stands
        if found.part is Part.IN and said is Stands.INVITED:
            stands = Stands.JOINED
        elif found.part is Part.LEFT and said is not Stands.GONE:
            stands = Stands.GONE
        else:
            return False
        word = Member(
            node=found.node, stands=stands, invitation=found.invitation, history=found.history, since=found.since
        )
        marks = self.marks_of_part(connection, line, element.columns[self.node_id].marks)
        statement = self.statement(word, marks, element=element, officer=NODE_OFFICER)
        line, placed = self.keep(connection, line, [statement])
        self.route(connection, line, placed)
        return True

    def _last_words(self, connection: Connection, line: Line, element: Element, found: Membership) -> None:
        """Who is removed hears that; nothing else goes any more."""
        if found.part is Part.REMOVED and line.host == self.node_id:
            position = element.columns[self.node_id].position
            ways.add(connection, line.id, found.node, [position], Way.DUE)
            self.wake_after(connection)

    # --- a new fact -----------------------------------------------------------------------------------------------
    def statement(
        self,
        says: msgspec.Struct | None,
        marks: Marks,
        *,
        officer: Named,
        element: Element | None = None,
        element_id: str = "",
        reason: str = "",
        audience: frozenset[str] | None = None,
    ) -> Statement:
        """A new fact of ours. `element` is what is known of the element, `element_id` that of a new one, if it has one.

        Raises `NotAllowed("shared-versions")` when an element was changed too often, `Refused` for what nobody could
        read.
        """
        kind = element.kind if element is not None else kind_of(says) if says is not None else ""
        last = None if element is None else element.columns.get(self.node_id)
        version = 1 if last is None else last.version + 1
        if version > limits.RECORD_VERSIONS_MAX:
            raise NotAllowed("shared-versions", limit=limits.RECORD_VERSIONS_MAX)
        now = self.clock.now()
        target = element.id if element is not None else element_id
        stated: Stated[Any] = Stated(
            id=ids.new_id("fct", self.chance),
            element=target or ids.new_id(self.shape.prefixes[kind], self.chance),
            version=version,
            at=now,
            officer=officer,
            marks=marks,
            says=says,
            reason=reason,
            narrow=audience is not None,
        )
        self.facts.check(stated)
        return Statement(author=self.node_id, kind=kind, stated=stated, known_at=now, audience=audience)

    def new_element(self, kind: str) -> str:
        """The id of an element that is about to be stated."""
        return ids.new_id(self.shape.prefixes[kind], self.chance)
