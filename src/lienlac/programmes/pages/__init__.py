"""A programme's own pages beside those that every shared record has: board, calendar, figures, quarterly reports.

Only who serves them loads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.programmes.desk import Programmes
    from lienlac.ui.shared.sheet import Subject


def make_subject(programmes: Programmes, names_of: Callable[[str], Mapping[str, str]]) -> Subject:
    """The subject, as its screens and its doors for programs share it."""
    from lienlac.programmes.pages.overview import overview_of
    from lienlac.programmes.pages.sheets import subject_of

    return subject_of(programmes, names_of, overview_of(programmes))


def make_handlers(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    """Every route of programmes; their own before those of any record."""
    from lienlac.programmes.pages import board, figures, reports
    from lienlac.ui.shared import pages as shared_pages

    return (
        *board.make_handlers(programmes, subject),
        *figures.make_handlers(programmes, subject),
        *reports.make_handlers(programmes, subject),
        *shared_pages.make_handlers(subject),
    )
