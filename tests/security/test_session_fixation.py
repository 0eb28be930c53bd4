"""Attack: plant a session, keep an old one, or use one after its officer changed something."""

from __future__ import annotations

import pytest

from lienlac.people import sessions
from tests.people.keyring import add_passkey, device, sign_in, signed_in

PLANTED = "A" * 43


def cookie(browser):
    return browser.client.cookies.get("lienlac-session", domain="node.test")


def opens(node, token):
    with node.database.read() as connection:
        return sessions.find(connection, token, node.clock.now()) is not None


def planted(node):
    browser = node.browser()
    browser.client.cookies.set("lienlac-session", PLANTED, domain="node.test", path="/")
    return browser


@pytest.mark.parametrize("way", ["password", "passkey"])
def test_a_planted_token_is_worth_nothing_after_any_way_of_signing_in(node, way):
    key = device()
    add_passkey(signed_in(node, "admin"), key)
    node.clock.turn(minutes=1)
    browser = planted(node)
    answer = sign_in(browser, key) if way == "passkey" else browser.sign_in("admin")
    assert answer.status_code == 303
    assert not opens(node, PLANTED)
    assert f"lienlac-session={PLANTED}" not in str(answer.headers)


def test_a_step_up_replaces_the_token_and_kills_the_old_one(node):
    browser = signed_in(node, "admin")
    before = cookie(browser)
    node.clock.turn(minutes=11)
    browser.get("/account")
    form = {"label": "x", "scope": "read", "days": "3", "step-up-code": node.code("admin")}
    answer = browser.post("/account/tokens", form)
    assert answer.status_code == 200
    assert not opens(node, before)
    assert opens(node, cookie(browser))


def test_a_failed_step_up_leaves_the_session_as_it_was(node):
    browser = signed_in(node, "admin")
    before = cookie(browser)
    node.clock.turn(minutes=11)
    browser.get("/account")
    browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3", "step-up-code": "000000"})
    assert cookie(browser) == before
    assert opens(node, before)


def test_a_changed_password_ends_every_other_session_and_not_this_one(node):
    first = signed_in(node, "admin")
    node.clock.turn(minutes=1)
    second = signed_in(node, "admin")
    old, new = node.people["admin"].password, "bốn con chim sẻ nhỏ"
    assert first.post("/account/password", {"old": old, "password": new, "again": new}).status_code == 303
    assert opens(node, cookie(first))
    assert not opens(node, cookie(second))


def test_sessions_are_listed_with_way_and_place_and_ended_by_their_officer_alone(node):
    first = signed_in(node, "admin")
    node.clock.turn(minutes=1)
    second = signed_in(node, "admin")
    page = first.get("/account").text
    assert "by password and code" in page
    assert "from testclient" in page
    with node.database.read() as connection:
        rows = sessions.own(connection, node.people["admin"].officer, node.clock.now())
    other = next(row for row in rows if f"/account/sessions/{row.id}/end" in page)
    assert signed_in(node, "duty").post(f"/account/sessions/{other.id}/end").status_code == 404
    assert opens(node, cookie(second))
    assert first.post(f"/account/sessions/{other.id}/end").status_code == 303
    assert not opens(node, cookie(second))
