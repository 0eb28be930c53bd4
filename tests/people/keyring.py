"""Passkeys, recovery codes and step-up as a browser uses them on the screens of `tests/pages`."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.pages.conftest import ORIGIN, Browser
from tests.people.authenticator import Authenticator


def device(**other: Any) -> Authenticator:
    """An authenticator in a browser that stands on the node's own page."""
    return Authenticator(**{"origin": ORIGIN, "domain": "node.test", **other})


def options_of(page: str) -> str:
    found = re.search(r'data-options="([^"]*)"', page)
    assert found, page[:2_000]
    return html.unescape(found[1])


def add_passkey(browser: Browser, authenticator: Authenticator, name: str = "máy bàn") -> Any:
    """Register it on the signed-in officer's page."""
    page = browser.get("/account/passkeys/new")
    assert page.status_code == 200, page.text[:500]
    return browser.post("/account/passkeys", {"name": name, "passkey": authenticator.create(options_of(page.text))})


def sign_in(browser: Browser, authenticator: Authenticator, **other: Any) -> Any:
    """Sign in with it, from a fresh sign-in page."""
    page = browser.get("/sign-in")
    return browser.post("/sign-in/passkey", {"passkey": authenticator.get(options_of(page.text), **other)})


def signed_in(node: Any, login: str) -> Browser:
    browser: Browser = node.browser()
    answer = browser.sign_in(login)
    assert answer.status_code == 303, answer.text[:500]
    return browser


def codes_of(browser: Browser) -> list[str]:
    """A new sheet of recovery codes."""
    page = browser.post("/account/recovery/new", {"sure": "yes"})
    assert page.status_code == 200, page.text[:500]
    return re.findall(r'class="secret">([^<]+)<', page.text)
