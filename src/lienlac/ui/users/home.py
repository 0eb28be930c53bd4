"""What accounts say on the first page: how many there are, and what was done to them and not seen yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.people import accounts
from lienlac.people.changes import store as told
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, Tile

if TYPE_CHECKING:
    from lienlac.ui.page import Ask

_LEADS: Final = frozenset({Role.ADMINISTRATOR})


def card(ask: Ask, /) -> Card | None:
    """The card of people."""
    if not ask.may(Action.USER_READ):
        return None
    with ask.database.read() as connection:
        found = accounts.seen_by(connection, ask.officer)
        unseen = told.unseen(connection, ask.officer.id) if ask.may(Action.USER_WATCH) else None
    active = sum(officer.active for officer, _ in found)
    never = sum(officer.active and at is None for officer, at in found)
    tiles = [
        Tile(label=ask.gettext("Active accounts"), count=active, path="/users"),
        Tile(label=ask.gettext("Never signed in"), count=never, path="/users", tone="warn"),
    ]
    if unseen is not None:
        tiles.append(Tile(label=ask.gettext("Changes not seen yet"), count=unseen, path="/users/changes", tone="warn"))
    return Card(title=ask.gettext("People"), path="/users", leads=_LEADS, order=90, tiles=tiles)
