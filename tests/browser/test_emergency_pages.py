"""Emergency channels in a real browser: the rules in both languages and themes, and two desks that see each other write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from lienlac.emergencies.lifecycle import Step
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.message import Tlp
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.browser.sheets import printed
from tests.emergencies.scene import Channels, entry
from tests.hotline.scene import freeze_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.duty.nodes import Side

pytestmark = pytest.mark.browser


class Desks:
    """Both nodes on loopback ports: one channel under way with everything in it, one that nobody has answered."""

    def __init__(self, folder: Any) -> None:
        self.world = world = Channels(folder, second_officer=SecondOfficer(tlp_from=Tlp.AMBER_STRICT))
        self.request = world.freeze().id
        self.waiting = world.open(
            world.us, "mark", title_vi="Tấn công từ chối dịch vụ một ngân hàng", title_en="Denial of service on a bank",
            severity="serious", lives_in_danger=False, raised_from=self.request, drill=True, typology="cdc-dos",
        ).id  # fmt: skip
        opened = world.answered()
        self.channel = opened.id
        world.say(world.vn, "anh", opened, Step.PRESENCE, here=True)
        world.say(world.us, "mark", opened, Step.PRESENCE, here=True)
        world.clock.turn(240)
        world.say(world.vn, "anh", opened, Step.ENTRY, **entry("Phòng mổ số hai hoạt động trở lại.", source="victim"))
        world.say(
            world.us, "mark", opened, Step.ENTRY, **entry("The server is rented by a shell company.", source="provider")
        )
        shown = world.show(world.vn, "anh", opened).emergency
        ours = next(
            fact for fact in shown.facts.values() if fact.step is Step.ENTRY and fact.header.sender == world.vn.id
        )
        self.entry = ours.id
        world.say(world.vn, "anh", opened, Step.ENTRY, **entry("Phòng mổ số BA hoạt động trở lại.", corrects=ours.id))
        theirs = next(
            fact for fact in shown.facts.values() if fact.step is Step.ENTRY and fact.header.sender == world.us.id
        )
        world.say(world.us, "mark", opened, Step.RETRACT, entry=theirs.id, reason="Another customer's server.")
        world.say(
            world.us, "mark", opened, Step.REPORT, severity="serious", next_update=45,
            summary={"en": "The provider keeps the disk as it is.", "vi": "Nhà cung cấp giữ nguyên ổ đĩa."},
        )  # fmt: skip
        hotline = world.vn.node.hotline
        account = {"form": "us", "aba": "021000021", "number": "483920017", "bank_name": "JPMorgan Chase Bank"}
        form = freeze_form(beneficiaries=[account], case_id=opened.id)
        hotline.open(world.vn.officer("anh"), hotline.read_opening(form))
        world.deliver()
        world.say(world.us, "mark", opened, Step.HAND_OVER, to="dana", text="The provider calls back at four.")
        world.say(world.vn, "anh", opened, Step.HOLD, text="Chờ nhà cung cấp.")
        strict = {"tlp": "amber+strict", "pap": "amber"}
        world.say(
            world.vn, "anh", opened, Step.ENTRY, **entry("Khoa cấp cứu.", marks=strict), release={"ahead": "Máy thở."}
        )
        desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
        form = desk.read_step(anh, opened.id, Step.ENTRY, entry("Bệnh nhân [[An]].", marks=strict))
        self.proposed = desk.act(anh, opened.id, Step.ENTRY, form).id
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
    made = Desks(tmp_path_factory.mktemp("emergencies"))
    yield made
    made.stop()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_emergencies_breaks_a_rule(desks: Desks, chromium: Browser, language: str) -> None:
    found: list[str] = []
    context = chromium.new_context(locale=language)
    page = desks.sign_in(context, desks.world.vn, "sep")
    page.click(f".switch button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    page.goto(desks.url(desks.world.vn, f"/emergencies/{desks.channel}"))
    assert page.locator(".notice.bad, .notice.warn").filter(has=page.locator("a[href^='/approvals/']")).count() == 2
    assert page.locator("#f-entry-ahead").count() == 1
    for path in (
        "/emergencies", "/emergencies?show=all", "/emergencies/new", f"/emergencies/new?request={desks.request}",
        f"/emergencies/{desks.channel}", f"/emergencies/{desks.waiting}", f"/emergencies/{desks.channel}/access",
        f"/emergencies/{desks.channel}/entries/{desks.entry}", f"/requests/{desks.request}", "/duty/alarms",
        "/approvals", f"/approvals/{desks.proposed}",
    ):  # fmt: skip
        page.goto(desks.url(desks.world.vn, path))
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        found += examine(page, f"{language} {path}")
    context.close()
    assert not found, "\n".join(found)


def test_two_desks_side_by_side_see_each_other_write(desks: Desks, chromium: Browser) -> None:
    """Viet Nam writes with Ctrl and Enter; Washington's open page shows it without a hand, and keeps what is typed."""
    world = desks.world
    hanoi, washington = chromium.new_context(), chromium.new_context()
    theirs = desks.sign_in(washington, world.us, "dana")
    theirs.goto(desks.url(world.us, f"/emergencies/{desks.channel}"))
    theirs.wait_for_selector("#timeline")
    theirs.fill("#f-text", "half a sentence")
    ours = desks.sign_in(hanoi, world.vn, "anh")
    ours.goto(desks.url(world.vn, f"/emergencies/{desks.channel}"))
    ours.fill("#f-text", "Kẻ tấn công đòi 40 bitcoin.")
    with ours.expect_navigation():
        ours.press("#f-text", "Control+Enter")
    ours.wait_for_selector("#timeline >> text=Kẻ tấn công đòi 40 bitcoin.")
    assert ours.evaluate("() => document.activeElement.id") == "f-text", "the next line can be typed at once"
    world.deliver()
    theirs.wait_for_selector("#timeline >> text=Kẻ tấn công đòi 40 bitcoin.")
    assert theirs.input_value("#f-text") == "half a sentence"
    theirs.click("#now button")
    theirs.wait_for_selector(".who-is-on >> text=Dana Reyes")
    world.deliver()
    ours.wait_for_selector(".who-is-on >> text=Dana Reyes")
    hanoi.close()
    washington.close()


