"""Flash warnings in a real browser: the rules in both languages and themes, from the form to the acknowledgement."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from lienlac.flash.lifecycle import Step
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import OPENED_IN, examine
from tests.browser.sheets import printed
from tests.flash.scene import Warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.duty.nodes import Side

pytestmark = pytest.mark.browser
UNKNOWN = "0071000123"
SHOTS = os.environ.get("LIENLAC_SHOTS", "")
"""A folder for pictures of the pages, for whoever wants to look at them."""


class Desks:
    """Both nodes on loopback ports: a warning said anew, one withdrawn, one that nobody has read."""

    def __init__(self, folder: Any) -> None:
        self.world = world = Warned(folder)
        self.read = world.warn().sent[0]
        world.clock.turn(300)
        world.read(self.read, remarks="Đã chuyển các ngân hàng.")
        world.supersede(self.read, title_vi="Sàn giả “GoldenTrade FX” chuyển sang tên miền mới")
        world.clock.turn(120)
        world.read(self.read)
        world.say(world.us, "mark", self.read, Step.FEEDBACK, useful="yes", text="Three transfers stopped.")
        self.withdrawn = world.warn(drill=True).sent[0]
        world.say(world.vn, "sep", self.withdrawn, Step.WITHDRAW, reason="Kết thúc diễn tập.")
        self.waiting = world.warn(severity="critical", lives_in_danger=True).sent[0]
        world.turn()
        self.lines = {side.id: OnLoopback(side.app, side.node.hub) for side in (world.vn, world.us)}

    def url(self, side: Side, path: str) -> str:
        return self.lines[side.id].url + path

    def sign_in(self, context: BrowserContext, side: Side, login: str) -> Page:
        page = context.new_page()
        made = side.people[login]
        page.goto(self.url(side, "/sign-in"))
        page.fill("#f-login", login)
        page.fill("#f-password", made.password)
        page.fill("#f-code", pyotp.TOTP(made.totp_secret).at(self.world.clock.now()))
        page.click("button.primary")
        page.wait_for_selector("#bell")
        self.world.clock.turn(31)
        return page

    def stop(self) -> None:
        for line in self.lines.values():
            line.stop()
        self.world.close()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    made = Desks(tmp_path_factory.mktemp("flash"))
    yield made
    made.stop()


@pytest.mark.parametrize(("language", "theme"), OPENED_IN)
def test_no_page_of_warnings_breaks_a_rule(desks: Desks, chromium: Browser, language: str, theme: Any) -> None:
    found: list[str] = []
    context = chromium.new_context(color_scheme=theme, locale=language)
    for side, login in ((desks.world.vn, "anh"), (desks.world.us, "dana")):
        page = desks.sign_in(context, side, login)
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        for path in (
            "/", "/warnings", "/warnings?show=all", "/warnings/new", f"/warnings/{desks.read}",
            f"/warnings/{desks.withdrawn}", f"/warnings/{desks.waiting}", "/warnings/readings",
            *([f"/warnings/{desks.read}/supersede"] if side is desks.world.vn else []),
        ):  # fmt: skip
            page.goto(desks.url(side, path))
            page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
            found += examine(page, f"{language} {theme} {side.id} {path}")
            _shoot(page, f"{side.id}-{language}-{theme}-{path}")
        page.close()
        context.clear_cookies()
    context.close()
    assert not found, "\n".join(found)


def _shoot(page: Page, name: str) -> None:
    if SHOTS:
        plain = "".join(letter if letter.isalnum() else "-" for letter in name).replace("flw-", "")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(SHOTS) / f"{plain[:60]}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_from_the_form_to_the_acknowledgement_by_name(desks: Desks, chromium: Browser) -> None:
    """Hanoi types both languages side by side; Washington's open page rings, acknowledges, and Hanoi sees by whom."""
    world = desks.world
    hanoi, washington = chromium.new_context(locale="vi"), chromium.new_context(locale="en")
    theirs = desks.sign_in(washington, world.us, "dana")
    ours = desks.sign_in(hanoi, world.vn, "anh")
    ours.goto(desks.url(world.vn, "/warnings/new"))
    ours.fill("#f-title_vi", "Giả danh công an gọi từ đầu số +84 24 0000")
    ours.fill("#f-title_en", "Calls posing as police from +84 24 0000")
    ours.fill("[name='text.vi']", "Gọi điện đe doạ, yêu cầu chuyển tiền vào tài khoản tạm giữ.")
    ours.fill("[name='to_do.en']", "Warn Vietnamese communities.")
    ours.fill(
        "#f-identifiers", f"0912 345 678\nhxxps://bocongan-xacminh[.]example/vn\ntelegram: @hotrocongan\n{UNKNOWN}"
    )
    ours.select_option("#f-typology", "imp-pol")
    ours.click("button.danger")
    ours.wait_for_selector("#lines >> text=0071000123")
    assert not examine(ours, "lines that need a look")
    _shoot(ours, "lines")
    assert UNKNOWN in ours.input_value("#f-identifiers")
    assert ours.evaluate("() => document.activeElement.id") == "f-identifiers"
    ours.check("#f-stand")
    ours.click("button.danger")
    ours.wait_for_selector("#readers")
    assert "hxxps://bocongan-xacminh[.]example/vn" in ours.inner_text("#said")
    world.deliver()
    theirs.click(".switch button[value=en]")  # whatever was read before
    theirs.wait_for_selector("html[lang=en]")
    theirs.goto(desks.url(world.us, "/warnings?show=unread"))
    theirs.locator("tr:has-text('Calls posing as police') a, a:has-text('Calls posing as police')").first.click()
    theirs.wait_for_selector("#acknowledge")
    with theirs.expect_navigation():
        theirs.click("#acknowledge button.primary")
    assert not theirs.query_selector("#acknowledge")
    world.deliver()
    ours.wait_for_selector("#readers >> text=Dana Reyes")
    hanoi.close()
    washington.close()


