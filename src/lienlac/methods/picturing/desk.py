"""Records of methods in the threat picture: each on the day on which it was first kept here, in its newest words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.methods.store import records
from lienlac.people.rights import Action, may, scope_of
from lienlac.records.pictured import Pictured

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer


class ForPicture:
    """The records of methods of one node, as the threat picture needs them."""

    def pictured(
        self, connection: Connection, officer: Officer, *, since: datetime, until: datetime, most: int
    ) -> list[Pictured]:
        """Those first kept in that time that the officer may know of, the newest first; without those withdrawn."""
        if not may(officer, Action.METHOD_READ):
            return []
        found = records.between(connection, scope_of(officer), since=since, until=until, rows=most)
        return [
            Pictured(
                kind="method",
                path=f"/methods/{line.method_id}",
                title_vi=line.title_vi,
                title_en=line.title_en,
                at=line.created_at,
                typologies=line.typologies,
            )
            for line in found
        ]
