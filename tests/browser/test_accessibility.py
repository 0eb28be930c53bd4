"""Every page of the ground against WCAG 2.2 AA: both languages, light and dark, desk and phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienlac.ui.vendor import check

pytestmark = pytest.mark.browser

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe" / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (1366, 390)


def examine(window, name):
    """Violations of the page in the window at each width, and whether anything sticks out sideways."""
    found = []
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": 800})
        window.page.evaluate(f"() => {{ {AXE} }}") if not window.page.evaluate("() => 'axe' in window") else None
        result = window.page.evaluate("rules => axe.run(document, rules)", RULES)
        for violation in result["violations"]:
            places = [node["target"] for node in violation["nodes"]]
            found.append(f"{name} {width}: {violation['id']} {places[:3]}")
        if window.page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name} {width}: wider than the screen")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_ground_breaks_a_rule(visit, served, language, theme):
    window = visit(locale=language, color_scheme=theme)
    page = window.go("/sign-in")
    found = examine(window, "sign-in")
    page.fill("#f-login", "admin")
    page.fill("#f-password", "wrong")
    page.fill("#f-code", "000000")
    page.click("button.primary")
    found += examine(window, "sign-in refused")
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
        f"/users/{officer_id}",
        f"/users/{officer_id}/reset",
        f"/users/{officer_id}/close",
        "/nothing",
        "/board",
    ):
        window.go(path)
        found += examine(window, path)
    window.go("/users/new")
    page.fill("#f-login", f"new-{language}-{theme}")
    page.fill("#f-name", "")
    page.evaluate("() => document.querySelectorAll('[required]').forEach(field => field.required = false)")
    page.click("main .primary")
    found += examine(window, "mistakes")
    page.fill("#f-name", "Trần Thị Linh")
    page.fill("#f-unit", "Cục A05")
    page.click("main .primary")
    page.wait_for_selector("#new-password")
    found += examine(window, "new secrets")
    expected = ("401", "404", "422", "hx-csp] blocked <div#forged>")
    found += [text for text in window.complaints if not any(part in text for part in expected)]
    assert not found, "\n".join(found)


def test_the_examiner_is_the_one_that_was_taken():
    assert check(VENDOR) == []
