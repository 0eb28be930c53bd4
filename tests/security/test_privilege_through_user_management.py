"""Attack: whoever manages accounts opens requests to themselves: a second account, a new role, a reset, a unit, a token.

One person who administers cannot be prevented from it by the program; it is prevented from happening unseen. Each such
act is in the journal and before every supervisor, with its actor, and no supervisor can clear it for another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac import journal
from lienlac.ids import SystemChance
from lienlac.people import store
from lienlac.people.changes import store as told
from lienlac.people.officer import Role
from lienlac.storage.schema import metadata
from tests.pages.conftest import CHEAP

if TYPE_CHECKING:
    from tests.security.house import Browser, House


@pytest.fixture
def admin(house: House) -> Browser:
    browser = house.browser("admin")
    browser.get("/users/new")
    return browser


def form(house: House, role: str, **more: Any) -> dict[str, Any]:
    return {"name": "Ẩn danh", "unit": house.cast.units["fraud"], "roles": [role], "language": "en", **more}


def do(house: House, admin: Browser, act: str) -> tuple[str, str]:
    """One such act; returns how the journal names it, and the account."""
    if act == "second account":
        assert admin.post("/users/new", form(house, "duty-officer", login="puppet")).status_code == 200
        house.cast.adopt()
        return "user.create", house["puppet"].id
    login, path, fields, action = {
        "new role": ("khanh", "", form(house, "supervisor"), "user.change"),
        "into a unit": ("chi", "", form(house, "duty-officer"), "user.change"),
        "wider scope": ("soat", "", form(house, "auditor", reads="all"), "user.change"),
        "role taken away": ("dung", "", form(house, "administrator"), "user.change"),
        "reset": ("anh", "/reset", {}, "user.reset"),
        "close": ("binh", "/close", {}, "user.close"),
    }[act]
    answer = admin.post(f"/users/{house[login].id}{path}", fields)
    assert answer.status_code in (200, 303), answer.text
    return action, house[login].id


ACTS = ("second account", "new role", "into a unit", "wider scope", "role taken away", "reset", "close")


@pytest.mark.parametrize("act", ACTS)
def test_every_supervisor_is_told_and_the_journal_has_it(house: House, admin: Browser, act: str) -> None:
    watching = "dung" if act == "close" else "binh"
    assert "new to you" not in house.browser(watching).get("/users").text
    action, account = do(house, admin, act)
    with house.database.read() as connection:
        entry = journal.about(connection, account)[0]
        change = told.latest(connection)[0]
    assert (entry.action, entry.actor) == (action, house["admin"].id)
    assert (change.action, change.actor, change.subject) == (action, house["admin"].id, account)
    page = house.browser(watching).get("/users/changes").text
    assert "new to you" in page
    assert account in page
    assert house["admin"].name in page
    assert "is new to you" in house.browser(watching).get("/users").text


def test_the_new_account_cannot_clear_the_alarm_for_others(house: House, admin: Browser) -> None:
    """A supervisor that the administrator made marks it as seen: only for themselves."""
    assert admin.post("/users/new", form(house, "supervisor", login="puppet")).status_code == 200
    house.cast.adopt()
    # as after the first sign-in: with a password of their own
    own = CHEAP.hash("a password of the puppet's own", SystemChance())
    house.database.write(lambda connection: store.update_password(connection, house["puppet"].id, own, None))
    puppet = house.browser("puppet")
    puppet.get("/users/changes")
    assert puppet.post("/users/changes/seen", {"number": "999999999"}).status_code == 303
    assert "new to you" not in puppet.get("/users/changes").text
    for login in ("binh", "dung"):
        assert "new to you" in house.browser(login).get("/users/changes").text


def test_marking_ahead_does_not_hide_what_comes(house: House, admin: Browser) -> None:
    """A number beyond the newest change is cut to it, so nothing later is seen beforehand."""
    do(house, admin, "reset")
    supervisor = house.browser("binh")
    supervisor.get("/users/changes")
    supervisor.post("/users/changes/seen", {"number": "999999999"})
    assert "new to you" not in supervisor.get("/users/changes").text
    do(house, admin, "new role")
    assert "new to you" in supervisor.get("/users/changes").text


@pytest.mark.parametrize("login", ["admin", "anh", "kiem", "soat", "giang"])
def test_nobody_but_a_supervisor_marks_changes_as_seen(house: House, login: str) -> None:
    browser = house.browser(login)
    answer = browser.post("/users/changes/seen", {"number": "1"})
    assert answer.status_code == (404 if login in ("anh", "giang") else 403)


def test_no_door_takes_a_change_away(house: House, admin: Browser) -> None:
    """What was told stays told: the whole table after every act that an administrator has."""
    do(house, admin, "second account")
    table = metadata.tables["people_change"]
    with house.database.read() as connection:
        before = connection.execute(table.select()).all()
    for path in (f"/users/{house['puppet'].id}/close", f"/users/{house['puppet'].id}/open"):
        assert admin.post(path).status_code == 303
    with house.database.read() as connection:
        after = connection.execute(table.select()).all()
    assert after[: len(before)] == before
    assert [row.action for row in after[len(before) :]] == ["user.close", "user.open"]


def test_an_administrator_sees_no_request_whatever_they_do(house: House, admin: Browser) -> None:
    request_id = house.receive()
    house.restrict(request_id)
    for path in ("/requests", f"/requests/{request_id}", "/log", f"/log/proof/{'a' * 64}", "/requests/new"):
        assert admin.get(path).status_code == 404
    assert house.program("admin").get("/api/requests").status_code == 404
    for path in ("/users", "/users/units", "/users/rights", "/users/changes", "/peers", "/peers/us-ic3"):
        page = admin.get(path)
        assert page.status_code == 200
        assert request_id not in page.text
        assert house.reference(request_id) not in page.text


def test_a_role_that_shows_no_request_alarms_nobody(house: House, admin: Browser) -> None:
    """Told is what opens case content; a second administrator is journalled like everything."""
    assert admin.post("/users/new", form(house, "administrator", login="second")).status_code == 200
    house.cast.adopt()
    with house.database.read() as connection:
        assert told.latest(connection) == []
        assert journal.about(connection, house["second"].id)[0].action == "user.create"


def test_every_role_with_case_content_is_told_of() -> None:
    from lienlac.people.changes.desk import opens_case_content
    from tests.people.test_rights import officer

    assert {role for role in Role if opens_case_content(officer(role))} == set(Role) - {Role.ADMINISTRATOR}
