"""Papers in a real browser: the page that checks one, the package by a click, and the request's page on paper."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from lienlac.assembly.doors import people_app
from lienlac.exchange.log.code import code_of
from lienlac.people import sessions
from lienlac.ui.hub import Hub
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.browser.sheets import printed
from tests.security.house import House, make_template
from tests.security.walk import things_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


class Office:
    """A house on loopback with a drill that arrived."""

    def __init__(self, folder: Any) -> None:
        self.house = House(make_template(folder("template")), folder("house"))
        self.request_id = self.house.receive(drill=True)
        self.line = OnLoopback(self.house.app, self.house.node.hub)

    def open(self, chromium: Browser, login: str, path: str, *, at: str = "", **options: Any) -> Page:
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
        context = chromium.new_context(**options)
        at = at or self.line.url
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": at}])
        page = context.new_page()
        page.goto(at + path)
        return page


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp)
    yield made
    made.line.stop()
    made.house.node.papers.close()
    made.house.shut()


def test_a_code_is_checked_by_keyboard_and_the_page_breaks_no_rule(office: Office, chromium: Browser) -> None:
    page = office.open(chromium, "anh", "/verify")
    assert examine(page, "verify") == []
    digest = things_of(office.house, office.request_id)["digest"]
    page.focus("input[name=code]")
    page.keyboard.type(code_of(digest).lower())
    page.keyboard.press("Enter")
    page.wait_for_selector("text=every signature holds")
    assert digest in page.content()
    assert examine(page, "verify") == []
    page.fill("input[name=code]", "0000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".error")
    assert examine(page, "verify") == []
    page.context.close()


def test_the_package_comes_by_a_click(office: Office, chromium: Browser) -> None:
    page = office.open(chromium, "binh", f"/requests/{office.request_id}")
    with page.expect_download() as coming:
        page.click(f"form[action='/requests/{office.request_id}/package'] button")
    assert coming.value.suggested_filename == f"{office.house.reference(office.request_id)}.zip"
    page.context.close()


def test_the_requests_page_on_paper_bears_marks_and_drill_on_every_page(office: Office, chromium: Browser) -> None:
    page = office.open(chromium, "anh", f"/requests/{office.request_id}")
    page.emulate_media(media="print")
    read = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4")))
    assert len(read.pages) > 1
    for number, sheet in enumerate(read.pages, start=1):
        said = " ".join(sheet.extract_text().split())
        assert "TLP:AMBER" in said
        assert "DRILL" in said
        assert f"{number} / {len(read.pages)}" in said
    page.context.close()


def test_on_a_node_for_drills_every_sheet_says_so_whatever_the_page_bears(office: Office, chromium: Browser) -> None:
    """A real request, and a page without a mark of its own."""
    node = replace(office.house.node, settings=replace(office.house.node.settings, drill=True), hub=Hub())
    line = OnLoopback(people_app(node), node.hub)
    real = office.house.receive()
    for path, mark in ((f"/requests/{real}", "TLP:AMBER"), ("/agreements", "")):
        page = office.open(chromium, "binh", path, at=line.url)
        found = printed(page)
        for number, sheet in enumerate(found, start=1):
            assert sheet.head == f"DIỄN TẬP · DRILL {mark}".strip(), path
            assert sheet.foot == f"{number} / {len(found)}", path
        page.emulate_media(media="screen")
        assert examine(page, f"{path} on a node for drills") == []
        page.context.close()
    page = office.open(chromium, "binh", "/agreements")
    assert all(sheet.head == "" for sheet in printed(page)), "elsewhere only what is a drill says so"
    page.context.close()
    line.stop()
