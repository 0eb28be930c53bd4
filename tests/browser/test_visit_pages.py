"""Delegations and lessons in a real browser: every page of theirs, filled, in both languages, against the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from lienlac.cases.lifecycle import Step as CaseStep
from lienlac.people.officer import Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case
from lienlac.wire.bodies.delegations import (
    MinutesParagraph,
    Outcome,
    Part,
    Participant,
    ProgrammeItem,
    Proposal,
    ProtocolNote,
    Topic,
)
from lienlac.wire.bodies.lessons import Result, Step, Verdict
from lienlac.wire.bodies.parts import Said
from tests.browser.conftest import OnLoopback
from tests.browser.examiner import examine
from tests.delegations.whole import Visit
from tests.lessons.scene import FAILED
from tests.lessons.scene import TOP as LESSON
from tests.records.sides import AMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.duty.nodes import Side

pytestmark = pytest.mark.browser
BASIS = {"purpose": "prevent-crime", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Điều 4"}


class Desks:
    """Both nodes on loopback ports: a visit with everything on it, a lesson that is shared, one that waits."""

    def __init__(self, folder: Any) -> None:
        self.world = Visit(folder)
        self.world.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
        self.record = self._visit()
        self.case, self.lesson, self.run = self._lesson()
        sides = (self.world.vn, self.world.us)
        self.lines = {side.id: OnLoopback(side.app, side.node.hub) for side in sides}

    def _visit(self) -> str:
        world, now = self.world, self.world.clock.now()
        vn, us = world.vn, world.us
        record = world.joined()
        starts = now + timedelta(days=9)
        self._say(vn, record, Proposal(starts=starts, ends=starts + timedelta(days=2), country="VN", place="Hà Nội"))
        self._say(us, record, Proposal(starts=starts + timedelta(days=7), country="US", place="Washington, DC"))
        for number, (vi, en) in enumerate(PARAGRAPHS, 1):
            self._say(vn, record, MinutesParagraph(number=number, text=Said(vi=vi, en=en)))
        for order, (node, name, vi, en, role) in enumerate(PEOPLE, 1):
            side = vn if node == vn.id else us
            word = Participant(
                node=node, name=name, title_vi=vi, title_en=en, order=order, role=role, languages=("vi",)
            )
            self._say(side, record, word)
        item = ProgrammeItem(at=starts, until=starts + timedelta(hours=2), text=Said(vi="Lễ đón", en="Welcome"))
        self._say(vn, record, item)
        self._say(vn, record, ProtocolNote(topic=Topic.NAMES, text=Said(vi="Gọi theo tên", en="By given names")))
        due = (now + timedelta(days=3)).date().isoformat()
        late = (now - timedelta(days=3)).date().isoformat()
        for owner, day in ((vn.id, due), (vn.id, late), (us.id, due)):
            self._say(
                vn, record, Outcome(text=Said(vi="Gửi danh sách tài khoản", en="Send the list"), owner=owner, due=day)
            )
        world.add(record, b"%PDF-1.7 agenda", "chương trình làm việc.pdf")
        world.settle()
        read = us.node.delegations.minutes(world.who(us), record)
        first = read.whole.paragraphs[0]
        digest = next(iter(first.wordings.values())).digest
        us.node.delegations.agree(world.who(us), record, first.element.id, digest)
        second = read.whole.paragraphs[1].element.id
        other = MinutesParagraph(number=2, text=Said(vi="Trao đổi hằng tháng.", en="Exchange every month."))
        self._say(us, record, other, second)
        world.settle()
        return record

    def _lesson(self) -> tuple[str, str, str]:
        vn, world = self.world.vn, self.world
        lan, sep = vn.officer("lan"), vn.officer("sep")
        cases, lessons = vn.node.cases, vn.node.lessons
        top = Case(title_vi="Sàn ngoại hối giả", title_en="Fake forex platform", typologies=("fxp-rig",))
        case = cases.shared.open(lan, Opening(top=top, marks=AMBER, **BASIS)).line.id
        cases.step(lan, case, CaseStep.CLOSE, closing=Said(vi="Xong", en="Done"))
        opening = Opening(top=LESSON, marks=AMBER, typology="fxp-rig", **BASIS)
        lesson = lessons.draw(lan, opening, case).line.id
        steps = [
            Step(number=number, text=Said(vi=vi, en=en), why=Said(vi="Tiền đi rất nhanh.", en="Money moves fast."))
            for number, (vi, en) in enumerate(STEPS, 1)
        ]
        lessons.shared.state(lan, lesson, [Say(says=one, marks=AMBER) for one in (FAILED, *steps)])
        lessons.review(sep, lesson, lessons.to_review(sep, lesson).digest, Verdict.CLEAN)
        run = lessons.running.begin(lan, lesson, case).id
        element = lessons.running.steps(lan, lesson)[0][0].id
        lessons.running.tick(lan, run, element, Result.WORKED, "Giữ được tiền")
        del world
        return str(case), str(lesson), run

    def _say(self, side: Side, record: str, word: Any, element: str = "") -> None:
        says = [Say(says=word, marks=AMBER, element=element)]
        side.node.delegations.shared.state(self.world.who(side), record, says)
        self.world.settle()

    def pages(self) -> tuple[str, ...]:
        """Every page of theirs for Viet Nam's officer."""
        visit, lesson = f"/delegations/{self.record}", f"/lessons/{self.lesson}"
        tabs = ("times", "programme", "participants", "notes", "papers", "paragraphs", "outcomes")
        return (
            "/delegations",
            "/delegations/plan",
            visit,
            *(f"{visit}/{tab}" for tab in tabs),
            f"{visit}/minutes",
            f"{visit}/order",
            f"{visit}/files",
            f"{visit}/take-paper",
            f"{visit}/invitation",
            f"{visit}/members",
            f"{visit}/history",
            f"{visit}/paragraphs/new",
            "/lessons",
            "/lessons/new",
            lesson,
            f"{lesson}/parts",
            f"{lesson}/steps",
            f"{lesson}/uses",
            f"{lesson}/review",
            f"{lesson}/runs",
            f"{lesson}/runs/{self.run}",
            f"/cases/{self.case}/checklists",
        )

    def sign_in(self, context: BrowserContext, side: Side, login: str) -> Page:
        page = context.new_page()
        made = side.people[login]
        page.goto(self.lines[side.id].url + "/sign-in")
        page.fill("#f-login", login)
        page.fill("#f-password", made.password)
        page.fill("#f-code", pyotp.TOTP(made.totp_secret).at(self.world.clock.now()))
        page.click("button.primary")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        self.world.clock.turn(31)
        return page

    def stop(self) -> None:
        for line in self.lines.values():
            line.stop()
        self.world.close()


