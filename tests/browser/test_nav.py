"""The places of a node in a real browser: a menu on a phone, opened and shut by keyboard, without a script."""

from __future__ import annotations

import pytest

from tests.browser.examiner import examine

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 800}


def test_on_a_phone_a_button_opens_the_places_and_escape_shuts_them(visit):
    window = visit(viewport=PHONE, locale="en")
    page = window.sign_in("hung", "en")
    menu, switch = page.locator("#menu"), page.locator(".menu-switch")
    assert menu.is_hidden()
    assert switch.is_visible()
    switch.focus()
    page.keyboard.press("Enter")
    assert menu.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('#menu') !== null"), "the next stop is inside"
    assert page.locator("#alert").evaluate("one => one.getBoundingClientRect().top") >= 0
    page.keyboard.press("Escape")
    assert menu.is_hidden()
    assert page.evaluate("() => document.activeElement.className") == "menu-switch"
    switch.click()
    page.click("#places a[href='/users']")
    page.wait_for_url("**/users")
    assert page.locator("#menu").is_hidden()
    assert not window.complaints


def test_what_is_fetched_anew_leaves_an_open_menu_open(visit, served):
    window = visit(viewport=PHONE, locale="en")
    page = window.sign_in("hung", "en")
    window.go("/")
    page.wait_for_load_state("load")
    page.click(".menu-switch")
    with page.expect_response("**/live/beside**"):
        page.evaluate("() => document.body.dispatchEvent(new CustomEvent('beside'))")
    page.wait_for_function("() => document.querySelector('#places a') !== null")
    assert page.locator("#menu").is_visible()


def test_without_scripts_the_menu_opens_all_the_same(visit):
    signed_in = visit(viewport=PHONE, locale="en")
    signed_in.sign_in("hung", "en")
    bare = visit(viewport=PHONE, locale="en", java_script_enabled=False)
    bare.context.add_cookies(signed_in.context.cookies())
    page = bare.go("/")
    page.click(".menu-switch")
    assert page.locator("#places a[href='/users']").is_visible()
    page.click("#places a[href='/users']")
    assert page.url.endswith("/users")


def test_on_a_desk_the_places_stand_beside_the_page_and_nothing_opens(visit):
    window = visit(viewport={"width": 1366, "height": 800}, locale="vi")
    page = window.sign_in("tuyet", "vi")
    assert page.locator("#places a").first.is_visible()
    assert page.locator(".menu-switch").is_hidden()
    assert page.locator(".menu-shut").is_hidden()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_open_menu_keeps_to_the_rules(visit, language):
    window = visit(viewport=PHONE, locale=language)
    page = window.sign_in("hung", language)
    page.click(".menu-switch")
    found = examine(page, "menu")
    assert not found, "\n".join(found)
