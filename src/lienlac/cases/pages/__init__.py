"""Screens of cases that only cases have, and what is called how on all of them. Only who serves them loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.cases.pages.sheets import SHEETS, TOP
from lienlac.people.rights import Action
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.shared.sheet import Subject, Tab
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.cases.desk import Cases
    from lienlac.cases.pages.checklists import Checklists
    from lienlac.cases.papers.desk import CasePapers

__all__ = ["NAV", "make_handlers", "subject_of"]

NAV = (
    NavItem(
        label=N_("Tasks that are due"),
        path="/cases/due",
        action=Action.CASE_READ,
        heading=Heading.COOPERATION,
        order=61,
    ),
)
"""The list of what is due, beside the list of cases."""


def subject_of(cases: Cases, names: Callable[[str], Mapping[str, str]]) -> Subject:
    """Cases as the screens of shared records take them."""
    from lienlac.cases.pages import overview

    return Subject(
        shared=cases.shared,
        address="/cases",
        title=N_("Cases"),
        one=N_("Case"),
        new=N_("Open a case"),
        top=TOP,
        sheets=SHEETS,
        heading=Heading.COOPERATION,
        order=60,
        topic="cases",
        help=N_("A case that several authorities work on together: each writes its own side, all see the whole."),
        extra_tabs=(
            Tab(path="board", label=N_("Board")),
            Tab(path="graph", label=N_("Link chart")),
            Tab(path="files", label=N_("Files of exhibits")),
            Tab(path="checklists", label=N_("Checklists")),
            Tab(path="duplicates", label=N_("Perhaps the same")),
            Tab(path="known", label=N_("Known elsewhere")),
        ),
        first=("entities", "timeline", "tasks", "graph", "exhibits", "discussion"),
        acts=(
            ("/cases/{id}/take-exhibit", N_("Take a file in as an exhibit")),
            ("/cases/{id}/take-timeline", N_("Take a timeline in")),
        ),
        overview=overview.maker(cases, names),
        names=names,
    )


def make_handlers(cases: Cases, subject: Subject, papers: CasePapers, lessons: Checklists) -> tuple[Any, ...]:
    """Every route of these screens, those of all shared records aside."""
    from lienlac.cases.pages import board, checklists, entities, exhibits, export, overview, timeline

    return (
        *overview.make_handlers(cases, papers),
        *board.make_handlers(cases, subject),
        *checklists.make_handlers(subject, lessons),
        *exhibits.make_handlers(cases, subject),
        *exhibits.make_files(cases),
        *timeline.make_handlers(cases, subject),
        *entities.make_handlers(cases, subject),
        *export.make_handlers(cases),
    )
