"""An officer acts on a delegation: answers a time and place, agrees to a paragraph, signs the minutes, follows up.

What is common to shared records is done by `Shared`; here stands what only delegations have. Whoever agrees names the
digest of exactly what they were shown: where that no longer stands, nothing is agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import limits
from lienlac.delegations.papers.desk import Papers
from lienlac.delegations.rules import minutes, protocol
from lienlac.delegations.rules.lifecycle import OUTCOMES, STAGES
from lienlac.delegations.rules.outcomes import Commitment, commitment
from lienlac.delegations.shape import SHAPE
from lienlac.delegations.showing import calendar
from lienlac.delegations.showing.paper import minutes_paper
from lienlac.delegations.store import due_before, in_year, open_elements, paragraph_ids
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.shared.desk import Say, Shared
from lienlac.records.shared.fold import Part, derived, top_element
from lienlac.records.shared.store import lines
from lienlac.wire.bodies.delegations import (
    Answer,
    Delegation,
    Minutes,
    MinutesParagraph,
    Outcome,
    OutcomeState,
    Proposal,
    Stage,
)
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.delegations.rules.minutes import Agreement, Whole
    from lienlac.delegations.showing.calendar import Invitation
    from lienlac.delegations.store import Planned
    from lienlac.documents.document import Both, Document
    from lienlac.documents.document import Say as Words
    from lienlac.errors import Language
    from lienlac.exchange.attachments.holding.desk import Holding
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.leaving.desk import Telling
    from lienlac.records.shared.outcome import Outcome as Done
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.delegations import Participant
    from lienlac.wire.message import Marks

SIGNING = "minutes"


class Printer(Protocol):
    """What makes a document: `documents.desk.Press`."""

    def print(self, document: Document, /) -> bytes:
        """The document as PDF."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """The minutes of a record as an officer sees them."""

    room: Room
    whole: Whole
    sides: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A visit that begins soon, or an outcome of ours that is due or overdue."""

    record_id: str
    reference: str
    title_vi: str
    title_en: str
    at: datetime
    element: str
    line: str
    outcome: bool
    overdue: bool
    drill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A paragraph of the minutes, or a time and place, that the other side has worded and we have not answered."""

    record_id: str
    reference: str
    element: str
    kind: str
    digests: tuple[str, ...]
    drill: bool


class Delegations:
    """The delegations of one node. `shared` is everything that they have in common with other shared records."""

    def __init__(
        self, given: Given, telling: Telling, holding: Holding, *, printer: Printer, say: Words,
        names: Callable[[str], Both],
    ) -> None:  # fmt: skip
        self.shared = Shared(SHAPE, given, telling)
        self.papers = Papers(self.shared, holding, given)
        self.kinds = SHAPE.kinds
        self.node_id = given.node_id
        self.say = say
        self.names = names
        self._keeper = self.shared.keeper
        self._database = given.database
        self._clock = given.clock
        self._record = given.record
        self._printer = printer
        self._find = self.shared.read.found

    def names_in(self, language: str) -> dict[str, str]:
        """What this node and every peer are called, in a language."""
        with self._database.read() as connection:
            nodes = [self.node_id, *(one.node_id for one in self._keeper.agreements.peers(connection))]
        return {node: getattr(self.names(node), language) for node in nodes}

    # --- reading --------------------------------------------------------------------------------------------------
    def minutes(self, officer: Officer, name: str) -> Read:
        """The minutes side by side. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.DELEGATION_READ)
        room = self.shared.read.room(officer, name)
        rows = limits.DELEGATION_MINUTES_MAX
        paragraphs = [one for one, _at in self.shared.read.elements(officer, room.line.id, "paragraph", rows=rows)]
        signing = self.shared.read.some(officer, room.line.id, [_signing(room.line.id)])
        sides = frozenset(one.node for one in room.members if one.part is Part.IN)
        whole = minutes.whole(room.line.id, paragraphs, next(iter(signing.values()), None), sides)
        return Read(room=room, whole=whole, sides=sides)

    def proposals(self, officer: Officer, name: str) -> list[Agreement]:
        """Times and places that were proposed, and who stands by which. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.DELEGATION_READ)
        room = self.shared.read.room(officer, name)
        sides = {one.node for one in room.members if one.part is Part.IN}
        found = self.shared.read.elements(officer, room.line.id, "proposal", rows=limits.PAGE_MAX_ROWS)
        return [minutes.agreement(one, sides) for one, _at in found]

    def protocol(self, officer: Officer, name: str) -> list[tuple[Element, Participant]]:
        """Everybody who takes part, in the order of protocol. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.DELEGATION_READ)
        room = self.shared.read.room(officer, name)
        rows = limits.DELEGATION_ORDER_MAX
        people = [one for one, _at in self.shared.read.elements(officer, room.line.id, "participant", rows=rows)]
        return protocol.ordered(people, room.line.host)

    def outcomes(self, officer: Officer, name: str) -> list[Commitment]:
        """What came out of it, and what has become of that. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.DELEGATION_READ)
        found = self.shared.read.elements(officer, name, "outcome", rows=limits.PAGE_MAX_ROWS)
        return [one for element, _at in found if (one := commitment(element)) is not None]

    def plan(self, officer: Officer, year: int) -> list[Planned]:
        """The visits of a year that the officer may know of. Raises `Refused("year-unknown")`."""
        rights.require(officer, Action.DELEGATION_READ)
        if not limits.INSTANT_FIRST_YEAR <= year <= limits.INSTANT_LAST_YEAR - 1:
            raise Refused("delegation-year", field="year")
        with self._database.read() as connection:
            return in_year(connection, scope_of(officer), year)

    def reminders(self, connection: Connection, officer: Officer, now: datetime) -> list[Reminder]:
        """What the officer should be reminded of: visits that begin soon, outcomes of ours that are due."""
        if not rights.may(officer, Action.DELEGATION_READ):
            return []
        found = []
        for row in due_before(connection, scope_of(officer), now):
            ours = True
            if row.outcome:
                element = self._keeper.facts.element(connection, row.record_id, row.element)
                said = None if element is None else commitment(element)
                ours = said is not None and said.text.owner == self.node_id
            if ours:
                found.append(
                    Reminder(
                        record_id=row.record_id, reference=row.reference, title_vi=row.title_vi,
                        title_en=row.title_en, at=row.at, element=row.element, line=row.line, outcome=row.outcome,
                        overdue=row.outcome and row.at.date() < now.date(), drill=row.drill,
                    )
                )  # fmt: skip
        return found

    def waiting(self, connection: Connection, officer: Officer) -> list[Waiting]:
        """Paragraphs and times that wait for this side's answer, of what the officer may know of."""
        if not rights.may(officer, Action.DELEGATION_READ):
            return []
        found = []
        for line_id, element_id in open_elements(connection, scope_of(officer)):
            line = lines.find(connection, line_id)
            element = self._keeper.facts.element(connection, line_id, element_id)
            if line is None or element is None:
                continue
            stands = minutes.agreement(element, self._sides(connection, line))
            if minutes.waits_for(stands, self.node_id):
                digests = tuple(one.digest for author, one in stands.wordings.items() if author != self.node_id)
                found.append(
                    Waiting(
                        record_id=line.id, reference=line.reference, element=element_id, kind=element.kind,
                        digests=digests, drill=line.drill,
                    )
                )  # fmt: skip
        return found

    def calendar(self, officer: Officer, name: str) -> bytes:
        """The visit and its programme as iCalendar. Raises `NotAllowed("not-found" | "delegation-no-time")`."""
        rights.require(officer, Action.DELEGATION_READ)
        room = self.shared.read.room(officer, name)
        found = self.shared.read.elements(officer, room.line.id, "item", rows=limits.PAGE_MAX_ROWS)
        top = None if room.top is None else room.top.by(room.line.host)
        agreed = [one.agreed.says for one in self.proposals(officer, name) if one.agreed is not None]
        events = calendar.events_of(room.line, top, agreed[-1] if agreed else None, [one for one, _at in found])
        if not events:
            raise NotAllowed("delegation-no-time")
        return calendar.write(events, node_id=self.node_id, at=room.line.changed_at)

    def year(self, officer: Officer, year: int) -> bytes:
        """The yearly plan as iCalendar."""
        rights.require(officer, Action.DELEGATION_READ)
        events = [calendar.event_of_plan(one) for one in self.plan(officer, year)]
        return calendar.write(events, node_id=self.node_id, at=self._clock.now())

    def paper(self, officer: Officer, name: str, lead: Language) -> bytes:
        """The minutes as PDF in both languages. Raises `NotAllowed`: `not-found`, `minutes-empty`, the press's own."""
        rights.require(officer, Action.DELEGATION_READ)
        read = self.minutes(officer, name)
        if not read.whole.paragraphs:
            raise NotAllowed("minutes-empty")
        outcomes = self.outcomes(officer, read.room.line.id)
        people = self.protocol(officer, read.room.line.id)
        document = minutes_paper(read.room, read.whole, people, outcomes, names=self.names, say=self.say, lead=lead)
        return self._printer.print(document)

    # --- when and where -------------------------------------------------------------------------------------------
    def propose(self, officer: Officer, name: str, proposal: Proposal, marks: Marks, *, element: str = "") -> Done:
        """Propose a time and place, or another one against that element's. Raises `NotAllowed`, `Refused`."""
        rights.require(officer, Action.DELEGATION_WRITE)
        return self.shared.state(officer, name, [Say(says=proposal, marks=marks, element=element)])

    def take_file(
        self, officer: Officer, name: str, data: bytes, marks: Marks, *, zone: str, language: Language = "vi"
    ) -> Done:
        """Each event of an invitation's calendar file becomes a proposal of ours. Raises as `read_file`."""
        found = self.read_file(officer, data, zone=zone)
        return self.shared.state(
            officer, name, [Say(says=calendar.proposal_of(one, language), marks=marks) for one in found]
        )

    def answer(
        self, officer: Officer, name: str, element_id: str, *, digest: str, accept: bool, text: str = ""
    ) -> Done:
        """Accept the time and place with this digest, or refuse the proposal.

        An accepted one goes into our own column of what the delegation is, too.
        Raises `NotAllowed("not-found" | "minutes-text-changed")`, `Refused("reason-missing")`.
        """
        if not accept and not text.strip():
            raise Refused("reason-missing", field="text")

        def work(connection: Connection) -> Done:
            line, found = self._to_agree(connection, officer, name, element_id, "proposal")
            standing = found.stands(digest)
            if standing is None:
                raise NotAllowed("minutes-text-changed")
            said = Said(vi=text.strip()) if text.strip() else Said()
            agrees = digest if accept else None
            word = Proposal(answer=Answer.ACCEPTS if accept else Answer.REFUSES, agrees=agrees, text=said)
            marks = found.element.columns[standing.author].marks
            says = [Say(says=word, marks=marks, element=element_id)]
            top = self._top(connection, line)
            if accept and top is not None:
                where = standing.says
                moved = msgspec.structs.replace(
                    top[0], starts=where.starts, ends=where.ends, country=where.country, place=where.place
                )
                says.append(Say(says=moved, marks=top[1], element=top_element(line.id)))
            return self._said(connection, officer, line, says, "accept" if accept else "refuse")

        return self._database.write(work)

    # --- minutes --------------------------------------------------------------------------------------------------
    def agree(self, officer: Officer, name: str, element_id: str, digest: str) -> Done:
        """Agree to the wording with this digest, in our own column.

        Raises `NotAllowed`: `not-found`, `minutes-text-changed` where that wording no longer stands,
        `minutes-language-missing`, `minutes-agreed-already`.
        """

        def work(connection: Connection) -> Done:
            line, found = self._to_agree(connection, officer, name, element_id, "paragraph")
            standing = found.stands(digest)
            if standing is None:
                raise NotAllowed("minutes-text-changed")
            text = standing.says.text
            if not (text.vi.strip() and text.en.strip()):
                raise NotAllowed("minutes-language-missing")
            if found.positions.get(self.node_id) == digest:
                raise NotAllowed("minutes-agreed-already")
            word = MinutesParagraph(number=standing.says.number, agrees=digest)
            marks = found.element.columns[standing.author].marks
            return self._said(connection, officer, line, [Say(says=word, marks=marks, element=element_id)], "agree")

        return self._database.write(work)

    def sign(
        self, officer: Officer, name: str, digest: str, *, signatory: str, title: str = "", place: str = ""
    ) -> Done:
        """Agree to the minutes as a whole, as they were shown.

        Raises `NotAllowed("minutes-open" | "minutes-text-changed")`, `Refused("field-missing")`.
        """
        if not signatory.strip():
            raise Refused("field-missing", field="signatory")

        def work(connection: Connection) -> Done:
            line, _thing = self._find(connection, officer, SHAPE.rights.shares, name)
            whole = self._whole(connection, line)
            if whole.digest is None:
                raise NotAllowed("minutes-open", open=whole.open)
            if whole.digest != digest:
                raise NotAllowed("minutes-text-changed")
            word = Minutes(whole=digest, signatory=signatory.strip(), title=title.strip(), place=place.strip())
            top = self._top(connection, line)
            if top is None:
                raise NotAllowed("not-found")
            say = Say(says=word, marks=top[1], element=_signing(line.id))
            return self._said(connection, officer, line, [say], "sign")

        return self._database.write(work)

    # --- stages and outcomes --------------------------------------------------------------------------------------
    def stage(self, officer: Officer, name: str, stage: Stage) -> Done:
        """How far it is for us. Raises `NotAllowed("delegation-step")` where that cannot follow."""

        def work(connection: Connection) -> Done:
            line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
            top = self._top(connection, line)
            if top is None or stage not in STAGES[top[0].state]:
                raise NotAllowed("delegation-step")
            moved = msgspec.structs.replace(top[0], state=stage)
            say = Say(says=moved, marks=top[1], element=top_element(line.id))
            return self._said(connection, officer, line, [say], stage.value)

        return self._database.write(work)

    def follow_up(self, officer: Officer, name: str, element_id: str, state: OutcomeState, note: str = "") -> Done:
        """What has become of an outcome, in our own column. Raises `NotAllowed("not-found" | "delegation-step")`."""

        def work(connection: Connection) -> Done:
            line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
            element = self._keeper.facts.element(connection, line.id, element_id)
            known = None if element is None else commitment(element)
            if element is None or known is None:
                raise NotAllowed("not-found")
            own: Outcome | None = known.said.get(self.node_id)
            if state not in OUTCOMES[OutcomeState.OPEN if own is None else own.state]:
                raise NotAllowed("delegation-step")
            word = msgspec.structs.replace(own or known.text, state=state, note=note.strip())
            marks = next(iter(element.columns.values())).marks
            return self._said(connection, officer, line, [Say(says=word, marks=marks, element=element_id)], state.value)

        return self._database.write(work)

    def read_file(self, officer: Officer, data: bytes, *, zone: str) -> list[Invitation]:
        """What an invitation's calendar file proposes; nothing is kept. Raises `Refused("invitation-file")`."""
        rights.require(officer, Action.DELEGATION_WRITE)
        return calendar.read(data, zone=zone)

    # --- inside ---------------------------------------------------------------------------------------------------
    def _to_agree(
        self, connection: Connection, officer: Officer, name: str, element_id: str, kind: str
    ) -> tuple[Line, Agreement]:
        line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
        element = self._keeper.facts.element(connection, line.id, element_id)
        if element is None or element.kind != kind:
            raise NotAllowed("not-found")
        return line, minutes.agreement(element, self._sides(connection, line))

    def _sides(self, connection: Connection, line: Line) -> set[str]:
        return {one.node for one in self._keeper.members(connection, line) if one.part is Part.IN}

    def _whole(self, connection: Connection, line: Line) -> Whole:
        facts = self._keeper.facts
        paragraphs = facts.elements(connection, line.id, paragraph_ids(connection, line.id))
        signing = facts.element(connection, line.id, _signing(line.id))
        return minutes.whole(line.id, paragraphs, signing, self._sides(connection, line))

    def _top(self, connection: Connection, line: Line) -> tuple[Delegation, Marks] | None:
        """Our own column of what the delegation is, and until there is one, its host's."""
        top = self._keeper.facts.element(connection, line.id, top_element(line.id))
        for author in (self.node_id, line.host):
            found = None if top is None else top.columns.get(author)
            if found is not None and isinstance(found.says, Delegation):
                return found.says, found.marks
        return None

    def _said(self, connection: Connection, officer: Officer, line: Line, says: Sequence[Say], act: str) -> Done:
        done = self.shared.say(connection, officer, line, says)
        detail: dict[str, Any] = {"reference": line.reference, "act": act, "facts": [one.id for one in done.statements]}
        self._record(
            connection, at=self._clock.now(), actor=officer.id, action="delegation.state", thing=line.id, detail=detail
        )
        return done


def _signing(record_id: str) -> str:
    return derived("min", record_id, SIGNING)
