"""Delegations through the interface for programs, on two whole nodes: times countered, minutes agreed and signed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from lienlac import limits
from tests.cases.test_evidence import put_in
from tests.delegations.whole import Visit
from tests.duty.nodes import Program

SHARE = ("delegation.share",)
EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270301T020000Z\r\nSUMMARY:Working visit\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def both(visit: Visit) -> tuple[Program, Program]:
    return visit.vn.program("lan", acts=SHARE), visit.us.program("mark", acts=SHARE)


def right(answer: Any, status: int = 201) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def bring(program: Program, path: str, data: bytes) -> Any:
    headers = program.headers | {"Content-Disposition": 'attachment; filename="moi.ics"'}
    return program.client.post(path, content=data, headers=headers)


def test_a_time_is_countered_and_the_counter_proposal_accepted(visit: Visit, both: tuple[Program, Program]) -> None:
    vn, us = both
    at = f"/api/delegations/{visit.joined()}/proposals"
    first = {"starts": "2027-03-01T09:00:00+07:00", "country": "VN", "place": "Hà Nội"}
    element = right(vn.post(at, first))["facts"][0]["element"]
    visit.settle()
    counter = {"starts": "2027-03-08T09:00:00+07:00", "country": "VN", "place": "Đà Nẵng", "element": element}
    right(us.post(at, counter))
    visit.settle()
    (found,) = right(vn.get(at), 200)["proposals"]
    by = {one["author"]: one for one in found["wordings"]}
    assert (found["agreed"], by[visit.us.id]["place"]) == (None, "Đà Nẵng")
    stale = vn.post(f"{at}/{element}/answer", {"digest": "0" * 64, "accept": True})
    assert stale.json()["code"] == "minutes-text-changed"
    right(vn.post(f"{at}/{element}/answer", {"digest": by[visit.us.id]["digest"], "accept": True}))
    visit.settle()
    for program in both:
        (found,) = right(program.get(at), 200)["proposals"]
        assert found["agreed"] == by[visit.us.id]["digest"]


def test_minutes_are_agreed_and_signed_by_exactly_what_was_read(visit: Visit, both: tuple[Program, Program]) -> None:
    vn, us = both
    record = visit.joined()
    at = f"/api/delegations/{record}/minutes"
    word = {"is": "paragraph", "number": 1, "text": {"vi": "Hai bên thống nhất.", "en": "Both sides agree."}}
    element = right(vn.post(f"/api/delegations/{record}/state", {"says": [{"word": word}]}))["facts"][0]["element"]
    visit.settle()
    read = right(us.get(at), 200)
    assert (read["open"], read["digest"]) == (1, None)
    early = us.post(f"{at}/sign", {"digest": "3f" * 32, "signatory": "Mark Hill"})
    assert early.json()["code"] == "minutes-open"
    (said,) = read["paragraphs"][0]["wordings"]
    right(us.post(f"{at}/agree", {"element": element, "digest": said["digest"]}))
    visit.settle()
    whole = right(vn.get(at), 200)["digest"]
    assert vn.post(f"{at}/sign", {"digest": "0" * 64, "signatory": "Lan"}).json()["code"] == "minutes-text-changed"
    right(vn.post(f"{at}/sign", {"digest": whole, "signatory": "Nguyễn Thị Lan", "place": "Hà Nội"}))
    right(us.post(f"{at}/sign", {"digest": whole, "signatory": "Mark Hill"}))
    visit.settle()
    for program in both:
        told = right(program.get(at), 200)
        assert (told["complete"], [one["signatory"] for one in told["signed"]]) == (
            True,
            ["Mark Hill", "Nguyễn Thị Lan"],
        )
    paper = vn.get(f"{at}/paper")
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["content-disposition"].startswith("attachment;")


def test_signing_needs_a_token_that_names_the_act(visit: Visit) -> None:
    record = visit.joined()
    answer = visit.vn.program("lan").post(
        f"/api/delegations/{record}/minutes/sign", {"digest": "3f" * 32, "signatory": "Lan"}
    )
    assert answer.status_code == 403


def test_stages_and_outcomes_follow_their_table(visit: Visit, both: tuple[Program, Program]) -> None:
    vn, _us = both
    record = visit.joined()
    at = f"/api/delegations/{record}"
    assert vn.post(f"{at}/stage", {"stage": "held"}).json()["code"] == "delegation-step"
    assert right(vn.post(f"{at}/stage", {"stage": "confirmed"}))["facts"][0]["word"]["state"] == "confirmed"
    word = {"is": "outcome", "text": {"vi": "Gửi danh sách"}, "owner": visit.vn.id, "due": "2027-04-01"}
    element = right(vn.post(f"{at}/state", {"says": [{"word": word}]}))["facts"][0]["element"]
    right(vn.post(f"{at}/outcomes/{element}/follow", {"state": "done", "note": "Đã gửi"}))
    assert vn.post(f"{at}/outcomes/{element}/follow", {"state": "dropped"}).json()["code"] == "delegation-step"


def test_the_plan_and_calendars_go_out_and_an_invitation_comes_in(visit: Visit, both: tuple[Program, Program]) -> None:
    vn, us = both
    record = visit.joined()
    for program in both:
        plan = right(program.get("/api/delegations/plan?year=2027"), 200)
        assert [one["delegation"] for one in plan["visits"]] == [record]
    assert right(vn.get("/api/delegations/plan?year=2031"), 200)["visits"] == []
    assert vn.get("/api/delegations/plan?year=1").status_code in {400, 422}
    for path in (f"/api/delegations/{record}/calendar", "/api/delegations/plan/calendar?year=2027"):
        answer = us.get(path)
        assert answer.text.count("BEGIN:VEVENT") == 1
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "attachment" in answer.headers["content-disposition"]
    done = right(bring(us, f"/api/delegations/{record}/calendar", EVENT.format("").encode()))
    assert [one["kind"] for one in done["facts"]] == ["proposal"]
    visit.settle()
    assert len(right(vn.get(f"/api/delegations/{record}/proposals"), 200)["proposals"]) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"%PDF-1.7",
        EVENT.format("RRULE:FREQ=SECONDLY\r\n").encode(),
        EVENT.format("").encode() * (limits.DELEGATION_FILE_MAX_EVENTS + 1),
        b"X" * (limits.DELEGATION_FILE_MAX_BYTES + 1),
    ],
    ids=["nothing", "not-text", "another-kind", "recurring", "too-many", "too-large"],
)
def test_a_hostile_calendar_file_is_refused_and_nothing_is_proposed(
    visit: Visit, both: tuple[Program, Program], data: bytes
) -> None:
    vn, _us = both
    record = visit.joined()
    answer = bring(vn, f"/api/delegations/{record}/calendar", data)
    assert answer.status_code in {400, 413, 422}, answer.text
    assert answer.json()["code"]
    assert right(vn.get(f"/api/delegations/{record}/proposals"), 200)["proposals"] == []


def test_a_paper_goes_with_its_file_and_comes_out_by_its_digest(visit: Visit, both: tuple[Program, Program]) -> None:
    vn, us = both
    record = visit.joined()
    upload = put_in(visit.vn, visit.who(visit.vn), "chương trình.pdf", b"%PDF-1.7 agenda")
    word = {"is": "paper", "title_vi": "Chương trình", "title_en": "Agenda", "paper": "agenda"}
    right(vn.post(f"/api/delegations/{record}/papers", {"word": word, "upload": upload}))
    visit.settle()
    visit.carry()
    (paper,) = right(us.get(f"/api/delegations/{record}/papers"), 200)["papers"]
    digest = hashlib.sha256(b"%PDF-1.7 agenda").hexdigest()
    assert (paper["digest"], paper["here"], paper["name"], paper["tlp"]) == (digest, True, "chương trình.pdf", "amber")
    answer = us.get(f"/api/delegations/{record}/papers/{paper['element']}/{digest}")
    assert answer.content == b"%PDF-1.7 agenda"
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    path = f"/api/delegations/{record}/papers/{paper['element']}/{digest}"
    rest = us.client.get(path, headers={**us.headers, "Range": "bytes=9-", "If-Range": f'"{digest}"'})
    assert (rest.status_code, rest.content) == (206, b"agenda")
    whole = us.client.get(path, headers={**us.headers, "Range": "bytes=9-", "If-Range": '"another"'})
    assert (whole.status_code, whole.content) == (200, b"%PDF-1.7 agenda"), "never joined to another file"
    assert us.get(f"/api/delegations/{record}/papers/{paper['element']}/{'0' * 64}").status_code == 404
