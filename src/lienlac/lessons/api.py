"""Lessons for programs: drawn from a case, read by a second officer, renewed, run; all else is as of any record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.interface.records import lessons as shapes
from lienlac.interface.records.shared import RecordDone, RecordSaid
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.shared.api import done, marks_of, opening_given
from lienlac.ui.shared.api.view import fact_view
from lienlac.ui.words import N_
from lienlac.wire.bodies.lessons import Lesson, Result, Verdict
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.lessons.desk import Lessons, ToReview
    from lienlac.lessons.running.desk import Checklist
    from lienlac.lessons.store import Run

Answer = Response[bytes]
_TAG: Final = "lessons"
_AT: Final = "/api/lessons/{record_id:str}"
_RUN: Final = _AT + "/runs/{run_id:str}"
_READ: Final = needs(Action.LESSON_READ)
_WRITE: Final = needs(Action.LESSON_WRITE)
_SHARE: Final = needs(Action.LESSON_SHARE)
_CASE: Final = "VN-C-2026-000001"
_DRAWING: Final = {
    "from a closed case": {
        "top": {
            "is": "lesson",
            "title_vi": "Chặn dòng tiền trong ngày đầu",
            "title_en": "Stopping the money on the first day",
            "situation": {"vi": "Tiền đi qua nhiều tài khoản.", "en": "The money went through many accounts."},
            "typologies": ["fxp-rig"],
        },
        "purpose": "prevent-crime",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Art. 7",
        "case": _CASE,
    }
}


def routes(lessons: Lessons) -> OneRouter:
    """The routes, round the desk that does the work."""
    handlers = [*_drawing(lessons), *_reviewing(lessons), *_standing(lessons), *_runs(lessons), *_running(lessons)]
    return OneRouter(path="/", route_handlers=handlers, exception_handlers={FormRefused: form_refused})


def _drawing(lessons: Lessons) -> list[Any]:
    @post(
        "/api/lessons/draw",
        opt=needs(Action.LESSON_OPEN)
        | speaks(
            N_("Draw a lesson from a closed case"),
            _TAG,
            RecordDone,
            takes=shapes.LessonDrawing,
            examples=_DRAWING,
            once=True,
        ),
        sync_to_thread=True,
        name="api-lesson-draw",
    )
    def draw(ask: Ask) -> Answer:
        """Which case stays on this node; nothing by which it is known may stand in the lesson, now or later."""
        given = ask.given(shapes.LessonDrawing)
        opening = opening_given(lessons.shared, given, Lesson)
        return done(ask, lessons.shared, lessons.draw(ask.officer, opening, given.case, once=ask.once))

    @post(
        f"{_AT}/source",
        opt=_WRITE
        | speaks(
            N_("Name the closed case from which a lesson was drawn"),
            _TAG,
            shapes.LessonReading,
            takes=shapes.LessonSource,
            examples={"a case": {"case": _CASE}},
        ),
        sync_to_thread=True,
        name="api-lesson-source",
    )
    def source(ask: Ask, record_id: FromPath[str]) -> Answer:
        """It stays on this node. Refused where something of the case stands in the lesson."""
        lessons.source(ask.officer, record_id, ask.given(shapes.LessonSource).case)
        return ask.json(_reading(lessons.to_review(ask.officer, record_id)), status=201)

    return [draw, source]


def _reviewing(lessons: Lessons) -> list[Any]:
    @get(
        f"{_AT}/review",
        opt=_READ | speaks(N_("What a second officer reads"), _TAG, shapes.LessonReading),
        sync_to_thread=True,
        name="api-lesson-review",
    )
    def reading(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Everything that this node wrote, with places that should be looked at, and the digest of exactly this."""
        return ask.json(_reading(lessons.to_review(ask.officer, record_id)))

    @post(
        f"{_AT}/review",
        opt=_SHARE
        | speaks(
            N_("Say whether something of a case stands in a lesson"),
            _TAG,
            RecordDone,
            takes=shapes.LessonReview,
            examples={
                "nothing does": {"digest": "3f" * 32, "verdict": "clean"},
                "back to its author": {"digest": "3f" * 32, "verdict": "returned", "text": "Còn nêu tên ngân hàng"},
            },
        ),
        sync_to_thread=True,
        name="api-lesson-review-done",
    )
    def review(ask: Ask, record_id: FromPath[str]) -> Answer:
        """By an officer who wrote none of it. Clean: it leaves, to whoever takes part."""
        given = ask.given(shapes.LessonReview)
        outcome = lessons.review(ask.officer, record_id, given.digest, Verdict(given.verdict), given.text)
        return done(ask, lessons.shared, outcome)

    return [reading, review]


