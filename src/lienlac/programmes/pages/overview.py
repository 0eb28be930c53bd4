"""The head of a programme's first page: who has signed what it says now, and the form to sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.people.rights import Action
from lienlac.programmes.programme import substance
from lienlac.records.shared.fold import Part
from lienlac.wire.bodies.programmes import Programme

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.programmes.desk import Programmes
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask


def overview_of(programmes: Programmes) -> Callable[[Ask, Room], Markup | str]:
    """What stands above everything else on a programme's first page."""

    def overview(ask: Ask, room: Room) -> Markup | str:
        says = None if room.top is None else room.top.by(room.line.host)
        if not isinstance(says, Programme):
            return ""
        signed = programmes.signed(ask.officer, room.line.id)
        return ask.piece(
            "programmes/_signatures.html",
            at=f"/programmes/{room.line.id}",
            members=[one.node for one in room.members if one.part is Part.IN],
            node_names=programmes.node_names(ask.language),
            signed=signed,
            substance=substance(says),
            may_sign=ask.may(Action.PROGRAMME_SHARE, room.thing)
            and room.line.part is Part.IN
            and programmes.node_id not in signed,
        )

    return overview
