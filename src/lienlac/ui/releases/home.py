"""What approvals say on the first page: what waits for this officer's decision or review, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.releases.release import State, Step
from lienlac.ui.home.cards import Card, CardMaker, Line
from lienlac.ui.releases import names

if TYPE_CHECKING:
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.ui.page import Ask

SHOWN_ROWS: Final = 6
"""How many stand on the first page; the queue has the others."""
_LEADS: Final = frozenset({Role.SUPERVISOR})


def card(releases: Releases) -> CardMaker:
    """The approvals' card, while there is something on it."""

    def make(ask: Ask, /) -> Card | None:
        if not ask.may(Action.RELEASE_READ):
            return None
        with ask.database.read() as connection:
            undecided = releases.undecided(connection, ask.officer)
            back = releases.to_go_on_from(connection, ask.officer)
        mine = [one for one in undecided if set(releases.steps(one, ask.officer)) - {Step.TAKE_BACK}]
        if not mine and not back:
            return None
        return Card(
            title=ask.gettext("Approvals"),
            path="/approvals",
            leads=_LEADS,
            order=4,
            lines=[_line(ask, one) for one in (*mine, *back)[:SHOWN_ROWS]],
        )

    return make


def _line(ask: Ask, release: Release) -> Line:
    text, tone = names.STATES[release.state]
    return Line(
        text=release.reference or release.id,
        path=f"/approvals/{release.id}",
        tag=ask.gettext(text),
        tone="" if tone == "plain" else tone,
        due_at=release.expires_at if release.state is State.WAITING else None,
    )
