"""An officer acts on a programme: signs it, states a quarter's report, countersigns the other side's; and `Programmes`.

Everything else about a programme is stated as about any shared record. What binds the authority (signature, report) is
an act of its own here, by somebody who may bind it, and can be stated no other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.documents.document import Both
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.programmes.indicators.figures import DEFINITION, differences, digest_of
from lienlac.programmes.indicators.quarter import Quarter, up_to
from lienlac.programmes.lifecycle import follows
from lienlac.programmes.programme import SHAPE, signed_by, substance
from lienlac.programmes.showing.report import report_paper
from lienlac.records.shared.desk import Say, Shared
from lienlac.records.shared.fold import derived, top_element
from lienlac.records.shared.keeping.desk import require_in
from lienlac.records.shared.shape import kind_of
from lienlac.records.shared.store.facts import listed
from lienlac.vocabulary import typologies
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import Programme, Report, Signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from sqlalchemy import Connection

    from lienlac.documents.document import Document
    from lienlac.documents.document import Say as Say_
    from lienlac.errors import Language
    from lienlac.people.officer import Officer
    from lienlac.programmes.indicators.desk import Indicators
    from lienlac.records.shared.desk import Given
    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.leaving.desk import Telling
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.programmes import Figures
    from lienlac.wire.message import Marks

    class Printer(Protocol):
        """What makes a document: `documents.desk.Press`."""

        def print(self, document: Document, /) -> bytes:
            """The document as PDF."""
            ...


OWN_ACTS: Final = frozenset({"signature", "report"})
"""Kinds of word that bind the authority: only `Programmes` states them."""
NAMELESS: Final = Both("", "")
NOTHING: Final = Said()
"""No remarks."""


class Records(Shared):
    """Programmes as shared records; states follow each other as `lifecycle` says, and what binds is not stated here."""

    def state(self, officer: Officer, name: str, says: Sequence[Say]) -> Outcome:
        """As of any record. Raises `NotAllowed("programme-own-act")` for signatures and reports."""
        if any(say.says is not None and kind_of(say.says) in OWN_ACTS for say in says):
            raise NotAllowed("programme-own-act")
        return super().state(officer, name, says)

    def retract(self, officer: Officer, name: str, element_id: str, reason: str, marks: Marks | None = None) -> Outcome:
        """As of any record; a signature or a report is taken back by who may bind the authority."""
        if self.shape.kind_of(element_id) in OWN_ACTS:
            rights.require(officer, self.shape.rights.shares)
        return super().retract(officer, name, element_id, reason, marks)

    def _statement(self, officer: Officer, line: Line, say: Say, known: Mapping[str, Element]) -> Statement:
        element = known.get(top_element(line.id) if isinstance(say.says, Programme) else say.element)
        follows(None if element is None else element.by(self.node_id), say.says)
        return super()._statement(officer, line, say, known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Figures of some quarters between two authorities, the oldest first. `current`: nothing waits to be counted."""

    pair: tuple[str, str]
    quarters: tuple[Quarter, ...]
    figures: tuple[Figures, ...]
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A quarter's report: what each side has stated, what this node computes now, and where it differs."""

    element: str
    quarter: Quarter
    pair: tuple[str, str]
    columns: dict[str, Report]
    ours_now: Figures | None
    current: bool
    differing: tuple[tuple[str, str, str], ...]
    """Path of a figure, what the other side states, what this node computes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Both sides' statements of one report."""

    said: dict[str, Statement]

    def standing_by(self, author: str) -> Report:
        """What one side states. Raises `NotAllowed("report-missing")`."""
        found = self.said.get(author)
        if found is None or not isinstance(found.says, Report):
            raise NotAllowed("report-missing")
        return found.says

    def countersigned(self, author: str) -> tuple[str, ...]:
        """Who else has signed exactly what this side states, where one of them names the other's digest."""
        digest = self.standing_by(author).digest
        same = [node for node, one in self.said.items() if one.says.digest == digest]
        named = any(self.said[node].says.countersigns == digest for node in same)
        return tuple(node for node in same if node != author) if named else ()


