"""How quickly warnings are read: within so many minutes, from the instants that both sides have signed (clause 17.7).

Pure. A version counts once it has a receipt; from there to the first acknowledgement by name is how long it took. What
nobody has read yet counts as not read in time as soon as the time is over, and not at all before.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One version of one warning: when it was received, and when it was first acknowledged."""

    peer: str
    direction: str
    received_at: datetime
    read_at: datetime | None

    @property
    def took(self) -> timedelta | None:
        """How long it took."""
        return None if self.read_at is None else max(self.read_at - self.received_at, timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """All versions to (`out`) or from (`in`) one peer. `percent` is None while there is nothing to divide by."""

    peer: str
    direction: str
    counted: int
    in_time: int
    unread: int
    median: timedelta | None
    longest: timedelta | None

    @property
    def percent(self) -> int | None:
        """The part read in time, rounded down: 99.9 is not all."""
        return self.in_time * 100 // self.counted if self.counted else None


def measure(readings: Iterable[Reading], within: timedelta, now: datetime) -> list[Measure]:
    """One line for each peer and direction, by peer."""
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        groups.setdefault((reading.peer, reading.direction), []).append(reading)
    return [_line(peer, direction, several, within, now) for (peer, direction), several in sorted(groups.items())]


def _line(peer: str, direction: str, several: list[Reading], within: timedelta, now: datetime) -> Measure:
    took = [one.took for one in several if one.took is not None]
    over = [one for one in several if one.took is None and one.received_at + within <= now]
    return Measure(
        peer=peer,
        direction=direction,
        counted=len(took) + len(over),
        in_time=sum(length <= within for length in took),
        unread=len(several) - len(took),
        median=timedelta(seconds=statistics.median(one.total_seconds() for one in took)) if took else None,
        longest=max(took, default=None),
    )
