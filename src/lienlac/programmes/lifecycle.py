"""How a programme and what belongs to it go on. Pure; the one place where states follow each other.

Theory of operation
-------------------
Each author has a column of its own in every element, so a state is what *its author* says. Where an element has an
owner, the owner's column is the doing and every other column is a proposal: it can say nothing but "proposed". Whoever
hosts the programme says what it is; the other side signs exactly that, or does not.

Which state may follow which is asked of an officer, before a word leaves (`follows`). What arrives is not asked: a
version may have come late or may never come here, since its marks go further than we may see. What must hold of every
word by itself stands in `programme.check`, and is asked of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.wire.bodies.programmes import (
    ActionDay,
    Commitment,
    Doing,
    Milestone,
    Objective,
    Operation,
    Phase,
    Programme,
    Promise,
    Reached,
)

if TYPE_CHECKING:
    import msgspec

PHASES: Final[dict[Phase, frozenset[Phase]]] = {
    Phase.DRAFT: frozenset({Phase.RUNNING, Phase.CANCELLED}),
    Phase.RUNNING: frozenset({Phase.PAUSED, Phase.ENDED, Phase.CANCELLED}),
    Phase.PAUSED: frozenset({Phase.RUNNING, Phase.ENDED, Phase.CANCELLED}),
    Phase.ENDED: frozenset(),
    Phase.CANCELLED: frozenset(),
}
"""A programme that has ended is not begun again: a new one is opened and linked to it."""

PROMISES: Final[dict[Promise, frozenset[Promise]]] = {
    Promise.PROPOSED: frozenset({Promise.PROMISED, Promise.STARTED, Promise.DONE, Promise.DROPPED}),
    Promise.PROMISED: frozenset({Promise.STARTED, Promise.DONE, Promise.DROPPED}),
    Promise.STARTED: frozenset({Promise.PROMISED, Promise.DONE, Promise.DROPPED}),
    Promise.DONE: frozenset({Promise.STARTED}),
    Promise.DROPPED: frozenset({Promise.PROMISED, Promise.STARTED}),
}
"""Once promised, it is not merely proposed any more. What was done can turn out not to be."""

DOINGS: Final[dict[Doing, frozenset[Doing]]] = {
    Doing.PLANNED: frozenset({Doing.RUNNING, Doing.DONE, Doing.CANCELLED}),
    Doing.RUNNING: frozenset({Doing.PLANNED, Doing.DONE, Doing.CANCELLED}),
    Doing.DONE: frozenset({Doing.RUNNING}),
    Doing.CANCELLED: frozenset({Doing.PLANNED}),
}

OUTCOMES: Final[dict[Reached, frozenset[Reached]]] = {
    Reached.OPEN: frozenset({Reached.REACHED, Reached.MISSED, Reached.DROPPED}),
    Reached.REACHED: frozenset({Reached.OPEN}),
    Reached.MISSED: frozenset({Reached.OPEN, Reached.REACHED}),
    Reached.DROPPED: frozenset({Reached.OPEN}),
}

FIRST_PHASES: Final = frozenset({Phase.DRAFT, Phase.RUNNING})
"""How a programme can begin."""


def follows(before: msgspec.Struct | None, after: msgspec.Struct | None) -> None:
    """Raise `Refused("programme-state")` unless a word may follow what its author said of the element before."""
    if isinstance(after, Programme):
        allowed = FIRST_PHASES if not isinstance(before, Programme) else PHASES[before.phase] | {before.phase}
        _require(after.phase in allowed, after.phase.value, "phase")
    elif isinstance(after, Commitment) and isinstance(before, Commitment):
        same = after.state is before.state or after.owner != before.owner
        _require(same or after.state in PROMISES[before.state], after.state.value, "state")
    elif isinstance(after, Operation | ActionDay) and isinstance(before, Operation | ActionDay):
        _require(after.state is before.state or after.state in DOINGS[before.state], after.state.value, "state")
    elif isinstance(after, Objective | Milestone) and isinstance(before, Objective | Milestone):
        _require(after.state is before.state or after.state in OUTCOMES[before.state], after.state.value, "state")


def _require(holds: bool, state: str, field: str) -> None:  # noqa: FBT001  # a condition, as in an assertion
    if not holds:
        raise Refused("programme-state", field=field, state=state)
