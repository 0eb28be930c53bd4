"""How long somebody must wait after failing: growing, per login and per factor.

Pure. Four mistakes are free; then 30 seconds, doubling up to a quarter of an hour: guessing six digits would take
centuries. Failures are forgotten after a day. A stranger who fails on purpose, once every quarter of an hour, could
keep a duty officer out for as long as he likes; so a browser in which the officer has signed in before is counted for
itself, and strangers' failures do not hold it up.
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

Factor = Literal["password", "code", "passkey", "recovery", "oidc"]
"""What is counted apart. Step-up counts the same factors under its session, so that only who holds it is held up."""


def wait_after(failures: int) -> timedelta:
    """The wait after that many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def failures_now(failures: int, last_at: datetime, now: datetime) -> int:
    """Failures that still count."""
    return 0 if now - last_at >= FORGET_AFTER else failures


def locked(until: datetime, now: datetime) -> bool:
    """Whether somebody still has to wait.

    An instant beyond the longest wait was written by a clock that has been set back since: with a wrong clock every
    right code fails, and whoever was locked out by it must not stay so once it is right.
    """
    return now < until <= now + LONGEST_WAIT


def subject_of(login: str, factor: Factor, known_browser: str = "") -> str:
    """What failures are counted under: made-up logins are counted like real ones, and none is stored readable."""
    whose = f"{login}\0{known_browser}" if known_browser else login
    return f"{factor}:{hashlib.sha256(whose.encode('utf-8', 'replace')).hexdigest()}"
