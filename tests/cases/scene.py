"""Two whole nodes whose agreement lets cases be shared, and who works on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.agreement import KindTerms
from lienlac.wire.bodies.cases import Case, Entity, EntityKind, Event, Task
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks, Pap, Tlp
from tests.duty.nodes import Side, World
from tests.duty.scene import agreed
from tests.emergencies.scene import TERMS

AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
RED = Marks(tlp=Tlp.RED, pap=Pap.AMBER)


def said(vi: str, en: str = "") -> Said:
    return Said(vi=vi, en=en)


def account(number: str) -> DataIdentifier:
    return DataIdentifier(type="phone", value=number)


class Room(World):
    """Viet Nam opens a case, the United States join it."""

    shares: tuple[str, ...] = ("cases.invite",)
    """What the agreement lets the two share."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        document = agreed()
        kinds = (*document.kinds, *(KindTerms(kind=kind) for kind in self.shares), TERMS)
        super().__init__(folder, agreement=msgspec.structs.replace(document, kinds=kinds, **changes))
        self.vn.hire("lan", "Nguyễn Thị Lan", Role.INVESTIGATOR, Role.SUPERVISOR)
        self.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
        self.us.hire("mark", "Mark Hill", Role.INVESTIGATOR, Role.SUPERVISOR, unit="IC3 RAT")
        self.us.hire("ana", "Ana Ruiz", Role.ANALYST, unit="IC3 RAT")

    # --- acts ---
    @property
    def lan(self) -> Officer:
        return self.vn.officer("lan")

    @property
    def mark(self) -> Officer:
        return self.us.officer("mark")

    def who(self, side: Side) -> Officer:
        return self.lan if side is self.vn else self.mark

    def open(self, *, top: Case | None = None, **more: Any) -> str:
        word = top or Case(title_vi="Sàn ngoại hối giả", title_en="Fake forex platform", typologies=("fx",))
        opening = Opening(top=word, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement", **more)
        return self.vn.node.cases.shared.open(self.lan, opening).line.id

    def joined(self, case_id: str | None = None, **more: Any) -> str:
        """A case of both."""
        name = case_id or self.open(**more)
        self.vn.node.cases.shared.part.invite(self.lan, name, self.us.id, summary=said("Cùng làm", "Work with us"))
        self.settle()
        self.us.node.cases.shared.part.answer(self.mark, name, accept=True)
        self.settle()
        return name

    def state(self, side: Side, case_id: str, word: Any, *, element: str = "", marks: Marks = AMBER) -> str:
        say = Say(says=word, marks=marks, element=element)
        outcome = side.node.cases.shared.state(self.who(side), case_id, [say])
        return outcome.statements[0].element

    def settle(self) -> None:
        """Until nothing is due on either side."""
        for _ in range(40):
            self.deliver()
            if not [side for side in (self.vn, self.us) if side.node.cases.watch()]:
                return
        raise AssertionError("still something due")

    # --- looks ---
    def lines(self, side: Side, case_id: str, kind: str) -> dict[str, Any]:
        """What a kind's list holds: the newest word by element."""
        found = side.node.cases.shared.read.elements(self.who(side), case_id, kind, rows=200)
        return {one.id: one for one, _at in found}

    def room(self, side: Side, case_id: str) -> Any:
        return side.node.cases.shared.read.room(self.who(side), case_id)


def person(name: str, *phones: str, **more: Any) -> Entity:
    return Entity(kind=EntityKind.PERSON, name=name, identifiers=tuple(account(one) for one in phones), **more)


def task(text: str, owner: str, **more: Any) -> Task:
    return Task(text=said(text), owner=owner, **more)


def event(at: Any, text: str, **more: Any) -> Event:
    return Event(at=at, text=said(text), **more)
