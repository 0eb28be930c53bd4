"""What a message about a warning must hold, and the agreement asked in a warning's words. Pure.

The same checks when it leaves and when it arrives; `at` is the instant of the receipt, or the present on the side that
writes. What crossed on the way is never refused for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.flash.kinds import SUPERSEDE, WARN, kind_of
from lienlac.flash.lifecycle import Step
from lienlac.releases.release import Reason
from lienlac.wire.bodies.flash import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.bodies.flash import Said, Warned
    from lienlac.wire.message import Marks

CLOCKS: Final = ("receipt", "acknowledge")
"""The clocks that an agreement may give a warning."""
_URGENCIES: Final = {Severity.CRITICAL: "hot", Severity.SERIOUS: "urgent", Severity.LIMITED: "normal"}
_CONTENT: Final = frozenset({Step.WARN, Step.SUPERSEDE, Step.WITHDRAW, Step.FEEDBACK})
"""Steps that say something of the matter."""


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

    def needs_second_officer(
        self, kind: str, marks: Marks, typology: str | None, *, answers: str = "", content: bool = True,
        persons: bool = False, files: bool = False,
    ) -> tuple[str, ...]:  # fmt: skip
        """Why a message must wait for a second officer; empty where it need not."""
        ...


def urgency_of(body: Warned) -> str:
    """How loud it is, in the words of clocks and alarms."""
    return "life" if body.lives_in_danger else _URGENCIES[body.severity]


def acknowledge_s(terms: Terms, body: Warned) -> int | None:
    """The time that the agreement gives for the acknowledgement."""
    allowed = terms.clock(WARN, "acknowledge", urgency_of(body))
    return None if allowed is None else int(allowed.total_seconds())


def reasons(terms: Terms, step: Step, marks: Marks, typology: str | None) -> tuple[Reason, ...]:
    """Why it must wait for a second officer. What takes a warning's place is a warning: either kind's line holds."""
    content = step in _CONTENT
    found = terms.needs_second_officer(kind_of(step), marks, typology, content=content)
    if kind_of(step) == SUPERSEDE:
        found = (*found, *terms.needs_second_officer(WARN, marks, typology, content=content))
    return tuple(Reason(word) for word in dict.fromkeys(found))


def check_body(step: Step, body: Any, at: datetime) -> None:
    """Raise `Refused`: `flash-text-missing`, `flash-validity`."""
    if step in (Step.WARN, Step.SUPERSEDE):
        _check_said(body.text, "text")
        _check_said(body.to_do, "to_do")
        if body.valid_until > at + timedelta(days=limits.FLASH_VALID_MAX_DAYS):
            raise Refused("flash-validity", field="valid_until", limit_days=limits.FLASH_VALID_MAX_DAYS)


def check_clock(body: Warned, agreed_s: int | None) -> None:
    """A warning grants its reader at least what was agreed. Raises `Refused("clocks-not-agreed")`."""
    theirs = body.acknowledge_s
    if theirs is not None and (agreed_s is None or theirs < agreed_s):
        raise Refused("clocks-not-agreed", field_name="acknowledge_s", given_s=theirs, agreed_s=agreed_s or "…")


def check_same(body: Warned, before: Warned) -> None:
    """What takes a warning's place keeps its reference, and stays an exercise or in earnest. Raises `Refused`."""
    if (body.reference, body.drill) != (before.reference, before.drill):
        raise Refused("flash-changed")


def _check_said(said: Said, field: str) -> None:
    if not said.vi.strip() and not said.en.strip():
        raise Refused("flash-text-missing", field=field)
