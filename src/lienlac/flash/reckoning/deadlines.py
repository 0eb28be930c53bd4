"""When a desk is told that a warning has no receipt, or that nobody has acknowledged it. Pure; one function for both.

The clock runs from the instant that the receipt of the version that holds states; a new version begins it anew. Reads
no clock: the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.flash.lifecycle import STANDING, Side, State

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.flash.warning import Flash

RECEIPT: Final = "receipt"
ACKNOWLEDGE: Final = "acknowledge"
READER_AT_PERCENT: Final = (50, 80, 100)
"""Parts of the clock at which the reading desk is told; the author's is told once it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something to tell the desk, from that instant on."""

    at: datetime
    code: str
    clock: str
    percent: int


def due_at(flash: Flash) -> datetime | None:
    """Until when the version that holds is to be acknowledged; None where nothing runs."""
    return flash.present.due_at if flash.lasting is State.UNREAD else None


def running(flash: Flash, now: datetime) -> frozenset[str]:
    """The clocks that wait for somebody."""
    state = flash.state(now)
    return frozenset({State.SENT: {RECEIPT}, State.UNREAD: {ACKNOWLEDGE}}.get(state, set()))


def tellings(flash: Flash, node_id: str) -> tuple[Told, ...]:
    """What this node's desk is told of, past and to come, by instant; nothing beyond the warning's own end."""
    ours = flash.side_of(node_id) is Side.AUTHOR
    found: list[Told] = []
    if flash.lasting is State.SENT and ours:
        at = flash.present.fact.header.sent_at + timedelta(seconds=limits.FLASH_NO_RECEIPT_S)
        found = [Told(at=at, code="no-receipt", clock=RECEIPT, percent=100)]
    due, received = due_at(flash), flash.present.fact.received_at
    if due is not None and received is not None:
        for percent in (100,) if ours else READER_AT_PERCENT:
            code = "overdue" if percent == 100 else "due-soon"
            at = received + (due - received) * percent / 100
            found.append(Told(at=at, code=code, clock=ACKNOWLEDGE, percent=percent))
    if flash.lasting not in STANDING:
        return ()
    return tuple(told for told in found if told.at < flash.body.valid_until)
