"""What people are reminded of in sharing: that a partner has an outdated version, which does not change by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.notices.notice import About
from lienlac.notices.reminder import Reminder
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.people.officer import Officer


class ForNotices:
    """Shares of one node, as reminders need them."""

    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing

    @property
    def addressees(self) -> frozenset[str]:
        """Whose work it is."""
        return frozenset({"analyst"})

    @property
    def otherwise(self) -> Action:
        """Who else may share and take back is told where there is no analyst here."""
        return Action.INTEL_SHARE

    def due(self, connection: Connection, officer: Officer, now: datetime, /) -> list[Reminder]:
        """One for each share and day: what comes to be outdated on another day is an occasion of its own."""
        del now
        return [
            Reminder(
                about=About.SHARE_OUTDATED,
                key=f"{one.share.id}.{one.newest:%Y%m%d}.outdated",
                thing=one.share.id,
                reference="",
                path=f"/intelligence/sharing/{one.share.id}",
            )
            for one in self._sharing.need_a_hand(connection, officer)
        ]
