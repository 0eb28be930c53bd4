"""What can follow what: a delegation's stages and an outcome's states, each in one side's own column. Pure.

Nobody is bound by the other side's column: that both are shown is what makes them agree. The tables say which steps
are offered and taken here; what a partner states is taken as it is, for what came between may not have been for us.
"""

from __future__ import annotations

from typing import Final

from lienlac.wire.bodies.delegations import OutcomeState, Stage

STAGES: Final[dict[Stage, tuple[Stage, ...]]] = {
    Stage.PLANNED: (Stage.CONFIRMED, Stage.CANCELLED),
    Stage.CONFIRMED: (Stage.UNDER_WAY, Stage.PLANNED, Stage.CANCELLED),
    Stage.UNDER_WAY: (Stage.HELD, Stage.CANCELLED),
    Stage.HELD: (),
    Stage.CANCELLED: (Stage.PLANNED,),
}

OUTCOMES: Final[dict[OutcomeState, tuple[OutcomeState, ...]]] = {
    OutcomeState.OPEN: (OutcomeState.UNDER_WAY, OutcomeState.DONE, OutcomeState.DROPPED),
    OutcomeState.UNDER_WAY: (OutcomeState.DONE, OutcomeState.DROPPED, OutcomeState.OPEN),
    OutcomeState.DONE: (OutcomeState.OPEN,),
    OutcomeState.DROPPED: (OutcomeState.OPEN,),
}

ENDED: Final = frozenset({OutcomeState.DONE, OutcomeState.DROPPED})
OVER: Final = frozenset({Stage.HELD, Stage.CANCELLED})
