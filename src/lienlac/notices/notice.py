"""The noun: what a notice may say. There is no field for anything else, so that no case data can travel in one.

Pure. A notice is for an owner: an officer of this node, or the named officer of an agreement. Text and numbers come
from our own lists; `reference` and `path` are held to their patterns here, once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

_REFERENCE: Final = re.compile(r"[A-Z]{2}(?:-[CDELPW])?-[0-9]{4}-[0-9]{6,9}")
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_PATH: Final = re.compile(r"/[a-z0-9/-]{0,120}")
_PROOF: Final = re.compile(r"[0-9]{6}")

LOUD: Final = frozenset({"life", "hot"})
"""Urgencies that quiet hours never silence."""
URGENCIES: Final = ("life", "hot", "urgent", "normal")


class About(StrEnum):
    """What a notice is about."""

    REQUEST_NEW = "request-new"
    REQUEST_DUE = "request-due"
    REQUEST_OVERDUE = "request-overdue"
    EMERGENCY_NEW = "emergency-new"
    EMERGENCY_DUE = "emergency-due"
    EMERGENCY_OVERDUE = "emergency-overdue"
    WARNING_NEW = "warning-new"
    WARNING_DUE = "warning-due"
    WARNING_OVERDUE = "warning-overdue"
    CASE_DUE = "case-due"
    CASE_OVERDUE = "case-overdue"
    NO_RECEIPT = "no-receipt"
    HOLD_ENDS = "hold-ends"
    HANDOVER = "handover"
    CHANNEL_TEST = "channel-test"
    RELEASE_WAITS = "release-waits"
    RELEASE_STILL = "release-still"
    RELEASE_LONG = "release-long"
    RELEASE_AHEAD = "release-ahead"
    RELEASE_BACK = "release-back"
    RELEASE_EXPIRED = "release-expired"
    DELEGATION_SOON = "delegation-soon"
    MINUTES_WAIT = "minutes-wait"
    TIME_WAITS = "time-waits"
    COMMITMENT_DUE = "commitment-due"
    COMMITMENT_OVERDUE = "commitment-overdue"
    LESSON_REVIEW = "lesson-review"
    RELEASE_LAPSED = "release-lapsed"
    FEED_STOPPED = "feed-stopped"
    FEED_WORKS = "feed-works"
    SHARE_OUTDATED = "share-outdated"


def spoken(reference: str) -> str:
    """A reference as a notice may carry it; what is no running number stays at home."""
    return reference if _REFERENCE.fullmatch(reference) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Everything a notice says. `thing` is the id of what it is about here (an alarm, a hand-over): it never leaves.

    `kind` is a kind of request, `percent` how much of its clock is gone, `proof` the digits of a channel's test.
    """

    id: str
    owner: str
    about: About
    urgency: str
    path: str
    thing: str = ""
    kind: str = ""
    reference: str = ""
    percent: int | None = None
    drill: bool = False
    proof: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` when a field holds anything but its own kind of word."""
        held = (
            (_CODE, self.kind),
            (_REFERENCE, self.reference),
            (_PROOF, self.proof),
        )
        wrong = [text for pattern, text in held if text and pattern.fullmatch(text) is None]
        if wrong or _PATH.fullmatch(self.path) is None or self.urgency not in URGENCIES:
            message = f"a notice cannot say {wrong or self.path or self.urgency!r}"
            raise ValueError(message)

    @property
    def loud(self) -> bool:
        """Whether it breaks through quiet hours."""
        return self.urgency in LOUD


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A notice in the queue, and how far its delivery has come."""

    notice: Notice
    queued_at: datetime
    expires_at: datetime
    place: int
    tries: int
    rounds: int
    attempts: int
