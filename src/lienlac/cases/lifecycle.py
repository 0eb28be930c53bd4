"""THE table of cases: what one side may do next, and what all sides together make of it (clauses 21.2, 21.3).

Theory of operation
-------------------
Each side has a column of its own and changes nothing but that: it works on the case, rests it, or has closed it; a side
that closed may take it up again. What the case as a whole is follows from the columns of those who take part now: it is
closed when all of them have closed it, and closing while some have. So nobody closes a case over the others' heads, and
whoever takes it up again opens it for all. A side may also let its part go on in another case (`MERGE`), even one that
it has closed: it is closed here and says where; taken up again, it no longer does. A side that has said nothing yet is
taken to work on it. What a side would have the others do (`desired`) is its word and changes nothing.

Tasks likewise: the owner's column says how far it is. Pure.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac.errors import NotAllowed
from lienlac.wire.bodies.cases import Status

if TYPE_CHECKING:
    from collections.abc import Iterable


class Step(StrEnum):
    """What one side does about its part of a case."""

    PAUSE = "pause"
    TAKE_UP = "take-up"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"


TABLE: Final = {
    Status.WORKING: {Step.PAUSE: Status.PAUSED, Step.CLOSE: Status.CLOSED, Step.MERGE: Status.CLOSED},
    Status.PAUSED: {Step.TAKE_UP: Status.WORKING, Step.CLOSE: Status.CLOSED, Step.MERGE: Status.CLOSED},
    Status.CLOSED: {Step.REOPEN: Status.WORKING, Step.MERGE: Status.CLOSED},
}
"""By a side's status: what it may do, and what it then is."""


class State(StrEnum):
    """What a case is, of all who take part. The order is that of lists: what needs somebody first."""

    HOT = "hot"
    WORKING = "working"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"


def after(status: Status, step: Step) -> Status:
    """The side's status after a step. Raises `NotAllowed("case-step")`."""
    found = TABLE[status].get(step)
    if found is None:
        raise NotAllowed("case-step", step=step.value)
    return found


def steps(status: Status) -> tuple[Step, ...]:
    """What a side may do now."""
    return tuple(TABLE[status])


def follows(before: Status | None, now: Status) -> bool:
    """Whether a column may go from one status to another, perhaps the same."""
    return before is None or before is now or now in TABLE[before].values()


def joint(statuses: Iterable[Status], *, hot: bool) -> State:
    """What the case is, of the statuses of everybody who takes part (at least one)."""
    every = set(statuses)
    if every == {Status.CLOSED}:
        return State.CLOSED
    if Status.CLOSED in every:
        return State.CLOSING
    if hot:
        return State.HOT
    return State.PAUSED if every == {Status.PAUSED} else State.WORKING
