"""Fifteen kinds, each declared once: body, form, result, pages, interface and vocabulary say the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from lienlac.hotline.forms.openings import read_own
from lienlac.hotline.kinds import BY_NAME, OPENINGS, REQUEST_KINDS, grounds_of
from lienlac.hotline.kinds.field import Field, Needs, RequestKind, Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.pages import typed
from lienlac.records.forms.reader import Reader
from lienlac.releases.preview import withheld_at_first
from lienlac.ui.page import Form
from lienlac.vocabulary import purposes, request_kinds, seeds_for, urgencies
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import LEADING, NAMES, RESULTS, form_of, opening_of, own_form, report_of, step_form
from tests.hotline.scene import START, Stage
from tests.hotline.webscene import Browser, Door

ZONES = ["Asia/Ho_Chi_Minh", "America/New_York", "UTC"]
TWELVE_MORE = {
    "extend", "release-payment", "disclose-subscriber", "disclose-traffic", "emergency-disclose", "take-down",
    "block-number", "locate", "identify", "legal-info", "tech-advice", "victim-contact",
}  # fmt: skip


def names_of(struct: type[Any]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(struct)}


def every(fields: tuple[Field, ...]) -> list[Field]:
    found = []
    for field in fields:
        found += [field, *every(field.inside)]
    return found


# --- declarations ------------------------------------------------------------------------------------------------------


def test_the_kinds_are_those_of_the_plan_and_no_others() -> None:
    assert set(NAMES) == {"freeze-payment", "preserve-data", "deconflict"} | TWELVE_MORE
    assert (
        len(OPENINGS)
        == len({kind.body for kind in REQUEST_KINDS})
        == len({kind.report for kind in REQUEST_KINDS})
        == 15
    )
    assert {kind.kind for kind in REQUEST_KINDS} == set(request_kinds.codes())


@pytest.mark.parametrize("kind", REQUEST_KINDS, ids=NAMES)
def test_a_form_states_what_its_body_holds_and_nothing_else(kind: RequestKind) -> None:
    by_the_node = {"reference", "urgency", "clocks", "officer", "follows", "attachments"}
    fields = (*kind.fields, *COMMON)
    assert {field.name for field in fields} == names_of(kind.body) - by_the_node
    assert len(fields) == len({field.name for field in fields})
    assert {field.name for field in kind.report_fields} == names_of(kind.report)


@pytest.mark.parametrize("kind", REQUEST_KINDS, ids=NAMES)
def test_what_a_declaration_names_exists(kind: RequestKind) -> None:
    own = {field.name for field in kind.fields}
    outcomes = set(kind.outcome.choices)
    assert set(kind.lead) <= own
    assert set(kind.purposes) <= set(purposes.codes())
    assert set(kind.urgencies) <= set(urgencies.codes())
    assert set(kind.follows) <= set(BY_NAME)
    assert {*kind.holds, *kind.ends} <= outcomes
    assert all(set(field.with_outcome) <= outcomes for field in kind.results)
    assert set(kind.begins) <= own | {"purpose", "urgency", "typology", "legal_basis"}
    assert not kind.holds or "until" in names_of(kind.report)
    assert len(grounds_of(kind)) >= 8
    for field in every((*kind.fields, *kind.report_fields)):
        assert field.label
        assert field.choices or field.shape not in {Shape.CHOICE, Shape.CODES}, field.name
        assert field.inside or field.shape not in {Shape.PART, Shape.ROWS}, field.name
        assert field.most or field.shape not in {Shape.ACCOUNTS, Shape.IDENTIFIERS, Shape.ROWS, Shape.CODES}, field.name
        assert field.high or field.shape is not Shape.WHOLE, field.name


def test_what_reaches_a_person_or_property_needs_a_decision() -> None:
    """P5: before it is asked for, or within the time agreed; only advice, contact and emergencies go without."""
    before = {kind.name for kind in REQUEST_KINDS if kind.needs is Needs.BEFORE}
    later = {kind.name for kind in REQUEST_KINDS if kind.needs is Needs.LATER}
    assert before == {"disclose-subscriber", "disclose-traffic", "locate"}
    assert {"freeze-payment", "preserve-data", "emergency-disclose"} <= later
    assert not (before | later) & {"legal-info", "tech-advice", "victim-contact", "deconflict"}
    for kind in REQUEST_KINDS:
        assert ("validate" in kind.clocks) == (kind.name in later)


def test_every_kind_has_seeds_for_the_clocks_that_it_runs() -> None:
    for kind in REQUEST_KINDS:
        seeded = {seed.step for seed in seeds_for(kind.kind)}
        assert set(kind.clocks) - {"receipt"} <= seeded, kind.name


@pytest.mark.parametrize("name", NAMES)
def test_bodies_and_reports_travel_unchanged(name: str) -> None:
    body, report = opening_of(name), report_of(name)
    assert msgspec.json.decode(msgspec.json.encode(body), type=type(body)) == body
    assert msgspec.json.decode(msgspec.json.encode(body), type=bodies.AnyOpening) == body
    assert msgspec.json.decode(msgspec.json.encode(report), type=bodies.AnyReport) == report
    corrected = bodies.Corrected(officer=body.officer, answers="msg-" + "a" * 26, opening=body)
    assert msgspec.json.decode(msgspec.json.encode(corrected), type=bodies.Corrected) == corrected


# --- forms and pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_is_filled_with_says_the_same_when_it_comes_back(name: str, zone: str) -> None:
    """A correction begins with what the request states: whatever nobody touches stays as it was."""
    kind, body = BY_NAME[name], opening_of(name)
    fields = (*kind.fields, *COMMON)
    form = Form(typed.fields_from(fields, body, zone))
    reader = Reader(typed.data_of(fields, form, zone), now=START)
    values = read_own(reader, kind, "imp-pol" if name == "block-number" else "fxp-rig")
    assert not reader.problems, reader.problems
    assert {field: getattr(body, field) for field in values} == values


@pytest.mark.parametrize("name", NAMES)
def test_every_form_misses_what_it_requires_all_at_once(name: str) -> None:
    kind = BY_NAME[name]
    reader = Reader({}, now=START)
    read_own(reader, kind, "fxp-rig")
    missed = {problem.field.partition(".")[0] for problem in reader.problems}
    required = {field.name for field in kind.fields if field.required and field.standard is None}
    assert required <= missed


@pytest.fixture
def doors(quick_stage: Stage) -> tuple[Stage, Browser, Browser]:
    return quick_stage, Door(quick_stage, quick_stage.us).browser(), Door(quick_stage, quick_stage.vn, "vi").browser()


def page_form(fields: tuple[Field, ...], value: Any) -> dict[str, Any]:
    """A body or report as the fields of a page, in the zone of these officers."""
    return typed.fields_from(fields, value, "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_opened_read_and_answered_on_pages_in_both_languages(
    name: str, doors: tuple[Stage, Browser, Browser]
) -> None:
    stage, us, vn = doors
    kind = BY_NAME[name]
    form = form_of(kind)
    body = opening_of(name)
    typed_in = page_form((*kind.fields, *COMMON), body) | {
        field: form[field]
        for field in ("urgency", "purpose", "legal_basis", "legal_basis_text", "typology")
        if field in form
    }
    if spared := withheld_at_first(body):
        typed_in |= {"release.let_out": list(spared), "release.why": "So that everything typed is seen to travel."}
    if name in LEADING:
        leading = stage.carried_out(form_of(LEADING[name]), RESULTS[LEADING[name]])
        typed_in["follows"] = leading.reference
        typed_in["purpose"] = leading.opening.header.purpose
        offered = us.get(f"/requests/{leading.id}").text
        assert f"/requests/new/{name}?follows={leading.id}" in offered
        assert leading.reference in us.get(f"/requests/new/{name}?follows={leading.id}").text
    for browser in (us, vn):
        page = browser.get(f"/requests/new/{name}").text
        for field in kind.fields:
            assert re.search(rf'name="{field.name}["\.]', page), field.name
    us.get(f"/requests/new/{name}")
    look = us.post(f"/requests/new/{name}", {**typed_in, "to": "vn-a05", "act": "look"})
    assert look.status_code == 200, look.text[:3000]
    sent = us.post(f"/requests/new/{name}", {**typed_in, "to": "vn-a05", "act": "send"})
    assert sent.status_code == 303, re.findall(r'class="mistake.*', sent.text)
    path = sent.headers["location"]
    stage.deliver()
    assert not stage.vn.refusals
    request = stage.us.hotline.show(stage.us.officer, path.rpartition("/")[2]).request
    assert {field.name: getattr(request.body, field.name) for field in kind.fields} == {
        field.name: getattr(body, field.name) for field in kind.fields
    }
    seen = vn.get(path)
    assert seen.status_code == 200
    for step in (Step.ACKNOWLEDGE, Step.ACCEPT):
        answered = vn.post(f"{path}/{step}", {**step_form(step, request, stage.vn.node_id), "sure": "yes"})
        assert answered.status_code == 303, answered.text[:2000]
        vn.get(path)
    result = page_form(kind.report_fields, report_of(name))
    for field in every(kind.report_fields):
        assert f'name="{field.name}' in vn.page or f".{field.name}" in vn.page, field.name
    answered = vn.post(f"{path}/result", {**result, "sure": "yes"})
    assert answered.status_code == 303, re.findall(r'class="mistake.*', answered.text)
    stage.deliver()
    request = stage.us.see(request)
    assert request.result is not None
    assert request.result.body.report == report_of(name)
    for browser in (us, vn):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert "None" not in re.sub(r"<[^>]+>", "", shown.text)


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_opened_and_answered_over_the_interface(name: str, quick_stage: Stage) -> None:
    stage = quick_stage
    us, vn = Door(stage, stage.us).program(), Door(stage, stage.vn, "vi").program()
    changes = {}
    if name in LEADING:
        changes["follows"] = stage.carried_out(form_of(LEADING[name]), RESULTS[LEADING[name]]).reference
    form = form_of(name, **changes)
    assert us.post("/api/requests/check", form).json()["right"] is True
    opened = us.post("/api/requests", form)
    assert opened.status_code == 201, opened.text
    path = f"/api/requests/{opened.json()['id']}"
    stage.deliver()
    request = stage.us.hotline.show(stage.us.officer, opened.json()["id"]).request
    for step in (Step.ACKNOWLEDGE, Step.ACCEPT, Step.RESULT):
        answer = vn.post(f"{path}/{step}", step_form(step, request, stage.vn.node_id))
        assert answer.status_code == 201, answer.text
    stage.deliver()
    ours, theirs = us.get(path).json(), vn.get(path).json()
    assert ours["state"] == theirs["state"] == "executed"
    assert ours["kind"] == f"hotline.{name}"
    assert not stage.us.refusals
    if name in LEADING:
        assert ours["follows"]["reference"] == changes["follows"]


def test_a_correction_on_its_page_begins_with_what_was_asked(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    request = stage.us.open(form_of("disclose-traffic"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.RETURN, ground="insufficient-information", explanation="Which ports?")
    stage.deliver()
    path = f"/requests/{request.id}"
    assert f"{path}/correct" in us.get(path).text
    page = us.get(f"{path}/correct").text
    for text in ("Which ports?", "203.0.113.7", "26-mj-1187", "three hundred workers"):
        assert text in page
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    assert fields["covers_from"]
    kind = BY_NAME["disclose-traffic"]
    answers = stage.us.see(request).returns[0].asked.id
    changed = {
        **page_form((*kind.fields, *COMMON), request.body),
        "answers": answers,
        "covers_from": "01/10/2026 06:30:15",
    }
    wrong = us.post(f"{path}/correct", {**changed, "necessity": "", "sure": "yes"})
    assert wrong.status_code == 422
    assert "three hundred workers" in wrong.text
    assert us.post(f"{path}/correct", {**changed, "sure": "yes"}).status_code == 303
    stage.deliver()
    seen: Any = stage.vn.see(request).body
    assert seen.covers_from == datetime(2026, 9, 30, 23, 30, 15, tzinfo=UTC)
    assert seen.covers_until == request.body.covers_until  # type: ignore[attr-defined]
    vn_page = vn.get(path).text
    assert "203.0.113.7" in vn_page


def test_no_step_lacks_a_form() -> None:
    assert set(STEP_FIELDS) == set(Step) - {
        Step.OPEN, Step.OPEN_UNVALIDATED, Step.LAPSE, Step.RECEIPT, Step.TURN_AWAY, Step.RESULT,
    }  # fmt: skip


def test_own_forms_are_what_corrections_take() -> None:
    for name in NAMES:
        assert set(own_form(name)) <= {field.name for field in (*BY_NAME[name].fields, *COMMON)}
