"""Folding: one spelling for comparing what people write with and without Vietnamese accents.

For search and matching only, never for showing. A folded name that matches is a hint, never a proof: tones carry
meaning, so whoever compares names keeps the exact text beside the folded one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_STROKES: Final = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o"})
"""Letters with a stroke have no decomposition; Vietnamese needs đ, the others come with foreign names."""
BACKWARDS: Final = "~"
"""Stands before a number written backwards."""
WORD_MAX_CHARS: Final = 64
"""Of a longer word its beginning."""
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER_MIN_DIGITS: Final = 3


def fold(text: str) -> str:
    """Lower case without accents, đ as d, every run of white space as one space. Folding twice changes nothing."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())  # the quick way says the same
    folded = _fold_once(text)
    # a few letters need a second pass; each pass only simplifies
    while not folded.isascii() and (again := _fold_once(folded)) != folded:
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


def words_in(text: str) -> Iterator[str]:
    """The words of a text as they are looked for: folded, letters and digits only, in their order."""
    plain = text.lower() if text.isascii() and text.isprintable() else fold(text)  # the quick way says the same
    for word in _WORD.findall(plain):
        yield word[:WORD_MAX_CHARS]


def backwards(word: str) -> str:
    """The second form in which a number is kept, because people read its last digits to each other; "" for words."""
    if word.isascii() and word.isdigit() and len(word) >= _NUMBER_MIN_DIGITS:
        return (BACKWARDS + word[::-1])[:WORD_MAX_CHARS]
    return ""


def asked_words(text: str, most: int) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = tuple(dict.fromkeys(words_in(text)))
    return words[:most] or (("?",) if text.strip() else ())
