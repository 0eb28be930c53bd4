"""Refusals gathered while something typed is read: one stays what it is, several are told together, none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed, Refused
from lienlac.records.forms.gathered import Gathered
from lienlac.records.forms.problems import FormRefused, problem_of


def _refuse(error: Exception):
    raise error


def test_what_is_right_is_read_and_nothing_is_raised():
    found = Gathered()
    assert found.hear(lambda: 7, 0) == 7
    found.finish()


def test_one_mistake_keeps_its_code_and_gets_the_field_that_its_rule_did_not_know():
    found = Gathered()
    assert found.hear(lambda: _refuse(Refused("code-unknown")), "", "handling") == ""
    with pytest.raises(Refused, match="code-unknown") as caught:
        found.finish()
    assert not isinstance(caught.value, FormRefused)
    assert caught.value.field == "handling"


@given(
    st.lists(st.lists(st.sampled_from(["title", "kind", "address"]), min_size=1, max_size=4), min_size=2, max_size=6)
)
def test_several_are_told_in_the_order_in_which_they_were_heard(parts):
    found = Gathered()
    for fields in parts:
        problems = [problem_of(Refused("line-empty"), field) for field in fields]
        found.hear(lambda told=problems: _refuse(FormRefused(told)), None)
    with pytest.raises(FormRefused) as caught:
        found.finish()
    assert [one.field for one in caught.value.problems] == [field for fields in parts for field in fields]


def test_attack_who_may_not_do_it_hears_nothing_of_the_form():
    found = Gathered()
    found.note(Refused("line-empty", field="title"))
    with pytest.raises(NotAllowed, match="not-allowed"):
        found.hear(lambda: _refuse(NotAllowed("not-allowed")), None)
