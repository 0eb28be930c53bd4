"""The message kinds of methods and tricks (clauses 19.x): they travel in the normal lane, nobody waits for them."""

from __future__ import annotations

from typing import Final

from lienlac.wire.bodies.methods import Revoked, Shared
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

SHARE: Final = "methods.share"
REVOKE: Final = "methods.revoke"

METHOD_KINDS: Final = (
    Kind(SHARE, 1, Shared, Lane.NORMAL, opening=True),
    Kind(REVOKE, 1, Revoked, Lane.NORMAL),
)
BODY_OF: Final = {SHARE: Shared, REVOKE: Revoked}
"""The body type of each kind."""
