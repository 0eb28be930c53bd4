"""Forms: everything wrong is said at once, and nothing ever crashes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import catalogue
from lienlac.hotline.forms.openings import Opening, read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds import FREEZE_PAYMENT
from lienlac.hotline.lifecycle import BY_NODES, Step
from lienlac.records.forms.problems import FormRefused
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import OPENING
from tests.hotline.scene import START, VN, agreement, freeze_form, preserve_form

PEERS = [(VN, agreement())]
ACCOUNT = {"form": "vn", "bin": "970436", "number": "0071000123456"}


def problems(form: Any) -> dict[str, str]:
    with pytest.raises(FormRefused) as caught:
        read_opening(form, START, PEERS)
    assert all(problem.code in catalogue() for problem in caught.value.problems)
    return {problem.field: problem.code for problem in caught.value.problems}


def test_right_forms_become_bodies() -> None:
    for form in (freeze_form(), preserve_form()):
        opening = read_opening(form, START, PEERS)
        assert isinstance(opening, Opening)
        officer = bodies.Officer(name="Mark Hill", unit="IC3")
        body = opening.make(reference="US-2026-000001", clocks=bodies.Clocks(), officer=officer)
        assert body.reference == "US-2026-000001"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"victims": [{"form": "us", "aba": "021000022", "number": "483920017"}]}, "victims.0.aba", "aba-check-digit"),
        ({"victims": [{"form": "iban", "iban": "DE89370400440532013001"}]}, "victims.0.iban", "iban-check-digit"),
        ({"beneficiaries": [{**ACCOUNT, "bin": "970499"}]}, "beneficiaries.0.bin", None),
        ({"beneficiaries": [{**ACCOUNT, "bin": "123456"}]}, "beneficiaries.0.bin", "bank-unknown"),
        ({"beneficiaries": []}, "beneficiaries", "field-missing"),
        ({"amount": "twenty-five thousand dollars"}, "amount", "amount-shape"),
        ({"amount": {"amount": "twenty-five thousand", "currency": "USD"}}, "amount.amount", "amount-malformed"),
        ({"amount": {"amount": "48.250", "currency": "USD"}}, "amount.amount", "amount-ambiguous"),
        ({"amount": {"amount": "48250.00", "currency": "XXX"}}, "amount.currency", "currency-unknown"),
        ({"transferred_at": "2026-12-24T10:00:00+07:00"}, "transferred_at", "instant-future"),
        ({"transferred_at": "2026-11-22T10:00:00"}, "transferred_at", "instant-invalid"),
        ({"transferred_at": "yesterday"}, "transferred_at", "instant-invalid"),
        ({"legal_basis": None}, "legal_basis", "field-missing"),
        ({"legal_basis": "because"}, "legal_basis", "choice-invalid"),
        ({"legal_basis_text": ""}, "legal_basis_text", "field-missing"),
        ({"facts": "x" * 20_000_000}, "facts", "text-too-long"),
        ({"facts": "Paid from card 4111 1111 1111 1111."}, "facts", "card-number-in-text"),
        ({"facts": "nul \x00 byte"}, "facts", "text-controls"),
        ({"fcats": "misspelt"}, "fcats", "field-unknown"),
        ({"kind": "freeze"}, "kind", "choice-invalid"),
        ({"to": "us-other"}, "to", "choice-invalid"),
        ({"urgency": "P1"}, "urgency", "choice-invalid"),
        ({"uetr": "123"}, "uetr", "uetr-malformed"),
        ({"marks": {"tlp": "red", "pap": "amber"}}, "marks.tlp", "agreement-marks"),
        ({"beneficiaries": [ACCOUNT] * 500}, "beneficiaries", "list-too-long"),
    ],
)
def test_each_mistake_is_named_with_its_field(changes: dict[str, Any], field: str, code: str | None) -> None:
    found = problems(freeze_form(**changes))
    assert field in found
    if code is not None:
        assert found[field] == code


def test_all_mistakes_at_once() -> None:
    found = problems(
        freeze_form(
            beneficiaries=[{"form": "vn", "bin": "123456", "number": "1"}],
            amount={"amount": "much", "currency": "USD"},
            transferred_at="2027-01-01T00:00:00Z",
            legal_basis=None,
            facts="",
        )
    )
    assert set(found) == {"beneficiaries.0.bin", "amount.amount", "transferred_at", "legal_basis", "facts"}


def test_what_the_agreement_does_not_cover_is_said_before_sending() -> None:
    narrow = [(VN, agreement(purposes=("investigate",), typologies=("gmb",)))]
    with pytest.raises(FormRefused) as caught:
        read_opening(freeze_form(), START, narrow)
    assert {problem.code for problem in caught.value.problems} == {"agreement-purpose", "agreement-typology"}


def test_without_any_agreement_nothing_can_be_sent() -> None:
    with pytest.raises(FormRefused) as caught:
        read_opening(freeze_form(), START, [])
    assert "no-agreement" in {problem.code for problem in caught.value.problems}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(sorted({**freeze_form(), **preserve_form()})), JSON)
def test_any_value_anywhere_is_right_or_refused(field: str, value: Any) -> None:
    for form in (freeze_form(), preserve_form()):
        try:
            read_opening({**form, field: value}, START, PEERS)
        except FormRefused:
            continue


@given(JSON)
def test_any_json_is_right_or_refused(value: Any) -> None:
    with pytest.raises(FormRefused):
        read_opening(value, START, PEERS)


@given(st.sampled_from([step for step in Step if step is not Step.OPEN and step not in BY_NODES]), JSON)
def test_any_json_as_a_step_is_right_or_refused(step: Step, value: Any) -> None:
    try:
        filled = read_step(step, FREEZE_PAYMENT, value, START)
    except FormRefused:
        return
    if step is not Step.CORRECT:
        assert filled.make(bodies.Officer(name="N", unit="U"), OPENING) is not None


def test_a_hold_must_say_how_much_since_when_and_until_when() -> None:
    with pytest.raises(FormRefused) as caught:
        read_step(Step.RESULT, FREEZE_PAYMENT, {"outcome": "held"}, START)
    assert {problem.field for problem in caught.value.problems} == {"held", "held_at", "until"}


def test_a_part_acceptance_must_say_what_is_left_out() -> None:
    with pytest.raises(FormRefused) as caught:
        read_step(Step.ACCEPT, FREEZE_PAYMENT, {"extent": "partly"}, START)
    assert {problem.field for problem in caught.value.problems} == {"remarks"}