def test_an_unanswered_emergency_stands_above_every_page_and_rings(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context()
    page = desks.sign_in(context, desks.world.vn, "binh")
    page.goto(desks.url(desks.world.vn, "/account"))
    assert page.is_visible("#alert >> text=US-E-2026-000001")
    assert desks.waiting in str(page.get_attribute("#alert", "data-ring"))
    page.click("#bell-switch")
    page.wait_for_function("() => Number(document.getElementById('bell').dataset.rung ?? 0) > 0")
    context.close()


def test_a_request_is_begun_from_the_channel_filled_in(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context(locale="en")
    page = desks.sign_in(context, desks.world.vn, "anh")
    page.goto(desks.url(desks.world.vn, f"/emergencies/{desks.channel}"))
    page.click("#requests button[formaction='/requests/new/preserve-data']")
    page.wait_for_selector("form[action='/requests/new/preserve-data']")
    assert page.input_value("input[name=case_id]") == desks.channel
    assert page.input_value("select[name=typology]") == "cdc-ran"
    assert "VN-E-2026-000001" in page.input_value("textarea[name=facts]")
    assert page.is_visible("main >> text=VN-E-2026-000001")
    context.close()


def test_every_sheet_of_a_channel_bears_its_strictest_mark_and_whether_it_is_a_drill(
    desks: Desks, chromium: Browser
) -> None:
    context = chromium.new_context()
    page = desks.sign_in(context, desks.world.vn, "anh")
    for channel, drill, mark in (
        (desks.channel, "", "TLP:AMBER+STRICT"),
        (desks.waiting, "DIỄN TẬP · DRILL", "TLP:AMBER"),
    ):
        page.goto(desks.url(desks.world.vn, f"/emergencies/{channel}"))
        found = printed(page)
        for number, sheet in enumerate(found, start=1):
            assert sheet.head.removeprefix(drill).strip() == mark, (number, sheet.head)
            assert sheet.head.startswith(drill), (number, sheet.head)
            assert sheet.foot == f"{number} / {len(found)}"
            assert sheet.body
    context.close()
