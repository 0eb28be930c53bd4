"""A quarter as people write it."""

from __future__ import annotations

import pytest

from lienlac.vocabulary import quarters
from lienlac.vocabulary.anchors import anchors


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2026-Q1", "Quý I/2026", "Q1 2026"),
        ("2026-Q4", "Quý IV/2026", "Q4 2026"),
        ("2026-Q5", "2026-Q5", "2026-Q5"),
        ("a line", "a line", "a line"),
    ],
)
def test_a_quarter_in_both_languages(name: str, vi: str, en: str) -> None:
    assert (quarters.said(name, "vi"), quarters.said(name, "en")) == (vi, en)


def test_a_published_figure_has_its_unit_in_words_of_the_reader() -> None:
    found = {one.code: one for one in anchors.all()}
    assert found["kill-chain-us"].said("vi") == "72 giờ"
    assert found["kill-chain-us"].said("en") == "72 h"
    assert found["hold-ic3-2021"].said("vi") == found["hold-ic3-2021"].said("en")
    for one in anchors.all():
        assert one.value_vi or not any(unit in one.value.split() for unit in ("d", "h", "min", "M")), one.code
