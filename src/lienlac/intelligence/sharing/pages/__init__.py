"""The screens of sharing: the list of both directions, a new share, one share, what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.intelligence.sharing.pages import incoming, listing, one, opening

if TYPE_CHECKING:
    from lienlac.intelligence.sharing.desk import Sharing


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *listing.make_handlers(sharing),
        *opening.make_handlers(sharing),
        *incoming.make_handlers(sharing),
        *one.make_handlers(sharing),
    )


nav_items = listing.nav_items
