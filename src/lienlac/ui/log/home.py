"""What the log says on the first page: how long it is and what was done last, as far as its reader may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import journal
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.storage import ledger
from lienlac.ui.home.cards import Card, Line, Tile
from lienlac.ui.log.names import ACTIONS
from lienlac.ui.log.shown import shown_to

if TYPE_CHECKING:
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 5
"""How many entries stand on the first page."""
_LEADS: Final = frozenset({Role.AUDITOR})


def card(ask: Ask, /) -> Card | None:
    """The log's card."""
    if not ask.may(Action.LOG_READ):
        return None
    with ask.database.read() as connection:
        size = ledger.size(connection)
        entries = journal.latest(connection, rows=SHOWN_ROWS, shown=shown_to(ask.officer))
        names = {officer.id: officer.name for officer, _ in accounts.every(connection)}
    lines = [
        Line(
            text=ask.gettext(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action,
            note=names.get(entry.actor, ""),
            at=entry.at,
        )
        for entry in entries
    ]
    return Card(
        title=ask.gettext("Log"),
        path="/log",
        leads=_LEADS,
        order=80,
        tiles=[Tile(label=ask.gettext("Entries"), count=size, path="/log")],
        lines=lines,
        nothing=ask.gettext("Nothing has happened yet"),
    )
