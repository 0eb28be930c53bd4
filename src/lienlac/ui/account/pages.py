"""Signing in and out, and an officer's own account: choices, password, browsers, tokens.

Nothing here reads the table of sessions or passwords; `people` does. Notable acts are written to the journal.
"""

from __future__ import annotations

import dataclasses
import hmac
import re
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts, sessions, tokens
from lienlac.people.officer import TIME_ZONES, parse_language, parse_theme, parse_time_zone
from lienlac.people.rights import Action
from lienlac.people.tokens import SCOPES
from lienlac.ui.guard import BROWSER_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, VISIT_COOKIE, needs, public
from lienlac.ui.page import SESSION_COOKIE, Blank, safe_path, sign
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, ZONE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.store import SessionRow
    from lienlac.ui.page import Ask

ROLE_NAMES: Final = {
    "duty-officer": N_("Duty officer"),
    "analyst": N_("Analyst"),
    "investigator": N_("Investigator"),
    "supervisor": N_("Supervisor"),
    "liaison-officer": N_("Liaison officer"),
    "programme-manager": N_("Programme manager"),
    "auditor": N_("Auditor"),
    "administrator": N_("Administrator"),
}
_YEAR_S: Final = 31_536_000
_OWN: Final = needs(Action.ACCOUNT_OWN)
_SECURE: Final = needs(Action.ACCOUNT_SECURE)


@get("/sign-in", opt=public("nobody has signed in yet"), sync_to_thread=True, include_in_schema=False, name="sign-in")
def sign_in_page(ask: Ask) -> Response[str]:
    """The form; who is signed in already goes on."""
    onward = safe_path(ask.query.get("next", "/"))
    if ask.officer_or_none is not None:
        return ask.redirect(onward)
    return _sign_in_page(ask, onward=onward)


@post("/sign-in", opt=public("this is where one signs in"), sync_to_thread=True, include_in_schema=False)
def sign_in(ask: Ask) -> Response[str]:
    """Check both factors and begin a fresh session; whatever session came along is ended."""
    onward = safe_path(ask.form.get("next", "/"))
    typed = accounts.SignIn(
        login=ask.form.get("login"),
        password=ask.form.raw("password"),
        code=ask.form.raw("code"),
        client=ask.client,
        address=ask.address,
    )
    typed = dataclasses.replace(typed, known_browser=_known_browser(ask, typed.wanted))
    ground = ask.ground
    try:
        opened = accounts.sign_in(
            ground.database, typed, safe=ground.safe, now=ask.now, chance=ground.chance, hasher=ground.hasher
        )
    except LienlacError as error:
        status = status_of(error)
        return _sign_in_page(ask, onward=onward, login=typed.login, problem=ask.sentence(error), status=status)
    old = ask.session

    def finish(connection: Connection) -> None:
        if old is not None:
            sessions.end_if_there(connection, old.id)
        _journal(ask, connection, "account.sign-in", opened.officer.id, session=opened.id)

    ground.database.write(finish)
    ask.set_cookie(SESSION_COOKIE, opened.token)
    ask.set_cookie(VISIT_COOKIE, "", max_age=0)
    _remember_browser(ask, typed)
    return ask.redirect(onward)


def _known_browser(ask: Ask, login: str) -> str:
    """The browser's name, if its cookie says that this login has signed in here before, and we signed that."""
    name, _, signature = ask.sent_cookies.get(BROWSER_COOKIE, "").partition(".")
    right = sign(ask.ground.config, "browser", f"{login}:{name}")
    return name if name and hmac.compare_digest(signature.encode(), right.encode()) else ""


def _remember_browser(ask: Ask, typed: accounts.SignIn) -> None:
    """It opens nothing; it only keeps strangers' mistakes from holding this browser up (`people.lockout`)."""
    name = typed.known_browser or ask.chance.token(16).hex()
    signature = sign(ask.ground.config, "browser", f"{typed.wanted}:{name}")
    ask.set_cookie(BROWSER_COOKIE, f"{name}.{signature}", max_age=_YEAR_S)


@post("/sign-out", opt=public("an expired session may be left too"), sync_to_thread=True, include_in_schema=False)
def sign_out(ask: Ask) -> Response[str]:
    """End this session."""
    present = ask.session
    if present is not None:

        def finish(connection: Connection) -> None:
            sessions.end_if_there(connection, present.id)
            _journal(ask, connection, "account.sign-out", present.officer.id, session=present.id)

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
    ask.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_S)
    if ask.officer_or_none is not None:
        changed = dataclasses.replace(ask.officer_or_none, language=chosen)
        ask.database.write(lambda connection: accounts.choose(connection, changed))
    return ask.redirect(safe_path(ask.form.get("back", "/")))


@get("/account", opt=_OWN, sync_to_thread=True, include_in_schema=False, name="account")
def account(ask: Ask) -> Response[str]:
    """An officer's own account."""
    return _account_page(ask)


