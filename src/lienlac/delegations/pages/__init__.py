"""The screens of delegations beside those of every shared record: minutes, order of protocol, plan, calendars.

Only who serves them loads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lienlac.delegations.desk import Delegations
    from lienlac.ui.shared.sheet import Subject


def make_handlers(delegations: Delegations, subject: Subject) -> tuple[Any, ...]:
    """Every route of these screens."""
    from lienlac.delegations.pages import minutes, papers, plan
    from lienlac.ui.shared import pages as shared_pages

    return (
        *plan.make_handlers(delegations, subject),
        *minutes.make_handlers(delegations, subject),
        *papers.make_handlers(delegations.papers, subject),
        *shared_pages.make_handlers(subject),
    )
