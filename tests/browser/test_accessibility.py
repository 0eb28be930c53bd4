"""Every page of the ground against WCAG 2.2 AA: both languages, light and dark, desk and phone."""

from __future__ import annotations

import pytest

from lienlac.ui.vendor import check
from tests.browser.examiner import VENDOR, examine

pytestmark = pytest.mark.browser


GROUND = "() => getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_ground_breaks_a_rule(visit, served, language):
    window = visit(locale=language)
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
    page.click("form[action='/account/choices'] button")
    page.wait_for_selector(f"html[lang={language}][data-theme=system]")
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
        f"/users/{officer_id}/sessions",
        f"/users/{officer_id}/reset",
        f"/users/{officer_id}/close",
        "/interface",
        "/nothing",
        "/board",
    ):
        window.go(path)
        found += examine(page, path)
    window.go("/users/new")
    page.fill("#f-login", f"new-{language}")
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


def test_a_chosen_theme_holds_whatever_the_system_says(visit, served):
    window = visit(locale="en", color_scheme="light")
    page = window.sign_in("hung", "en")
    colours = {}
    for theme in ("light", "dark", "system"):
        window.go("/account")
        page.select_option("#f-theme", theme)
        page.click("form[action='/account/choices'] button")
        page.wait_for_selector(f"html[data-theme={theme}]")
        for system in ("light", "dark"):
            page.emulate_media(color_scheme=system)
            colours[theme, system] = page.evaluate(GROUND)
    assert colours["light", "dark"] == colours["light", "light"] == colours["system", "light"]
    assert colours["dark", "light"] == colours["dark", "dark"] == colours["system", "dark"]
    assert colours["light", "light"] != colours["dark", "dark"]


def test_the_examiner_sees_what_cannot_be_read_in_one_theme(visit):
    """Grey on grey, in the dark only."""
    page = visit(locale="en").go("/sign-in")
    assert examine(page, "as it is") == []
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("@media (prefers-color-scheme: dark) { label { color: #333 !important; background: #222 } }");
        document.adoptedStyleSheets = [sheet];
    }""")
    assert {found.split(": ")[0] for found in examine(page, "page")} == {"page 1366 dark", "page 390 dark"}


def test_the_examiner_is_the_one_that_was_taken():
    assert check(VENDOR) == []
