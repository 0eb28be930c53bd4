"""What duty says on the first page: who answers now on both sides, this officer's alarms, notes to take over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.agreements import store as agreements
from lienlac.duty.pages import names
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line, Tile

if TYPE_CHECKING:
    from lienlac.duty.desk import Duty
    from lienlac.ui.page import Ask

_LEADS: Final = frozenset({Role.DUTY_OFFICER, Role.SUPERVISOR})


def card(duty: Duty) -> CardMaker:
    """Duty's card."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.ROSTER_READ):
            return None
        tiles, alarms = _waiting(ask, duty)
        return Card(
            title=ask.gettext("Who answers now"),
            path="/duty",
            leads=_LEADS,
            order=20,
            tiles=tiles,
            lines=[*alarms, *_on_call(ask, duty)],
        )

    return make


def _waiting(ask: Ask, duty: Duty) -> tuple[list[Tile], list[Line]]:
    """What waits for this officer alone: numbers for those who may take alarms, and the alarms themselves."""
    if not ask.may(Action.ALARM_TAKE):
        return [], []
    with ask.database.read() as connection:
        mine, notes = duty.alarms.mine(connection, ask.officer), duty.handover.waiting(connection, ask.officer)
    tiles = [
        Tile(label=ask.gettext("Alarms for you"), count=len(mine), path="/duty/alarms", tone="bad"),
        Tile(label=ask.gettext("Notes to take over"), count=notes, path="/duty/handovers", tone="warn"),
    ]
    lines = [
        Line(
            text=alarm.reference,
            path=alarm.path,
            note=ask.gettext("Drill") if alarm.drill else "",
            tag=ask.gettext(names.CAUSES[alarm.warned.cause]),
            tone=names.CAUSE_TONES[alarm.warned.cause],
            at=alarm.warned.at,
        )
        for alarm in mine[:3]
    ]
    return tiles, lines


def _on_call(ask: Ask, duty: Duty) -> list[Line]:
    ours = duty.roster.now(ask.officer)
    nobody = ask.gettext("nobody is on call")
    first = ours[0] if ours else None
    here = ask.gettext("On call here")
    if first is None:
        lines = [Line(text=here, path="/duty", tag=nobody, tone="bad")]
    else:
        lines = [Line(text=first[1].name, path="/duty", note=f"{here} · {first[0].unit}", at=first[0].ends)]
    with ask.database.read() as connection:
        theirs = [(peer, duty.theirs(connection, peer.node_id)) for peer in agreements.peers(connection)]
    for peer, stated in theirs:
        contact = stated.contact if stated is not None and stated.answers(ask.now) else None
        name = peer.name_vi if ask.language == "vi" else peer.name_en
        if contact is None:
            lines.append(Line(text=name, path=f"/peers/{peer.node_id}", tag=nobody if stated else "", tone="warn"))
        else:
            note = " · ".join(part for part in (name, contact.unit, contact.phone) if part)
            lines.append(Line(text=contact.name, path=f"/peers/{peer.node_id}", note=note, at=contact.until))
    return lines
