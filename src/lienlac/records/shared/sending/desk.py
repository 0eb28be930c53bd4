"""Whom a fact of ours goes to, and when: decided here and nowhere else.

To members that take part, of the fact's audience, under an agreement in force that covers its marks; what takes an
element back, to everybody who got anything of it. What the agreement lets leave only with a second officer never
becomes due by itself. A member that refused because it could not know better yet gets it again later; a message that
was refused for one of its facts is divided until only that one is refused.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import clock, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.records.shared.covering import lowered, strictest
from lienlac.records.shared.fold import Membership, Part, Statement, member_element, membership
from lienlac.records.shared.store import lines, pace, ways
from lienlac.records.shared.store.facts import FactStore
from lienlac.records.shared.store.facts import listed as elements_listed
from lienlac.records.shared.store.pace import Pace
from lienlac.records.shared.store.ways import Way
from lienlac.releases.preview import exposes
from lienlac.wire.bodies.records import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import Sender
    from lienlac.records.shared.shape import Shape
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Agreements, Terms
    from lienlac.storage.database import Database
    from lienlac.wire.message import Marks

_LATER: Final = frozenset({"shared-unknown", "shared-not-joined", "shared-left", "shared-ahead", "expired"})
_LATER_PREFIXES: Final = ("agreement-", "kind-")
"""Refusals that time mends: the host's word about us is still on its way, clocks differ, their program is older."""


def fits(one: Statement, peer: str, terms: Terms | None) -> bool:
    """Whether a member may ever receive a fact of ours: audience, agreement, marks."""
    if terms is None or (one.audience is not None and peer not in one.audience):
        return False
    try:
        terms.check_marks(one.marks)
    except Refused:
        return False
    return True


