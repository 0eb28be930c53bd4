"""The screens of lessons beside those of every shared record: the second officer's reading, runs of the checklist.

Only who serves them loads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lienlac.lessons.desk import Lessons
    from lienlac.ui.shared.sheet import Subject


def make_handlers(lessons: Lessons, subject: Subject) -> tuple[Any, ...]:
    """Every route of these screens."""
    from lienlac.lessons.pages import reading, running
    from lienlac.ui.shared import pages as shared_pages

    return (
        *reading.make_handlers(lessons, subject),
        *running.make_handlers(lessons, subject),
        *shared_pages.make_handlers(subject),
    )
