"""Drills as programs see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Instant, Line, Told


class Plan(Given, frozen=True, kw_only=True):
    """Test requests to a partner, at random moments between `begins` and `ends`, and again every so many days."""

    peer: Line
    urgency: Line = "urgent"
    begins: Instant
    ends: Instant
    times: Annotated[int, msgspec.Meta(ge=1, le=limits.DRILL_TIMES_MAX)] = 1
    every_days: Annotated[int, msgspec.Meta(ge=0, le=limits.DRILL_EVERY_MAX_DAYS)] = 0


class Planned(Told, frozen=True, kw_only=True):
    """What was planned, by ids."""

    ids: list[str]


class Drill(Told, frozen=True, kw_only=True):
    """One drill. `receipt_s`: until the partner's node had it; `acknowledge_s`: from there until an officer had."""

    id: str
    peer: str
    urgency: str
    begins: datetime
    ends: datetime
    by: str
    state: Literal["planned", "sent", "failed", "cancelled"]
    code: str | None = None
    request: str | None = None
    reference: str | None = None
    sent_at: datetime | None = None
    receipt_s: int | None = None
    acknowledge_s: int | None = None
    acknowledged_by: str | None = None


class Drills(Told, frozen=True, kw_only=True):
    """All of them, the newest window on top. When exactly a planned one comes is told to nobody."""

    drills: list[Drill]
