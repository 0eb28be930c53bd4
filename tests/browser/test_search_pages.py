"""Search, the page of an object and its picture in a real browser: the rules in both languages, by keyboard, on a phone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from lienlac.intelligence.collection import Draft
from lienlac.people import sessions
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import complaints, examine
from tests.intelligence.scene import FEED, domain, id_of, indicator, malware, uid
from tests.intelligence.test_around import relationship
from tests.intelligence.test_search import report, sighting
from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
CENTRE = malware(1, name="GoldenTrade")
LABELS = ["fxp-rig"]


class Desk:
    """A node on a loopback port: a campaign round one app, a chain that leads further, an object with a history."""

    def __init__(self, folder: Any) -> None:
        (folder / "template").mkdir()
        self.house = house = House(make_template(folder / "template"), folder)
        self.collection = house.node.intelligence.create(house["giang"], Draft(title="Sàn hoa sen", ceiling="red"))
        self.bring(
            CENTRE,
            report(1, name="Báo cáo về sàn hoa sen", description="Bị hại: Đặng Thị Hồng.", labels=LABELS),
            indicator(1),
            indicator(1, "2026-11-05T00:00:00.000Z", name="Trang lừa đảo mới", labels=["a"]),
            indicator(2, revoked=True),
            domain(1, "hoa-sen-invest.example"),
            malware(2, name="Bản cài thứ hai"),
            malware(3, name="Máy chủ cuối"),
            relationship(1, id_of(indicator(1)), "indicates", id_of(CENTRE)),
            relationship(2, id_of(indicator(2)), "indicates", id_of(CENTRE)),
            relationship(3, id_of(CENTRE), "communicates-with", id_of(domain(1))),
            relationship(4, id_of(CENTRE), "uses", f"tool--{uid(9)}"),
            relationship(5, id_of(domain(1)), "related-to", id_of(malware(2))),
            relationship(6, id_of(malware(2)), "drops", id_of(malware(3))),
            sighting(1, id_of(CENTRE)),
            b'{"type": "indicator"}',
        )
        self.line = OnLoopback(house.app, house.node.hub)

    def bring(self, *raws: bytes) -> None:
        self.house.node.intelligence.bring(self.house["giang"], self.collection.id, list(raws), source=FEED)
        self.house.node.intelligence.indexing.catch_up()

    def sign_in(self, context: BrowserContext, language: str = "en") -> Page:
        house = self.house
        opened = house.database.write(
            lambda connection: sessions.start(
                connection, house["giang"], client="", now=house.clock.now(), chance=house.node.chance, proof="totp"
            )
        )
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": self.line.url}])
        page = context.new_page()
        page.goto(f"{self.line.url}/account")
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
        return page

    def stop(self) -> None:
        self.line.stop()
        self.house.shut()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("search"))
    yield made
    made.stop()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(accept_downloads=True, reduced_motion="reduce")
    yield made
    made.close()


def drawn(page: Page) -> None:
    page.wait_for_selector(".graph[data-ready]")


def picture(page: Page, what: str) -> Any:
    return page.evaluate(f"() => {{ const cy = document.querySelector('.graph').picture.cy; return {what}; }}")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_search_and_pictures_breaks_a_rule(desk: Desk, context: BrowserContext, language: str) -> None:
    page = desk.sign_in(context, language)
    found: list[str] = []
    centre = f"/intelligence/objects/{id_of(CENTRE)}"
    for path in (
        "/intelligence/search",
        centre,
        f"/intelligence/objects/{id_of(indicator(1))}",
        f"{centre}/graph",
        f"{centre}/way?to={id_of(malware(3))}",
    ):
        page.goto(desk.line.url + path)
        if "graph" in path or "way" in path:
            drawn(page)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        found += examine(page, f"{language} {path}")
    for typed, chosen in (("dang thi hong", ""), ("hoa-sen-invest.example", "domain")):
        page.goto(f"{desk.line.url}/intelligence/search")
        page.fill("#f-words", typed)
        page.select_option("#f-identifier", chosen)
        page.keyboard.press("Enter")
        page.click(".seek button.primary")
        page.wait_for_selector("#found table")
        found += examine(page, f"{language} found {typed}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_marks_and_of_identifiers_breaks_a_rule(desk: Desk, context: BrowserContext, language: str) -> None:
    """Forms as they are opened, with what is wrong in them, and with what was found; a kept search beside its form."""
    page = desk.sign_in(context, language)
    said = complaints(page)
    found: list[str] = []
    marks = f"{desk.line.url}/intelligence/{desk.collection.id}/objects/{id_of(CENTRE)}/marks"
    page.goto(marks)
    found += examine(page, f"{language} marks")
    page.fill("#f-grade_4x4", "Z9")
    page.click("button.primary")
    page.wait_for_selector("#f-grade_4x4[aria-invalid=true]")
    found += examine(page, f"{language} marks that are wrong")
    known = f"{desk.line.url}/known"
    page.goto(known)
    found += examine(page, f"{language} look-up")
    page.click("button.primary")
    for typed in ("hoa-sen-invest.example, 0912 345 678", "không có gì"):
        page.goto(known)
        page.fill("#f-text", typed)
        page.click("button.primary")
        page.wait_for_selector("#known" if "hoa-sen" in typed else "[aria-invalid=true]")
        found += examine(page, f"{language} looked up {typed}")
    page.goto(f"{desk.line.url}/intelligence/search")
    page.fill("#f-words", "hoa sen")
    page.click("details.keep summary")
    page.fill("#f-name", f"Sàn hoa sen và mọi tên miền có liên quan tới nó ({language})")
    page.click("details.keep button")
    page.wait_for_selector("nav.saved button")
    page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
    found += examine(page, f"{language} kept search")
    page.click("nav.saved button >> nth=0")
    page.wait_for_selector("nav.saved button[aria-current]")
    assert page.input_value("#f-words") == "hoa sen"
    assert not found, "\n".join(found)
    assert not [one for one in said if "422" not in one], said


def test_marks_are_set_by_keyboard_alone(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/intelligence/{desk.collection.id}/objects/{id_of(malware(2))}/marks")
    page.focus("#f-grade_4x4")
    page.keyboard.type("b2")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(id_of(malware(2))))
    assert "B2" in page.inner_text("main")


def test_a_search_by_keyboard_leads_to_the_object_and_to_its_picture(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    page.goto(f"{desk.line.url}/intelligence/search")
    page.focus("#f-words")
    page.keyboard.type("dang thi hong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found table")
    assert "dang" not in page.url
    page.focus("#found tbody a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#around")
    assert page.inner_text("h1") == "Báo cáo về sàn hoa sen"
    page.go_back()
    page.wait_for_selector("#found table")  # nothing asks whether to send the form once more
    assert page.input_value("#f-words") == "dang thi hong"
    page.reload()
    page.wait_for_selector("#found table")
    page.go_forward()
    page.wait_for_selector("#around")
    page.focus("#around a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: id_of(CENTRE) in url)
    assert "communicates with" in page.inner_text("#around")
    page.focus(".acts a.btn")
    page.keyboard.press("Enter")
    drawn(page)
    assert page.inner_text("[data-count-nodes]") == "7"
    assert said == []


def test_the_picture_is_worked_with_the_keyboard_alone(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/graph")
    drawn(page)
    page.focus("[data-stage]")
    assert page.inner_text("[data-says]").startswith("GoldenTrade · Malware")
    names = page.locator("[data-nodes] tr").all_inner_texts()
    for _ in range(len(names)):
        page.keyboard.press("ArrowRight")
        if page.inner_text("[data-says]").startswith("hoa-sen-invest"):
            break
    assert page.get_attribute("[data-chosen]", "data-node") == id_of(domain(1))
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-node="{id_of(malware(2))}"]')
    assert "1 more around hoa-sen-invest[.]example" in page.inner_text("[data-says]")
    zoom = picture(page, "cy.zoom()")
    page.keyboard.press("+")
    assert picture(page, "cy.zoom()") > zoom
    page.keyboard.press("0")
    assert said == [], "nothing that the policy forbids"


def test_a_way_is_drawn_and_said(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/graph")
    drawn(page)
    page.fill("#graph-to", id_of(malware(3)))
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-node="{id_of(malware(3))}"]')
    page.wait_for_function("() => document.querySelector('[data-says]').textContent.includes('3 steps')")
    assert picture(page, "cy.edges('.way').length") == 3
    page.fill("#graph-to", f"malware--{uid(77)}")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('[data-says]').textContent.includes('No way')")


def test_without_scripts_the_same_stands_in_words(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/graph")
    assert page.locator("[data-nodes] tr").count() == 7
    assert page.locator("[data-edges] tr").count() == 6
    assert page.locator("[data-stage]").is_hidden()
    page.fill("#graph-to", id_of(malware(3)))
    page.click("[data-way-form] button")
    assert page.locator("ol.way li").all_inner_texts()[-1] == "→ drops Máy chủ cuối"
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/way?to=malware--{uid(77)}")
    assert "No way was found through what you may see." in page.inner_text("main")
    context.close()


def test_the_picture_is_taken_out_in_three_forms(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    said = complaints(page)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/graph")
    drawn(page)
    files = {}
    for form in ("png", "svg", "graphml"):
        with page.expect_download() as waited:
            page.click(f"[data-act={form}]")
        files[form] = waited.value.path().read_bytes()
    assert files["png"].startswith(b"\x89PNG")
    outline = ET.fromstring(files["svg"])
    assert "GoldenTrade" in [one.text for one in outline.iter("{http://www.w3.org/2000/svg}text")]
    graph = ET.fromstring(files["graphml"])
    nodes = list(graph.iter("{http://graphml.graphdrawing.org/xmlns}node"))
    assert {one.get("id") for one in nodes} >= {id_of(CENTRE), f"tool--{uid(9)}"}
    assert len(list(graph.iter("{http://graphml.graphdrawing.org/xmlns}edge"))) == 6
    assert said == []


def test_two_thousand_things_still_move(desk: Desk, context: BrowserContext) -> None:
    """Every node is one of a crowd that the page is given; what is asked is that it draws, moves and says what it left out."""
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(CENTRE)}/graph")
    drawn(page)
    node = {
        "kind": "indicator",
        "says": "Indicator",
        "shape": "triangle",
        "tone": "red",
        "path": "/x",
        "expands": "",
        "note": "",
    }
    crowd = {
        "nodes": [{**node, "id": f"indicator--{number}", "label": f"Trang {number}"} for number in range(2_100)],
        "edges": [
            {"id": f"e{number}", "source": f"indicator--{number // 20}", "target": f"indicator--{number}", "label": "uses", "kind": "reference"}
            for number in range(1, 2_000)
        ],
        "more": [],
    }  # fmt: skip
    page.evaluate(f"() => document.querySelector('.graph').picture.add({json.dumps(crowd)}, '{id_of(CENTRE)}')")
    assert page.inner_text("[data-count-nodes]") == "2000"
    assert "holds 2000 things" in page.inner_text("[data-says]")
    for layout in ("force", "circles", "grid"):
        page.select_option("[data-layout]", layout)
        assert (
            picture(
                page,
                "new Set(cy.nodes().map(one => `${Math.round(one.position().x)} ${Math.round(one.position().y)}`)).size",
            )
            > 1_900
        )
    before = picture(page, "cy.pan()")
    box = page.locator("[data-stage]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 155, box["y"] + 85, steps=15)
    page.mouse.up()
    assert picture(page, "cy.pan()") != before


def test_what_changed_is_shown_and_the_bytes_are_those_that_came(desk: Desk, context: BrowserContext) -> None:
    page = desk.sign_in(context)
    page.goto(f"{desk.line.url}/intelligence/objects/{id_of(indicator(1))}")
    assert page.locator(".changed del").all_inner_texts() == ["Trang lừa đảo số 1"]
    assert "Trang lừa đảo mới" in page.locator(".changed ins").all_inner_texts()
    with page.expect_download() as waited:
        page.click("text=Save its bytes")
    raw = indicator(1, "2026-11-05T00:00:00.000Z", name="Trang lừa đảo mới", labels=["a"])
    assert waited.value.path().read_bytes() == raw
    page.click("table.cards tbody tr:nth-child(2) th a")
    assert "This is an older version." in page.inner_text("main")
