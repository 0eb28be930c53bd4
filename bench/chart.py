"""The link chart of a case of 2,000 entities in a real browser: until it is drawn, what blocks it, how it moves.

One node in its own process, served as `lienlac serve` serves it, and a Chromium without a graphics card on the same
machine: everything is drawn by the processor, so an officer's computer is quicker.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from _claims import Claims, median
from _pair import US, VN
from node_to_node import Child, installed_pair

if TYPE_CHECKING:
    from playwright.sync_api import Page

THINGS, LINES = 2_000, 3_000
WATCH = """() => {
  window.long = [];
  new PerformanceObserver(list => { for (const one of list.getEntries()) window.long.push(one.duration); })
    .observe({ type: "longtask", buffered: true });
}"""
FRAMES = """() => {
  window.frames_ = [];
  const tick = at => { window.frames_.push(at); window.ticking = requestAnimationFrame(tick); };
  window.ticking = requestAnimationFrame(tick);
}"""
DRAWN = "() => document.querySelector('.graph')?.dataset.ready"
NOW = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def main() -> None:
    claims = Claims(__doc__)
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        node = Child(installed_pair(Path(name), kinds=("cases.invite",))[VN])
        try:
            case = node.ask("open_case", US)
            lines = node.ask("fill_ring", case, THINGS, LINES)
            claims.say(f"relations between {THINGS:,} entities", lines, "")
            door = node.ask("officers", 1)
            with sync_playwright() as driver:
                chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
                context = chromium.new_context(viewport={"width": 1366, "height": 800})
                at = f"http://{door['host']}:{door['port']}"
                cookie, _, value = door["cookies"][0].partition("=")
                context.add_cookies([{"name": cookie, "value": value, "url": at}])
                measure(claims, context.new_page(), f"{at}/cases/{case}/graph", rounds=3 if claims.quick else 7)
                chromium.close()
        finally:
            node.close()
    claims.close()


def measure(claims: Claims, page: Page, address: str, rounds: int) -> None:
    """Open the page some times; then hold the last one and move it."""
    page.add_init_script(f"({WATCH})()")
    spent: list[dict[str, Any]] = []
    for _ in range(rounds):
        page.goto(address, wait_until="commit")
        page.wait_for_function(DRAWN, timeout=120_000)
        drawn = page.evaluate(NOW)
        page.wait_for_timeout(300)  # observers are told after the task
        told = page.evaluate("() => performance.getEntriesByType('navigation')[0].toJSON()")
        longest = page.evaluate("() => Math.max(0, ...long)")
        spent.append({"drawn": drawn, "server": told["responseEnd"], "long": longest})
    claims.say("the page has come (p50)", median([one["server"] for one in spent]) / 1000, "s")
    claims.at_most("from the click until it is drawn (p50)", median([one["drawn"] for one in spent]) / 1000, "s", 3)
    claims.say("  the slowest", max(one["drawn"] for one in spent) / 1000, "s")
    claims.at_most(
        "the longest piece of work in the browser (p50)", median([one["long"] for one in spent]), "ms", 1_000
    )
    claims.say("elements of the page", page.evaluate("() => document.querySelectorAll('*').length"), "")
    moved(claims, page)


def moved(claims: Claims, page: Page) -> None:
    """Drag the picture about, turn the wheel."""
    box = page.locator("[data-stage]").bounding_box()
    assert box
    left, top = box["x"] + 8, max(box["y"], 0) + 8
    for what in ("dragged", "zoomed"):
        page.mouse.move(left, top)
        page.evaluate("() => { long.length = 0; }")
        page.evaluate(FRAMES)
        if what == "dragged":
            page.mouse.down()
            page.mouse.move(left + 400, top + 250, steps=120)
        else:
            for turn in range(40):
                page.mouse.wheel(0, -60 if turn % 20 < 10 else 60)
        between = page.evaluate(
            "() => { cancelAnimationFrame(ticking); return frames_.slice(1).map((one, at) => one - frames_[at]); }"
        )
        page.mouse.up()
        page.wait_for_timeout(300)
        claims.at_least(f"frames a second while {what}", 1000 * len(between) / sum(between), "", 20)
        claims.say("  the longest frame", max(between), "ms")


if __name__ == "__main__":
    main()
