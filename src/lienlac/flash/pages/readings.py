"""How quickly warnings are read, by partner and direction: a table of numbers, each with what it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac import limits
from lienlac.flash.pages import showing
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.flash.desk import Warnings
    from lienlac.ui.page import Ask

WITHIN: Final = (5, 15, 30, 60, 240)
"""Minutes that the page offers."""


def make_handlers(warnings: Warnings) -> tuple[Any, ...]:
    """The page's route."""

    @get("/warnings/readings", opt=needs(Action.FLASH_READ), sync_to_thread=True, include_in_schema=False)
    def page(ask: Ask) -> Response[str]:
        minutes = ask.number("minutes", default=15, low=1, high=10_080)
        return ask.page(
            "flash/readings.html",
            title=ask.gettext("How quickly warnings are read"),
            minutes=minutes,
            within=[(one, ask.words.duration(timedelta(minutes=one))) for one in WITHIN],
            measures=warnings.measures(ask.officer, timedelta(minutes=minutes)),
            days=limits.FLASH_MEASURED_DAYS,
            peer_names=warnings.peer_names(ask.language),
            **showing.values(),
        )

    return (page,)
