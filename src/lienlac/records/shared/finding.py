"""How an element or a record is found by words, whatever their tones and case. Pure."""

from __future__ import annotations

import re
from typing import Final

from lienlac import limits
from lienlac.identifiers.folding import fold as folded

_WORD: Final = re.compile(r"[0-9a-z]+")


def findable(text: str) -> str:
    """The folded words of a text, each with a space before it."""
    words = dict.fromkeys(_WORD.findall(folded(text)))
    return "".join(f" {word}" for word in words)[: limits.RECORD_NEEDLE_CHARS]


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = dict.fromkeys(_WORD.findall(folded(text[: limits.LINE_MAX_CHARS])))
    return tuple(f" {word}" for word in words)[: limits.HOTLINE_QUERY_MAX_WORDS] or ((" ?",) if text.strip() else ())
