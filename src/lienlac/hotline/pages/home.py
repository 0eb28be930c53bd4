"""What the hotline says on the first page: what came in, what we wait for, what waits for a second officer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.line import amount_of
from lienlac.hotline.inbox.saved.desk import SOON
from lienlac.hotline.pages import names
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.ui.home.cards import Card, CardMaker, Line, Tile
from lienlac.vocabulary import request_kinds, urgencies

if TYPE_CHECKING:
    from lienlac.hotline.desk import Hotline
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
"""How many requests stand on the first page; the inbox has the others."""
_IN: Final = frozenset({Role.DUTY_OFFICER, Role.SUPERVISOR, Role.ANALYST, Role.PROGRAMME_MANAGER})
_OUT: Final = frozenset({Role.INVESTIGATOR, Role.LIAISON_OFFICER})
_SECOND: Final = frozenset({Role.SUPERVISOR})


def cards(hotline: Hotline) -> tuple[CardMaker, ...]:
    """The hotline's cards."""

    def incoming(ask: Ask, /) -> Card | None:
        if not ask.may(Action.REQUEST_READ):
            return None
        counts = hotline.counts(ask.officer, ask.now + SOON)["in"]
        here = "/requests?direction=in"
        tiles = [
            Tile(label=ask.gettext("Overdue"), count=counts.overdue, path=f"{here}&due=overdue", tone="bad"),
            Tile(label=ask.gettext("Due within 2 hours"), count=counts.soon, path=f"{here}&due=soon", tone="warn"),
            Tile(label=ask.gettext("To be acknowledged"), count=counts.fresh, path=f"{here}&state=delivered"),
            Tile(label=ask.gettext("Open"), count=counts.open, path=here),
        ]
        return Card(
            title=ask.gettext("Requests from partners"),
            path=here,
            leads=_IN,
            order=10,
            tiles=tiles,
            lines=_lines(ask, hotline, "in"),
            nothing=ask.gettext("No open request from a partner"),
        )

    def outgoing(ask: Ask, /) -> Card | None:
        if not ask.may(Action.REQUEST_READ):
            return None
        counts = hotline.counts(ask.officer, ask.now + SOON)["out"]
        here = "/requests?direction=out"
        tiles = [
            Tile(label=ask.gettext("They ask us"), count=counts.asked, path=f"{here}&state=clarifying", tone="warn"),
            Tile(label=ask.gettext("To be corrected by us"), count=counts.returned, path=f"{here}&state=returned"),
            Tile(label=ask.gettext("Overdue"), count=counts.overdue, path=f"{here}&due=overdue", tone="bad"),
            Tile(label=ask.gettext("Answered, to be closed"), count=counts.answered, path=f"{here}&stage=answered"),
        ]
        return Card(
            title=ask.gettext("Requests to partners"),
            path=here,
            leads=_OUT,
            order=30,
            tiles=tiles,
            lines=_lines(ask, hotline, "out"),
            nothing=ask.gettext("No open request to a partner"),
        )

    def second(ask: Ask, /) -> Card | None:
        if not ask.may(Action.REQUEST_ANSWER):
            return None
        waiting = hotline.second.waiting(ask.officer)
        if not waiting:
            return None
        return Card(
            title=ask.gettext("Refusals that wait for a second officer"),
            path="/requests",
            leads=_SECOND,
            order=5,
            lines=[
                Line(text=reference, path=f"/requests/{proposal.request_id}", at=proposal.at)
                for proposal, reference in waiting
            ],
        )

    return (incoming, outgoing, second)


def _lines(ask: Ask, hotline: Hotline, direction: str) -> list[Line]:
    page = hotline.inbox(ask.officer, lines.Filter(direction=direction), rows=SHOWN_ROWS)
    return [_line(ask, direction, row) for row in page.rows]


def _line(ask: Ask, direction: str, row: lines.Summary) -> Line:
    amount, text = amount_of(row.title)
    said = [urgencies.label(row.urgency, ask.language), request_kinds.label(row.kind, ask.language)]
    if amount is not None:
        said.append(ask.words.money(amount.amount, amount.currency))
    elif text:
        said.append(text[:80])
    tone = names.tone(direction, row.state.value)
    return Line(
        text=row.reference,
        path=f"/requests/{row.request_id}",
        note=" · ".join(said),
        tag=ask.gettext(names.state(direction, row.state.value)),
        tone=tone,
        due_at=None if row.rests else row.due_at,
    )
