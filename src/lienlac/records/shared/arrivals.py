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
    top_element,
)
from lienlac.records.shared.shape import Saying, kind_of
from lienlac.records.shared.store import lines, ways
from lienlac.records.shared.store.lines import Line
from lienlac.records.shared.store.ways import Way
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
        line = lines.find(connection, record_id)
        if not arrived.ours and not arrived.replayed:
            self._check_invitation(connection, arrived, line)
        if line is None or not line.host:
            line = self._new_line(connection, arrived, line)
        if arrived.ours:
            parts = body.reference.split("-")
            if len(parts) == 4 and parts[3].isdecimal():  # country, letter, year, number
                lines.reach(connection, keeper.shape.name, int(parts[2]), int(parts[3]))
        else:
            lines.keep_invitation(connection, record_id, msgspec.json.encode(body), arrived.received_at)
        line = self._keep(connection, line, arrived, [body.member])
        if not arrived.ours and line.part is Part.INVITED:
            self._asked(connection, line)

    def _check_invitation(self, connection: Connection, arrived: Arrived, line: Line | None) -> None:
        header, body, keeper = arrived.header, arrived.body, self._keeper
        says = body.member.says
        mine = isinstance(says, Member) and says.node == keeper.node_id and says.stands is Stands.INVITED
        if not (header.record_id or "").startswith(keeper.shape.mark):
            raise Refused("shared-unknown")
        if not mine or (line is not None and line.host != header.sender):
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
        line = lines.find(connection, header.record_id or "")
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
        """The author takes part, or this very message says that it does (or no longer does); and so do we."""
        author, facts = arrived.header.sender, arrived.body.facts
        own = member_element(line.id, self._keeper.node_id)
        about_us = author == line.host and all(one.element == own for one in facts)
        if line.part is not Part.IN and not about_us:
            raise Refused("shared-left" if line.part is not Part.INVITED else "shared-not-joined")
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
        if found.part is not Part.IN and (now is None or now.part is not Part.IN):
            answers = all(one.element == theirs for one in facts)
            if not answers:
                raise Refused("shared-not-joined")

    def _keep(self, connection: Connection, line: Line, arrived: Arrived, facts: Sequence[Stated[Any]]) -> Line:
        header, keeper = arrived.header, self._keeper
        fresh: list[Statement] = []
        places: set[tuple[str, int]] = set()
        trusted = arrived.ours or arrived.replayed
        if not trusted and keeper.facts.count_of(connection, line.id, header.sender) > limits.RECORD_FACTS_MAX:
            raise Refused("shared-full", limit=limits.RECORD_FACTS_MAX)
        for one in facts:
            known = keeper.facts.known(connection, one.id)
            if known is not None or any(other.id == one.id for other in fresh):
                self._check_same(line, header.sender, one, known)
                continue
            place = one.element, one.version
            if place in places or keeper.facts.taken(connection, line.id, one.element, header.sender, one.version):
                raise Refused("shared-version-used", version=one.version)
            places.add(place)
            statement = self._statement(arrived, one)
            if not trusted:
                self._check(connection, line, arrived, statement)
            fresh.append(statement)
        placed: list[Statement] = []
        if fresh:
            line, placed = keeper.keep(connection, line, fresh)
        elif not line.host:
            lines.update(connection, line)
        if arrived.ours:
            positions = keeper.facts.place_of(connection, [one.id for one in facts])
            ways.add(connection, line.id, header.recipient, positions, Way.TAKEN, header.id)
        del placed
        return line

    @staticmethod
    def _check_same(line: Line, author: str, one: Stated[Any], known: tuple[str, str, Any] | None) -> None:
        """The same fact again changes nothing; one that says something else under its id is refused."""
        if known is None or known != (author, line.id, msgspec.json.encode(one)):
            raise Refused("shared-fact-used")

    def _statement(self, arrived: Arrived, one: Stated[Any]) -> Statement:
        kind = kind_of(one.says) if one.says is not None else self._keeper.shape.kind_of(one.element)
        known_at = arrived.header.sent_at if arrived.ours else arrived.received_at
        return Statement(author=arrived.header.sender, kind=kind, stated=one, known_at=known_at)

    def _check(self, connection: Connection, line: Line, arrived: Arrived, statement: Statement) -> None:
        header, keeper = arrived.header, self._keeper
        says, kind = statement.says, statement.kind
        if not kind or keeper.shape.kind_of(statement.element) != kind:
            raise Refused("shared-element", element=statement.element)
        if not covers(header.marks, statement.marks):
            raise Refused("shared-marks", fact=statement.id)
        if statement.stated.at > arrived.received_at + _AHEAD:
            raise Refused("shared-ahead", fact=statement.id)
        if isinstance(says, Member):
            fits = statement.element == member_element(line.id, says.node)
            if not fits or not may_say_of_member(says, author=header.sender, host=line.host):
                raise Refused("shared-member")
        elif kind == "member":
            raise Refused("shared-member")  # nobody takes back that somebody took part
        if kind == keeper.shape.top and (statement.element != top_element(line.id) or says is None):
            raise Refused("shared-element", element=statement.element)
        if says is not None:
            element = keeper.facts.element(connection, line.id, statement.element)
            keeper.shape.check(
                Saying(kind=kind, says=says, element=element, author=header.sender, host=line.host,
                       now=arrived.received_at)
            )  # fmt: skip

    # --- receipts -------------------------------------------------------------------------------------------------
    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: its facts were taken, refused, or given up here."""
        way = Way.KEPT_BACK
        if settled.verdict is not None:
            way = Way.TAKEN if settled.verdict is Verdict.ACCEPTED else Way.REFUSED
        found = ways.settle(connection, settled.header.id, way, settled.code)
        if found is not None:
            self._keeper.tell(connection, found[0])
            self._keeper.wake_after(connection)
