"""The three things that are faked in tests, and nothing else: time, chance, and (in `network`) the wire.

A seed must replay on any machine: chance is drawn from strings and numbers only, never from `hash()` or the clock.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class HandClock:
    """Time that passes only when it is turned by hand."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class WrongClock:
    """A node's own clock: the world's time and an error that can be changed."""

    def __init__(self, true: HandClock) -> None:
        self.true = true
        self.error = timedelta(0)

    def now(self) -> datetime:
        return self.true.now() + self.error


class SeededChance:
    """The source of ids and jitter, drawn from a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def token(self, count_bytes: int) -> bytes:
        return self._random.randbytes(count_bytes)
