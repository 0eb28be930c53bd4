"""Pieces for others' pages: channels of a request, what a search finds here, which channel a new request joins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.emergencies.pages import showing
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from lienlac.emergencies.desk import Emergencies
    from lienlac.ui.nav import Panels
    from lienlac.ui.page import Ask


def make(emergencies: Emergencies) -> Panels:
    """The places that emergencies fill."""

    def request(ask: Ask, /, **about: str) -> Markup:
        """The channels to which a request belongs, and the way to raise one from it."""
        if not ask.may(Action.EMERGENCY_READ):
            return Markup("")
        lines = emergencies.of_request(ask.officer, about["request"], about["peer"])
        agreed = any(partner.node_id == about["peer"] for partner in emergencies.partners())
        may_raise = agreed and ask.may(Action.EMERGENCY_OPEN)
        if not lines and not may_raise:
            return Markup("")
        return ask.piece(
            "emergencies/_of_request.html",
            lines=lines,
            request_id=about["request"],
            may_raise=may_raise,
            **showing.values(),
        )

    def found(ask: Ask, /, **about: str) -> Markup:
        """Channels that the words of another slice's search find too."""
        if not about["words"].strip() or not ask.may(Action.EMERGENCY_READ):
            return Markup("")
        lines = emergencies.listed(ask.officer, live=None, words=about["words"], rows=10)
        return ask.piece("emergencies/_found.html", lines=lines, **showing.values()) if lines else Markup("")

    def case(ask: Ask, /, **about: str) -> Markup:
        """The channel that a new request belongs to."""
        try:
            shown = emergencies.show(ask.officer, about["case"])
        except NotAllowed:
            return Markup("")
        return ask.piece("emergencies/_case.html", emergency=shown.emergency)

    return {"request": (request,), "found": (found,), "case": (case,)}
