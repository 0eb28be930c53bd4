"""What a node under measurement does with shared cases when its parent asks: opens, joins, fills, states one fact."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case, Event
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from lienlac.assembly import Node

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

    def events(self, case: str) -> int:
        """How many events of a case are known here."""
        room = self.node.cases.shared.read.room(BOSS, case)
        return sum(many for (kind, _state), many in room.counts.items() if kind == "event")

    def state(self, case: str, number: int) -> float:
        """An officer states one event; the instant of the click."""
        clicked = time.time()
        self.node.cases.shared.state(BOSS, case, [self._event(number)])
        return clicked

    @staticmethod
    def _event(number: int) -> Say:
        text = Said(vi=f"Chuyển tiền lần {number}", en=f"Transfer {number}")
        return Say(says=Event(at=START + timedelta(seconds=number % 1_000_000), text=text, source="log"), marks=AMBER)
