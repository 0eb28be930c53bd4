"""A fact: one message of a record and what is known of its journey (clauses 12.2, 16.2).

Two copies of one fact join upwards, so that two nodes which hold the same messages hold the same record, in whatever
order they came. Pure; a subject adds what its messages mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeVar

from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Self

    from lienlac.exchange.post import Arrived, Settled
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

    @classmethod
    def arrived(cls, arrived: Arrived) -> Self:
        """The fact that a message makes which was taken."""
        return cls(
            header=arrived.header,
            body=arrived.body,
            digest=arrived.digest,
            standing=Standing.ACCEPTED,
            received_at=arrived.received_at,
        )

    def settled(self, settled: Settled) -> Self:
        """This message of ours at its end: the receipt's instant and verdict, or given up here."""
        return type(self)(
            header=settled.header,
            body=self.body,
            digest=settled.digest,
            standing=standing_of(settled),
            received_at=settled.received_at,
            code=settled.code,
        )


F = TypeVar("F", bound=Fact)


def standing_of(settled: Settled) -> Standing:
    """How a message of ours ended."""
    if settled.verdict is None:
        return Standing.GIVEN_UP
    return Standing.ACCEPTED if settled.verdict is Verdict.ACCEPTED else Standing.REFUSED


def merge(*several: Iterable[F]) -> dict[str, F]:
    """The union of sets of facts, each fact joined with its copies."""
    joined: dict[str, F] = {}
    for facts in several:
        for fact in facts:
            known = joined.get(fact.id)
            joined[fact.id] = fact if known is None else known.join(fact)
    return joined


def in_lane(fact: Fact) -> tuple[int, str]:
    """Where a fact stands in its author's lane, to sort by."""
    return fact.header.sequence, fact.id


def lane_of(facts: Mapping[str, F], author: str) -> list[F]:
    """One author's facts that count, in the order of the author's lane."""
    return sorted((fact for fact in facts.values() if fact.header.sender == author and fact.counts), key=in_lane)


def _rank(fact: Fact) -> tuple[int, int, str, bool, str]:
    known = fact.received_at.isoformat() if fact.received_at else ""
    return (fact.standing, fact.header.sequence, fact.digest, fact.received_at is not None, known)
