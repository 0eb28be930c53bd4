"""What the threat picture says on the first page of those who work with it: where the last four weeks stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.intelligence.picture.pages import words
from lienlac.intelligence.picture.period import DEFAULT
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, Line

if TYPE_CHECKING:
    from lienlac.intelligence.picture.desk import Picturing
    from lienlac.ui.home.cards import CardMaker
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 4
LAST: Final = 4
"""Weeks that are looked at, against as many before them."""
_READERS: Final = frozenset({Role.ANALYST, Role.PROGRAMME_MANAGER})


def card(picturing: Picturing) -> CardMaker:
    """Kinds of crime by how much more there was of them lately; for analysts and programme managers."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.INTEL_READ) or not _READERS & ask.officer.roles:
            return None
        crimes = picturing.picture(ask.officer, DEFAULT).crimes
        lately = [(one.code, sum(one.counts[-LAST:]), sum(one.counts[-2 * LAST : -LAST])) for one in crimes]
        found = sorted((one for one in lately if one[1]), key=lambda one: (one[2] - one[1], -one[1]))
        if not found:
            return None
        return Card(
            title=ask.gettext("Threat picture"),
            path="/intelligence/picture",
            leads=_READERS,
            order=4,
            lines=[
                Line(
                    text=words.crime(code, ask.words),
                    path=f"/intelligence/picture/records?typology={code}",
                    note=ask.gettext(
                        "%(now)s in four weeks, %(before)s in the four before",
                        now=ask.words.number(now),
                        before=ask.words.number(before),
                    ),
                )
                for code, now, before in found[:SHOWN_ROWS]
            ],
        )

    return make
