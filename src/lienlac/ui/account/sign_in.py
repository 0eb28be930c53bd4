"""Signing in and out.

By password with a code, or by passkey. A browser in which somebody has signed in before is known by a signed cookie: it
opens nothing, it only keeps strangers' mistakes from holding this browser up (`people.lockout`).
"""

from __future__ import annotations

import dataclasses
import hmac
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import accounts, sessions
from lienlac.people.factors import desk as factors
from lienlac.people.officer import parse_language
from lienlac.ui.account.proving import options, page_of
from lienlac.ui.guard import BROWSER_COOKIE, LANGUAGE_COOKIE, VISIT_COOKIE, public
from lienlac.ui.page import SESSION_COOKIE, safe_path, sign
from lienlac.ui.problems import note_refusal, status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.people.sessions import Opened
    from lienlac.ui.page import Ask

YEAR_S: Final = 31_536_000


@get("/sign-in", opt=public("nobody has signed in yet"), sync_to_thread=True, include_in_schema=False, name="sign-in")
def sign_in_page(ask: Ask) -> Response[str]:
    """The form; who is signed in already goes on."""
    onward = safe_path(ask.query.get("next", "/"))
    if ask.officer_or_none is not None:
        return ask.redirect(onward)
    return show_sign_in(ask, onward=onward)


@post("/sign-in", opt=public("this is where one signs in"), sync_to_thread=True, include_in_schema=False)
def sign_in(ask: Ask) -> Response[str]:
    """Check password and code, and begin a fresh session."""
    onward = safe_path(ask.form.get("next", "/"))
    typed = accounts.SignIn(
        login=ask.form.get("login"),
        password=ask.form.raw("password"),
        code=ask.form.raw("code"),
        client=ask.client,
        address=ask.address,
    )
    typed = dataclasses.replace(typed, known_browser=known_browser(ask, typed.wanted))
    ground = ask.ground
    try:
        opened = accounts.sign_in(
            ground.database, typed, safe=ground.safe, now=ask.now, chance=ground.chance, hasher=ground.hasher
        )
    except LienlacError as error:
        return show_sign_in(ask, onward=onward, login=typed.login, error=error)
    come_in(ask, opened)
    return ask.redirect(onward)


@post("/sign-in/passkey", opt=public("this is where one signs in"), sync_to_thread=True, include_in_schema=False)
def sign_in_by_passkey(ask: Ask) -> Response[str]:
    """Check a passkey's answer, and begin a fresh session."""
    onward = safe_path(ask.form.get("next", "/"))
    page = page_of(ask)
    try:
        if page is None:
            raise NotAllowed("passkey-nowhere")
        opened = factors.sign_in(
            ask.database,
            ask.form.raw("passkey"),
            page=page,
            known_browser=lambda login: known_browser(ask, login),
            client=ask.client,
            address=ask.address,
            now=ask.now,
            chance=ask.chance,
        )
    except LienlacError as error:
        return show_sign_in(ask, onward=onward, error=error)
    come_in(ask, opened)
    return ask.redirect(onward)


@post("/sign-out", opt=public("an expired session may be left too"), sync_to_thread=True, include_in_schema=False)
def sign_out(ask: Ask) -> Response[str]:
    """End this session."""
    present = ask.session
    if present is not None:

        def finish(connection: Connection) -> None:
            sessions.end_if_there(connection, present.id)
            note(ask, connection, "account.sign-out", present.officer.id, session=present.id)

        ask.database.write(finish)
    ask.set_cookie(SESSION_COOKIE, "", max_age=0)
    answer = ask.redirect("/sign-in", ask.gettext("Signed out."))
    answer.headers["Clear-Site-Data"] = '"cache"'  # pages are never kept; this also lets go of those one step back
    return answer


@post(
    "/language", opt=public("readable before sign-in in both languages"), sync_to_thread=True, include_in_schema=False
)
def language(ask: Ask) -> Response[str]:
    """Switch between Vietnamese and English: a cookie before sign-in, the account afterwards."""
    chosen = parse_language(ask.form.get("language"))
    ask.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR_S)
    if ask.officer_or_none is not None:
        changed = dataclasses.replace(ask.officer_or_none, language=chosen)
        ask.database.write(lambda connection: accounts.choose(connection, changed))
    return ask.redirect(safe_path(ask.form.get("back", "/")))


# --- what every way of signing in shares --------------------------------------------------------------------------


def come_in(ask: Ask, opened: Opened, *, old: str = "") -> None:
    """A session was opened: whatever came along (`old`, an id) is ended, and the browser is known from now on."""
    officer = opened.officer
    before = old or ("" if ask.session is None else ask.session.id)

    def finish(connection: Connection) -> None:
        if before:
            sessions.end_if_there(connection, before)
        note(ask, connection, "account.sign-in", officer.id, session=opened.id, way=opened.way)
        if opened.way == "recovery":
            note(ask, connection, "account.recovery-used", officer.id)

    ask.database.write(finish)
    ask.set_cookie(SESSION_COOKIE, opened.token)
    ask.set_cookie(VISIT_COOKIE, "", max_age=0)
    name = known_browser(ask, officer.login) or ask.chance.token(16).hex()
    value = f"{name}.{_signed(ask, officer.login, name)}.{_signed(ask, '', name)}"
    ask.set_cookie(BROWSER_COOKIE, value, max_age=YEAR_S)


def known_browser(ask: Ask, login: str = "") -> str:
    """The browser's name, if its cookie says that this login (or any) has signed in here, and we signed that."""
    name, _, rest = ask.sent_cookies.get(BROWSER_COOKIE, "").partition(".")
    for_login, _, for_any = rest.partition(".")
    given = for_login if login else for_any
    return name if name and hmac.compare_digest(given.encode(), _signed(ask, login, name).encode()) else ""


def note(ask: Ask, connection: Connection, action: str, thing: str, **detail: object) -> None:
    """Into the journal, as the officer of this call; who is about to come in is the thing itself."""
    actor = ask.officer_or_none.id if ask.officer_or_none is not None else thing
    journal.record(connection, at=ask.now, actor=actor, action=action, thing=thing, detail=detail)


def show_sign_in(ask: Ask, *, onward: str, login: str = "", error: LienlacError | None = None) -> Response[str]:
    """The page with every way that this node offers."""
    if error is not None:
        note_refusal(ask, error, "/sign-in")
    return ask.page(
        "account/sign_in.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Sign in"),
        next=onward,
        login=login,
        problem="" if error is None else ask.sentence(error),
        options=options(ask, "sign-in"),
        providers=[(one.id, one.name(ask.language)) for one in ask.ground.providers.values()],
    )


def _signed(ask: Ask, login: str, name: str) -> str:
    return sign(ask.ground.config, "browser", f"{login}:{name}")


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (sign_in_page, sign_in, sign_in_by_passkey, sign_out, language)
