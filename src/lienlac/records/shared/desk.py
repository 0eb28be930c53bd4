"""An officer acts on a shared record: opens it, states, takes back; and `Shared`, the records of one subject.

Each act is one transaction: the right about this very record, what the subject checks, the facts, their ways to
members, the journal. A record is looked up within the officer's scope, so that one that is hidden and one that does not
exist are the same to the database already. `Shared` is what a subject's desk is made of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.records.access.desk import NeedToKnow, Subject
from lienlac.records.shared.arrivals import Arrivals
from lienlac.records.shared.fold import DRAWN_BYTES, Part, joined, record_id_of, top_element
from lienlac.records.shared.keeping.desk import Keeper, named, require_in
from lienlac.records.shared.leaving.desk import Counter
from lienlac.records.shared.outcome import Outcome
from lienlac.records.shared.partaking.desk import Partaking
from lienlac.records.shared.private.desk import Private
from lienlac.records.shared.reading.desk import Reading
from lienlac.records.shared.shape import Saying, kind_of
from lienlac.records.shared.store import lines, ways
from lienlac.records.shared.store.lines import Line
from lienlac.records.shared.watch import step
from lienlac.releases.preview import without_passages
from lienlac.wire.bodies.records import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import Sender
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.leaving.desk import Telling
    from lienlac.records.shared.shape import Shape
    from lienlac.records.shared.terms import Agreements, Record, Terms
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.storage.database import Database
    from lienlac.wire.message import Marks

_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A record to be opened: what it is, on what basis it is shared, how what it says must be handled."""

    top: msgspec.Struct
    marks: Marks
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    drill: bool = False
    further: tuple[Say, ...] = ()
    """What is stated with it, in the same act."""
    sources: tuple[str, ...] = ()
    """Ids of what it goes on from: restricted as the first restricted one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One word to be stated. `element`: of a known element, or the id that a new one gets; empty for any new id.

    `says` None takes back what we said. `audience`: only these members; None is everybody who may know it.
    """

    says: msgspec.Struct | None
    marks: Marks
    element: str = ""
    reason: str = ""
    audience: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where a fact with certain marks would go: at once, after a second officer, or not at all and why (a code)."""

    node: str
    goes: bool
    reasons: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a subject's shared records are made of in this node."""

    node_id: str
    country: str
    database: Database
    clock: Clock
    chance: Chance
    sender: Sender
    agreements: Agreements
    releases: Releases
    record: Record
    changed: Callable[[Thing], None]
    asked: Callable[[Connection, Line], None] = field(default=lambda _connection, _line: None)


