"""Attack: learn from the threat picture's numbers what one may not see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lienlac.records.access.desk import Act

if TYPE_CHECKING:
    from tests.security.house import House


def picture(house: House, login: str, query: str = "") -> dict:
    answer = house.program(login, scope="read").get(f"/api/intelligence/picture{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_of(found: dict, type_: str) -> int:
    return sum(sum(one["counts"]) for one in found["new_identifiers"] if one["code"] == type_)


@pytest.fixture
def asked(house: House) -> list[str]:
    """Two requests of the partner's; the second one is hidden from all but the anti-fraud division."""
    made = [house.receive(amount={"amount": "100.00", "currency": "USD"}) for _ in range(2)]
    house.receive(amount={"amount": "7.00", "currency": "EUR"})
    house.restrict(made[1])
    return made


def test_a_hidden_request_counts_nowhere_for_who_may_not_see_it(house: House, asked: list[str]) -> None:
    seen = {login: picture(house, login) for login in ("anh", "chi")}
    assert {login: one["kinds"]["request"] for login, one in seen.items()} == {"anh": 3, "chi": 2}
    money = {login: {one["currency"]: one["asked"] for one in found["money"]} for login, found in seen.items()}
    assert money == {"anh": {"USD": "200.00", "EUR": "7.00"}, "chi": {"USD": "100.00", "EUR": "7.00"}}
    flows = {login: sum(one["records"] for one in found["flows"]) for login, found in seen.items()}
    assert flows["chi"] < flows["anh"]
    for path in ("/intelligence/picture/records", "/intelligence/picture/records/csv"):
        assert asked[1] in house.browser("anh").get(path).text
        assert asked[1] not in house.browser("chi").get(path).text


def test_an_auditor_of_one_division_counts_only_what_concerns_it(house: House, asked: list[str]) -> None:
    found = picture(house, "soat")
    assert found["kinds"].get("request", 0) < 3
    assert found["new_identifiers"] is None
    page = house.browser("soat").get("/intelligence/picture/new?type=bank-account")
    assert page.status_code == 200
    assert not re.search(r'href="/requests/req-', page.text)


def test_a_number_that_stays_tells_nobody_that_something_hidden_names_it(house: House) -> None:
    """Whoever names an identifier and sees the number of new ones unmoved would know that it was known already."""
    first = house.receive()
    before = new_of(picture(house, "chi"), "bank-account")
    house.restrict(first)
    hidden = new_of(picture(house, "chi"), "bank-account")
    assert hidden < before
    assert new_of(picture(house, "anh"), "bank-account") == hidden, "what is hidden from one counts for nobody"
    house.receive()  # names the same accounts, in the open
    assert new_of(picture(house, "chi"), "bank-account") == before


def test_the_way_to_the_lists_hides_what_the_numbers_hide(house: House) -> None:
    collection = house.collection()
    house.node.intelligence.indexing.catch_up()
    path = "/intelligence/picture/new?type=domain"
    assert house.object_id in house.browser("chi").get(path).text
    units = [house.cast.units["fraud"]]
    house.node.intelligence.access.change(
        house["dung"], collection, Act.RESTRICT, units=units, officers=[], reason="Nghi lộ tin"
    )
    assert house.object_id not in house.browser("chi").get(path).text


def test_whoever_may_not_read_intelligence_gets_no_picture(house: House) -> None:
    for path in (
        "/intelligence/picture", "/intelligence/picture/records", "/intelligence/picture/new?type=domain",
        "/intelligence/picture/export/csv", "/intelligence/picture/records/csv",
    ):  # fmt: skip
        assert house.browser("admin").get(path).status_code in {403, 404}
    for path in ("/api/intelligence/picture", "/api/intelligence/picture/records"):
        assert house.program("admin", scope="read").get(path).status_code in {403, 404}


def test_a_title_that_is_a_formula_stays_text_in_the_file(house: House) -> None:
    house.receive(facts="=HYPERLINK(1)")
    text = house.browser("anh").get("/intelligence/picture/records/csv").text
    assert not re.search(r'(^|,)"?[=+@]', text, re.MULTILINE)


@pytest.mark.parametrize(
    "query",
    ["span=9-years", "typology=nonsense", "currency=usd", "from=US", "kind=%3Cscript%3E", "place=99", "place=-1"],
)
def test_a_question_in_no_known_words_is_refused_or_narrows_to_nothing_and_never_fails(
    house: House, query: str
) -> None:
    answer = house.browser("anh").get(f"/intelligence/picture/records?{query}")
    assert answer.status_code in {200, 400, 422}
    assert "<script>" not in answer.text.split("</head>")[1]
