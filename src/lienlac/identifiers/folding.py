"""Folding: one spelling for comparing what people write with and without Vietnamese accents.

For search and matching only, never for showing. A folded name that matches is a hint, never a proof: tones carry
meaning, so whoever compares names keeps the exact text beside the folded one.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_STROKES: Final = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o"})
"""Letters with a stroke have no decomposition; Vietnamese needs đ, the others come with foreign names."""


def fold(text: str) -> str:
    """Lower case without accents, đ as d, every run of white space as one space. Folding twice changes nothing."""
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:  # a few letters need a second pass; each pass only simplifies
        folded = again
    return folded


def _fold_once(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(letter) not in {"Mn", "Cf", "Cc"} or letter.isspace()
    )
    return " ".join(bare.translate(_STROKES).split())


def compact(text: str) -> str:
    """`fold(text)` with letters and digits only: `VP Bank` and `vpbank` meet."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
