"""THE state table of a hotline request (clauses 12.x). Every transition lives here; nothing else changes a state.

Theory of operation
-------------------
A request has two columns and each side writes only its own. The requester's column says what is *desired* (wanted,
withdrawn, closed); the executor's column says what is *actual* (delivered, acknowledged, accepted, executed…). A step
is one signed message, except two that the executor's node makes by itself: its receipt, and its refusal to take the
opening at all. This file does not know which side we are; both nodes read the same tables and see the same state.

Inside a column the order is the order of the author's lane, which is gap-free; so both nodes walk a column alike,
whatever arrived when. A step that its column's table does not name is void: it is shown, and changes nothing.

Columns never wait for each other while being walked: a withdrawal and an acceptance that cross on the way are both
true, and `shown` says what a person reads then. What a column's owner may *begin* is narrower: `possible` also looks
at the other column as far as this node knows it. A node therefore never starts what is pointless, yet never refuses
what the other side could not have known to be pointless.

Questions stand beside the columns: asking and answering change no state, but while a question is open the deadlines
rest and the state reads "clarifying".

Clock effects: an arrow may start clocks, stop them, or pause and resume all that run. Instants are those that the
receipts state; `hotline.deadlines` does the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar


class Side(StrEnum):
    """Who writes."""

    REQUESTER = "requester"
    EXECUTOR = "executor"


class Step(StrEnum):
    """What can happen to a request. `receipt` and `turn-away` are made by the executor's node, not by an officer."""

    OPEN = "open"
    CLARIFY = "clarify"
    WITHDRAW = "withdraw"
    FEEDBACK = "feedback"
    CLOSE = "close"
    RECEIPT = "receipt"
    TURN_AWAY = "turn-away"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    ACCEPT = "accept"
    REFUSE = "refuse"
    RESULT = "result"
    NOTE = "note"


class Desired(StrEnum):
    """The requester's column."""

    UNSAID = "unsaid"
    WANTED = "wanted"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Actual(StrEnum):
    """The executor's column."""

    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    EXECUTED = "executed"
    REFUSED = "refused"
    NOT_TAKEN = "not-taken"


class State(StrEnum):
    """What a person reads: both columns in one word."""

    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    CLARIFYING = "clarifying"
    ACCEPTED = "accepted"
    EXECUTED = "executed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_TAKEN = "not-taken"
    CLOSED = "closed"


class Stage(StrEnum):
    """The piles on a desk: still to be answered, answered and to be closed, history."""

    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"


class ClockName(StrEnum):
    """The clocks of a request. `receipt` is the sender's own: silence must not gain time."""

    RECEIPT = "receipt"
    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    EXECUTE = "execute"


S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Arrow(Generic[S]):
    """Where a step leads in its column, and what it does to the clocks."""

    to: S
    starts: tuple[ClockName, ...] = ()
    stops: tuple[ClockName, ...] = ()
    pauses: bool = False
    resumes: bool = False


_ALL: Final = tuple(ClockName)
_BEYOND_RECEIPT: Final = (ClockName.ACKNOWLEDGE, ClockName.DECIDE, ClockName.EXECUTE)

WRITES: Final[dict[Step, frozenset[Side]]] = {
    **dict.fromkeys((Step.OPEN, Step.CLARIFY, Step.WITHDRAW, Step.FEEDBACK, Step.CLOSE), frozenset({Side.REQUESTER})),
    **dict.fromkeys((Step.RECEIPT, Step.TURN_AWAY), frozenset({Side.EXECUTOR})),
    **dict.fromkeys((Step.ACKNOWLEDGE, Step.ASK, Step.ACCEPT, Step.REFUSE, Step.RESULT), frozenset({Side.EXECUTOR})),
    Step.NOTE: frozenset(Side),
}
"""Whose column a step belongs to. A note is correspondence: both write it and it moves nothing."""