class Shared:
    """The records of one subject. `read` changes nothing, `part` is who takes part, `access` who may see."""

    def __init__(self, shape: Shape, given: Given, telling: Telling) -> None:
        self.shape = shape
        self.node_id = given.node_id
        self.releases = given.releases
        self._given = given
        self._database = given.database
        self._clock = given.clock
        self._record = given.record
        self.keeper = Keeper(
            shape,
            node_id=given.node_id,
            database=given.database,
            clock=given.clock,
            chance=given.chance,
            sender=given.sender,
            agreements=given.agreements,
            changed=given.changed,
        )
        self.guards: list[Callable[[Connection, Line, Sequence[Say]], None]] = []
        """What a subject holds at home before words of ours are kept; each may raise."""
        self.completes: Callable[[Connection, Line, Say], Say] = lambda _connection, _line, say: say
        """What a subject adds to a word that an officer states: a running number, what no form shows."""
        self.narrowed: list[Callable[[Connection, Thing], None]] = []
        """Who hears, in the same transaction, that others may see a record now: tables that repeat what it says."""
        self.arrivals = Arrivals(self.keeper, asked=given.asked)
        self.read = Reading(self.keeper, given.database, given.releases)
        self._find = self.read.found
        self.part = Partaking(self.keeper, self.read, given.database, given.record)
        self.leaving = Counter(self.keeper, releases=given.releases, telling=telling, invite=self.part.invite_approved)
        self.part.leaving = self.leaving
        self.private = Private(
            shape,
            database=given.database,
            clock=given.clock,
            chance=given.chance,
            record=given.record,
            find=self.read.found,
        )
        self.access = NeedToKnow(
            Subject(kind=shape.name, reads=shape.rights.reads, restricts=shape.rights.restricts),
            database=given.database,
            clock=given.clock,
            record=given.record,
            find=self.read.found,
            changed=self._seen_by,
            mark=lines.set_restricted,
        )

    def _seen_by(self, connection: Connection, thing: Thing) -> None:
        for heard in self.narrowed:
            heard(connection, thing)
        self.keeper.tell(connection, thing.id)

    def watch(self) -> bool:
        """Let go one message for whatever is due; False when nothing went."""
        return step(self._database, self.keeper)

    def partners(self, language: str) -> list[tuple[str, str]]:
        """Peers under whose agreement such records may be shared: node and name."""
        with self._database.read() as connection:
            peers = self._given.agreements.peers(connection)
            agreed = [one for one in peers if self.keeper.terms(connection, one.node_id) is not None]
        return [(one.node_id, one.name_vi if language == "vi" else one.name_en) for one in agreed]

    # --- opening --------------------------------------------------------------------------------------------------
    def open(self, officer: Officer, opening: Opening, *, once: str = "") -> Outcome:
        """A new record of ours. Raises `NotAllowed`, and `Refused` for what the subject does not let be said."""
        rights.require(officer, self.shape.rights.opens)

        def work(connection: Connection) -> Outcome:
            said = _said(opening)
            before = lines.ONCE.before(connection, officer.id, once, said)
            known = None if before is None else lines.find(connection, before)
            if known is not None:
                return Outcome(line=known)
            now = self._clock.now()
            line = self._new_line(connection, opening, now)
            lines.insert(connection, line)
            holders = {officer.id, *officer.units}
            access.add(connection, line.id, access.Relation.HOLDER, holders, by=officer.id, at=now)
            self.access.inherit(connection, line, opening.sources)
            top = Say(says=opening.top, marks=opening.marks, element=top_element(line.id))
            outcome = self._say(connection, officer, line, [top, *opening.further])
            self._note(connection, officer, "open", outcome.line, {"facts": len(outcome.statements)})
            lines.ONCE.keep(connection, officer.id, once, said, made=line.id, at=now)
            return outcome

        return self._database.write(work)

    def _new_line(self, connection: Connection, opening: Opening, now: datetime) -> Line:
        shape, top = self.shape, opening.top
        number = lines.next_number(connection, shape.name, now.year)
        return Line(
            id=record_id_of(shape.mark, self.node_id, self._given.chance.token(DRAWN_BYTES)),
            kind=shape.name,
            host=self.node_id,
            reference=f"{self._given.country.upper()}-{shape.letter}-{now.year}-{number:06}",
            title_vi=top.title_vi,  # type: ignore[attr-defined]  # the top word of every subject has titles
            title_en=top.title_en,  # type: ignore[attr-defined]  # likewise
            state="",
            part=Part.IN,
            purpose=opening.purpose,
            legal_basis=opening.legal_basis,
            legal_basis_text=opening.legal_basis_text,
            typology=opening.typology,
            drill=opening.drill,
            restricted=False,
            opened_at=now,
            changed_at=now,
        )

    # --- stating --------------------------------------------------------------------------------------------------
    def state(self, officer: Officer, name: str, says: Sequence[Say]) -> Outcome:
        """State words in our own column. Raises `NotAllowed`, and `Refused` for what the subject does not let be said.

        What is taken back goes through `retract`, which asks for a reason.

        Passages between `[[` and `]]` are blackened before they are kept.
        """
        return self._database.write(lambda connection: self.state_with(connection, officer, name, says))

    def state_with(self, connection: Connection, officer: Officer, name: str, says: Sequence[Say]) -> Outcome:
        """The same in the caller's transaction."""
        line, _thing = self._find(connection, officer, self.shape.rights.writes, name)
        require_in(line)
        outcome = self._say(connection, officer, line, says)
        facts = [one.id for one in outcome.statements]
        self._note(connection, officer, "state", outcome.line, {"facts": facts[:50], "count": len(facts)})
        return outcome

    def retract(self, officer: Officer, name: str, element_id: str, reason: str, marks: Marks | None = None) -> Outcome:
        """Take back what we said of an element; it stays to be seen, with the reason.

        Everybody who got anything of it must hear that: without `marks` the reason is marked so that they may. Raises
        `NotAllowed("not-found")` for one of which we have said nothing, `Refused("reason-missing" |
        "shared-reason-marks")`.
        """
        if not reason.strip():
            raise Refused("reason-missing", field="reason")

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, self.shape.rights.writes, name)
            require_in(line)
            said = [
                one for one in self.keeper.facts.versions(connection, line.id, element_id) if one.author == self.node_id
            ]
            if not said or said[-1].says is None or said[-1].kind in {"member", self.shape.top}:
                raise NotAllowed("not-found")
            chosen = self._marks_of_reason(connection, line, said, marks)
            say = Say(says=None, marks=chosen, element=element_id, reason=reason.strip())
            outcome = self._say(connection, officer, line, [say])
            self._note(connection, officer, "retract", outcome.line, {"element": element_id, "reason": reason.strip()})
            return outcome

        return self._database.write(work)

    def _marks_of_reason(
        self, connection: Connection, line: Line, said: Sequence[Statement], wanted: Marks | None
    ) -> Marks:
        """The newest of our marks under which all who hold something of it may read the reason.

        Raises `Refused("shared-reason-marks")` when those that an officer wants keep it from one of them.
        """
        holders = ways.holders(connection, line.id, said[-1].element)
        terms = [
            self.keeper.terms(connection, peer) for peer in self.keeper.others(connection, line) if peer in holders
        ]

        def all_may(marks: Marks) -> bool:
            return all(one is None or _covered(one, marks) for one in terms)

        if wanted is not None:
            if not all_may(wanted):
                raise Refused("shared-reason-marks", field="marks")
            return wanted
        return next((one.marks for one in reversed(said) if all_may(one.marks)), said[-1].marks)

    def say(self, connection: Connection, officer: Officer, line: Line, says: Sequence[Say]) -> Outcome:
        """State inside the caller's transaction, which has asked the gate and writes the journal."""
        require_in(line)
        return self._say(connection, officer, line, says)

    def let_go(self, connection: Connection, officer: Officer, line: Line, facts: Sequence[Statement]) -> list[Release]:
        """Facts of ours that were kept before, and have been cleared now, begin their way inside the caller's act."""
        return self._let_go(connection, officer, line, facts)

    def _say(self, connection: Connection, officer: Officer, line: Line, says: Sequence[Say]) -> Outcome:
        facts = self.keeper.facts
        if not facts.room_for(connection, line.id, self.node_id, len(says)):
            raise Refused("shared-full", limit=limits.RECORD_FACTS_MAX)
        says = [self.completes(connection, line, say) for say in says]
        known = facts.known_elements(connection, line.id, [say.element for say in says if say.element])
        made: list[Statement] = []
        for say in says:
            one = self._statement(officer, line, say, known)
            known[one.element] = joined(known.get(one.element), one)
            made.append(one)
        for guard in self.guards:
            guard(connection, line, says)
        line, placed = self.keeper.keep(connection, line, made, officer_id=officer.id)
        for one in placed:
            if one.says is None:
                ways.withdraw(connection, line.id, one.element)
        waits = self._let_go(connection, officer, line, placed)
        return Outcome(line=line, statements=tuple(placed), waits=tuple(waits))

    def _statement(self, officer: Officer, line: Line, say: Say, known: Mapping[str, Element]) -> Statement:
        """A word as a fact of ours. Raises `NotAllowed("not-found")` for what is not ours to say, or not there."""
        says, shape = say.says, self.shape
        top = top_element(line.id)
        element_id = top if says is not None and kind_of(says) == shape.top else say.element
        element = known.get(element_id)
        if says is None:
            if element is None or element.by(self.node_id) is None or element.kind in {"member", shape.top}:
                raise NotAllowed("not-found")
        else:
            kind = kind_of(says)
            strange = bool(element_id) and shape.kind_of(element_id) != kind
            if isinstance(says, Member) or strange or kind not in shape.prefixes:
                raise NotAllowed("not-found")
            says = without_passages(says)
            if _NUL.search(msgspec.json.encode(says)):  # no node takes that in (clause 1.3), nor what goes with it
                raise Refused("malformed", reason="U+0000")
            shape.check(
                Saying(kind=kind, says=says, element=element, author=self.node_id, host=line.host,
                       now=self._clock.now())
            )  # fmt: skip
        return self.keeper.statement(
            says, say.marks, officer=named(officer), element=element, element_id=element_id, reason=say.reason,
            audience=say.audience,
        )  # fmt: skip

    def _let_go(
        self, connection: Connection, officer: Officer, line: Line, placed: Sequence[Statement]
    ) -> list[Release]:
        """Facts begin their way to members: at once, or held where the agreement wants a second officer."""
        waits: list[Release] = []
        held: list[str] = []
        for peer in self.keeper.others(connection, line):
            terms = self.keeper.terms(connection, peer)
            going = self.keeper.going(connection, line, placed, peer, terms)
            if terms is not None and self.keeper.reasons(terms, line, going):
                held.append(peer)
                waits += self.leaving.propose_facts(connection, officer, line, peer, going, terms)
        for peer in self.keeper.route(connection, line, placed, held=held):
            self.keeper.send_due(connection, line, peer)
        if len(placed) > limits.RECORD_INTERACTIVE_FACTS:
            self.keeper.wake_after(connection)
        return waits

    def reach(self, officer: Officer, name: str, marks: Marks, *, persons: bool = False) -> list[Reach]:
        """Where a fact with these marks would go. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self._find(connection, officer, self.shape.rights.reads, name)
            found = []
            for peer in self.keeper.others(connection, line):
                terms = self.keeper.terms(connection, peer)
                if terms is None:
                    found.append(Reach(node=peer, goes=False, code="no-agreement"))
                    continue
                try:
                    terms.check_marks(marks)
                except Refused as error:
                    found.append(Reach(node=peer, goes=False, code=error.code))
                    continue
                reasons = terms.needs_second_officer(self.shape.state, marks, line.typology, persons=persons)
                found.append(Reach(node=peer, goes=True, reasons=tuple(reasons)))
        return found

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection,
            at=self._clock.now(),
            actor=officer.id,
            action=f"{self.shape.name}.{act}",
            thing=line.id,
            detail={"reference": line.reference, **detail},
        )


def _covered(terms: Terms, marks: Marks) -> bool:
    try:
        terms.check_marks(marks)
    except Refused:
        return False
    return True


def _said(opening: Opening) -> tuple[object, ...]:
    """All that the form says: the same for the same form, in every process."""
    said = [
        (one.says, one.marks, one.element, one.reason, None if one.audience is None else sorted(one.audience))
        for one in opening.further
    ]
    rest = (
        opening.top, opening.marks, opening.purpose, opening.legal_basis, opening.legal_basis_text, opening.typology,
        opening.drill, opening.sources,
    )  # fmt: skip
    return rest, said
