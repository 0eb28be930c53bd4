"""The only door to the time of day. Rules never look at a clock: a time goes in as a value.

Instants are timezone-aware UTC `datetime`s in code, integer microseconds since 1970 in the database
(names end in `_us`), RFC 3339 text on the wire.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_US = timedelta(microseconds=1)


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present, timezone-aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's present instant."""
        return datetime.now(UTC)


def to_us(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _ONE_US


def from_us(value_us: int) -> datetime:
    """The UTC instant of a stored microsecond count."""
    return _EPOCH + timedelta(microseconds=value_us)
