"""Duty's pages in a real browser: the rules in both languages, light and dark; and the sound of alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from lienlac.duty.drills.drill import Draft
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.duty.nodes import US, Side, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser


class Desk:
    """Viet Nam's node with an overdue request, a failing channel and two hand-over notes, on a loopback port."""

    def __init__(self, folder: Any) -> None:
        self.world = World(folder).staffed()
        world, vn = self.world, self.world.vn
        world.turn()
        vn.road.broken = {vn.officer("binh").id}
        self.request = world.freeze().id
        for minutes in (16, 6, 4, 6):
            world.turn(minutes)
        vn.shift("truong", 40, 44)
        self.note = vn.node.duty.handover.write(vn.officer("binh"), "Chờ VCB trả lời.", to="anh").id
        self._drills(vn)
        self.line = OnLoopback(vn.app, vn.node.hub)

    def _drills(self, vn: Side) -> None:
        """One taken back, one that has run, one still planned."""
        desk, boss, now = vn.node.duty.drills, vn.officer("truong"), self.world.clock.now()
        window = Draft(peer=US, urgency="urgent", begins=now, ends=now + timedelta(minutes=2))
        desk.plan(boss, window)
        (back,) = desk.plan(boss, window)
        desk.cancel(boss, back.id)
        self.world.turn(3)
        later = replace(window, begins=now + timedelta(days=1), ends=now + timedelta(days=2))
        desk.plan(boss, later)
        assert sorted(seen.drill.state.value for seen in desk.listed(boss)) == ["cancelled", "planned", "sent"]

    def sign_in(self, context: BrowserContext, login: str) -> Page:
        page = context.new_page()
        made = self.world.vn.people[login]
        page.goto(f"{self.line.url}/sign-in")
        page.fill("#f-login", login)
        page.fill("#f-password", made.password)
        page.fill("#f-code", pyotp.TOTP(made.totp_secret).at(self.world.clock.now()))
        page.click("button.primary")
        page.wait_for_selector("#bell")
        self.world.clock.turn(31)
        return page


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("duty"))
    yield made
    made.line.stop()
    made.world.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_duty_breaks_a_rule(desk: Desk, chromium: Browser, language: str) -> None:
    found: list[str] = []
    for login, paths in {
        "truong": ("/duty", "/duty?zone=UTC", "/duty/channels", "/duty/drills", f"/peers/{US}", "/peers"),
        "anh": (
            "/duty/alarms", "/duty/alarms?show=all", "/duty/contacts", "/duty/handovers", "/duty/handovers/new",
            f"/duty/handovers/{desk.note}", "/", "/files", "/requests", f"/requests/{desk.request}", "/duty/drills",
        ),
    }.items():  # fmt: skip
        context = chromium.new_context(locale=language)
        page = desk.sign_in(context, login)
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        for path in paths:
            page.goto(desk.line.url + path)
            page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
            found += examine(page, f"{login} {path}")
        context.close()
    assert not found, "\n".join(found)


def test_the_sound_starts_only_after_a_click_rings_is_muted_and_remembers(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(locale="en")
    page = desk.sign_in(context, "anh")
    assert page.get_attribute("#alert", "data-ring"), "something waits"
    page.wait_for_timeout(1200)  # the strip looks once a second
    assert page.get_attribute("#bell", "data-rung") is None, "no sound without the officer's choice"
    page.click("#bell-switch")
    page.wait_for_selector("#bell[data-rung]")
    page.wait_for_selector("#bell.rings")
    assert page.is_visible("#alert .alarm"), "its visible twin"
    page.click("#bell-mute")
    page.wait_for_selector("#bell-again:visible")
    assert not page.is_visible("#bell-mute")
    page.reload()
    page.wait_for_selector("#bell-again:visible")
    page.click("#bell-again")
    page.wait_for_selector("#bell.rings")
    page.click("#bell-switch")
    page.reload()
    page.wait_for_selector("#bell-switch")
    assert not page.is_visible("#bell-mute"), "off stays off"
    context.close()


def test_what_is_new_is_told_from_what_was_there(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desk.sign_in(context, "anh")
    source = page.get_attribute("script[type=module]", "src") or ""
    module = source.replace("app.js", "alarm.js")
    asked = [["a b", "a"], ["a", "a b"], ["", "a"], ["a b", "b a"], ["a-50", "a-80"]]
    script = f"async pairs => {{ const m = await import('{module}'); return pairs.map(([x, y]) => m.isNew(x, y)); }}"
    assert page.evaluate(script, asked) == [True, False, False, False, True]
    context.close()


def test_a_chosen_file_is_read_into_the_page(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desk.sign_in(context, "truong")
    page.goto(f"{desk.line.url}/duty")
    page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
    text = b"officer,line,from,until,unit\r\nanh,1,2031-01-01T08:00:00+07:00,2031-01-01T20:00:00+07:00,\r\n"
    page.set_input_files("#f-file", [{"name": "roster.csv", "mimeType": "text/csv", "buffer": text}])
    page.wait_for_function("() => document.getElementById('f-text').value.startsWith('officer,line')")
    page.click("form[action='/duty/import'] button")
    page.wait_for_selector(".notice.good")
    context.close()
