"""Attack: count what one may not see: the numbers above the inbox, in the nav, in the alert, behind the partners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lienlac.hotline.lifecycle import Step

if TYPE_CHECKING:
    from tests.security.house import House


def numbers(page: str) -> list[str]:
    """The four numbers above an inbox, and those of its tabs."""
    return re.findall(r"<b>([0-9,.]+)</b></a>", page) + re.findall(r"\(([0-9,.]+)\)</a>", page)


def badge(page: str) -> str:
    """The number beside the inbox in the nav."""
    found = re.search(r'href="/requests"[^>]*>[^<]*<span class="badge">([0-9,.]+)', page)
    return found[1] if found else ""


@pytest.fixture
def overdue(house: House) -> list[str]:
    """Three incoming requests, all overdue; two of them hidden from the investigation division."""
    made = [house.receive() for _ in range(3)]
    house.clock.turn(86_400)
    return made


def test_numbers_change_with_the_restriction_and_with_nothing_else(house: House, overdue: list[str]) -> None:
    before = {login: house.browser(login).get("/requests").text for login in ("anh", "chi", "kiem")}
    assert len(set(map(tuple, map(numbers, before.values())))) == 1
    assert "3" in numbers(before["chi"])
    assert badge(before["chi"]) == "3"
    for request_id in overdue[:2]:
        house.restrict(request_id)
    after = {login: house.browser(login).get("/requests").text for login in before}
    assert numbers(after["anh"]) == numbers(before["anh"])
    assert numbers(after["kiem"]) == numbers(before["kiem"])
    assert "3" not in numbers(after["chi"])
    assert "2" not in numbers(after["chi"])
    assert badge(after["chi"]) == "1"


def test_what_stands_beside_every_page_counts_alike(house: House, overdue: list[str]) -> None:
    """Badge and alert are fetched again by themselves; the alert names the first request that waits."""
    for request_id in overdue[:2]:
        house.restrict(request_id)
    told = house.browser("chi").get("/live/beside?at=/requests").text
    assert badge(told) == "1"
    for request_id in overdue:
        assert (request_id in told) == (request_id == overdue[2])
    house.restrict(overdue[2])
    told = house.browser("chi").get("/live/beside?at=/requests").text
    assert badge(told) == ""
    assert "req-" not in told


def test_every_pile_is_counted_within_the_scope(house: House) -> None:
    """Also what is answered and what is asked, not only what is open."""
    hidden = house.receive()
    house.act("anh", hidden, Step.ACKNOWLEDGE)
    house.act("anh", hidden, Step.ASK, question="Chi nhánh nào?")
    house.restrict(hidden)
    assert set(numbers(house.browser("chi").get("/requests").text)) == {"0"}
    assert "1" in numbers(house.browser("anh").get("/requests").text)


def test_a_confined_auditor_counts_what_concerns_their_units(house: House, overdue: list[str]) -> None:
    assert set(numbers(house.browser("soat").get("/requests").text)) == {"0"}
    house.restrict(overdue[0])
    page = house.browser("soat").get("/requests").text
    assert badge(page) == "1"


def test_letters_about_what_is_hidden_are_neither_shown_nor_counted(house: House) -> None:
    """The partner's refusal of a message waits for a decision of those who may know of its request."""
    request_id = house.send("binh")
    house.vn.post.desk.suspend(house["binh"], "us-ic3", kind=None, reason="x")
    row = {"peer": "us-ic3", "lane": "urgent", "kind": "hotline.note", "attempts": 1, "code": "x", "reason": "x"}
    with house.database.read() as connection:
        from lienlac.exchange import store

        stored = store.of_record(connection, request_id)[0]
    row |= {"digest": stored.digest, "message_id": stored.message_id, "record_id": request_id, "at_us": 1}
    house.database.write(lambda connection: store.add_dead_letter(connection, row))
    assert request_id in house.browser("chi").get("/peers/us-ic3").text
    house.restrict(request_id)
    page = house.browser("chi").get("/peers/us-ic3").text
    assert request_id not in page
    assert stored.digest not in page
    assert request_id in house.browser("anh").get("/peers/us-ic3").text
    for login in ("chi", "dung"):
        answers = [
            house.browser(login).post(f"/letters/{digest}/{act}", {"reason": "r", "back": "/peers"})
            for digest in (stored.digest, "f" * 64)
            for act in ("retry", "give-up")
        ]
        assert len({(answer.status_code, answer.headers.get("location")) for answer in answers[::2]}) == 1
        assert len({(answer.status_code, answer.headers.get("location")) for answer in answers[1::2]}) == 1
    with house.database.read() as connection:
        assert len(store.dead_letters(connection)) == 1
