"""The head of a lesson's page: whether a second officer has read it, how often it was used and what it was worth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from lienlac import limits
from lienlac.records.shared.fold import Part
from lienlac.wire.bodies.lessons import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.lessons.desk import Lessons
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask


def make(lessons: Lessons) -> Callable[[Ask, Room], Markup | str]:
    """What fills the head."""

    def overview(ask: Ask, room: Room) -> Markup | str:
        if room.line.part is Part.INVITED or room.top is None:
            return ""
        own = room.top.by(lessons.node_id)
        due = own is not None and own.review_on is not None and date.fromisoformat(own.review_on) <= ask.now.date()
        return ask.piece(
            "lessons/_overview.html", at=f"/lessons/{room.line.id}", room=room, useful=lessons.useful(room),
            reading=lessons.to_review(ask.officer, room.line.id), own=own,
            overdue=due and own.state is not Stage.RETIRED, day=lambda text: f"{date.fromisoformat(text):%d/%m/%Y}",
            next_day=f"{ask.now.date() + timedelta(days=limits.LESSON_RENEWED_DAYS):%d/%m/%Y}",
        )  # fmt: skip

    return overview
