"""Pieces for others' pages: who answers now on both sides, and who was told of a request's alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.agreements import store as agreements
from lienlac.duty.pages import names
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from lienlac.duty.desk import Duty
    from lienlac.ui.nav import Panels
    from lienlac.ui.page import Ask


def make(duty: Duty) -> Panels:
    """The places that duty fills."""

    def inbox(ask: Ask, /, **_about: str) -> Markup:
        """Who answers here and at every partner's desk."""
        if not ask.may(Action.ROSTER_READ):
            return Markup("")
        with ask.database.read() as connection:
            peers = agreements.peers(connection)
            theirs = [(_name(peer, ask), duty.theirs(connection, peer.node_id)) for peer in peers]
        ours = duty.roster.now(ask.officer)
        return ask.piece("duty/_on_call.html", ours=ours, theirs=[pair for pair in theirs if pair[1] is not None])

    def partner(ask: Ask, /, **about: str) -> Markup:
        with ask.database.read() as connection:
            theirs, ours = duty.theirs(connection, about["peer"]), duty.ours(connection, about["peer"])
        if theirs is None and ours is None:
            return Markup("")
        return ask.piece("duty/_partner.html", theirs=theirs, ours=ours, names=names)

    def partner_row(ask: Ask, /, **about: str) -> Markup:
        with ask.database.read() as connection:
            theirs = duty.theirs(connection, about["peer"])
        return Markup("") if theirs is None else ask.piece("duty/_answers.html", statement=theirs)

    def request(ask: Ask, /, **about: str) -> Markup:
        with ask.database.read() as connection:
            theirs = duty.theirs(connection, about["peer"])
            named = duty.own_contact(connection, about["peer"])
        alarms = duty.alarms.about(ask.officer, about["request"])
        if theirs is None and not alarms:
            return Markup("")
        return ask.piece("duty/_request.html", theirs=theirs, alarms=alarms, named=named, names=names)

    return {
        "inbox": (inbox,),
        "partner": (partner,),
        "partner-row": (partner_row,),
        "request": (request,),
        "emergency": (request,),
    }


def _name(peer: agreements.Peer, ask: Ask) -> str:
    return peer.name_vi if ask.language == "vi" else peer.name_en
