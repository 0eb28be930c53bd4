"""An officer's programs that name themselves by a certificate: which stand for a token, one more, one less.

A certificate opens the door of its own that this node may have, and there the standard of that door alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from litestar import get, post

from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import tokens
from lienlac.people.certificates import desk as certificates
from lienlac.people.rights import Action
from lienlac.ui.account.sign_in import note
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.certificates.store import Bound
    from lienlac.ui.page import Ask

_AT: Final = "/account/tokens/{token_id:str}/certificates"
_OWN: Final = needs(Action.ACCOUNT_OWN)
_SECURE: Final = needs(Action.ACCOUNT_SECURE)


@get(_AT, opt=_OWN, sync_to_thread=True, include_in_schema=False)
def of_token(ask: Ask, token_id: FromPath[str]) -> Response[str]:
    """The certificates that stand for one token."""
    return _page(ask, token_id)


@post(_AT, opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def bind(ask: Ask, token_id: FromPath[str]) -> Response[str]:
    """One more."""

    def work(connection: Connection) -> Bound:
        made = certificates.bind(connection, ask.officer, token_id, ask.form.raw("certificate"), ask.now)
        note(ask, connection, "token.certificate-bind", token_id, certificate=made.fingerprint)
        return made

    try:
        ask.database.write(work)
    except LienlacError as error:
        if error.field is None:
            raise
        return _page(ask, token_id, wrong={error.field: ask.sentence(error)}, status=status_of(error))
    return ask.redirect(
        f"/account/tokens/{token_id}/certificates", ask.gettext("The certificate stands for this token.")
    )


@post(f"{_AT}/{{fingerprint:str}}/end", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def let_go(ask: Ask, token_id: FromPath[str], fingerprint: FromPath[str]) -> Response[str]:
    """One less."""

    def work(connection: Connection) -> None:
        certificates.let_go(connection, ask.officer, fingerprint)
        note(ask, connection, "token.certificate-end", token_id, certificate=fingerprint)

    ask.database.write(work)
    return ask.redirect(
        f"/account/tokens/{token_id}/certificates", ask.gettext("The certificate opens nothing any more.")
    )


def _page(ask: Ask, token_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response[str]:
    with ask.database.read() as connection:
        token = next((one for one in tokens.own(connection, ask.officer) if one.id == token_id), None)
        bound = [one for one in certificates.own(connection, ask.officer) if one.token_id == token_id]
    if token is None:
        raise NotAllowed("not-found")
    return ask.page(
        "account/certificates.html",
        status=status,
        title=ask.gettext("Certificates of a token"),
        token=token,
        bound=bound,
        door=ask.ground.config.certificates_url,
        wrong=Blank(wrong or {}),
        typed=ask.form.raw("certificate") if wrong else "",
    )


HANDLERS: Final = (of_token, bind, let_go)
