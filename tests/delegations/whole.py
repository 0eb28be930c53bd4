"""Two whole nodes whose agreement lets delegations be shared: Viet Nam hosts, the United States come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lienlac.people.officer import Role
from lienlac.records.shared.desk import Opening
from lienlac.wire.bodies.agreement import KindTerms
from lienlac.wire.bodies.delegations import Paper, PaperKind
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks
from tests.cases.test_evidence import put_in
from tests.delegations.scene import TOP
from tests.duty.nodes import Side, World
from tests.duty.scene import agreed
from tests.records.sides import AMBER

AGENDA = Paper(title_vi="Chương trình làm việc", title_en="Agenda", paper=PaperKind.AGENDA)


class Visit(World):
    """Viet Nam hosts, the United States come."""

    def __init__(self, folder: Path) -> None:
        document = agreed()
        kinds = (*document.kinds, KindTerms(kind="delegations.invite"))
        super().__init__(folder, agreement=msgspec.structs.replace(document, kinds=kinds))
        self.vn.hire("lan", "Nguyễn Thị Lan", Role.LIAISON_OFFICER, Role.SUPERVISOR)
        self.us.hire("mark", "Mark Hill", Role.LIAISON_OFFICER, Role.SUPERVISOR, unit="IC3 RAT")

    def who(self, side: Side) -> Any:
        return self.vn.officer("lan") if side is self.vn else self.us.officer("mark")

    def settle(self) -> None:
        """Until nothing is due on either side."""
        for _ in range(40):
            self.deliver()
            if not [side for side in (self.vn, self.us) if side.node.delegations.shared.watch()]:
                return
        raise AssertionError("still something due")

    def carry(self) -> None:
        """Every file of Viet Nam goes over whole."""
        post, there = self.vn.node.post, self.us.node.post
        for file in post.attachment_courier.due():
            going = post.attachment_courier.start(file.attachment_id)
            assert going is not None
            run = there.receiving.begin(self.vn.id, file.attachment_id, 0)
            for piece in going.pieces(0, going.count):
                run.feed(piece)
            run.end()
            run.close()
            going.reader.close()
        there.receiving.finish_due()
        there.attachment_watch.tell_due()
        self.settle()

    def joined(self) -> str:
        desk, opening = self.vn.node.delegations, Opening(
            top=TOP, marks=AMBER, purpose="prevent-crime", legal_basis="bilateral-arrangement"
        )  # fmt: skip
        record = desk.shared.open(self.who(self.vn), opening).line.id
        desk.shared.part.invite(self.who(self.vn), record, self.us.id, summary=Said(vi="Mời", en="Come"))
        self.settle()
        self.us.node.delegations.shared.part.answer(self.who(self.us), record, accept=True)
        self.settle()
        return str(record)

    def add(self, record: str, content: bytes, name: str, marks: Marks = AMBER) -> str:
        officer = self.who(self.vn)
        upload = put_in(self.vn, officer, name, content)
        made = self.vn.node.delegations.papers.add(officer, record, AGENDA, marks, upload=upload)
        return str(made.statements[0].element)
