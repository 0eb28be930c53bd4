"""The noun: a statement of who answers, and which of several counts (clauses 15.2, 15.3).

Pure. A partner's present contact is the greatest of its statements, by the instant it states and then by the message's
id: commutative, associative, idempotent, so whatever order they come in, and however often, both nodes read the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.wire.bodies.duty import Contact

_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One message of kind `duty.on-call`; `received_at` is what its receipt says."""

    message_id: str
    stated_at: datetime
    received_at: datetime | None
    contact: Contact | None

    def answers(self, now: datetime) -> bool:
        """Whether somebody answers now by this statement: not once the shift it names is over."""
        return self.contact is not None and now < self.contact.until


def latest(one: Statement | None, other: Statement | None) -> Statement | None:
    """The one that counts."""
    return max((each for each in (one, other) if each is not None), key=_rank, default=None)


def next_instant(now: datetime, last: datetime | None) -> datetime:
    """When our next statement is stated: never at or before an earlier one, also after the clock was set back."""
    return now if last is None or now > last else last + _TICK


def _rank(statement: Statement) -> tuple[datetime, str]:
    return statement.stated_at, statement.message_id
