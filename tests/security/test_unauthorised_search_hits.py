"""Attack: find by searching or filtering what one may not open: words, names, last digits, filters, cursors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac import journal
from lienlac.hotline.inbox.view import encode_cursor
from lienlac.hotline.lifecycle import Step

if TYPE_CHECKING:
    from tests.security.house import House

QUERIES = ("goldentrade", "123456", "0071000123456", "US-2026-000001", "FT26327", "Mark Hill")
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"stage": "all"},
    {"kind": "hotline.freeze-payment"},
    {"urgency": "hot"},
    {"peer": "us-ic3"},
    {"state": "delivered"},
)


@pytest.fixture
def hidden(house: House) -> str:
    request_id = house.receive()
    house.restrict(request_id)
    return request_id


def found(house: House, login: str, **search: Any) -> list[str]:
    answer = house.program(login).post("/api/requests/search", {"direction": "in", "stage": "all", **search})
    assert answer.status_code == 200, answer.text
    return [line["id"] for line in answer.json()["requests"]]


@pytest.mark.parametrize("words", QUERIES)
def test_no_word_finds_what_is_hidden(house: House, hidden: str, words: str) -> None:
    assert found(house, "anh", words=words) == [hidden], "these words do find it"
    for login in ("chi", "dung", "giang", "hai", "khanh", "linh"):
        assert found(house, login, words=words) == []
        page = house.browser(login).post("/requests/search", {"words": words, "direction": "in"})
        assert page.status_code == 200
        assert hidden not in page.text
        assert "Nothing matches" in page.text


@pytest.mark.parametrize("search", FILTERS)
def test_no_filter_finds_what_is_hidden(house: House, hidden: str, search: dict[str, Any]) -> None:
    assert found(house, "anh", **search) == [hidden]
    assert found(house, "chi", **search) == []
    query = "&".join(f"{name}={value}" for name, value in {"direction": "in", **search}.items())
    for door in ("/requests", "/requests/rows"):
        assert hidden in house.browser("anh").get(f"{door}?{query}").text
        assert hidden not in house.browser("chi").get(f"{door}?{query}").text


def test_pages_are_as_full_as_if_the_hidden_were_not_there(house: House) -> None:
    """Filtering after the page was cut would leave holes whose size tells how much is hidden."""
    requests = [house.receive() for _ in range(6)]
    for request_id in requests[1::2]:
        house.restrict(request_id)
    program = house.program("chi")
    first = program.post("/api/requests/search", {"direction": "in", "rows": 2}).json()
    assert len(first["requests"]) == 2
    second = program.post("/api/requests/search", {"direction": "in", "rows": 2, "cursor": first["next"]}).json()
    assert (len(second["requests"]), second["next"]) == (1, None)
    shown = [line["id"] for line in (*first["requests"], *second["requests"])]
    assert sorted(shown) == sorted(requests[::2])


def test_a_cursor_made_up_from_a_known_id_opens_nothing(house: House, hidden: str) -> None:
    for cursor in (encode_cursor(0, hidden), encode_cursor(2**61, hidden)):
        assert found(house, "chi", cursor=cursor) == []


def test_an_auditor_finds_within_their_scope_alone(house: House, hidden: str) -> None:
    other = house.receive()
    assert sorted(found(house, "kiem")) == sorted([hidden, other])
    assert found(house, "soat") == [hidden]
    house.act("anh", other, Step.ACKNOWLEDGE)
    assert sorted(found(house, "soat")) == sorted([hidden, other])


def test_an_administrator_searches_nothing_at_all(house: House, hidden: str) -> None:
    answer = house.program("admin").post("/api/requests/search", {"direction": "in"})
    assert answer.status_code == 404
    assert hidden not in answer.text


def test_who_searched_and_for_what_is_written_down_once(house: House, hidden: str) -> None:
    """Looking for a person among an authority's cases leaves a trace, whether or not anything is found."""
    for login, words in (("anh", "GoldenTrade 123456"), ("chi", "Đặng Thị Hồng")):
        found(house, login, words=words)
    found(house, "anh")  # an inbox without words is no search
    with house.database.read() as connection:
        entries = [one for one in journal.latest(connection) if one.action == "request.searched"]
    noted = [(entry.actor, entry.detail["words"], entry.detail["direction"]) for entry in reversed(entries)]
    assert noted == [
        (house["anh"].id, ["goldentrade", "123456"], "in"),
        (house["chi"].id, ["dang", "thi", "hong"], "in"),
    ]
    assert hidden
