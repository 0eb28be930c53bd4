"""The threat picture in a real browser: the rules in both languages, and every number leads to its list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.hotline.lifecycle import Step
from tests.browser.examiner import examine
from tests.browser.test_papers import Office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
IBAN = {"form": "iban", "iban": "DE89370400440532013000"}


class Busy(Office):
    """A house with some weeks of work behind it."""

    def __init__(self, folder: Any) -> None:
        super().__init__(folder)
        house = self.house
        for week in range(6):
            for number in range(week % 4 + 1):
                facts = f"Forex {week}-{number}"
                house.receive(facts=facts, amount={"amount": f"{1000 * (number + 1)}.00", "currency": "USD"})
            house.clock.turn(7 * 86_400)
        made = house.send("anh", facts="Task scam", typology="eco-tsk", beneficiaries=[IBAN])
        house.receive(facts="Impersonation", typology="imp-pol", amount={"amount": "1200000", "currency": "VND"})
        first = house.receive(facts="Held at once")
        house.act("anh", first, Step.ACKNOWLEDGE)
        self.sent = made
        house.collection()
        house.node.intelligence.indexing.catch_up()
        house.emergency()
        house.warning()
        house.method()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    made = Busy(tmp_path_factory.mktemp)
    yield made
    made.line.stop()
    made.house.node.papers.close()
    made.house.shut()


PAGES = (
    "/intelligence/picture",
    "/intelligence/picture?span=12-months",
    "/intelligence/picture/records?typology=imp",
    "/intelligence/picture/new?type=domain",
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_picture_breaks_a_rule(busy: Busy, chromium: Browser, language: str) -> None:
    page = busy.open(chromium, "giang", "/account")
    complaints: list[str] = []
    page.on("console", lambda line: line.type in {"error", "warning"} and complaints.append(line.text))
    page.click(f"button[value={language}] >> nth=0")
    found = []
    for path in PAGES:
        page.goto(busy.line.url + path)
        page.evaluate("() => document.querySelectorAll('main details').forEach(part => part.open = true)")
        found += examine(page, path)
    page.context.close()
    assert not found + complaints, "\n".join(found + complaints)


def test_a_number_leads_to_its_list_and_the_list_to_the_record(busy: Busy, chromium: Browser) -> None:
    page = busy.open(chromium, "giang", "/intelligence/picture")
    page.select_option("#f-typology", "eco")
    page.click("main .filters button")
    page.wait_for_url("**typology=eco**")
    page.click("section[aria-labelledby=h-flows] table a")
    page.wait_for_selector("main table.cards tbody tr")
    assert page.locator("main table.cards tbody tr").count() == 1
    page.click("main table.cards tbody a")
    page.wait_for_url(f"**/requests/{busy.sent}")
    page.context.close()


def test_the_file_comes_by_a_click(busy: Busy, chromium: Browser) -> None:
    page = busy.open(chromium, "giang", "/intelligence/picture")
    with page.expect_download() as coming:
        page.click("main .filters a.btn")
    assert coming.value.suggested_filename == "threat-picture-13-weeks.csv"
    page.context.close()
