"""The picture of a case in a real browser: the rules in both languages, by keyboard, without scripts, with a crowd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from lienlac import limits
from lienlac.people import sessions
from lienlac.records.shared.desk import Say
from lienlac.wire.bodies.cases import Case, Certainty, Entity, EntityKind, EntityRole, Relation
from lienlac.wire.bodies.hotline import DataIdentifier
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import complaints, examine
from tests.cases.scene import AMBER, Room, person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
PHONE = "+84 912 345 678"


class Desk:
    """Viet Nam's node on a loopback port: a case with three persons, an account and a domain, and another case."""

    def __init__(self, folder: Path) -> None:
        self.room = room = Room(folder)
        self.case = case = room.open()
        self.an = room.state(room.vn, case, person("Nguyễn Văn An", PHONE, role=EntityRole.SUSPECT))
        binh = room.state(room.vn, case, person("Lê Thị Bình"))
        room.state(room.vn, case, person("Chưa rõ ai"))
        account = Entity(kind=EntityKind.ACCOUNT, name="VCB 0071000123456", role=EntityRole.TOOL)
        domain = Entity(
            kind=EntityKind.DOMAIN,
            name="hoa-sen-invest.example",
            identifiers=(DataIdentifier(type="domain", value="hoa-sen-invest.example"),),
        )
        vcb, site = (room.state(room.vn, case, one) for one in (account, domain))
        for source, target, code in ((self.an, vcb, "uses"), (binh, vcb, "pays"), (self.an, site, "controls")):
            room.state(room.vn, case, Relation(source=source, target=target, relation=code, certainty=Certainty.LIKELY))
        self.other = room.open(top=Case(title_vi="Giả danh công an", title_en="Posing as police"))
        room.state(room.vn, self.other, person("Hoàng Văn Cường", "0912345678"))
        self.line = OnLoopback(room.vn.app, room.vn.node.hub)
        self.page_of = f"{self.line.url}/cases/{case}/graph"

    def sign_in(self, context: BrowserContext, language: str = "en") -> Page:
        side = self.room.vn
        opened = side.node.database.write(
            lambda connection: sessions.start(
                connection, self.room.lan, client="", now=side.clock.now(), chance=side.chance, proof="totp"
            )
        )
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": self.line.url}])
        page = context.new_page()
        page.goto(f"{self.line.url}/account")
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        return page

    def close(self) -> None:
        self.line.stop()
        self.room.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("case-graph"))
    yield made
    made.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(accept_downloads=True, reduced_motion="reduce")
    yield made
    made.close()


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".graph[data-ready]")


def picture(page: Page, what: str) -> Any:
    return page.evaluate(f"() => {{ const cy = document.querySelector('.graph').picture.cy; return {what}; }}")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_picture_of_a_case_breaks_no_rule(desk: Desk, context: BrowserContext, language: str) -> None:
    page = desk.sign_in(context, language)
    said = complaints(page)
    found: list[str] = []
    for path in (f"/{desk.an}", f"?from={desk.an}&to={desk.an}&k-person=1", "?from=le+thi&to=th", "?from=x&to=y"):
        drawn(page, desk.page_of + path)
        found += examine(page, f"{language} graph{path}")
    assert not found, "\n".join(found)
    assert said == []


def test_by_keyboard_an_entity_is_chosen_and_what_is_known_elsewhere_appears(
    desk: Desk, context: BrowserContext
) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    drawn(page, desk.page_of)
    page.focus("[data-stage]")
    for _ in range(6):
        if page.inner_text("[data-says]").startswith("Nguyễn Văn An"):
            break
        page.keyboard.press("ArrowRight")
    assert "Person · suspected · lines: 2" in page.inner_text("[data-says]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-nodes] a:text('VN-C-2026-000002')")
    assert "1 more around Nguyễn Văn An" in page.inner_text("[data-says]")
    assert page.locator("[data-edges] tr:has-text('both name +84912345678')").count() == 1
    page.keyboard.press("ArrowLeft")
    page.click("[data-nodes] a:text('VN-C-2026-000002')")
    page.wait_for_url(f"**/cases/{desk.other}/e/**")
    assert said == [], "nothing that the policy forbids"


