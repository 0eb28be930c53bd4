"""Lessons as programs see them, beside what every shared record says: the second officer's reading, runs, usefulness.

A case is named here only to officers of the node that may read it; what travels is described with the messages.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from lienlac.interface.parts import Given, Instant, Line, Text, Told
from lienlac.interface.records.shared import RecordFact, RecordMarks, RecordOpening, RecordSaid

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class LessonDrawing(RecordOpening, frozen=True, kw_only=True):
    """A new lesson, and the case of this node that it is drawn from: by id or reference, closed by this side."""

    case: Line


class LessonSource(Given, frozen=True, kw_only=True):
    """From which closed case a lesson was drawn; it never leaves."""

    case: Line


class LessonPlace(Told, frozen=True, kw_only=True):
    """Something in a text that should be looked at: where, what it seems to be, and whether it may not stand there."""

    element: str
    field: str
    type: str
    shown: str
    blocks: bool


class LessonReading(Told, frozen=True, kw_only=True):
    """What a second officer reads. `digest` names exactly this; `own`: this officer wrote some of it."""

    digest: str
    cleared: bool
    own: bool
    facts: list[RecordFact]
    places: list[LessonPlace]
    sources: list[str]


class LessonReview(Given, frozen=True, kw_only=True):
    """What a second officer found in exactly what `digest` names; with a reason where it goes back to its author."""

    digest: Line
    verdict: Literal["clean", "returned"]
    text: Text = ""


class LessonRenewal(Given, frozen=True, kw_only=True):
    """The lesson still holds: on which day somebody looks at it again."""

    review_on: Day


class LessonRetirement(Given, frozen=True, kw_only=True):
    """Why nobody should use the lesson any more."""

    reason: Text


class LessonUsefulness(Told, frozen=True, kw_only=True):
    """How often it was used, and how useful it was from 1 to 5, counted from what was said of each use."""

    used: int
    rated: int
    mean: float | None
    by: dict[str, int]


class RunQuery(Given, frozen=True, kw_only=True):
    """In which case, by id or reference."""

    case: Line


class RunBeginning(Given, frozen=True, kw_only=True):
    """In which case the checklist is run; empty for none."""

    case: Line = ""


class StepTick(Given, frozen=True, kw_only=True):
    """How a step went. Said again, it replaces."""

    step: Line
    result: Literal["worked", "failed", "skipped"]
    note: Text = ""


class RunEnding(Given, frozen=True, kw_only=True):
    """What it was worth. `used_on`: today where it is left out; `with_notes`: notes on steps are shared too."""

    usefulness: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    note: RecordSaid = RecordSaid()
    used_on: Day | None = None
    with_notes: bool = False
    marks: RecordMarks = RecordMarks()


class RunStep(Told, frozen=True, kw_only=True):
    """A step of the checklist as it now stands, and how it went in this run; `result` is empty where nobody said."""

    element: str
    number: int
    text: RecordSaid
    why: RecordSaid
    optional: bool
    result: str
    note: str


class LessonRun(Told, frozen=True, kw_only=True):
    """One run of a checklist on this node. `left`: steps that must be done and were not; `use`: what it became."""

    id: str
    lesson: str
    case: str
    officer: str
    started_at: Instant
    ended_at: Instant | None
    left: int
    use: str
    steps: list[RunStep]


class RunLine(Told, frozen=True, kw_only=True):
    """A run in a list. The lesson's reference and titles stand there in a list of one case's runs."""

    id: str
    lesson: str
    case: str
    officer: str
    started_at: Instant
    ended_at: Instant | None
    ticked: int
    reference: str = ""
    title_vi: str = ""
    title_en: str = ""


class LessonRuns(Told, frozen=True, kw_only=True):
    """Runs, the newest first."""

    runs: list[RunLine]
