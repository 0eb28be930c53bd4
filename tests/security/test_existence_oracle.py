"""Attack: learn that a restricted request exists, by the error, by its id or its reference, at every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lienlac.hotline.lifecycle import Step
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.storage.database import Database
from tests.security.house import told

if TYPE_CHECKING:
    from tests.security.house import House

NOWHERE = "req-" + "a" * 26
NO_REFERENCE = "US-2026-999999"
STEPS = [step.value for step in RIGHT_OF if step is not Step.OPEN]
CHANGES = ("restrict", "allow", "take-back", "lift")
STRANGERS = ("chi", "dung", "giang", "hai", "khanh", "linh", "admin")


@pytest.fixture
def hidden(house: House) -> str:
    request_id = house.receive()
    house.restrict(request_id)
    return request_id


@pytest.mark.parametrize("login", STRANGERS)
@pytest.mark.parametrize("page", ["", "/status", "/timeline", "/access"])
def test_forbidden_and_absent_pages_are_the_same_to_the_letter(
    house: House, hidden: str, login: str, page: str
) -> None:
    browser = house.browser(login)
    for name, absent in ((hidden, NOWHERE), (house.reference(hidden), NO_REFERENCE)):
        answer = browser.get(f"/requests/{name}{page}")
        assert answer.status_code == 404
        assert told(answer) == told(browser.get(f"/requests/{absent}{page}"))


@pytest.mark.parametrize("login", ["chi", "dung"])
def test_forbidden_and_absent_acts_are_the_same_to_the_letter(house: House, hidden: str, login: str) -> None:
    browser, program = house.browser(login), house.program(login)
    form = {"reason": "r", "remarks": "r", "text": "t", "question": "q", "units": house.cast.units["cyber"]}
    body = {"reason": "r", "units": ["Investigation division"]}
    for name, absent in ((hidden, NOWHERE), (house.reference(hidden), NO_REFERENCE)):
        for act in (*STEPS, *CHANGES):
            answer = browser.post(f"/requests/{name}/{act}", form)
            assert answer.status_code == 404, act
            assert told(answer) == told(browser.post(f"/requests/{absent}/{act}", form)), act
        for act in (*STEPS, *CHANGES):
            given = body if act in CHANGES else {}
            given = {"reason": "r"} if act == "lift" else given
            answer = program.post(f"/api/requests/{name}/{act}", given)
            assert answer.status_code == 404, act
            assert told(answer) == told(program.post(f"/api/requests/{absent}/{act}", given)), act


@pytest.mark.parametrize("login", STRANGERS)
def test_forbidden_and_absent_are_the_same_to_programs(house: House, hidden: str, login: str) -> None:
    program = house.program(login)
    for name, absent in ((hidden, NOWHERE), (house.reference(hidden), NO_REFERENCE)):
        for door in ("", "/access"):
            answer = program.get(f"/api/requests/{name}{door}")
            assert answer.status_code == 404
            assert told(answer) == told(program.get(f"/api/requests/{absent}{door}"))


def test_a_wrong_form_does_not_tell_either(house: House, hidden: str) -> None:
    """What is wrong with a form is said only to somebody who may know of the request that it is for."""
    program = house.program("chi")
    for name in (hidden, NOWHERE):
        answer = program.post(f"/api/requests/{name}/refuse", {"ground": "no-such-ground", "colour": "red"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_forbidden_and_absent_take_the_same_questions_to_the_database(
    house: House, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comparable work: the same statements run for both, so that time tells nothing either."""
    asked: list[str] = []
    read = Database.read

    def counted(self: Database) -> object:
        context = read(self)

        class Counting:
            def __enter__(self) -> object:
                connection = context.__enter__()
                raw = connection.connection.driver_connection
                if hasattr(raw, "set_trace_callback"):
                    raw.set_trace_callback(lambda text: asked.append(text.split("WHERE")[0]))
                return connection

            def __exit__(self, *what: object) -> None:
                context.__exit__(*what)

        return Counting()

    program = house.program("chi")
    program.get(f"/api/requests/{NOWHERE}")
    monkeypatch.setattr(Database, "read", counted)
    found = []
    for name in (hidden, NOWHERE):
        asked.clear()
        program.get(f"/api/requests/{name}")
        found.append(list(asked))
    assert found[0] == found[1]
    assert any("hotline_request" in text for text in found[0]), "the counting works"
    assert not any("hotline_fact" in text for text in found[0]), "nothing of a hidden request is read"


def test_two_requests_of_one_reference_are_ambiguous_only_to_who_sees_both(house: House) -> None:
    """Each side numbers its own: where only one of both may be known, its reference is plain."""
    ours, theirs = house.send("binh"), house.receive()
    house.database.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE hotline_request SET reference = 'VN-2026-000001' WHERE request_id = ?", (theirs,)
        )
    )
    assert house.program("anh").get("/api/requests/VN-2026-000001").json()["code"] == "reference-ambiguous"
    house.restrict(theirs)
    assert house.program("chi").get("/api/requests/VN-2026-000001").json()["id"] == ours


def test_those_who_are_named_still_find_it(house: House, hidden: str) -> None:
    for login in ("anh", "binh", "kiem", "soat"):
        assert house.browser(login).get(f"/requests/{hidden}").status_code == 200
        assert house.program(login).get(f"/api/requests/{house.reference(hidden)}").json()["id"] == hidden
