"""How alike two names are, for people who write Vietnamese with tones, without them, or in a bank's capitals.

A name alone is never a match: millions share one. What stands here is a hint with its reason, beside the exact text.
Tones carry meaning (Ánh is not Anh), so whether they agree is said apart from how alike the letters are.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lienlac import limits
from lienlac.identifiers.folding import fold

ALIKE_MIN: Final = 88.0
"""From here on two folded names are worth a person's look; below lie other people's names."""


class Tones(StrEnum):
    """What the tones of two names say."""

    SAME = "same"
    UNWRITTEN = "unwritten"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are: `score` of the folded letters from 0 to 100, and what their tones say.

    `reordered`: the same words in another order, as foreigners and forms write Vietnamese names.
    """

    score: float
    tones: Tones
    reordered: bool = False

    @property
    def worth_a_look(self) -> bool:
        """Whether to show it at all. Never more than a hint."""
        return self.score >= ALIKE_MIN


def likeness(one: str, other: str) -> Likeness:
    """Compare two names; the order of the arguments does not matter."""
    # Loaded by the first comparison, not by the node's start.
    from rapidfuzz import fuzz

    first, second = fold(one[: limits.LINE_MAX_CHARS]), fold(other[: limits.LINE_MAX_CHARS])
    if not first or not second:
        return Likeness(0.0, Tones.DIFFERENT)
    straight = fuzz.ratio(first, second)
    sorted_ = fuzz.token_sort_ratio(first, second)
    reordered = first != second and sorted(first.split()) == sorted(second.split())
    return Likeness(round(max(straight, sorted_ if reordered else 0.0), 1), _tones(one, other), reordered)


def _tones(one: str, other: str) -> Tones:
    first, second = _exact(one), _exact(other)
    if sorted(first) == sorted(second):
        return Tones.SAME
    if " ".join(first).isascii() or " ".join(second).isascii():
        return Tones.UNWRITTEN
    return Tones.DIFFERENT


def _exact(name: str) -> list[str]:
    """The words with their tones, in one spelling of them (`hòa` and `hoà` are one)."""
    plain = unicodedata.normalize("NFD", name.casefold())
    return [_with_tones_last(word) for word in plain.split()]


_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")


def _with_tones_last(word: str) -> str:
    tones = "".join(sign for sign in word if sign in _TONES)
    return "".join(sign for sign in word if sign not in _TONES) + tones


def exact(name: str) -> str:
    """A name with its tones, in one spelling of them: what two names must share to be written the same."""
    return " ".join(_exact(name))


def buckets(name: str) -> tuple[str, ...]:
    """Texts that a name shares with those written almost so; at most `limits.NAME_BUCKETS_MAX`.

    Its letters in a row, its words in alphabetical order and, from three words on, all words but one.
    """
    words = fold(name[: limits.LINE_MAX_CHARS]).split()
    if not words:
        return ()
    found = ["".join(words), " ".join(sorted(words))]
    if len(words) >= 3:
        found += [" ".join(sorted(words[:place] + words[place + 1 :])) + " *" for place in range(len(words))]
    return tuple(dict.fromkeys(found))[: limits.NAME_BUCKETS_MAX]
