"""References of payments: what banks call a transfer. A UETR is a random UUID; everything else is the bank's own text.

Knows no bank's own scheme; keeps what people copied, made even enough to compare.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from lienlac import limits
from lienlac.errors import Refused

_UETR: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def parse_uetr(text: str, *, field: str | None = None) -> str:
    """A unique end-to-end transaction reference in lower case. Raises `Refused("uetr-malformed")`."""
    uetr = text.strip().strip("{}").lower()
    if not _UETR.fullmatch(uetr):
        raise Refused("uetr-malformed", field=field, text=text[:40])
    return uetr


def is_uetr(text: str) -> bool:
    """Whether a text is a UETR."""
    return _UETR.fullmatch(text.strip().lower()) is not None


def parse_reference(text: str, *, field: str | None = None) -> str:
    """A payment's reference on one line, spaces made single. Raises `Refused("reference-malformed")`.

    One to `limits.PAYMENT_REFERENCE_MAX_CHARS` characters, no control characters, at least one letter or digit.
    """
    reference = tidy(text)
    too_long = len(reference) > limits.PAYMENT_REFERENCE_MAX_CHARS
    if too_long or not any(letter.isalnum() for letter in reference):
        raise Refused(
            "reference-malformed", field=field, text=text[:40], limit_chars=limits.PAYMENT_REFERENCE_MAX_CHARS
        )
    return reference


def tidy(text: str) -> str:
    """One line of text in composed Unicode: no control or invisible characters, white space made single spaces."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    visible = "".join(letter for letter in spaced if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn"})
    return " ".join(unicodedata.normalize("NFC", visible).split())
