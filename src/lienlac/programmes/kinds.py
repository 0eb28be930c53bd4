"""The message kinds of joint programmes (clauses 22.x)."""

from __future__ import annotations

from typing import Final

from lienlac.programmes.programme import SHAPE

PROGRAMME_KINDS: Final = SHAPE.kinds
"""Invitation, facts as they are stated, facts in bulk."""
