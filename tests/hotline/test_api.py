"""The doors for programs: the whole story over HTTP, every mistake of a form at once, rights and attacks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.scene import START, Stage, freeze_form, preserve_form
from tests.hotline.webscene import Door


@pytest.fixture
def doors(quick_stage: Stage) -> tuple[Stage, Door, Door]:
    return quick_stage, Door(quick_stage, quick_stage.us), Door(quick_stage, quick_stage.vn, "vi")


def test_the_story_over_the_interface(doors: tuple[Stage, Door, Door]) -> None:
    stage, us_door, vn_door = doors
    us, vn = us_door.program(), vn_door.program()
    opened = us.post("/api/requests", freeze_form())
    assert opened.status_code == 201, opened.text
    request = opened.json()
    assert request["state"] == "sent"
    stage.deliver()
    listed = vn.get("/api/requests?direction=in&stage=open").json()
    assert [line["id"] for line in listed["requests"]] == [request["id"]]
    path = f"/api/requests/{request['id']}"
    assert vn.post(f"{path}/acknowledge").status_code == 201
    asked = vn.post(f"{path}/ask", {"question": "Which branch?"})
    stage.deliver()
    seen = us.get(path).json()
    assert seen["steps"] == ["clarify", "withdraw", "note", "ask-use"]
    answer = {"answers": seen["open_questions"][0], "answer": "Ba Dinh."}
    assert us.post(f"{path}/clarify", answer).status_code == 201
    stage.deliver()
    assert asked.status_code == 201
    assert vn.post(f"{path}/accept", {"extent": "fully"}).status_code == 201
    result = {
        "outcome": "partly",
        "held": {"amount": "812000000", "currency": "VND"},
        "held_at": START.isoformat(),
        "until": (START + timedelta(days=3)).isoformat(),
    }
    assert vn.post(f"{path}/result", result).status_code == 201
    stage.deliver()
    assert us.post(f"{path}/feedback", {"usefulness": "useful"}).status_code == 201
    closed = us.post(f"{path}/close")
    assert closed.json()["state"] == "closed"
    stage.deliver()
    ours, theirs = us.get(path).json(), vn.get("/api/requests/US-2026-000001").json()
    assert [message["digest"] for message in ours["messages"]] == [m["digest"] for m in theirs["messages"]]
    assert ours["clocks"] == theirs["clocks"]


def test_every_mistake_is_answered_at_once_in_both_languages(doors: tuple[Stage, Door, Door]) -> None:
    us = doors[1].program()
    wrong = freeze_form(amount="much", transferred_at="2030-01-01T00:00:00Z", legal_basis=None)
    answer = us.post("/api/requests", wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problems = answer.json()["problems"]
    assert {problem["field"] for problem in problems} == {"amount", "transferred_at", "legal_basis"}
    assert all(problem["en"] and problem["vi"] for problem in problems)
    assert us.get("/api/requests?direction=out").json()["requests"] == []


def test_a_form_can_be_checked_without_sending(doors: tuple[Stage, Door, Door]) -> None:
    us = doors[1].program()
    assert us.post("/api/requests/check", preserve_form()).json()["right"] is True
    assert us.get("/api/requests?direction=out").json()["requests"] == []


def test_search_goes_by_body_and_pages_by_cursor(doors: tuple[Stage, Door, Door]) -> None:
    stage, us_door, _ = doors
    us = us_door.program()
    for _number in range(3):
        us.post("/api/requests", freeze_form())
    found = us.post("/api/requests/search", {"direction": "out", "words": "123456 goldentrade", "rows": 2}).json()
    assert len(found["requests"]) == 2
    more = us.post("/api/requests/search", {"direction": "out", "rows": 2, "cursor": found["next"]}).json()
    assert len(more["requests"]) == 1
    assert more["next"] is None
    del stage


def test_a_reading_token_opens_nothing(doors: tuple[Stage, Door, Door]) -> None:
    reader = doors[1].program("read")
    assert reader.get("/api/requests").status_code == 200
    assert reader.post("/api/requests", freeze_form()).status_code == 403


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("cursor=%C3%A9", 422, "cursor"),
        ("cursor=zzzz", 422, "cursor"),
        ("stage=x", 400, "stage"),
        ("rows=many", 400, "rows"),
        ("rows=0", 400, "rows"),
        ("kind=" + "x" * 301, 400, "kind"),
        ("row=5", 400, None),
    ],
)
def test_nonsense_in_the_query_is_refused_not_a_fault(
    doors: tuple[Stage, Door, Door], query: str, status: int, field: str | None
) -> None:
    answer = doors[1].program().get(f"/api/requests?{query}")
    assert answer.status_code == status
    assert answer.json()["field"] == field


def test_duplicate_keys_are_refused(doors: tuple[Stage, Door, Door]) -> None:
    us = doors[1].program()
    answer = us.client.post(
        "/api/requests", content=b'{"kind":"freeze-payment","kind":"preserve-data"}', headers=us.headers
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == "duplicate-key"


def test_what_is_not_there_and_what_is_hidden_answer_alike(doors: tuple[Stage, Door, Door]) -> None:
    us = doors[1].program()
    assert us.get("/api/requests/req-" + "a" * 26).status_code == 404
    assert us.post("/api/requests/US-2026-999999/withdraw", {"reason": "x"}).status_code == 404


def test_a_step_that_is_not_possible_now_is_a_conflict(doors: tuple[Stage, Door, Door]) -> None:
    us = doors[1].program()
    request = us.post("/api/requests", freeze_form()).json()
    answer = us.post(f"/api/requests/{request['id']}/close")
    assert answer.status_code == 409
    assert answer.json()["code"] == "step-not-possible"
