"""THE state table of a flash warning between two nodes (clauses 17.x). Every transition lives here.

Theory of operation
-------------------
A warning goes to each partner by itself: what stands here is one warning between its author and one reader. Each side
writes only its own column. The author warns, supersedes (the whole text anew, which becomes the version that holds) and
withdraws, which ends it. The reader's column begins with its receipt; an officer there acknowledges one version by
name, and later says whether it was of use.

Versions, acknowledgements and judgements add up; none undoes another. What people read of it besides the columns
(superseded, expired, which version was read) is derived from the facts and from the time. What a column's table does
not name is void: it is kept, and changes nothing. What crossed on its way is never refused: an acknowledgement of a
warning that was withdrawn meanwhile is one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Side(StrEnum):
    """Who writes."""

    AUTHOR = "author"
    READER = "reader"


class Step(StrEnum):
    """What can happen. `receipt` and `turn-away` are made by the reading node, not by an officer."""

    WARN = "warn"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    RECEIPT = "receipt"
    TURN_AWAY = "turn-away"
    ACKNOWLEDGE = "acknowledge"
    FEEDBACK = "feedback"


class Column(StrEnum):
    """Where one side stands."""

    UNSAID = "unsaid"
    STANDING = "standing"
    WITHDRAWN = "withdrawn"
    SENT = "sent"
    DELIVERED = "delivered"
    NOT_TAKEN = "not-taken"
    READ = "read"


class State(StrEnum):
    """What a person reads. `read` and `unread` speak of the version that holds."""

    SENT = "sent"
    UNREAD = "unread"
    READ = "read"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    NOT_TAKEN = "not-taken"


STANDING: Final = frozenset({State.SENT, State.UNREAD, State.READ})
"""States of warnings that hold."""
BY_NODES: Final = frozenset({Step.RECEIPT, Step.TURN_AWAY})
"""Steps that no officer takes."""
OF_THE_AUTHOR: Final = (Step.SUPERSEDE, Step.WITHDRAW)
OF_THE_READER: Final = (Step.ACKNOWLEDGE, Step.FEEDBACK)

TABLE: Final[dict[Side, dict[Column, dict[Step, Column]]]] = {
    Side.AUTHOR: {
        Column.UNSAID: {Step.WARN: Column.STANDING},
        Column.STANDING: {Step.SUPERSEDE: Column.STANDING, Step.WITHDRAW: Column.WITHDRAWN},
        Column.WITHDRAWN: {},
    },
    Side.READER: {
        Column.SENT: {Step.RECEIPT: Column.DELIVERED, Step.TURN_AWAY: Column.NOT_TAKEN},
        Column.NOT_TAKEN: {},
        Column.DELIVERED: {Step.ACKNOWLEDGE: Column.READ},
        Column.READ: {Step.ACKNOWLEDGE: Column.READ, Step.FEEDBACK: Column.READ},
    },
}


def follows(side: Side, column: Column, step: Step) -> bool:
    """Whether a step is legal in its author's own column: the only test of order that an arrived message must pass."""
    return step in TABLE[side].get(column, {})


def after(side: Side, column: Column, step: Step) -> Column:
    """Where a legal step leads."""
    return TABLE[side][column][step]


def diagram() -> str:
    """Both columns as one Mermaid state diagram, made from the table (clause 17.3, checked by a test)."""
    lines = ["stateDiagram-v2", "    direction TB"]
    for side, first in ((Side.AUTHOR, Column.UNSAID), (Side.READER, Column.SENT)):
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
