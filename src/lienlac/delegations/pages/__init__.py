"""The screens of delegations beside those of every shared record: minutes, order of protocol, plan, calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.delegations.pages import minutes, papers, plan
from lienlac.delegations.pages.home import card
from lienlac.delegations.pages.sheets import subject_of
from lienlac.ui.shared import pages as shared_pages

if TYPE_CHECKING:
    from lienlac.delegations.desk import Delegations
    from lienlac.ui.shared.sheet import Subject

__all__ = ["card", "make_handlers", "subject_of"]


def make_handlers(delegations: Delegations, subject: Subject) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *plan.make_handlers(delegations, subject),
        *minutes.make_handlers(delegations, subject),
        *papers.make_handlers(delegations.papers, subject),
        *shared_pages.make_handlers(subject),
    )
