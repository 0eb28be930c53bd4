"""The duty desk's own pages with real requests on them: the same rules, both languages, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.storage.database import Database
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.hotline.scene import freeze_form, make_stage, preserve_form
from tests.hotline.webscene import Door

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


class Desk:
    """Viet Nam's duty desk with five incoming requests: overdue ones, one being clarified, one in time."""

    def __init__(self, new_database: Any) -> None:
        self.stage = make_stage(new_database)
        us, self.door = Door(self.stage, self.stage.us), Door(self.stage, self.stage.vn, "vi")
        asking, answering = us.program(), self.door.program()
        self.requests: list[str] = []
        for form in (freeze_form(), freeze_form(), freeze_form(), preserve_form()):
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


@pytest.mark.parametrize(("language", "theme"), [("vi", "light"), ("en", "dark")])
def test_no_page_of_the_duty_desk_breaks_a_rule(desk: Desk, chromium: Browser, language: str, theme: Any) -> None:
    context = chromium.new_context(color_scheme=theme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: line.type in {"error", "warning"} and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(desk.line.url + "/sign-in")
    desk.stage.clock.turn(seconds=31)
    page.fill("#f-login", "duty")
    page.fill("#f-password", desk.door.made.password)
    page.fill("#f-code", desk.door.code())
    page.click("button.primary")
    page.wait_for_url("**/requests*")
    page.click(f"button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    found = []
    for path in (
        "/requests",
        f"/requests/{desk.requests[0]}",
        f"/requests/{desk.requests[1]}",
        f"/requests/{desk.requests[3]}",
        "/requests/new",
        "/requests/new/freeze-payment",
        "/requests/new/preserve-data",
    ):
        page.goto(desk.line.url + path)
        page.evaluate("() => document.querySelectorAll('details').forEach(part => part.open = true)")
        found += examine(page, path)
    context.close()
    assert not found + complaints, "\n".join(found + complaints)
