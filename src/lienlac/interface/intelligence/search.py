"""Search over intelligence, and what stands around an object, as programs see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.intelligence import Held, IntelLine, IntelSource
from lienlac.interface.intelligence.known import KnownOne
from lienlac.interface.parts import Cursor, Given, Instant, Line, Rows, Told

DaysBack = Annotated[int, msgspec.Meta(ge=0, le=limits.INTEL_WITHIN_DAYS_MAX)]
"""So many days back from when it is asked; 0 is no such bound."""


class IntelSearch(Given, frozen=True, kw_only=True):
    """What is looked for; by POST only, for addresses are written down on their way.

    `words` are found in either language, with tones or without; with `identifier` (a type, or `name`) they are one
    value that the index of identifiers is asked for. `within_days` looks so many days back from now, in place of
    `since` and `until`. `state` "held" searches the quarantine instead.
    """

    words: Line = ""
    identifier: Line = ""
    type: Line = ""
    collection: Line = ""
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = ""
    tlp: Line = ""
    typology: Line = ""
    since: Instant | None = None
    until: Instant | None = None
    within_days: DaysBack = 0
    sighted: bool = False
    state: Literal["all", "current", "revoked", "held"] = "all"
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class SearchChoice(Given, frozen=True, kw_only=True):
    """What a saved search looks for: words and filters; one identifier is never kept, and no long number.

    `within_days` is counted back from the day on which it is looked for anew; `since` and `until` stay as they are.
    """

    words: Line = ""
    type: Line = ""
    collection: Line = ""
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = ""
    tlp: Line = ""
    typology: Line = ""
    since: Instant | None = None
    until: Instant | None = None
    within_days: DaysBack = 0
    sighted: bool = False
    state: Literal["all", "current", "revoked", "held"] = "all"


class SaveSearch(Given, frozen=True, kw_only=True):
    """A search to be kept; an own one of that name gives way."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LINE_MAX_CHARS)]
    choice: SearchChoice


class SavedSearch(Told, frozen=True, kw_only=True):
    """One of them."""

    id: str
    name: str
    choice: SearchChoice


class SavedSearches(Told, frozen=True, kw_only=True):
    """One's own, by name."""

    searches: list[SavedSearch]


class SearchKept(Told, frozen=True, kw_only=True):
    """It was kept under this id."""

    id: str


class IntelHit(Told, frozen=True, kw_only=True):
    """One object that was found, where it lies, and who gave it."""

    object: IntelLine
    collection: str
    source: IntelSource


class IntelFound(Told, frozen=True, kw_only=True):
    """One page. `next` may be set although it is not full: it looked so far.

    `known`: what the index says of an identifier. `unread_after`: what was added later is not found by words yet.
    """

    hits: list[IntelHit]
    held: list[Held]
    known: list[KnownOne]
    next: str | None
    unread_after: datetime | None
