"""Looks at a page as it is in the browser: the rules of WCAG 2.2 AA, and whether anything sticks out sideways.

In both themes at desk and phone width. The dark theme is put over the page that stands there already: it changes
colours and nothing else, so only the rules that look at colours are asked again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe" / "axe.min.js").read_text(encoding="utf-8")
BRIEF = {"resultTypes": ["violations"]}
"""Of what is in order axe describes one place for each rule instead of all, which took most of its time."""
RULES: dict[str, Any] = BRIEF | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOUR: dict[str, Any] = BRIEF | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ASK = """async rules => {
    const told = await axe.run(document, rules);
    return [told.passes.length + told.violations.length,
            told.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.target)])];
}"""
"""Only what is told of goes out of the browser: a page's whole account has a quarter of a million letters."""
SETTLED = "() => document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
"""Colours that pass from one theme into the other are there at once."""
WIDTHS = (1366, 390)
OPENED_IN = (("vi", "dark"), ("en", "light"))
"""Languages, and the theme that the reader's system has when a page is opened; each is examined in both themes."""


def examine(page: Page, name: str, *, themes: Sequence[Literal["light", "dark"]] = ("light", "dark")) -> list[str]:
    """What is wrong with the page; empty when nothing is. `themes`: what the reader's system is set to, in turn."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for theme in themes:
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            found += [f"{name} {width} {theme}: {what}" for what in _broken(page, first=theme == themes[0])]
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name} {width}: wider than the screen")
    page.emulate_media(color_scheme=themes[0])
    return found


def _broken(page: Page, *, first: bool) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {AXE} }}")
    asked, broken = page.evaluate(ASK, RULES if first else OF_COLOUR)
    assert asked, "no rule was asked"
    return [f"{rule} {targets}" for rule, targets in broken]


def complaints(page: Page) -> list[str]:
    """What the browser says of the page: errors, and everything that the policy forbids."""
    said: list[str] = []
    page.on("console", lambda line: line.type in {"error", "warning"} and said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
