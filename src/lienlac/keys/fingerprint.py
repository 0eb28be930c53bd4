"""The fingerprint that two officers read to each other: eight groups of five digits, 132 bits (clause 10.2).

Responsible for making and comparing it. Digits are the same in every language. It covers every key on a node card;
who compares it with whom, and over which channel, is the ceremony's business.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.keys.suite import SealingPublicKey, VerifyingKeys

_DIGITS = 40
_SEPARATORS = re.compile(r"[\s.\-–]+")


def fingerprint(signing: VerifyingKeys, sealing: SealingPublicKey, tls_pins: Sequence[str]) -> str:
    """`"12345 67890 …"` over signing keys, sealing key and TLS pins (hex, order without meaning)."""
    text = "\n".join(["lienlac-fingerprint/1", signing.kid, sealing.kid, *sorted(tls_pins)])
    number = int.from_bytes(hashlib.sha512(text.encode("ascii")).digest(), "big") % 10**_DIGITS
    digits = f"{number:0{_DIGITS}d}"
    return " ".join(digits[start : start + 5] for start in range(0, _DIGITS, 5))


def parse(text: str) -> str:
    """The canonical form of what a person typed, whatever the spacing; raises `Refused("fingerprint-malformed")`."""
    digits = _SEPARATORS.sub("", text)
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise Refused("fingerprint-malformed")
    return " ".join(digits[start : start + 5] for start in range(0, _DIGITS, 5))


def same(heard: str, expected: str) -> bool:
    """Whether two fingerprints are one; in constant time. Raises `Refused("fingerprint-malformed")`."""
    return hmac.compare_digest(parse(heard), parse(expected))
