"""What a node under measurement does with shared cases when its parent asks: opens, joins, fills, states one fact."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case, Entity, EntityKind, Event, Relation
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.assembly import Node
    from lienlac.records.shared.facts import Statement

BOSS = Officer(id="bench", login="bench", name="Bench", unit="Bench", roles=frozenset({Role.SUPERVISOR}))
AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
START = datetime(2026, 10, 1, tzinfo=UTC)
AT_ONCE = 500
"""What an import states in one act."""


class Casework:
    """The part of `_node.Bench` that deals with cases."""

    node: Node

    def open_case(self, peer: str) -> str:
        """A new case, and the partner invited to it."""
        shared = self.node.cases.shared
        top = Case(title_vi="Sàn giả", title_en="Fake platform")
        case = shared.open(BOSS, Opening(top=top, marks=AMBER, purpose="fight", legal_basis="law")).line.id
        shared.part.invite(BOSS, case, peer, summary=Said(vi="Mời", en="Come"))
        return case

    def join_case(self, case: str) -> bool:
        """Take part as soon as the invitation is here; whether it was."""
        if case not in {line.id for line in self.node.cases.shared.read.listed(BOSS, parts=("invited",))}:
            return False
        self.node.cases.shared.part.answer(BOSS, case, accept=True)
        return True

    def fill_case(self, case: str, facts: int) -> int:
        """So many events, as an import states them."""
        for first in range(0, facts, AT_ONCE):
            says = [self._event(number) for number in range(first, min(first + AT_ONCE, facts))]
            self.node.cases.shared.state(BOSS, case, says)
        return facts

    def fill_ring(self, case: str, things: int, lines: int) -> int:
        """So many entities of every kind, and so many relations: a tree of twenty branches each, then across."""
        kinds = list(EntityKind)
        words = [Entity(kind=kinds[one % len(kinds)], name=f"Đối tượng {one}") for one in range(things)]
        says = [Say(says=one, marks=AMBER) for one in words]
        ids = [one.element for some in _stretches(says) for one in self._state(case, some)]
        pairs = [(one // 20, one) for one in range(1, things)]
        across = [(one, (one * 7 + 3) % things) for one in range(1, lines - len(pairs) + 1)]
        pairs += [(one, other) for one, other in across if one != other]
        says = [Say(says=Relation(source=ids[a], target=ids[b], relation="uses"), marks=AMBER) for a, b in pairs]
        for some in _stretches(says):
            self._state(case, some)
        return len(pairs)

    def events(self, case: str) -> int:
        """How many events of a case are known here."""
        room = self.node.cases.shared.read.room(BOSS, case)
        return sum(many for (kind, _state), many in room.counts.items() if kind == "event")

    def state(self, case: str, number: int) -> float:
        """An officer states one event; the instant of the click."""
        clicked = time.time()
        self.node.cases.shared.state(BOSS, case, [self._event(number)])
        return clicked

    def _state(self, case: str, says: list[Say]) -> tuple[Statement, ...]:
        return tuple(self.node.cases.shared.state(BOSS, case, says).statements)

    @staticmethod
    def _event(number: int) -> Say:
        text = Said(vi=f"Chuyển tiền lần {number}", en=f"Transfer {number}")
        return Say(says=Event(at=START + timedelta(seconds=number % 1_000_000), text=text, source="log"), marks=AMBER)


def _stretches(says: list[Say]) -> Iterator[list[Say]]:
    for first in range(0, len(says), AT_ONCE):
        yield says[first : first + AT_ONCE]
