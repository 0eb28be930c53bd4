"""Attack: give oneself roles, units or a wider scope: on one's own pages, by extra fields, through tokens and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.people import tokens
from lienlac.people.officer import Role
from lienlac.people.rights import MATRIX, Action, may

if TYPE_CHECKING:
    from tests.security.house import House

EVERYBODY = ("anh", "binh", "chi", "giang", "hai", "khanh", "linh", "kiem", "soat", "admin")
EXTRA: dict[str, Any] = {
    "roles": ["supervisor", "administrator"],
    "role": "supervisor",
    "unit": "x",
    "also": ["x"],
    "audits": ["x"],
    "reads": "all",
    "confined": "0",
    "active": "true",
    "id": "off-" + "a" * 26,
    "officer_id": "off-" + "a" * 26,
    "scope": "write",
    "login": "root",
}


def rights_of(house: House, login: str) -> tuple[Any, ...]:
    officer = house[login]
    return officer.id, officer.login, officer.roles, officer.units, officer.audits, officer.active


@pytest.mark.parametrize("login", EVERYBODY)
def test_extra_fields_beside_ones_own_choices_change_nothing(house: House, login: str) -> None:
    before, units = rights_of(house, login), list(house.cast.units.values())
    browser = house.browser(login)
    choices = {"language": "en", "time_zone": "UTC", "theme": "dark"}
    extra = EXTRA | {"unit": units[0], "also": units, "audits": units}
    assert browser.post("/account/choices", choices | extra).status_code == 303
    assert browser.post("/language", {"language": "vi", "back": "/account"} | extra).status_code == 303
    assert rights_of(house, login) == before
    assert house[login].theme == "dark", "the choices themselves were taken"


@pytest.mark.parametrize("login", EVERYBODY)
def test_nobody_changes_their_own_roles_units_or_scope(house: House, login: str) -> None:
    before, units = rights_of(house, login), list(house.cast.units.values())
    browser = house.browser(login)
    form = {"name": "Tôi", "roles": [role.value for role in Role if role not in (Role.AUDITOR, Role.ADMINISTRATOR)]}
    form |= {"unit": units[1], "also": units, "audits": units, "reads": "all"}
    answer = browser.post(f"/users/{house[login].id}", form)
    assert answer.status_code == (303 if login == "admin" else 403 if login in ("binh", "kiem", "soat") else 404)
    assert rights_of(house, login) == before


@pytest.mark.parametrize("act", ["reset", "close", "open"])
def test_an_administrator_does_not_touch_the_access_of_their_own_account(house: House, act: str) -> None:
    browser = house.browser("admin")
    assert browser.post(f"/users/{house['admin'].id}/{act}").status_code == 409
    assert house["admin"].active


def test_a_supervisor_puts_nobody_into_a_unit(house: House) -> None:
    browser = house.browser("binh")
    assert browser.get(f"/users/{house['chi'].id}").status_code == 200
    form = {"name": "Chi", "unit": house.cast.units["fraud"], "roles": ["duty-officer"]}
    assert browser.post(f"/users/{house['chi'].id}", form).status_code == 403
    assert (
        browser.post(f"/users/units/{house.cast.units['fraud']}", {"name_vi": "X", "name_en": "X"}).status_code == 403
    )
    assert house["chi"].units == {house.cast.units["cyber"]}


@pytest.mark.parametrize("scope", ["admin", "all", "", "write read", "WRITE", "write\n"])
def test_a_token_of_a_made_up_scope_is_not_made(house: House, scope: str) -> None:
    browser = house.browser("anh")
    answer = browser.post("/account/tokens", {"label": "x", "scope": scope, "days": "1"})
    with house.database.read() as connection:
        made = [token.scope for token in tokens.own(connection, house["anh"])]
    assert (answer.status_code, made) in [(422, []), (200, ["write"])]
    assert made == ["write"] or scope.strip() not in ("read", "write")


@pytest.mark.parametrize("login", ["kiem", "giang", "admin"])
def test_a_writing_token_gives_no_more_than_the_role(house: House, login: str) -> None:
    request_id = house.receive()
    program = house.program(login, "write")
    for step in ("acknowledge", "note", "restrict"):
        body = {"text": "x"} if step == "note" else {"reason": "r", "units": ["x"]} if step == "restrict" else {}
        answer = program.post(f"/api/requests/{request_id}/{step}", body)
        assert answer.status_code == (404 if login == "admin" else 403)


def test_a_token_lost_its_rights_with_its_officer(house: House) -> None:
    request_id = house.receive()
    program = house.program("anh")
    assert program.get(f"/api/requests/{request_id}").status_code == 200
    house.restrict(request_id, "cyber", by="dung")
    assert program.get(f"/api/requests/{request_id}").status_code == 404, "need-to-know counts as it is now"
    admin = house.browser("admin")
    admin.get(f"/users/{house['anh'].id}")
    form = {"name": "Anh", "unit": house.cast.units["fraud"], "roles": ["analyst"]}
    assert admin.post(f"/users/{house['anh'].id}", form).status_code == 303
    assert program.get("/api/requests").status_code == 401, "with the roles every token ended"


def test_programs_cannot_send_fields_that_nobody_asked_for(house: House) -> None:
    request_id = house.receive()
    program = house.program("binh")
    for extra in ({"by": house["dung"].id}, {"holders": []}, {"restricted": False}, {"thing": "req-x"}):
        body = {"units": ["Anti-fraud division"], "reason": "r", **extra}
        answer = program.post(f"/api/requests/{request_id}/restrict", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "request-malformed")
    assert program.get(f"/api/requests/{request_id}/access").json()["restricted"] is False


def test_no_two_roles_that_may_be_joined_make_an_administrator_who_reads(house: House) -> None:
    """Who manages people reads no request under the same name, whatever is ticked."""
    browser = house.browser("admin")
    browser.get("/users/new")
    for other in Role:
        if other is Role.ADMINISTRATOR:
            continue
        form = {"login": f"x-{other.value}", "name": "X", "unit": house.cast.units["fraud"], "language": "en"}
        answer = browser.post("/users/new", form | {"roles": ["administrator", other.value]})
        assert answer.status_code == 422
    assert not any(may(house["admin"], action) for action in MATRIX[Role.DUTY_OFFICER] - MATRIX[Role.ADMINISTRATOR])
    assert not may(house["admin"], Action.REQUEST_READ)
