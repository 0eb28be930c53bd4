"""A visit between two real nodes: Viet Nam hosts, the United States come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from lienlac.delegations.desk import Delegations
from lienlac.delegations.pages import sheets
from lienlac.delegations.shape import SHAPE
from lienlac.documents.document import Both, Document
from lienlac.exchange.attachments.holding.desk import Holding
from lienlac.records.shared.desk import Say
from lienlac.ui.shared.telling import Telling
from lienlac.wire.bodies.delegations import Delegation, Form, Level, MinutesParagraph
from lienlac.wire.bodies.parts import Said
from tests.records.sides import AMBER, Side, Sides

BEGINS = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
ENDS = datetime(2027, 3, 3, 10, 0, tzinfo=UTC)
TOP = Delegation(
    title_vi="Đoàn công tác về lừa đảo đầu tư", title_en="Delegation on investment fraud", form=Form.VISIT,
    level=Level.DEPARTMENT, starts=BEGINS, ends=ENDS, place="Hà Nội", country="VN",
    purpose=Said(vi="Trao đổi về phương thức, thủ đoạn", en="Exchange on methods"),
)  # fmt: skip


class Proof:
    """A press that keeps what it was given, so that a test can read it."""

    def __init__(self) -> None:
        self.documents: list[Document] = []

    def print(self, document: Document, /) -> bytes:
        self.documents.append(document)
        return b"%PDF-1.7"


def make(given: Any) -> Delegations:
    return Delegations(
        given,
        Telling("/delegations", (sheets.TOP, *sheets.SHEETS), sheets.FURTHER),
        Holding(cast("Any", None)),  # no test of this scene puts a file in: `test_papers` has whole nodes
        printer=Proof(),
        say=lambda text: Both(text, text),
        names=lambda node: Both(node, node),
    )


def visit(folder: Path, count: int = 2) -> Sides[Delegations]:
    return Sides(folder, SHAPE, make, count)


def paragraph(side: Side[Delegations], record: str, number: int, vi: str, en: str, element: str = "") -> str:
    word = MinutesParagraph(number=number, text=Said(vi=vi, en=en))
    done = side.shared.state(side.officer, record, [Say(says=word, marks=AMBER, element=element)])
    return str(done.statements[0].element)