def test_kinds_are_left_out_of_the_picture_and_of_the_table(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    drawn(page, desk.page_of)
    assert picture(page, "cy.nodes(':visible').length") == 5
    page.focus("[data-kind=person]")
    page.keyboard.press("Space")
    assert picture(page, "cy.nodes(':visible').length") == 2
    assert page.inner_text("[data-count-nodes]") == "2"
    assert page.locator("[data-nodes] tr:visible").count() == 2
    assert page.locator("[data-edges] tr:visible").count() == 0
    with page.expect_download() as waited:
        page.click("[data-act=svg]")
    names = ET.fromstring(waited.value.path().read_bytes()).iter("{http://www.w3.org/2000/svg}text")
    assert {one.text for one in names} == {"VCB 0071000123456", "hoa-sen-invest.example"}
    drawn(page, f"{desk.page_of}?k-domain=1")
    assert picture(page, "cy.nodes(':visible').length") == 1
    page.check("[data-kind=person]")
    assert page.locator("[data-nodes] tr:visible").count() == 4


def test_the_way_between_two_is_marked_and_said(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    drawn(page, desk.page_of)
    page.fill("[data-way-form] [name=from]", "le thi binh")
    page.fill("[data-way-form] [name=to]", "hoa-sen-invest.example")
    page.click("[data-way-form] button")
    page.wait_for_function("() => document.querySelector('[data-says]').textContent.includes('3 steps')")
    assert picture(page, "cy.edges('.way').length") == 3
    page.fill("[data-way-form] [name=to]", "Chưa rõ ai")
    page.click("[data-way-form] button")
    page.wait_for_function("() => document.querySelector('[data-says]').textContent.includes('No way')")


def test_the_ends_of_a_way_are_chosen_in_the_picture(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    drawn(page, desk.page_of)
    page.click("[data-act=from]")
    assert "Choose something" in page.inner_text("[data-says]")
    for name, act in (("Lê Thị Bình", "from"), ("Nguyễn Văn An", "to")):
        page.focus("[data-stage]")
        for _ in range(6):
            if page.inner_text("[data-says]").startswith(name):
                break
            page.keyboard.press("ArrowRight")
        page.focus(f"[data-act={act}]")
        page.keyboard.press("Enter")
        assert page.input_value(f"[data-way-form] [name={act}]") == name
    page.click("[data-way-form] button")
    page.wait_for_function("() => document.querySelector('[data-says]').textContent.includes('2 steps')")


def test_of_several_that_fit_a_person_chooses_one(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    drawn(page, desk.page_of)
    page.fill("[data-way-form] [name=from]", "thi binh")
    page.fill("[data-way-form] [name=to]", "a")
    page.click("[data-way-form] button")
    page.wait_for_selector("[data-way-form] fieldset")
    assert page.input_value("[name=from]") == "Lê Thị Bình", "some words of one name are enough"
    assert "choose below" in page.inner_text("[data-way-form] .error")
    page.wait_for_selector(".graph[data-ready]")
    page.check("[data-way-form] label:text-is('Nguyễn Văn An')")
    page.click("[data-way-form] button")
    page.wait_for_selector("ol.way li")
    assert page.locator("ol.way li").count() == 2


def test_without_scripts_the_same_stands_in_words(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = desk.sign_in(context)
    page.goto(desk.page_of)
    assert page.locator("[data-nodes] tr").count() == 5
    assert page.locator("[data-edges] tr").count() == 3
    page.uncheck("[data-kind=person]")
    page.click("[data-kinds] button")
    assert page.locator("[data-nodes] tr").count() == 2
    page.goto(desk.page_of)
    page.fill("[name=from]", "Lê Thị Bình")
    page.fill("[name=to]", "nguyen van an")
    page.click("[data-way-form] button")
    assert page.locator("ol.way li").count() == 2
    page.click("[data-node] a[aria-label='Neighbours of Nguyễn Văn An']")
    assert page.locator("[data-nodes] a:text('VN-C-2026-000002')").count() == 1
    context.close()


def test_the_picture_is_taken_out_and_the_whole_graph_by_the_node(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    drawn(page, desk.page_of)
    files = {}
    for form, button in (("png", "[data-act=png]"), ("svg", "[data-act=svg]"), ("graphml", "a:text-is('GraphML')")):
        with page.expect_download() as waited:
            page.click(button)
        files[form] = waited.value.path().read_bytes()
    assert files["png"].startswith(b"\x89PNG")
    assert "Nguyễn Văn An" in [one.text for one in ET.fromstring(files["svg"]).iter("{http://www.w3.org/2000/svg}text")]
    nodes = ET.fromstring(files["graphml"]).iter("{http://graphml.graphdrawing.org/xmlns}node")
    assert len(list(nodes)) == 5
    assert said == []


CROWD, LINES = 2_000, 3_000
KINDS_SHOWN = {place for place, kind in enumerate(EntityKind) if kind in {EntityKind.PERSON, EntityKind.ACCOUNT}}


@pytest.fixture(scope="module")
def crowded(desk: Desk) -> str:
    """A case of as many entities as a picture holds."""
    room = desk.room
    case = room.open(top=Case(title_vi="Đường dây lớn", title_en="A large ring"))
    kinds = list(EntityKind)
    states = room.vn.node.cases.shared.state
    ids: list[str] = []
    for start in range(0, CROWD, 500):
        says = [
            Say(says=Entity(kind=kinds[one % len(kinds)], name=f"Đối tượng {one}"), marks=AMBER)
            for one in range(start, start + 500)
        ]
        ids += [one.element for one in states(room.lan, case, says).statements]
    pairs = [(one // 20, one) for one in range(1, CROWD)]
    pairs += [(one, (one * 7 + 3) % CROWD) for one in range(LINES - len(pairs))]
    for start in range(0, len(pairs), 500):
        says = [
            Say(says=Relation(source=ids[a], target=ids[b], relation="uses"), marks=AMBER)
            for a, b in pairs[start : start + 500]
            if a != b
        ]
        states(room.lan, case, says)
    return case


def test_two_thousand_entities_are_drawn_and_move(desk: Desk, context: BrowserContext, crowded: str) -> None:
    page = desk.sign_in(context)
    drawn(page, f"{desk.line.url}/cases/{crowded}/graph")
    assert picture(page, "cy.nodes().length") == CROWD
    assert picture(page, "cy.edges().length") >= LINES - 5
    before = picture(page, "cy.pan()")
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 155, box["y"] + 85, steps=15)
    page.mouse.up()
    assert picture(page, "cy.pan()") != before
    page.uncheck("[data-kind=person]")
    assert picture(page, "cy.nodes(':visible').length") < CROWD


def test_beside_two_thousand_stands_a_leaf_of_the_tables(desk: Desk, context: BrowserContext, crowded: str) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    drawn(page, f"{desk.line.url}/cases/{crowded}/graph")
    assert page.locator("[data-nodes] tr").count() == limits.CASE_GRAPH_ROWS
    assert page.locator("[data-edges] tr").count() == limits.CASE_GRAPH_ROWS
    assert "1 to 100 of 2,000" in page.inner_text("nav[aria-label='Leaves of the table of things']")
    page.focus("nav[aria-label='Leaves of the table of things'] a:text-is('Next')")
    page.keyboard.press("Enter")
    page.wait_for_selector("nav[aria-label='Leaves of the table of things'] span:text-is('101 to 200 of 2,000')")
    assert page.evaluate("() => document.activeElement.textContent") == "Next"
    assert picture(page, "cy.nodes().length") == CROWD, "the picture stays as it is"
    page.uncheck("[data-kind=person]")
    page.wait_for_selector("nav[aria-label='Leaves of the table of things'] span:text('1 to 100 of 1,866')")
    assert page.locator("[data-nodes] td:text-is('Person')").count() == 0
    assert examine(page, "2,000") == []
    assert said == []


def test_without_scripts_every_leaf_of_the_tables_is_reached(desk: Desk, chromium: Browser, crowded: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/cases/{crowded}/graph?k-person=1&k-account=1")
    seen: list[str] = []
    while True:
        seen += page.locator("[data-nodes] th").all_inner_texts()
        following = page.locator("nav[aria-label='Leaves of the table of things'] a:text-is('Next')")
        if not following.count():
            break
        following.click()
    assert len(seen) == len(set(seen)) == sum(one % len(EntityKind) in KINDS_SHOWN for one in range(CROWD))
    context.close()
