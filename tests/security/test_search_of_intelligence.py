"""Attack: learn by searching intelligence what one may not open: by words, filters, identifiers, counts and pauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lienlac import journal
from lienlac.intelligence.collection import Draft
from lienlac.records.access.desk import Act
from tests.intelligence.scene import FEED, domain, id_of, indicator
from tests.intelligence.test_search import sighting
from tests.security.house import told

if TYPE_CHECKING:
    from tests.security.house import House

ASKED: tuple[dict[str, Any], ...] = (
    {"words": "dang thi hong"},
    {"words": "0071000123456"},
    {"words": "123456"},
    {"words": "kin-mat.example", "identifier": "domain"},
    {"type": "indicator"},
    {"giver": "feed"},
    {"state": "current"},
    {"state": "held"},
    {"sighted": True},
    {},
)


@pytest.fixture
def hidden(house: House) -> str:
    """A collection of the anti-fraud division alone, with what all the questions ask for; its id."""
    made = house.node.intelligence.create(house["giang"], Draft(title="Nguồn kín"))
    raws = [
        indicator(1, name="Đặng Thị Hồng, STK 0071000123456"),
        domain(2, "kin-mat.example"),
        sighting(1, id_of(indicator(1))),
        b"{}",
    ]
    house.node.intelligence.bring(house["giang"], made.id, raws, source=FEED)
    house.node.intelligence.indexing.catch_up()
    house.node.intelligence.access.change(
        house["dung"], made.id, Act.RESTRICT, units=[house.cast.units["fraud"]], officers=[], reason="Nguồn tin"
    )
    return made.id


def asked(house: House, login: str, search: dict[str, Any]) -> dict[str, Any]:
    answer = house.program(login).post("/api/intelligence/search", search)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("search", ASKED)
def test_no_search_finds_what_is_hidden(house: House, hidden: str, search: dict[str, Any]) -> None:
    mine = asked(house, "anh", search)
    assert mine["hits"] or mine["held"], "whoever is named does find it"
    for login in ("chi", "khanh", "linh", "giang"):
        theirs = asked(house, login, search)
        assert theirs == {"hits": [], "held": [], "known": [], "next": None, "unread_after": None}
        page = house.browser(login)
        page.get("/intelligence/search")
        form = {name: "yes" if value is True else value for name, value in search.items()}
        text = page.post("/intelligence/search", form).text
        assert hidden not in text
        assert "Nothing found that you may see" in text


def test_a_hidden_collection_cannot_be_told_from_one_that_is_not_there(house: House, hidden: str) -> None:
    other = hidden[:-1] + ("0" if hidden[-1] != "0" else "1")
    calls = [
        told(house.program("chi").post("/api/intelligence/search", {"words": "dang", "collection": one}))
        for one in (hidden, other)
    ]
    assert calls[0] == calls[1]


def test_the_number_of_hits_and_the_next_page_say_nothing_of_hidden_ones(house: House, hidden: str) -> None:
    """Counting: a page of one row, with a hidden hit before and behind the visible one."""
    opened = house.node.intelligence.create(house["giang"], Draft(title="Mở"))
    house.node.intelligence.bring(house["giang"], opened.id, [indicator(7, name="Đặng Thị Hồng")], source=FEED)
    house.node.intelligence.indexing.catch_up()
    for search in ({"words": "dang thi hong"}, {"type": "indicator"}):
        theirs = asked(house, "chi", {**search, "rows": 1})
        assert [hit["object"]["id"] for hit in theirs["hits"]] == [id_of(indicator(7))]
        assert theirs["next"] is None


def test_a_searched_name_stands_in_the_journal_and_in_no_address(house: House, hidden: str) -> None:
    browser = house.browser("chi")
    browser.get("/intelligence/search")
    page = browser.post("/intelligence/search", {"words": "Trần Văn Lạ"})
    assert not re.findall(r'(?:href|action|hx-get)="[^"]*(?:tran|Tr%E1)[^"]*"', page.text, re.IGNORECASE)
    with house.database.read() as connection:
        noted = [one for one in journal.latest(connection) if one.action == "intel.searched"]
    assert noted[0].actor == house["chi"].id
    assert noted[0].detail == {"words": ["tran", "van", "la"]}


def test_an_administrator_searches_nothing(house: House, hidden: str) -> None:
    answer = house.program("admin").post("/api/intelligence/search", {"words": "dang"})
    assert answer.status_code in {403, 404}
