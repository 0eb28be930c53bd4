"""The list of feeds, its place in the navigation, what needs a hand on every page, and the health panel's piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get
from markupsafe import Markup

from lienlac.intelligence.feeds.feed import State
from lienlac.intelligence.feeds.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, Heading, NavItem, ToSome
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.intelligence.feeds.feed import Feed
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import AlertMaker, Panels
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.INTEL_READ)


def make_handlers(feeds: Feeds, intelligence: Intelligence) -> tuple[Any, ...]:
    """The one page."""

    @get("/intelligence/feeds", opt=_READ, sync_to_thread=True, include_in_schema=False, name="feeds")
    def listed(ask: Ask) -> Response[str]:
        ended = ask.query.get("show") == "all"
        found = feeds.listed(ask.officer, ended=ended)
        titles = {one.id: one.title for one in intelligence.collections(ask.officer, closed=True)}
        return ask.page(
            "feeds/list.html",
            title=ask.gettext("Feeds"),
            feeds=found,
            ended=ended,
            titles=titles,
            failing=sum(_fails(one) for one in found),
            running=sum(one.state is State.ON for one in found),
            names=names,
        )

    return (listed,)


def _fails(feed: Feed) -> bool:
    return feed.state is State.STOPPED or (feed.state is State.ON and feed.fails > 0)


def nav_items(feeds: Feeds) -> tuple[NavItem, ...]:
    """One place; its number is what needs this officer's hand."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return len(feeds.need_a_hand(connection, officer))

    return (
        NavItem(
            label=N_("Feeds"),
            path="/intelligence/feeds",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            within="/intelligence",
            order=42,
            badge=waiting,
            concerns=feeds.proposers,
        ),
    )


def alert(feeds: Feeds) -> AlertMaker:
    """Feeds that stand still after failures, or wait for this officer to let them begin."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = feeds.need_a_hand(connection, officer)
        if not found:
            return None
        first = found[0]
        if first.state is State.STOPPED:
            text = words.ngettext("A feed stands still after failures:", "%(n)s feeds need a hand, first:", len(found))
        else:
            text = words.ngettext(
                "A feed waits for you to let it begin:",
                "%(n)s feeds wait for you to let them begin, first:",
                len(found),
            )
        return Alert(
            count=len(found),
            text=text,
            label=first.title,
            path=f"/intelligence/feeds/{first.id}",
            ring=" ".join(f"{one.id}.{one.state.value}" for one in found),
        )

    return ToSome(make, feeds.proposers)


def panels_of(feeds: Feeds) -> Panels:
    """Failing feeds beside failing channels."""

    def health(ask: Ask, /, **_about: str) -> Markup:
        if not ask.may(Action.INTEL_READ):
            return Markup("")
        found = [one for one in feeds.listed(ask.officer) if _fails(one)]
        return ask.piece("feeds/_health.html", feeds=found, names=names) if found else Markup("")

    return {"health": (health,)}
