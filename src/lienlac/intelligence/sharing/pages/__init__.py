"""The screens of sharing: the list of both directions, a new share, one share, what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from lienlac.intelligence.sharing.pages import incoming, listing, one, opening, showing

if TYPE_CHECKING:
    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.ui.nav import Panels
    from lienlac.ui.page import Ask


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *listing.make_handlers(sharing),
        *opening.make_handlers(sharing),
        *incoming.make_handlers(sharing),
        *one.make_handlers(sharing),
    )


nav_items = listing.nav_items
alert = listing.alert


def panels_of(sharing: Sharing) -> Panels:
    """What stands on the page of an object: to whom it was given, what they answered, what was said of it."""

    def panel(ask: Ask, /, **about: str) -> Markup:
        given = sharing.given(ask.officer, about["object"])
        sightings = sharing.sightings(ask.officer, object_id=about["object"])
        givers = sharing.givers(ask.officer, about["object"])
        if not given and not sightings and not givers:
            return Markup("")
        return ask.piece(
            "sharing/_object.html",
            object_id=about["object"],
            given=given,
            sightings=sightings,
            givers=givers,
            **showing.values(ask, sharing),
        )

    return {"intel-object": (panel,)}
