"""The hotline's screens: the duty inbox, a request, a new request. Only who serves them loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.hotline.pages import names

if TYPE_CHECKING:
    from lienlac.hotline.desk import Hotline


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """Every route of the hotline's screens."""
    from lienlac.hotline.files import pages as files
    from lienlac.hotline.pages import inbox, opening, request
    from lienlac.hotline.pages.access import SCREEN
    from lienlac.ui.access import pages as access

    return (
        *inbox.make_handlers(hotline),
        *opening.make_handlers(hotline),
        *request.make_handlers(hotline),
        *access.make_handlers(hotline.access, SCREEN),
        *files.make_handlers(hotline),
    )


def state_words(direction: str, state: str) -> tuple[str, str]:
    """A state as people read it (a msgid), and how it looks; for other slices' pages."""
    return names.state(direction, state), names.tone(direction, state)
