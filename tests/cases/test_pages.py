"""Screens of cases on two nodes: one works, the other sees; each page opens in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lienlac.wire.bodies.cases import Case, Participant, Relation
from lienlac.wire.bodies.emergencies import Severity
from tests.cases.scene import AMBER, Room, event, person, said, task
from tests.cases.test_evidence import carry, exhibit, put_in
from tests.world.fakes import START


@pytest.fixture
def hot(room: Room) -> tuple[Room, str]:
    top = Case(title_vi="Sàn ngoại hối giả", title_en="Fake forex platform", hot=Severity.CRITICAL)
    case_id = room.joined(top=top)
    one = room.state(room.vn, case_id, person("Nguyễn Văn An", "+84 912 345 678"))
    two = room.state(room.us, case_id, person("NGUYEN VAN AN", "0912345678"))
    room.state(room.us, case_id, Relation(source=one, target=two, relation="knows"))
    room.state(room.us, case_id, event(START, "Nạn nhân chuyển tiền"))
    room.state(room.vn, case_id, task("Xác minh máy chủ", room.us.id, due=START))
    room.state(room.vn, case_id, Participant(name="Lan", unit="A05", on_now=True))
    upload = put_in(room.vn, room.lan, "ổ.dd", b"abc")
    room.vn.node.cases.exhibits.add(room.lan, case_id, exhibit(), AMBER, upload=upload)
    room.settle()
    carry(room)
    return room, case_id


PAGES = ("", "/board", "/graph", "/files", "/duplicates", "/entities", "/timeline", "/tasks", "/exhibits", "/custody",
         "/relations", "/hypotheses", "/decisions", "/situation", "/officers", "/same", "/links", "/members", "/history",
         "/take-exhibit", "/take-timeline", "/entities/new", "/tasks/new", "/exhibits/new")  # fmt: skip


def test_every_page_of_a_case_opens_on_both_sides(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    for side, login, sign in ((room.vn, "lan", "nóng: đặc biệt nghiêm trọng"), (room.us, "mark", "hot: critical")):
        browser = side.browser(login)
        for page in PAGES:
            answer = browser.get(f"/cases/{case_id}{page}")
            assert answer.status_code == 200, (page, answer.text[:500])
        assert sign in browser.get(f"/cases/{case_id}").text
        assert "Xác minh máy chủ" in browser.get("/cases/due?all=1").text
        listed = browser.get("/cases").text
        assert "C-2026-000001" in listed


def test_a_relation_is_said_in_the_readers_language(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    browser = room.vn.browser("lan")
    for page in ("/relations", "/history"):
        shown = browser.get(f"/cases/{case_id}{page}").text
        assert "quen biết" in shown
        assert ">knows<" not in shown


def test_the_country_of_an_entity_is_named_in_the_readers_language(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    element = room.state(room.vn, case_id, person("Ông Kh.", country="KH"))
    room.settle()
    for side, login, name in ((room.vn, "lan", "Campuchia (KH)"), (room.us, "mark", "Cambodia (KH)")):
        assert name in side.browser(login).get(f"/cases/{case_id}/e/{element}").text


def test_a_case_is_worked_on_from_the_pages(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    browser = room.us.browser("mark")
    browser.get(f"/cases/{case_id}/duplicates")
    (first,) = set(re.findall(r'name="first" value="([^"]*)"', browser.page))
    (second,) = set(re.findall(r'name="second" value="([^"]*)"', browser.page))
    done = browser.post(f"/cases/{case_id}/duplicates", {"first": first, "second": second, "verdict": "same"})
    assert done.status_code == 303
    room.settle()
    graph = room.vn.node.cases.entities.graph(room.lan, case_id)
    assert [(one.name, one.also) for one in graph.nodes.values()] == [("Nguyễn Văn An", ("NGUYEN VAN AN",))] or len(
        graph.nodes
    ) == 1
    browser.get(f"/cases/{case_id}")
    refused = browser.post(f"/cases/{case_id}/step", {"step": "close"})
    assert refused.status_code == 422
    closed = browser.post(f"/cases/{case_id}/step", {"step": "close", "closing.en": "Servers seized"})
    assert closed.status_code == 303
    room.settle()
    assert "Servers seized" in room.vn.browser("lan").get(f"/cases/{case_id}").text


def test_a_file_is_saved_only_with_an_entry(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    ((element, _one),) = room.lines(room.us, case_id, "evidence").items()
    browser = room.us.browser("mark")
    browser.get(f"/cases/{case_id}/files")
    answer = browser.post(f"/cases/{case_id}/files/{element}")
    assert answer.content == b"abc"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    room.settle()
    assert "Mark Hill" in room.vn.browser("lan").get(f"/cases/{case_id}/files").text
    assert browser.post(f"/cases/{case_id}/files/{element}/check").status_code == 303


def test_an_exhibit_is_taken_in_by_a_form(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    upload = put_in(room.vn, room.lan, "a.log", b"log")
    browser = room.vn.browser("lan")
    browser.get(f"/cases/{case_id}/take-exhibit")
    typed = {
        "title": "Nhật ký máy chủ", "kind": "log", "acquired_at": "23/11/2026 09:00", "acquired_by": "Lan",
        "place": "Hà Nội", "tool": "scp", "legal_basis": "Điều 107", "file": upload, "marks.tlp": "amber",
        "marks.pap": "amber",
    }  # fmt: skip
    wrong = browser.post(f"/cases/{case_id}/take-exhibit", {**typed, "acquired_at": "khi nào đó"})
    assert wrong.status_code == 422
    assert browser.post(f"/cases/{case_id}/take-exhibit", typed).status_code == 303
    exhibits = {one.standing[0].says.exhibit for one in room.lines(room.vn, case_id, "evidence").values()}
    assert exhibits == {"VN-0001", "VN-0002"}


def test_the_situation_report_is_one_click_away_in_both_languages(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    room.state(room.vn, case_id, _situation())
    for side, login in ((room.vn, "lan"), (room.us, "mark")):
        room.settle()
        answer = side.browser(login).get(f"/cases/{case_id}/situation.pdf")
        assert answer.status_code == 200, answer.text[:300]
        assert answer.content.startswith(b"%PDF")


def _situation() -> Any:
    from lienlac.wire.bodies.cases import Situation

    return Situation(at=START, known=said("Ba nạn nhân", "Three victims"), planned=said("Khám xét", "Search"))


def test_what_a_case_does_not_hold_is_not_found(hot: tuple[Room, str]) -> None:
    room, case_id = hot
    browser = room.us.browser("mark")
    for path in (
        f"/cases/cas-{'a' * 26}/board",
        f"/cases/{case_id}/export/timeline.exe",
        f"/cases/entities/ent-{'a' * 26}",
    ):
        assert browser.get(path).status_code == 404, path
