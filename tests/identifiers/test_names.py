"""Similar names: tones told apart, orders forgiven, other people's names left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.identifiers.names import Tones, buckets, exact, likeness

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
def test_buckets_are_bounded(name: str) -> None:
    assert len(buckets(name)) <= limits.NAME_BUCKETS_MAX


@pytest.mark.parametrize(
    "other", ["NGUYEN VAN ANH", "NGUYENVANANH", "Anh Nguyen Van", "Nguyễn Văm Ánh", "Nguyễn Ánh Văn"]
)
def test_what_is_written_almost_so_shares_a_bucket(other: str) -> None:
    assert set(buckets("Nguyễn Văn Ánh")) & set(buckets(other))


def test_other_people_share_none() -> None:
    assert not set(buckets("Nguyễn Văn Ánh")) & set(buckets("Trần Thị Bình"))


def test_one_spelling_of_tones() -> None:
    assert exact("Trần  HOÀ") == exact("trần hòa")
    assert exact("Ánh") != exact("Anh")
