"""What people are reminded of in lessons: that the day has come on which somebody should look at one again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock
from lienlac.lessons.shape import SHAPE
from lienlac.notices.notice import About
from lienlac.notices.reminder import Reminder
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.lessons.desk import Lessons
    from lienlac.people.officer import Officer


class ForNotices:
    """Lessons of one node, as reminders need them."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    @property
    def addressees(self) -> frozenset[str]:
        """Whose work it is."""
        return frozenset(SHAPE.addressees)

    @property
    def otherwise(self) -> Action:
        """Who lets lessons leave is told where nobody investigates here."""
        return Action.LESSON_SHARE

    def due(self, connection: Connection, officer: Officer, now: datetime, /) -> list[Reminder]:
        """Lessons of our own whose day has come."""
        return [
            Reminder(
                about=About.LESSON_REVIEW,
                key=f"{one.id}.{clock.from_us(one.sort_us):%Y%m%d}.review",
                thing=one.id,
                reference=one.reference,
                path=f"/lessons/{one.id}",
                drill=bool(one.drill),
            )
            for one in self._lessons.due(connection, officer, now)
        ]
