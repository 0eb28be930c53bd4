"""Whose turn it is: from one channel to the next when it fails, then round again with growing pauses.

Pure. A channel that says no for good is left at once; one that is merely away gets a second try. After the last
channel the round is over: whoever escalates hears that nobody was reached, and the rounds go on until the notice
expires or is withdrawn, because a mail server that was down comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from datetime import datetime

AGAIN: Final = timedelta(seconds=limits.NOTICE_RETRY_S)
"""Pause before the second try on the same channel."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which channel is tried next (`place`), how often it failed so far, how many rounds are over, and when."""

    place: int
    tries: int
    rounds: int
    at: datetime


def after_failure(place: int, tries: int, rounds: int, *, channels: int, now: datetime, final: bool) -> Turn:
    """The next turn. `final`: this channel will not take this notice however often it is asked."""
    tries += 1
    if not final and tries < limits.NOTICE_TRIES_PER_CHANNEL:
        return Turn(place, tries, rounds, now + AGAIN)
    if place + 1 < channels:
        return Turn(place + 1, 0, rounds, now)
    return Turn(0, 0, rounds + 1, now + pause(rounds))


def pause(rounds: int) -> timedelta:
    """How long to rest after that many rounds before this one."""
    seconds = limits.NOTICE_ROUND_FIRST_S * 2 ** min(rounds, 20)
    return timedelta(seconds=min(seconds, limits.NOTICE_ROUND_MAX_S))
