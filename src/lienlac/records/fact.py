"""A fact: one message of a record and what is known of its journey (clauses 12.2, 16.2).

Two copies of one fact join upwards, so that two nodes which hold the same messages hold the same record, in whatever
order they came. Pure; a subject adds what its messages mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from lienlac.wire.message import Header


class Standing(IntEnum):
    """How far a message has come; joins upwards. Given up, then receipted after all: the receipt is right."""

    SENT = 0
    GIVEN_UP = 1
    REFUSED = 2
    ACCEPTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One message of a record. `received_at` is the receipt's word, None until there is one."""

    header: Header
    body: Any
    digest: str
    standing: Standing
    received_at: datetime | None = None
    code: str | None = None

    @property
    def id(self) -> str:
        """The message's id, the same on both sides and after a re-issue."""
        return self.header.id

    @property
    def counts(self) -> bool:
        """Whether the other side took it, or may yet."""
        return self.standing in (Standing.SENT, Standing.ACCEPTED)

    @property
    def known_at(self) -> datetime:
        """When both sides could know it: as received, or as sent while no receipt is known."""
        return self.received_at or self.header.sent_at

    @property
    def said(self) -> tuple[str, str | None, object]:
        """What a message says whatever its place: one that comes again must say the same."""
        return self.header.sender, self.header.record_id, self.body

    def join(self, other: Self) -> Self:
        """The better informed of two copies of one message."""
        return max(self, other, key=_rank)


def _rank(fact: Fact) -> tuple[int, int, str, bool, str]:
    known = fact.received_at.isoformat() if fact.received_at else ""
    return (fact.standing, fact.header.sequence, fact.digest, fact.received_at is not None, known)
