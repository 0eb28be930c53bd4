"""An officer looks for requests; who searched, and for what, is written down with the first page of every search.

Without a note there is no search: whoever looks for a person among the cases of an authority leaves a trace. Paging
through an inbox without words leaves none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import journal
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.search import store
from lienlac.people.rights import Action, require, scope_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.hotline.inbox.store import Cursor, Filter, Page
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database


def page(
    database: Database, clock: Clock, officer: Officer, wanted: Filter, *, after: Cursor | None, rows: int
) -> Page:
    """One page of the inbox or of a search. Raises `NotAllowed("storage-…")` where a search cannot be noted."""
    require(officer, Action.REQUEST_READ)
    if wanted.words and after is None:
        database.write(lambda connection: _note(connection, clock, officer, wanted))
    find = store.page if wanted.words else lines.inbox
    with database.read() as connection:
        return find(connection, wanted, scope_of(officer), after=after, rows=rows)


def _note(connection: Connection, clock: Clock, officer: Officer, wanted: Filter) -> None:
    journal.record(
        connection,
        at=clock.now(),
        actor=officer.id,
        action="request.searched",
        thing=officer.id,
        detail={"words": list(wanted.words), "direction": wanted.direction},
    )
