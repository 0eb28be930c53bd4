"""Sharing in a real browser: the rules in both languages, and a share that is looked at, sent and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.duty.nodes import VN
from tests.intelligence.sharing.scene import (
    AMBER,
    GREEN,
    RED,
    Shared,
    id_of,
    identity,
    indicator,
    malware,
    marked,
    note,
)
from tests.intelligence.sharing.test_naming import names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.duty.nodes import Side

pytestmark = pytest.mark.browser


class Desks:
    """Both nodes on loopback ports: one share answered, one that waits for its recall, something said of an object.

    Of two reports the partner has an outdated version: their newer ones name what is marked TLP:RED.
    """

    def __init__(self, folder: Any) -> None:
        self.world = world = Shared(folder)
        self.collection = world.collection(ceiling="red")
        world.bring(
            self.collection,
            *(marked(indicator, number, GREEN) for number in range(1, 30)),
            *(marked(malware, number, AMBER) for number in range(1, 4)),
            marked(indicator, 40, RED),
            marked(identity, 41, GREEN),
            marked(note, 42, GREEN),
            *(names("report", number, indicator(3), object_marking_refs=[GREEN]) for number in (50, 51)),
        )
        (self.share,) = world.share(self.collection, mode="standing").shares
        sharing = world.us.node.sharing
        seen = {"object": id_of(indicator(3)), "count": 3, "useful": 4, "text": "Three wallets were frozen."}
        sharing.sight(world.us.officer("giang"), sharing.read_sighting(seen))
        world.settle()
        ours = world.vn.node.sharing
        officer = world.vn.officer("giang")
        ours.recall(officer, self.share, ours.read_recall({"ids": [id_of(indicator(1))], "reason": "Nhầm đối tượng."}))
        world.settle()
        ours.recall(officer, self.share, ours.read_recall({"ids": [id_of(indicator(2))], "reason": "Nhầm đối tượng."}))
        newer = {"modified": "2026-11-03T00:00:00.000Z", "object_marking_refs": [GREEN]}
        world.bring(self.collection, *(names("report", number, indicator(40), **newer) for number in (50, 51)))
        ours.watch(world.clock.now())
        world.clock.turn(7200)
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
        page.wait_for_selector("main")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        self.world.clock.turn(31)
        return page

    def stop(self) -> None:
        for line in self.lines.values():
            line.stop()
        self.world.close()


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    made = Desks(tmp_path_factory.mktemp("sharing"))
    yield made
    made.stop()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_sharing_breaks_a_rule(desks: Desks, chromium: Browser, language: str) -> None:
    found: list[str] = []
    for side, paths in (
        (
            desks.world.vn,
            (
                "/intelligence/sharing",
                f"/intelligence/sharing/new?collection={desks.collection.id}",
                f"/intelligence/sharing/{desks.share}",
                f"/intelligence/sharing/{desks.share}?state=recalled",
            ),
        ),
        (desks.world.us, ("/intelligence/sharing", f"/intelligence/sharing/from/{VN}/{desks.share}")),
    ):
        context = chromium.new_context(locale=language)
        page = desks.sign_in(context, side, "giang")
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        for path in paths:
            page.goto(desks.url(side, path))
            page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
            found += examine(page, f"{language} {path}")
        context.close()
    assert not found, "\n".join(found)


def test_what_would_leave_is_shown_and_sent_by_keyboard_alone(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context(locale="vi")
    page = desks.sign_in(context, desks.world.vn, "sep")
    page.click(".switch button[value=vi]")
    page.wait_for_selector("html[lang=vi]")
    page.goto(desks.url(desks.world.vn, f"/intelligence/sharing/new?collection={desks.collection.id}"))
    page.fill("#f-title", "Chiến dịch hoa sen, lần hai")
    page.select_option("#f-purpose", "prevent-crime")
    page.select_option("#f-legal_basis", "contact-network-24-7")
    page.select_option("#f-tlp", "amber")
    page.focus("button[value=preview]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#h-leaves-1")
    assert "Đánh dấu TLP:RED" in page.inner_text("main")
    assert examine(page, "preview") == []
    context.close()


def test_what_the_partner_has_outdated_leads_from_every_page_to_one_button(desks: Desks, chromium: Browser) -> None:
    context = chromium.new_context(locale="vi")
    page = desks.sign_in(context, desks.world.vn, "giang")
    page.click(".switch button[value=vi]")
    page.wait_for_selector("html[lang=vi]")
    page.goto(desks.url(desks.world.vn, "/"))
    page.click(f"a[href$='{desks.share}#outdated']")
    page.wait_for_selector("#outdated button.danger")
    assert "Nêu tên đối tượng được giữ lại" in page.inner_text("#outdated")
    page.uncheck(f"#outdated input[value='{id_of(names('report', 51))}']")
    page.focus("#outdated button.danger")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Đang thu hồi")
    assert page.locator("#outdated tbody tr").count() == 1, "the other one still waits for a hand"
    context.close()
