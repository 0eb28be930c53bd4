"""Methods and tricks in a real browser: the rules in both languages and themes, and a record written and shared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from tests.browser.conftest import OnLoopback
from tests.browser.examiner import OPENED_IN, examine
from tests.browser.sheets import printed
from tests.methods.scene import Analysts, method_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("LIENLAC_SHOTS", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""


class Desk:
    """One node on a loopback port with records of every state."""

    def __init__(self, folder: Any) -> None:
        self.world = world = Analysts(folder)
        self.first = world.write().id
        world.share(self.first)
        more = [*method_form()["steps"], {"vi": "Xoá dấu vết trò chuyện.", "en": "Delete the chat."}]
        world.change(self.first, steps=more)
        self.second = world.write(seed=1).id
        self.third = world.write(seed=2).id
        world.vn.node.methods.revoke(world.vn.officer("pt"), self.third, "Trùng với bản ghi khác.")
        self.line = OnLoopback(world.vn.app, world.vn.node.hub)

    def sign_in(self, context: BrowserContext, login: str) -> Page:
        page, made = context.new_page(), self.world.vn.people[login]
        page.goto(self.line.url + "/sign-in")
        page.fill("#f-login", login)
        page.fill("#f-password", made.password)
        page.fill("#f-code", pyotp.TOTP(made.totp_secret).at(self.world.clock.now()))
        page.click("button.primary")
        page.wait_for_selector("#bell, main")
        self.world.clock.turn(31)
        return page


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("methods"))
    yield made
    made.line.stop()
    made.world.close()


@pytest.mark.parametrize(("language", "theme"), OPENED_IN)
def test_no_page_of_methods_breaks_a_rule(desk: Desk, chromium: Browser, language: str, theme: Any) -> None:
    found: list[str] = []
    context = chromium.new_context(color_scheme=theme, locale=language)
    page = desk.sign_in(context, "sep")
    page.click(f".switch button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    for path in (
        "/methods", "/methods/typologies", "/methods/typologies/fxp", "/methods/typologies/imp-pol", "/methods/new",
        f"/methods/{desk.first}", f"/methods/{desk.third}", f"/methods/{desk.first}/change",
        f"/methods/compare?a={desk.first}&b={desk.second}&c={desk.third}",
    ):  # fmt: skip
        page.goto(desk.line.url + path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        found += examine(page, f"{language} {theme} {path}")
        if SHOTS:
            name = "".join(letter if letter.isalnum() else "-" for letter in f"{language}-{theme}-{path[:34]}")
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            page.set_viewport_size({"width": 1280, "height": 900})
    context.close()
    assert not found, "\n".join(found)


def test_a_record_is_written_line_by_line_and_shared(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(locale="vi")
    page = desk.sign_in(context, "pt")
    page.goto(desk.line.url + "/methods/new")
    page.fill("#f-title_vi", "Bán vé máy bay giả")
    page.fill("#f-title_en", "False air tickets")
    page.fill("[name='summary.vi']", "Đăng bán vé rẻ rồi cắt liên lạc.")
    page.fill("[name='steps.vi']", "Lập trang bán vé.\nNhận tiền cọc.")
    page.fill("[name='steps.en']", "Open a page.\nTake a deposit.")
    with page.expect_navigation():
        page.click("button.primary")
    assert page.is_visible(".notice.bad"), "a kind of crime was not chosen"
    assert page.input_value("[name='steps.vi']") == "Lập trang bán vé.\nNhận tiền cọc."
    page.check("#f-typology-eco-trv")
    with page.expect_navigation():
        page.click("button.primary")
    assert page.locator("ol.items > li").count() == 2
    assert "Take a deposit." in page.inner_text("ol.items")
    page.check(f"#f-to-{desk.world.us.id}")
    with page.expect_navigation():
        page.click("form[action$='/share'] button")
    desk.world.deliver()
    titles = [line.title_en for line in desk.world.us.node.methods.listed(desk.world.us.officer("ana"))]
    assert "False air tickets" in titles
    context.close()


def test_every_sheet_of_a_method_bears_its_mark(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desk.sign_in(context, "sep")
    page.goto(f"{desk.line.url}/methods/{desk.first}")
    found = printed(page)
    assert {sheet.head for sheet in found} == {"TLP:GREEN"}
    assert all(sheet.body for sheet in found)
    context.close()
