"""How far the other side's clock is ahead of ours, as far as signed instants show it (clause 4.7). Pure.

A message may have waited on its way, so that one which looks late proves nothing; one that looks as if it came from
the future does, and so does a receipt outside of the time in which its message was under way. Nothing is decided by
this but what people are told: no message is ever refused because clocks differ.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from datetime import datetime

ALLOWED: Final = timedelta(seconds=limits.CLOCK_SKEW_MAX_S)
_NOTHING: Final = timedelta(0)


def of_message(sent_at: datetime, now: datetime) -> timedelta | None:
    """What an arriving message shows; None when it may just as well have been under way for long."""
    ahead = sent_at - now
    return ahead if ahead >= -ALLOWED else None


def of_receipt(sent_at: datetime, received_at: datetime, now: datetime) -> timedelta | None:
    """What the receipt of a message of ours shows; None when the message was under way too long to tell."""
    if received_at > now:
        return received_at - now
    if received_at < sent_at:
        return received_at - sent_at
    return _NOTHING if now - sent_at <= ALLOWED else None
