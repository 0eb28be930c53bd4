"""The screens of methods: kinds of crime, the list of records, one record, writing one, two or three side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.methods.pages import comparing, listing, panels, record, typology, writing
from lienlac.people.rights import Action
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.methods.desk import Methods

NAV: Final = (
    NavItem(
        label=N_("Methods and tricks"),
        path="/methods",
        action=Action.METHOD_READ,
        heading=Heading.INTELLIGENCE,
        order=41,
    ),
)
"""One place."""


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *typology.make_handlers(methods),
        *listing.make_handlers(methods),
        *comparing.make_handlers(methods),
        *writing.make_handlers(methods),
        *record.make_handlers(methods),
    )


panels_of = panels.make
