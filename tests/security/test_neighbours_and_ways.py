"""Attack: learn of hidden objects through visible ones: by neighbours, by numbers, by the way from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from lienlac.intelligence.collection import Draft
from lienlac.records.access.desk import Act
from tests.intelligence.scene import FEED, id_of, indicator, malware, uid
from tests.intelligence.test_around import relationship
from tests.intelligence.test_search import report, sighting
from tests.security.house import told

if TYPE_CHECKING:
    from tests.security.house import House

OUTSIDERS = ("chi", "giang", "khanh", "linh")
SEEN, LAST, HIDDEN, GONE = malware(1, name="Mở"), malware(3), malware(2, name="Kín như bưng"), malware(77)


class Places(NamedTuple):
    opened: str
    hidden: str


@pytest.fixture
def places(house: House) -> Places:
    """Two open objects that hang together through a hidden one, and by hidden lines besides."""
    desk = house.node.intelligence
    opened = desk.create(house["giang"], Draft(title="Mở"))
    hidden = desk.create(house["giang"], Draft(title="Kín"))
    first = relationship(1, id_of(SEEN), "uses", id_of(HIDDEN))
    second = relationship(2, id_of(HIDDEN), "uses", id_of(LAST))
    missing = relationship(3, id_of(SEEN), "uses", id_of(GONE))
    desk.bring(house["giang"], opened.id, [SEEN, LAST, first, second, missing], source=FEED)
    secret = relationship(4, id_of(SEEN), "related-to", id_of(LAST))
    names = [report(number, object_refs=[id_of(SEEN)]) for number in range(1, 4)]
    more = [HIDDEN, secret, *names, sighting(1, id_of(SEEN)), indicator(9)]
    desk.bring(house["giang"], hidden.id, more, source=FEED)
    desk.indexing.catch_up()
    desk.access.change(
        house["dung"], hidden.id, Act.RESTRICT, units=[house.cast.units["fraud"]], officers=[], reason="Nguồn tin"
    )
    return Places(opened.id, hidden.id)


def links(house: House, login: str, raw: bytes) -> dict[str, Any]:
    answer = house.program(login).get(f"/api/intelligence/objects/{id_of(raw)}/neighbours")
    assert answer.status_code == 200, answer.text
    return {link["relation"]: link for link in answer.json()["links"]}


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_visible_object_tells_no_name_of_a_hidden_neighbour(house: House, places: Places, login: str) -> None:
    assert {thing["name"] for thing in links(house, "anh", SEEN)["uses"]["things"]} == {"Kín như bưng", ""}
    things = {thing["id"]: thing for thing in links(house, login, SEEN)["uses"]["things"]}
    hidden, gone = things[id_of(HIDDEN)], things[id_of(GONE)]
    assert {**hidden, "id": ""} == {**gone, "id": ""}, "one that is hidden looks like one that is not there"
    browser = house.browser(login)
    for path in ("", "/graph", "/graph/neighbours"):
        assert "Kín như bưng" not in browser.get(f"/intelligence/objects/{id_of(SEEN)}{path}").text


@pytest.mark.parametrize("login", OUTSIDERS)
def test_who_names_an_object_in_hiding_neither_stands_there_nor_counts(
    house: House, places: Places, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lienlac import limits

    monkeypatch.setattr(limits, "INTEL_NEIGHBOURS_SHOWN", 2)
    assert links(house, "anh", SEEN)["object_refs"]["more"] is True
    found = links(house, login, SEEN)
    assert set(found) == {"uses"}
    assert found["uses"]["more"] is False
    answer = house.program(login).get(f"/api/intelligence/objects/{id_of(SEEN)}/neighbours").json()
    assert answer["graph"]["more"] == []


@pytest.mark.parametrize("login", OUTSIDERS)
def test_a_hidden_object_and_one_that_is_not_there_have_the_same_surroundings(
    house: House, places: Places, login: str
) -> None:
    program, browser = house.program(login), house.browser(login)
    for door in ("", "/graph", "/graph/neighbours", "/raw", f"/way?to={id_of(SEEN)}", f"/graph/way?to={id_of(SEEN)}"):
        answers = [told(browser.get(f"/intelligence/objects/{id_of(raw)}{door}")) for raw in (HIDDEN, GONE)]
        assert answers[0][0] == 404
        assert answers[0][0] == answers[1][0]
        assert answers[0][1].replace(id_of(HIDDEN), "") == answers[1][1].replace(id_of(GONE), "")
    for door in ("neighbours", f"path/{id_of(SEEN)}"):
        answers = [told(program.get(f"/api/intelligence/objects/{id_of(raw)}/{door}")) for raw in (HIDDEN, GONE)]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.parametrize("login", OUTSIDERS)
def test_the_finder_of_ways_is_no_oracle(house: House, places: Places, login: str) -> None:
    """Asking for a way to an id, and through ids that one may see, must not say which of them exist."""
    insider = house.program("anh").get(f"/api/intelligence/objects/{id_of(SEEN)}/path/{id_of(LAST)}").json()
    assert [step["relation"] for step in insider["steps"]] == ["related-to"]
    outsider = house.program(login).get(f"/api/intelligence/objects/{id_of(SEEN)}/path/{id_of(LAST)}").json()
    assert outsider["steps"] == []
    assert outsider["cut"] is False
    answers = [
        told(house.program(login).get(f"/api/intelligence/objects/{id_of(SEEN)}/path/{id_of(raw)}"))
        for raw in (HIDDEN, GONE)
    ]
    assert answers[0] == answers[1]
    browser = house.browser(login)
    pages = [browser.get(f"/intelligence/objects/{id_of(SEEN)}/way?to={id_of(raw)}") for raw in (HIDDEN, GONE)]
    assert pages[0].status_code == pages[1].status_code == 200
    assert "No way was found through what you may see." in pages[0].text


def test_bytes_of_a_version_are_asked_for_by_its_instant_and_only_where_it_may_be_seen(
    house: House, places: Places
) -> None:
    newest = house.node.intelligence.seen(house["anh"], id_of(HIDDEN)).newest.added_us
    insider = house.browser("anh").get(f"/intelligence/objects/{id_of(HIDDEN)}/raw?at={newest}")
    assert insider.content == HIDDEN
    browser = house.browser("chi")
    assert browser.get(f"/intelligence/objects/{id_of(SEEN)}/raw?at={newest}").status_code == 404
    assert browser.get(f"/intelligence/objects/{id_of(SEEN)}/raw").content == SEEN


def test_a_name_that_is_markup_is_text_in_the_picture_and_beside_it(house: House) -> None:
    opened = house.node.intelligence.create(house["giang"], Draft(title="Mở"))
    named = malware(5, name="<img src=x onerror=alert(1)>\"'</script>")
    link = relationship(9, id_of(named), '"><script>', f"tool--{uid(1)}")
    house.node.intelligence.bring(house["giang"], opened.id, [named, link], source=FEED)
    house.node.intelligence.indexing.catch_up()
    browser = house.browser("giang")
    for path in ("", "/graph"):
        page = browser.get(f"/intelligence/objects/{id_of(named)}{path}").text
        assert "<img src=x" not in page
        assert '"><script>' not in page
