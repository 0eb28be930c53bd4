"""Marks in every form in which they come, the strictest winning; one family goes out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import vocabulary
from lienlac.stix import marks
from lienlac.stix.checking import check
from lienlac.stix.marks import Meaning, mark_of, meaning, unknown_of
from lienlac.stix.rules.markings import TLP_1
from tests.stix.material import UUID, checked, indicator, raw

PAP_EXTENSION = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
OWN = f"marking-definition--{UUID}"


def marking(**changes: Any) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": OWN,
        "created": "2026-11-25T08:00:00.000Z",
        **changes,
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (marking(extensions={marks.TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber+strict"}}), Meaning(tlp="amber+strict")),
        (marking(name="PAP:AMBER", extensions={PAP_EXTENSION: {"extension_type": "property-extension", "pap": "amber"}}), Meaning(pap="amber")),
        (marking(definition_type="statement", definition={"statement": "custom"}, x_opencti_definition_type="TLP", x_opencti_definition="TLP:AMBER+STRICT"), Meaning("amber+strict", "", "custom")),
        (marking(definition_type="PAP", definition={"PAP": "PAP:WHITE"}, name="PAP:WHITE"), Meaning(pap="clear")),
        (marking(definition_type="TLP", definition={"TLP": "red"}), Meaning(tlp="red")),
        (marking(definition_type="statement", definition={"statement": "PAP:RED"}), Meaning("", "red", "PAP:RED")),
        (marking(definition_type="statement", definition={"statement": "Only for TLP:RED readers."}), Meaning("", "", "Only for TLP:RED readers.")),
        (marking(name="TLP:PURPLE"), Meaning()),
        (marking(name="TLP:GREEN", extensions={marks.TLP_2_EXTENSION: {"tlp_2_0": "red"}}), Meaning(tlp="red")),
        (marking(id=marks.TLP_2["red"], name="TLP:CLEAR"), Meaning(tlp="red")),
    ],
)  # fmt: skip
def test_a_definition_is_understood_in_every_form(value: dict[str, Any], said: Meaning) -> None:
    assert meaning(value) == said


def test_both_families_are_understood_and_the_strictest_wins() -> None:
    white, red = (ref for ref, color in TLP_1.items() if color in {"white", "red"})
    assert mark_of(checked(indicator(object_marking_refs=[white]))) == ("clear", "")
    assert mark_of(checked(indicator(object_marking_refs=[marks.TLP_2["green"], red]))) == ("red", "")
    assert mark_of(checked(indicator())) == ("", "")


def test_a_part_that_is_marked_marks_the_whole() -> None:
    stix = checked(
        indicator(
            object_marking_refs=[marks.TLP_2["green"]],
            granular_markings=[{"marking_ref": marks.TLP_2["amber+strict"], "selectors": ["pattern"]}],
        )
    )
    assert mark_of(stix) == ("amber+strict", "")


def test_a_mark_that_nobody_has_defined_is_named_and_not_guessed() -> None:
    stix = checked(indicator(object_marking_refs=[OWN, marks.TLP_2["green"]]))
    assert mark_of(stix) == ("green", "")
    assert unknown_of(stix) == (OWN,)
    assert unknown_of(stix, {OWN}) == ()
    assert mark_of(stix, {OWN: Meaning(tlp="amber", pap="red")}) == ("amber", "red")


@pytest.mark.parametrize("code", vocabulary.tlp.codes())
def test_what_goes_out_is_tlp_2_and_comes_back(code: str) -> None:
    sent = check(raw(marks.definition(code)))
    assert meaning(sent.value) == Meaning(tlp=code)
    assert sent.warnings == ()


@given(st.lists(st.sampled_from([*marks.TLP_2.values(), *TLP_1]), min_size=1, max_size=6))
def test_order_and_number_of_marks_change_nothing(refs: list[str]) -> None:
    one = mark_of(checked(indicator(object_marking_refs=refs)))
    assert one == mark_of(checked(indicator(object_marking_refs=refs[::-1] + refs)))
    assert vocabulary.tlp.rank(one[0]) == max(
        vocabulary.tlp.rank(mark_of(checked(indicator(object_marking_refs=[ref])))[0]) for ref in refs
    )


@given(
    st.recursive(
        st.none() | st.text(max_size=9) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "name", "definition", "tlp", "TLP", "statement", "extensions", "pap", "tlp_2_0"]
                ),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_nothing_that_calls_itself_a_marking_breaks_the_reader(value: Any) -> None:
    said = meaning(value if isinstance(value, dict) else {"definition": value, "extensions": value, "name": value})
    assert said.tlp in {"", *vocabulary.tlp.codes()}
    assert said.pap in {"", *vocabulary.pap.codes()}
