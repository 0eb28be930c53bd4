"""The clocks that a new request takes along, copied from the agreement in force (clause 12.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.lifecycle import ClockName
from lienlac.wire.bodies.hotline import Clocks

if TYPE_CHECKING:
    from datetime import timedelta

    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.message import Marks


class Terms(Protocol):
    """What the hotline asks an agreement."""

    @property
    def agreement(self) -> Agreement:
        """The document itself: which words and grounds it names."""
        ...

    @property
    def no_receipt_warning(self) -> timedelta:
        """How long a sender waits for a receipt before its own desk is warned."""
        ...

    def clock(self, kind: str, step: str, urgency: str) -> timedelta | None:
        """Time allowed for a step of a request."""
        ...

    def needs_second_officer(
        self,
        kind: str,
        marks: Marks,
        typology: str | None,
        *,
        answers: str = "",
        content: bool = True,
        persons: bool = False,
        files: bool = False,
    ) -> tuple[str, ...]:
        """Why a message must wait for a second officer."""
        ...


def clocks_agreed(terms: Terms, kind: str, urgency: str, *, authorised: bool = False) -> Clocks:
    """Every step's time for a request of this kind and urgency; a step without a line has no clock.

    `authorised`: the decision behind it is there already, so that nothing has to be validated later.
    """
    runs = BY_KIND[kind].clocks

    def seconds(step: ClockName) -> int | None:
        allowed = terms.clock(kind, step.value, urgency) if step in runs else None
        return None if allowed is None else int(allowed.total_seconds())

    return Clocks(
        receipt_s=seconds(ClockName.RECEIPT) or int(terms.no_receipt_warning.total_seconds()),
        acknowledge_s=seconds(ClockName.ACKNOWLEDGE),
        decide_s=seconds(ClockName.DECIDE),
        execute_s=seconds(ClockName.EXECUTE),
        correct_s=seconds(ClockName.CORRECT),
        validate_s=None if authorised else seconds(ClockName.VALIDATE),
    )
