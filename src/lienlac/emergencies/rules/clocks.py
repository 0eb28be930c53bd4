"""The clocks that a new channel takes along, copied from the agreement in force (clause 16.4). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac.emergencies.kinds import OPEN
from lienlac.wire.bodies.emergencies import ChannelClocks

if TYPE_CHECKING:
    from datetime import timedelta

    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.message import Marks

STEPS = ("receipt", "acknowledge")
"""The clocks that an agreement may give a channel."""


class Terms(Protocol):
    """What is asked of an agreement."""

    @property
    def agreement(self) -> Agreement:
        """The document itself."""
        ...

    @property
    def no_receipt_warning(self) -> timedelta:
        """How long a sender waits for a receipt before its own desk is warned."""
        ...

    def clock(self, kind: str, step: str, urgency: str) -> timedelta | None:
        """Time allowed for a step."""
        ...

    def offers(self, kind: str) -> bool:
        """Whether it names this kind."""
        ...

    def needs_second_officer(self, kind: str, marks: Marks, typology: str | None, *, content: bool) -> tuple[str, ...]:
        """Why a message must wait for a second officer; empty if it need not."""
        ...


def clocks_agreed(terms: Terms, urgency: str) -> ChannelClocks:
    """Every step's time for a channel of this urgency; a step without a line has no clock."""

    def seconds(step: str) -> int | None:
        allowed = terms.clock(OPEN, step, urgency)
        return None if allowed is None else int(allowed.total_seconds())

    return ChannelClocks(
        receipt_s=seconds("receipt") or int(terms.no_receipt_warning.total_seconds()),
        acknowledge_s=seconds("acknowledge"),
    )
