"""Where an officer is signed in, and with which identities of other services: for administrators, who may end either.

Never their own: that is what the account's own pages are for. Whatever is ended here is written down with the number of
the browser or of the link, and the officer's open pages close at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.people import sessions
from lienlac.people.oidc import desk as outside
from lienlac.people.oidc import store as links
from lienlac.people.rights import Action
from lienlac.ui.account.pages import session_view
from lienlac.ui.guard import needs
from lienlac.ui.users.pages import other, write_down

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_MANAGE: Final = needs(Action.USER_MANAGE)


@get("/users/{officer_id:str}/sessions", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def signed_in(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Living sessions, the one used last first, and identities elsewhere."""
    with ask.database.read() as connection:
        found = other(ask, connection, officer_id)
        browsers = [session_view(ask, row) for row in sessions.own(connection, found, ask.now)]
        identities = links.links_of(connection, found.id)
    services = {one.issuer: one.name(ask.language) for one in ask.ground.providers.values()}
    return ask.page(
        "users/sessions.html",
        title=ask.gettext("Where %(name)s is signed in", name=found.name),
        user=found,
        sessions=browsers,
        links=[(one, services.get(one.issuer, one.issuer)) for one in identities],
    )


@post("/users/{officer_id:str}/sessions/end-all", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def end_all(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Sign the officer out everywhere; the account stays open."""

    def work(connection: Connection) -> int:
        found = other(ask, connection, officer_id)
        ended = sessions.end_all(connection, found)
        write_down(ask, connection, "user.sessions-end", found, found, browsers=ended)
        return ended

    ended = ask.database.write(work)
    said = ask.words.ngettext("One browser was signed out.", "%(n)s browsers were signed out.", ended)
    return ask.redirect(f"/users/{officer_id}/sessions", said)


@post(
    "/users/{officer_id:str}/sessions/{session_id:str}/end", opt=_MANAGE, sync_to_thread=True, include_in_schema=False
)
def end_one(ask: Ask, officer_id: FromPath[str], session_id: FromPath[str]) -> Response[str]:
    """Sign out one browser of that officer; another one's is not found."""

    def work(connection: Connection) -> None:
        found = other(ask, connection, officer_id)
        sessions.end(connection, found, session_id)
        write_down(ask, connection, "user.sessions-end", found, found, session=session_id)

    ask.database.write(work)
    return ask.redirect(f"/users/{officer_id}/sessions", ask.gettext("That browser was signed out."))


@post("/users/{officer_id:str}/links/{link_id:str}/remove", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def unlink(ask: Ask, officer_id: FromPath[str], link_id: FromPath[str]) -> Response[str]:
    """That identity signs in no more, and what it was signed in to ends."""

    def work(connection: Connection) -> Officer:
        found = other(ask, connection, officer_id)
        outside.remove_link(connection, found, link_id)
        write_down(ask, connection, "user.unlink", found, found, link=link_id)
        return found

    ask.database.write(work)
    return ask.redirect(f"/users/{officer_id}/sessions", ask.gettext("The link is removed."))


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (signed_in, end_all, end_one, unlink)
