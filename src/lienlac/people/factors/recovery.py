"""Recovery codes: a printed sheet for the day the telephone is gone. One use each, kept hashed.

Pure. A code has 74 random bits, so a plain digest bound to the account is enough: nobody tries them all. Letters are
those of made passwords, which nobody confuses when reading aloud.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.people.factors.letters import ALPHABET, draw

if TYPE_CHECKING:
    from lienlac.ids import Chance

GROUPS: Final = 3
GROUP_LETTERS: Final = 5
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{{GROUPS * GROUP_LETTERS}}}")


def make(chance: Chance) -> list[str]:
    """A whole sheet."""
    return [draw(chance, GROUPS, GROUP_LETTERS) for _ in range(limits.RECOVERY_CODES)]


def normal(text: str) -> str | None:
    """The code in its one form, if the text can be one: case, spaces and hyphens are forgiven."""
    letters = "".join(letter for letter in text.lower() if not letter.isspace() and letter not in "-\N{EN DASH}")
    return letters if _SHAPE.fullmatch(letters) else None


def hash_of(account_id: str, code: str) -> str:
    """What is kept of a code in its one form."""
    return hashlib.sha256(f"recovery:{account_id}:{code}".encode()).hexdigest()
