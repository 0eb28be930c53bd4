"""Published figures with which a programme's own can be compared, each with where it was read and whether checked."""

from __future__ import annotations

from typing import Final

from lienlac.vocabulary.words import Word, Words


class Anchor(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published figure. `figure` is which of ours it stands beside; `value` is text, as it was published."""

    figure: str
    value: str
    year: int
    source: str
    verified: bool


anchors: Final = Words("anchors", Anchor)
"""All of them, in the order in which they are shown."""


def beside(figure: str) -> tuple[Anchor, ...]:
    """Those that stand beside one of our figures."""
    return tuple(one for one in anchors.all() if one.figure == figure)
