"""The screens of lessons beside those of every shared record: the second officer's reading, runs of the checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.lessons.pages import reading, running
from lienlac.lessons.pages.home import card
from lienlac.lessons.pages.sheets import subject_of
from lienlac.ui.shared import pages as shared_pages

if TYPE_CHECKING:
    from lienlac.lessons.desk import Lessons
    from lienlac.ui.shared.sheet import Subject

__all__ = ["card", "make_handlers", "subject_of"]


def make_handlers(lessons: Lessons, subject: Subject) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *reading.make_handlers(lessons, subject),
        *running.make_handlers(lessons, subject),
        *shared_pages.make_handlers(subject),
    )
