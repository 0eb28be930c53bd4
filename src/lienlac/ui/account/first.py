"""The first sign-in: a password that somebody else has made is changed before anything else can be done.

Until then every other page leads here (`guard`); whoever made the password knows it, and what is done with it could be
denied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import LienlacError, Refused
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.ui.account.sign_in import note
from lienlac.ui.guard import needs
from lienlac.ui.page import HANDED_PAGE, Blank
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask

_FIRST: Final = needs(Action.ACCOUNT_OWN, first=True)


@get(HANDED_PAGE, opt=_FIRST, sync_to_thread=True, include_in_schema=False, name="first-password")
def first_password(ask: Ask) -> Response[str]:
    """The form; whose password is their own goes on."""
    return _page(ask) if _waits(ask) else ask.redirect("/")


@post(HANDED_PAGE, opt=_FIRST, sync_to_thread=True, include_in_schema=False)
def choose_password(ask: Ask) -> Response[str]:
    """An own password; every other browser that the handed one opened is signed out."""
    if not _waits(ask):
        return ask.redirect("/")
    new, ground = ask.form.raw("password"), ask.ground
    try:
        if new != ask.form.raw("again"):
            raise Refused("password-differs", field="again")
        accounts.change_password(
            ground.database,
            ask.officer,
            old=ask.form.raw("old"),
            new=new,
            keep_session=ask.session.id if ask.session is not None else None,
            now=ask.now,
            chance=ground.chance,
            hasher=ground.hasher,
        )
    except LienlacError as error:
        return _page(ask, wrong={error.field or "old": ask.sentence(error)}, status=status_of(error))
    ask.database.write(lambda connection: note(ask, connection, "account.password", ask.officer.id))
    return ask.redirect("/", ask.gettext("The password is your own now."))


def _waits(ask: Ask) -> bool:
    return ask.session is not None and ask.session.by_handed_password


def _page(ask: Ask, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response[str]:
    return ask.page(
        "account/first_password.html",
        status=status,
        title=ask.gettext("Choose your own password"),
        wrong=Blank(wrong or {}),
    )


HANDLERS: Final[tuple[Any, ...]] = (first_password, choose_password)
