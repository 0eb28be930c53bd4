"""The screens of lessons: what a second officer reads, a checklist run to its end, and what is refused on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lienlac.lessons import pages
from lienlac.lessons.desk import Lessons
from lienlac.lessons.pages import sheets
from tests.lessons.scene import TOP, school, taught
from tests.pages.conftest import Browser
from tests.records.desks import Screen
from tests.records.sides import Sides

BASIS = {
    "purpose": "stop-funds", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Art. 4",
    "marks.tlp": "amber", "marks.pap": "amber",
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides[Lessons]]:
    sides = school(tmp_path_factory.mktemp("school"))
    yield sides
    sides.close()


@pytest.fixture(scope="module")
def screen(both: Sides[Lessons]) -> Screen:
    subject = sheets.subject_of(both.vn.desk, lambda _language: {})
    return Screen(both.vn, "lessons", [*pages.make_handlers(both.vn.desk, subject)])


@pytest.fixture(scope="module")
def author(screen: Screen) -> Browser:
    return screen.enter()


@pytest.fixture(scope="module")
def second(screen: Screen) -> Browser:
    return screen.enter("second")


def digest_of(page: str) -> str:
    return re.findall(r'name="digest" value="([^"]+)"', page)[0]


def test_a_lesson_is_written_read_by_another_officer_and_then_may_be_shared(author, second):
    author.get("/lessons/new")
    form = {
        "title_vi": "Bài học",
        "title_en": "A lesson",
        "situation.vi": "Sàn giả",
        "state": "draft",
        "once": "key-of-form",
    }
    made = author.post("/lessons/new", {**form, **BASIS})
    assert made.status_code == 303, made.text[:2000]
    at = made.headers["location"]
    assert "nothing of it leaves" in author.get(at).text
    author.get(f"{at}/parts/new")
    leak = author.post(f"{at}/parts/new", {"kind": "tried", "text.vi": "STK 0071001234567 Vietcombank", **BASIS})
    assert leak.status_code == 422
    assert "names no case" in leak.text
    assert "STK 0071001234567" in leak.text  # what was typed is not lost
    page = author.get(f"{at}/review").text
    assert "Somebody else must read it" in page
    page = second.get(f"{at}/review").text
    assert "Sàn giả" in page
    answer = second.post(f"{at}/review", {"digest": digest_of(page), "verdict": "clean"})
    assert answer.status_code == 303, answer.text[:2000]
    assert "Read by two" in author.get(at).text
    history = author.get(f"{at}/history").text
    assert "Nothing of a case stands in it" in history
    assert ">clean<" not in history


def test_a_checklist_is_run_in_the_browser(both, author):
    record, steps = taught(both)
    at = f"/lessons/{record}"
    author.get(f"{at}/runs")
    run = author.post(f"{at}/runs", {}).headers["location"]
    page = author.get(run).text
    assert "2 steps left" in page
    for step in steps:
        assert author.post(f"{run}/tick", {"step": step, "result": "worked"}).status_code == 303
    assert "0 steps left" in author.get(run).text
    wrong = author.post(f"{run}/finish", {"usefulness": "9", **BASIS})
    assert wrong.status_code == 422
    assert author.post(f"{run}/finish", {"usefulness": "5", "note.vi": "Tốt", **BASIS}).status_code == 303
    assert "5.0" in author.get(at).text
    assert both.vn.desk.useful(both.vn.shared.read.room(both.vn.officer, record)).mean == 5.0


def test_a_lesson_that_nobody_has_read_is_told_so_in_words(both, author):
    record = both.vn.open(TOP)
    author.get(f"/lessons/{record}/members")
    answer = author.post(
        f"/lessons/{record}/members/invite", {"node": both.us.id, "summary.en": "Come", "history": "all"}
    )
    assert answer.status_code == 409
    assert "must have read all of it" in answer.text
