"""Lessons of our own that somebody should look at again, on the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import clock
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line

if TYPE_CHECKING:
    from lienlac.lessons.desk import Lessons
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
_LEADS: Final = frozenset({Role.INVESTIGATOR, Role.ANALYST})


def card(lessons: Lessons) -> CardMaker:
    """The card; none while every lesson is fresh."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.LESSON_READ):
            return None
        with ask.database.read() as connection:
            found = lessons.due(connection, ask.officer, ask.now)
        if not found:
            return None
        return Card(
            title=ask.gettext("Lessons to be looked at again"),
            path="/lessons",
            leads=_LEADS,
            order=8,
            lines=[
                Line(
                    text=one.reference,
                    path=f"/lessons/{one.id}",
                    note=one.title_vi if ask.language == "vi" else one.title_en,
                    at=clock.from_us(one.sort_us),
                )
                for one in found[:SHOWN_ROWS]
            ],
        )

    return make
