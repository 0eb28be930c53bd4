"""What duty is told of a thing with clocks: in a few words while it is open, and as a hand-over note lists it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A thing in a few words. `running` are the clocks that wait for somebody; `held`: nothing is to be done now."""

    request_id: str
    reference: str
    kind: str
    urgency: str
    direction: str
    peer: str
    drill: bool
    running: frozenset[str]
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open thing, as a hand-over note lists it; `due_clock` is the clock that is due first, if any runs."""

    request_id: str
    reference: str
    urgency: str
    state: str
    direction: str
    due_at: datetime | None
    due_clock: str | None
    drill: bool
    kind: str
