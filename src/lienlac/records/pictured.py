"""What a record says to a picture of many: when it began, what it is about, its money, and between which countries.

Pure. Every subject gives its own records in this shape, those only that the asking officer may know of; whoever draws
the picture knows no subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.identifiers.money import Money
    from lienlac.people.officer import Officer

Fate = Literal["asked", "held", "returned"]
"""What became of money: asked to be held, held as it stands now, let go so that it goes back to its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """One record. `path` is its page; `flow` names the countries from which and to which its money went."""

    kind: str
    path: str
    title_vi: str
    title_en: str
    at: datetime
    typologies: tuple[str, ...] = ()
    money: tuple[tuple[Fate, Money], ...] = ()
    flows: frozenset[tuple[str, str]] = frozenset()


class Pictures(Protocol):
    """A subject whose records are pictured."""

    def pictured(
        self, connection: Connection, officer: Officer, *, since: datetime, until: datetime, most: int
    ) -> Sequence[Pictured]:
        """Records that began in that time and that this officer may know of, the newest first; no drills.

        Empty for who may not read such records at all.
        """
        ...
