"""Searches have an address of their own while one is signed in: gone back to, of no use to anybody else, bounded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.ui.searches.asked import Asked

FORMS = st.lists(st.tuples(st.sampled_from("abc"), st.text("xy", max_size=9)), max_size=40)


@given(FORMS)
def test_however_much_is_searched_it_stays_within_its_bounds_and_the_newest_is_there(forms: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SEARCHES_KEPT_PER_SESSION", 3)
        patch.setattr(limits, "SEARCHES_KEPT_MAX_CHARS", 60)
        asked = Asked()
        for number, (session, words) in enumerate(forms):
            asked.keep(session, str(number), {"words": [words]})
            assert asked.recall(session, str(number)) == {"words": [words]}
        held = [
            (session, number, found)
            for number, (session, _) in enumerate(forms)
            if (found := asked.recall(session, str(number))) is not None
        ]
    for session in "abc":
        own = [number for number, (whose, _) in enumerate(forms) if whose == session]
        kept = [number for whose, number, _ in held if whose == session]
        assert len(kept) <= 3
        assert kept == own[len(own) - len(kept) :]
    most_of_one = 3 * (len("words") + 9)
    assert sum(len("words") + len(found["words"][0]) for _, _, found in held) <= max(60, most_of_one)


def test_what_one_session_asked_another_does_not_hear() -> None:
    asked = Asked()
    asked.keep("one", "name", {"words": ["0912345678"]})
    assert asked.recall("another", "name") is None
    assert asked.recall("", "name") is None
