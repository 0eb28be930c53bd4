"""What emergencies say on the first page: the open channels, above everything else; nothing while there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.emergencies.pages import names
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line

if TYPE_CHECKING:
    from lienlac.emergencies.desk import Emergencies
    from lienlac.emergencies.store import lines
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
_LEADS: Final = frozenset({Role.DUTY_OFFICER, Role.SUPERVISOR, Role.INVESTIGATOR, Role.LIAISON_OFFICER})


def card(emergencies: Emergencies) -> CardMaker:
    """The card of open channels."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.EMERGENCY_READ):
            return None
        found = emergencies.listed(ask.officer, live=True, rows=SHOWN_ROWS)
        if not found:
            return None
        return Card(
            title=ask.gettext("Open emergencies"),
            path="/emergencies",
            leads=_LEADS,
            order=1,
            lines=[_line(ask, line) for line in found],
        )

    return make


def _line(ask: Ask, line: lines.Line) -> Line:
    title = line.title_vi if ask.language == "vi" else line.title_en
    said = [ask.gettext("Drill")] if line.drill else []
    said += [ask.gettext(names.SEVERITIES[line.severity.value]), title]
    return Line(
        text=line.reference,
        path=f"/emergencies/{line.emergency_id}",
        note=" · ".join(said),
        tag=ask.gettext(names.STATES[line.state.value]),
        tone=names.STATE_TONES[line.state.value],
        due_at=line.due_at,
    )
