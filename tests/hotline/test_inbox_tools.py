"""The inbox's tools: filters kept under a name and shared, many requests acknowledged at once; attacks on both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.hotline.lifecycle import Step
from tests.security.house import House, make_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(template, tmp_path)
    yield made
    made.shut()


def save(house: House, login: str, name: str, **more: Any) -> Any:
    body = {"name": name, "choice": more.pop("choice", {"stage": "all"}), **more}
    return house.program(login).post("/api/inbox/filters", body)


def filters(house: House, login: str) -> dict[str, Any]:
    found = house.program(login).get("/api/inbox/filters").json()["filters"]
    return {one["name"]: one for one in found}


# --- filters ------------------------------------------------------------------------------------------------------


def test_a_filter_is_kept_counted_and_opens_the_inbox(house: House) -> None:
    urgent, other = house.receive(urgency="life"), house.receive(urgency="normal")
    assert save(house, "anh", "Sống còn", choice={"urgency": "life"}, preferred=True).status_code == 201
    assert filters(house, "anh")["Sống còn"]["count"] == 1
    page = house.browser("anh").get("/requests").text
    assert f"row-{urgent}" in page
    assert f"row-{other}" not in page
    whole = house.browser("anh").get("/requests?direction=in").text
    assert f"row-{other}" in whole
    # The piece that renews itself keeps to the filter that the page opened with.
    piece = re.search(r'hx-get="(/requests/rows\?[^"]*)"', page)
    assert piece
    assert f"row-{other}" not in house.browser("anh").get(piece[1].replace("&amp;", "&")).text


def test_only_one_filter_opens_the_inbox_and_a_name_is_kept_once(house: House) -> None:
    save(house, "anh", "Một", preferred=True)
    save(house, "anh", "Hai", preferred=True)
    save(house, "anh", "Một", choice={"stage": "ended"})
    found = filters(house, "anh")
    assert {name: one["preferred"] for name, one in found.items()} == {"Một": False, "Hai": True}
    assert found["Một"]["choice"]["stage"] == "ended"


def test_a_shared_filter_is_seen_in_its_unit_and_nowhere_else(house: House) -> None:
    unit = house.cast.units["fraud"]
    assert save(house, "anh", "Quá hạn", choice={"due": "overdue"}, unit=unit).status_code == 201
    assert filters(house, "binh")["Quá hạn"]["mine"] is False
    assert "Quá hạn" not in filters(house, "chi")
    assert "Quá hạn" in house.browser("binh").get("/requests").text


def test_sharing_a_filter_shares_no_request(house: House) -> None:
    """Everybody's count is their own: what is restricted to others is not in it."""
    request_id = house.receive()
    save(house, "giang", "Tất cả", unit=house.cast.units["cyber"])
    before = filters(house, "chi")["Tất cả"]["count"]
    house.restrict(request_id, "fraud")
    assert before - filters(house, "chi")["Tất cả"]["count"] == 1


def test_attack_share_with_a_unit_of_others(house: House) -> None:
    answer = save(house, "anh", "x", unit=house.cast.units["cyber"])
    assert (answer.status_code, answer.json()["code"]) == (422, "unit-not-own")


@pytest.mark.parametrize("act", ["remove", "prefer"])
def test_attack_somebody_elses_filter(house: House, act: str) -> None:
    """A colleague's filter, also one that is shared with oneself, is answered like one that does not exist."""
    theirs = save(house, "binh", "Chung", unit=house.cast.units["fraud"], preferred=True).json()["id"]
    answers = []
    for filter_id in (theirs, "flt-" + "a" * 26):
        browser = house.browser("anh")
        browser.get("/requests")
        answers.append(browser.post(f"/requests/filters/{filter_id}/{act}").status_code)
    assert answers == [404, 404]
    assert filters(house, "binh")["Chung"]["preferred"] is True


def test_attack_fill_the_database_with_filters(house: House) -> None:
    program = house.program("anh")
    for number in range(limits.FILTERS_PER_OFFICER):
        assert program.post("/api/inbox/filters", {"name": f"n{number}", "choice": {}}).status_code == 201
    answer = program.post("/api/inbox/filters", {"name": "one more", "choice": {}})
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-filters")
    assert len(filters(house, "anh")) == limits.FILTERS_PER_OFFICER