REQUESTER: Final[dict[Desired, dict[Step, Arrow[Desired]]]] = {
    Desired.UNSAID: {Step.OPEN: Arrow(Desired.WANTED, starts=(ClockName.RECEIPT,))},
    Desired.WANTED: {
        Step.CLARIFY: Arrow(Desired.WANTED, resumes=True),
        Step.WITHDRAW: Arrow(Desired.WITHDRAWN, stops=_ALL),
        Step.FEEDBACK: Arrow(Desired.WANTED),
        Step.CLOSE: Arrow(Desired.CLOSED, stops=_ALL),
        Step.NOTE: Arrow(Desired.WANTED),
    },
    Desired.WITHDRAWN: {
        Step.FEEDBACK: Arrow(Desired.WITHDRAWN),
        Step.CLOSE: Arrow(Desired.CLOSED),
        Step.NOTE: Arrow(Desired.WITHDRAWN),
    },
    Desired.CLOSED: {Step.NOTE: Arrow(Desired.CLOSED)},
}

EXECUTOR: Final[dict[Actual, dict[Step, Arrow[Actual]]]] = {
    Actual.SENT: {
        Step.RECEIPT: Arrow(
            Actual.DELIVERED, starts=(ClockName.ACKNOWLEDGE, ClockName.DECIDE), stops=(ClockName.RECEIPT,)
        ),
        Step.TURN_AWAY: Arrow(Actual.NOT_TAKEN, stops=_ALL),
    },
    Actual.DELIVERED: {
        Step.ACKNOWLEDGE: Arrow(Actual.ACKNOWLEDGED, stops=(ClockName.ACKNOWLEDGE,)),
        Step.NOTE: Arrow(Actual.DELIVERED),
    },
    Actual.ACKNOWLEDGED: {
        Step.ASK: Arrow(Actual.ACKNOWLEDGED, pauses=True),
        Step.ACCEPT: Arrow(Actual.ACCEPTED, starts=(ClockName.EXECUTE,), stops=(ClockName.DECIDE,)),
        Step.REFUSE: Arrow(Actual.REFUSED, stops=_BEYOND_RECEIPT),
        Step.NOTE: Arrow(Actual.ACKNOWLEDGED),
    },
    Actual.ACCEPTED: {
        Step.ASK: Arrow(Actual.ACCEPTED, pauses=True),
        Step.RESULT: Arrow(Actual.EXECUTED, stops=(ClockName.EXECUTE,)),
        Step.NOTE: Arrow(Actual.ACCEPTED),
    },
    Actual.EXECUTED: {
        Step.RESULT: Arrow(Actual.EXECUTED),
        Step.NOTE: Arrow(Actual.EXECUTED),
    },
    Actual.REFUSED: {Step.NOTE: Arrow(Actual.REFUSED)},
    Actual.NOT_TAKEN: {},
}

_SHOWN_WHILE_WANTED: Final[dict[Actual, State]] = {
    Actual.SENT: State.SENT,
    Actual.DELIVERED: State.DELIVERED,
    Actual.ACKNOWLEDGED: State.ACKNOWLEDGED,
    Actual.ACCEPTED: State.ACCEPTED,
    Actual.EXECUTED: State.EXECUTED,
    Actual.REFUSED: State.REFUSED,
    Actual.NOT_TAKEN: State.NOT_TAKEN,
}

_BEFORE_A_RESULT: Final = frozenset({Actual.SENT, Actual.DELIVERED, Actual.ACKNOWLEDGED, Actual.ACCEPTED})
_ANSWERED: Final = frozenset({Actual.EXECUTED, Actual.REFUSED})
_UNDER_WAY: Final = frozenset({Actual.ACKNOWLEDGED, Actual.ACCEPTED})
_TAKEN: Final = frozenset(Actual) - {Actual.NOT_TAKEN}

BEGUN_WHEN: Final[dict[Step, tuple[frozenset[Desired], frozenset[Actual]]]] = {
    Step.OPEN: (frozenset({Desired.UNSAID}), frozenset({Actual.SENT})),
    Step.CLARIFY: (frozenset({Desired.WANTED}), _UNDER_WAY),
    Step.WITHDRAW: (frozenset({Desired.WANTED}), _BEFORE_A_RESULT),
    Step.FEEDBACK: (frozenset({Desired.WANTED, Desired.WITHDRAWN}), _ANSWERED),
    Step.RECEIPT: (frozenset(Desired), frozenset({Actual.SENT})),
    Step.TURN_AWAY: (frozenset(Desired), frozenset({Actual.SENT})),
    Step.ACKNOWLEDGE: (frozenset({Desired.WANTED}), frozenset({Actual.DELIVERED})),
    Step.ASK: (frozenset({Desired.WANTED}), _UNDER_WAY),
    Step.ACCEPT: (frozenset({Desired.WANTED}), frozenset({Actual.ACKNOWLEDGED})),
    Step.REFUSE: (frozenset({Desired.WANTED}), frozenset({Actual.ACKNOWLEDGED})),
    Step.RESULT: (frozenset({Desired.WANTED, Desired.WITHDRAWN}), frozenset({Actual.ACCEPTED, Actual.EXECUTED})),
    Step.NOTE: (frozenset(Desired) - {Desired.UNSAID}, _TAKEN),
}
"""When a side may begin a step, seeing both columns. `close` has two ways and stands in `possible`."""

