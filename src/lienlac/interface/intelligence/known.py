"""Where identifiers are named, as programs see it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from lienlac.interface.parts import Given, Line, Text, Told


class Asked(Given, frozen=True, kw_only=True):
    """What is looked up: one value of a type (`text` holds it), or everything found in a text when `type` is empty."""

    text: Text
    type: Line = ""


class SeenOne(Told, frozen=True, kw_only=True):
    """Another thing that names it: its kind and id, the reference by which people call it, and how it names it.

    A case, programme or delegation names it in so many `places` (1,000 means that or more); `place` is the id of the
    element that came last, `notes` for a note of our own side, empty for what the record says as a whole.
    """

    kind: str
    id: str
    label: str
    role: str
    since: datetime
    place: str = ""
    places: int = 1


class Similar(Told, frozen=True, kw_only=True):
    """Set when the other name is not the same but like it. `score` runs to 100; a name alone is never a match."""

    name: str
    score: float
    tones: Literal["same", "unwritten", "different"]
    reordered: bool


class KnownOne(Told, frozen=True, kw_only=True):
    """One identifier: `times` things name it, `seen` are the newest of them.

    `shown` is defanged, personal numbers have their middle hidden. `at_least`: there are more than were counted.
    `reason` is why it is a match, in the officer's language.
    """

    type: str
    shown: str
    role: str
    reason: str
    times: int
    at_least: bool
    similar: Similar | None = None
    seen: list[SeenOne]


class KnownElsewhere(Told, frozen=True, kw_only=True):
    """The telling ones first; names, which are hints only, last.

    `behind`: so many objects and lines of records were stored a moment ago and are not looked through yet; 10,000 of
    either means that or more.
    """

    known: list[KnownOne]
    behind: int = 0
