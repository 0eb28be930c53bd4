"""The message kinds of a flash warning (clauses 17.x). All travel in the urgent lane: none overtakes another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.flash.lifecycle import Step
from lienlac.wire.bodies import flash as bodies
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import msgspec

WARN: Final = "flash.warn"
SUPERSEDE: Final = "flash.supersede"

_BODIES: Final[dict[Step, type[msgspec.Struct]]] = {
    Step.WARN: bodies.Warned,
    Step.SUPERSEDE: bodies.Superseded,
    Step.WITHDRAW: bodies.Withdrawn,
    Step.ACKNOWLEDGE: bodies.Acknowledged,
    Step.FEEDBACK: bodies.Judged,
}

FLASH_KINDS: Final[tuple[Kind, ...]] = tuple(
    Kind(f"flash.{step.value}", 1, body, Lane.URGENT, opening=step is Step.WARN) for step, body in _BODIES.items()
)
STEP_OF: Final[dict[str, Step]] = {f"flash.{step.value}": step for step in _BODIES}
"""The step that a message of each kind is."""
BODY_OF: Final[dict[str, type[msgspec.Struct]]] = {kind.name: kind.body for kind in FLASH_KINDS}
"""The body type of each kind."""


def kind_of(step: Step) -> str:
    """The kind's name of a step."""
    return f"flash.{step.value}"
