"""The screens of any shared record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.ui.access import pages as access_pages
from lienlac.ui.access.pages import Screen
from lienlac.ui.nav import NavItem, nobody
from lienlac.ui.shared.pages import elements, listing, members, opening, room, talk, writing
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.ui.shared.sheet import Subject

__all__ = ["make_handlers", "nav_item"]


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """Every route of one subject's records."""
    shape = subject.shared.shape
    screen = Screen(
        address=subject.address,
        parameter="record_id",
        name=f"{subject.name}-access",
        reads=shape.rights.reads,
        restricts=shape.rights.restricts,
        everybody=N_("Everybody on this node whose role lets them see such records."),
        hidden=N_(
            "From then on the record is not there for anybody else on this node: no list, no count, no search, no "
            "notice. Auditors of the whole node still see it. You stay among those who see it, and at least one "
            "supervisor has to. What other authorities see does not change."
        ),
        again=N_("Everybody whose role lets them sees the record again, with everything in it."),
    )
    return (
        *listing.make_handlers(subject),
        *opening.make_handlers(subject),
        *room.make_handlers(subject),
        *members.make_handlers(subject),
        *talk.make_handlers(subject),
        *access_pages.make_handlers(subject.shared.access, screen),
        *writing.make_handlers(subject),
        *elements.make_handlers(subject),
    )


def nav_item(subject: Subject) -> NavItem:
    """The subject's place beside every page; its badge counts invitations that wait for an answer."""
    return NavItem(
        label=subject.title,
        path=subject.address,
        action=subject.shared.shape.rights.reads,
        heading=subject.heading,
        order=subject.order,
        badge=subject.shared.read.invited,
        concerns=nobody,
    )
