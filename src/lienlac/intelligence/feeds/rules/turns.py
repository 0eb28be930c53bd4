"""When a feed has its next turn: after its interval, or after growing pauses when it failed. Pure.

A little chance is added to every pause, so that feeds that began together do not call together for ever.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from datetime import datetime

_JITTER: Final = 0.1
"""Part of a pause that chance may add."""


def after_success(interval_min: int, share: float, *, more: bool) -> timedelta:
    """The pause after a run that went well; `share` is chance between 0 and 1, `more` says that it broke off early."""
    seconds = 1 if more else interval_min * 60
    return timedelta(seconds=seconds * (1 + _JITTER * share))


def after_failure(fails: int, interval_min: int, share: float, *, retry_s: int = 0) -> timedelta:
    """The pause after that many failures in a row; what the server asked for is granted within a bound."""
    doubled = limits.FEED_BACKOFF_FIRST_S * 2 ** min(max(fails, 1) - 1, 20)
    seconds = min(max(doubled, 1), max(limits.FEED_BACKOFF_MAX_S, interval_min * 60))
    return timedelta(seconds=max(seconds, min(retry_s, limits.FEED_RETRY_MAX_S)) * (1 + _JITTER * share))


def retry_after(header: str, now: datetime) -> int:
    """Seconds that a server asks to wait, from either form of the header; 0 for none and for nonsense."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), limits.FEED_RETRY_MAX_S)
    try:
        at = parsedate_to_datetime(text)
        left = (at - now).total_seconds() if at.tzinfo is not None else 0
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0
    return min(max(0, int(left)), limits.FEED_RETRY_MAX_S)
