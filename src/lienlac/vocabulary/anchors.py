"""Published figures with which a programme's own can be compared, each with where it was read and whether checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.vocabulary.words import Word, Words

if TYPE_CHECKING:
    from lienlac.errors import Language


class Anchor(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published figure. `figure` is which of ours it stands beside; `value` is text, as it was published."""

    figure: str
    value: str
    value_vi: str = ""
    year: int
    source: str
    source_vi: str = ""
    verified: bool

    def said(self, language: Language) -> str:
        """The figure with its unit as people write it."""
        return self.value_vi if language == "vi" and self.value_vi else self.value

    def read_in(self, language: Language) -> str:
        """Where it was read; the name of a publication stays as it is."""
        return self.source_vi if language == "vi" and self.source_vi else self.source


anchors: Final = Words("anchors", Anchor)
"""All of them, in the order in which they are shown."""


def beside(figure: str) -> tuple[Anchor, ...]:
    """Those that stand beside one of our figures."""
    return tuple(one for one in anchors.all() if one.figure == figure)
