"""Handling marks and what happens when they meet: the strictest wins (protocol clause 3, domain rule on marks).

TLP says who may see, PAP what may be done, the handling codes for what purpose: separate questions, never merged
into one. Takes and gives plain codes, so that the wire's enumerations can be passed as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.vocabulary.words import RankedWord, RankedWords

if TYPE_CHECKING:
    from collections.abc import Iterable

tlp = RankedWords("tlp", RankedWord)
pap = RankedWords("pap", RankedWord)
handling = RankedWords("handling", RankedWord)


def combine_handling(codes: Iterable[str]) -> tuple[str, ...]:
    """Handling codes that hold when several meet: restrictions add up; H0 stands only where nothing else does.

    Sorted by rank, without repeats; an empty input gives ("h0",). Raises `Refused("code-unknown")`.
    """
    words = {handling.get(code).code for code in codes} | {"h0"}
    return tuple(sorted(words - {"h0"}, key=handling.rank)) or ("h0",)
