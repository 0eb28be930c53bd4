"""Every page of shared records against WCAG 2.2 AA, in both languages and themes, at desk and phone; without a script."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.people import sessions
from lienlac.people.officer import Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case, Participant, Relation
from lienlac.wire.bodies.delegations import Delegation, Form, Level, MinutesParagraph, Proposal
from lienlac.wire.bodies.emergencies import Severity
from lienlac.wire.bodies.programmes import Commitment, Milestone, Programme
from lienlac.wire.bodies.records import Remark
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.browser.sheets import printed
from tests.cases.scene import AMBER, RED, Room, event, person, said, task
from tests.world.fakes import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext

pytestmark = pytest.mark.browser
LONG = "Báo cáo về đường dây lừa đảo đầu tư xuyên quốc gia có nhiều công ty bình phong và tài khoản trung gian"


class Rooms(Room):
    """The agreement lets them share more than cases."""

    shares = ("cases.invite", "programmes.invite", "delegations.invite")


class Offices:
    """Viet Nam's node on loopback, with a case, a programme and a delegation in which the United States take part."""

    def __init__(self, folder: Any) -> None:
        self.room = room = Rooms(folder)
        room.vn.hire("chi", "Lê Mai Chi", Role.SUPERVISOR, Role.PROGRAMME_MANAGER, Role.LIAISON_OFFICER)
        self.case = room.joined(
            top=Case(
                title_vi=LONG,
                title_en="Fake forex platform",
                hot=Severity.CRITICAL,
                next_update=START + timedelta(hours=4),
            )
        )
        one = room.state(room.vn, self.case, person("Nguyễn Văn An", "+84 912 345 678"))
        two = room.state(room.us, self.case, person("NGUYEN VAN AN", "0912345678"))
        room.state(room.us, self.case, Relation(source=one, target=two, relation="knows"))
        room.state(room.us, self.case, event(START, "Nạn nhân chuyển tiền"))
        room.state(room.us, self.case, Remark(text=said("Ngân hàng nào?", "Which bank?"), about=one))
        self.task = room.state(room.vn, self.case, task("Xác minh máy chủ", room.us.id, due=START))
        room.state(room.vn, self.case, Participant(name="Lan", unit="A05", on_now=True))
        room.vn.node.cases.shared.private.keep(room.lan, self.case, "Nguồn tin chưa kiểm chứng")
        self.waiting = self._asked_by_the_united_states()
        self.programme = self._shared("programmes", Programme(
            title_vi=LONG, title_en="Against fraud", typologies=("fxp",), from_day="2026-01-01", until_day="2027-12-31",
        ))  # fmt: skip
        due = START + timedelta(days=9)
        self._state("programmes", self.programme, Commitment(title=said(LONG), owner=room.us.id, due=due))
        self._state("programmes", self.programme, Milestone(title=said("Mốc một"), due=due))
        self.visit = self._shared("delegations", Delegation(
            title_vi=LONG, title_en="Delegation", form=Form.VISIT, level=Level.DEPARTMENT, starts=START, country="VN",
        ))  # fmt: skip
        self._state("delegations", self.visit, MinutesParagraph(number=1, text=said("Một.", "One.")), room.us)
        self._state("delegations", self.visit, Proposal(starts=due, place="Hà Nội"), room.us)
        room.settle()
        self.line = OnLoopback(room.vn.app, room.vn.node.hub)

    def _desk(self, subject: str, side: Any) -> Any:
        return getattr(side.node, subject).shared

    def _asked_by_the_united_states(self) -> str:
        room, shared = self.room, self.room.us.node.cases.shared
        opening = Opening(
            top=Case(title_vi="Vụ thứ hai", title_en="Second"), marks=AMBER, purpose="stop-funds",
            legal_basis="bilateral-arrangement",
        )  # fmt: skip
        name = str(shared.open(room.mark, opening).line.id)
        shared.part.invite(room.mark, name, room.vn.id, summary=said("Mời cùng làm", "Please join"))
        room.settle()
        return name

    def _shared(self, subject: str, top: Any) -> str:
        room, ours, theirs = self.room, self._desk(subject, self.room.vn), self._desk(subject, self.room.us)
        opening = Opening(top=top, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
        name = str(ours.open(room.lan, opening).line.id)
        ours.part.invite(room.lan, name, room.us.id, summary=said("Mời", "Come"))
        self._settle(subject)
        theirs.part.answer(room.mark, name, accept=True)
        self._settle(subject)
        return name

    def _state(self, subject: str, record: str, word: Any, side: Any = None) -> None:
        here = side or self.room.vn
        self._desk(subject, here).state(self.room.who(here), record, [Say(says=word, marks=AMBER)])
        self._settle(subject)

    def _settle(self, subject: str) -> None:
        for _ in range(40):
            self.room.deliver()
            if not [side for side in (self.room.vn, self.room.us) if self._desk(subject, side).watch()]:
                return
        raise AssertionError("still something due")

    def enter(self, chromium: Browser, login: str = "chi", **options: Any) -> BrowserContext:
        """An officer's browser."""
        side = self.room.vn
        opened = side.node.database.write(
            lambda connection: sessions.start(
                connection, side.officer(login), client="", now=self.room.clock.now(), chance=side.chance, proof="totp"
            )
        )
        context = chromium.new_context(**options)
        context.add_cookies([{"name": "lienlac-session", "value": opened.token, "url": self.line.url}])
        return context

    @property
    def pages(self) -> tuple[str, ...]:
        case, programme, visit = (f"/cases/{self.case}", f"/programmes/{self.programme}", f"/delegations/{self.visit}")
        return (
            "/cases", "/cases/new", "/cases/due?all=1", f"/cases/{self.waiting}", "/programmes", "/delegations",
            "/delegations/plan",
            *(case + path for path in (
                "", "/entities", "/relations", "/tasks", "/board", "/files", "/duplicates", "/discussion", "/members",
                "/history", "/notes", "/access", f"/e/{self.task}", f"/e/{self.task}/state", "/exhibits/new",
                "/take-timeline",
            )),
            *(programme + path for path in ("", "/commitments", "/board", "/calendar", "/figures", "/reports",
                                            "/reports/2026-Q3")),
            *(visit + path for path in ("", "/minutes", "/order", "/times", "/invitation")),
        )  # fmt: skip

    def stop(self) -> None:
        self.line.stop()
        self.room.close()


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    made = Offices(tmp_path_factory.mktemp("shared"))
    yield made
    made.stop()


@pytest.mark.parametrize(("language", "themes"), [("vi", ("light", "dark")), ("en", ("dark",))])
def test_no_page_of_a_shared_record_breaks_a_rule(
    offices: Offices, chromium: Browser, language: str, themes: Any
) -> None:
    context = offices.enter(chromium)
    page = context.new_page()
    page.goto(f"{offices.line.url}/account")
    if page.get_attribute("html", "lang") != language:
        page.click(f".switch button[value={language}]")
        page.wait_for_selector(f"html[lang={language}]")
    found = []
    for path in offices.pages:
        answer = page.goto(offices.line.url + path)
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        found += examine(page, f"{language} {path}", themes=themes)
    for path in (f"/cases/{offices.case}/tasks/new", "/cases/new"):
        page.goto(offices.line.url + path)
        page.click("main form.form .primary")
        page.wait_for_selector("main .notice.bad")
        found += examine(page, f"{language} {path} with mistakes", themes=themes)
    context.close()
    assert not found, "\n".join(found)


def test_all_pages_of_a_record_are_reached_by_keyboard_and_without_a_script(
    offices: Offices, chromium: Browser
) -> None:
    context = offices.enter(chromium, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{offices.line.url}/cases/{offices.case}")
    assert not page.is_visible(".more a[href$='/custody']"), "on a phone the first page is not one of links"
    page.focus(".more summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.is_visible(".more a[href$='/custody']")
    page.click(".more a[href$='/custody']")
    assert page.locator(".places-of > [aria-current=page]").get_attribute("href") == f"/cases/{offices.case}/custody"
    context.close()


def test_a_case_and_a_programme_on_paper(offices: Offices, chromium: Browser) -> None:
    """What a record says is printed; how to get about in it and what can be done with it is not."""
    context = offices.enter(chromium)
    page = context.new_page()
    page.emulate_media(media="print")
    for path, words in ((f"/cases/{offices.case}", "Lan, A05"), (f"/programmes/{offices.programme}", "Mốc một")):
        page.goto(offices.line.url + path)
        assert page.is_visible(f"main >> text={words} >> nth=0")
        assert page.is_visible("main >> text=TLP:AMBER >> nth=0")
        for hidden in (".places-of", ".btn", "form", "summary", ".side"):
            assert not [one for one in page.locator(hidden).all() if one.is_visible()], hidden
        assert len(page.pdf()) > 10_000
        within = page.evaluate(
            "() => [...document.querySelectorAll('main .card')].map(c => getComputedStyle(c.parentElement).display)"
        )
        assert set(within) == {"block"}, "what stands in a grid is not broken over pages: cards lie over each other"
    context.close()


def test_every_sheet_of_a_record_bears_its_mark_above_everything_else(offices: Offices, chromium: Browser) -> None:
    context = offices.enter(chromium)
    page = context.new_page()
    several = 0
    for path in (
        f"/cases/{offices.case}", f"/cases/{offices.case}/history", f"/cases/{offices.case}/custody",
        f"/programmes/{offices.programme}", f"/delegations/{offices.visit}",
    ):  # fmt: skip
        page.goto(offices.line.url + path)
        found = printed(page)
        several += len(found) > 1
        for number, sheet in enumerate(found, start=1):
            assert sheet.head == "TLP:AMBER", (path, number, sheet.head)
            assert sheet.foot == f"{number} / {len(found)}", (path, number, sheet.foot)
            assert sheet.body, (path, number)
    assert several, "at least one is longer than a sheet"
    context.close()


def test_a_stricter_fact_that_comes_while_the_page_is_open_marks_what_is_printed(
    offices: Offices, chromium: Browser
) -> None:
    context = offices.enter(chromium)
    page = context.new_page()
    case_id = offices.room.open(top=Case(title_vi="Vụ mới", title_en="New"))
    page.goto(f"{offices.line.url}/cases/{case_id}")
    assert {sheet.head for sheet in printed(page)} == {"TLP:AMBER"}
    offices.room.state(offices.room.vn, case_id, person("Người cung cấp tin"), marks=RED)
    page.wait_for_selector("#record[data-tlp=red]")
    assert {sheet.head for sheet in printed(page)} == {"TLP:RED"}
    context.close()
