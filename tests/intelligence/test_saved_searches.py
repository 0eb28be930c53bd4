"""Searches that officers keep: opened by one click, each officer's own, never a number; and attacks on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.cli.groups.intelligence import finding
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.search.store import SEARCHES
from lienlac.interface.intelligence.search import SearchChoice
from lienlac.people.rights import Action
from lienlac.records.access.desk import Act
from lienlac.records.kept.desk import Keeping
from lienlac.storage.database import Database
from tests.intelligence.scene import Desk
from tests.intelligence.sharing.test_cli import Through
from tests.security.house import House, make_template
from tests.world.fakes import HandClock, SeededChance

CHOICE = {"words": "trang lừa đảo", "type": "indicator", "state": "current"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(template, tmp_path)
    yield made
    made.shut()


def keep(house: House, login: str, name: str = "Trang giả", **choice: Any) -> Any:
    return house.program(login).post("/api/intelligence/searches", {"name": name, "choice": choice or CHOICE})


def kept(house: House, login: str) -> dict[str, Any]:
    found = house.program(login).get("/api/intelligence/searches").json()["searches"]
    return {one["name"]: one for one in found}


def test_a_search_is_kept_and_opened_by_one_click_and_forgotten(house: House) -> None:
    house.collection()
    house.node.intelligence.indexing.catch_up()
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    since = {"since": "01/11/2026", "until": "30/11/2026", "sighted": ""}
    done = browser.post("/intelligence/search/keep", {"name": "Trang giả", **CHOICE, **since})
    assert done.status_code == 303
    assert "Trang giả" in browser.get("/intelligence/search").text
    (one,) = kept(house, "giang").values()
    assert one["choice"]["since"] == "2026-11-01T00:00:00+07:00"
    opened = browser.post("/intelligence/search", {"saved": one["id"]}).text
    assert house.object_id in opened
    assert 'value="30/11/2026"' in opened
    assert 'aria-current="true"' in opened
    assert "trang lừa đảo" in opened
    forgotten = browser.post(f"/intelligence/search/kept/{one['id']}/remove")
    assert forgotten.status_code == 303
    assert "Trang giả" not in browser.get("/intelligence/search").text
    assert browser.post("/intelligence/search", {"saved": one["id"]}).status_code == 404


def test_the_commands_keep_and_use_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.collection()
    house.node.intelligence.indexing.catch_up()
    monkeypatch.setattr(finding, "client_of", lambda _url, _token: Through(house.program("giang")))
    finding.searches()
    finding.search_keep("Trang giả", "trang lua dao", type_="indicator", within_days=7)
    finding.searches(json=True)
    assert "trang lua dao" in capsys.readouterr().out
    finding.search(saved="Trang giả")
    assert house.object_id in capsys.readouterr().out
    house.clock.turn(8 * 86_400)
    finding.search(saved="Trang giả")
    assert house.object_id not in capsys.readouterr().out
    finding.search("trang lua dao", within_days=30)
    assert house.object_id in capsys.readouterr().out
    with pytest.raises(NotAllowed, match="not-found"):
        finding.search(saved="Khác")
    finding.search_forget(kept(house, "giang")["Trang giả"]["id"])
    assert kept(house, "giang") == {}


def test_the_last_days_of_a_kept_search_move_on(house: House) -> None:
    """Kept with a date it would show for ever what was new when it was kept."""
    house.collection()
    house.node.intelligence.indexing.catch_up()
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    form = {"name": "Mới", "words": "trang lừa đảo", "within_days": "7"}
    assert browser.post("/intelligence/search/keep", form).status_code == 303
    (one,) = kept(house, "giang").values()
    assert (one["choice"]["within_days"], one["choice"]["since"]) == (7, None)
    opened = browser.post("/intelligence/search", {"saved": one["id"]}).text
    assert '<option value="7" selected>' in opened
    assert house.object_id in opened
    house.clock.turn(8 * 86_400)
    again = house.browser("giang")
    again.get("/intelligence/search")
    later = again.post("/intelligence/search", {"saved": one["id"]}).text
    assert '<option value="7" selected>' in later
    assert house.object_id not in later
    found = again.post("/intelligence/search", {"words": "trang lừa đảo", "within_days": "30"}).text
    assert house.object_id in found


def test_days_that_a_program_kept_are_shown_and_stay_in_the_form(house: House) -> None:
    house.collection()
    kept_id = keep(house, "giang", within_days=45).json()["id"]
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    opened = browser.post("/intelligence/search", {"saved": kept_id}).text
    assert '<option value="45" selected>The last 45 days</option>' in opened
    assert house.object_id in opened


@pytest.mark.parametrize("days", ["0", "-7", "7.0", "7 ngày", "٧", "9999", "9" * 400])
def test_attack_days_that_are_none(house: House, days: str) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    answer = browser.post("/intelligence/search", {"words": "trang", "within_days": days})
    assert answer.status_code == 422
    assert 'id="e-within_days"' in answer.text
    for choice in ({"within_days": days}, {"within_days": -7}, {"within_days": 9999}):
        assert keep(house, "giang", **choice).status_code in {400, 422}


def test_days_back_and_a_date_together_are_refused_where_they_were_typed(house: House) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    answer = browser.post("/intelligence/search", {"within_days": "7", "since": "01/11/2026"})
    assert answer.status_code == 422
    assert 'id="e-within_days"' in answer.text
    refused = keep(house, "giang", within_days=7, since="2026-11-01T00:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (422, "search-period-twice")


def test_one_of_the_same_name_gives_way(house: House) -> None:
    assert keep(house, "giang").status_code == 201
    assert keep(house, "giang", state="revoked").status_code == 201
    assert kept(house, "giang")["Trang giả"]["choice"]["state"] == "revoked"


@pytest.mark.parametrize("words", ["0071000123456", "stk 0071.000.123", "visa 4111111111111111"])
def test_attack_keeping_a_list_of_account_numbers(house: House, words: str) -> None:
    """What is kept lies there for years, without the trace that every search leaves."""
    answer = keep(house, "giang", words=words)
    assert (answer.status_code, answer.json()["code"]) == (422, "search-not-kept")
    browser = house.browser("giang")
    browser.get("/intelligence/search")
    form = {"name": "Người", "words": "Đặng Thị Hồng", "identifier": "name"}
    page = browser.post("/intelligence/search/keep", form)
    assert page.status_code == 422
    assert "Numbers and single identifiers stay in no list" in page.text
    assert kept(house, "giang") == {}


def test_attack_opening_or_forgetting_a_search_of_somebody_else(house: House) -> None:
    theirs = keep(house, "giang").json()["id"]
    other = house.browser("binh")
    other.get("/intelligence/search")
    answers = []
    for filter_id in (theirs, "flt-" + "a" * 26):
        answers.append(other.post("/intelligence/search", {"saved": filter_id}).status_code)
        answers.append(other.post(f"/intelligence/search/kept/{filter_id}/remove").status_code)
        answers.append(house.program("binh").call("DELETE", f"/api/intelligence/searches/{filter_id}").status_code)
    assert answers == [404] * 6
    assert "Trang giả" not in other.get("/intelligence/search").text
    assert list(kept(house, "giang")) == ["Trang giả"]


def test_attack_finding_through_a_kept_search_what_has_been_hidden_since(house: House) -> None:
    collection = house.collection()
    house.node.intelligence.indexing.catch_up()
    kept_id = keep(house, "chi", collection=collection).json()["id"]
    browser = house.browser("chi")
    browser.get("/intelligence/search")
    assert house.object_id in browser.post("/intelligence/search", {"saved": kept_id}).text
    house.node.intelligence.access.change(
        house["binh"], collection, Act.RESTRICT, units=[house.cast.units["fraud"]], officers=[], reason="Nguồn tin"
    )
    assert house.object_id not in browser.post("/intelligence/search", {"saved": kept_id}).text


def test_attack_fill_the_database_with_searches(house: House) -> None:
    program = house.program("giang")
    for number in range(limits.FILTERS_PER_OFFICER):
        body = {"name": f"n{number}", "choice": CHOICE}
        assert program.post("/api/intelligence/searches", body).status_code == 201
    answer = program.post("/api/intelligence/searches", {"name": "one more", "choice": CHOICE})
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-filters")


def test_a_choice_that_makes_no_sense_is_refused(house: House) -> None:
    for choice in ({"tlp": "purple"}, {"typology": "none-such"}, {"identifier": "phone"}):
        assert keep(house, "giang", **choice).status_code in {400, 422}


def test_what_is_kept_is_kept_on_both_products(database: Database) -> None:
    desk = Desk(database)
    keeping = Keeping(
        SEARCHES, action=Action.INTEL_READ, database=database, clock=HandClock(), chance=SeededChance("kept")
    )
    mine = keeping.save(desk.analyst, "B", SearchChoice(words="b"))
    keeping.save(desk.analyst, "A", SearchChoice(words="a"), preferred=True)
    assert [one.name for one in keeping.known(desk.analyst)] == ["A", "B"]
    keeping.prefer(desk.analyst, mine.id)
    assert keeping.preferred(desk.analyst) == SearchChoice(words="b")
    with pytest.raises(Refused, match="unit-not-own"):
        keeping.save(desk.analyst, "C", SearchChoice(), unit="uni-other")
    keeping.remove(desk.analyst, mine.id)
    assert [one.name for one in keeping.known(desk.analyst)] == ["A"]
