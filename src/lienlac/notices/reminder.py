"""The noun: a reminder, and what whoever knows of such things is asked. Pure.

A reminder says as little as a notice does: what kind of thing waits, its reference, and the page where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.notices.notice import About
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something that waits for somebody here. `key` names this very occasion: each officer hears of it once.

    Occasions of one `thing` that are about the same make one notice.
    """

    about: About
    key: str
    thing: str
    reference: str
    path: str
    urgency: str = "normal"
    drill: bool = False


class Reminding(Protocol):
    """Who knows what waits. `addressees`: roles that are told; where nobody has one, whoever may do `otherwise`."""

    @property
    def addressees(self) -> frozenset[str]:
        """Roles, by their codes."""
        ...

    @property
    def otherwise(self) -> Action:
        """What somebody may do who is told in their place."""
        ...

    def due(self, connection: Connection, officer: Officer, now: datetime, /) -> Sequence[Reminder]:
        """What waits now, of what this officer may know of."""
        ...
