"""A day of each role in a real browser: the work that it is for is done from the first page on, and no more is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.people import sessions
from tests.browser.conftest import OnLoopback
from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
STEPS = "#steps form"
"""What an officer may do with a request; nothing of it is there for whoever may only look."""


class Office:
    """The whole node on a loopback port, with a request from the partner."""

    def __init__(self, folder: Any) -> None:
        (folder / "template").mkdir()
        (folder / "house").mkdir()
        self.house = House(make_template(folder / "template"), folder / "house")
        self.request = self.house.receive()
        self.reference = self.house.reference(self.request)
        self.line = OnLoopback(self.house.app, self.house.node.hub)

    def begin(self, chromium: Browser, login: str) -> Page:
        """An officer's window on the first page."""
        opened = self.house.database.write(
            lambda connection: sessions.start(
                connection,
                self.house[login],
                client="",
                now=self.house.clock.now(),
                chance=self.house.node.chance,
                proof="totp",
            )
        )
        context = chromium.new_context(locale="en")
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": self.line.url}])
        page = context.new_page()
        page.goto(self.line.url)
        return page

    def close(self) -> None:
        self.line.stop()
        self.house.shut()


@pytest.fixture
def office(tmp_path: Any) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def test_the_duty_officers_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "anh")
    page.click(f"#home .lead a:text('{office.reference}')")
    page.click("form[action$='/acknowledge'] button:not(.sr)")
    page.wait_for_selector("#status .tag:text('Acknowledged')")
    page.click(".side a[href='/']")
    assert page.locator("#home .lead .tag:text('Acknowledged')").count() == 1
    page.click("#home a[href='/duty']")
    page.click("a[href='/duty/handovers']")
    page.wait_for_selector("h1")
    page.context.close()


def test_the_analysts_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "giang")
    page.click(".side a[href='/requests']")
    page.fill("#f-words", "goldentrade")
    page.keyboard.press("Enter")
    page.click(f"table.inbox a:text('{office.reference}')")
    page.wait_for_selector("#status")
    assert "words" not in page.url
    assert page.locator(STEPS).count() == 0
    assert page.locator(".side a[href='/requests/new']").count() == 0
    page.context.close()


def test_the_investigators_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "hai")
    page.click(".acts a[href='/requests/new']")
    page.click("a[href='/requests/new/tech-advice']")
    page.fill("#f-subject", "VNeID look-alikes")
    page.fill("#f-question", "How is the real application signed?")
    page.select_option("#f-typology", "fxp-rig")
    page.select_option("#f-legal_basis", "bilateral-arrangement")
    page.fill("#f-legal_basis_text", "Arrangement of 11 September 2024, article 4")
    page.click("main .row button.primary")
    page.click("button[value=send]")
    page.wait_for_selector("#status")
    assert page.locator("h1").text_content()
    page.click(".side a[href='/']")
    assert page.locator("#home .lead h2").text_content() == "Requests to partners"
    assert page.locator("#home .lead a:text('VN-2026-')").count() == 1
    page.goto(f"{office.line.url}/requests/{office.request}")
    assert page.locator("form[action$='/acknowledge']").count() == 0, "answers none"
    page.context.close()


def test_the_supervisors_day(office: Office, chromium: Browser) -> None:
    house = office.house
    house.act("anh", office.request, Step.ACKNOWLEDGE)
    kind = house.hotline.show(house["anh"], office.request).request.kind
    said = {"ground": "human-rights-risk", "explanation": "No assurance was given.", "considered": list(CONSIDERED)}
    house.hotline.act(house["anh"], office.request, Step.REFUSE, read_step(Step.REFUSE, kind, said, house.clock.now()))
    page = office.begin(chromium, "binh")
    assert page.locator("#home .lead h2").text_content() == "Refusals that wait for a second officer"
    page.click(f"#home .lead a:text('{office.reference}')")
    page.click("form[action$='/refusal/confirm'] button")
    page.wait_for_selector("#status .tag:text('Refused')")
    page.click(f"a[href='/requests/{office.request}/access']")
    page.check(f"input[name=units][value='{house.cast.units['fraud']}']")
    page.fill("form[action$='/restrict'] input[name=reason]", "A leak is suspected.")
    page.click("form[action$='/restrict'] button.primary")
    page.wait_for_selector(".notice.good")
    page.context.close()
    other = office.begin(chromium, "chi")
    assert office.reference not in other.content()
    other.context.close()


def test_the_liaison_officers_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "khanh")
    page.click("#home a[href='/peers/us-ic3'] >> nth=0")
    page.click("a[href^='/agreements/us-ic3/']")
    page.wait_for_selector("h1")
    assert page.locator("form[action$='/sign']").count() == 0, "prepares agreements, signs none"
    page.goto(f"{office.line.url}/requests/{office.request}")
    page.click("#step-note summary")
    page.fill("form[action$='/note'] textarea", "The embassy can carry originals on Friday.")
    page.click("form[action$='/note'] button:not(.sr)")
    page.wait_for_selector("text=The embassy can carry originals on Friday.")
    page.context.close()


def test_the_programme_managers_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "linh")
    page.click(f"#home a:text('{office.reference}')")
    page.wait_for_selector("#status")
    assert page.locator(STEPS).count() == 0
    page.context.close()


def test_the_auditors_day(office: Office, chromium: Browser) -> None:
    office.house.act("anh", office.request, Step.ACKNOWLEDGE)
    page = office.begin(chromium, "kiem")
    page.click("#home .lead h2 a")
    page.click("form[action='/log/verify'] button")
    page.wait_for_selector(".notice.good")
    page.click(f"table a:text('{office.reference}') >> nth=0")
    page.wait_for_selector("#status")
    assert page.locator(STEPS).count() == 0
    assert page.locator("main form[method=post]:not([action='/language'])").count() == 0, "changes nothing"
    page.context.close()


def test_the_administrators_day(office: Office, chromium: Browser) -> None:
    page = office.begin(chromium, "admin")
    page.click(".side a[href='/users']")
    page.click("a[href='/users/new']")
    page.fill("#f-login", "moi")
    page.fill("#f-name", "Vũ Thị Mới")
    page.select_option("#f-unit", office.house.cast.units["cyber"])
    page.check("input[name=roles][value=analyst]")
    page.click("main button.primary")
    page.wait_for_selector("h1:text('The account is ready')")
    page.goto(office.line.url)
    assert office.reference not in page.content()
    assert page.goto(f"{office.line.url}/requests/{office.request}").status == 404
    assert page.goto(f"{office.line.url}/settings").status == 200
    page.context.close()
