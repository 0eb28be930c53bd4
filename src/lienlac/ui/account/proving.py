"""Step-up on the screens: the page that asks for a passkey or a code, and what comes back with the act.

The page carries the form that was sent, field for field, and sends it again to the same address with the proof beside
it. So the act is done in one step, with everything typed, and nothing of it is kept on the node meanwhile.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people.factors import challenge, passkeys
from lienlac.people.factors import desk as factors
from lienlac.people.factors.passkeys import Party
from lienlac.ui.page import SESSION_COOKIE

if TYPE_CHECKING:
    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.people.factors.store import Passkey
    from lienlac.ui.page import Ask, UiConfig

STEP_UP_CODE: Final = "step-up-code"
STEP_UP_PASSKEY: Final = "step-up-passkey"
_TRIED_AGAIN: Final = frozenset({"sign-in-required"})
"""Failures that no second try on the same page can mend."""


def party_of(config: UiConfig, language: Any = "vi") -> Party | None:
    """This node as browsers know it; None where it is reached by a number instead of a name: passkeys need a name."""
    parts = urlsplit(config.base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Party(
            domain=config.passkey_domain or host,
            origin=f"{parts.scheme}://{parts.netloc}",
            name=config.node_name(language),
        )
    return None


def page_of(ask: Ask) -> factors.Page | None:
    """What a passkey's answer from this very page must fit."""
    party = party_of(ask.ground.config, ask.language)
    return None if party is None else factors.Page(party=party, secret=ask.ground.config.secret, bound=ask.csrf)


def options(ask: Ask, purpose: challenge.Purpose, known: tuple[Passkey, ...] = ()) -> str:
    """What the browser is asked, as JSON for a form's attribute; empty where there can be no passkey."""
    page = page_of(ask)
    if page is None or not ask.csrf:
        return ""
    made = challenge.make(page.secret, purpose, page.bound, ask.now, ask.chance)
    if purpose == "register":
        return passkeys.to_register(page.party, ask.officer, known, made)
    return passkeys.to_prove(page.party, known, made)


def prove(ask: Ask, code: str, text: str) -> None:
    """The proof that came with a call: the session goes on under a new token. What went wrong is kept for the page.

    Raises `NotAllowed("step-up-required")` when it was not right, whatever the reason.
    """
    present, ground = ask.session, ask.ground
    if present is None:
        raise NotAllowed("sign-in-required")
    if not (code or text):
        return  # a button was pressed without anything: the act's own route asks again
    try:
        opened = factors.prove(
            ground.database,
            present,
            code=code,
            text=text,
            page=page_of(ask),
            safe=ground.safe,
            now=ask.now,
            chance=ask.chance,
        )
    except LienlacError as error:
        if error.code in _TRIED_AGAIN or error.code.startswith("storage-"):
            raise
        if error.code == factors.COPIED:
            ground.database.write(lambda connection: _record(ask, connection, "account.passkey-copied"))
        ask.proof_problem = ask.sentence(error)
        raise NotAllowed("step-up-required") from error

    def finish(connection: Connection) -> None:
        _record(ask, connection, "account.step-up", by="passkey" if text else "code")

    ground.database.write(finish)
    ask.set_cookie(SESSION_COOKIE, opened.token)
    ask.session = dataclasses.replace(present, proof="passkey" if text else "totp", proved_at=ask.now)


def step_up_page(ask: Ask, *, onward: str = "") -> Response[str]:
    """The page that asks; it carries what was sent, or where the officer wanted to go."""
    with ask.database.read() as connection:
        mine = factors.own(connection, ask.officer)
    acting = ask.method != "GET"
    return ask.page(
        "account/step_up.html",
        status=200 if onward else 403,
        title=ask.gettext("Prove that it is you"),
        action=ask.path if acting else "/step-up",
        fields=ask.form.pairs() if acting else [("next", onward or ask.path)],
        problem=ask.proof_problem,
        app=mine.app,
        options=options(ask, "step-up", mine.passkeys) if mine.passkeys else "",
        back=ask.came_from,
    )


def _record(ask: Ask, connection: Connection, action: str, **detail: object) -> None:
    officer = ask.officer.id
    journal.record(
        connection, at=ask.now, actor=officer, action=action, thing=officer, detail={**detail, "at": ask.path}
    )