def test_attack_keep_an_account_number_in_a_filter(house: House) -> None:
    for choice in ({"words": "0071000123456"}, {"stage": "open", "cursor": "x"}, {"direction": "up"}):
        assert save(house, "anh", "x", choice=choice).status_code == 400


def test_attack_a_script_in_a_filters_name(house: House) -> None:
    save(house, "anh", "<script>alert(1)</script>", unit=house.cast.units["fraud"])
    page = house.browser("binh").get("/requests").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_attack_a_reading_token_keeps_a_filter(house: House) -> None:
    program = house.program("anh", "read")
    assert program.post("/api/inbox/filters", {"name": "x", "choice": {}}).status_code == 403


def test_a_filter_is_kept_and_forgotten_on_the_page(house: House) -> None:
    browser = house.browser("anh")
    browser.get("/requests?direction=in&urgency=hot")
    kept = browser.post("/requests/filters", {"name": "Nóng", "direction": "in", "urgency": "hot"})
    assert kept.status_code == 303
    found = filters(house, "anh")["Nóng"]
    assert found["choice"]["urgency"] == "hot"
    browser.get("/requests?direction=in")
    browser.post(f"/requests/filters/{found['id']}/prefer")
    assert filters(house, "anh")["Nóng"]["preferred"]
    browser.post("/requests/filters/none/prefer")
    assert not filters(house, "anh")["Nóng"]["preferred"]
    browser.post(f"/requests/filters/{found['id']}/remove")
    assert filters(house, "anh") == {}


# --- many at once -------------------------------------------------------------------------------------------------


def test_many_are_acknowledged_each_by_itself(house: House) -> None:
    first, second, third = house.receive(), house.receive(), house.receive()
    house.act("chi", second, Step.ACKNOWLEDGE)
    names = [first, second, third, "req-" + "a" * 26]
    answer = house.program("anh").post("/api/requests/acknowledge", {"requests": names})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["done"], told["failed"]) == (2, 2)
    assert [one["code"] for one in told["outcomes"]] == [None, "step-not-possible", None, "not-found"]
    assert all(one["sentences"]["vi"] and one["sentences"]["en"] for one in told["outcomes"] if one["code"])
    states = [house.program("anh").get(f"/api/requests/{name}").json()["state"] for name in (first, second, third)]
    assert states == ["acknowledged"] * 3


def test_what_is_hidden_is_answered_like_what_is_not_there(house: House) -> None:
    hidden = house.receive()
    house.restrict(hidden, "fraud")
    told = house.program("chi").post("/api/requests/acknowledge", {"requests": [hidden, "req-" + "a" * 26]}).json()
    first, second = told["outcomes"]
    assert {**first, "request": ""} == {**second, "request": ""}


def test_the_page_acknowledges_what_was_picked_and_tells_what_could_not_be(house: House) -> None:
    first, second = house.receive(), house.receive()
    browser = house.browser("anh")
    page = browser.get("/requests").text
    assert page.count('name="pick"') == 2
    done = browser.post("/requests/acknowledge", {"pick": [first]})
    assert done.status_code == 303
    browser.get("/requests")
    told = browser.post("/requests/acknowledge", {"pick": [first, second]})
    assert told.status_code == 200
    assert "Acknowledged: 1. Not acknowledged: 1." in told.text
    assert house.reference(second) in told.text
    assert house.browser("anh").get("/requests").text.count('name="pick"') == 0


def test_nothing_picked_and_too_much_picked(house: House) -> None:
    browser = house.browser("anh")
    browser.get("/requests")
    assert browser.post("/requests/acknowledge").status_code == 303
    browser.get("/requests")
    many = [f"req-{number}" for number in range(limits.BULK_MAX_REQUESTS + 1)]
    assert browser.post("/requests/acknowledge", {"pick": many}).status_code == 422
    assert house.program("anh").post("/api/requests/acknowledge", {"requests": many}).status_code == 400


def test_who_may_not_answer_sees_no_boxes_and_no_door(house: House) -> None:
    request_id = house.receive()
    assert 'name="pick"' not in house.browser("giang").get("/requests").text
    assert house.program("giang").post("/api/requests/acknowledge", {"requests": [request_id]}).status_code == 403
