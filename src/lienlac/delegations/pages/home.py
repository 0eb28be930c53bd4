"""What an officer is reminded of on the first page: visits that begin soon, outcomes of ours that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line

if TYPE_CHECKING:
    from lienlac.delegations.desk import Delegations, Reminder
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
_LEADS: Final = frozenset({Role.LIAISON_OFFICER, Role.PROGRAMME_MANAGER})


def card(delegations: Delegations) -> CardMaker:
    """The card; none while there is nothing to be reminded of."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.DELEGATION_READ):
            return None
        with ask.database.read() as connection:
            found = delegations.reminders(connection, ask.officer, ask.now)
        if not found:
            return None
        return Card(
            title=ask.gettext("Delegations"),
            path="/delegations/plan",
            leads=_LEADS,
            order=7,
            lines=[_line(ask, one) for one in found[:SHOWN_ROWS]],
        )

    return make


def _line(ask: Ask, one: Reminder) -> Line:
    title = one.title_vi if ask.language == "vi" else one.title_en
    path = f"/delegations/{one.record_id}"
    if not one.outcome:
        return Line(text=one.reference, path=path, note=title, tag=ask.gettext("Begins soon"), tone="warn", at=one.at)
    tag = ask.gettext("Overdue") if one.overdue else ask.gettext("Due soon")
    return Line(
        text=one.reference, path=f"{path}/e/{one.element}", note=one.line, tag=tag,
        tone="bad" if one.overdue else "warn", at=one.at,
    )  # fmt: skip
