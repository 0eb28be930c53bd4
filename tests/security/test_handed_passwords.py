"""Attack: act as an officer with the password that somebody else made for them, or find an old one and use it."""

from __future__ import annotations

import re

import pyotp
import pytest

from lienlac import limits
from lienlac.people import accounts
from lienlac.ui.guard import Access
from tests.pages.conftest import CHEAP, SAFE

OWN = "bốn con voi qua cầu"


def secrets_in(page):
    """What an administrator reads on the page that is shown once."""
    password = re.search(r'id="new-password">([^<]+)<', page)
    totp = re.search(r'id="new-totp">([^<]+)<', page)
    assert password
    assert totp
    return password[1], pyotp.TOTP(totp[1])


def hand_over(node, login="linh", language="en"):
    """An administrator makes an account; the password and the app that they hand over."""
    admin = node.browser()
    node.clock.turn(seconds=31)
    admin.sign_in("admin")
    admin.get("/users/new")
    form = {"login": login, "name": "Linh", "unit": node.unit, "roles": ["duty-officer"], "language": language}
    answer = admin.post("/users/new", form)
    assert answer.status_code == 200
    return secrets_in(answer.text)


def come_in(node, password, app, login="linh"):
    browser = node.browser()
    node.clock.turn(seconds=31)
    browser.get("/sign-in")
    answer = browser.post("/sign-in", {"login": login, "password": password, "code": app.at(node.clock.now())})
    return browser, answer


def choose(browser, old, new=OWN, again=None):
    browser.get("/account/first-password")
    return browser.post("/account/first-password", {"old": old, "password": new, "again": again or new})


@pytest.mark.parametrize("language", ["en", "vi"])
def test_nothing_opens_before_the_password_is_the_officers_own(node, language):
    password, app = hand_over(node, language=language)
    browser, answer = come_in(node, password, app)
    assert answer.status_code == 303
    for path in ("/", "/account", "/account/security", "/users", "/requests", "/nothing-here"):
        turned = browser.get(path)
        assert (turned.status_code, turned.headers.get("location")) == (303, "/account/first-password"), path
    for path in ("/live?topics=link", "/live/beside?at=/"):
        assert browser.get(path).status_code == 403, path
    browser.get("/account/first-password")
    for path in ("/account/choices", "/account/tokens", "/account/password", "/account/sessions/end-others"):
        turned = browser.post(path, {"label": "x", "scope": "read", "language": "en"})
        assert (turned.status_code, turned.headers.get("location")) == (303, "/account/first-password"), path
    said = {"en": "Choose one that only you know", "vi": "Hãy đặt mật khẩu chỉ riêng mình biết"}[language]
    assert said in browser.get("/account/first-password").text


def test_with_an_own_password_everything_opens_and_the_handed_one_is_dead(node):
    password, app = hand_over(node)
    thief, _ = come_in(node, password, app)
    browser, _ = come_in(node, password, app)
    assert choose(browser, "not the one").status_code == 409
    assert choose(browser, password, again="something else").status_code == 422
    assert choose(browser, password, new=password).status_code == 422
    assert browser.get("/account").status_code == 303
    answer = choose(browser, password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/account").status_code == 200
    assert browser.get("/account/first-password").headers["location"] == "/"
    assert thief.get("/account").headers["location"].startswith("/sign-in"), "whoever came in with it is out"
    assert come_in(node, password, app)[1].status_code == 401
    assert come_in(node, OWN, app)[1].status_code == 303


def test_a_handed_password_lapses_and_only_who_shows_everything_is_told(node):
    password, app = hand_over(node)
    node.clock.turn(days=limits.HANDED_PASSWORD_DAYS)
    wrong_code = node.browser()
    wrong_code.get("/sign-in")
    answer = wrong_code.post("/sign-in", {"login": "linh", "password": password, "code": "000000"})
    assert "no longer holds" not in answer.text
    _, answer = come_in(node, password, app)
    assert answer.status_code == 409
    assert "no longer holds" in answer.text
    replayed = node.browser()
    replayed.get("/sign-in")
    again = replayed.post("/sign-in", {"login": "linh", "password": password, "code": app.at(node.clock.now())})
    assert "no longer holds" not in again.text, "the code is used up all the same"


def test_an_own_password_does_not_lapse(node):
    password, app = hand_over(node)
    browser, _ = come_in(node, password, app)
    choose(browser, password)
    node.clock.turn(days=limits.HANDED_PASSWORD_DAYS * 10)
    assert come_in(node, OWN, app)[1].status_code == 303


def test_new_secrets_from_an_administrator_are_handed_over_again(node):
    password, app = hand_over(node)
    browser, _ = come_in(node, password, app)
    choose(browser, password)
    admin = node.browser()
    node.clock.turn(seconds=31)
    admin.sign_in("admin")
    with node.database.read() as connection:
        officer = accounts.by_login(connection, "linh")
    admin.get(f"/users/{officer.id}/reset")
    password, app = secrets_in(admin.post(f"/users/{officer.id}/reset").text)
    browser, _ = come_in(node, password, app)
    assert browser.get("/").headers["location"] == "/account/first-password"


def test_a_new_code_alone_does_not_make_an_own_password_a_handed_one(node):
    made = node.people["duty"]
    secrets = accounts.Secrets(totp_secret=accounts.make_secrets(node.chance, CHEAP).totp_secret)
    node.database.write(
        lambda connection: accounts.reset(connection, made.officer, secrets=secrets, safe=SAFE, now=node.clock.now())
    )
    browser, answer = come_in(node, made.password, pyotp.TOTP(secrets.totp_secret), login="duty")
    assert answer.status_code == 303
    assert browser.get("/account").status_code == 200


def test_only_the_page_that_changes_it_is_open_before(node):
    """Whoever adds a route does not open it to handed passwords by mistake."""
    opened = {
        path
        for route in node.app().routes
        for path, handler in ((route.path, one) for one in getattr(route, "route_handlers", ()))
        if isinstance(handler.opt.get("access"), Access) and handler.opt["access"].first
    }
    assert opened == {"/account/first-password"}
