"""When the next report about a hot case is due, ours and theirs: one pure function (clause 21.4).

Each side promises when it reports next; that instant is a deadline until the side says another, or that the case is no
longer hot to it. Reads no clock: the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lienlac.cases.store import CaseLine

OWN_UPDATE_AT_PERCENT: Final = (80, 100)
"""Parts of our own promise at which our desk is told; the others' is told of only once it is broken."""


class ClockName(StrEnum):
    """The clocks of a hot case, as one node calls them."""

    UPDATE = "update"
    THEIR_UPDATE = "their-update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An instant (microseconds) at which the duty desk is told that part of a promise is gone."""

    at_us: int
    code: str
    clock: ClockName
    percent: int


def warnings(line: CaseLine) -> tuple[Warned, ...]:
    """Every instant at which our desk is to be told, in order."""
    found = []
    if line.own_update_us is not None:
        began = min(line.stated_us if line.stated_us is not None else line.own_update_us, line.own_update_us)
        for percent in OWN_UPDATE_AT_PERCENT:
            at = began + (line.own_update_us - began) * percent // 100
            code = "overdue" if percent == 100 else "due-soon"
            found.append(Warned(at_us=at, code=code, clock=ClockName.UPDATE, percent=percent))
    if line.their_update_us is not None:
        found.append(Warned(at_us=line.their_update_us, code="overdue", clock=ClockName.THEIR_UPDATE, percent=100))
    return tuple(sorted(found, key=lambda warned: (warned.at_us, warned.clock, warned.percent)))


def due(line: CaseLine, now_us: int) -> tuple[Warned, ...]:
    """What is to be told now: of each clock only the last part that went by since the watch looked."""
    found = [one for one in warnings(line) if line.watched_us < one.at_us <= now_us]
    return tuple({one.clock: one for one in found}.values())


def next_us(line: CaseLine, now_us: int) -> int | None:
    """When the watch must look again."""
    return min((one.at_us for one in warnings(line) if one.at_us > now_us), default=None)


def running(line: CaseLine, now_us: int) -> frozenset[str]:
    """The clocks for whose alarms there is still a reason."""
    return frozenset(one.clock.value for one in warnings(line) if one.at_us <= now_us)
