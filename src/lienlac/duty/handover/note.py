"""The nouns: a hand-over note, and the open items that it lists by itself.

Pure. The list is made when the note is written and kept as it was: it says what the outgoing officer handed over, not
what is open when somebody reads it a year later.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from lienlac.duty.alarms.alarm import CASES, CHANNELS, WARNINGS, path_of

if TYPE_CHECKING:
    from datetime import datetime


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is open: `what` is "request", "alarm" or "channel"; `thing` the id behind it."""

    what: str
    thing: str
    reference: str = ""
    kind: str = ""
    urgency: str = ""
    state: str = ""
    direction: str = ""
    clock: str = ""
    due_us: int | None = None
    drill: bool = False

    @property
    def about_channel(self) -> bool:
        """Whether it is about an emergency channel."""
        return self.kind.startswith(CHANNELS)

    @property
    def about_warning(self) -> bool:
        """Whether it is about a flash warning."""
        return self.kind.startswith(WARNINGS)

    @property
    def about_case(self) -> bool:
        """Whether it is about a case."""
        return self.kind.startswith(CASES)

    @property
    def path(self) -> str:
        """The page of what it is about."""
        return path_of(self.kind, self.thing)


class Stage(StrEnum):
    """How far a note has come."""

    WRITTEN = "written"
    READ = "read"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One hand-over. `to` is the incoming officer who was named, or None for whoever comes on duty.

    `left_out` counts open items beyond what one note lists.
    """

    id: str
    by: str
    to: str | None
    text: str
    items: tuple[Item, ...]
    left_out: int
    written_at: datetime
    read_by: str | None = None
    read_at: datetime | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None
    remarks: str = ""

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.accepted_at is not None:
            return Stage.ACCEPTED
        return Stage.READ if self.read_at is not None else Stage.WRITTEN

    def waits_for(self, officer_id: str) -> bool:
        """Whether this officer may read and accept it: never who wrote it."""
        return self.accepted_at is None and officer_id != self.by and self.to in (None, officer_id)
