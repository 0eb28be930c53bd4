"""The doors that give an account new secrets, close it, or open it again. For administrators, never for their own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.users.pages import other, show_secrets, write_down
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.accounts import NewAccount
    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_MANAGE: Final = needs(Action.USER_MANAGE)


@get("/users/{officer_id:str}/reset", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def reset_page(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Ask once more."""
    with ask.database.read() as connection:
        found = other(ask, connection, officer_id)
    return _confirm(
        ask,
        found,
        title=ask.gettext("New password and code"),
        question=ask.gettext("Make a new password and a new code for %(name)s?", name=found.name),
        consequence=ask.gettext(
            "The present ones stop working at once, every browser is signed out and every token ends."
        ),
        act="reset",
        button=ask.gettext("Make new ones"),
    )


@post("/users/{officer_id:str}/reset", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def reset_user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """New secrets, shown once."""
    secrets = accounts.make_secrets(ask.chance, ask.ground.hasher)

    def work(connection: Connection) -> NewAccount:
        found = other(ask, connection, officer_id)
        made = accounts.reset(connection, found, secrets=secrets, safe=ask.ground.safe, now=ask.now)
        write_down(ask, connection, "user.reset", found, found)
        return made

    return show_secrets(ask, ask.database.write(work), ask.gettext("New password and code"))


@get("/users/{officer_id:str}/close", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def close_page(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Ask once more."""
    with ask.database.read() as connection:
        found = other(ask, connection, officer_id)
    return _confirm(
        ask,
        found,
        title=ask.gettext("Close the account"),
        question=ask.gettext("Close the account of %(name)s?", name=found.name),
        consequence=ask.gettext(
            "The officer is signed out everywhere at once. What they did stays in the log; the account can be opened "
            "again."
        ),
        act="close",
        button=ask.gettext("Close the account"),
    )


@post("/users/{officer_id:str}/close", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def close_user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """End all access of an account."""
    return _set_active(ask, officer_id, active=False)


@post("/users/{officer_id:str}/open", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def open_user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Let a closed account in again, with its old secrets."""
    return _set_active(ask, officer_id, active=True)


def _set_active(ask: Ask, officer_id: str, *, active: bool) -> Response[str]:
    def work(connection: Connection) -> Officer:
        found = other(ask, connection, officer_id)
        changed = dataclasses.replace(found, active=active)
        accounts.change(connection, changed)
        write_down(ask, connection, "user.open" if active else "user.close", found, changed)
        return changed

    changed = ask.database.write(work)
    said = N_("The account of %(name)s is open again.") if active else N_("The account of %(name)s is closed.")
    return ask.redirect("/users", ask.gettext(said, name=changed.name))


def _confirm(
    ask: Ask, found: Officer, *, act: str, title: str, question: str, consequence: str, button: str
) -> Response[str]:
    return ask.page(
        "confirm.html",
        title=title,
        question=question,
        consequence=consequence,
        button=button,
        action=f"/users/{found.id}/{act}",
        back=f"/users/{found.id}",
    )


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (reset_page, reset_user, close_page, close_user, open_user)
