"""What cases, delegations and lessons show, and what cases are told of lessons; only `assembly.doors` calls this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.cases import api as case_api
from lienlac.cases import pages as case_pages
from lienlac.cases.bridge import api as bridge_api
from lienlac.cases.bridge import pages as bridge_pages
from lienlac.cases.joining import api as joining_api
from lienlac.cases.joining import pages as joining_pages
from lienlac.cases.pages import exhibits
from lienlac.cases.pages.checklists import Offer, ShownRun
from lienlac.delegations import api as delegation_api
from lienlac.delegations import pages as delegation_pages
from lienlac.delegations.pages import home as delegation_home
from lienlac.delegations.pages import sheets as visit_sheets
from lienlac.lessons import api as lesson_api
from lienlac.lessons import pages as lesson_pages
from lienlac.lessons.pages import home as lesson_home
from lienlac.lessons.pages import sheets as lesson_sheets
from lienlac.ui.shared import api as shared_api
from lienlac.ui.shared import pages as shared_pages
from lienlac.ui.shared.pages import known as known_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lienlac.cases.desk import Cases
    from lienlac.cases.pages.checklists import Checklists
    from lienlac.cases.papers.desk import CasePapers
    from lienlac.delegations.desk import Delegations
    from lienlac.lessons.desk import Lessons
    from lienlac.people.officer import Officer
    from lienlac.ui.home.cards import CardMaker
    from lienlac.ui.known.desk import Elsewhere
    from lienlac.ui.nav import AlertMaker, NavItem
    from lienlac.ui.shared.sheet import Subject

    Names = Callable[[str], Mapping[str, str]]


def case_routes(made: Cases, printer: CasePapers, names: Names, lessons: Checklists, elsewhere: Elsewhere) -> list[Any]:
    """Every page of cases, and every door for programs."""
    subject = case_pages.subject_of(made, names)
    return [
        shared_api.routes(subject),
        case_api.routes(made, printer),
        *case_pages.make_handlers(made, subject, printer, lessons),
        *bridge_pages.make_handlers(made.bridge, subject),
        *joining_pages.make_handlers(made, subject),
        joining_api.routes(made),
        bridge_api.routes(made),
        *known_pages.make_handlers(subject, elsewhere),
        *shared_pages.make_handlers(subject),
    ]


def case_alert(made: Cases) -> AlertMaker:
    """What of cases waits for a hand on every page: evidence that is damaged here."""
    return exhibits.alert(made)


def case_nav_items(made: Cases, names: Names) -> tuple[NavItem, ...]:
    """Their places beside every page."""
    return (shared_pages.nav_item(case_pages.subject_of(made, names)), *case_pages.NAV)


class OfCases:
    """Lessons, as cases ask about them."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    def runs(self, officer: Officer, case: str, /) -> list[ShownRun]:
        """Runs in a case that the officer may read, of lessons they may know of."""
        names = self._lessons.shared.private.names()
        return [
            ShownRun(
                address=f"/lessons/{run.record_id}/runs/{run.id}",
                reference=row.reference,
                title_vi=row.title_vi,
                title_en=row.title_en,
                officer=names.get(run.officer_id, ""),
                started_at=run.started_at,
                ended_at=run.ended_at,
                ticked=len(run.results),
                steps=row.steps,
            )
            for run, row in self._lessons.running.runs_in(officer, case)
        ]

    def offers(self, officer: Officer, typologies: Sequence[str], /) -> list[Offer]:
        """Lessons with a checklist; those about these kinds of crime first."""
        found = self._lessons.running.offered(officer, typologies)
        useful = self._lessons.useful_of(officer, [row.id for row in found])
        return [
            Offer(
                id=row.id,
                address=f"/lessons/{row.id}",
                reference=row.reference,
                title_vi=row.title_vi,
                title_en=row.title_en,
                steps=row.steps,
                used=useful[row.id].used,
                mean=useful[row.id].mean,
                fits=row.typology in typologies,
            )
            for row in found
        ]

    def begin(self, officer: Officer, lesson: str, case: str, /) -> str:
        """The address of the run."""
        run = self._lessons.running.begin(officer, lesson, case)
        return f"/lessons/{run.record_id}/runs/{run.id}"


class Visits:
    """What delegations and lessons show."""

    def __init__(self, delegations: Delegations, lessons: Lessons) -> None:
        self._delegations, self._lessons = delegations, lessons
        self.visits: Subject = visit_sheets.subject_of(delegations)
        self.teaching: Subject = lesson_sheets.subject_of(lessons, delegations.names_in)

    def routes(self, elsewhere: Elsewhere) -> list[Any]:
        """Every page and every door for programs."""
        return [
            *known_pages.make_handlers(self.visits, elsewhere),
            delegation_api.routes(self._delegations),
            *delegation_pages.make_handlers(self._delegations, self.visits),
            shared_api.routes(self.visits),
            lesson_api.routes(self._lessons),
            *lesson_pages.make_handlers(self._lessons, self.teaching),
            shared_api.routes(self.teaching),
        ]

    @property
    def items(self) -> tuple[NavItem, ...]:
        """Their places beside every page."""
        return (shared_pages.nav_item(self.visits), shared_pages.nav_item(self.teaching))

    @property
    def cards(self) -> tuple[CardMaker, ...]:
        """Their cards on the first page."""
        return (delegation_home.card(self._delegations), lesson_home.card(self._lessons))
