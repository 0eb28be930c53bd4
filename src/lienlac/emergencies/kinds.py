"""The message kinds of an emergency channel: one that opens it, and one for each step (clauses 16.x).

All travel in the urgent lane: a channel must never overtake itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.emergencies.lifecycle import Step
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import msgspec

OPEN: Final = "emergencies.open"

_BODIES: Final[dict[Step, type[msgspec.Struct]]] = {
    Step.OPEN: bodies.Opened,
    Step.ANSWER: bodies.Answered,
    Step.ENTRY: bodies.Entered,
    Step.RETRACT: bodies.Retracted,
    Step.REPORT: bodies.Reported,
    Step.PRESENCE: bodies.Present,
    Step.HAND_OVER: bodies.HandedOver,
    Step.HOLD: bodies.Stood,
    Step.STAND_DOWN: bodies.Stood,
    Step.RESUME: bodies.Stood,
}

EMERGENCY_KINDS: Final[tuple[Kind, ...]] = tuple(
    Kind(f"emergencies.{step.value}", 1, body, Lane.URGENT, opening=step is Step.OPEN) for step, body in _BODIES.items()
)
STEP_OF: Final[dict[str, Step]] = {f"emergencies.{step.value}": step for step in _BODIES}
"""The step that a message of each kind is."""
BODY_OF: Final[dict[str, type[msgspec.Struct]]] = {kind.name: kind.body for kind in EMERGENCY_KINDS}
"""The body type of each kind."""


def kind_of(step: Step) -> str:
    """The kind's name of a step."""
    return f"emergencies.{step.value}"
