"""The form of a feed in a real browser: every mistake at once, what was typed stays, credentials do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.examiner import examine
from tests.browser.test_papers import Office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp)
    made.house.collection()
    yield made
    made.line.stop()
    made.house.node.papers.close()
    made.house.shut()


@pytest.mark.parametrize(("language", "way"), [("vi", "in"), ("en", "out")])
def test_a_feed_with_mistakes_comes_back_with_all_of_them(
    desk: Office, chromium: Browser, language: str, way: str
) -> None:
    page = desk.open(chromium, "giang", f"/intelligence/feeds/new-{way}")
    page.click(f".switch button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    page.goto(f"{desk.line.url}/intelligence/feeds/new-{way}")
    typed: dict[str, Any] = {"address": "ftp://nowhere", "remote": "a/b", "user": "a:b", "interval_min": "1"}
    for name, text in typed.items():
        page.fill(f"#f-{name}", text)
    page.select_option("#f-how", "basic")
    page.fill("#f-secret", "right horse")
    page.evaluate("() => document.querySelector('[name=kind]:checked').value = 'carrier-pigeon'")
    page.click("main form button.primary")
    page.wait_for_selector("[role=alert] ul")
    assert not examine(page, f"{language} {way}")
    for name, text in typed.items():
        assert page.input_value(f"#f-{name}") == text
    assert page.input_value("#f-secret") == ""
    assert "right horse" not in page.content()
    page.click("[role=alert] a[href='#f-kind']")
    assert page.evaluate("() => document.activeElement.id") == "f-kind"
    page.context.close()
