"""What one request says to indicators: whose it is, how long its steps took, what was decided, which money it is about.

Pure. Made of nothing but what both sides have signed, so that both nodes make the same of the same request. The hotline
gives it; whoever counts knows no request.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # msgspec reads the annotation
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

Measure = Literal["receipt", "acknowledge", "decide", "execute"]
"""From sending to receipt; from receipt to a person; from receipt to the decision; from acceptance to the result."""
MEASURES: tuple[Measure, ...] = ("receipt", "acknowledge", "decide", "execute")

Coins = tuple[str, int]
"""A currency and so many of its smallest unit."""


class Measured(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request that was received. `seconds` and `inside` by measure: how long, and whether within its clock."""

    requester: str
    executor: str
    kind: str
    typology: str = ""
    received_at: datetime
    seconds: dict[str, int] = {}
    inside: dict[str, bool] = {}
    decided: bool = False
    ground: str = ""
    freeze: bool = False
    was_held: bool = False
    usefulness: str = ""
    asked: Coins | None = None
    held: Coins | None = None
    returned: Coins | None = None
    received: Coins | None = None


class Measuring(Protocol):
    """Whoever has requests: all of them in their order, for indicators that begin, or that count anew."""

    def measured_after(self, connection: Connection, after: str, rows: int, /) -> Sequence[tuple[str, Measured | None]]:
        """Requests by id; None for one that does not count: a drill, or never received."""
        ...


class Hears(Protocol):
    """Whoever hears of a request that has changed, in the same transaction."""

    def __call__(self, connection: Connection, request_id: str, measured: Measured | None, /) -> None:
        """The request as it counts now."""
        ...
