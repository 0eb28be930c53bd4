"""What the situation report says: tasks by when they are due, words in the paper's language first, nothing unprintable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from lienlac.documents.document import Document, Table
from tests.cases.scene import Room, event, person, said, task
from tests.world.fakes import START


class Proof:
    """Keeps what it is given, and prints it too."""

    def __init__(self, press: Any) -> None:
        self.press, self.document = press, None

    def print(self, document: Document, /) -> bytes:
        self.document = document
        made: bytes = self.press.print(document)
        return made


@pytest.fixture
def printed(room: Room) -> Any:
    def make(case_id: str, lead: str) -> tuple[Document, bytes]:
        papers = room.vn.node.case_papers
        proof = Proof(papers._printer)
        papers._printer = proof
        made = papers.situation(room.lan, case_id, lead)[1]
        papers._printer = proof.press
        assert proof.document is not None
        return proof.document, made

    return make


def test_tasks_stand_by_when_they_are_due_and_those_of_no_day_last(room: Room, printed: Any) -> None:
    case_id = room.open()
    for number, due in enumerate([None, 9, 3, None, 6]):
        at = None if due is None else START + timedelta(days=due)
        room.state(room.vn, case_id, task(f"Việc {number}", room.vn.id, due=at))
    for number in range(40):  # a page of tasks without a day hides none that has one
        room.state(room.vn, case_id, task(f"Không hạn {number}", room.vn.id))
    document, _made = printed(case_id, "vi")
    table = next(one for one in document.blocks if isinstance(one, Table))
    assert [row[0][0].text for row in table.rows[:3]] == ["Việc 2", "Việc 4", "Việc 1"]
    assert len(table.rows) == 30


def test_what_is_there_in_both_languages_leads_with_the_papers_own(room: Room, printed: Any) -> None:
    case_id = room.open()
    room.state(room.vn, case_id, event(START, "x"))
    room.state(room.vn, case_id, task("x", room.vn.id, result=said("a", "b")))
    room.state(room.vn, case_id, msgspec.structs.replace(event(START, "Đăng nhập"), text=said("Đăng nhập", "Sign-in")))
    document, _made = printed(case_id, "en")
    assert document.lead == "en"
    cells = [line.text for one in document.blocks if isinstance(one, Table) for row in one.rows for line in row[1]]
    assert any(getattr(text, "en", "") == "Sign-in" and text.vi == "Đăng nhập" for text in cells)


def test_a_row_that_is_longer_than_a_page_still_prints(room: Room, printed: Any) -> None:
    case_id = room.open()
    room.state(room.vn, case_id, event(START, "Rất dài. " * 1900))
    room.state(room.vn, case_id, event(START, "\n".join("dòng" for _ in range(400))))
    room.state(room.vn, case_id, person("Nguyễn " + "Thị " * 60 + "Ánh"))
    document, made = printed(case_id, "vi")
    assert made.startswith(b"%PDF")
    assert "→" not in str(msgspec.to_builtins(document))