@pytest.mark.parametrize(("language", "theme"), OPENED_IN)
def test_without_scripts_unknown_lines_are_asked_about_and_sent_as_they_stand(
    desks: Desks, chromium: Browser, language: str, theme: Any
) -> None:
    """A warning said anew, with a line that nobody knows: the page comes back with it, the officer ticks, it goes."""
    world = desks.world
    record = world.warn(title_en="Lines").sent[0]
    context = chromium.new_context(color_scheme=theme, locale=language)
    page = desks.sign_in(context, world.vn, "anh")
    page.click(f".switch button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    cookies = context.cookies()
    context.close()
    plain = chromium.new_context(color_scheme=theme, java_script_enabled=False)
    plain.add_cookies(cookies)  # type: ignore[arg-type]  # what one context says, another takes
    page = plain.new_page()
    page.goto(desks.url(world.vn, f"/warnings/{record}/supersede"))
    page.fill("#f-reason", "It moved.")
    page.fill("#f-identifiers", UNKNOWN)
    assert page.locator("#f-stand").count() == 0
    page.click("button.danger")
    page.wait_for_selector("#lines >> text=0071000123")
    _shoot(page, f"lines-{language}-{theme}")
    assert page.input_value("#f-reason") == "It moved."
    page.check("#f-stand")
    page.click("button.danger")
    page.wait_for_selector("#said")
    assert UNKNOWN in page.inner_text("#said")
    plain.close()


def test_an_unread_warning_stands_above_every_page(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desks.sign_in(context, desks.world.us, "dana")
    page.goto(desks.url(desks.world.us, "/account"))
    assert page.is_visible("#alert >> text=VN-W-2026-000003")
    assert desks.waiting in str(page.get_attribute("#alert", "data-ring"))
    context.close()


def test_every_sheet_of_a_warning_bears_its_mark_and_whether_it_is_a_drill(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desks.sign_in(context, desks.world.vn, "anh")
    for warning, drill in ((desks.read, ""), (desks.withdrawn, "DIỄN TẬP · DRILL")):
        page.goto(desks.url(desks.world.vn, f"/warnings/{warning}"))
        for sheet in printed(page):
            assert (sheet.head.startswith(drill), sheet.head.removeprefix(drill).strip()) == (True, "TLP:AMBER")
            assert sheet.body
    context.close()
