"""The first page: each role's own work on top, and attack: learn from it of a request that one may not know of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.security.house import House

LEADS = {
    "anh": "Requests from partners",
    "binh": "Requests from partners",
    "giang": "Requests from partners",
    "hai": "Requests to partners",
    "khanh": "Requests to partners",
    "linh": "Requests from partners",
    "kiem": "Log",
    "admin": "Partners",
}
"""By the officers of the house: their roles stand there."""


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 id="home-\d+"><a href="[^"]*">([^<]*)</a>', page)


@pytest.mark.parametrize("login", LEADS)
def test_each_role_begins_with_its_own_work(house: House, login: str) -> None:
    page = house.browser(login).get("/")
    assert page.status_code == 200
    assert titles(page.text)[0] == LEADS[login]


def test_an_administrator_is_shown_no_request(house: House) -> None:
    house.receive()
    page = house.browser("admin").get("/").text
    assert not {"Requests from partners", "Requests to partners", "Log"} & set(titles(page))
    assert "US-2026-" not in page


@pytest.mark.parametrize("path", ["/", "/overview/cards"])
def test_what_is_hidden_stands_on_no_first_page_and_in_no_number(house: House, path: str) -> None:
    before = house.browser("giang").get(path).text  # who sees the log sees how long it is, whatever is hidden in it
    request_id = house.receive()
    house.restrict(request_id)
    reference = house.reference(request_id)
    assert reference in house.browser("anh").get(path).text
    for login in ("chi", "dung", "giang", "hai", "khanh", "linh"):
        assert reference not in house.browser(login).get(path).text
    numbers = re.findall(r"<b>([\d.,]+)</b>", house.browser("giang").get(path).text)
    assert numbers == re.findall(r"<b>([\d.,]+)</b>", before)
