"""What several officers are shown alike: their sight, as an officer without a face, and what was made for it.

Whatever is made with `eye_of(officer)` can depend on nothing by which two officers of the same eye differ: they have no
id, no name, no login there, and of their keys only those by which something is named anywhere. So it may be handed to
all of them without asking again, and an officer who alone may see a thing has an eye of their own.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from lienlac.people.access import store as access
from lienlac.people.rights import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.ui.rounds.open_page import OpenPage

T = TypeVar("T")


class Memo:
    """What was made in one round, by everything that it depends on. Made in one thread at a time."""

    def __init__(self) -> None:
        self.now: datetime | None = None
        self._made: dict[object, object] = {}
        self._counts: dict[str, int] = {}

    def at(self, now: datetime) -> datetime:
        """The round's instant: that of whoever says one first."""
        self.now = self.now or now
        return self.now

    def once(self, what: str, given: object, make: Callable[[], T]) -> T:
        """What `make` makes, made now or before."""
        key = (what, given)
        if key not in self._made:
            self._made[key] = make()
            self._counts[what] = self.count(what) + 1
        return self._made[key]  # type: ignore[return-value]  # made by the same function for the same key

    def has(self, what: str, given: object) -> bool:
        """Whether this was made before."""
        return (what, given) in self._made

    def count(self, what: str) -> int:
        """How many different ones of these were made."""
        return self._counts.get(what, 0)


def eye_of(officer: Officer, named: frozenset[str]) -> Officer:
    """The officer without a face. `named`: those of the keys by whom any need-to-know names somebody."""
    return dataclasses.replace(
        officer,
        id=officer.id if officer.id in named else "",
        login="",
        name="",
        unit="",
        units=officer.units & named,
        theme="system",
        warning="",
        handed_until=None,
    )


def keys_of(pages: Sequence[OpenPage]) -> frozenset[str]:
    """Everything by which a need-to-know may name anybody who looks at these pages."""
    return frozenset[str]().union(*(scope_of(page.ask.officer).keys for page in pages))


def named(connection: Connection, pages: Sequence[OpenPage]) -> frozenset[str]:
    """Those of their keys by which something is named."""
    return access.named_anywhere(connection, keys_of(pages))