class Roads:
    """The ways of one subject's facts. `wake` is called once something is due."""

    def __init__(
        self, shape: Shape, *, node_id: str, database: Database, clock: Clock, sender: Sender, agreements: Agreements
    ) -> None:
        self.shape = shape
        self.node_id = node_id
        self.clock = clock
        self.agreements = agreements
        self.facts = FactStore(shape)
        self.attach: Callable[[Connection, str, Sequence[Statement]], tuple[Any, ...]] = lambda *_: ()
        """References to the files that facts name, sealed for one member."""
        self.attached: Callable[[Connection, Line, Any, tuple[Any, ...]], None] = lambda *_: None
        """The message with these files was sent."""
        self.names_files: Callable[[Statement], bool] = lambda _statement: False
        """Whether a fact names files, which an agreement may let leave only with a second officer."""
        self.cleared: Callable[[Connection, Statement], bool] = lambda _connection, _statement: True
        """Whether a subject lets a fact of ours leave at all; one that is not cleared yet has no way to anybody."""
        self.wake: Callable[[], None] = lambda: None
        self._database = database
        self._sender = sender

    # --- who takes part -------------------------------------------------------------------------------------------
    def member(self, connection: Connection, line: Line, node: str) -> Membership | None:
        """Whether a node takes part."""
        element = self.facts.element(connection, line.id, member_element(line.id, node))
        return membership(line.host, node, element)

    def members(self, connection: Connection, line: Line) -> list[Membership]:
        """Everybody who was ever asked, the host first; nobody while it is not known whose record it is."""
        if not line.host:
            return []
        rows = elements_listed(connection, line.id, "member", rows=limits.RECORD_MEMBERS_MAX)
        found = {line.host: self.member(connection, line, line.host)}
        for element in self.facts.elements(connection, line.id, [row.element for row in rows]):
            node = next(iter(element.columns.values())).says
            node = node.node if node is not None else ""
            if node and node not in found:
                found[node] = membership(line.host, node, element)
        return [one for one in found.values() if one is not None]

    def others(self, connection: Connection, line: Line) -> list[str]:
        """Members other than us that take part now."""
        every = self.members(connection, line)
        return [one.node for one in every if one.part is Part.IN and one.node != self.node_id]

    def marks_of_part(self, connection: Connection, line: Line, marks: Marks, *more: str) -> Marks:
        """How a word about who takes part is marked: so that all who ever took part, and `more`, may hear it.

        Who is not told would go on sending to one that has left, or refuse one that has joined.
        """
        nodes = {*(one.node for one in self.members(connection, line)), *more} - {self.node_id}
        terms = [self.terms(connection, node) for node in sorted(nodes)]
        return lowered(
            marks, [(one.agreement.tlp_ceiling, one.agreement.pap_ceiling) for one in terms if one is not None]
        )

    # --- what may go ----------------------------------------------------------------------------------------------
    def terms(self, connection: Connection, peer: str) -> Terms | None:
        """The agreement with a peer, if it lets records of this subject be shared."""
        found = self.agreements.terms_in_force(connection, peer)
        return found if found is not None and found.offers(self.shape.invite) else None

    def going(
        self, connection: Connection, line: Line, facts: Iterable[Statement], peer: str, terms: Terms | None
    ) -> list[Statement]:
        """Which of these facts of ours are for a member that takes part."""
        found: list[Statement] = []
        about: set[str] = set()
        for one in facts:
            if not fits(one, peer, terms) or (one.says is not None and not self.cleared(connection, one)):
                continue
            if one.says is None and one.element not in about and not ways.has_gone(
                connection, line.id, one.element, peer
            ):  # fmt: skip
                continue
            about.add(one.element)
            found.append(one)
        return found

    def reasons(self, terms: Terms, line: Line, facts: Iterable[Statement]) -> list[str]:
        """Why facts must wait for a second officer, in the agreement's words; empty where they need not."""
        found: dict[str, None] = {}
        for one in facts:
            if one.kind == "member":
                continue  # who takes part must be known at once; an invitation is looked at for itself
            persons = one.says is not None and terms.agreement.second_officer.persons and bool(exposes(one.says))
            files = self.names_files(one)
            found |= dict.fromkeys(
                terms.needs_second_officer(self.shape.state, one.marks, line.typology, persons=persons, files=files)
            )
        return list(found)

    # --- becoming due ---------------------------------------------------------------------------------------------
    def route(
        self, connection: Connection, line: Line, placed: Sequence[Statement], *, held: Iterable[str] = ()
    ) -> list[str]:
        """New facts of ours begin their way to everybody who may know them; the members that they are due for.

        The caller has seen to it that what needs a second officer is held.
        """
        gone, waiting = [], set(held)
        for peer in self.others(connection, line):
            terms = self.terms(connection, peer)
            positions = [one.position for one in self.going(connection, line, placed, peer, terms)]
            if positions:
                ways.add(connection, line.id, peer, positions, Way.HELD if peer in waiting else Way.DUE)
                if peer not in waiting:
                    gone.append(peer)
        return gone

    def route_free(self, connection: Connection, line: Line, placed: Sequence[Statement]) -> None:
        """Facts that came back after a restore are due for who has not got them, as far as no second officer must look.

        Whether one had looked is forgotten with the disk; then a person decides again.
        """
        for peer in self.others(connection, line):
            terms = self.terms(connection, peer)
            positions = [
                one.position
                for one in self.going(connection, line, placed, peer, terms)
                if terms is not None and not self.reasons(terms, line, [one])
            ]
            ways.add(connection, line.id, peer, positions, Way.DUE)
        self.wake_after(connection)

    def give(
        self, connection: Connection, line: Line, peer: str, history: History, since: datetime | None = None
    ) -> tuple[int, list[Statement]]:
        """Our own earlier facts become due for a member; who takes part, and what the record is, in any case.

        How many they are; and those that a second officer must look at first, which do not become due.
        """
        terms = self.terms(connection, peer)
        if terms is None:
            return 0, []
        since_us = 0 if history is History.ALL else None
        if history is History.SINCE and since is not None:
            since_us = clock.to_us(since)
        kinds = ["member", self.shape.top]
        guarded: list[Statement] = []
        many = after = 0
        while rows := ways.untouched(
            connection, line.id, self.node_id, peer, kinds=kinds, since_us=since_us, after=after
        ):
            after = rows[-1].position
            facts = self._standing(connection, line, [self.facts.statement(row) for row in rows])
            looked_at = [
                one for one in self.going(connection, line, facts, peer, terms) if self.reasons(terms, line, [one])
            ]
            guarded += [one for one in looked_at if one.says is not None]
            free = self.going(connection, line, [one for one in facts if one not in looked_at], peer, terms)
            ways.add(connection, line.id, peer, [one.position for one in free], Way.DUE)
            many += len(free)
        return many, guarded

    def _standing(self, connection: Connection, line: Line, facts: Sequence[Statement]) -> list[Statement]:
        """Without what was said of elements that we have taken back since: that is told to who had it, nothing else."""
        elements = self.facts.known_elements(connection, line.id, [one.element for one in facts])
        return [one for one in facts if one.says is None or elements[one.element].by(self.node_id) is not None]

    # --- going ----------------------------------------------------------------------------------------------------
    def ready(self, connection: Connection, record_id: str, peer: str) -> bool:
        """Whether it is worth a transaction to let go what is due for a member."""
        if pace.of(connection, record_id, peer).until_us > clock.to_us(self.clock.now()):
            return False
        if ways.under_way(connection, record_id, peer) >= limits.RECORD_UNDER_WAY_MAX:
            return False
        line = lines.find(connection, record_id)
        return line is not None and bool(self._due(connection, line, peer, 1))

    def _due(self, connection: Connection, line: Line, peer: str, rows: int) -> list[int]:
        """Who takes part no longer says who does, and nothing else until it is back."""
        if line.part is not Part.IN:
            return ways.due_of_kind(connection, line.id, peer, "member", rows)
        return ways.due(connection, line.id, peer, rows)

    def send_due(self, connection: Connection, line: Line, peer: str) -> int:
        """One message with what is due for a member, unless enough are under way; how many facts went or were kept.

        What may not leave now (a link that is suspended, an agreement that has ended) stays due. What the agreement
        covers no longer stays here.
        """
        now_us, at = clock.to_us(self.clock.now()), pace.of(connection, line.id, peer)
        if at.until_us > now_us or ways.under_way(connection, line.id, peer) >= limits.RECORD_UNDER_WAY_MAX:
            return 0
        positions = self._due(connection, line, peer, at.pack or limits.RECORD_FACTS_PER_MESSAGE)
        packed = self._packed(connection, positions)
        terms = self.terms(connection, peer)
        if not packed or terms is None:
            return 0
        unfit = [one.position for one in packed if not fits(one, peer, terms)]
        if unfit:
            ways.keep_back(connection, unfit, peer=peer, code="agreement-marks")
            packed = [one for one in packed if fits(one, peer, terms)]
        if not packed:
            return len(unfit)
        try:
            outgoing = self._message(connection, line, peer, packed, len(positions))
            sent = self._sender.send(connection, outgoing)
        except (NotAllowed, Refused) as error:
            if error.code.startswith("storage-"):
                raise
            wait_us = limits.RECORD_AGAIN_S * 1_000_000
            pace.put(connection, line.id, peer, Pace(until_us=now_us + wait_us, times=at.times, pack=at.pack))
            return len(unfit)
        ways.sent(connection, [one.position for one in packed], peer, sent.header.id)
        self.attached(connection, line, sent, outgoing.body.attachments)  # type: ignore[attr-defined]  # a body of facts
        return len(packed)

    def _packed(self, connection: Connection, positions: Sequence[int]) -> list[Statement]:
        packed: list[Statement] = []
        size, files = 0, 0
        for one in self.facts.at(connection, positions):
            size += len(msgspec.json.encode(one.stated))
            files += self.names_files(one)
            if packed and (size > limits.RECORD_PACK_MAX_BYTES or files > limits.ATTACHMENTS_PER_MESSAGE):
                break
            packed.append(one)
        return packed

    def _message(self, connection: Connection, line: Line, peer: str, packed: list[Statement], due: int) -> Outgoing:
        facts: Any = self.shape.facts
        files = self.attach(connection, peer, packed)
        body = facts(facts=tuple(one.stated for one in packed), attachments=files)
        kind = self.shape.state if due <= limits.RECORD_INTERACTIVE_FACTS else self.shape.catch_up
        return self.outgoing(line, kind, body, peer, strictest(one.marks for one in packed))

    def send(self, connection: Connection, outgoing: Outgoing) -> Any:
        """Send a message of another kind than facts."""
        return self._sender.send(connection, outgoing)

    def outgoing(self, line: Line, kind: str, body: msgspec.Struct, peer: str, marks: Marks) -> Outgoing:
        """A message about a record."""
        return Outgoing(
            kind=kind,
            body=body,
            recipient=peer,
            purpose=line.purpose,
            legal_basis=line.legal_basis,
            legal_basis_text=line.legal_basis_text,
            typology=line.typology,
            marks=marks,
            addressees=self.shape.addressees,
            record_id=line.id,
        )

    # --- what became of it ----------------------------------------------------------------------------------------
    def taken(self, connection: Connection, message_id: str) -> str | None:
        """A member has taken a message in; the record, None when it carried no facts of ours."""
        found = ways.carried(connection, message_id)
        if found is None:
            return None
        record_id, peer, _many = found
        ways.settle(connection, message_id, Way.TAKEN, None)
        at = pace.of(connection, record_id, peer)
        pack = at.pack * 2 if at.pack * 2 < limits.RECORD_FACTS_PER_MESSAGE else 0
        if at != pace.FREE:
            pace.put(connection, record_id, peer, Pace(pack=pack))
        return record_id

    def given_up(self, connection: Connection, message_id: str) -> str | None:
        """A person here gave a message up; the record, None when it carried no facts of ours."""
        found = ways.carried(connection, message_id)
        if found is not None:
            ways.settle(connection, message_id, Way.KEPT_BACK, None)
        return None if found is None else found[0]

    def refused(self, connection: Connection, message_id: str, kind: str, code: str) -> str | None:
        """A member has refused a message: for good, until later, or for one of its facts."""
        found = ways.carried(connection, message_id)
        if found is None:
            return None
        record_id, peer, many = found
        line = lines.find(connection, record_id)
        member = None if line is None else self.member(connection, line, peer)
        at, now_us = pace.of(connection, record_id, peer), clock.to_us(self.clock.now())
        if kind == self.shape.invite or member is None or member.part is not Part.IN:
            ways.settle(connection, message_id, Way.REFUSED, code)
        elif code in _LATER or code.startswith(_LATER_PREFIXES):
            ways.settle(connection, message_id, Way.DUE, code)
            wait_s = min(limits.RECORD_AGAIN_S * 2 ** min(at.times, 20), limits.RECORD_AGAIN_MAX_S)
            until_us = now_us + timedelta(seconds=wait_s) // timedelta(microseconds=1)
            pace.put(connection, record_id, peer, Pace(until_us=until_us, times=at.times + 1, pack=at.pack))
        elif many > 1:
            ways.settle(connection, message_id, Way.DUE, code)
            pace.put(connection, record_id, peer, Pace(pack=max(1, many // 2)))
        else:
            ways.settle(connection, message_id, Way.REFUSED, code)
        return record_id

    def wake_after(self, connection: Connection) -> None:
        """Once it is durable, the loop that lets facts go is woken."""
        self._database.after_commit(connection, lambda: self.wake())  # noqa: PLW0108  # it is put in later
