"""The noun: quiet hours, during which what is neither life nor hot waits.

Pure. Hours are minutes of the wall clock in the officer's own zone; a span may go over midnight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from lienlac.errors import Refused
from lienlac.notices.notice import LOUD

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.hHgG]([0-5][0-9])")
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Quiet:
    """From a minute of the day until before another; never the same twice, which would be always or never."""

    begins: int
    ends: int

    def covers(self, minute: int) -> bool:
        """Whether that minute of the day is quiet."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


def read(begins: str, ends: str) -> Quiet | None:
    """Two times such as `22:00`; both empty is none. Raises `Refused("quiet-hours")`."""
    if not begins and not ends:
        return None
    found = [_TIME.fullmatch(text.strip()) for text in (begins, ends)]
    minutes = [int(one[1]) * 60 + int(one[2]) for one in found if one is not None]
    if len(minutes) != len(found) or minutes[0] == minutes[1]:
        raise Refused("quiet-hours", field="quiet_from")
    return Quiet(*minutes)


def written(minute: int) -> str:
    """A minute of the day as people write it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def not_before(quiet: Quiet | None, zone: str, urgency: str, now: datetime) -> datetime:
    """When a notice may ring: now, or when quiet hours end. Life and hot always ring now."""
    if quiet is None or urgency in LOUD:
        return now
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if not quiet.covers(minute):
        return now
    day = local.date() + timedelta(days=1 if quiet.ends <= minute else 0)
    ends = datetime(day.year, day.month, day.day, quiet.ends // 60, quiet.ends % 60, tzinfo=local.tzinfo)
    # in the hour that a change of clocks repeats, or leaves out, the end may seem to have passed: then ring now
    return max(now, ends.astimezone(UTC))