def may_measure(officer: Officer) -> bool:
    """Whether figures over all requests may be shown to somebody: who may bind the authority, and whole auditors."""
    if rights.may(officer, Action.PROGRAMME_SHARE):
        return True
    return rights.may(officer, Action.PROGRAMME_READ) and scope_of(officer).whole


class Programmes:
    """The slice: what the assembly wires and what pages, programs and commands call."""

    kinds = SHAPE.kinds

    def __init__(
        self, given: Given, indicators: Indicators, telling: Telling, *, printer: Printer | None = None,
        say: Say_ | None = None, names: Both = NAMELESS,
    ) -> None:  # fmt: skip
        """`printer` makes papers and `say` gives a msgid in both languages; `names`: what this node is called."""
        self.shared = Records(SHAPE, given, telling)
        self._printer = printer
        self._say = say
        self._names = names
        self._agreements = given.agreements
        self.indicators = indicators
        self.node_id = given.node_id
        self._database = given.database
        self._clock = given.clock
        self._record = given.record

    def watch(self) -> bool:
        """One step of what time brings; False when nothing was due."""
        went = self.shared.watch()
        return self.indicators.watch() or went

    def node_names(self, language: str) -> dict[str, str]:
        """What this node and every peer are called."""
        return {node: both.vi if language == "vi" else both.en for node, both in self._both_names().items()}

    def _both_names(self) -> dict[str, Both]:
        with self._database.read() as connection:
            peers = self._agreements.peers(connection)
        found = {peer.node_id: Both(peer.name_vi, peer.name_en) for peer in peers}
        return found | {self.node_id: self._names if self._names.vi else Both(self.node_id, self.node_id)}

    # --- signing --------------------------------------------------------------------------------------------------
    def sign(self, officer: Officer, name: str, shown: str) -> Outcome:
        """Sign the programme as the host says it now. `shown`: the digest of what the officer has read.

        Raises `NotAllowed`: `programme-changed` when it says something else by now, `programme-signed`.
        """

        def work(connection: Connection) -> Outcome:
            line = self._bound(connection, officer, name)
            top = self._top(connection, line)
            says, held = top.by(line.host), self._kind(connection, line, "signature")
            if substance(says) != shown:
                raise NotAllowed("programme-changed")
            if self.node_id in signed_by(top, line.host, held):
                raise NotAllowed("programme-signed")
            word = Signature(version=top.columns[line.host].version, substance=shown)
            element = derived("sig", line.id, "signature")
            marks = top.columns[line.host].marks
            outcome = self.shared.say(connection, officer, line, [Say(says=word, marks=marks, element=element)])
            self._note(connection, officer, "sign", line, {"substance": shown, "version": word.version})
            return outcome

        return self._database.write(work)

    def signed(self, officer: Officer, name: str) -> frozenset[str]:
        """The authorities whose signature holds for the programme as it is now."""
        with self._database.read() as connection:
            line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_READ, name)
            return signed_by(self._top(connection, line), line.host, self._kind(connection, line, "signature"))

    # --- figures --------------------------------------------------------------------------------------------------
    def count(self, officer: Officer, name: str, peer: str, last: Quarter, quarters: int = 1) -> Counted:
        """Figures of the programme's field of crime between this node and a member.

        Raises `NotAllowed`: `not-found`, `programme-statistics`, `programme-member`.
        """
        with self._database.read() as connection:
            line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_READ, name)
            self._require_measure(officer)
            self._require_member(connection, line, peer)
            wanted = up_to(last, min(max(quarters, 1), limits.INDICATOR_QUARTERS_MAX))
            figures, current = self._figures(connection, line, peer, wanted)
            return Counted(pair=self._pair(peer), quarters=tuple(wanted), figures=tuple(figures), current=current)

    def report(self, officer: Officer, name: str, quarter: Quarter, peer: str, remarks: Said = NOTHING) -> Outcome:
        """State a quarter's report; where the other side has stated the same, this is its countersignature.

        Raises `NotAllowed`: `report-quarter-open`, `report-counting`, `report-stated`, and those of `count`.
        """

        def work(connection: Connection) -> Outcome:
            line = self._bound(connection, officer, name)
            made, element = self._own_report(connection, officer, line, quarter, peer)
            theirs = None if element is None else element.by(peer)
            same = isinstance(theirs, Report) and theirs.digest == made.digest
            return self._state_report(connection, officer, line, made, remarks, countersigns=same)

        return self._database.write(work)

    def countersign(self, officer: Officer, name: str, quarter: Quarter, peer: str, shown: str) -> Outcome:
        """Countersign the other side's report: only when this node computes exactly the same.

        `shown` is the digest that the officer has read. Raises `NotAllowed`: `report-missing`, `report-changed`,
        `report-differs-here`, and those of `report`.
        """

        def work(connection: Connection) -> Outcome:
            line = self._bound(connection, officer, name)
            made, element = self._own_report(connection, officer, line, quarter, peer)
            theirs = None if element is None else element.by(peer)
            if not isinstance(theirs, Report):
                raise NotAllowed("report-missing")
            if theirs.digest != shown:
                raise NotAllowed("report-changed")
            if theirs.digest != made.digest:
                raise NotAllowed("report-differs-here")
            return self._state_report(connection, officer, line, made, NOTHING, countersigns=True)

        return self._database.write(work)

    def compare(self, officer: Officer, name: str, quarter: Quarter, peer: str) -> Compared:
        """What both sides have stated of a quarter, and, for who may see figures, what this node computes now."""
        with self._database.read() as connection:
            line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_READ, name)
            self._require_member(connection, line, peer)
            element_id = self.report_element(line.id, quarter, peer)
            element = self.shared.keeper.facts.element(connection, line.id, element_id)
            columns = {} if element is None else {one.author: one.says for one in element.standing}
            ours, current = None, True
            if may_measure(officer):
                (ours,), current = self._figures(connection, line, peer, [quarter])
            theirs = columns.get(peer)
            differing = differences(theirs.figures, ours) if theirs is not None and ours is not None else []
            return Compared(
                element=element_id,
                quarter=quarter,
                pair=self._pair(peer),
                columns=columns,
                ours_now=ours,
                current=current,
                differing=tuple(differing),
            )

    def stated(self, officer: Officer, name: str, quarter: Quarter, peer: str, author: str) -> Report:
        """A quarter's report as one side has stated it. Raises `NotAllowed("report-missing")`."""
        with self._database.read() as connection:
            line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_READ, name)
            return self._stated(connection, line, quarter, peer).standing_by(author)

    def paper(self, officer: Officer, name: str, quarter: Quarter, peer: str, author: str, lead: Language) -> bytes:
        """A quarter's report of one side as PDF. Raises `NotAllowed`: `report-missing`, and what the press says."""
        rights.require(officer, Action.DOCUMENT_PRINT)
        with self._database.read() as connection:
            line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_READ, name)
            columns = self._stated(connection, line, quarter, peer)
        report = columns.standing_by(author)
        if self._printer is None or self._say is None:
            raise NotAllowed("documents-not-installed")
        every = self._both_names()
        made = report_paper(
            line,
            report,
            author=author,
            countersigned=columns.countersigned(author),
            marks=columns.said[author].marks,
            node=lambda node: every.get(node, Both(node, node)),
            typology=lambda code: Both(typologies.label(code, "vi"), typologies.label(code, "en")),
            say=self._say,
            lead=lead,
        )
        return self._printer.print(made)

    def report_element(self, record_id: str, quarter: Quarter, peer: str) -> str:
        """The element of a quarter's report between this node and a member: the same on both nodes."""
        return derived("rpt", record_id, f"{quarter.name} {' '.join(self._pair(peer))}")

    # --- inside ---------------------------------------------------------------------------------------------------
    def _bound(self, connection: Connection, officer: Officer, name: str) -> Line:
        """The programme, for somebody who may bind this authority in it."""
        line, _thing = self.shared.read.found(connection, officer, Action.PROGRAMME_SHARE, name)
        require_in(line)
        return line

    def _own_report(
        self, connection: Connection, officer: Officer, line: Line, quarter: Quarter, peer: str
    ) -> tuple[Report, Element | None]:
        self._require_measure(officer)
        self._require_member(connection, line, peer)
        if quarter.until > self._clock.now():
            raise NotAllowed("report-quarter-open")
        (figures,), current = self._figures(connection, line, peer, [quarter])
        if not current:
            raise NotAllowed("report-counting")
        element_id = self.report_element(line.id, quarter, peer)
        element = self.shared.keeper.facts.element(connection, line.id, element_id)
        return Report(quarter=quarter.name, figures=figures, digest=digest_of(figures)), element

    def _state_report(
        self, connection: Connection, officer: Officer, line: Line, made: Report, remarks: Said, *, countersigns: bool
    ) -> Outcome:
        pair = made.figures.directions[0]
        peer = pair.executor if pair.requester == self.node_id else pair.requester
        element_id = self.report_element(line.id, Quarter.named(made.quarter), peer)
        element = self.shared.keeper.facts.element(connection, line.id, element_id)
        mine = None if element is None else element.by(self.node_id)
        word = Report(
            quarter=made.quarter, figures=made.figures, digest=made.digest,
            countersigns=made.digest if countersigns else None, remarks=remarks,
        )  # fmt: skip
        if mine == word:
            raise NotAllowed("report-stated")
        marks = self._top(connection, line).columns[line.host].marks
        outcome = self.shared.say(connection, officer, line, [Say(says=word, marks=marks, element=element_id)])
        act = "countersign" if countersigns else "report"
        self._note(connection, officer, act, line, {"quarter": made.quarter, "digest": made.digest})
        return outcome

    def _figures(
        self, connection: Connection, line: Line, peer: str, quarters: Sequence[Quarter]
    ) -> tuple[list[Figures], bool]:
        says = self._top(connection, line).by(line.host)
        return self.indicators.of_quarters(connection, quarters, pair=self._pair(peer), typologies=says.typologies)

    def _stated(self, connection: Connection, line: Line, quarter: Quarter, peer: str) -> Columns:
        element_id = self.report_element(line.id, quarter, peer)
        element = self.shared.keeper.facts.element(connection, line.id, element_id)
        return Columns(said={} if element is None else {one.author: one for one in element.standing})

    def _pair(self, peer: str) -> tuple[str, str]:
        first, second = sorted((self.node_id, peer))
        return first, second

    def _top(self, connection: Connection, line: Line) -> Element:
        """What the programme is. Raises `NotAllowed("not-found")` while that has not come."""
        top = self.shared.keeper.facts.element(connection, line.id, top_element(line.id))
        if top is None or not isinstance(top.by(line.host), Programme):
            raise NotAllowed("not-found")
        return top

    def _kind(self, connection: Connection, line: Line, kind: str) -> list[Element]:
        rows = listed(connection, line.id, kind, rows=limits.RECORD_MEMBERS_MAX)
        return self.shared.keeper.facts.elements(connection, line.id, [row.element for row in rows])

    def _require_measure(self, officer: Officer) -> None:
        if not may_measure(officer):
            raise NotAllowed("programme-statistics")

    def _require_member(self, connection: Connection, line: Line, peer: str) -> None:
        if peer == self.node_id or peer not in {one.node for one in self.shared.keeper.members(connection, line)}:
            raise NotAllowed("programme-member")

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection,
            at=self._clock.now(),
            actor=officer.id,
            action=f"programme.{act}",
            thing=line.id,
            detail={"reference": line.reference, **detail},
        )


__all__ = ["DEFINITION", "Compared", "Counted", "Programmes", "Records", "may_measure"]
