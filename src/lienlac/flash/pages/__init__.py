"""The screens of warnings: the list, a new one, one warning, how quickly they are read; pieces for others' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.flash.pages import home, listing, panels, readings, warning, writing

if TYPE_CHECKING:
    from lienlac.flash.desk import Warnings


def make_handlers(warnings: Warnings) -> tuple[Any, ...]:
    """Every route of these screens."""
    return (
        *listing.make_handlers(warnings),
        *writing.make_handlers(warnings),
        *readings.make_handlers(warnings),
        *warning.make_handlers(warnings),
    )


nav_items = listing.nav_items
alert = listing.alert
card = home.card
panels_of = panels.make
