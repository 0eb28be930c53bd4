"""Signing in and out as a browser does it, and every attack on it that we know by name."""

from __future__ import annotations

import pytest

from lienlac.people.officer import Role


def session_cookie(browser):
    return browser.client.cookies.get("lienlac-session")


def test_nobody_gets_the_sign_in_page_and_then_where_they_wanted_to_go(node):
    browser = node.browser()
    answer = browser.get("/users")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fusers")
    assert 'value="/users"' in browser.get(answer.headers["location"]).text
    page = browser.page
    answer = browser.sign_in("admin", next="/users")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users"), page
    assert browser.get("/users").status_code == 200


@pytest.mark.parametrize(("login", "people"), [("admin", True), ("audit", True), ("duty", False)])
def test_the_first_page_shows_what_the_role_may_see(node, login, people):
    browser = node.browser()
    assert browser.sign_in(login).headers["location"] == "/"
    page = browser.get("/")
    assert page.status_code == 200
    assert ("Active accounts" in page.text) is people


def test_signing_out_ends_the_session_on_the_node_not_only_the_cookie(node):
    browser = node.browser()
    browser.sign_in("admin")
    token = session_cookie(browser)
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    thief = node.browser()
    thief.client.cookies.set("lienlac-session", token)
    assert thief.get("/users").headers["location"].startswith("/sign-in")


def test_session_fixation_a_planted_cookie_is_worth_nothing_after_sign_in(node):
    planted = "A" * 43
    browser = node.browser()
    browser.client.cookies.set("lienlac-session", planted, domain="node.test", path="/")
    browser.sign_in("admin")
    assert planted not in [cookie.value for cookie in browser.client.cookies.jar if cookie.path == "/"][-1:]
    thief = node.browser()
    thief.client.cookies.set("lienlac-session", planted)
    assert thief.get("/users").status_code == 303


def test_session_rotation_signing_in_again_ends_the_session_that_came_along(node):
    browser = node.browser()
    browser.sign_in("admin")
    first = session_cookie(browser)
    node.clock.turn(minutes=1)
    browser.get("/account")
    code = node.code("admin")
    browser.post("/sign-in", {"login": "admin", "password": node.people["admin"].password, "code": code})
    assert session_cookie(browser) != first
    thief = node.browser()
    thief.client.cookies.set("lienlac-session", first)
    assert thief.get("/users").status_code == 303


def test_user_enumeration_the_page_says_the_same_for_every_kind_of_wrong(node):
    node.add("gone", Role.DUTY_OFFICER)
    said = set()
    for login, wrong in (("admin", {"password": "x"}), ("admin", {"code": "1"}), ("nobody", {"password": "x"})):
        browser = node.browser()
        answer = browser.sign_in(login, **wrong)
        assert answer.status_code == 401
        said.add(answer.text.split('id="problem">')[1].split("</div>")[0])
    assert len(said) == 1


def test_totp_replay_over_the_shoulder_code_is_refused(node):
    code = node.code("admin")
    assert node.browser().sign_in("admin", code=code).status_code == 303
    assert node.browser().sign_in("admin", code=code).status_code == 401


def test_totp_brute_force_is_told_to_wait(node):
    browser = node.browser()
    statuses = [browser.sign_in("admin", code=f"{guess:06}").status_code for guess in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    node.clock.turn(seconds=31)
    assert browser.sign_in("admin").status_code == 303


def test_the_page_never_repeats_the_password(node):
    answer = node.browser().sign_in("admin", password="s3cret-typed", code="987123")
    assert "s3cret-typed" not in answer.text
    assert "987123" not in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "https://evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "/ /evil.test",
        "///evil.test",
        "evil",
        "/x\r\nSet-Cookie: a=b",
        "/" + "x" * 3000,
    ],
)
def test_open_redirect_after_sign_in_stays_on_this_node(node, target):
    answer = node.browser().sign_in("admin", next=target)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "a=b" not in str(answer.headers)


def test_a_session_ends_by_itself_after_an_hour_without_use(node):
    browser = node.browser()
    browser.sign_in("admin")
    node.clock.turn(minutes=50)
    assert browser.get("/users").status_code == 200
    node.clock.turn(minutes=50)
    assert browser.get("/users").status_code == 200
    node.clock.turn(minutes=61)
    assert browser.get("/users").status_code == 303


def test_cookies_are_held_to_this_host_when_https(pages_database):
    from tests.pages.conftest import Node  # the class behind the fixture

    node = Node(pages_database, https=True)
    node.add("admin", Role.ADMINISTRATOR)
    browser = node.browser()
    browser.client.base_url = "https://node.test"
    page = browser.client.get("/sign-in")
    set_cookies = page.headers.get_list("set-cookie")
    assert set_cookies
    for cookie in set_cookies:
        name, attributes = cookie.split("=", 1)
        assert name.startswith("__Host-")
        for needed in ("Path=/", "Secure", "HttpOnly", "SameSite=strict"):
            assert needed.lower() in attributes.lower()
        assert "domain" not in attributes.lower()
    assert "max-age" in page.headers["strict-transport-security"]
