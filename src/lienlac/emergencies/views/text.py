"""The words by which a channel is found: its reference, titles, organisations, places, summaries and first entries.

Pure. Folded, so that *Bệnh viện Bạch Mai* is found by "benh vien bach mai"; bounded, so that a long story costs no
more than a short one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.emergencies.lifecycle import Side, Step
from lienlac.emergencies.views.timeline import summary_text, view
from lienlac.identifiers.folding import fold as folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.emergencies.emergency import Emergency

_WORD: Final = re.compile(r"[0-9a-z]+")


def findable(emergency: Emergency) -> str:
    """The text that a search reads: words with a space before each, so that a word's beginning is found."""
    words: dict[str, None] = {}
    size = 0
    for text in _texts(emergency):
        for word in _WORD.findall(folded(text)):
            if word not in words:
                size += len(word) + 1
                if size > limits.EMERGENCY_FOUND_CHARS:
                    return _joined(words)
                words[word] = None
    return _joined(words)


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = dict.fromkeys(_WORD.findall(folded(text[: limits.LINE_MAX_CHARS])))
    return tuple(f" {word}" for word in words)[: limits.HOTLINE_QUERY_MAX_WORDS] or ((" ?",) if text.strip() else ())


def _joined(words: dict[str, None]) -> str:
    return "".join(f" {word}" for word in words)


def _texts(emergency: Emergency) -> Iterator[str]:
    body = emergency.body
    yield body.reference
    yield body.title_vi
    yield body.title_en
    yield from body.organisations
    yield from body.countries
    yield body.officer.name
    if body.raised_from is not None:
        yield body.raised_from.reference
    for side in Side:
        summary = view(emergency, side).summary
        if summary is not None:
            yield from (summary_text(summary).vi, summary_text(summary).en)
    for fact in (*emergency.said(Side.OPENER, Step.ENTRY), *emergency.said(Side.ANSWERER, Step.ENTRY)):
        yield from (fact.body.text.vi, fact.body.text.en)
