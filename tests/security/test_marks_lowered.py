"""Attack: lower a mark without the right, without a proof, through another's form, or below what the giver states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.intelligence.collection import Marks
from lienlac.people.rights import Action
from lienlac.vocabulary import marks as words

if TYPE_CHECKING:
    from tests.security.house import House

FIELDS = {"tlp": "amber", "pap": "clear", "reason": "Đã công bố"}


@pytest.fixture
def marked(house: House) -> tuple[str, str]:
    """An object with strict marks: its address on pages, and for programs."""
    collection = house.collection()
    marking, officer = house.node.intelligence.marking, house["giang"]
    before = marking.show(officer, collection, house.object_id).present
    strict = Marks(tlp=before.tlp, pap="red", handling=("h2",))
    marking.set(officer, collection, house.object_id, before=before, chosen=strict, reason="", lowering=False)
    path = f"{collection}/objects/{house.object_id}/marks"
    return f"/intelligence/{path}", f"/api/intelligence/collections/{path}"


def pap(house: House) -> str:
    collection = house.collection()
    return house.node.intelligence.marking.show(house["giang"], collection, house.object_id).present.pap


def form(browser: Any, path: str, **changes: str) -> Any:
    page = browser.get(path).text
    found = re.search(r'name="before" value="([^"]*)"', page)
    before = "" if found is None else found[1].replace("&#34;", '"').replace("&quot;", '"')
    return browser.post(path, {"before": before, **FIELDS, **changes})


def said(**changes: Any) -> dict[str, Any]:
    return {"tlp": "amber", "pap": "red", "handling": ["h2"], **changes}


def test_a_session_that_proved_nothing_lately_lowers_nothing(house: House, marked: tuple[str, str]) -> None:
    browser = house.browser("giang")
    house.clock.turn(11 * 60)
    answer = form(browser, marked[0])
    assert answer.status_code == 403
    assert "step-up-code" in answer.text or "/account/security" in answer.text
    assert pap(house) == "red"


def test_the_same_form_with_a_fresh_proof_does(house: House, marked: tuple[str, str]) -> None:
    assert form(house.browser("giang"), marked[0]).status_code == 303
    assert pap(house) == "clear"


@pytest.mark.parametrize("login", ["hai", "linh", "admin", "kiem", "anh"])
def test_whoever_may_not_release_lowers_nothing(house: House, marked: tuple[str, str], login: str) -> None:
    answer = form(house.browser(login), marked[0])
    assert answer.status_code in {403, 404}
    assert pap(house) == "red"
    acts = (Action.INTEL_SHARE,) if login == "giang" else ()
    program = house.program(login, acts=acts)
    call = {"before": said(), "marks": said(pap="clear"), "reason": "x"}
    assert program.post(marked[1], call).status_code in {403, 404}
    assert pap(house) == "red"


def test_a_token_that_does_not_name_the_act_lowers_nothing(house: House, marked: tuple[str, str]) -> None:
    before = house.program("giang").get(marked[1]).json()["marks"]
    call = {"before": before, "marks": {**before, "pap": "clear"}, "reason": "x"}
    assert house.program("giang").post(marked[1], call).status_code == 403
    assert pap(house) == "red"
    named = house.program("giang", acts=(Action.INTEL_SHARE,))
    assert named.post(marked[1], call).status_code == 200
    assert pap(house) == "clear"


def test_raising_needs_no_proof_and_stays(house: House, marked: tuple[str, str]) -> None:
    browser = house.browser("giang")
    house.clock.turn(11 * 60)
    page = browser.get(marked[0]).text
    assert 'value="red" selected' in page
    answer = form(browser, marked[0], pap="red", handling="h3")
    assert answer.status_code == 403, "h2 would be gone"
    collection = house.collection()
    before = house.node.intelligence.marking.show(house["giang"], collection, house.object_id).present
    assert words.combine_handling(before.handling) == ("h2",)


def test_an_object_of_a_collection_that_one_may_not_know_of_is_not_there(house: House, marked: tuple[str, str]) -> None:
    from lienlac.records.access.desk import Act

    units = [house.cast.units["fraud"]]
    house.node.intelligence.access.change(
        house["dung"], house.collection(), Act.RESTRICT, units=units, officers=[], reason="Nghi lộ tin"
    )
    assert house.browser("giang").get(marked[0]).status_code == 404
    assert house.program("giang").get(marked[1]).status_code == 404
    assert house.browser("giang").post(marked[0], FIELDS).status_code == 404


def test_marks_of_another_object_are_not_set_through_this_ones_form(house: House, marked: tuple[str, str]) -> None:
    browser = house.browser("giang")
    browser.get(marked[0])
    wrong = marked[0].replace("00000001", "00000002")
    assert browser.post(wrong, FIELDS).status_code == 404
    answer = browser.post(marked[0], {**FIELDS, "before": '{"tlp": "amber"}'})
    assert answer.status_code in {403, 409}
    assert pap(house) == "red"
