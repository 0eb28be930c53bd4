"""The message kinds of sharing (clauses 18.x), all in the bulk lane: a recall must never overtake what it recalls."""

from __future__ import annotations

from typing import Final

from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

SHARE: Final = "intelligence.share"
TAKEN: Final = "intelligence.taken"
RECALL: Final = "intelligence.recall"
RECALLED: Final = "intelligence.recalled"
SIGHTED: Final = "intelligence.sighted"

INTELLIGENCE_KINDS: Final = (
    Kind(SHARE, 1, bodies.Shared, Lane.BULK, opening=True),
    Kind(TAKEN, 1, bodies.Taken, Lane.BULK),
    Kind(RECALL, 1, bodies.Recall, Lane.BULK),
    Kind(RECALLED, 1, bodies.Recalled, Lane.BULK),
    Kind(SIGHTED, 1, bodies.Sighted, Lane.BULK),
)
