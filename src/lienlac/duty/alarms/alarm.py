"""The nouns: an alarm (one clock of one request runs out), its present warning, and each telling of a person.

Pure. An alarm ends when the step that it waits for is taken; until then a later warning of the same clock opens it
again, also when somebody had taken it: taking it says "I am on it", not "it is done".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from lienlac.notices.notice import About
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from datetime import datetime


class Cause(StrEnum):
    """What gave rise to a warning."""

    NEW = "new"
    DUE = "due-soon"
    OVERDUE = "overdue"
    NO_RECEIPT = "no-receipt"
    HOLD_ENDS = "hold-ends"


ABOUT: Final = {
    Cause.NEW: About.REQUEST_NEW,
    Cause.DUE: About.REQUEST_DUE,
    Cause.OVERDUE: About.REQUEST_OVERDUE,
    Cause.NO_RECEIPT: About.NO_RECEIPT,
    Cause.HOLD_ENDS: About.HOLD_ENDS,
}
"""What a notice of each cause is about."""
ABOUT_CHANNEL: Final = {
    Cause.NEW: About.EMERGENCY_NEW,
    Cause.DUE: About.EMERGENCY_DUE,
    Cause.OVERDUE: About.EMERGENCY_OVERDUE,
    Cause.NO_RECEIPT: About.NO_RECEIPT,
}
"""The same where the alarm is about an emergency channel."""

ABOUT_WARNING: Final = {
    Cause.NEW: About.WARNING_NEW,
    Cause.DUE: About.WARNING_DUE,
    Cause.OVERDUE: About.WARNING_OVERDUE,
    Cause.NO_RECEIPT: About.NO_RECEIPT,
}
"""The same where the alarm is about a flash warning."""

ABOUT_CASE: Final = {
    Cause.NEW: About.CASE_DUE,
    Cause.DUE: About.CASE_DUE,
    Cause.OVERDUE: About.CASE_OVERDUE,
    Cause.NO_RECEIPT: About.NO_RECEIPT,
}
"""The same where the alarm is about a hot case."""

CASES: Final = "cases."
"""How the kind of a case's messages begins."""
WARNINGS: Final = "flash."
"""How the kind of a flash warning begins."""
CHANNELS: Final = "emergencies."
"""How the kind of an emergency channel begins."""
HOLD: Final = "hold"
"""Stands for a clock where a hold or a preservation ends: no step is awaited, somebody must look."""


class Phase(StrEnum):
    """How an alarm stands."""

    OPEN = "open"
    TAKEN = "taken"
    ENDED = "ended"


class Place(StrEnum):
    """Why somebody was told: their place on the ladder."""

    HOLDER = "holder"
    """Took an earlier warning of the same clock."""
    ON_CALL = "on-call"
    SUPERVISOR = "supervisor"
    """Nobody is on call."""
    NAMED = "named-officer"
    """The officer named for escalation in the agreement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What was warned of: part of a clock gone (`percent`), since when, and of which cause."""

    cause: Cause
    percent: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm with its latest warning. `holder` took it last, also when a later warning opened it again."""

    id: str
    request_id: str
    reference: str
    kind: str
    urgency: str
    direction: str
    peer: str
    drill: bool
    clock: str
    warned: Warned
    phase: Phase
    began_at: datetime
    holder: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def about_channel(self) -> bool:
        """Whether it is about an emergency channel, not about a request."""
        return self.kind.startswith(CHANNELS)

    @property
    def path(self) -> str:
        """The page of what it is about."""
        return path_of(self.kind, self.request_id)

    @property
    def sight(self) -> Action:
        """Without which nobody may know of what it is about."""
        return sight_of(self.kind)


def path_of(kind: str, thing: str) -> str:
    """The page of a request, a channel or a warning."""
    if kind.startswith(WARNINGS):
        return f"/warnings/{thing}"
    if kind.startswith(CASES):
        return f"/cases/{thing}"
    return f"/emergencies/{thing}" if kind.startswith(CHANNELS) else f"/requests/{thing}"


def about_of(kind: str, cause: Cause) -> About:
    """What a notice about a thing of this kind is about. A warning holds nothing that could end."""
    if kind.startswith(WARNINGS):
        return ABOUT_WARNING[cause]
    if kind.startswith(CASES):
        return ABOUT_CASE[cause]
    return ABOUT_CHANNEL[cause] if kind.startswith(CHANNELS) else ABOUT[cause]


def sight_of(kind: str) -> Action:
    """The action by which a thing of this kind is known at all."""
    if kind.startswith(WARNINGS):
        return Action.FLASH_READ
    if kind.startswith(CASES):
        return Action.CASE_READ
    return Action.EMERGENCY_READ if kind.startswith(CHANNELS) else Action.REQUEST_READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One person told of one warning. `owner` is an officer's id, or the named officer's of an agreement."""

    alarm_id: str
    number: int
    owner: str
    name: str
    place: Place
    rank: int
    warned: Warned
    at: datetime
    not_before: datetime
    notice_id: str


class Brief(Protocol):
    """What duty must know of a request to escalate it, in the shape of whoever holds the requests."""

    @property
    def request_id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def kind(self) -> str:
        """What is asked."""
        ...

    @property
    def urgency(self) -> str:
        """How fast."""
        ...

    @property
    def direction(self) -> str:
        """`in` or `out`."""
        ...

    @property
    def peer(self) -> str:
        """The other side."""
        ...

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""
        ...

    @property
    def running(self) -> frozenset[str]:
        """The clocks that wait for a step just now."""
        ...

    @property
    def held(self) -> bool:
        """Whether something is held or kept that will end."""
        ...


def awaits(brief: Brief, clock: str) -> bool:
    """Whether an alarm about that clock still has a reason."""
    return brief.held if clock == HOLD else clock in brief.running
