"""Lessons: drawn, read by a second officer, renewed, run. What else is written goes by the calls of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lienlac.client.calls import Caller
from lienlac.interface.records.lessons import (
    LessonReading,
    LessonRenewal,
    LessonRetirement,
    LessonReview,
    LessonRun,
    LessonRuns,
    LessonSource,
    LessonUsefulness,
    RunBeginning,
    RunEnding,
    StepTick,
)
from lienlac.interface.records.shared import RecordDone

if TYPE_CHECKING:
    from lienlac.interface.records.lessons import LessonDrawing


class LessonCalls(Caller):
    """Calls about them."""

    def draw_lesson(self, drawing: LessonDrawing) -> RecordDone:
        """A new lesson from a case that this side has closed."""
        return self._post(RecordDone, "/api/lessons/draw", drawing)

    def name_source(self, record_id: str, case: str) -> LessonReading:
        """From which closed case it was drawn; it stays on the node."""
        said = LessonSource(case=case)
        return self._post(LessonReading, "/api/lessons/{record_id}/source", said, record_id=record_id)

    def lesson_reading(self, record_id: str) -> LessonReading:
        """What a second officer reads."""
        return self._get(LessonReading, "/api/lessons/{record_id}/review", record_id=record_id)

    def review_lesson(
        self, record_id: str, digest: str, verdict: Literal["clean", "returned"], text: str = ""
    ) -> RecordDone:
        """What was found in exactly what was read."""
        said = LessonReview(digest=digest, verdict=verdict, text=text)
        return self._post(RecordDone, "/api/lessons/{record_id}/review", said, record_id=record_id)

    def renew_lesson(self, record_id: str, review_on: str) -> RecordDone:
        """It still holds; the day on which somebody looks at it again."""
        said = LessonRenewal(review_on=review_on)
        return self._post(RecordDone, "/api/lessons/{record_id}/renew", said, record_id=record_id)

    def retire_lesson(self, record_id: str, reason: str) -> RecordDone:
        """Nobody should use it any more."""
        said = LessonRetirement(reason=reason)
        return self._post(RecordDone, "/api/lessons/{record_id}/retire", said, record_id=record_id)

    def lesson_usefulness(self, record_id: str) -> LessonUsefulness:
        """How often it was used, and how useful it was."""
        return self._get(LessonUsefulness, "/api/lessons/{record_id}/usefulness", record_id=record_id)

    def runs_in_case(self, case: str) -> LessonRuns:
        """Checklists that were run in a case, on this node."""
        return self._get(LessonRuns, "/api/lessons/runs", {"case": case})

    def lesson_runs(self, record_id: str) -> LessonRuns:
        """Runs of a lesson's checklist, on this node."""
        return self._get(LessonRuns, "/api/lessons/{record_id}/runs", record_id=record_id)

    def lesson_run(self, record_id: str, run_id: str) -> LessonRun:
        """One of them with its steps."""
        return self._get(LessonRun, "/api/lessons/{record_id}/runs/{run_id}", record_id=record_id, run_id=run_id)

    def begin_run(self, record_id: str, case: str = "") -> LessonRun:
        """Run the checklist, perhaps in a case."""
        said = RunBeginning(case=case)
        return self._post(LessonRun, "/api/lessons/{record_id}/runs", said, record_id=record_id)

    def tick_step(
        self, record_id: str, run_id: str, step: str, result: Literal["worked", "failed", "skipped"], note: str = ""
    ) -> LessonRun:
        """How a step went."""
        said = StepTick(step=step, result=result, note=note)
        return self._post(
            LessonRun, "/api/lessons/{record_id}/runs/{run_id}/tick", said, record_id=record_id, run_id=run_id
        )

    def finish_run(self, record_id: str, run_id: str, ending: RunEnding) -> RecordDone:
        """The run is over; what it was worth."""
        return self._post(
            RecordDone, "/api/lessons/{record_id}/runs/{run_id}/finish", ending, record_id=record_id, run_id=run_id
        )
