"""The duty desk's own pages with real requests on them: the same rules, both languages, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.hotline.kinds import BY_NAME
from lienlac.people import sessions
from lienlac.storage.database import Database
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.hotline.scene import freeze_form, make_stage, preserve_form
from tests.hotline.webscene import Door

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
PICK = """id => {
    const form = document.getElementById("pick"), box = document.createElement("input");
    Object.assign(box, {type: "checkbox", name: "pick", value: id, checked: true});
    form.append(box);
    form.submit();
}"""
"""Selects a request in the inbox and acknowledges what is selected."""


class Desk:
    """Viet Nam's duty desk with incoming requests: overdue, being clarified, in time, with endless words."""

    def __init__(self, new_database: Any) -> None:
        self.stage = make_stage(new_database)
        us, self.door = Door(self.stage, self.stage.us), Door(self.stage, self.stage.vn, "vi")
        asking, answering = us.program(), self.door.program()
        self.requests: list[str] = []
        endless = preserve_form(custodian="W" * 290, facts="https://example.org/" + "a" * 900, location="L" * 280)
        for form in (freeze_form(), freeze_form(), freeze_form(), preserve_form(), endless):
            self.requests.append(asking.post("/api/requests", form).json()["id"])
            self.stage.deliver()
            self.stage.clock.turn(minutes=40)
        answering.post(f"/api/requests/{self.requests[1]}/acknowledge")
        answering.post(f"/api/requests/{self.requests[1]}/ask", {"question": "Chi nhánh nào mở tài khoản?"})
        self.stage.deliver()
        self.line = OnLoopback(self.door.app, self.door.hub)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    opened: list[Database] = []

    def new_database() -> Database:
        opened.append(Database.open(f"sqlite:///{folder / str(len(opened))}.db", synchronous="off"))
        opened[-1].create_all()
        return opened[-1]

    made = Desk(new_database)
    yield made
    made.line.stop()
    for database in opened:
        database.close()


def signed_in(desk: Desk, context: BrowserContext) -> Page:
    """The duty officer's inbox in a new window."""
    page = context.new_page()
    page.goto(desk.line.url + "/sign-in?next=/requests")
    desk.stage.clock.turn(seconds=31)
    sign_in(desk, page)
    return page


