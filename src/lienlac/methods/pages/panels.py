"""Pieces for others' pages: what a search finds among the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.people.rights import Action

if TYPE_CHECKING:
    from lienlac.methods.desk import Methods
    from lienlac.ui.nav import Panels
    from lienlac.ui.page import Ask


def make(methods: Methods) -> Panels:
    """The places that records fill."""

    def found(ask: Ask, /, **about: str) -> Markup:
        """Records that the words of another slice's search find too."""
        if not about["words"].strip() or not ask.may(Action.METHOD_READ):
            return Markup("")
        lines = methods.listed(ask.officer, words=about["words"], rows=10)
        return ask.piece("methods/_found.html", lines=lines) if lines else Markup("")

    return {"found": (found,)}
