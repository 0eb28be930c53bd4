"""Attack: read what an officer saw, out of the browser's store, after they signed out. (The back button: tests/browser.)"""

from __future__ import annotations

import pytest

from tests.people.keyring import codes_of, signed_in

PATHS = (
    "/",
    "/account",
    "/account/security",
    "/account/app",
    "/account/recovery/new",
    "/users",
    "/users/new",
    "/step-up",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_of_a_signed_in_officer_may_be_kept(node, path):
    answer = signed_in(node, "admin").get(path)
    assert answer.status_code in (200, 303)
    assert answer.headers["cache-control"] == "no-store"


def test_neither_answers_to_acts_nor_refusals_nor_the_sign_in_page(node):
    browser = signed_in(node, "admin")
    for answer in (
        browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3"}),
        browser.post("/account/tokens", {"label": "", "scope": "read", "days": "3"}),
        browser.get("/nothing"),
        node.browser().get("/sign-in"),
        node.browser().client.get("/api/requests"),
    ):
        assert answer.headers["cache-control"] == "no-store"


def test_signing_out_asks_the_browser_to_forget(node):
    browser = signed_in(node, "admin")
    assert codes_of(browser)
    browser.get("/account")
    answer = browser.post("/sign-out")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert browser.get("/account/security").headers["location"].startswith("/sign-in")
