"""The screens of feeds: the list, a new one, one feed; pieces for others' pages; what needs a hand on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.intelligence.feeds.pages import listing, looking, making, one

if TYPE_CHECKING:
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.intelligence.feeds.looking.desk import Looking


def make_handlers(feeds: Feeds, intelligence: Intelligence, asking: Looking) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *listing.make_handlers(feeds, intelligence),
        *looking.make_handlers(asking),
        *making.make_handlers(feeds, intelligence),
        *one.make_handlers(feeds),
    )


nav_items = listing.nav_items
alert = listing.alert
panels_of = listing.panels_of
