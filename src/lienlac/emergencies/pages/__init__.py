"""The screens of emergencies: the list, a new channel, a channel, who may see it; and pieces for others' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.emergencies.pages import channel, entries, home, listing, names, opening, panels
from lienlac.ui.access import pages as access

if TYPE_CHECKING:
    from lienlac.emergencies.desk import Emergencies


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *listing.make_handlers(emergencies),
        *opening.make_handlers(emergencies),
        *channel.make_handlers(emergencies),
        *entries.make_handlers(emergencies),
        *access.make_handlers(emergencies.access, names.SCREEN),
    )


nav_items = listing.nav_items
alert = listing.alert
card = home.card
panels_of = panels.make
