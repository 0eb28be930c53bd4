"""Who takes part in a shared record: an officer invites, answers, leaves, removes, lets a later member have more.

Each act is one transaction: the right about this very record, the fact about the member, the message, the journal. Only
the host invites and removes; everybody answers for their own node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac import clock, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.access import store as access
from lienlac.records.shared.fold import Part, Statement, member_element, top_element
from lienlac.records.shared.keeping.desk import named, require_in
from lienlac.records.shared.outcome import Outcome
from lienlac.records.shared.store import ways
from lienlac.records.shared.store.ways import Way
from lienlac.wire.bodies.records import History, Member, Stands

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.post import Outgoing
    from lienlac.people.officer import Officer
    from lienlac.records.shared.keeping.desk import Keeper
    from lienlac.records.shared.leaving.desk import Counter
    from lienlac.records.shared.reading.desk import Reading
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Record
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks


class Partaking:
    """What officers do about who takes part. `leaving` is the counter at which invitations leave."""

    leaving: Counter

    def __init__(self, keeper: Keeper, read: Reading, database: Database, record: Record) -> None:
        self._keeper = keeper
        self._shape = keeper.shape
        self._node_id = keeper.node_id
        self._find = read.found
        self._database = database
        self._record = record

    def invite(
        self,
        officer: Officer,
        name: str,
        node: str,
        *,
        summary: Said,
        history: History = History.ALL,
        since: datetime | None = None,
        text: str = "",
    ) -> Outcome:
        """Ask a partner to take part; only the host does.

        Raises `NotAllowed`: `not-found`, `shared-not-host`, `shared-member-already`, `shared-members-max`,
        `no-agreement`.
        """

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, self._shape.rights.shares, name)
            if line.host != self._node_id:
                raise NotAllowed("shared-not-host")
            require_in(line)
            terms = self._keeper.terms(connection, node)
            if terms is None or node == self._node_id:
                raise NotAllowed("no-agreement", peer=node)
            known = self._keeper.member(connection, line, node)
            if known is not None and known.part in {Part.IN, Part.INVITED}:
                raise NotAllowed("shared-member-already")
            if known is None and len(self._keeper.members(connection, line)) >= limits.RECORD_MEMBERS_MAX:
                raise NotAllowed("shared-members-max", limit=limits.RECORD_MEMBERS_MAX)
            number = 1 if known is None else known.invitation + 1
            member = Member(
                node=node, stands=Stands.INVITED, invitation=number, history=history, since=since, text=text.strip()
            )
            top = self._keeper.facts.element(connection, line.id, top_element(line.id))
            marks = top.columns[self._node_id].marks if top is not None else None
            if marks is None:
                raise NotAllowed("not-found")
            terms.check_marks(marks)
            for guard in self._keeper.before_inviting:
                guard(connection, line, summary, text)
            body = self._invitation(connection, officer, line, member, marks, summary)
            outgoing = self._keeper.outgoing(line, self._shape.invite, body, node, marks)
            reasons = terms.needs_second_officer(self._shape.invite, marks, line.typology)
            if reasons:
                release = self.leaving.propose(connection, officer, line, outgoing, reasons, terms)
                return Outcome(line=line, waits=(release,))
            return self._invited(connection, line, outgoing, officer)

        return self._database.write(work)

    def _invitation(
        self, connection: Connection, officer: Officer, line: Line, member: Member, marks: Marks, summary: Said
    ) -> Any:
        element_id = member_element(line.id, member.node)
        element = self._keeper.facts.element(connection, line.id, element_id)
        marks = self._keeper.marks_of_part(connection, line, marks, member.node)
        statement = self._keeper.statement(
            member, marks, officer=named(officer), element=element, element_id=element_id
        )
        made: Any = self._shape.invited
        return made(
            reference=line.reference,
            title_vi=line.title_vi,
            title_en=line.title_en,
            summary=summary,
            officer=named(officer),
            member=statement.stated,
            drill=line.drill,
        )

    def _invited(self, connection: Connection, line: Line, outgoing: Outgoing, officer: Officer) -> Outcome:
        """Write the invitation and send it: nobody has asked this node meanwhile, or this fact would have no place."""
        require_in(line)
        invitation: Any = outgoing.body
        stated, node = invitation.member, outgoing.recipient
        if self._keeper.facts.taken(connection, line.id, stated.element, self._node_id, stated.version):
            raise NotAllowed("release-outdated")
        statement = Statement(author=self._node_id, kind="member", stated=stated, known_at=self._keeper.clock.now())
        line, placed = self._keeper.keep(connection, line, [statement], officer_id=officer.id)
        self._keeper.route(connection, line, placed)
        sent = self._keeper.send(connection, outgoing)
        ways.add(connection, line.id, node, [placed[0].position], Way.SENT, sent.header.id)
        self._note(connection, officer, "invite", line, {"node": node, "message": sent.header.id})
        return Outcome(line=line, statements=tuple(placed))

    def answer(self, officer: Officer, name: str, *, accept: bool, text: str = "") -> Outcome:
        """Answer an invitation: take part, or not and why. Raises `NotAllowed("shared-answered")`, `Refused`."""
        if not accept and not text.strip():
            raise Refused("reason-missing", field="text")

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, self._shape.rights.shares, name)
            if line.part is not Part.INVITED:
                raise NotAllowed("shared-answered")
            if accept:
                holders = {officer.id, *officer.units}
                access.add(
                    connection, line.id, access.Relation.HOLDER, holders, by=officer.id, at=self._keeper.clock.now()
                )
            stands = Stands.ACCEPTED if accept else Stands.DECLINED
            return self._own_part(connection, officer, line, stands, text, "accept" if accept else "decline")

        return self._database.write(work)

    def leave(self, officer: Officer, name: str, text: str) -> Outcome:
        """Take part no longer. What was received stays; nothing more goes or comes.

        Raises `NotAllowed("shared-no-part")`, `Refused("reason-missing")`.
        """
        if not text.strip():
            raise Refused("reason-missing", field="text")

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, self._shape.rights.shares, name)
            require_in(line)
            return self._own_part(connection, officer, line, Stands.LEFT, text, "leave")

        return self._database.write(work)

    def remove(self, officer: Officer, name: str, node: str, text: str) -> Outcome:
        """The host ends somebody's part, or takes an invitation back. Raises `NotAllowed`, `Refused`."""
        if not text.strip():
            raise Refused("reason-missing", field="text")

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, self._shape.rights.shares, name)
            if line.host != self._node_id:
                raise NotAllowed("shared-not-host")
            require_in(line)
            known = self._keeper.member(connection, line, node)
            if known is None or known.part not in {Part.IN, Part.INVITED} or node == self._node_id:
                raise NotAllowed("not-found")
            member = Member(node=node, stands=Stands.REMOVED, invitation=known.invitation, text=text.strip())
            return self._member_said(connection, officer, line, member, "remove")

        return self._database.write(work)

    def give_history(self, officer: Officer, name: str, node: str, history: History, since: datetime | None) -> int:
        """Let a later member have our own earlier facts too; how many went on their way.

        What a second officer must look at first is put before one; what was not taken or kept back may go again.
        Raises `NotAllowed("not-found")`.
        """

        def work(connection: Connection) -> int:
            line, _thing = self._find(connection, officer, self._shape.rights.shares, name)
            require_in(line)
            terms = self._keeper.terms(connection, node)
            if terms is None or node not in self._keeper.others(connection, line):
                raise NotAllowed("not-found")
            if history is not History.NONE:
                since_us = 0 if history is History.ALL or since is None else clock.to_us(since)
                ways.forget(connection, line.id, node, since_us)
            many, guarded = self._keeper.give(connection, line, node, history, since)
            guarded = guarded[: limits.RECORD_INTERACTIVE_FACTS * limits.RECORD_GIVE_PACKS_MAX]
            ways.add(connection, line.id, node, [one.position for one in guarded], Way.HELD)
            self.leaving.propose_facts(connection, officer, line, node, guarded, terms)
            self._note(connection, officer, "give-history", line, {"node": node, "facts": many, "held": len(guarded)})
            self._keeper.wake_after(connection)
            return many

        return self._database.write(work)

    def _own_part(
        self, connection: Connection, officer: Officer, line: Line, stands: Stands, text: str, act: str
    ) -> Outcome:
        mine = self._keeper.member(connection, line, self._node_id)
        number = 1 if mine is None else max(1, mine.invitation)
        member = Member(node=self._node_id, stands=stands, invitation=number, text=text.strip())
        return self._member_said(connection, officer, line, member, act)

    def _member_said(self, connection: Connection, officer: Officer, line: Line, member: Member, act: str) -> Outcome:
        element_id = member_element(line.id, member.node)
        element = self._keeper.facts.element(connection, line.id, element_id)
        invited = None if element is None else element.columns.get(line.host)
        top = self._keeper.facts.element(connection, line.id, top_element(line.id))
        source = invited or (None if top is None else top.columns.get(line.host))
        if source is None:
            raise NotAllowed("not-found")
        marks = self._keeper.marks_of_part(connection, line, source.marks, line.host)
        statement = self._keeper.statement(
            member, marks, officer=named(officer), element=element, element_id=element_id
        )
        # who has said yes and has not been heard yet must know too
        asked = {Part.IN, Part.INVITED}
        before = [one.node for one in self._keeper.members(connection, line) if one.part in asked]
        line, placed = self._keeper.keep(connection, line, [statement], officer_id=officer.id)
        for peer in {*self._keeper.route(connection, line, placed), *before, line.host} - {self._node_id}:
            self._hears_of_part(connection, line, peer, placed)
        self._note(connection, officer, act, line, {"node": member.node, "text": member.text})
        return Outcome(line=line, statements=tuple(placed))

    def _hears_of_part(self, connection: Connection, line: Line, peer: str, placed: Sequence[Statement]) -> None:
        """The host hears of an answer though it may be the only fact that ever goes to it."""
        if self._keeper.terms(connection, peer) is not None:
            ways.add(connection, line.id, peer, [one.position for one in placed], Way.DUE)
            self._keeper.send_due(connection, line, peer)

    def invite_approved(self, connection: Connection, line: Line, outgoing: Outgoing, officer: Officer) -> None:
        """A second officer has agreed to an invitation: write and send it as it was shown."""
        self._invited(connection, line, outgoing, officer)

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection,
            at=self._keeper.clock.now(),
            actor=officer.id,
            action=f"{self._shape.name}.{act}",
            thing=line.id,
            detail={"reference": line.reference, **detail},
        )
