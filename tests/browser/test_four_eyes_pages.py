"""The second pair of eyes in a real browser: the look before, the queue, the decision; both languages, light and dark."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.people import accounts, sessions
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.hotline.cases import RESULTS
from tests.hotline.scene import freeze_form
from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

LONG = "Người bị hại đã chuyển tiền theo hướng dẫn của đối tượng giả danh. " * 8
FOLLOW_UP = f"Do [[Trần Văn Lâm, số 12 ngõ 5]] ở chi nhánh cho biết. {LONG}"


class Office:
    """Viet Nam's node with messages that wait, came back, and left ahead."""

    def __init__(self, folder: Path) -> None:
        (folder / "template").mkdir()
        self.house = House(make_template(folder / "template"), folder)
        house = self.house
        house.agree(answers=("hotline.freeze-payment",), kinds=("hotline.note",), persons=True, files=True)
        self.request_id = house.receive()
        house.act("anh", self.request_id, Step.ACKNOWLEDGE)
        house.act("anh", self.request_id, Step.ACCEPT, considered=list(CONSIDERED))
        anh, binh = house.program("anh", acts=("release.ahead",)), house.program("binh", acts=("release.decide",))
        now = house.clock.now().isoformat()
        result = {**RESULTS["freeze-payment"], "held_at": now, "follow_up": FOLLOW_UP}
        at = f"/api/requests/{self.request_id}"
        self.waiting = anh.post(f"{at}/result", result).json()["waits"]["id"]
        self.back = anh.post(f"{at}/note", {"text": LONG}).json()["waits"]["id"]
        binh.post(f"/api/approvals/{self.back}/return", {"words": "Cần nêu tên ngân hàng và chi nhánh."})
        glass = {"text": LONG, "release": {"ahead": "Nạn nhân đang bị giữ."}}
        left = anh.post(f"{at}/note", glass).json()["releases"]
        self.ahead = next(one["id"] for one in left if one["state"] == "sent-ahead")
        form = freeze_form(transferred_at=now, release={"let_out": ["victims"], "why": "Ngân hàng cần đối chiếu."})
        self.opening = anh.post("/api/requests", form).json()["waits"]["id"]
        self.line = OnLoopback(house.app, house.node.hub)

    def visitor(self, context: BrowserContext, login: str, language: Any) -> Page:
        """A window in which that officer has signed in and just proved themselves."""
        house = self.house
        officer = dataclasses.replace(house[login], language=language)
        house.database.write(lambda connection: accounts.choose(connection, officer))
        opened = house.database.write(
            lambda connection: sessions.start(
                connection, officer, client="", now=house.clock.now(), chance=house.node.chance, proof="totp"
            )
        )
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": self.line.url}])
        return context.new_page()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.line.stop()
    made.house.shut()


def pages_of(office: Office) -> list[tuple[str, str]]:
    """Who looks at what."""
    return [
        ("binh", "/approvals"),
        ("anh", "/approvals"),
        ("binh", f"/approvals/{office.waiting}"),
        ("anh", f"/approvals/{office.waiting}"),
        ("anh", f"/approvals/{office.back}"),
        ("binh", f"/approvals/{office.ahead}"),
        ("binh", f"/approvals/{office.opening}"),
        ("anh", f"/requests/{office.request_id}"),
        ("anh", f"/requests/{office.request_id}?release={office.back}"),
        ("binh", "/agreements/us-ic3/2"),
    ]


def look_before(office: Office, page: Page) -> None:
    """The look at a new request: its form as it stands, with a victim's account that is withheld."""
    page.goto(f"{office.line.url}/requests/new/freeze-payment")
    page.check("#f-urgency-hot")
    page.fill("[name='beneficiaries.0.bank']", "970436")
    page.fill("[name='beneficiaries.0.number']", "0071000123456")
    page.select_option("[name='victims.0.form']", "us")
    page.fill("[name='victims.0.bank']", "021000021")
    page.fill("[name='victims.0.number']", "483920017")
    page.fill("[name='amount.amount']", "48250")
    page.fill("[name='transferred_at']", office.house.clock.now().strftime("%d/%m/%Y %H:%M"))
    page.fill("[name='facts']", LONG)
    page.check("[name='recall'][value='sent']")
    page.select_option("#f-purpose", "stop-funds")
    page.select_option("#f-typology", "fxp-rig")
    page.select_option("#f-legal_basis", "bilateral-arrangement")
    page.fill("#f-legal_basis_text", "Điều 4")
    page.click("main button.primary[value=look]")
    page.wait_for_selector("#people")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_second_officer_breaks_a_rule(office: Office, chromium: Browser, language: str) -> None:
    found: list[str] = []
    for login in ("anh", "binh"):
        context = chromium.new_context()
        page = office.visitor(context, login, language)
        for who, path in pages_of(office):
            if who == login:
                page.goto(office.line.url + path)
                assert page.get_attribute("html", "lang") == language
                found += examine(page, f"{path} ({login})")
        if login == "anh":
            look_before(office, page)
            found += examine(page, "the look before a request")
        context.close()
    assert not found, "\n".join(found)


def test_a_field_is_let_out_by_its_switch_and_what_is_sent_is_what_was_shown(office: Office, chromium: Browser) -> None:
    context = chromium.new_context()
    page = office.visitor(context, "anh", "en")
    look_before(office, page)
    assert "483920017" not in page.inner_text("main dl.facts >> nth=0")
    page.check("#f-let-out-1")
    page.click("button[name=act][value=send]")  # not what was shown: it is shown once more instead
    page.wait_for_selector("#people")
    assert page.is_checked("#f-let-out-1")
    assert "483920017" in page.inner_text("main")
    page.click("button[name=act][value=send]")  # without a reason it does not leave
    page.wait_for_selector(".error")
    page.fill("[name='release.why']", "The bank must compare it.")
    page.click("button[name=act][value=send]")
    page.wait_for_url(lambda url: "/approvals/rel-" in url)
    assert "Nothing is sent yet" in page.inner_text("main")
    context.close()


def test_the_second_officer_returns_and_the_proposer_goes_on_by_keyboard(office: Office, chromium: Browser) -> None:
    made = office.house.program("anh").post(f"/api/requests/{office.request_id}/note", {"text": "Kính gửi"})
    release = made.json()["waits"]["id"]
    second = chromium.new_context()
    page = office.visitor(second, "binh", "en")
    page.goto(f"{office.line.url}/approvals/{release}")
    seen = page.inner_text("main")
    assert "duty-desk" not in seen
    assert page.is_visible("dd:text-is('Node us-ic3')"), "who will see it is called by its name"
    page.focus("#f-words")
    page.keyboard.type("Name the bank")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/approvals"))
    first = chromium.new_context()
    page = office.visitor(first, "anh", "en")
    page.goto(f"{office.line.url}/approvals/{release}")
    assert "Name the bank" in page.inner_text("main")
    page.click("main a.btn.primary")
    page.wait_for_selector("#step-note[open]")
    field = page.locator("#step-note [name=text]")
    assert field.input_value() == "Kính gửi"
    field.fill("Kính gửi Vietcombank")
    page.click("#step-note button.primary")
    page.wait_for_selector("input[name=shown]", state="attached")
    page.click("button[name=sure][value=yes]")
    page.wait_for_url(lambda url: "/approvals/rel-" in url)
    page.goto(f"{office.line.url}/approvals/{release}")
    assert not page.query_selector("main a.btn.primary"), "it was gone on from once"
    first.close()
    second.close()
