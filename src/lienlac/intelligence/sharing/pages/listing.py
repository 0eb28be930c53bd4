"""The list: what goes out, what comes in, what was said of it; and the place in the nav."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac.intelligence.pages import kinds
from lienlac.intelligence.sharing.pages import showing
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, Heading, NavItem, ToSome, nobody, topics
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.INTEL_READ)


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """The list's route."""

    @get("/intelligence/sharing", opt=_READ, sync_to_thread=True, include_in_schema=False, name="sharing")
    def listed(ask: Ask) -> Response[str]:
        shares = sharing.shares(ask.officer)
        sightings = sharing.sightings(ask.officer)
        return ask.page(
            "sharing/list.html",
            topics=f"{topics(ask.officer)},sharing",
            title=ask.gettext("Intelligence shared"),
            shares=shares,
            unconfirmed=[one for one in shares if one.unconfirmed],
            outdated=[one for one in shares if one.outdated],
            incoming=sharing.incoming(ask.officer),
            sightings=sightings,
            things=sharing.things(ask.officer, {one.object_id for one in sightings}),
            spoken=kinds.Spoken(ask.words),
            collections=sharing.collections(ask.officer),
            **showing.values(ask, sharing),
        )

    return (listed,)


def nav_items(sharing: Sharing) -> tuple[NavItem, ...]:
    """One place; its number is what was recalled and nobody has confirmed, and what partners have outdated."""
    return (
        NavItem(
            label=N_("Sharing with partners"),
            path="/intelligence/sharing",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            within="/intelligence",
            order=43,
            badge=sharing.waiting,
            concerns=nobody,
        ),
    )


def alert(sharing: Sharing) -> AlertMaker:
    """What partners have outdated, and will have until somebody does something about it."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = sharing.need_a_hand(connection, officer)
        if not found:
            return None
        share, count = found[0].share, sum(one.objects for one in found)
        text = words.ngettext(
            "A partner has an outdated version of something shared:",
            "Partners have outdated versions of %(n)s objects shared, first:",
            count,
        )
        path = f"/intelligence/sharing/{share.id}#outdated"
        return Alert(count=count, text=text, label=share.order.title, path=path)

    return ToSome(make, nobody)
