"""The first page after signing in, the same for everybody in form and different for each role in what stands first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.home.cards import arranged
from lienlac.ui.nav import NavItem
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask

NAV: Final = (NavItem(label=N_("Overview"), path="/", action=Action.ACCOUNT_OWN, order=0),)


@get("/", opt=needs(Action.ACCOUNT_OWN), sync_to_thread=True, include_in_schema=False, name="home")
def home(ask: Ask) -> Response[str]:
    """Everything that waits for this officer."""
    return ask.page("home/home.html", title=ask.gettext("Overview"), **_cards(ask))


@get("/overview/cards", opt=needs(Action.ACCOUNT_OWN, by_itself=True), sync_to_thread=True, include_in_schema=False)
def cards(ask: Ask) -> Response[str]:
    """The same anew, when something changed; asking for it keeps no session alive."""
    return ask.fragment("home/_cards.html", **_cards(ask))


def _cards(ask: Ask) -> dict[str, Any]:
    return {"cards": arranged((make(ask) for make in ask.ground.nav.cards), ask.officer)}


HANDLERS: Final = (home, cards)
