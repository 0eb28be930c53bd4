"""The head of a delegation's page: what is agreed, what waits for us, its stage on our side, what can be taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac.delegations.rules.lifecycle import STAGES
from lienlac.delegations.showing.naming import STAGES as STAGE_WORDS
from lienlac.records.shared.fold import Part
from lienlac.wire.bodies.delegations import Delegation, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.delegations.desk import Delegations
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask


def make(delegations: Delegations) -> Callable[[Ask, Room], Markup | str]:
    """What fills the head."""

    def overview(ask: Ask, room: Room) -> Markup | str:
        if room.line.part is Part.INVITED or room.top is None:
            return ""
        own = room.top.by(delegations.node_id) or room.top.by(room.line.host)
        stage = own.state if isinstance(own, Delegation) else Stage.PLANNED
        name = room.line.id
        return ask.piece(
            "delegations/_overview.html",
            at=f"/delegations/{name}",
            room=room,
            proposals=delegations.proposals(ask.officer, name),
            whole=delegations.minutes(ask.officer, name).whole,
            outcomes=[one for one in delegations.outcomes(ask.officer, name) if one.text.owner == delegations.node_id],
            today=ask.now.date(),
            steps=[(one.value, STAGE_WORDS[one.value]) for one in STAGES[stage]] if room.may_write else [],
            own_id=delegations.node_id,
            node_names=delegations.names_in(ask.language),
        )

    return overview
