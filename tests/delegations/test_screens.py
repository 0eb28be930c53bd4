"""The screens of delegations on two nodes: minutes side by side, times answered, the plan, invitations read in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from lienlac import limits
from lienlac.delegations import pages
from lienlac.delegations.desk import Delegations
from lienlac.delegations.pages import sheets
from tests.delegations.scene import TOP, paragraph, visit
from tests.pages.conftest import ORIGIN, Browser
from tests.records.desks import Screen
from tests.records.sides import Side, Sides

BASIS = {"marks.tlp": "amber", "marks.pap": "amber"}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides[Delegations]]:
    sides = visit(tmp_path_factory.mktemp("visit"))
    yield sides
    sides.close()


@pytest.fixture(scope="module")
def browsers(both: Sides[Delegations]) -> tuple[Browser, Browser]:
    return enter(both.vn), enter(both.us)


def enter(side: Side[Delegations]) -> Browser:
    subject = sheets.subject_of(side.desk)
    return Screen(side, "delegations", [*pages.make_handlers(side.desk, subject)]).enter()


def bring(browser: Browser, path: str, data: bytes) -> Any:
    """A calendar file as a form of a page sends it."""
    fields = [("csrf", (None, browser.token)), ("file", ("moi.ics", data, "text/calendar"))]
    fields += [(name, (None, value)) for name, value in BASIS.items()]
    return browser.client.post(path, files=fields, headers={"Origin": ORIGIN}, follow_redirects=False)


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]+)"', page)[0]


def test_minutes_are_agreed_and_signed_in_two_browsers(both, browsers):
    vn, us = browsers
    record = both.shared(TOP)
    at = f"/delegations/{record}"
    paragraph(both.vn, record, 1, "Hai bên trao đổi.", "Both sides exchanged views.")
    both.deliver()
    page = us.get(f"{at}/minutes").text
    for words in ("Hai bên trao đổi.", "Both sides exchanged views.", "Agree to this wording", "has not agreed"):
        assert words in page
    shown = {"element": hidden(page, "element"), "digest": hidden(page, "digest")}
    assert us.post(f"{at}/minutes/agree", shown).status_code == 303
    both.deliver()
    for browser, name in ((vn, "Trưởng đoàn"), (us, "Head")):
        page = browser.get(f"{at}/minutes").text
        assert "signatures are missing" in page
        form = {"digest": hidden(page, "digest"), "signatory": name}
        assert browser.post(f"{at}/minutes/sign", form).status_code == 303
        both.deliver()
    for browser in browsers:
        assert "Agreed and signed by all sides" in browser.get(f"{at}/minutes").text
        assert "Agreed and signed by all sides" in browser.get(at).text


def test_a_page_that_was_left_open_agrees_to_nothing_new(both, browsers):
    _vn, us = browsers
    record = both.shared(TOP)
    at = f"/delegations/{record}"
    element = paragraph(both.vn, record, 1, "Một", "One")
    both.deliver()
    page = us.get(f"{at}/minutes").text
    shown = {"element": hidden(page, "element"), "digest": hidden(page, "digest")}
    paragraph(both.vn, record, 1, "Hai", "Two", element)
    both.deliver()
    answer = us.post(f"{at}/minutes/agree", shown)
    assert answer.status_code == 409
    assert "no longer stands" in answer.text
    assert both.us.desk.minutes(both.us.officer, record).whole.open == 1


def test_a_time_is_proposed_here_and_accepted_there(both, browsers):
    vn, us = browsers
    record = both.shared(TOP)
    at = f"/delegations/{record}"
    vn.get(f"{at}/times/new")
    form = {"starts": "01/03/2027 09:00", "ends": "03/03/2027 17:00", "place": "Hà Nội", **BASIS}
    assert vn.post(f"{at}/times/new", form).status_code == 303
    both.deliver()
    page = us.get(at).text
    said = {"element": hidden(page, "element"), "digest": hidden(page, "digest"), "answer": "accept"}
    assert us.post(f"{at}/answer-time", said).status_code == 303
    both.deliver()
    assert both.vn.desk.proposals(both.vn.officer, record)[0].agreed is not None
    assert "Hà Nội" in vn.get(at).text
    assert "BEGIN:VEVENT" in vn.get(f"{at}/calendar").text


def test_an_invitation_becomes_a_proposal_and_a_hostile_one_a_sentence(both, browsers):
    vn, _us = browsers
    record = both.vn.open(TOP)
    at = f"/delegations/{record}"
    assert vn.get(f"{at}/invitation").status_code == 200
    event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270301T020000Z\r\nSUMMARY:<script>alert(1)</script>\r\n"
    end = "END:VEVENT\r\nEND:VCALENDAR\r\n"
    hostile = bring(vn, f"{at}/invitation", f"{event}RRULE:FREQ=SECONDLY\r\n{end}".encode())
    assert hostile.status_code == 422
    assert "recurs" in hostile.text
    for wrong in (b"", b"\xff\xfe", b"%PDF-1.7", (event * 30).encode()):
        assert bring(vn, f"{at}/invitation", wrong).status_code == 422
    large = bring(vn, f"{at}/invitation", b"X" * (limits.DELEGATION_FILE_MAX_BYTES + 1))
    assert large.status_code in {413, 422}
    assert both.vn.desk.proposals(both.vn.officer, record) == []
    assert bring(vn, f"{at}/invitation", (event + end).encode()).status_code == 303
    for path in (at, f"{at}/times"):
        assert "<script>alert" not in vn.get(path).text
    element = both.vn.desk.proposals(both.vn.officer, record)[0].element.id
    page = vn.get(f"{at}/e/{element}").text
    assert "<script>alert" not in page
    assert "<script>alert(1)</script>" in unescape(page)


def test_the_plan_shows_the_year(both, browsers):
    vn, _us = browsers
    record = both.vn.open(TOP)
    assert f"/delegations/{record}" in vn.get("/delegations/plan?year=2027").text
    assert "No visits in this year" in vn.get("/delegations/plan?year=2033").text
    assert vn.get("/delegations/plan/calendar?year=2027").text.count("BEGIN:VEVENT") >= 1
    assert vn.get(f"/delegations/{record}/order").status_code == 200
