"""THE state table of a hotline request (clauses 12.x). Every transition lives here; nothing else changes a state.

Theory of operation
-------------------
A request has two columns and each side writes only its own. The requester's column says what is *desired* (wanted,
provisional, withdrawn, lapsed, closed); the executor's column says what is *actual* (delivered, acknowledged, accepted,
executed…). A step is one signed message, except two that the executor's node makes by itself: its receipt, and its
refusal to take the opening at all. This file does not know which side we are; both nodes read the same tables and see
the same state.

Inside a column the order is the order of the author's lane, which is gap-free; so both nodes walk a column alike,
whatever arrived when. A step that its column's table does not name is void: it is shown, and changes nothing.

Columns never wait for each other while being walked: a withdrawal and an acceptance that cross on the way are both
true, and `shown` says what a person reads then. What a column's owner may *begin* is narrower: `possible` also looks
at the other column as far as this node knows it. A node therefore never starts what is pointless, yet never refuses
what the other side could not have known to be pointless.

Questions stand beside the columns: asking and answering change no state, but while a question is open the executor's
deadlines rest and the state reads "clarifying". So do corrections: a return opens a window for one; while it is awaited
nothing more can be decided, and with it the decision's clock starts again.

A measure may be asked for in haste, before its authorisation exists: then the requester's column begins as provisional.
Validated in time it is wanted like any other; otherwise it lapses, by a message that the requester's node sends itself.

Clock effects: an arrow may start clocks, stop them, or pause and resume those of the executor. Instants are those that
the receipts state; `hotline.deadlines` does the arithmetic.
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
    """What can happen to a request.

    `receipt` and `turn-away` are made by the executor's node and `lapse` by the requester's, not by an officer.
    `open-unvalidated` is how an opening without its authorisation is read.
    """

    OPEN = "open"
    OPEN_UNVALIDATED = "open-unvalidated"
    CLARIFY = "clarify"
    CORRECT = "correct"
    VALIDATE = "validate"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    FEEDBACK = "feedback"
    CLOSE = "close"
    RECEIPT = "receipt"
    TURN_AWAY = "turn-away"
    ACKNOWLEDGE = "acknowledge"
    ASK = "ask"
    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"
    RESULT = "result"
    NOTE = "note"
    ASK_USE = "ask-use"
    ANSWER_USE = "answer-use"


class Desired(StrEnum):
    """The requester's column."""

    UNSAID = "unsaid"
    PROVISIONAL = "provisional"
    WANTED = "wanted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    CLOSED = "closed"


class Actual(StrEnum):
    """The executor's column."""

    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
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
    RETURNED = "returned"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    EXECUTED = "executed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NOT_TAKEN = "not-taken"
    CLOSED = "closed"


class Stage(StrEnum):
    """The piles on a desk: still to be answered, answered and to be closed, history."""

    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"


class ClockName(StrEnum):
    """The clocks of a request. `receipt` is the sender's own: silence must not gain time.

    `correct` and `validate` run for the requester, the others for the executor.
    """

    RECEIPT = "receipt"
    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    EXECUTE = "execute"
    CORRECT = "correct"
    VALIDATE = "validate"


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
_BEYOND_RECEIPT: Final = tuple(clock for clock in ClockName if clock is not ClockName.RECEIPT)
_DECISION: Final = (ClockName.DECIDE, ClockName.CORRECT)

OF_REQUESTER: Final = frozenset({ClockName.CORRECT, ClockName.VALIDATE})
"""Clocks that run for the requester: they never rest."""

