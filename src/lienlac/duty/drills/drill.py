"""What a drill is: a test request within a window, at a moment that nobody knows, once or several times.

Pure. The moment is drawn when it is planned, and shown to nobody before it has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class State(StrEnum):
    """How far a drill has come."""

    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is planned: `times` windows, each `every_days` after the one before."""

    peer: str
    urgency: str
    begins: datetime
    ends: datetime
    times: int = 1
    every_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill. `due_at` lies somewhere in its window; `code` says why it could not be sent."""

    id: str
    peer: str
    urgency: str
    begins: datetime
    ends: datetime
    due_at: datetime
    by: str
    state: State
    request_id: str | None = None
    sent_at: datetime | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What became of a drill's request, by the instants that receipts state; None has not happened."""

    reference: str
    state: str
    sent_at: datetime
    received_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""

    @property
    def receipt_s(self) -> int | None:
        """Seconds until the partner's node had it."""
        return None if self.received_at is None else _seconds(self.received_at - self.sent_at)

    @property
    def acknowledge_s(self) -> int | None:
        """Seconds from there until an officer said that they have it."""
        if self.received_at is None or self.acknowledged_at is None:
            return None
        return _seconds(self.acknowledged_at - self.received_at)


def check(draft: Draft, now: datetime) -> None:
    """Raise `Refused("drill-window" | "drill-times")` for what cannot be planned."""
    length = draft.ends - draft.begins
    first, longest = now - timedelta(minutes=1), timedelta(days=limits.DRILL_WINDOW_MAX_DAYS)
    if not timedelta(0) < length <= longest or draft.begins < first or draft.ends > now + timedelta(days=366):
        raise Refused("drill-window", field="until", limit_days=limits.DRILL_WINDOW_MAX_DAYS)
    apart = draft.every_days >= 1 or draft.times == 1
    if not 1 <= draft.times <= limits.DRILL_TIMES_MAX or not apart or draft.every_days > limits.DRILL_EVERY_MAX_DAYS:
        raise Refused(
            "drill-times", field="times", limit=limits.DRILL_TIMES_MAX, limit_days=limits.DRILL_EVERY_MAX_DAYS
        )


def windows(draft: Draft) -> Iterator[tuple[datetime, datetime]]:
    """When each of them may come."""
    for number in range(draft.times):
        later = timedelta(days=draft.every_days * number)
        yield draft.begins + later, draft.ends + later


def moment(begins: datetime, ends: datetime, chance: bytes) -> datetime:
    """A moment of the window, each as likely as any other."""
    seconds = max(1, int((ends - begins).total_seconds()))
    return begins + timedelta(seconds=int.from_bytes(chance, "big") % seconds)


def _seconds(length: timedelta) -> int:
    return max(0, int(length.total_seconds()))
