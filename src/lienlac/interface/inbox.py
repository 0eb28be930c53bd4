"""The inbox's own tools as programs see them: saved filters, and many requests acknowledged at once."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Sentences, Told


class Choice(Given, frozen=True, kw_only=True):
    """What a filter chooses; `due` is soon (within two hours) or overdue. Words of a search are never kept."""

    direction: Literal["in", "out"] = "in"
    stage: Literal["open", "answered", "ended", "all"] = "open"
    kind: Line = ""
    urgency: Line = ""
    peer: Line = ""
    state: Line = ""
    due: Literal["", "soon", "overdue"] = ""


class SaveFilter(Given, frozen=True, kw_only=True):
    """A filter to be kept; an own one of that name gives way. `unit`: id of an own unit that sees it too."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LINE_MAX_CHARS)]
    choice: Choice
    unit: Line | None = None
    preferred: bool = False


class SavedFilter(Told, frozen=True, kw_only=True):
    """A kept filter; `count` is what it shows now, at most the bound; `preferred`: the inbox opens with it."""

    id: str
    name: str
    choice: Choice
    unit: str | None
    mine: bool
    preferred: bool
    count: int


class SavedFilters(Told, frozen=True, kw_only=True):
    """One's own filters and those shared with one's units."""

    filters: list[SavedFilter]


class Kept(Told, frozen=True, kw_only=True):
    """A filter was kept under this id."""

    id: str


class Several(Given, frozen=True, kw_only=True):
    """Requests by id or reference, and where the officer can be rung."""

    requests: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=limits.BULK_MAX_REQUESTS)]
    phone: Line = ""


class Outcome(Told, frozen=True, kw_only=True):
    """What became of one of them: its state now, or the code and sentences of why not."""

    request: str
    reference: str = ""
    state: str | None = None
    code: str | None = None
    sentences: Sentences | None = None


class Outcomes(Told, frozen=True, kw_only=True):
    """One for each request that was named, in that order; each was done, or not, by itself."""

    outcomes: list[Outcome]
    done: int
    failed: int
