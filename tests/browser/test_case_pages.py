"""Cases in a real browser: merged, split, reopened, begun from a request, a channel, an object, a hit; by the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lienlac.cases.lifecycle import Step
from lienlac.intelligence.collection import Draft
from lienlac.people.officer import Role
from lienlac.wire.bodies.cases import Case, Relation
from lienlac.wire.bodies.emergencies import Severity
from tests.browser.examiner import complaints, examine
from tests.browser.test_case_graph import Desk, context
from tests.cases.scene import person, said
from tests.emergencies.scene import emergency_form
from tests.intelligence.scene import FEED, domain, id_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
__all__ = ["context"]


class Office(Desk):
    """Two cases of both sides, a closed one, a hot one with its channel; a request and an object to begin from."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        room = self.room
        self.first = room.joined(top=Case(title_vi="Sàn giả", title_en="Fake platform", hot=Severity.CRITICAL))
        self.larger = room.joined(top=Case(title_vi="Vụ lớn", title_en="The larger case"))
        an, binh = (room.state(room.vn, self.first, person(name)) for name in ("Nguyễn Văn An", "Lê Thị Bình"))
        room.state(room.vn, self.first, Relation(source=an, target=binh, relation="pays"))
        self.closed = room.open(top=Case(title_vi="Vụ đã đóng", title_en="A closed one"))
        room.vn.node.cases.step(room.lan, self.closed, Step.CLOSE, closing=said("Xong", "Done"))
        self.merged = room.joined(top=Case(title_vi="Vụ nhỏ", title_en="A small one"))
        room.vn.node.cases.joining.merge(room.lan, self.merged, self.larger, said("Nhập vụ", "Goes on there"))
        self.request = room.freeze()
        room.vn.hire("giang", "Trịnh Giang", Role.ANALYST)
        desk, giang = room.vn.node.intelligence, room.vn.officer("giang")
        site = domain(1)
        desk.bring(giang, desk.create(giang, Draft(title="Sàn hoa sen")).id, [site], source=FEED)
        desk.indexing.catch_up()
        self.object = id_of(site)
        self.emergency = self._channel()

    def _channel(self) -> str:
        room = self.room
        browser = room.vn.browser("lan")
        browser.get(f"/emergencies/new?case={self.first}")
        typed = {
            **{name: value for name, value in emergency_form().items() if isinstance(value, str)},
            "situation.vi": "Tiền đang bị rút.", "asked.en": "Hold the accounts.", "to": room.us.id,
            "of_case": self.first, "marks.tlp": "amber", "marks.pap": "amber", "began_at": "", "next_update": "30",
            "organisations": "", "countries": "VN",
        }  # fmt: skip
        place = browser.post("/emergencies/new", typed).headers["location"]
        return str(place.rpartition("/")[2].partition("?")[0])

    def pages(self) -> dict[str, str]:
        """What is looked at, by name."""
        return {
            "merge": f"/cases/{self.first}/merge",
            "merge into": f"/cases/{self.first}/merge?into={self.larger}",
            "split": f"/cases/{self.first}/split",
            "merged": f"/cases/{self.merged}",
            "goes on here": f"/cases/{self.larger}",
            "closed": f"/cases/{self.closed}",
            "from a request": f"/cases/from/request/{self.request.id}",
            "from a channel": f"/cases/from/emergency/{self.emergency}?case={self.first}",
            "from an object": f"/cases/from/intel/{self.object}",
            "beside a request": f"/requests/{self.request.id}",
            "beside a channel": f"/emergencies/{self.emergency}",
            "beside an object": f"/intelligence/objects/{self.object}",
        }


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("case-pages"))
    yield made
    made.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_that_join_and_begin_cases_break_no_rule(office: Office, context: BrowserContext, language: str) -> None:
    page = office.sign_in(context, language)
    heard = complaints(page)
    found: list[str] = []
    for name, path in office.pages().items():
        answer = page.goto(office.line.url + path)
        assert answer is not None
        assert answer.status == 200, name
        page.evaluate("() => document.querySelectorAll('main details').forEach(part => part.open = true)")
        found += examine(page, f"{language} {name}")
    assert not found, "\n".join(found)
    assert heard == []


def focused(page: Page, selector: str, key: str = "Enter") -> None:
    """Press a key there, as without a mouse."""
    page.focus(selector)
    page.keyboard.press(key)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_left_out_is_told_on_pages_that_break_no_rule(
    office: Office, context: BrowserContext, language: str
) -> None:
    page = office.sign_in(context, language)
    found: list[str] = []
    for path, button in (
        (f"/cases/{office.first}/split", "main form[action$='/split'] button.primary"),
        (f"/cases/from/request/{office.request.id}", "main button[formaction$='/open']"),
    ):
        page.goto(office.line.url + path)
        page.evaluate("() => document.querySelectorAll('main form').forEach(form => form.noValidate = true)")
        page.evaluate("() => document.querySelectorAll('main details').forEach(part => part.open = true)")
        page.fill("main #f-title_vi", "")
        page.fill("main #f-title_en", "")
        focused(page, button)
        page.wait_for_selector("main [aria-invalid=true], main .error")
        found += examine(page, f"{language} {path}")
    assert not found, "\n".join(found)


def test_by_keyboard_a_case_is_split_off_begun_from_a_request_and_reopened(
    office: Office, context: BrowserContext
) -> None:
    page = office.sign_in(context)
    page.goto(f"{office.line.url}/cases/{office.first}/split")
    page.fill("#f-title_vi", "Nhánh ví")
    page.fill("#f-title_en", "The wallets")
    page.select_option("#f-purpose", "stop-funds")
    page.select_option("#f-legal_basis", "bilateral-arrangement")
    page.fill("#f-legal_basis_text", "Điều 4")
    focused(page, "main input[name=take] >> nth=0", "Space")
    focused(page, "main form[action$='/split'] button.primary")
    page.wait_for_selector("h1:text-is('The wallets')")
    page.goto(f"{office.line.url}/cases/from/request/{office.request.id}")
    page.evaluate("() => document.querySelectorAll('main details').forEach(part => part.open = true)")
    page.fill("#f-title_vi", "Từ yêu cầu")
    page.fill("#f-title_en", "From a request")
    focused(page, "main button[formaction$='/open']")
    page.wait_for_selector("h1:text-is('From a request')")
    page.goto(f"{office.line.url}/cases/{office.closed}")
    focused(page, "main summary:text-is('Change our part')")
    with page.expect_navigation():
        focused(page, "main button[value=reopen]")
    assert office.room.room(office.room.vn, office.closed).line.state != "closed"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hit_leads_into_a_case_from_a_page_that_breaks_no_rule(
    office: Office, context: BrowserContext, language: str
) -> None:
    page = office.sign_in(context, language)
    page.goto(f"{office.line.url}/intelligence/search")
    page.fill("main [name=words]", "hoa-sen-invest.example")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    link = f"main a[href^='/cases/from/intel/{office.object}']"
    page.wait_for_selector(link)
    found = examine(page, f"{language} hits")
    assert not found, "\n".join(found)
    focused(page, f"{link} >> nth=0")
    page.wait_for_url("**/cases/from/intel/**")
