"""Looks at a page as it is in the browser: the rules of WCAG 2.2 AA, and whether anything sticks out sideways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe" / "axe.min.js").read_text(encoding="utf-8")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (1366, 390)


def examine(page: Page, name: str) -> list[str]:
    """What is wrong with the page at desk and phone width; empty when nothing is."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(f"() => {{ {AXE} }}")
        for violation in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
            places = [node["target"] for node in violation["nodes"]]
            found.append(f"{name} {width}: {violation['id']} {places[:3]}")
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name} {width}: wider than the screen")
    return found