_BY_REQUESTER: Final = (
    Step.OPEN, Step.OPEN_UNVALIDATED, Step.CLARIFY, Step.CORRECT, Step.VALIDATE, Step.LAPSE, Step.WITHDRAW,
    Step.FEEDBACK, Step.CLOSE,
)  # fmt: skip
_BY_EXECUTOR: Final = (
    Step.RECEIPT, Step.TURN_AWAY, Step.ACKNOWLEDGE, Step.ASK, Step.ACCEPT, Step.RETURN, Step.REFUSE, Step.RESULT,
)  # fmt: skip
ALWAYS: Final = (Step.NOTE, Step.ASK_USE, Step.ANSWER_USE)
"""Steps that move nothing and stay possible for ever: correspondence, and leave for another use."""
BY_NODES: Final = frozenset({Step.OPEN_UNVALIDATED, Step.LAPSE, Step.RECEIPT, Step.TURN_AWAY})
"""Steps that no officer begins."""

WRITES: Final[dict[Step, frozenset[Side]]] = {
    **dict.fromkeys(_BY_REQUESTER, frozenset({Side.REQUESTER})),
    **dict.fromkeys(_BY_EXECUTOR, frozenset({Side.EXECUTOR})),
    **dict.fromkeys(ALWAYS, frozenset(Side)),
}
"""Whose column a step belongs to. What both write moves nothing."""


def _always(state: S) -> dict[Step, Arrow[S]]:
    return dict.fromkeys(ALWAYS, Arrow(state))


def _standing(state: Desired) -> dict[Step, Arrow[Desired]]:
    """What a requester may say while its request stands, validated or not yet."""
    return {
        Step.CLARIFY: Arrow(state, resumes=True),
        Step.CORRECT: Arrow(state, starts=(ClockName.DECIDE,), stops=(ClockName.CORRECT,)),
        Step.WITHDRAW: Arrow(Desired.WITHDRAWN, stops=_ALL),
        Step.FEEDBACK: Arrow(state),
        Step.CLOSE: Arrow(Desired.CLOSED, stops=_ALL),
        **_always(state),
    }


def _ending(state: Desired) -> dict[Step, Arrow[Desired]]:
    return {Step.FEEDBACK: Arrow(state), Step.CLOSE: Arrow(Desired.CLOSED), **_always(state)}


REQUESTER: Final[dict[Desired, dict[Step, Arrow[Desired]]]] = {
    Desired.UNSAID: {
        Step.OPEN: Arrow(Desired.WANTED, starts=(ClockName.RECEIPT,)),
        Step.OPEN_UNVALIDATED: Arrow(Desired.PROVISIONAL, starts=(ClockName.RECEIPT,)),
    },
    Desired.PROVISIONAL: {
        Step.VALIDATE: Arrow(Desired.WANTED, stops=(ClockName.VALIDATE,)),
        Step.LAPSE: Arrow(Desired.LAPSED, stops=_ALL),
        **_standing(Desired.PROVISIONAL),
    },
    Desired.WANTED: _standing(Desired.WANTED),
    Desired.WITHDRAWN: _ending(Desired.WITHDRAWN),
    Desired.LAPSED: _ending(Desired.LAPSED),
    Desired.CLOSED: _always(Desired.CLOSED),
}

_DECISIONS: Final[dict[Step, Arrow[Actual]]] = {
    Step.ACCEPT: Arrow(Actual.ACCEPTED, starts=(ClockName.EXECUTE,), stops=_DECISION),
    Step.RETURN: Arrow(Actual.RETURNED, starts=(ClockName.CORRECT,), stops=(ClockName.DECIDE,)),
    Step.REFUSE: Arrow(Actual.REFUSED, stops=_BEYOND_RECEIPT),
}

