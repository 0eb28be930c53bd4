"""The pages of programmes on two nodes: board, calendar, figures, signing, and a report that both sides sign."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar
from litestar.testing import TestClient

from lienlac.documents.desk import Press
from lienlac.hotline.pages.spoken import Spoken
from lienlac.people import tokens
from lienlac.people.officer import Role
from lienlac.programmes import api, pages
from lienlac.programmes.indicators.quarter import Quarter
from lienlac.programmes.programme import substance
from lienlac.ui.app import make_app
from lienlac.ui.shared.api import routes
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import ActionDay, Milestone, Operation, Promise, Reached
from tests.duty.nodes import Program
from tests.pages.conftest import CHEAP, ORIGIN, SAFE, Browser, Node
from tests.programmes.scene import DUE, ProgrammeNode, Scene, commitment, measured, top

if TYPE_CHECKING:
    from collections.abc import Iterator

QUARTER = Quarter(2026, 3)
IN_QUARTER = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)


class Desk(Node):
    """The screens of one node with programmes."""

    def __init__(self, node: ProgrammeNode, press: Press) -> None:
        super().__init__(node.sim.database)
        self.clock = node.sim.clock  # type: ignore[assignment]  # both turn by hand
        self.node = node
        node.programmes._printer, node.programmes._say = press, Spoken().both
        subject = pages.make_subject(node.programmes, node.programmes.node_names)
        own = pages.make_handlers(node.programmes, subject)
        self.handlers = [routes(subject), api.routes(node.programmes), *own]
        self.add("manager", Role.PROGRAMME_MANAGER)
        self.add("analyst", Role.ANALYST)

    def _make_app(self) -> Any:
        return make_app(
            database=self.database,
            clock=self.clock,
            chance=self.chance,
            config=self.config,
            safe=SAFE,
            hasher=CHEAP,
            nav=self.nav,
            route_handlers=self.handlers,
            template_dirs=[Path(pages.__file__).parents[1] / "templates"],
        )

    def program(self, login: str, acts: Any = ()) -> Program:
        made = self.node.sim.database.write(
            lambda connection: tokens.create(
                connection, self.people[login].officer, label="program", scope="write", now=self.clock.now(),
                chance=self.chance, acts=acts,
            )
        )  # fmt: skip
        return Program(TestClient(self.app(), base_url=ORIGIN), str(made.secret))

    def enter(self, login: str = "manager") -> Browser:
        browser = self.browser()
        assert browser.sign_in(login).status_code == 303
        return browser


class Screens(Scene):
    """Two nodes with screens, and a programme that both take part in."""

    def __init__(self, folder: Path, press: Press) -> None:
        super().__init__(folder)
        self.here, self.there = Desk(self.vn, press), Desk(self.us, press)
        self.record = self.shared()
        self.at = f"/programmes/{self.record}"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    made = Press(Spoken().both)
    yield made
    made.close()


@pytest.fixture
def both(tmp_path: Path, press: Press) -> Iterator[Screens]:
    made = Screens(tmp_path, press)
    yield made
    made.close()


def went(answer: Any) -> str:
    """Where a browser is sent after an act."""
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[:2000]
    return str(answer.headers["location"])


def filled(both: Screens) -> None:
    for number in range(6):
        at = IN_QUARTER + timedelta(days=number)
        both.hear(
            f"req-{number}",
            measured(both.vn.id, both.us.id, at, seconds={"decide": 3_600 * (number + 1)}, decided=True, was_held=True,
                     inside={"decide": True}, asked=("VND", 10**9), held=("VND", 9 * 10**8)),
        )  # fmt: skip
    both.hear("req-us", measured(both.us.id, both.vn.id, IN_QUARTER, decided=True, ground="barred-by-domestic-law"))
    both.settle()


def test_the_board_shows_both_sides_and_what_is_late(both: Screens) -> None:
    both.vn.state(both.record, commitment(both.us.id, "Cung cấp đầu mối", due=DUE - timedelta(days=60)))
    mine = both.vn.state(both.record, commitment(both.vn.id, "Lập tổ công tác", state=Promise.STARTED))
    both.deliver()
    for desk in (both.here, both.there):
        page = desk.enter().get(f"{both.at}/board").text
        assert "Cung cấp đầu mối" in page
        assert "Lập tổ công tác" in page
        assert page.count('class="tag bad">late') == 1
        assert f"{both.at}/e/{mine}" in page


def test_the_calendar_on_a_page_and_as_a_file(both: Screens) -> None:
    both.vn.state(both.record, Milestone(title=Said(vi="Mốc một\r\nBEGIN:VEVENT"), due=DUE))
    both.vn.state(both.record, Milestone(title=Said(vi="Mốc đã qua"), due=DUE, state=Reached.REACHED))
    day = ActionDay(title=Said(vi="Ngày hành động"), starts=DUE, ends=DUE + timedelta(hours=8), place="Hà Nội; tầng 2")
    both.vn.state(both.record, day)
    both.vn.state(both.record, Operation(title=Said(vi="Chưa có ngày")))
    browser = both.here.enter()
    page = browser.get(f"{both.at}/calendar").text
    assert page.index("Ngày hành động") < page.index("Mốc đã qua")
    assert "Chưa có ngày" not in page
    answer = browser.get(f"{both.at}/calendar/file")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(one["summary"]) for one in events if "Mốc một" in str(one["summary"])] == ["Mốc một BEGIN:VEVENT"]
    assert len(events) == 3
    assert {str(one.get("location", "")) for one in events} == {"", "Hà Nội; tầng 2"}


def test_signing_on_the_first_page(both: Screens) -> None:
    browser = both.here.enter()
    assert "has not signed" in browser.get(both.at).text
    went(browser.post(f"{both.at}/sign", {"substance": substance(top())}))
    both.deliver()
    assert both.us.programmes.signed(both.us.manager, both.record) == {both.vn.id}
    wrong = browser.post(f"{both.at}/sign", {"substance": "0" * 64})
    assert both.at in went(wrong)
    looker = both.here.enter("analyst")
    assert f"{both.at}/sign" not in looker.get(both.at).text
    assert looker.post(f"{both.at}/sign", {"substance": substance(top())}).status_code == 403


def test_figures_with_what_they_are_made_of(both: Screens) -> None:
    filled(both)
    browser = both.here.enter()
    page = browser.get(f"{both.at}/figures?quarter=2026-Q3").text
    assert "6 / 6" in page
    assert "1 / 1" in page
    assert "3 h" in page, "the half is decided within three hours"
    assert "not verified" in page
    assert "<svg" in page
    assert "style=" not in page
    assert ">Figures of Q3 2026<" in page, "a quarter is written as people write it"
    assert "2026-Q3</" not in page
    answer = browser.get(f"{both.at}/figures/file?quarter=2026-Q3")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert any(line.endswith(",hold,,100.0,6,6") for line in lines)
    assert browser.get(f"{both.at}/figures?quarter=2026-Q9").status_code == 422
    assert browser.get(f"{both.at}/figures?with=jp-npa").status_code == 409


def test_who_may_only_look_sees_no_figures(both: Screens) -> None:
    filled(both)
    looker = both.here.enter("analyst")
    page = looker.get(f"{both.at}/figures?quarter=2026-Q3").text
    assert "Figures are for those who see every request" in page
    assert "6 / 6" not in page
    assert looker.get(f"{both.at}/figures/file?quarter=2026-Q3").status_code == 409
    page = looker.get(f"{both.at}/reports/2026-Q3").text
    assert "6 / 6" not in page


def test_a_report_from_computing_to_countersigning_and_on_paper(both: Screens) -> None:
    filled(both)
    vn, us = both.here.enter(), both.there.enter()
    report = f"{both.at}/reports/2026-Q3"
    vn.get(report)
    went(vn.post(f"{report}/state?with={both.us.id}", {"remarks.vi": "Quý ba tốt"}))
    both.deliver()
    page = us.get(report).text
    assert "exactly the same figures" in page
    assert ">Q3 2026</a>" in us.get(f"{both.at}/history").text
    digest = both.us.programmes.compare(both.us.manager, both.record, QUARTER, both.vn.id).columns[both.vn.id].digest
    went(us.post(f"{report}/countersign?with={both.vn.id}", {"digest": digest}))
    both.deliver()
    assert "countersigned" in vn.get(report).text
    assert "Countersigned" in vn.get(f"{both.at}/reports").text
    paper = vn.get(f"{report}/pdf?of={both.us.id}")
    assert paper.content.startswith(b"%PDF-")
    assert paper.content == vn.get(f"{report}/pdf?of={both.us.id}").content, "the same paper whenever it is printed"
    data = vn.get(f"{report}/json?of={both.us.id}").content
    assert hashlib.sha256(data).hexdigest() == digest
    assert "6 / 6" in both.here.enter("analyst").get(report).text, "a stated report may be read"


def test_where_the_two_differ_is_shown_and_nothing_can_be_countersigned(both: Screens) -> None:
    filled(both)
    both.us.hear("req-only-here", measured(both.us.id, both.vn.id, IN_QUARTER))
    both.us.settle()
    report = f"{both.at}/reports/2026-Q3"
    vn, us = both.here.enter(), both.there.enter()
    vn.get(report)
    went(vn.post(f"{report}/state?with={both.us.id}", {}))
    both.deliver()
    page = us.get(report).text
    assert "Where the two computations differ" in page
    assert "/countersign" not in page
    digest = both.us.programmes.compare(both.us.manager, both.record, QUARTER, both.vn.id).columns[both.vn.id].digest
    forced = us.post(f"{report}/countersign?with={both.vn.id}", {"digest": digest})
    assert forced.status_code == 409 or "other figures" in forced.text
    assert both.us.id not in both.us.programmes.compare(both.us.manager, both.record, QUARTER, both.vn.id).columns


def test_programs_do_the_same(both: Screens) -> None:
    filled(both)
    program = both.here.program("manager", acts=("programme.share",))
    at = f"/api/programmes/{both.record}"
    signatures = program.get(f"{at}/signatures").json()
    assert signatures["signed"] == []
    assert program.post(f"{at}/sign", signatures).status_code == 400, "what is not asked for is refused"
    bare = {"substance": signatures["substance"]}
    assert both.here.program("manager").post(f"{at}/sign", bare).status_code == 403, "not every token may bind"
    assert program.post(f"{at}/sign", bare).status_code == 201
    assert program.get(f"{at}/signatures").json()["signed"] == [both.vn.id]
    figures = program.get(f"{at}/figures?quarter=2026-Q3&quarters=2").json()
    assert figures["quarters"] == ["2026-Q2", "2026-Q3"]
    assert figures["figures"][1]["directions"][1]["requests"] == 6
    assert both.here.program("analyst").get(f"{at}/figures").json()["code"] == "programme-statistics"
    done = program.post(f"{at}/reports/2026-Q3/state", {"remarks": {"vi": "Quý ba"}})
    assert done.status_code == 201
    both.deliver()
    other = both.there.program("manager", acts=("programme.share",))
    report = other.get(f"{at}/reports/2026-Q3").json()
    assert report["differences"] == []
    digest = report["stated"][both.vn.id]["digest"]
    wrong = other.post(f"{at}/reports/2026-Q3/countersign", {"digest": "0" * 64})
    assert wrong.json()["code"] == "report-changed"
    assert other.post(f"{at}/reports/2026-Q3/countersign", {"digest": digest}).status_code == 201
