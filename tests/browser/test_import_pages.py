"""A file taken in by a real browser: put in, columns looked at and corrected, followed, every object answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac import assembly
from lienlac.intelligence.collection import Marks
from tests.browser.examiner import examine
from tests.browser.test_papers import Office
from tests.intelligence.imports.scene import bundle
from tests.intelligence.scene import indicator, malware
from tests.intelligence.test_intake_opening import sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
ROWS = [["Số điện thoại", "STK", "Ngân hàng", "Khác"], ["0912345678", "0071000123456", "Vietcombank", "x"]] + [
    [f"09{number:08d}", f"00710001{number:05d}", "Vietcombank", "y"] for number in range(30)
]


class Desks(Office):
    """A house with a collection, and what takes files in, turned by hand."""

    def __init__(self, folder: Any) -> None:
        super().__init__(folder)
        self.house.collection()
        self.rounds = assembly.make_import_rounds(self.house.node)

    def taken_in(self) -> str:
        """A file whose objects have been answered; its id."""
        officer, imports = self.house["giang"], self.house.node.imports
        coming = imports.begin(officer, "b.json")
        coming.write(bundle(indicator(79), malware(80)))
        upload = imports.accept(
            officer, coming.finish(), collection_id=self.house.collection(), form="", marks=Marks(tlp="amber")
        )
        self.rounds.catch_up()
        return upload.id


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    made = Desks(tmp_path_factory.mktemp)
    yield made
    made.line.stop()
    made.house.node.papers.close()
    made.house.shut()


def test_a_spreadsheet_goes_from_the_officers_disk_to_the_collection(desks: Desks, chromium: Browser) -> None:
    page = desks.open(chromium, "giang", "/intelligence")
    page.click("#place-tabs a[href='/intelligence/imports']")
    page.set_input_files("#f-file", {"name": "danh sách.xlsx", "mimeType": "x/y", "buffer": sheet(ROWS)})
    page.click("main form button.primary")
    page.wait_for_selector("#f-column-0")
    assert page.input_value("#f-column-0") == "phone"
    assert page.input_value("#f-column-3") == "ignore"
    page.select_option("#f-column-3", "note")
    page.click("button[formaction$='/preview']")
    page.wait_for_selector("#h-made")
    assert page.input_value("#f-column-3") == "note", "the choice stays"
    assert "0912345678" in page.content() or "84912345678" in page.content()
    page.click("main form button.primary")
    page.wait_for_selector("#import progress")
    for _ in range(2):  # it goes on asking, not a single time
        page.wait_for_event("response", lambda answer: "/intelligence/imports/" in answer.url, timeout=8_000)
    desks.rounds.catch_up()
    page.wait_for_selector("#import .tag.good", timeout=8_000)
    assert page.locator("#import table tbody tr").count() > 20
    page.click("#import table tbody a >> nth=0")
    page.wait_for_url("**/intelligence/objects/**")
    page.context.close()


def test_what_is_held_leads_to_the_quarantine(desks: Desks, chromium: Browser) -> None:
    page = desks.open(chromium, "giang", "/intelligence/imports")
    data = bundle(indicator(77), b'{"type": "indicator", "id": "indicator--y", "name": "San gia"}', malware(78))
    page.set_input_files("#f-file", {"name": "b.json", "mimeType": "application/json", "buffer": data})
    page.click("main form button.primary")
    page.wait_for_selector("#import")
    desks.rounds.catch_up()
    page.click("#import nav a[href$='show=held']")
    page.wait_for_selector("#import table tbody a")
    assert page.inner_text("#import table tbody th") == "San gia\nindicator--y"
    page.click("#import table tbody a")
    page.wait_for_url("**/intelligence/quarantine/**")
    assert page.inner_text("h1") == "San gia"
    assert examine(page, "held") == []
    page.goto(f"{page.url.rpartition('/')[0]}")
    assert examine(page, "quarantine") == []
    page.context.close()


def test_a_file_that_is_none_says_so_in_its_place(desks: Desks, chromium: Browser) -> None:
    page = desks.open(chromium, "giang", "/intelligence/imports")
    page.set_input_files("#f-file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n\x00\x01"})
    page.click("main form button.primary")
    page.wait_for_selector("#e-file")
    assert examine(page, "refused") == []
    page.context.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_files_breaks_a_rule(desks: Desks, chromium: Browser, language: str) -> None:
    waiting = desks.house.imported()
    page = desks.open(chromium, "giang", "/account")
    complaints: list[str] = []
    page.on("console", lambda line: line.type in {"error", "warning"} and complaints.append(line.text))
    page.click(f"button[value={language}] >> nth=0")
    done = desks.taken_in()
    found = []
    for path in ("imports", f"imports/{waiting}", f"imports/{done}", "sources"):
        page.goto(f"{desks.line.url}/intelligence/{path}")
        page.evaluate("() => document.querySelectorAll('main details').forEach(part => part.open = true)")
        found += examine(page, path)
    page.context.close()
    assert not found + complaints, "\n".join(found + complaints)
