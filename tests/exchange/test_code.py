"""The verification code: from a digest and back to its beginning; every wrong letter is noticed, every honest reading read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.exchange.log.code import LETTERS, SURE_HEX, code_of, plain, sure_digits

digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(digests)
def test_a_code_leads_back_to_its_digest(digest: str) -> None:
    code = code_of(digest)
    assert [len(group) for group in code.split("-")] == [4] * 6
    assert digest.startswith(sure_digits(code))
    assert len(sure_digits(code)) == SURE_HEX == 28


@given(digests, st.integers(0, 22), st.integers(1, 31))
def test_any_one_wrong_letter_is_noticed(digest: str, place: int, shift: int) -> None:
    text = code_of(digest).replace("-", "")
    wrong = LETTERS[(LETTERS.index(text[place]) + shift) % 32]
    changed = text[:place] + wrong + text[place + 1 :]
    if (LETTERS.index(wrong) - LETTERS.index(text[place])) % 31 == 0:  # 0 and Z are one to the check letter
        return
    with pytest.raises(Refused) as caught:
        sure_digits(changed)
    assert caught.value.code == "code-mistyped"


@given(digests, st.integers(0, 21))
def test_two_neighbours_that_changed_places_are_noticed(digest: str, place: int) -> None:
    text = code_of(digest).replace("-", "")
    one, other = text[place], text[place + 1]
    if (LETTERS.index(one) - LETTERS.index(other)) % 31 == 0:
        return
    with pytest.raises(Refused) as caught:
        sure_digits(text[:place] + other + one + text[place + 2 :])
    assert caught.value.code == "code-mistyped"


@given(digests)
def test_it_is_read_as_people_type_it(digest: str) -> None:
    code = code_of(digest)
    typed = code.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert sure_digits(typed) == sure_digits("LIENLAC:" + code) == sure_digits(code)
    assert plain(typed) == plain(code)


@pytest.mark.parametrize("typed", ["", "ABCD", "-" * 24, "U" * 24, "A" * 25, "a" * 64, "💥" * 24, "0000-" * 6 + "00"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        sure_digits(typed)
    assert caught.value.code == "code-unreadable"


def test_a_known_code_stays_what_it_is() -> None:
    """Papers are kept for decades: the form of the code never changes."""
    assert code_of("ab12" * 16) == "NC9A-P4NB-2ANH-5ARJ-NC9A-P4NM"
