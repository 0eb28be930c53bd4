"""What warnings say on the first page: those that stand, the unread ones first; nothing while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.flash.leaving import words as names
from lienlac.flash.lifecycle import State
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.flash.desk import Warnings
    from lienlac.flash.store import lines
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
_LEADS: Final = frozenset({Role.DUTY_OFFICER, Role.SUPERVISOR, Role.ANALYST, Role.LIAISON_OFFICER})


def card(warnings: Warnings) -> CardMaker:
    """The card of warnings that stand."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.FLASH_READ):
            return None
        found = warnings.listed(ask.officer, show="standing", rows=SHOWN_ROWS * 3)
        if not found:
            return None
        first = sorted(found, key=lambda line: not (line.direction == "in" and line.lasting is State.UNREAD))
        return Card(
            title=ask.gettext("Flash warnings"),
            path="/warnings",
            leads=_LEADS,
            order=2,
            lines=[_line(ask, line, ask.now) for line in first[:SHOWN_ROWS]],
        )

    return make


def _line(ask: Ask, line: lines.Line, now: datetime) -> Line:
    title = line.title_vi if ask.language == "vi" else line.title_en
    said = [ask.gettext("Drill")] if line.drill else []
    said += [ask.gettext(names.SEVERITIES[line.severity.value]), title]
    state = line.state(now)
    return Line(
        text=line.reference,
        path=f"/warnings/{line.warning_id}",
        note=" · ".join(said),
        tag=ask.gettext(names.STATES[state.value]),
        tone=names.STATE_TONES[state.value],
        due_at=line.due_at if line.direction == "in" else None,
    )
