"""What a slice shows on the first page: cards of numbers and lines, and the order in which an officer meets them.

Pure. A card says for which roles it is the day's work; those stand first. Knows no slice and decides no right: a maker
returns None where its officer may not look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from lienlac.people.officer import Officer, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number and where it leads; its tone (good, warn, bad, info) shows only while it is not 0."""

    label: str
    count: int
    path: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing of a card: its name leads to it; `tag` is its state, `due_at` counts down, `at` is when it was."""

    text: str
    path: str = ""
    note: str = ""
    tag: str = ""
    tone: str = ""
    due_at: datetime | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one part of the program says on the first page. `leads`: the roles whose day begins with it."""

    title: str
    path: str
    leads: frozenset[Role]
    order: int
    tiles: Sequence[Tile] = field(default=())
    lines: Sequence[Line] = field(default=())
    nothing: str = ""


class CardMaker(Protocol):
    """A slice's card for who asks, or None when there is nothing for them."""

    def __call__(self, ask: Any, /) -> Card | None:
        """Make it. `ask` is the call."""
        ...


def arranged(cards: Iterable[Card | None], officer: Officer) -> list[Card]:
    """The cards there are: those of the officer's roles first, then by their own order."""
    found = [card for card in cards if card is not None]
    return sorted(found, key=lambda card: (not card.leads & set(officer.roles), card.order))
