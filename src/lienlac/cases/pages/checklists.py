"""Checklists of lessons run in a case: which are under way, what came of them, and a further one begun from here.

Lessons are another slice's: it is asked through a protocol that the assembly fills, for the officer who looks, so that
a run of a lesson which they may not know of is not told here either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from litestar import Response, get, post

from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from litestar.params import FromPath

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ, _WRITE = needs(Action.CASE_READ), needs(Action.LESSON_WRITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRun:
    """One run, as a case shows it: how many of its steps have a result."""

    address: str
    reference: str
    title_vi: str
    title_en: str
    officer: str
    started_at: datetime
    ended_at: datetime | None
    ticked: int
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A lesson whose checklist may be run. `fits`: it is about the same kind of crime."""

    id: str
    address: str
    reference: str
    title_vi: str
    title_en: str
    steps: int
    used: int
    mean: float | None
    fits: bool


class Checklists(Protocol):
    """What cases ask of lessons."""

    def runs(self, officer: Officer, case: str, /) -> Sequence[ShownRun]:
        """Runs in a case that the officer may read, the newest first. Raises `NotAllowed("not-found")`."""
        ...

    def offers(self, officer: Officer, typologies: Sequence[str], /) -> Sequence[Offer]:
        """Lessons with a checklist that the officer may run; those about these kinds of crime first."""
        ...

    def begin(self, officer: Officer, lesson: str, case: str, /) -> str:
        """Run a checklist in the case; the address of the run. Raises `NotAllowed`."""
        ...


def make_handlers(subject: Subject, checklists: Checklists) -> tuple[Any, ...]:
    """The page, and the beginning of a run."""
    at = f"{subject.address}/{{record_id:str}}/checklists"

    @get(at, opt=_READ, sync_to_thread=True, include_in_schema=False, name="case-checklists")
    def page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, subject, checklists, record_id, Blank(), 200)

    @post(at, opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def begin(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        def work() -> Response[str]:
            run = checklists.begin(ask.officer, ask.form.get("lesson"), record_id)
            return ask.redirect(run, ask.gettext("The checklist is begun in this case."))

        return frame.attempt(ask, work, lambda wrong, status: _page(ask, subject, checklists, record_id, wrong, status))

    return (page, begin)


def _page(
    ask: Ask, subject: Subject, checklists: Checklists, record_id: str, wrong: Blank, status: int
) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    host = None if shown.top is None else shown.top.by(shown.line.host)
    typologies = tuple(host.typologies) if host is not None else ()
    offers = checklists.offers(ask.officer, typologies) if ask.may(Action.LESSON_WRITE) else ()
    return frame.page(
        ask,
        subject,
        shown,
        "cases/checklists.html",
        tab="checklists",
        status=status,
        runs=checklists.runs(ask.officer, shown.line.id),
        offers=offers,
        wrong=wrong,
    )
