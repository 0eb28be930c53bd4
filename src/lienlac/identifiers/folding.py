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

_STROKES: Final = {ord(letter): bare for letter, bare in {"đ": "d", "ð": "d", "ł": "l", "ø": "o"}.items()}
"""Letters with a stroke have no decomposition; Vietnamese needs đ, the others come with foreign names."""
_DROPPED: Final = frozenset({"Mn", "Cf", "Cc"})
_LETTERS_KEPT: Final = 10_000
"""Letters of which it is remembered what they become: every alphabet, and most of what is written in Chinese."""
BACKWARDS: Final = "~"
"""Stands before a number written backwards."""
WORD_MAX_CHARS: Final = 64
"""Of a longer word its beginning."""
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER_MIN_DIGITS: Final = 3


class _Bare(dict[int, int | str | None]):
    """What becomes of each letter once it is decomposed; asked of the tables of Unicode once, not for every letter."""

    def __missing__(self, code: int) -> int | str | None:
        letter = chr(code)
        dropped = unicodedata.category(letter) in _DROPPED and not letter.isspace()
        made = None if dropped else _STROKES.get(code, code)
        if len(self) < _LETTERS_KEPT:
            self[code] = made
        return made


_BARE: Final = _Bare()


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
    return " ".join(unicodedata.normalize("NFKD", decomposed).translate(_BARE).split())


def compact(text: str) -> str:
    """`fold(text)` with letters and digits only: `VP Bank` and `vpbank` meet."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def words_in(text: str) -> Iterator[str]:
    """The words of a text as they are looked for: folded, letters and digits only, in their order."""
    plain = text.lower() if text.isascii() and text.isprintable() else fold(text)  # the quick way says the same
    for word in _WORD.findall(plain):
        yield word[:WORD_MAX_CHARS]


def words_once(text: str) -> list[str]:
    """The same, each word once: most words of a long text stand in it more than once."""
    plain = text.lower() if text.isascii() and text.isprintable() else fold(text)
    return list(dict.fromkeys(word[:WORD_MAX_CHARS] for word in dict.fromkeys(_WORD.findall(plain))))


def backwards(word: str) -> str:
    """The second form in which a number is kept, because people read its last digits to each other; "" for words."""
    if word.isascii() and word.isdigit() and len(word) >= _NUMBER_MIN_DIGITS:
        return (BACKWARDS + word[::-1])[:WORD_MAX_CHARS]
    return ""


def asked_words(text: str, most: int) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = tuple(dict.fromkeys(words_in(text)))
    return words[:most] or (("?",) if text.strip() else ())
