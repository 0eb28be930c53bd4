"""How long somebody must wait after failing: growing, per login and per factor.

Pure. Four mistakes are free; then 30 seconds, doubling up to a quarter of an hour, so that a duty officer can be
hindered only briefly, while guessing six digits would take centuries. Failures are forgotten after a day.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime

FREE_FAILURES: Final = 4
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(days=1)

Factor = Literal["password", "code"]


def wait_after(failures: int) -> timedelta:
    """The wait after that many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def failures_now(failures: int, last_at: datetime, now: datetime) -> int:
    """Failures that still count."""
    return 0 if now - last_at >= FORGET_AFTER else failures


def subject_of(login: str, factor: Factor) -> str:
    """What failures are counted under: made-up logins are counted like real ones, and none is stored readable."""
    return f"{factor}:{hashlib.sha256(login.encode('utf-8', 'replace')).hexdigest()}"
