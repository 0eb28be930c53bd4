"""What only cases have, as programs see it: files of exhibits, timelines and cases of other programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Instant, Line, Told
from lienlac.interface.records.shared import RecordMarks, RecordSaid, Word

Upload = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LINE_MAX_CHARS)]
Row = Annotated[int, msgspec.Meta(ge=0, le=limits.CASE_IMPORT_MAX_BYTES)]


class ExhibitTaking(Given, frozen=True, kw_only=True):
    """A new exhibit: its word (`is` evidence), how it is handled, and the file of the tray that it is, if any."""

    word: Word
    marks: RecordMarks = RecordMarks()
    upload: Line = ""


class Exhibit(Told, frozen=True, kw_only=True):
    """The file of an exhibit. `here`: this node holds it. `whole` is what the last check found; null: none yet.

    `stage` is how far one has come that is not here: only a `failed` one can be asked for again; null: nothing of it
    was announced yet.
    """

    element: str
    exhibit: str
    author: str
    title: str
    name: str
    digest: str
    size_bytes: int
    media_type: str
    here: bool
    stage: Literal["moving", "checking", "whole", "held", "failed"] | None = None
    checked_at: datetime | None = None
    whole: bool | None = None


class Exhibits(Told, frozen=True, kw_only=True):
    """All files of exhibits of a case."""

    files: list[Exhibit]


class ExhibitChecked(Told, frozen=True, kw_only=True):
    """Whether a file is what it was; both sides have that in the chain of custody."""

    whole: bool


class CustodyWriting(Given, frozen=True, kw_only=True):
    """What an officer did with an exhibit outside the node: `to` a node that got it."""

    act: Literal["acquired", "accessed", "copied", "transferred", "received", "returned", "destroyed"]
    text: RecordSaid = RecordSaid()
    place: Line = ""
    to: Line = ""


class TimelineLooking(Given, frozen=True, kw_only=True):
    """A file of the tray, CSV or JSON lines of Timesketch shape, and the time that is wanted of it."""

    upload: Upload
    since: Instant | None = None
    until: Instant | None = None


class TimelineTaking(TimelineLooking, frozen=True, kw_only=True):
    """The same, taken in: `after` is the row behind which this act begins, `marks` how the rows are handled."""

    after: Row = 0
    marks: RecordMarks = RecordMarks()


class TimelineProblem(Told, frozen=True, kw_only=True):
    """A row that is not taken, and why: a code of the error catalogue."""

    row: int
    code: str
    reason: str
    detail: str = ""


class TimelineLook(Told, frozen=True, kw_only=True):
    """What a file holds. `acts`: in how many acts it is taken in."""

    rows: int
    good: int
    outside: int
    bad: int
    problems: list[TimelineProblem]
    digest: str
    first: datetime | None
    last: datetime | None
    acts: int


class TimelineTaken(Told, frozen=True, kw_only=True):
    """What an act took: rows that are new here, those it came through. `following`: the `after` of the next act."""

    look: TimelineLook
    new: int
    through: int
    row: int
    following: int | None


class CaseTaking(Given, frozen=True, kw_only=True):
    """A case of another program out of the tray: a STIX 2.1 bundle, or what DFIR-IRIS exports."""

    upload: Upload
    form: Literal["stix", "iris"]
    marks: RecordMarks = RecordMarks()


class CaseTaken(Told, frozen=True, kw_only=True):
    """How many entries are new here, and how many of which kind were left."""

    new: int
    left: dict[str, int]
