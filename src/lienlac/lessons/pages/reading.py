"""A second officer reads a lesson and says whether anything of a case stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import day_of
from lienlac.wire.bodies.lessons import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.params import FromPath

    from lienlac.lessons.desk import Lessons, ToReview
    from lienlac.records.shared.fold import Statement
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ: Final = needs(Action.LESSON_READ)
_WRITE: Final = needs(Action.LESSON_WRITE)
_SHARE: Final = needs(Action.LESSON_SHARE)


def make_handlers(lessons: Lessons, subject: Subject) -> tuple[Any, ...]:
    """The routes of a review, and of naming the case a lesson was drawn from."""
    at = f"{subject.address}/{{record_id:str}}"

    @get(f"{at}/review", opt=_READ, sync_to_thread=True, include_in_schema=False, name="lesson-review")
    def page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, lessons, subject, record_id, Blank(), 200)

    @post(f"{at}/review", opt=_SHARE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def review(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form
        verdict = next((one for one in Verdict if one.value == form.get("verdict")), None)
        if verdict is None:
            raise Refused("choice-unknown", field="verdict")
        clean = verdict is Verdict.CLEAN
        return frame.attempt(
            ask,
            lambda: frame.done(
                ask, subject, lessons.review(ask.officer, record_id, form.get("digest"), verdict, form.get("text")), "",
                ask.gettext("Read by two: it may be shared.") if clean else ask.gettext("Returned to its author."),
            ),
            lambda wrong, status: _page(ask, lessons, subject, record_id, wrong, status),
        )  # fmt: skip

    @post(f"{at}/source", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def source(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            lessons.source(ask.officer, record_id, ask.form.get("case"))
            return ask.redirect(f"{subject.address}/{record_id}/review", ask.gettext("Written down; it stays here."))

        return frame.attempt(ask, work, lambda wrong, status: _page(ask, lessons, subject, record_id, wrong, status))

    return (page, review, source, *_standing(lessons, subject))


def _standing(lessons: Lessons, subject: Subject) -> tuple[Any, ...]:
    """Whether it still holds."""
    at = f"{subject.address}/{{record_id:str}}"

    @post(f"{at}/renew", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def renew(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            day = day_of(ask.form.get("review_on"), "review_on")
            return frame.done(ask, subject, lessons.renew(ask.officer, record_id, day), "", _waits(ask))

        return _back(ask, subject, record_id, work)

    @post(f"{at}/retire", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def retire(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            outcome = lessons.retire(ask.officer, record_id, ask.form.get("reason"))
            return frame.done(ask, subject, outcome, "", _waits(ask))

        return _back(ask, subject, record_id, work)

    return (renew, retire)


def _waits(ask: Ask) -> str:
    return ask.gettext("Written down; partners learn of it once a second officer has read it.")


def _back(ask: Ask, subject: Subject, record_id: str, work: Callable[[], Response[str]]) -> Response[str]:
    """Do it; what is wrong is said on the record's page."""
    try:
        return work()
    except (Refused, NotAllowed) as error:
        if status_of(error) in {401, 403, 404}:
            raise
        return ask.redirect(f"{subject.address}/{record_id}", ask.sentence(error), tone="bad")


def _page(ask: Ask, lessons: Lessons, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    found = lessons.to_review(ask.officer, record_id)
    return frame.page(
        ask, subject, found.room, "lessons/review.html", tab="review", status=status, found=found, wrong=wrong,
        typed=Blank(ask.form.values()), sheet_of={one.kind: one for one in (subject.top, *subject.sheets)},
        facts=_in_order(found, subject),
        may_review=ask.may(Action.LESSON_SHARE, found.room.thing),
    )  # fmt: skip


def _in_order(found: ToReview, subject: Subject) -> list[Statement]:
    """As one reads it: the lesson, what was drawn from it, and the steps by their number."""
    kinds = [one.kind for one in (subject.top, *subject.sheets)]
    return sorted(found.facts, key=lambda one: (kinds.index(one.kind), getattr(one.says, "number", 0)))
