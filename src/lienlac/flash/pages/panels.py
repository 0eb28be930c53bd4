"""Pieces for others' pages: what a search finds among the warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.flash.pages import showing
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from lienlac.flash.desk import Warnings
    from lienlac.ui.nav import Panels
    from lienlac.ui.page import Ask


def make(warnings: Warnings) -> Panels:
    """The places that warnings fill."""

    def found(ask: Ask, /, **about: str) -> Markup:
        """Warnings that the words of another slice's search find too."""
        if not about["words"].strip() or not ask.may(Action.FLASH_READ):
            return Markup("")
        lines = warnings.listed(ask.officer, show="all", words=about["words"], rows=10)
        return ask.piece("flash/_found.html", lines=lines, **showing.values()) if lines else Markup("")

    return {"found": (found,)}