EXECUTOR: Final[dict[Actual, dict[Step, Arrow[Actual]]]] = {
    Actual.SENT: {
        Step.RECEIPT: Arrow(
            Actual.DELIVERED,
            starts=(ClockName.ACKNOWLEDGE, ClockName.DECIDE, ClockName.VALIDATE),
            stops=(ClockName.RECEIPT,),
        ),
        Step.TURN_AWAY: Arrow(Actual.NOT_TAKEN, stops=_ALL),
    },
    Actual.DELIVERED: {
        Step.ACKNOWLEDGE: Arrow(Actual.ACKNOWLEDGED, stops=(ClockName.ACKNOWLEDGE,)),
        **_always(Actual.DELIVERED),
    },
    Actual.ACKNOWLEDGED: {
        Step.ASK: Arrow(Actual.ACKNOWLEDGED, pauses=True),
        **_DECISIONS,
        **_always(Actual.ACKNOWLEDGED),
    },
    Actual.RETURNED: {
        Step.ASK: Arrow(Actual.RETURNED, pauses=True),
        **_DECISIONS,
        **_always(Actual.RETURNED),
    },
    Actual.ACCEPTED: {
        Step.ASK: Arrow(Actual.ACCEPTED, pauses=True),
        Step.RESULT: Arrow(Actual.EXECUTED, stops=(ClockName.EXECUTE,)),
        **_always(Actual.ACCEPTED),
    },
    Actual.EXECUTED: {
        Step.RESULT: Arrow(Actual.EXECUTED),
        **_always(Actual.EXECUTED),
    },
    Actual.REFUSED: _always(Actual.REFUSED),
    Actual.NOT_TAKEN: {},
}

_SHOWN_WHILE_WANTED: Final[dict[Actual, State]] = {
    Actual.SENT: State.SENT,
    Actual.DELIVERED: State.DELIVERED,
    Actual.ACKNOWLEDGED: State.ACKNOWLEDGED,
    Actual.RETURNED: State.CORRECTED,
    Actual.ACCEPTED: State.ACCEPTED,
    Actual.EXECUTED: State.EXECUTED,
    Actual.REFUSED: State.REFUSED,
    Actual.NOT_TAKEN: State.NOT_TAKEN,
}

_ASKED_FOR: Final = frozenset({Desired.WANTED, Desired.PROVISIONAL})
_BEFORE_A_RESULT: Final = frozenset(
    {Actual.SENT, Actual.DELIVERED, Actual.ACKNOWLEDGED, Actual.RETURNED, Actual.ACCEPTED}
)
_ANSWERED: Final = frozenset({Actual.EXECUTED, Actual.REFUSED})
_TO_DECIDE: Final = frozenset({Actual.ACKNOWLEDGED, Actual.RETURNED})
_UNDER_WAY: Final = _TO_DECIDE | {Actual.ACCEPTED}
_TAKEN: Final = frozenset(Actual) - {Actual.NOT_TAKEN}
_SAID: Final = frozenset(Desired) - {Desired.UNSAID}

BEGUN_WHEN: Final[dict[Step, tuple[frozenset[Desired], frozenset[Actual]]]] = {
    Step.OPEN: (frozenset({Desired.UNSAID}), frozenset({Actual.SENT})),
    Step.CLARIFY: (_ASKED_FOR, _UNDER_WAY),
    Step.CORRECT: (_ASKED_FOR, frozenset({Actual.RETURNED})),
    Step.VALIDATE: (frozenset({Desired.PROVISIONAL}), _TAKEN),
    Step.WITHDRAW: (_ASKED_FOR, _BEFORE_A_RESULT),
    Step.FEEDBACK: (_ASKED_FOR | {Desired.WITHDRAWN, Desired.LAPSED}, _ANSWERED),
    Step.ACKNOWLEDGE: (_ASKED_FOR, frozenset({Actual.DELIVERED})),
    Step.ASK: (_ASKED_FOR, _UNDER_WAY),
    Step.ACCEPT: (_ASKED_FOR, _TO_DECIDE),
    Step.RETURN: (_ASKED_FOR, _TO_DECIDE),
    Step.REFUSE: (_ASKED_FOR, _TO_DECIDE),
    Step.RESULT: (
        _ASKED_FOR | {Desired.WITHDRAWN, Desired.LAPSED},
        frozenset({Actual.ACCEPTED, Actual.EXECUTED}),
    ),
    **dict.fromkeys(ALWAYS, (_SAID, _TAKEN)),
}
"""When a side may begin a step, seeing both columns. `close` has several ways and stands in `possible`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the columns and narrows what may be begun.

    `correction_awaited`: the last return has no correction yet. `use_open`: the other side waits for leave to use
    something otherwise. `lasting`: the kind's measure lasts, so that it can be withdrawn after its result too.
    """

    question_open: bool = False
    correction_awaited: bool = False
    use_open: bool = False
    lasting: bool = False


