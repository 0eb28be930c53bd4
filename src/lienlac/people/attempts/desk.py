"""Somebody tries to prove who they are: count it, and let them wait when there were too many failures.

The rule of waiting is `people.lockout`; whose failures are counted together is its `subject_of`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.people import lockout, store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection


def count(connection: Connection, whose: str, factor: lockout.Factor, now: datetime, known_browser: str = "") -> None:
    """Count one attempt as failed, before it is known; raises `NotAllowed("too-many-attempts")` while locked."""
    subject = lockout.subject_of(whose, factor, known_browser)
    found = store.attempts(connection, subject)
    if found is not None and lockout.locked(found.until, now):
        wait_s = int((found.until - now).total_seconds()) + 1
        raise NotAllowed("too-many-attempts", wait_s=wait_s)
    failures = 1 + (lockout.failures_now(found.failures, found.last_at, now) if found is not None else 0)
    until = now + lockout.wait_after(failures)
    store.save_attempts(connection, subject, store.Attempts(failures=failures, last_at=now, until=until))
    store.prune_attempts(connection, now - lockout.FORGET_AFTER, limits.FAILED_SUBJECTS_MAX)


def forget(connection: Connection, whose: str, factors: Iterable[lockout.Factor], known_browser: str = "") -> None:
    """It was right after all: nothing is counted against them any more."""
    for factor in factors:
        store.clear_attempts(connection, lockout.subject_of(whose, factor, known_browser))
