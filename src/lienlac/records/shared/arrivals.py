"""A member's message about a record arrived, or a receipt for one of ours (clauses 20.x).

What an arrived fact must pass is its author's own column and nothing else: what crossed on the way is never refused. A
record of others is refused like one that does not exist. What is replayed after a restore is stored whatever is still
missing around it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.records.shared.covering import covers
from lienlac.records.shared.fold import (
    Part,
    Statement,
    joined,
    may_say_of_member,
    member_element,
    membership,
    opened_by,
    top_element,
)
from lienlac.records.shared.shape import Saying, kind_of
from lienlac.records.shared.store import lines, ways
from lienlac.records.shared.store.lines import Line
from lienlac.wire.bodies.records import Member, Stands
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.post import ArrivalHandler, Arrived, Settled, SettlementHandler
    from lienlac.records.shared.fold import Element, Membership
    from lienlac.records.shared.keeping.desk import Keeper
    from lienlac.wire.bodies.records import Stated

_AHEAD: Final = timedelta(seconds=limits.RECORD_AHEAD_S)


class Arrivals:
    """Handlers of messages and receipts. Inside the transaction `asked` hears of a new invitation."""

    def __init__(self, keeper: Keeper, *, asked: Callable[[Connection, Line], None]) -> None:
        self._keeper = keeper
        self._asked = asked

    @property
    def handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a member's message arrived."""
        shape = self._keeper.shape
        return {shape.invite: [self.invited], shape.state: [self.stated], shape.catch_up: [self.stated]}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return {kind: [self.settled] for kind in self.handlers}

    # --- invitations ----------------------------------------------------------------------------------------------
    def invited(self, connection: Connection, arrived: Arrived) -> None:
        """We are asked to take part. Raises `Refused`, which becomes the receipt's verdict."""
        header, body, keeper = arrived.header, arrived.body, self._keeper
        record_id = header.record_id or ""
        line = self._found(connection, record_id)
        if not arrived.ours and not arrived.replayed:
            self._check_invitation(connection, arrived, line)
        late = line is not None and not line.host
        if line is None or late:
            line = self._new_line(connection, arrived, line)
        if arrived.ours:
            parts = body.reference.split("-")
            if len(parts) == 4 and parts[3].isdecimal():  # country, letter, year, number
                lines.reach(connection, keeper.shape.name, int(parts[2]), int(parts[3]))
        else:
            lines.keep_invitation(connection, record_id, msgspec.json.encode(body), arrived.received_at)
        line = self._keep(connection, line, arrived, [body.member])
        if late:
            line = keeper.refresh(connection, line)
        if not arrived.ours and line.part is Part.INVITED:
            self._asked(connection, line)

    def _check_invitation(self, connection: Connection, arrived: Arrived, line: Line | None) -> None:
        header, body, keeper = arrived.header, arrived.body, self._keeper
        says = body.member.says
        mine = isinstance(says, Member) and says.node == keeper.node_id and says.stands is Stands.INVITED
        if not (header.record_id or "").startswith(keeper.shape.mark):
            raise Refused("shared-unknown")
        if not opened_by(header.record_id or "", keeper.shape.mark, header.sender):
            raise Refused("shared-invitation")
        if not mine or (line is not None and line.host != header.sender and line.host):
            raise Refused("shared-invitation")
        here, there = keeper.node_id[:2], header.sender[:2]
        if here != there and body.reference.upper().startswith(f"{here.upper()}-"):
            raise Refused("reference-foreign", reference=body.reference)
        kind = keeper.shape.name
        if line is None and lines.count_from(connection, kind, header.sender) >= limits.RECORDS_FROM_PEER_MAX:
            raise Refused("shared-too-many", limit=limits.RECORDS_FROM_PEER_MAX)
        waiting = lines.count_from(connection, kind, header.sender, (Part.INVITED.value,))
        if waiting >= limits.RECORD_INVITED_OPEN_MAX:
            raise Refused("shared-too-many", limit=limits.RECORD_INVITED_OPEN_MAX)

    def _found(self, connection: Connection, record_id: str) -> Line | None:
        """A record of this subject: what another subject calls a fact would be nonsense in it.

        Raises `Refused("shared-unknown")` for a record of another one.
        """
        line = lines.find(connection, record_id)
        if line is not None and line.kind != self._keeper.shape.name:
            raise Refused("shared-unknown")
        return line

    def _new_line(self, connection: Connection, arrived: Arrived, stub: Line | None) -> Line:
        header, body = arrived.header, arrived.body
        line = Line(
            id=header.record_id or "",
            kind=self._keeper.shape.name,
            host=header.sender,
            reference=body.reference,
            title_vi=body.title_vi,
            title_en=body.title_en,
            state="" if stub is None else stub.state,
            part=Part.IN if arrived.ours else Part.INVITED,
            purpose=header.purpose,
            legal_basis=header.legal_basis,
            legal_basis_text=header.legal_basis_text,
            typology=header.typology,
            drill=body.drill,
            restricted=False,
            opened_at=arrived.received_at if stub is None else stub.opened_at,
            changed_at=arrived.received_at,
            changed=0 if stub is None else stub.changed,
        )
        if stub is None:
            lines.insert(connection, line)
        return line

    # --- facts ----------------------------------------------------------------------------------------------------
    def stated(self, connection: Connection, arrived: Arrived) -> None:
        """Facts of a member, or our own when they are replayed. Raises `Refused`, which becomes the verdict."""
        header = arrived.header
        line = self._found(connection, header.record_id or "")
        if line is None and (arrived.ours or arrived.replayed):
            line = self._stub(connection, arrived)
        if line is None:
            raise Refused("shared-unknown")
        if not (arrived.ours or arrived.replayed):
            self._check_members(connection, line, arrived)
        self._keep(connection, line, arrived, arrived.body.facts)

    def _stub(self, connection: Connection, arrived: Arrived) -> Line:
        """After a restore facts may come before the invitation that says whose record it is."""
        header = arrived.header
        line = Line(
            id=header.record_id or "", kind=self._keeper.shape.name, host="", reference=header.record_id or "",
            title_vi="", title_en="", state="", part=Part.INVITED, purpose=header.purpose,
            legal_basis=header.legal_basis, legal_basis_text=header.legal_basis_text, typology=header.typology,
            drill=False, restricted=False, opened_at=arrived.received_at, changed_at=arrived.received_at,
        )  # fmt: skip
        lines.insert(connection, line)
        return line

    def _check_members(self, connection: Connection, line: Line, arrived: Arrived) -> None:
        """The author takes part, or this very message says that it does (or no longer does); and so do we.

        Whether we take part is told to nobody who does not.
        """
        author, facts = arrived.header.sender, arrived.body.facts
        theirs = member_element(line.id, author)
        before: Element | None = self._keeper.facts.element(connection, line.id, theirs)
        found: Membership | None = membership(line.host, author, before)
        if found is None or found.part is Part.REMOVED:
            raise Refused("shared-unknown")
        after = before
        for one in facts:
            if one.element == theirs and isinstance(one.says, Member):
                after = joined(after, self._statement(arrived, one))
        now = membership(line.host, author, after)
        # the host's word about others may come after the word that it left, in another lane
        answers = all(one.element == theirs or (author == line.host and isinstance(one.says, Member)) for one in facts)
        if found.part is not Part.IN and (now is None or now.part is not Part.IN) and not answers:
            raise Refused("shared-not-joined")
        own = member_element(line.id, self._keeper.node_id)
        about_us = author == line.host and all(one.element in {own, theirs} for one in facts)
        if line.part is not Part.IN and not about_us:
            raise Refused("shared-left" if line.part is not Part.INVITED else "shared-not-joined")

    def _keep(self, connection: Connection, line: Line, arrived: Arrived, facts: Sequence[Stated[Any]]) -> Line:
        header, keeper = arrived.header, self._keeper
        fresh, clashes = self._fresh(connection, line, arrived, facts)
        placed: list[Statement] = []
        if fresh:
            line, placed = keeper.keep(connection, line, fresh)
        elif not line.host:
            lines.update(connection, line)
        if arrived.ours:
            positions = keeper.facts.place_of(connection, header.sender, [one.id for one in facts])
            ways.took(connection, line.id, header.recipient, positions, header.id)
            keeper.facts.widen(connection, positions, header.recipient)
            if fresh:
                keeper.state_anew(connection, line, clashes)
                keeper.route_free(connection, line, placed)
        return line

    def _fresh(
        self, connection: Connection, line: Line, arrived: Arrived, facts: Sequence[Stated[Any]]
    ) -> tuple[list[Statement], list[tuple[Statement, Statement]]]:
        """What is not known yet; and what came back of our own whose place we have used again meanwhile."""
        author, keeper, judged = arrived.header.sender, self._keeper, arrived.ours or arrived.replayed
        known = keeper.facts.known(connection, author, [one.id for one in facts])
        elements = keeper.facts.known_elements(connection, line.id, [one.element for one in facts])
        fresh: dict[str, Statement] = {}
        clashes: list[tuple[Statement, Statement]] = []
        places: set[tuple[str, int]] = set()
        for one in facts:
            if one.id in known or one.id in fresh:
                self._check_same(line, one, known.get(one.id))
                continue
            statement = self._statement(arrived, one)
            other = self._in_its_place(connection, line, statement, elements.get(one.element))
            if arrived.ours and other is not None:
                clashes.append((statement, other))
            elif other is not None or (one.element, one.version) in places:
                raise Refused("shared-version-used", version=one.version)
            if not judged:
                self._check(connection, line, arrived, statement, elements.get(one.element))
            places.add((one.element, one.version))
            elements[one.element] = joined(elements.get(one.element), statement)
            fresh[one.id] = statement
        if not judged and not keeper.facts.room_for(connection, line.id, author, len(fresh)):
            raise Refused("shared-full", limit=limits.RECORD_FACTS_MAX)
        return list(fresh.values()), clashes

    def _in_its_place(
        self, connection: Connection, line: Line, one: Statement, element: Element | None
    ) -> Statement | None:
        """Another fact of the same author under the same number."""
        last = None if element is None else element.columns.get(one.author)
        if last is None or last.version < one.version:
            return None
        return self._keeper.facts.taken(connection, line.id, one.element, one.author, one.version)

    @staticmethod
    def _check_same(line: Line, one: Stated[Any], known: tuple[str, bytes, int] | None) -> None:
        """The same fact again changes nothing; one that says something else under its id is refused."""
        if known is None or known[:2] != (line.id, msgspec.json.encode(one)):
            raise Refused("shared-fact-used")

    def _statement(self, arrived: Arrived, one: Stated[Any]) -> Statement:
        kind = kind_of(one.says) if one.says is not None else self._keeper.shape.kind_of(one.element)
        known_at = arrived.header.sent_at if arrived.ours else arrived.received_at
        # for whom a fact of ours was is not in it: those who prove that they hold it are all that is certain
        audience = frozenset({arrived.header.recipient}) if arrived.ours and one.narrow else None
        return Statement(author=arrived.header.sender, kind=kind, stated=one, known_at=known_at, audience=audience)

    def _check(
        self, connection: Connection, line: Line, arrived: Arrived, statement: Statement, element: Element | None
    ) -> None:
        header, keeper = arrived.header, self._keeper
        says, kind = statement.says, statement.kind
        if not kind or keeper.shape.kind_of(statement.element) != kind:
            raise Refused("shared-element", element=statement.element)
        if not covers(header.marks, statement.marks):
            raise Refused("shared-marks", fact=statement.id)
        if statement.stated.at > arrived.received_at + _AHEAD:
            raise Refused("shared-ahead", fact=statement.id)
        if isinstance(says, Member):
            self._check_member(connection, line, says, statement, element)
        elif kind == "member":
            raise Refused("shared-member")  # nobody takes back that somebody took part
        if kind == keeper.shape.top and (statement.element != top_element(line.id) or says is None):
            raise Refused("shared-element", element=statement.element)
        if says is not None:
            keeper.shape.check(
                Saying(kind=kind, says=says, element=element, author=header.sender, host=line.host,
                       now=arrived.received_at)
            )  # fmt: skip

    def _check_member(
        self, connection: Connection, line: Line, says: Member, statement: Statement, element: Element | None
    ) -> None:
        author = statement.author
        right = statement.element == member_element(line.id, says.node)
        if not right or not may_say_of_member(says, author=author, host=line.host):
            raise Refused("shared-member")
        said: Member | None = None if element is None else element.by(author)
        gone = said is not None and said.stands in {Stands.LEFT, Stands.DECLINED}
        if gone and says.stands is Stands.ACCEPTED and said is not None and says.invitation <= said.invitation:
            raise Refused("shared-member")  # nobody comes back unasked
        if element is None and len(self._keeper.members(connection, line)) >= limits.RECORD_MEMBERS_MAX:
            raise Refused("shared-too-many", limit=limits.RECORD_MEMBERS_MAX)

    # --- receipts -------------------------------------------------------------------------------------------------
    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: its facts were taken, refused, or given up here."""
        keeper, message_id = self._keeper, settled.header.id
        if settled.verdict is None:
            record_id = keeper.given_up(connection, message_id)
        elif settled.verdict is Verdict.ACCEPTED:
            record_id = keeper.taken(connection, message_id)
        else:
            record_id = keeper.refused(connection, message_id, settled.header.kind, settled.code or "")
        if record_id is not None:
            keeper.tell(connection, record_id)
            keeper.wake_after(connection)
