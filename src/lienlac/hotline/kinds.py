"""The hotline's message kinds, and which step of the lifecycle each one is (clauses 12.x).

All travel in the urgent lane: a thread about a request must never overtake itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.hotline.lifecycle import Step
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import msgspec

FREEZE_PAYMENT: Final = "hotline.freeze-payment"
PRESERVE_DATA: Final = "hotline.preserve-data"

OPENINGS: Final = (
    Kind(FREEZE_PAYMENT, 1, bodies.FreezePayment, Lane.URGENT, opening=True),
    Kind(PRESERVE_DATA, 1, bodies.PreserveData, Lane.URGENT, opening=True),
)

_FOLLOW_UPS: Final[dict[Step, type[msgspec.Struct]]] = {
    Step.ACKNOWLEDGE: bodies.Acknowledged,
    Step.ASK: bodies.Asked,
    Step.CLARIFY: bodies.Clarified,
    Step.ACCEPT: bodies.Accepted,
    Step.REFUSE: bodies.Declined,
    Step.RESULT: bodies.Result,
    Step.WITHDRAW: bodies.Withdrawn,
    Step.FEEDBACK: bodies.Feedback,
    Step.CLOSE: bodies.Closed,
    Step.NOTE: bodies.Note,
}

HOTLINE_KINDS: Final[tuple[Kind, ...]] = OPENINGS + tuple(
    Kind(f"hotline.{step.value}", 1, body, Lane.URGENT) for step, body in _FOLLOW_UPS.items()
)

STEP_OF: Final[dict[str, Step]] = {kind.name: Step.OPEN for kind in OPENINGS} | {
    f"hotline.{step.value}": step for step in _FOLLOW_UPS
}
"""The step that a message of each kind is."""

BODY_OF: Final[dict[str, type[msgspec.Struct]]] = {kind.name: kind.body for kind in HOTLINE_KINDS}
"""The body type of each kind."""


def kind_of(step: Step) -> str:
    """The kind's name of a follow-up step."""
    return f"hotline.{step.value}"
