"""Passkeys in a real browser with a virtual authenticator; step-up without losing what was typed; phone and desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.people.officer import Role
from lienlac.storage.database import Database
from lienlac.ui.app import make_app
from lienlac.ui.hub import Hub
from tests.browser.conftest import OnLoopback, Visit
from tests.browser.examiner import examine
from tests.pages.conftest import CHEAP, SAFE, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, CDPSession

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Named:
    """A node that is reached by a name: passkeys belong to names, and browsers trust this one without TLS."""

    def __init__(self, database: Database) -> None:
        self.app: Any = None
        self.hub = Hub()

        async def serve(scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)

        self._line = OnLoopback(serve, self.hub)
        self.url = self._line.url.replace("127.0.0.1", "localhost")
        self.node = Node(database)
        self.node.config = dataclasses.replace(self.node.config, base_url=self.url)
        self.app = make_app(
            database=database,
            clock=self.node.clock,
            chance=self.node.chance,
            config=self.node.config,
            safe=SAFE,
            hasher=CHEAP,
            hub=self.hub,
        )

    def stop(self) -> None:
        self._line.stop()


@pytest.fixture
def named(tmp_path: Any) -> Iterator[Named]:
    with Database.open(f"sqlite:///{tmp_path / 'node.db'}", synchronous="off") as database:
        database.create_all()
        made = Named(database)
        made.node.add("admin", Role.ADMINISTRATOR)
        made.node.add("hung", Role.SUPERVISOR)
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture
def window(named: Named, chromium: Browser) -> Iterator[Visit]:
    made = Visit(named, chromium)  # type: ignore[arg-type]  # it is served the same way
    yield made
    made.context.close()


def give_device(window: Visit, **other: Any) -> tuple[CDPSession, str]:
    line = window.context.new_cdp_session(window.page)
    line.send("WebAuthn.enable")
    made = line.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **other}})
    return line, made["authenticatorId"]


def make_passkey(window: Visit, name: str = "máy bàn") -> None:
    page = window.go("/account/passkeys/new")
    page.fill("#f-name", name)
    page.press("#f-name", "Enter")
    page.wait_for_url("**/account/security")
    assert name in (page.text_content("main") or "")


def test_made_listed_used_by_keyboard_and_removed(window: Visit, named: Named) -> None:
    line, device = give_device(window)
    window.sign_in("admin")
    make_passkey(window)
    kept = line.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [one["isResidentCredential"] for one in kept] == [True]
    window.page.click("text=Sign out")
    page = window.go("/sign-in")
    page.focus("form[data-passkey] button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    page = window.go("/account/security")
    assert "just now" in (page.text_content("main") or "") or "ago" in (page.text_content("main") or "")
    page.click("main td.acts a")
    page.click("main .btn.danger")
    page.wait_for_url("**/account/security")
    assert "No passkey yet" in (page.text_content("main") or "")
    assert window.complaints == []


def test_step_up_keeps_what_was_typed_and_goes_on_from_it(window: Visit, named: Named) -> None:
    give_device(window)
    window.sign_in("admin")
    make_passkey(window)
    page = window.go("/users/new")
    page.fill("#f-login", "linh")
    page.fill("#f-name", "Trần Thị “Linh” & <b>")
    page.select_option("#f-unit", index=1)
    named.node.clock.turn(minutes=11)
    page.click("main .primary")
    page.wait_for_selector("form[data-passkey]")
    assert page.locator("input[name=name]").first.input_value() == "Trần Thị “Linh” & <b>"
    page.click("form[data-passkey] button")
    page.wait_for_selector("#new-password")
    assert "Trần Thị “Linh” & <b>" in (page.text_content("main") or "")
    assert [text for text in window.complaints if "403" not in text] == []


def test_a_person_who_is_not_verified_and_one_who_calls_it_off_hear_it_in_words(window: Visit) -> None:
    line, device = give_device(window)
    window.sign_in("admin")
    make_passkey(window)
    window.page.click("text=Sign out")
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page = window.go("/sign-in")
    page.click("form[data-passkey] button")
    page.wait_for_selector("[data-passkey-words].bad")
    assert "Try again, or use another way" in (page.text_content("[data-passkey-words]") or "")
    assert page.url.endswith("/sign-in")


def test_a_second_passkey_on_the_same_device_is_not_made(window: Visit) -> None:
    give_device(window)
    window.sign_in("admin")
    make_passkey(window)
    page = window.go("/account/passkeys/new")
    page.fill("#f-name", "lần hai")
    page.click("main .primary")
    page.wait_for_selector("[data-passkey-words].bad")
    assert "already holds a passkey" in (page.text_content("[data-passkey-words]") or "")


def test_a_browser_without_passkeys_says_so_and_the_other_ways_stay(window: Visit) -> None:
    window.page.add_init_script("delete window.PublicKeyCredential")
    page = window.go("/sign-in")
    page.wait_for_selector("[data-passkey-words].bad")
    assert "cannot use passkeys" in (page.text_content("[data-passkey-words]") or "")
    assert page.locator("form[data-passkey] button").is_disabled()
    assert "/sign-in" not in window.sign_in("admin").url


def test_after_signing_out_the_back_button_shows_nothing(window: Visit) -> None:
    window.sign_in("admin")
    page = window.go("/users")
    assert "Nguyễn Thị Hung" in (page.text_content("main") or "")
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.wait_for_load_state()
    assert "Nguyễn Thị Hung" not in (page.text_content("body") or "")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_these_pages_break_no_rule(named: Named, chromium: Browser, language: str) -> None:
    window = Visit(named, chromium, locale=language)  # type: ignore[arg-type]
    give_device(window)
    found = examine(window.go("/sign-in"), "sign-in")
    page = window.sign_in("admin", language)
    window.go("/account")
    page.select_option("#f-language", language)
    page.click("form[action='/account/choices'] button")
    page.wait_for_selector(f"html[lang={language}]")
    for path in ("/account/security", "/account/app", "/account/recovery/new", "/account/passkeys/new"):
        found += examine(window.go(path), path)
    make_passkey(window)
    found += examine(page, "security with a passkey")
    window.go("/account/recovery/new")
    page.click("main .primary")
    page.wait_for_selector("#recovery-codes")
    found += examine(page, "recovery codes")
    named.node.clock.turn(minutes=11)
    window.go("/account/app")
    page.wait_for_selector("#f-step-up-code")
    found += examine(page, "step-up")
    found += [text for text in window.complaints if "403" not in text]
    window.context.close()
    assert not found, "\n".join(found)
