"""Attack: guess a code, use one twice, in another place, or one that was seen; and keep its officer out by failing."""

from __future__ import annotations

from tests.people.keyring import signed_in


def test_guessing_gets_five_codes_and_then_waits_longer_and_longer(node):
    browser = node.browser()
    statuses = [browser.sign_in("admin", code=f"{guess:06}").status_code for guess in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    node.clock.turn(seconds=31)
    assert browser.sign_in("admin", code="000009").status_code == 401
    node.clock.turn(seconds=31)
    assert browser.sign_in("admin").status_code == 429, "the wait has doubled"
    node.clock.turn(seconds=30)
    assert browser.sign_in("admin").status_code == 303


def test_a_code_serves_once_wherever_it_is_shown(node):
    browser = signed_in(node, "admin")
    used = node.code("admin")
    assert node.browser().sign_in("admin", code=used).status_code == 401
    node.clock.turn(minutes=11)
    browser.get("/account")
    fresh = node.code("admin")
    form = {"label": "x", "scope": "read", "days": "3", "step-up-code": fresh}
    assert browser.post("/account/tokens", form).status_code == 200
    assert node.browser().sign_in("admin", code=fresh).status_code == 401, "a step-up uses it up for signing in, too"


def test_an_older_code_in_the_window_is_worth_nothing_after_a_newer_one(node):
    old = node.code("admin")
    node.clock.turn(seconds=30)
    signed_in(node, "admin")
    assert node.browser().sign_in("admin", code=old).status_code == 401


def test_strangers_failures_do_not_hold_up_a_browser_that_is_known(node):
    known = signed_in(node, "admin")
    known.post("/sign-out")
    stranger = node.browser()
    for guess in range(8):
        stranger.sign_in("admin", code=f"{guess:06}")
    node.clock.turn(seconds=31)
    stranger.sign_in("admin", code="000009")
    assert node.browser().sign_in("admin").status_code == 429
    assert known.sign_in("admin").status_code == 303


def test_a_known_browser_is_not_known_for_another_login_nor_made_up(node):
    known = signed_in(node, "duty")
    known.post("/sign-out")
    stranger = node.browser()
    for guess in range(8):
        stranger.sign_in("admin", code=f"{guess:06}")
    assert known.sign_in("admin").status_code == 429
    name = known.client.cookies.get("lienlac-browser").split(".")[0]
    forged = node.browser()
    forged.client.cookies.set("lienlac-browser", f"{name}.{'0' * 64}.{'0' * 64}")
    assert forged.sign_in("admin").status_code == 429


def test_failures_of_one_factor_do_not_count_for_another(node):
    browser = node.browser()
    for _ in range(4):
        browser.sign_in("admin", password="wrong")
    assert browser.sign_in("admin", code="000000").status_code == 401, "the code is counted from nothing"
    assert browser.sign_in("admin", code="000000").status_code == 429, "and the password goes on being counted"
