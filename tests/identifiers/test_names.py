"""Similar names: tones told apart, orders forgiven, other people's names left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.identifiers.names import Tones, grams, likeness

NAMES = st.lists(st.sampled_from("Nguyễn Nguyen Văn Thị Ánh Anh Hoà Hòa Đức Lê Trần A B".split()), min_size=1).map(
    " ".join
)


@pytest.mark.parametrize(
    ("one", "other", "tones", "alike"),
    [
        ("Nguyễn Văn Ánh", "NGUYEN VAN ANH", Tones.UNWRITTEN, True),
        ("Nguyễn Văn Ánh", "Nguyễn Văn Anh", Tones.DIFFERENT, True),
        ("Trần Hoà", "trần hòa", Tones.SAME, True),
        ("Anh Nguyen Van", "NGUYEN VAN ANH", Tones.SAME, True),
        ("Đỗ Đức", "DO DUC", Tones.UNWRITTEN, True),
        ("Nguyễn Văn Ánh", "Nguyễn Thị Bình", Tones.DIFFERENT, False),
        ("Lê Văn Tám", "Trần Văn Tám", Tones.DIFFERENT, False),
    ],
)
def test_likeness(one: str, other: str, tones: Tones, alike: bool) -> None:
    found = likeness(one, other)
    assert found.tones is tones
    assert found.worth_a_look is alike


@given(NAMES, NAMES)
def test_the_order_of_the_two_does_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)


@given(NAMES)
def test_a_name_is_like_itself(name: str) -> None:
    found = likeness(name, name)
    assert (found.score, found.tones) == (100.0, Tones.SAME)


@given(st.text(max_size=500))
def test_pieces_are_bounded_and_of_the_folded_name(name: str) -> None:
    pieces = grams(name)
    assert len(pieces) <= limits.NAME_GRAMS_MAX
    assert all(len(piece) <= 3 for piece in pieces)


def test_similar_names_share_most_pieces() -> None:
    one, other = set(grams("Nguyễn Văn Ánh")), set(grams("NGUYEN VAN ANHH"))
    assert len(one & other) >= len(one) - 2