PARAGRAPHS = (
    (
        "Hai bên thống nhất trao đổi danh sách tài khoản nghi vấn hằng tuần.",
        "Both sides exchange lists of accounts weekly.",
    ),
    ("Hai bên trao đổi kinh nghiệm hằng quý.", "Both sides exchange experience every quarter."),
)
PEOPLE = (
    ("vn-a05", "Nguyễn Văn An", "Cục trưởng", "Director", Part.HEAD),
    ("vn-a05", "Lê Minh Tú", "Phiên dịch", "Interpreter", Part.INTERPRETER),
    ("us-ic3", "Dana Reyes", "Phó giám đốc", "Deputy director", Part.HEAD),
)
STEPS = (
    ("Yêu cầu tạm dừng thanh toán ngay", "Ask for the hold at once"),
    ("Đề nghị đình chỉ tên miền", "Ask for the domain to be suspended"),
)


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    made = Desks(tmp_path_factory.mktemp("visits"))
    yield made
    made.stop()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_delegations_and_lessons_breaks_a_rule(desks: Desks, chromium: Browser, language: str) -> None:
    found: list[str] = []
    context = chromium.new_context(locale=language)
    page = desks.sign_in(context, desks.world.vn, "lan")
    page.click(f".switch button[value={language}]")
    page.wait_for_selector(f"html[lang={language}]")
    for path in desks.pages():
        answer = page.goto(desks.lines[desks.world.vn.id].url + path)
        assert answer is not None
        assert answer.status == 200, path
        found += examine(page, path.replace(desks.record, "…").replace(desks.lesson, "…"))
    context.close()
    assert not found, "\n".join(found)
