"""Global random identifiers. A local integer never leaves a node; what travels is one of these.

An id is a short prefix that a person can recognise and 128 random bits in lower-case base 32
(26 characters, no padding): `req-4v7k…`.
"""

from __future__ import annotations

import base64
import secrets
from typing import Protocol

ID_PATTERN = r"^[a-z]{2,5}-[a-z2-7]{26}\Z"


class Chance(Protocol):
    """Source of randomness, replaced by a seeded one in simulations."""

    def token(self, count_bytes: int) -> bytes:
        """That many random bytes."""
        ...


class SystemChance:
    """The operating system's generator."""

    def token(self, count_bytes: int) -> bytes:
        """That many bytes from the operating system."""
        return secrets.token_bytes(count_bytes)


def new_id(prefix: str, chance: Chance) -> str:
    """A fresh id such as `msg-…`; the prefix is two to five lower-case letters."""
    return f"{prefix}-{base64.b32encode(chance.token(16)).decode().rstrip('=').lower()}"
