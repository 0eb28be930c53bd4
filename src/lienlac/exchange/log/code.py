"""The verification code: a message's name, short enough to be read from paper (clause 8.9).

24 letters in groups of four: the first 115 bits of the message's digest in Crockford's base 32, and one check letter
that finds any single wrong letter and any two neighbours that changed places. Pure; whether there is such a message the
log says.
"""

from __future__ import annotations

import re
from typing import Final

from lienlac.errors import Refused

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread."""
GROUP: Final = 4
SIGNS: Final = 23
"""Letters that say something: 115 bits, so that nobody finds a second message for a code."""
PREFIX: Final = "LIENLAC:"
"""What stands before the code in its picture, so that whoever scans it knows what it is."""
SURE_HEX: Final = SIGNS * 5 // 4
"""Hexadecimal digits of the digest that the code holds whole."""

_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "O": "0"})
_SET_APART: Final = re.compile(r"[\s-]+")
_CHECK: Final = 31


def code_of(digest: str) -> str:
    """The code of a message's digest (64 hexadecimal digits)."""
    bits = int(digest, 16) >> (len(digest) * 4 - SIGNS * 5)
    signs = "".join(LETTERS[bits >> 5 * place & 31] for place in reversed(range(SIGNS)))
    whole = signs + _check_letter(signs)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def sure_digits(code: str) -> str:
    """The digits that a digest with this code begins with; compare `code_of` as well.

    Reads what people type: small letters, other spacing, I and L for 1, O for 0. Raises `Refused("code-unreadable")`.
    """
    text = plain(code)
    if len(text) != SIGNS + 1 or any(letter not in LETTERS for letter in text):
        raise Refused("code-unreadable", field="code")
    if _check_letter(text[:-1]) != text[-1]:
        raise Refused("code-mistyped", field="code")
    bits = 0
    for letter in text[:-1]:
        bits = bits << 5 | LETTERS.index(letter)
    return f"{bits >> (SIGNS * 5 - SURE_HEX * 4):0{SURE_HEX}x}"


def plain(code: str) -> str:
    """A code as it was typed, without what sets it apart, in the letters of its alphabet."""
    return _SET_APART.sub("", code.upper()).removeprefix(PREFIX).translate(_READ_AS)


def _check_letter(signs: str) -> str:
    total = sum(place * LETTERS.index(letter) for place, letter in enumerate(signs, start=1))
    return LETTERS[total % _CHECK]
