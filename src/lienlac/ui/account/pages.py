"""An officer's own account: choices, password, browsers, tokens. How they sign in is looked after in `factors`.

Nothing here reads the table of sessions or passwords; `people` does. Notable acts are written to the journal.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts, sessions, tokens
from lienlac.people.factors import desk as factors
from lienlac.people.officer import TIME_ZONES, parse_language, parse_theme, parse_time_zone
from lienlac.people.rights import Action
from lienlac.people.tokens import SCOPES
from lienlac.ui.account.sign_in import YEAR_S, note
from lienlac.ui.guard import LANGUAGE_COOKIE, THEME_COOKIE, needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, ZONE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.store import SessionRow, TokenRow
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
ACT_NAMES: Final = {
    Action.AGREEMENT_PROPOSE: N_("propose agreements"),
    Action.AGREEMENT_SIGN: N_("sign agreements"),
    Action.ATTACHMENT_RELEASE: N_("let held files go"),
    Action.CASE_SHARE: N_("invite partners to cases"),
    Action.DELEGATION_SHARE: N_("invite partners to delegations"),
    Action.DOCUMENT_EXPORT: N_("take out packages for legal assistance"),
    Action.INTEL_SHARE: N_("give intelligence away"),
    Action.LESSON_SHARE: N_("invite partners to lessons"),
    Action.PEER_MANAGE: N_("suspend and resume partners"),
    Action.PROGRAMME_SHARE: N_("invite partners to programmes"),
    Action.RELEASE_AHEAD: N_("send before approval where a life is in danger"),
    Action.RELEASE_DECIDE: N_("approve and return others' messages"),
    Action.USER_MANAGE: N_("manage people"),
}
"""Step-up actions that a token may name."""
WAY_NAMES: Final = {
    "password": N_("by password and code"),
    "passkey": N_("by passkey"),
    "recovery": N_("with a recovery code"),
    "oidc": N_("through another service"),
}
_OWN: Final = needs(Action.ACCOUNT_OWN)
_SECURE: Final = needs(Action.ACCOUNT_SECURE)


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
    ask.set_cookie(LANGUAGE_COOKIE, changed.language, max_age=YEAR_S)
    ask.set_cookie(THEME_COOKIE, changed.theme, max_age=YEAR_S)
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
    ask.database.write(lambda connection: note(ask, connection, "account.password", ask.officer.id))
    return ask.redirect("/account", ask.gettext("The password is changed. Other browsers were signed out."))


@post("/account/sessions/end-others", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_other_sessions(ask: Ask) -> Response[str]:
    """Sign out every other browser of this officer."""
    keep = ask.session.id if ask.session is not None else None

    def work(connection: Connection) -> int:
        ended = sessions.end_all(connection, ask.officer, but=keep)
        note(ask, connection, "account.sessions-end", ask.officer.id, browsers=ended)
        return ended

    ended = ask.database.write(work)
    said = ask.words.ngettext("One browser was signed out.", "%(n)s browsers were signed out.", ended)
    return ask.redirect("/account", said)


@post("/account/sessions/{session_id:str}/end", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def end_session(ask: Ask, session_id: FromPath[str]) -> Response[str]:
    """Sign out one browser of this officer."""

    def work(connection: Connection) -> None:
        sessions.end(connection, ask.officer, session_id)
        note(ask, connection, "account.sessions-end", ask.officer.id, session=session_id)

    ask.database.write(work)
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
            acts=ask.form.all("acts"),
        )
        note(ask, connection, "token.create", made.id, scope=scope, acts=ask.form.all("acts"))
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
        note(ask, connection, "token.end", token_id)

    ask.database.write(work)
    return ask.redirect("/account", ask.gettext("The token no longer works."))


def _account_page(
    ask: Ask, *, wrong: dict[str, str] | None = None, secret: str = "", status: int = 200
) -> Response[str]:
    with ask.database.read() as connection:
        found = [session_view(ask, row) for row in sessions.own(connection, ask.officer, ask.now)]
        made = tokens.own(connection, ask.officer)
        mine = factors.own(connection, ask.officer)
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
        tokens=[_token_view(row) for row in made],
        offered=[(str(act), ask.gettext(ACT_NAMES[act]), "") for act in tokens.offered(ask.officer)],
        chosen_acts=typed.all("acts") if typed else [],
        mine=mine,
        secret=secret,
    )


def session_view(ask: Ask, row: SessionRow) -> dict[str, Any]:
    """A signed-in browser as a line of a table."""
    return {
        "id": row.id,
        "label": browser_name(row.client),
        "created_at": row.created_at,
        "seen_at": row.seen_at,
        "way": WAY_NAMES[row.way],
        "address": row.address,
        "current": ask.session is not None and ask.session.id == row.id,
    }


def _token_view(row: TokenRow) -> dict[str, Any]:
    scope, acts = tokens.parts_of(row)
    return {
        "id": row.id,
        "label": row.label,
        "rights": N_("read and write") if scope == "write" else N_("read"),
        "used_at": row.used_at,
        "acts": [ACT_NAMES[act] for act in sorted(acts)],
        "expires_at": row.expires_at,
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
    account,
    choices,
    change_password,
    end_other_sessions,
    end_session,
    make_token,
    end_token_page,
    end_token,
)
