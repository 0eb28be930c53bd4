"""A lesson's checklist run step by step, and what it was worth in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.errors import Refused
from lienlac.lessons.showing import naming
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import day_of, marks_of
from lienlac.wire.bodies.lessons import Result
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.lessons.desk import Lessons
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ: Final = needs(Action.LESSON_READ)
_WRITE: Final = needs(Action.LESSON_WRITE)


def make_handlers(lessons: Lessons, subject: Subject) -> tuple[Any, ...]:
    """The routes of runs."""
    running = lessons.running
    at = f"{subject.address}/{{record_id:str}}/runs"

    @get(at, opt=_READ, sync_to_thread=True, include_in_schema=False, name="lesson-runs")
    def runs(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _runs(ask, lessons, subject, record_id, Blank(), 200)

    @post(at, opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def begin(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            run = running.begin(ask.officer, record_id, ask.form.get("case"))
            return ask.redirect(f"{subject.address}/{run.record_id}/runs/{run.id}")

        return frame.attempt(ask, work, lambda wrong, status: _runs(ask, lessons, subject, record_id, wrong, status))

    @get(f"{at}/{{run_id:str}}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="lesson-run")
    def run(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
        return _run(ask, lessons, subject, record_id, run_id, Blank(), 200)

    @post(f"{at}/{{run_id:str}}/tick", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def tick(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            result = next((one for one in Result if one.value == ask.form.get("result")), None)
            if result is None:
                raise Refused("choice-unknown", field="result")
            running.tick(ask.officer, run_id, ask.form.get("step"), result, ask.form.get("note"), of=record_id)
            return ask.redirect(f"{subject.address}/{record_id}/runs/{run_id}")

        return frame.attempt(
            ask, work, lambda wrong, status: _run(ask, lessons, subject, record_id, run_id, wrong, status)
        )

    @post(f"{at}/{{run_id:str}}/finish", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def finish(ask: Ask, record_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
        return frame.attempt(
            ask,
            lambda: _finish(ask, lessons, subject, record_id, run_id),
            lambda wrong, status: _run(ask, lessons, subject, record_id, run_id, wrong, status),
        )

    return (runs, begin, run, tick, finish)


def _finish(ask: Ask, lessons: Lessons, subject: Subject, record_id: str, run_id: str) -> Response[str]:
    form = ask.form
    useful = form.get("usefulness")
    if useful and useful not in {"1", "2", "3", "4", "5"}:
        raise Refused("choice-unknown", field="usefulness")
    typed = form.get("used_on")
    used_on = day_of(typed, "used_on") if typed else ask.now.date()
    outcome = lessons.running.finish(
        ask.officer, run_id, useful=int(useful) if useful else None,
        note=Said(vi=form.get("note.vi"), en=form.get("note.en")), used_on=used_on, marks=marks_of(form),
        with_notes=bool(form.get("with_notes")), of=record_id,
    )  # fmt: skip
    return frame.done(ask, subject, outcome, "", ask.gettext("What it was worth stands in the lesson now."))


def _runs(ask: Ask, lessons: Lessons, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    room = subject.shared.read.room(ask.officer, record_id)
    return frame.page(
        ask, subject, room, "lessons/runs.html", tab="runs", status=status, wrong=wrong,
        runs=lessons.running.runs(ask.officer, record_id), steps=lessons.running.steps(ask.officer, record_id),
        names=subject.shared.private.names(), typed=Blank(ask.form.values()),
    )  # fmt: skip


def _run(
    ask: Ask, lessons: Lessons, subject: Subject, record_id: str, run_id: str, wrong: Blank, status: int
) -> Response[str]:
    found = lessons.running.checklist(ask.officer, run_id, of=record_id)
    return frame.page(
        ask, subject, found.room, "lessons/run.html", tab="runs", status=status, found=found, run=found.run,
        results={one.step: one for one in found.run.results}, result_words=naming.RESULTS, wrong=wrong,
        typed=Blank(ask.form.values()),
    )  # fmt: skip
