"""THE state table of an emergency channel (clauses 16.x). Every transition lives here; nothing else changes a state.

Theory of operation
-------------------
A channel has two columns and each side writes only its own. The side that opened it, and the side that answers, each
say what they themselves do: work on it, hold, or stand down. The answering side's column begins with its receipt and
moves on when an officer says "we are on it". A step is one signed message, except the receipt and the refusal to take
the opening, which the answering node makes by itself.

The state that people read is the *lesser* of both columns: the channel is on hold, or stood down, only where both
sides say so; until then it is proposed by one. Whoever resumes opens it again for both, at once. While the other side
has not answered yet, the opener alone may stand it down: a false alarm.

Inside a column the order is the order of the author's lane, which is gap-free, so both nodes walk a column alike,
whatever arrived when. What a column's table does not name there is void: it is shown, and changes nothing. Entries,
reports, presence and hand-overs move no column; they stay possible for ever, also after standing down.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """Who writes."""

    OPENER = "opener"
    ANSWERER = "answerer"


class Step(StrEnum):
    """What can happen in a channel. `receipt` and `turn-away` are made by the answering node, not by an officer."""

    OPEN = "open"
    RECEIPT = "receipt"
    TURN_AWAY = "turn-away"
    ANSWER = "answer"
    ENTRY = "entry"
    RETRACT = "retract"
    REPORT = "report"
    PRESENCE = "presence"
    HAND_OVER = "hand-over"
    HOLD = "hold"
    STAND_DOWN = "stand-down"
    RESUME = "resume"


class Column(StrEnum):
    """Where one side stands."""

    UNSAID = "unsaid"
    SENT = "sent"
    DELIVERED = "delivered"
    NOT_TAKEN = "not-taken"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    DOWN = "down"


class State(StrEnum):
    """What a person reads: both columns in one word."""

    SENT = "sent"
    UNANSWERED = "unanswered"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    DOWN = "down"
    NOT_TAKEN = "not-taken"


LIVE: Final = frozenset({State.SENT, State.UNANSWERED, State.ACTIVE, State.ON_HOLD})
"""States of channels that stand on the list of what is open."""

ALWAYS: Final = (Step.ENTRY, Step.RETRACT, Step.REPORT, Step.PRESENCE, Step.HAND_OVER)
"""Steps that move no column."""
BY_NODES: Final = frozenset({Step.RECEIPT, Step.TURN_AWAY})
"""Steps that no officer begins."""

_WORKING: Final[dict[Column, dict[Step, Column]]] = {
    Column.ACTIVE: {Step.HOLD: Column.ON_HOLD, Step.STAND_DOWN: Column.DOWN},
    Column.ON_HOLD: {Step.RESUME: Column.ACTIVE, Step.STAND_DOWN: Column.DOWN},
    Column.DOWN: {Step.RESUME: Column.ACTIVE},
}

TABLE: Final[dict[Side, dict[Column, dict[Step, Column]]]] = {
    Side.OPENER: {Column.UNSAID: {Step.OPEN: Column.ACTIVE}, **_WORKING},
    Side.ANSWERER: {
        Column.SENT: {Step.RECEIPT: Column.DELIVERED, Step.TURN_AWAY: Column.NOT_TAKEN},
        Column.DELIVERED: {Step.ANSWER: Column.ACTIVE},
        Column.NOT_TAKEN: {},
        **_WORKING,
    },
}

_ORDER: Final = (Column.ACTIVE, Column.ON_HOLD, Column.DOWN)
_STATE: Final = {Column.ACTIVE: State.ACTIVE, Column.ON_HOLD: State.ON_HOLD, Column.DOWN: State.DOWN}


def follows(side: Side, column: Column, step: Step) -> bool:
    """Whether a step is legal in its author's own column: the only test that an arrived message must pass."""
    return step in TABLE[side][column] or (column in _WORKING and step in ALWAYS)


def after(side: Side, column: Column, step: Step) -> Column:
    """Where a legal step leads; what is always possible leads nowhere else."""
    return TABLE[side][column].get(step, column)


def shown(opener: Column, answerer: Column) -> State:
    """Both columns in one word: the lesser of what both sides do."""
    if answerer is Column.NOT_TAKEN:
        return State.NOT_TAKEN
    if answerer in (Column.SENT, Column.DELIVERED):
        if opener is Column.DOWN:
            return State.DOWN
        return State.SENT if answerer is Column.SENT else State.UNANSWERED
    return _STATE[min(opener, answerer, key=_ORDER.index)]


def possible(side: Side, opener: Column, answerer: Column) -> tuple[Step, ...]:
    """The steps an officer of that side may begin now, in the order of the enumeration."""
    column = opener if side is Side.OPENER else answerer
    if answerer is Column.NOT_TAKEN:
        return ()
    return tuple(
        step for step in Step if step not in BY_NODES and step is not Step.OPEN and follows(side, column, step)
    )


def diagram() -> str:
    """Both columns as one Mermaid state diagram, made from the table (clause 16.3, checked by a test)."""
    lines = ["stateDiagram-v2", "    direction TB"]
    for side, first in ((Side.OPENER, Column.UNSAID), (Side.ANSWERER, Column.SENT)):
        lines += [f"    state {side.value} {{", f"        [*] --> {_name(side, first)}"]
        lines += [
            f"        {_name(side, column)} --> {_name(side, to)}: {step.value}"
            for column, arrows in TABLE[side].items()
            for step, to in arrows.items()
        ]
        lines.append("    }")
    return "\n".join(lines) + "\n"


def _name(side: Side, column: Column) -> str:
    return f"{side.value}_{column.value.replace('-', '_')}"