@post("/account/choices", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def choices(ask: Ask) -> Response[str]:
    """Language, time zone and colours."""
    changed = dataclasses.replace(
        ask.officer,
        language=parse_language(ask.form.get("language")),
        time_zone=parse_time_zone(ask.form.get("time_zone")),
        theme=parse_theme(ask.form.get("theme")),
    )
    ask.database.write(lambda connection: accounts.choose(connection, changed))
    ask.set_cookie(LANGUAGE_COOKIE, changed.language, max_age=_YEAR_S)
    ask.set_cookie(THEME_COOKIE, changed.theme, max_age=_YEAR_S)
    ask.words = dataclasses.replace(ask.words, language=changed.language)
    return ask.redirect("/account", ask.gettext("Saved."))


@post("/account/password", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def change_password(ask: Ask) -> Response[str]:
    """A new password; the other browsers of this officer are signed out."""
    new = ask.form.raw("password")
    ground = ask.ground
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
        return _account_page(ask, wrong={error.field or "old": ask.sentence(error)}, status=status_of(error))
    ask.database.write(lambda connection: _journal(ask, connection, "account.password", ask.officer.id))
    return ask.redirect("/account", ask.gettext("The password is changed. Other browsers were signed out."))


@post("/account/sessions/end-others", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_other_sessions(ask: Ask) -> Response[str]:
    """Sign out every other browser of this officer."""
    keep = ask.session.id if ask.session is not None else None
    ended = ask.database.write(lambda connection: sessions.end_all(connection, ask.officer, but=keep))
    said = ask.words.ngettext("One browser was signed out.", "%(n)s browsers were signed out.", ended)
    return ask.redirect("/account", said)


@post("/account/sessions/{session_id:str}/end", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_session(ask: Ask, session_id: FromPath[str]) -> Response[str]:
    """Sign out one browser of this officer."""
    ask.database.write(lambda connection: sessions.end(connection, ask.officer, session_id))
    return ask.redirect("/account", ask.gettext("That browser was signed out."))


@post("/account/tokens", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def make_token(ask: Ask) -> Response[str]:
    """A new API token, its secret shown on this answer only."""
    scope = next((known for known in SCOPES if known == ask.form.get("scope")), None)
    days = ask.form.get("days")

    def work(connection: Connection) -> tokens.NewToken:
        if scope is None:
            raise Refused("choice-unknown", field="scope")
        made = tokens.create(
            connection,
            ask.officer,
            label=ask.form.get("label"),
            scope=scope,
            now=ask.now,
            chance=ask.chance,
            days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
        )
        _journal(ask, connection, "token.create", made.id, scope=scope)
        return made

    try:
        made = ask.database.write(work)
    except LienlacError as error:
        return _account_page(ask, wrong={error.field or "": ask.sentence(error)}, status=status_of(error))
    return _account_page(ask, secret=made.secret)


@get("/account/tokens/{token_id:str}/end", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_token_page(ask: Ask, token_id: FromPath[str]) -> Response[str]:
    """Ask once more: a program may be working with it."""
    with ask.database.read() as connection:
        found = next((token for token in tokens.own(connection, ask.officer) if token.id == token_id), None)
    if found is None:
        raise NotAllowed("not-found")
    return ask.page(
        "confirm.html",
        title=ask.gettext("End the token"),
        question=ask.gettext("End the token “%(label)s”?", label=found.label),
        consequence=ask.gettext("A program that uses it is refused at once. It cannot be brought back."),
        button=ask.gettext("End the token"),
        action=f"/account/tokens/{found.id}/end",
        back="/account",
    )


@post("/account/tokens/{token_id:str}/end", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_token(ask: Ask, token_id: FromPath[str]) -> Response[str]:
    """End one of this officer's tokens."""

    def work(connection: Connection) -> None:
        tokens.end(connection, ask.officer, token_id)
        _journal(ask, connection, "token.end", token_id)

    ask.database.write(work)
    return ask.redirect("/account", ask.gettext("The token no longer works."))


def _journal(ask: Ask, connection: Connection, action: str, thing: str, **detail: object) -> None:
    actor = ask.officer_or_none.id if ask.officer_or_none is not None else thing
    journal.record(connection, at=ask.now, actor=actor, action=action, thing=thing, detail=detail)


def _sign_in_page(ask: Ask, *, onward: str, login: str = "", problem: str = "", status: int = 200) -> Response[str]:
    title = ask.gettext("Sign in")
    values = {"next": onward, "login": login, "problem": problem}
    return ask.page("account/sign_in.html", status=status, title=title, **values)


def _account_page(
    ask: Ask, *, wrong: dict[str, str] | None = None, secret: str = "", status: int = 200
) -> Response[str]:
    with ask.database.read() as connection:
        found = [_session_view(ask, row) for row in sessions.own(connection, ask.officer, ask.now)]
        mine = tokens.own(connection, ask.officer)
    typed = ask.form if wrong else None
    return ask.page(
        "account/account.html",
        status=status,
        title=ask.gettext("My account"),
        wrong=Blank(wrong or {}),
        typed=Blank(typed.values() if typed else {}),
        roles=[ask.gettext(ROLE_NAMES[role]) for role in sorted(ask.officer.roles)],
        zones=[(zone, ask.gettext(ZONE_NAMES[zone])) for zone in TIME_ZONES],
        sessions=sorted(found, key=lambda view: not view["current"]),
        tokens=mine,
        secret=secret,
    )


def _session_view(ask: Ask, row: SessionRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": browser_name(row.client),
        "created_at": row.created_at,
        "seen_at": row.seen_at,
        "current": ask.session is not None and ask.session.id == row.id,
    }


_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(client: str) -> str:
    """`Chrome 143 · Windows` from what a browser says of itself; else the first words of it."""
    system = next((name for mark, name in _SYSTEMS if mark in client), "")
    for mark, name in _BROWSERS:
        found = re.search(re.escape(mark) + r"([0-9]{1,4})", client)
        if found:
            return " · ".join(part for part in (f"{name} {found[1]}", system) if part)
    return client[:60]


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (
    sign_in_page,
    sign_in,
    sign_out,
    language,
    account,
    choices,
    change_password,
    end_other_sessions,
    end_session,
    make_token,
    end_token_page,
    end_token,
)