def _standing(lessons: Lessons) -> list[Any]:
    @post(
        f"{_AT}/renew",
        opt=_WRITE
        | speaks(
            N_("Say that a lesson still holds"),
            _TAG,
            RecordDone,
            takes=shapes.LessonRenewal,
            examples={"a year on": {"review_on": "2027-11-26"}},
        ),
        sync_to_thread=True,
        name="api-lesson-renew",
    )
    def renew(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Somebody looks at it again on that day. Partners learn of it once a second officer has read it."""
        day = _day(ask.given(shapes.LessonRenewal).review_on, "review_on")
        return done(ask, lessons.shared, lessons.renew(ask.officer, record_id, day))

    @post(
        f"{_AT}/retire",
        opt=_WRITE
        | speaks(
            N_("Say that a lesson should be used no longer"),
            _TAG,
            RecordDone,
            takes=shapes.LessonRetirement,
            examples={"with a reason": {"reason": "Ngân hàng đã đổi quy trình"}},
        ),
        sync_to_thread=True,
        name="api-lesson-retire",
    )
    def retire(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Partners learn of it once a second officer has read it."""
        reason = ask.given(shapes.LessonRetirement).reason
        return done(ask, lessons.shared, lessons.retire(ask.officer, record_id, reason))

    @get(
        f"{_AT}/usefulness",
        opt=_READ | speaks(N_("How useful a lesson was"), _TAG, shapes.LessonUsefulness),
        sync_to_thread=True,
        name="api-lesson-usefulness",
    )
    def usefulness(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Counted over every authority that takes part, from what was said of each use."""
        found = lessons.useful(lessons.shared.read.room(ask.officer, record_id))
        by = {str(mark): many for mark, many in found.by.items()}
        return ask.json(shapes.LessonUsefulness(used=found.used, rated=found.rated, mean=found.mean, by=by))

    return [renew, retire, usefulness]


def _runs(lessons: Lessons) -> list[Any]:
    @get(
        "/api/lessons/runs",
        opt=_READ | speaks(N_("Checklists that were run in a case"), _TAG, shapes.LessonRuns, asks=shapes.RunQuery),
        sync_to_thread=True,
        name="api-lesson-runs-in-case",
    )
    def in_case(ask: Ask) -> Answer:
        """Of lessons that the officer may know of, on this node; for an officer who may read the case."""
        found = lessons.running.runs_in(ask.officer, ask.asked(shapes.RunQuery).case)
        names = lessons.shared.private.names()
        lines = [
            _line(run, names, reference=row.reference, title_vi=row.title_vi, title_en=row.title_en)
            for run, row in found
        ]
        return ask.json(shapes.LessonRuns(runs=lines))

    @get(
        f"{_AT}/runs",
        opt=_READ | speaks(N_("Runs of a lesson's checklist on this node"), _TAG, shapes.LessonRuns),
        sync_to_thread=True,
        name="api-lesson-runs",
    )
    def of_lesson(ask: Ask, record_id: FromPath[str]) -> Answer:
        """The newest first."""
        names = lessons.shared.private.names()
        found = lessons.running.runs(ask.officer, record_id)
        return ask.json(shapes.LessonRuns(runs=[_line(one, names) for one in found]))

    @get(
        _RUN,
        opt=_READ | speaks(N_("A run with its steps"), _TAG, shapes.LessonRun),
        sync_to_thread=True,
        name="api-lesson-run",
    )
    def run(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Answer:
        """Its steps as they stand now, in their order."""
        return ask.json(_run(lessons, lessons.running.checklist(ask.officer, run_id, of=record_id)))

    return [in_case, of_lesson, run]


def _running(lessons: Lessons) -> list[Any]:
    running = lessons.running

    @post(
        f"{_AT}/runs",
        opt=_WRITE
        | speaks(
            N_("Run a lesson's checklist"),
            _TAG,
            shapes.LessonRun,
            takes=shapes.RunBeginning,
            examples={"in a case": {"case": _CASE}},
        ),
        sync_to_thread=True,
        name="api-lesson-run-begin",
    )
    def begin(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Perhaps in a case that the officer may read."""
        made = running.begin(ask.officer, record_id, ask.given(shapes.RunBeginning).case)
        return ask.json(_run(lessons, running.checklist(ask.officer, made.id)), status=201)

    @post(
        f"{_RUN}/tick",
        opt=_WRITE
        | speaks(
            N_("Say how a step went"),
            _TAG,
            shapes.LessonRun,
            takes=shapes.StepTick,
            examples={"it worked": {"step": "stp-" + "a" * 26, "result": "worked"}},
        ),
        sync_to_thread=True,
        name="api-lesson-run-tick",
    )
    def tick(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Answer:
        """Said again, it replaces."""
        given = ask.given(shapes.StepTick)
        running.tick(ask.officer, run_id, given.step, Result(given.result), given.note, of=record_id)
        return ask.json(_run(lessons, running.checklist(ask.officer, run_id)), status=201)

    @post(
        f"{_RUN}/finish",
        opt=_WRITE
        | speaks(
            N_("End a run and say what it was worth"),
            _TAG,
            RecordDone,
            takes=shapes.RunEnding,
            examples={"useful": {"usefulness": 4, "note": {"vi": "Bước 2 cần làm sớm hơn", "en": "Do step 2 earlier"}}},
        ),
        sync_to_thread=True,
        name="api-lesson-run-finish",
    )
    def finish(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Answer:
        """Becomes a use of the lesson. The case is named only where everybody who takes part is in it as well."""
        given = ask.given(shapes.RunEnding)
        used_on = _day(given.used_on, "used_on") if given.used_on else ask.now.date()
        outcome = running.finish(
            ask.officer,
            run_id,
            useful=given.usefulness,
            note=Said(vi=given.note.vi, en=given.note.en),
            used_on=used_on,
            marks=marks_of(given.marks),
            with_notes=given.with_notes,
            of=record_id,
        )
        return done(ask, lessons.shared, outcome)

    return [begin, tick, finish]


# --- what is told ---------------------------------------------------------------------------------------------------
def _day(text: str, field: str) -> date:
    """The type has seen its form; this sees that the calendar has it. Raises `Refused("date-invalid")`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("date-invalid", field=field, value=text) from error


def _reading(found: ToReview) -> shapes.LessonReading:
    return shapes.LessonReading(
        digest=found.digest,
        cleared=found.cleared,
        own=found.own,
        facts=[fact_view(one) for one in found.facts],
        places=[
            shapes.LessonPlace(element=element, field=one.field, type=one.type, shown=one.shown, blocks=one.blocks)
            for element, places in found.places.items()
            for one in places
        ],
        sources=list(found.sources),
    )


def _line(run: Run, names: Mapping[str, str], **lesson: str) -> shapes.RunLine:
    return shapes.RunLine(
        id=run.id,
        lesson=run.record_id,
        case=run.thing,
        officer=names.get(run.officer_id, ""),
        started_at=run.started_at,
        ended_at=run.ended_at,
        ticked=len(run.results),
        **lesson,
    )


def _run(lessons: Lessons, found: Checklist) -> shapes.LessonRun:
    results = {one.step: one for one in found.run.results}
    steps = [
        shapes.RunStep(
            element=element.id,
            number=step.number,
            text=RecordSaid(vi=step.text.vi, en=step.text.en),
            why=RecordSaid(vi=step.why.vi, en=step.why.en),
            optional=step.optional,
            result=results[element.id].result.value if element.id in results else "",
            note=results[element.id].note if element.id in results else "",
        )
        for element, step in found.steps
    ]
    return shapes.LessonRun(
        id=found.run.id,
        lesson=found.run.record_id,
        case=found.run.thing,
        officer=lessons.shared.private.names().get(found.run.officer_id, ""),
        started_at=found.run.started_at,
        ended_at=found.run.ended_at,
        left=found.left,
        use=found.run.element,
        steps=steps,
    )