STAGES: Final[dict[State, Stage]] = {
    State.SENT: Stage.OPEN,
    State.DELIVERED: Stage.OPEN,
    State.ACKNOWLEDGED: Stage.OPEN,
    State.CLARIFYING: Stage.OPEN,
    State.RETURNED: Stage.OPEN,
    State.CORRECTED: Stage.OPEN,
    State.ACCEPTED: Stage.OPEN,
    State.EXECUTED: Stage.ANSWERED,
    State.REFUSED: Stage.ANSWERED,
    State.WITHDRAWN: Stage.ENDED,
    State.LAPSED: Stage.ANSWERED,
    State.NOT_TAKEN: Stage.ENDED,
    State.CLOSED: Stage.ENDED,
}
"""Which of the three piles of a duty desk a request lies on."""


def shown(desired: Desired, actual: Actual, beside: Beside) -> State:
    """Both columns in one word."""
    if actual is Actual.NOT_TAKEN:
        return State.NOT_TAKEN
    ended = {Desired.CLOSED: State.CLOSED, Desired.WITHDRAWN: State.WITHDRAWN, Desired.LAPSED: State.LAPSED}
    if desired in ended:
        return ended[desired]
    if beside.question_open and actual in _UNDER_WAY:
        return State.CLARIFYING
    if beside.correction_awaited and actual is Actual.RETURNED:
        return State.RETURNED
    return _SHOWN_WHILE_WANTED[actual]


def follows(side: Side, desired: Desired, actual: Actual, step: Step) -> bool:
    """Whether a step is legal in its author's own column: the only test that an arrived message must pass."""
    if side not in WRITES[step]:
        return False
    if side is Side.REQUESTER:
        return step in REQUESTER[desired]
    return step in EXECUTOR[actual]


def possible(side: Side, desired: Desired, actual: Actual, beside: Beside) -> tuple[Step, ...]:
    """The steps an officer of that side may begin now, in the order of the enumeration."""
    return tuple(
        step
        for step in Step
        if step not in BY_NODES and follows(side, desired, actual, step) and _may_begin(step, desired, actual, beside)
    )


def _may_begin(step: Step, desired: Desired, actual: Actual, beside: Beside) -> bool:
    if step is Step.CLOSE:
        over = desired in {Desired.WITHDRAWN, Desired.LAPSED} and actual in _TAKEN
        return actual in _ANSWERED or over or (actual is Actual.RETURNED and beside.correction_awaited)
    if step is Step.WITHDRAW and beside.lasting and actual is Actual.EXECUTED:
        return desired in _ASKED_FOR
    if (step is Step.CLARIFY and not beside.question_open) or (step is Step.ANSWER_USE and not beside.use_open):
        return False
    if actual is Actual.RETURNED:
        # While a correction is awaited only the requester has something to do; once its window is over, the executor
        # may refuse for good: that needs the time, and so is looked at where there is a clock.
        if step is Step.CORRECT and not beside.correction_awaited:
            return False
        if step in {Step.ACCEPT, Step.RETURN, Step.ASK} and beside.correction_awaited:
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
            if step not in ALWAYS:
                lines.append(f"        {_name(state)} --> {_name(arrow.to)}: {step.value}{_effects(arrow)}")
    return lines


def _name(state: StrEnum) -> str:
    return state.value.replace("-", "_")


def _effects(arrow: Arrow[S]) -> str:
    effects = [f"start {clock.value}" for clock in arrow.starts]
    effects += ["stop all"] if arrow.stops == _ALL else [f"stop {clock.value}" for clock in arrow.stops]
    effects += ["pause"] * arrow.pauses + ["resume"] * arrow.resumes
    return f" ({', '.join(effects)})" if effects else ""
