"""A programme's own pages beside those that every shared record has: board, calendar, figures, quarterly reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.programmes.pages import board, figures, reports
from lienlac.programmes.pages.overview import overview_of
from lienlac.programmes.pages.sheets import subject_of
from lienlac.ui.shared import pages as shared_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.programmes.desk import Programmes
    from lienlac.ui.nav import NavItem
    from lienlac.ui.shared.sheet import Subject

__all__ = ["make_handlers", "make_subject", "nav_item"]


def make_subject(programmes: Programmes, names_of: Callable[[str], Mapping[str, str]]) -> Subject:
    """The subject, as its screens and its doors for programs share it."""
    return subject_of(programmes, names_of, overview_of(programmes))


def make_handlers(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    """Every route of programmes; their own before those of any record."""
    return (
        *board.make_handlers(programmes, subject),
        *figures.make_handlers(programmes, subject),
        *reports.make_handlers(programmes, subject),
        *shared_pages.make_handlers(subject),
    )


def nav_item(subject: Subject) -> NavItem:
    """Its place beside every page."""
    return shared_pages.nav_item(subject)