def sign_in(desk: Desk, page: Page) -> None:
    """By keyboard alone: the first field has the focus."""
    page.wait_for_selector("#f-login:focus")
    page.keyboard.type("duty")
    page.keyboard.press("Tab")
    page.keyboard.type(desk.door.made.password)
    page.keyboard.press("Tab")
    page.keyboard.type(desk.door.code())
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def heard(desk: Desk, page: Page) -> None:
    """Until the page is listening: this one, not one of a test before it."""
    page.wait_for_selector("[data-connected-before]", state="attached")
    assert len(desk.door.hub)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_duty_desk_breaks_a_rule(desk: Desk, chromium: Browser, language: str) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    complaints: list[str] = []
    page.on("console", lambda line: line.type in {"error", "warning"} and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.click(f"button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    found = []
    for path in (
        "/",
        "/requests",
        f"/requests/{desk.requests[0]}",
        f"/requests/{desk.requests[1]}",
        f"/requests/{desk.requests[3]}",
        f"/requests/{desk.requests[4]}",
        "/requests/new",
        *(f"/requests/new/{kind}" for kind in BY_NAME),
        f"/requests/{desk.requests[0]}/access",
    ):
        page.goto(desk.line.url + path)
        page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")
        found += examine(page, path)
    page.goto(desk.line.url + "/requests")
    page.evaluate(PICK, desk.requests[1])  # somebody else was quicker
    page.wait_for_selector("main .notice.warn")
    assert page.locator(f"main a[href='/requests/{desk.requests[1]}']").count() == 1
    found += examine(page, "what could not be acknowledged")
    context.close()
    assert not found + complaints, "\n".join(found + complaints)


def test_a_new_request_is_seen_wherever_the_officer_is(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.goto(desk.line.url + "/requests/new/preserve-data")
    page.fill("#f-data", "half a sentence")
    heard(desk, page)
    before = int(page.locator("#alert").get_attribute("data-count") or 0)
    made = desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()
    desk.door.hub.notify("requests", made.id)
    page.wait_for_selector(f"#alert[data-count='{before + 1}']")
    page.wait_for_function(f"() => document.title.startsWith('({before + 1}) ')")
    assert page.locator("#places .badge").count() == 1
    assert page.input_value("#f-data") == "half a sentence"
    context.close()


def test_what_waits_is_shown_by_the_stream_itself_although_nothing_else_can_be_fetched(
    desk: Desk, chromium: Browser
) -> None:
    """Of a thousand pages each waits its turn to ask for its pieces; that something waits is shown at once."""
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.goto(desk.line.url + "/account")
    heard(desk, page)
    page.route("**/live/beside*", lambda route: route.abort())
    token = page.locator("#whose").get_attribute("data-csrf")
    before = int(page.locator("#alert").get_attribute("data-count") or 0)
    made = desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()
    desk.door.hub.notify("requests", made.id)
    page.wait_for_selector(f"#alert[data-count='{before + 1}']")
    page.wait_for_function(f"() => document.title.startsWith('({before + 1}) ')")
    assert page.locator("#whose").get_attribute("data-csrf") == token
    assert page.locator("#alert p.alarm a").first.get_attribute("href").startswith("/requests/req-")
    context.close()


def test_typed_words_and_open_lists_survive_what_arrives(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#f-words", "0071")
    page.select_option("#f-kind", "hotline.preserve-data")
    page.check("#inbox input[name=pick] >> nth=0")
    picked = page.locator("#inbox input[name=pick]:checked").get_attribute("value")
    page.focus("#f-words")
    heard(desk, page)
    made = desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()
    desk.door.hub.notify("requests", made.id)
    page.wait_for_selector(f"#row-{made.id}")
    assert page.locator("#inbox input[name=pick]:checked").get_attribute("value") == picked
    assert page.locator("[data-picked]").text_content() == "1"
    assert not [url for url in asked if "/requests/rows" in url or "/beside" in url], "they come down the stream"
    assert page.input_value("#f-words") == "0071"
    assert page.input_value("#f-kind") == "hotline.preserve-data"
    assert page.evaluate("document.activeElement.id") == "f-words"
    context.close()


def test_the_focus_on_a_line_stays_there_when_lines_arrive_and_forms_go_on_working(
    desk: Desk, chromium: Browser
) -> None:
    """A hundred calls at once end in the inbox that several look at: nobody loses their place or their token."""
    context = chromium.new_context()
    page = signed_in(desk, context)
    heard(desk, page)
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.href")
    assert "/requests/req-" in focused
    made = [desk.door.stage.us.open(freeze_form()).id for _ in range(2)]
    desk.stage.deliver()
    desk.door.hub.notify("requests", made[0])
    page.wait_for_selector(f"#row-{made[1]}")
    assert page.evaluate("document.activeElement.href") == focused
    page.check(f"#row-{made[0]} input[name=pick]")
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.form.id") == "pick"
    page.keyboard.press("Enter")
    page.wait_for_selector("main .notice.good")
    page.goto(f"{desk.line.url}/requests/{made[0]}")
    assert page.locator("#step-acknowledge").count() == 0
    context.close()


def test_what_cannot_be_sent_down_the_stream_is_asked_for(
    desk: Desk, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.limits.LIVE_VIEWS_PER_ROUND", 0)
    context = chromium.new_context()
    page = signed_in(desk, context)
    heard(desk, page)
    made = desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()
    with page.expect_response("**/requests/rows?*"):
        desk.door.hub.notify("requests", made.id)
    page.wait_for_selector(f"#row-{made.id}")
    context.close()


def test_a_request_is_acknowledged_and_refused_without_a_mouse(desk: Desk, chromium: Browser) -> None:
    made = desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()
    context = chromium.new_context(reduced_motion="reduce")
    page = signed_in(desk, context)

    def tab_to(selector: str) -> None:
        """Only with the keyboard; what has the focus must show it."""
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                ring = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
                assert ring != "none", selector
                return
        raise AssertionError(f"{selector} cannot be reached")

    tab_to(f"#row-{made.id} a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{made.id}")
    tab_to("#step-acknowledge button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-refuse")
    tab_to("#step-refuse > summary")
    page.keyboard.press("Enter")
    tab_to("#step-refuse select")
    page.keyboard.press("ArrowDown")
    tab_to("#step-refuse textarea")
    page.keyboard.type("Không nắm giữ.")
    tab_to("#step-refuse .row button")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value=yes]")
    tab_to("button[value=yes]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#status .tag.bad")
    context.close()


def test_a_long_form_is_not_left_by_a_wrong_click(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.goto(desk.line.url + "/requests/new/preserve-data")
    page.fill("#f-facts", "An hour's work.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click("#places a >> nth=0")
    page.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/requests/new/preserve-data")
    page.click("main .row button.primary")
    page.wait_for_selector(".field.wrong")
    assert asked == ["beforeunload"], "sending asks nothing"
    context.close()


def test_paper_carries_the_request_and_no_navigation(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.goto(f"{desk.line.url}/requests/{desk.requests[0]}")
    page.emulate_media(media="print")
    for gone in (".side", "#alert p", ".acts", "#steps"):
        assert page.locator(gone).first.is_hidden(), gone
    assert page.locator("p.print-only").is_visible()
    assert page.locator("#deadlines table").is_visible(), "what is folded away on the screen is printed"
    assert page.evaluate("() => getComputedStyle(document.querySelector('.frame')).backgroundImage") == "none"
    context.close()


def test_a_tab_in_the_background_asks_once_a_minute_what_waits(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.clock.install()
    page.goto(desk.line.url + "/account")
    page.evaluate("() => Object.defineProperty(document, 'hidden', { get: () => true })")
    before = int(page.locator("#alert").get_attribute("data-count") or 0)
    desk.door.stage.us.open(freeze_form())
    desk.stage.deliver()  # and nobody tells the page
    page.clock.fast_forward(61_000)
    page.wait_for_selector(f"#alert[data-count='{before + 1}']")
    context.close()


def test_a_page_whose_session_has_ended_says_so_and_stays(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signed_in(desk, context)
    page.goto(desk.line.url + "/requests/new/preserve-data")
    page.fill("#f-facts", "An hour's work.")
    heard(desk, page)
    assert page.locator(".live-out").is_hidden()
    database, officer = desk.door.side.database, desk.door.made.officer
    database.write(lambda connection: sessions.end_all(connection, officer))
    desk.door.hub.close()  # the line breaks; the page calls again and is not let in
    page.wait_for_selector(".live-out", state="visible")
    assert page.input_value("#f-facts") == "An hour's work."
    with context.expect_page() as opened:
        page.click(".live-out a")
    desk.stage.clock.turn(seconds=31)
    sign_in(desk, opened.value)
    page.wait_for_selector(".live-out", state="hidden")
    page.click("main .row button.primary")
    page.wait_for_selector(".field.wrong")  # the form was read: what is missing is named
    assert page.input_value("#f-facts") == "An hour's work."


def test_the_way_back_after_signing_out_shows_no_case(desk: Desk, chromium: Browser) -> None:
    """A shared machine: the next person presses "back" through the last officer's pages."""
    context = chromium.new_context(locale="vi-VN")
    page = signed_in(desk, context)
    for name in desk.requests[:2]:
        page.goto(f"{desk.line.url}/requests/{name}")
        assert "0071000123456" in page.content()
    page.locator("form[action='/sign-out'] button").first.click()
    page.wait_for_url("**/sign-in*")
    for _ in range(4):
        page.go_back()
        page.wait_for_load_state()
        assert "0071000123456" not in page.content(), page.url
    context.close()
