"""Lessons through the interface for programs: drawn, read by two, renewed, run in a case; whose run it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from lienlac.cases.lifecycle import Step
from lienlac.people.rights import Action
from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening
from lienlac.wire.bodies.parts import Said
from tests.lessons.scene import TOP
from tests.records.sides import AMBER
from tests.security.house import House, make_template
from tests.security.together import CASE

SHARE = ("lesson.share",)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    yield made
    made.shut()


def case_of(house: House, *, closed: bool) -> str:
    cases, binh = house.node.cases, house["binh"]
    opening = Opening(top=CASE, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    case_id = cases.shared.open(binh, opening).line.id
    if closed:
        cases.step(binh, case_id, Step.CLOSE, closing=Said(vi="Xong", en="Done"))
    return str(case_id)


def drawing(case: str, **top: Any) -> dict[str, Any]:
    return {
        "top": msgspec.to_builtins(msgspec.structs.replace(TOP, **top)),
        "purpose": "prevent-crime",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Art. 7",
        "case": case,
    }


def right(answer: Any, status: int = 201) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def lesson(house: House) -> str:
    """Drawn by an analyst, with two steps of which the second may be left out."""
    giang = house.program("giang")
    made = right(giang.post("/api/lessons/draw", drawing(case_of(house, closed=True))))["record"]["id"]
    for number in (1, 2):
        word = {"is": "step", "number": number, "text": {"vi": f"Bước {number}"}, "optional": number == 2}
        right(giang.post(f"/api/lessons/{made}/state", {"says": [{"word": word}]}))
    return str(made)


def test_a_lesson_is_drawn_only_from_a_case_that_this_side_has_closed(house: House) -> None:
    answer = house.program("giang").post("/api/lessons/draw", drawing(case_of(house, closed=False)))
    assert answer.json()["code"] == "lesson-case-open"


def test_what_names_the_case_is_not_kept(house: House) -> None:
    case = case_of(house, closed=True)
    with house.database.read() as connection:
        reference = house.node.cases.shared.read.found(connection, house["binh"], Action.CASE_READ, case)[0].reference
    answer = house.program("giang").post("/api/lessons/draw", drawing(case, situation=Said(vi=f"Vụ {reference}.")))
    assert (answer.status_code, answer.json()["code"]) == (422, "lesson-not-sanitised")


def test_nobody_clears_what_they_wrote_and_nothing_is_cleared_that_was_not_read(house: House, lesson: str) -> None:
    binh, giang = house.program("binh", acts=SHARE), house.program("giang")
    read = right(giang.get(f"/api/lessons/{lesson}/review"), 200)
    assert (read["own"], read["cleared"], len(read["facts"])) == (True, False, 3)
    assert read["sources"], "on this side it is known which case it was drawn from"
    other = binh.post(f"/api/lessons/{lesson}/review", {"digest": "0" * 64, "verdict": "clean"})
    assert other.json()["code"] == "lesson-changed"
    without_a_word = binh.post(f"/api/lessons/{lesson}/review", {"digest": read["digest"], "verdict": "returned"})
    assert without_a_word.json()["code"] == "reason-missing"
    right(binh.post(f"/api/lessons/{lesson}/review", {"digest": read["digest"], "verdict": "clean"}))
    again = right(binh.get(f"/api/lessons/{lesson}/review"), 200)
    assert again["cleared"]
    own = house.program("dung", acts=SHARE)
    right(own.post(f"/api/lessons/{lesson}/renew", {"review_on": "2030-01-01"}))
    changed = right(own.get(f"/api/lessons/{lesson}/review"), 200)
    assert (changed["cleared"], changed["own"]) == (False, True), "a renewal leaves only once somebody else has read it"
    refused = own.post(f"/api/lessons/{lesson}/review", {"digest": changed["digest"], "verdict": "clean"})
    assert refused.json()["code"] == "lesson-own-review"


@pytest.mark.parametrize(("day", "code"), [("2020-01-01", "lesson-day-past"), ("2027-02-30", "date-invalid")])
def test_a_day_for_looking_again_comes_after_today(house: House, lesson: str, day: str, code: str) -> None:
    answer = house.program("giang").post(f"/api/lessons/{lesson}/renew", {"review_on": day})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_checklist_is_run_in_a_case_and_counted(house: House, lesson: str) -> None:
    case = case_of(house, closed=False)
    hai = house.program("hai")
    run = right(hai.post(f"/api/lessons/{lesson}/runs", {"case": case}))
    assert (run["case"], run["left"], [one["number"] for one in run["steps"]]) == (case, 1, [1, 2])
    at = f"/api/lessons/{lesson}/runs/{run['id']}"
    ticked = right(hai.post(f"{at}/tick", {"step": run["steps"][0]["element"], "result": "worked", "note": "Nhanh"}))
    assert (ticked["left"], ticked["steps"][0]["result"]) == (0, "worked")
    right(hai.post(f"{at}/finish", {"usefulness": 5, "note": {"vi": "Tốt"}}))
    assert hai.post(f"{at}/finish", {"usefulness": 5}).json()["code"] == "lesson-run-over"
    useful = right(hai.get(f"/api/lessons/{lesson}/usefulness"), 200)
    assert (useful["used"], useful["rated"], useful["mean"], useful["by"]["5"]) == (1, 1, 5.0, 1)
    (listed,) = right(hai.get(f"/api/lessons/runs?case={case}"), 200)["runs"]
    assert (listed["lesson"], listed["ticked"], bool(listed["ended_at"])) == (lesson, 1, True)
    assert [one["id"] for one in right(hai.get(f"/api/lessons/{lesson}/runs"), 200)["runs"]] == [run["id"]]


def test_runs_in_a_case_that_an_officer_may_not_read_are_not_told(house: House, lesson: str) -> None:
    """The lesson is open to everybody here; the case in which it was run is not."""
    case = case_of(house, closed=False)
    run = right(house.program("binh").post(f"/api/lessons/{lesson}/runs", {"case": case}))
    units = [house.cast.units["fraud"]]
    change = house.node.cases.shared.access.change
    change(house["binh"], case, Act.RESTRICT, units=units, officers=[], reason="Nghi lộ tin")
    hai = house.program("hai")
    assert hai.get(f"/api/cases/{case}").status_code == 404
    assert hai.get(f"/api/lessons/runs?case={case}").status_code == 404
    assert hai.get(f"/api/lessons/{lesson}/runs/{run['id']}").status_code == 404
    assert hai.post(f"/api/lessons/{lesson}/runs", {"case": case}).status_code == 404


def test_a_run_is_found_under_its_own_lesson_only(house: House, lesson: str) -> None:
    hai = house.program("hai")
    run = right(hai.post(f"/api/lessons/{lesson}/runs", {}))
    other = right(house.program("giang").post("/api/lessons/draw", drawing(case_of(house, closed=True))))["record"][
        "id"
    ]
    assert hai.get(f"/api/lessons/{other}/runs/{run['id']}").status_code == 404
    step = {"step": run["steps"][0]["element"], "result": "worked"}
    assert hai.post(f"/api/lessons/{other}/runs/{run['id']}/tick", step).status_code == 404
    assert hai.post(f"/api/lessons/{other}/runs/{run['id']}/finish", {}).status_code == 404


def test_a_lesson_is_taken_out_of_use_with_a_reason(house: House) -> None:
    giang = house.program("giang")
    lesson = right(giang.post("/api/lessons/draw", drawing(case_of(house, closed=True))))["record"]["id"]
    assert giang.post(f"/api/lessons/{lesson}/retire", {"reason": " "}).json()["code"] == "reason-missing"
    done = right(giang.post(f"/api/lessons/{lesson}/retire", {"reason": "Ngân hàng đã đổi quy trình"}))
    assert (done["record"]["state"], done["facts"][0]["word"]["state"]) == ("retired", "retired")


def test_a_case_page_shows_its_runs_and_begins_one(house: House, lesson: str) -> None:
    case = case_of(house, closed=False)
    hai = house.browser("hai")
    page = hai.get(f"/cases/{case}/checklists")
    assert page.status_code == 200
    assert f'name="lesson" value="{lesson}"' in page.text
    begun = hai.post(f"/cases/{case}/checklists", {"lesson": lesson})
    address = begun.headers["location"]
    assert address.startswith(f"/lessons/{lesson}/runs/run-")
    assert f'href="{address}"' in hai.get(f"/cases/{case}/checklists").text


def test_a_case_page_tells_nothing_of_lessons_that_its_reader_may_not_know_of(house: House) -> None:
    giang, case = house.program("giang"), case_of(house, closed=False)
    hidden = right(giang.post("/api/lessons/draw", drawing(case_of(house, closed=True))))["record"]
    says = {"says": [{"word": {"is": "step", "number": 1, "text": {"vi": "Bước"}}}]}
    right(giang.post(f"/api/lessons/{hidden['id']}/state", says))
    run = right(giang.post(f"/api/lessons/{hidden['id']}/runs", {"case": case}))
    anh = house.browser("anh")
    assert hidden["reference"] in anh.get(f"/cases/{case}/checklists").text, (
        "before it was restricted everybody sees it"
    )
    change, units = house.node.lessons.shared.access.change, [house.cast.units["cyber"]]
    change(house["dung"], hidden["id"], Act.RESTRICT, units=units, officers=[], reason="Nghi lộ tin")
    told = anh.get(f"/cases/{case}/checklists").text
    assert hidden["reference"] not in told
    assert hidden["id"] not in told
    assert run["id"] not in told
    assert anh.post(f"/cases/{case}/checklists", {"lesson": hidden["id"]}).status_code in {403, 404}


def test_the_page_asks_whether_a_lesson_still_holds_and_writes_the_answer_down(house: House) -> None:
    giang = house.program("giang")
    made = right(giang.post("/api/lessons/draw", drawing(case_of(house, closed=True), review_on="2020-01-01")))[
        "record"
    ]
    browser, made_id = house.browser("giang"), made["id"]
    assert f'action="/lessons/{made_id}/renew"' in browser.get(f"/lessons/{made['id']}").text
    browser.post(f"/lessons/{made['id']}/renew", {"review_on": "31/02/2031"})
    browser.post(f"/lessons/{made['id']}/renew", {"review_on": "01/03/2031"})
    top = right(giang.get(f"/api/lessons/{made['id']}"), 200)["top"]["columns"][0]
    assert (top["version"], top["word"]["review_on"]) == (2, "2031-03-01")
    browser.post(f"/lessons/{made['id']}/retire", {"reason": "Không còn đúng"})
    assert right(giang.get(f"/api/lessons/{made['id']}"), 200)["record"]["state"] == "retired"