STAGES: Final[dict[State, Stage]] = {
    State.SENT: Stage.OPEN,
    State.DELIVERED: Stage.OPEN,
    State.ACKNOWLEDGED: Stage.OPEN,
    State.CLARIFYING: Stage.OPEN,
    State.ACCEPTED: Stage.OPEN,
    State.EXECUTED: Stage.ANSWERED,
    State.REFUSED: Stage.ANSWERED,
    State.WITHDRAWN: Stage.ENDED,
    State.NOT_TAKEN: Stage.ENDED,
    State.CLOSED: Stage.ENDED,
}
"""Which of the three piles of a duty desk a request lies on."""


def shown(desired: Desired, actual: Actual, *, question_open: bool) -> State:
    """Both columns in one word."""
    if actual is Actual.NOT_TAKEN:
        return State.NOT_TAKEN
    if desired is Desired.CLOSED:
        return State.CLOSED
    if desired is Desired.WITHDRAWN:
        return State.WITHDRAWN
    if question_open and actual in _UNDER_WAY:
        return State.CLARIFYING
    return _SHOWN_WHILE_WANTED[actual]


def follows(side: Side, desired: Desired, actual: Actual, step: Step) -> bool:
    """Whether a step is legal in its author's own column: the only test that an arrived message must pass."""
    if side not in WRITES[step]:
        return False
    if side is Side.REQUESTER:
        return step in REQUESTER[desired]
    return step in EXECUTOR[actual]


def possible(side: Side, desired: Desired, actual: Actual, *, question_open: bool) -> tuple[Step, ...]:
    """The steps an officer of that side may begin now, in the order of the enumeration."""
    return tuple(
        step
        for step in Step
        if step not in (Step.RECEIPT, Step.TURN_AWAY)
        and follows(side, desired, actual, step)
        and _may_begin(step, desired, actual, question_open=question_open)
    )


def _may_begin(step: Step, desired: Desired, actual: Actual, *, question_open: bool) -> bool:
    if step is Step.CLOSE:
        return actual in _ANSWERED or (desired is Desired.WITHDRAWN and actual in _TAKEN)
    if step is Step.CLARIFY and not question_open:
        return False
    wanted, actually = BEGUN_WHEN[step]
    return desired in wanted and actual in actually


def diagram() -> str:
    """Both columns as one Mermaid state diagram, made from the tables (docs/reference, checked by a test)."""
    lines = ["stateDiagram-v2", "    direction TB"]
    lines += [f"    state {Side.REQUESTER.value} {{", *_column_lines(REQUESTER, Desired.UNSAID), "    }"]
    lines += [f"    state {Side.EXECUTOR.value} {{", *_column_lines(EXECUTOR, Actual.SENT), "    }"]
    return "\n".join(lines) + "\n"


def _column_lines(column: dict[S, dict[Step, Arrow[S]]], first: S) -> list[str]:
    lines = [f"        [*] --> {_name(first)}"]
    for state, arrows in column.items():
        for step, arrow in arrows.items():
            if step is not Step.NOTE:
                lines.append(f"        {_name(state)} --> {_name(arrow.to)}: {step.value}{_effects(arrow)}")
    return lines


def _name(state: StrEnum) -> str:
    return state.value.replace("-", "_")


def _effects(arrow: Arrow[S]) -> str:
    effects = [f"start {clock.value}" for clock in arrow.starts]
    effects += ["stop all"] if arrow.stops == _ALL else [f"stop {clock.value}" for clock in arrow.stops]
    effects += ["pause"] * arrow.pauses + ["resume"] * arrow.resumes
    return f" ({', '.join(effects)})" if effects else ""
