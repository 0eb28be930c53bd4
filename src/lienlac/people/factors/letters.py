"""Letters for secrets that people read aloud and type: made passwords, recovery codes. Pure; chance comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lienlac.ids import Chance

ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 letters and digits that nobody confuses when reading aloud (no 0 o, 1 l i)."""


def draw(chance: Chance, groups: int, letters_each: int) -> str:
    """Random groups with hyphens between: `7kq4m-…`."""
    letters: list[str] = []
    whole = 256 - 256 % len(ALPHABET)
    while len(letters) < groups * letters_each:
        # bytes beyond the last whole multiple are thrown away, so that every letter is equally likely
        letters += [ALPHABET[byte % len(ALPHABET)] for byte in chance.token(32) if byte < whole]
    text = "".join(letters)
    return "-".join(text[at : at + letters_each] for at in range(0, groups * letters_each, letters_each))
