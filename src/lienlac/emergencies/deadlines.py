"""When an answer or the next report is due: one pure function that both sides share (clauses 16.4, 16.5).

The first answer's clock runs from the instant that the receipt of the opening states; until there is a receipt the
opener alone runs a shorter one. Each side promises when it reports next; that instant is a deadline until the side says
another, or that it promises nothing. Reads no clock: the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac.emergencies.lifecycle import Column, Side, State, Step
from lienlac.emergencies.views.timeline import promise

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.emergencies.emergency import Emergency

ESCALATE_AT_PERCENT: Final = (50, 80, 100)
"""Parts of the first answer's clock at which both desks are told."""
OWN_UPDATE_AT_PERCENT: Final = (80, 100)
"""Parts of our own promise at which our desk is told; the other side's is told of only once it is broken."""


class ClockName(StrEnum):
    """The clocks of a channel, as one node calls them."""

    RECEIPT = "receipt"
    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    THEIR_UPDATE = "their-update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One clock. `stopped_at`: when what it waits for came; None while it runs. `ended`: nothing waits any more."""

    clock: ClockName
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    ended: bool = False

    @property
    def runs(self) -> bool:
        """Whether something is awaited."""
        return self.stopped_at is None and not self.ended

    def part(self, percent: int) -> datetime:
        """When that part of it is gone; at once where the deadline was stated after it had passed."""
        allowed = max(self.due_at - self.started_at, timedelta(0))
        return self.started_at + allowed * percent / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An instant at which the duty desk is to be told that part of a clock is gone."""

    at: datetime
    code: str
    clock: ClockName
    percent: int


def clocks(emergency: Emergency, node_id: str) -> tuple[Due, ...]:
    """Every clock that has started, as this node sees it."""
    found = [*_first_answer(emergency, node_id)]
    ours = emergency.side_of(node_id)
    for side in Side:
        stated = promise(emergency, side)
        if stated is None or emergency.columns[side] is Column.DOWN or emergency.state is State.NOT_TAKEN:
            continue
        name = ClockName.UPDATE if side is ours else ClockName.THEIR_UPDATE
        found.append(Due(clock=name, started_at=stated.fact.known_at, due_at=stated.at))
    return tuple(found)


def running(emergency: Emergency, node_id: str, now: datetime) -> frozenset[str]:
    """The clocks for whose alarms there is still a reason: the first answer's, and promises that have been warned of.

    A new promise ends the alarm about the broken one, although the same clock runs on.
    """
    warned = {one.clock for one in warnings(emergency, node_id) if one.at <= now}
    return frozenset(
        due.clock.value
        for due in clocks(emergency, node_id)
        if due.runs and (due.clock is ClockName.ACKNOWLEDGE or due.clock in warned)
    ) | ({ClockName.ACKNOWLEDGE.value} if emergency.state is State.UNANSWERED else frozenset())


def next_due(dues: tuple[Due, ...]) -> Due | None:
    """The running clock that ends first."""
    return min((due for due in dues if due.runs), key=lambda due: due.due_at, default=None)


def warnings(emergency: Emergency, node_id: str) -> tuple[Warned, ...]:
    """Every instant at which our desk is to be told, in order."""
    found = []
    for due in clocks(emergency, node_id):
        if not due.runs:
            continue
        for percent in _PARTS[due.clock]:
            code = "due-soon" if percent < 100 else "no-receipt" if due.clock is ClockName.RECEIPT else "overdue"
            found.append(Warned(at=due.part(percent), code=code, clock=due.clock, percent=percent))
    return tuple(sorted(found, key=lambda warned: (warned.at, warned.clock, warned.percent)))


_PARTS: Final = {
    ClockName.RECEIPT: (100,),
    ClockName.ACKNOWLEDGE: ESCALATE_AT_PERCENT,
    ClockName.UPDATE: OWN_UPDATE_AT_PERCENT,
    ClockName.THEIR_UPDATE: (100,),
}


def _first_answer(emergency: Emergency, node_id: str) -> list[Due]:
    opening, allowed = emergency.opening, emergency.body.clocks
    answered = next(iter(emergency.said(Side.ANSWERER, Step.ANSWER)), None)
    over = emergency.state in (State.NOT_TAKEN, State.DOWN)
    found = []
    if allowed.receipt_s is not None and node_id == emergency.opener:
        received = opening.received_at or (answered.known_at if answered is not None else None)
        found.append(
            Due(
                clock=ClockName.RECEIPT,
                started_at=opening.header.sent_at,
                due_at=opening.header.sent_at + timedelta(seconds=allowed.receipt_s),
                stopped_at=received,
                ended=over,
            )
        )
    if allowed.acknowledge_s is not None and opening.received_at is not None:
        found.append(
            Due(
                clock=ClockName.ACKNOWLEDGE,
                started_at=opening.received_at,
                due_at=opening.received_at + timedelta(seconds=allowed.acknowledge_s),
                stopped_at=None if answered is None else answered.known_at,
                ended=over,
            )
        )
    return found
