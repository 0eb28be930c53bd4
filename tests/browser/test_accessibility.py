"""Every page of the ground against WCAG 2.2 AA: both languages, light and dark, desk and phone."""

from __future__ import annotations

import pytest

from lienlac.ui.vendor import check
from tests.browser.examiner import VENDOR, examine

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_ground_breaks_a_rule(visit, served, language, theme):
    window = visit(locale=language, color_scheme=theme)
    page = window.go("/sign-in")
    found = examine(page, "sign-in")
    page.fill("#f-login", "admin")
    page.fill("#f-password", "wrong")
    page.fill("#f-code", "000000")
    page.click("button.primary")
    found += examine(page, "sign-in refused")
    window.sign_in("admin", language)
    window.go("/account")
    page.select_option("#f-language", language)
    page.select_option("#f-theme", theme)
    page.click("form[action='/account/choices'] button")
    page.wait_for_selector(f"html[lang={language}][data-theme={theme}]")
    officer_id = served.node.people["hung"].officer.id
    for path in (
        "/account",
        "/users",
        "/users/new",
        "/users/units",
        "/users/units/new",
        "/users/rights",
        "/users/changes",
        f"/users/{officer_id}",
        f"/users/{officer_id}/reset",
        f"/users/{officer_id}/close",
        "/nothing",
        "/board",
    ):
        window.go(path)
        found += examine(page, path)
    window.go("/users/new")
    page.fill("#f-login", f"new-{language}-{theme}")
    page.fill("#f-name", "")
    page.evaluate("() => document.querySelectorAll('[required]').forEach(field => field.required = false)")
    page.click("main .primary")
    found += examine(page, "mistakes")
    page.fill("#f-name", "Trần Thị Linh")
    page.select_option("#f-unit", index=1)
    page.click("main .primary")
    page.wait_for_selector("#new-password")
    found += examine(page, "new secrets")
    expected = ("401", "404", "422", "hx-csp] blocked <div#forged>")
    found += [text for text in window.complaints if not any(part in text for part in expected)]
    assert not found, "\n".join(found)


def test_the_examiner_is_the_one_that_was_taken():
    assert check(VENDOR) == []
