"""What the links say on the first page: how each partner can be reached, and what waits for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.agreements import store as agreements
from lienlac.exchange.link.watch import link_status
from lienlac.people.officer import Role
from lienlac.people.rights import Action, scope_of
from lienlac.ui.home.cards import Card, Line, Tile
from lienlac.ui.links import names

if TYPE_CHECKING:
    from lienlac.exchange.link.watch import LinkStatus
    from lienlac.ui.page import Ask

_LEADS: Final = frozenset({Role.ADMINISTRATOR, Role.LIAISON_OFFICER})


def card(ask: Ask, /) -> Card | None:
    """The partners' card."""
    if not ask.may(Action.PEER_READ):
        return None
    with ask.database.read() as connection:
        links = [link_status(connection, peer, scope_of(ask.officer)) for peer in agreements.peers(connection)]
    tiles = [
        Tile(label=ask.gettext("Waiting to leave"), count=sum(link.backlog for link in links), path="/peers"),
    ]
    if ask.may(Action.LETTER_READ):
        letters = sum(len(link.dead_letters) for link in links)
        tiles.append(Tile(label=ask.gettext("Not taken by a partner"), count=letters, path="/peers", tone="bad"))
    if ask.may(Action.AGREEMENT_READ):
        unsigned = sum(link.version_to_sign is not None for link in links)
        tiles.append(Tile(label=ask.gettext("Agreements to sign"), count=unsigned, path="/peers", tone="warn"))
    return Card(
        title=ask.gettext("Partners"),
        path="/peers",
        leads=_LEADS,
        order=50,
        tiles=tiles,
        lines=[_line(ask, link) for link in links],
        nothing=ask.gettext("No partner yet"),
    )


def _line(ask: Ask, link: LinkStatus) -> Line:
    text, tone = names.STATES[link.state]
    return Line(
        text=link.peer.name_vi if ask.language == "vi" else link.peer.name_en,
        path=f"/peers/{link.peer.node_id}",
        note="" if link.last_heard is None else ask.gettext("Heard last"),
        at=link.last_heard,
        tag=ask.gettext(text),
        tone="" if tone == "plain" else tone,
    )
