"""Both nodes side by side, each in a browser of its own: a hot case, a programme and a delegation worked by two officers.

The nodes are processes, paired and agreed by the commands that a person would type; between them is the real line. One
side reads Vietnamese, the other English. A page that "looks on" is loaded once and must show by itself what the other
side has said.
"""

from __future__ import annotations

import contextlib
import io
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyotp
import pypdf
import pytest

from lienlac.clock import SystemClock
from lienlac.programmes.indicators.quarter import Quarter
from tests.chaos.processes import SIDES, LiveNode, LivePair, freeze_form, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NOTE = "Nguồn tin này chưa được kiểm chứng."
NARROWED = "Tài khoản chưa công bố 0987"
BASIS = {"purpose": "prevent-crime", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Điều 4"}
PATIENCE_MS = 20_000
"""Longest wait for what the other side has said; on a quiet machine it is there in less than one second."""


class Officer:
    """One officer's browser at one node: a page to write on, and pages that look on."""

    def __init__(self, node: LiveNode, browser: Browser) -> None:
        self.node, self.zone = node, SIDES[node.side][4]
        self.context = browser.new_context(locale=SIDES[node.side][3], accept_downloads=True)
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page = self._page()
        self._sign_in()

    def _page(self) -> Page:
        page = self.context.new_page()
        page.on("console", lambda line: line.type in {"error", "warning"} and self.complaints.append(line.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _sign_in(self) -> None:
        page = self.go("/sign-in")
        page.fill("#f-login", self.node.account["login"])
        page.fill("#f-password", self.node.account["password"])
        page.fill("#f-code", pyotp.TOTP(self.node.account["totp_secret"]).now())
        self.send("button.primary")
        if page.url.endswith("/account/first-password"):
            page.fill("#f-old", self.node.account["password"])
            self.node.account["password"] = secrets.token_urlsafe(24)
            page.fill("#f-password", self.node.account["password"])
            page.fill("#f-again", self.node.account["password"])
            self.send("main button.primary")
        page.wait_for_selector("#bell")
        assert page.get_attribute("html", "lang") == SIDES[self.node.side][3]

    def go(self, path: str) -> Page:
        self.page.goto(self.node.url + path)
        return self.page

    @contextlib.contextmanager
    def looks_on(self, path: str) -> Iterator[Page]:
        """A page that is loaded once; at the end it must still be the same one."""
        page = self._page()
        page.goto(self.node.url + path)
        with page.expect_response(lambda answer: "/live?" in answer.url):
            page.reload()
        page.evaluate("() => { window.stayed = true; }")
        yield page
        assert page.evaluate("() => window.stayed === true"), "it was loaded again"
        page.close()

    def write(self, path: str, **fields: Any) -> str:
        """Fill a form in and send it; where that leads. Names of fields have a `__` where the page has a dot."""
        page = self.go(path)
        for name, value in fields.items():
            fill(page, name.replace("__", "."), value)
        return self.send("main form.form .primary")

    def send(self, button: str) -> str:
        """Click on it; the path of the page where it leads, which must tell of no mistake."""
        click(self.page, button)
        assert self.page.locator("main .notice.bad, main .wrong").all_inner_texts() == []
        return self.page.url.removeprefix(self.node.url)

    def typed(self, at: datetime) -> str:
        """An instant as this officer types it."""
        return at.astimezone(ZoneInfo(self.zone)).strftime("%d/%m/%Y %H:%M")

    def file(self, link: str) -> bytes:
        """What a link on this page lets one save."""
        with self.page.expect_download() as waited:
            self.page.click(link)
        return Path(waited.value.path()).read_bytes()


def click(page: Page, button: str) -> None:
    """Click on what leads to another page, and wait until that is there."""
    page.evaluate("() => { window.before = true; }")
    page.click(button)
    page.wait_for_function("() => !window.before && document.readyState === 'complete'")


def fill(page: Page, name: str, value: str) -> None:
    """Type, choose or tick."""
    fields = page.locator(f'main form.form [name="{name}"]')
    kind = fields.first.evaluate("one => one.type")
    if kind == "select-one":
        fields.select_option(value)
    elif kind in {"radio", "checkbox"}:
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        page.check(f'[name="{name}"][value="{value}"]')
    else:
        fields.fill(value)


class Both:
    """The pair, and an officer at each."""

    def __init__(self, pair: LivePair, browser: Browser) -> None:
        self.pair = pair
        self.vn, self.us = Officer(pair.vn, browser), Officer(pair.us, browser)

    def share(self, subject: str, title: str, **top: str) -> str:
        """Viet Nam opens a record and invites; the United States see it come and take part. Its address."""
        vn, us = self.vn, self.us
        record = vn.write(f"{subject}/new", title_vi=title, title_en=f"{title} (en)", **BASIS, **top)
        with vn.looks_on(record) as ours, us.looks_on(subject) as theirs:
            vn.write(f"{record}/members", node=us.node.node_id, summary__vi="Mời cùng tham gia.")
            theirs.wait_for_selector(f"a[href='{record}/members'] >> text={title} (en)")
            assert ours.locator("aside .tag.good").count() == 1
            us.go(f"{record}/members")
            assert us.page.is_visible("main >> text=Mời cùng tham gia.")
            us.send("button[value=accept]")
            ours.wait_for_function("() => document.querySelectorAll('aside .tag.good').length === 2")
        us.go(record)
        us.page.wait_for_selector(".card h2:text('Nút Việt Nam'), .card h2:text('Viet Nam node')")
        return record


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Both]:
    pair = LivePair.plan(tmp_path_factory.mktemp("both"))
    try:
        pair.make()
        yield Both(pair, chromium)
    finally:
        pair.stop()


@pytest.fixture(scope="module")
def case(both: Both) -> str:
    next_update = SystemClock().now() + timedelta(hours=4)
    return both.share(
        "/cases", "Sàn ngoại hối giả", typologies="fxp-rig", hot="critical", next_update=both.vn.typed(next_update),
        lead_name="Trần Thanh Bình", summary__vi="Đối tượng lập sàn giả.", summary__en="A fake platform.",
    )  # fmt: skip


def test_a_hot_case_is_worked_from_both_windows(both: Both, case: str) -> None:
    vn, us = both.vn, both.us
    assert us.go("/cases").is_visible("main .tag:text('Hot')")
    assert vn.go("/cases").is_visible("main .tag:text('Nóng')")
    with us.looks_on(f"{case}/entities") as theirs, vn.looks_on(f"{case}/entities") as ours:
        vn.write(f"{case}/entities/new", kind="person", name="Nguyễn Văn Thành", identifiers="+84 912 345 678")
        theirs.wait_for_selector("th.what >> text=Nguyễn Văn Thành")
        us.write(f"{case}/entities/new", kind="domain", name="goldentrade-fx.example")
        ours.wait_for_selector("th.what >> text=goldentrade-fx.example")
    with vn.looks_on(f"{case}/relations") as ours, us.looks_on(f"{case}/graph"):
        us.go(f"{case}/relations/new")
        us.page.select_option("#f-source", label="Nguyễn Văn Thành")
        us.page.select_option("#f-target", label="goldentrade-fx.example")
        us.page.select_option("#f-relation", "controls")
        us.send("main form.form .primary")
        ours.wait_for_selector("th.what >> text=Nguyễn Văn Thành")
    with us.looks_on(f"{case}/timeline") as theirs, vn.looks_on(f"{case}/history") as ours:
        vn.write(f"{case}/timeline/new", at="18/11/2026 09:40", text__vi="Tiền vào tài khoản.", certainty="certain")
        theirs.wait_for_selector("th.what >> text=Tiền vào tài khoản.")
        us.write(f"{case}/discussion", text__en="Which bank is it?")
        us.write(f"{case}/timeline/new", at="18/11/2026 09:45", text__en="Site goes dark.")
        ours.wait_for_selector("#record >> text=Site goes dark.")
    assert vn.go(f"{case}/discussion").is_visible("#h-talk ~ ul >> text=Which bank is it?")


def test_a_task_is_asked_here_and_done_there(both: Both, case: str) -> None:
    vn, us = both.vn, both.us
    due = vn.typed(SystemClock().now() + timedelta(days=2))
    with us.looks_on(f"{case}/board") as theirs:
        task = vn.write(
            f"{case}/tasks/new", text__vi="Xác minh nhà đăng ký tên miền", owner=us.node.node_id, status="todo", due=due
        )
        theirs.wait_for_selector("section[aria-labelledby=h-todo] >> text=Xác minh nhà đăng ký tên miền")
        with vn.looks_on(task) as ours:
            us.write(f"{task}/state", status="done", result__en="The registrar has suspended it.")
            ours.wait_for_selector(".card.theirs >> text=The registrar has suspended it.")
            assert ours.is_visible(".card.ours >> text=Xác minh nhà đăng ký tên miền"), "each side has its column"
        theirs.wait_for_selector("section[aria-labelledby=h-done] >> text=Xác minh nhà đăng ký tên miền")


def test_what_one_types_and_opens_stays_while_the_other_writes(both: Both, case: str) -> None:
    vn, us = both.vn, both.us
    with us.looks_on(f"{case}/discussion") as theirs, us.looks_on(f"{case}/members") as members:
        theirs.fill("#f-text", "half a sentence")
        members.click("summary:text('Take part no longer')")
        members.fill("#f-text", "not yet")
        vn.write(f"{case}/discussion", text__vi="Vietcombank.")
        theirs.wait_for_selector("#h-talk ~ ul >> text=Vietcombank.")
        members.wait_for_function(
            "() => performance.getEntriesByType('resource').some(one => /members$/.test(one.name))"
        )
        assert theirs.input_value("#f-text") == "half a sentence"
        assert members.input_value("#f-text") == "not yet"
        assert members.is_visible("#f-text"), "what was opened stays open"
        for page in (theirs, members):
            page.evaluate("() => document.querySelectorAll('form').forEach(one => delete one.dataset.typed)")


def test_notes_and_narrowed_facts_are_nowhere_at_the_other(both: Both, case: str) -> None:
    """A note of one side, and a fact for nobody else: on no page of the partner's, and it holds no fact of it."""
    vn, us = both.vn, both.us
    vn.write(f"{case}/notes", text=NOTE)
    vn.write(f"{case}/entities/new", kind="account", name=NARROWED, audience="some")
    for path, words in ((f"{case}/notes", NOTE), (f"{case}/entities", NARROWED), (f"{case}/history", NARROWED)):
        assert words in vn.go(path).content(), "it is here"
    with us.looks_on(f"{case}/entities") as theirs:
        vn.write(f"{case}/entities/new", kind="account", name="Tài khoản sau cùng")
        theirs.wait_for_selector("th.what >> text=Tài khoản sau cùng")
    us.go(f"{case}/entities")
    us.page.fill("#f-words", NARROWED[:8])
    us.send("form[role=search] button")
    assert us.page.is_visible("th.what >> text=Tài khoản sau cùng"), "the search finds"
    seen = us.page.content()
    for path in ("", "/entities", "/history", "/notes", "/graph", "/discussion", "/duplicates"):
        seen += us.go(case + path).content()
    assert NARROWED not in seen
    assert NOTE not in seen
    with us.node.client() as program:
        told = str(program.record_elements("cases", case.rpartition("/")[2], "entity"))
    assert "Tài khoản sau cùng" in told
    assert NARROWED not in told


def test_the_situation_report_is_saved_on_both_sides(both: Both, case: str) -> None:
    for officer, words in ((both.vn, "Sàn ngoại hối giả"), (both.us, "Sàn ngoại hối giả (en)")):
        officer.go(case)
        paper = officer.file("a[href$='/situation.pdf']")
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages]
        text = " ".join(" ".join(pages).split())  # lines break where the columns are narrow
        assert words in text
        assert "Nguyễn Văn Thành" in text
        assert (NARROWED in text) == (officer is both.vn)


def test_a_programme_is_signed_counted_and_its_report_countersigned(both: Both) -> None:
    vn, us = both.vn, both.us
    now = SystemClock().now()
    quarter = Quarter.of(now)
    with us.node.client() as program:
        request = program.open(freeze_form("BOTH-1")).id
    programme = both.share(
        "/programmes", "Chương trình chống lừa đảo", typologies="fxp", from_day=f"01/01/{now.year - 1}",
        until_day=f"31/12/{now.year + 1}", phase="running",
    )  # fmt: skip
    with vn.looks_on(programme) as ours:
        for officer in (vn, us):
            officer.go(programme)
            officer.send("form[action$='/sign'] .primary")
        ours.wait_for_function("() => document.querySelectorAll('[aria-labelledby=h-signed] .tag.good').length === 2")
    with us.looks_on(f"{programme}/board") as theirs:
        vn.write(
            f"{programme}/commitments/new", title__vi="Đầu mối tại mỗi ngân hàng", owner=us.node.node_id,
            due=vn.typed(now + timedelta(days=30)),
        )  # fmt: skip
        theirs.wait_for_selector(".pinned >> text=Đầu mối tại mỗi ngân hàng")
    with vn.node.client() as program:
        wait_for(lambda: request in {one.id for one in program.requests().requests}, "the request does not arrive")
    for officer in (vn, us):
        counted = officer.go(f"{programme}/figures?quarter={quarter.name}").locator(".kpi b").first
        assert counted.inner_text() == "1", "one request of the United States, counted by both nodes"
    report = f"{programme}/reports/{quarter.before.name}"
    with vn.looks_on(f"{report}?with={us.node.node_id}") as ours:
        vn.go(report)
        vn.send("form[action*='/state'] .primary")
        us.go(f"{programme}/reports")
        us.page.wait_for_selector(f"#record table a[href^='{report}']")
        us.go(report)
        us.page.wait_for_selector("form[action*='/countersign']")
        us.send("form[action*='/countersign'] .primary")
        ours.wait_for_selector("#record tr .tag.good")
        assert ours.locator("form[action*='/countersign']").count() == 0, "the one signature is enough"
    assert us.file(f"a[href*='of={vn.node.node_id}']:text('PDF')").startswith(b"%PDF-")


def test_minutes_are_agreed_paragraph_by_paragraph_and_signed(both: Both) -> None:
    vn, us = both.vn, both.us
    starts = SystemClock().now() + timedelta(days=40)
    visit = both.share(
        "/delegations", "Đoàn công tác", form="visit", level="department", place="Hà Nội", country="VN",
        starts=vn.typed(starts), ends=vn.typed(starts + timedelta(days=2)),
    )  # fmt: skip
    texts = (("Hai bên trao đổi hằng tuần.", "Both exchange every week."), ("Gặp lại mùa thu.", "Meet in autumn."))
    minutes = f"{visit}/minutes"
    with us.looks_on(minutes) as theirs, vn.looks_on(minutes) as ours:
        for number, (vi, en) in enumerate(texts, 1):
            vn.write(f"{visit}/paragraphs/new", number=str(number), text__vi=vi, text__en=en)
            theirs.wait_for_selector(f"#record >> text={en}")
            click(theirs, "form[action$='/agree'] button")
            theirs.evaluate("() => { window.stayed = true; }")
            ours.wait_for_function(f"() => document.querySelectorAll('#record h2 .tag.good').length === {number}")
        for officer, name in ((vn, "Trưởng đoàn"), (us, "Head of delegation")):
            officer.write(minutes, signatory=name)
        ours.wait_for_selector("#record >> text=Head of delegation")
        theirs.wait_for_selector("#record >> text=Trưởng đoàn")
    for officer, words in ((vn, "Trưởng đoàn"), (us, "Head of delegation")):
        officer.go(minutes)
        text = " ".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(officer.file("a[href$='/minutes/paper']"))).pages
        )
        assert words in " ".join(text.split())


def test_nobody_agrees_to_a_wording_that_came_while_he_read(both: Both) -> None:
    """The text on an open page is renewed; the button under it is still about what stood there before."""
    vn, us = both.vn, both.us
    visit = both.share("/delegations", "Đoàn thứ hai", form="virtual", level="department")
    paragraph = vn.write(f"{visit}/paragraphs/new", number="1", text__vi="Một.", text__en="One.")
    us.go(f"{visit}/minutes")
    us.page.wait_for_selector("form[action$='/agree'] button")
    vn.write(f"{paragraph}/state", text__vi="Hai.", text__en="Two.")
    us.page.wait_for_selector("#record >> text=Two.")
    click(us.page, "form[action$='/agree'] button")
    assert us.page.is_visible("main .notice.bad")
    us.send("form[action$='/agree'] button")
    assert us.page.locator("#record h2 .tag.good").count() == 1
    us.complaints[:] = [one for one in us.complaints if "409" not in one]


def test_no_page_complained(both: Both) -> None:
    assert both.vn.complaints == []
    assert both.us.complaints == []
