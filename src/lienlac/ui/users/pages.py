"""The users of a node: list, add, change, new secrets, close and open again. For administrators; auditors may look.

New secrets are shown once, on the answer to the act that made them, and are kept nowhere.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from markupsafe import Markup

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import accounts, totp
from lienlac.people.officer import Officer, Role, parse_language, parse_line, parse_roles
from lienlac.people.rights import Action
from lienlac.ui.account.pages import ROLE_NAMES
from lienlac.ui.guard import needs
from lienlac.ui.nav import NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.accounts import NewAccount
    from lienlac.ui.page import Ask

NAV: Final = (NavItem(label=N_("Users"), path="/users", action=Action.USER_READ, order=90),)

_READ: Final = needs(Action.USER_READ)
_MANAGE: Final = needs(Action.USER_MANAGE)
_ROLE_NOTES: Final = {
    "duty-officer": N_("answers and opens requests, follows the links"),
    "analyst": N_("reads requests"),
    "investigator": N_("opens own requests and follows them; answers none"),
    "supervisor": N_("as a duty officer; also manages partners, signs agreements, watches over accounts"),
    "liaison-officer": N_("writes to the other side, prepares agreements, carries courier files"),
    "programme-manager": N_("reads requests"),
    "auditor": N_("sees everything, changes nothing"),
    "administrator": N_("manages accounts and links, sees no case content"),
}


@get("/users", opt=_READ, sync_to_thread=True, include_in_schema=False, name="users")
def users(ask: Ask) -> Response[str]:
    """All accounts, the active ones first, in Vietnamese order of names."""
    with ask.database.read() as connection:
        found = accounts.every(connection)
    found.sort(key=lambda pair: (not pair[0].active, sort_key(pair[0].name)))
    rows = [{"officer": officer, "signed_in_at": at, "roles": _role_names(ask, officer)} for officer, at in found]
    return ask.page("users/list.html", title=ask.gettext("Users"), users=rows)


@get("/users/new", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def new_user(ask: Ask) -> Response[str]:
    """The empty form."""
    return _form(ask, None)


@post("/users/new", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def add_user(ask: Ask) -> Response[str]:
    """Make the account and show its secrets once."""
    form, ground = ask.form, ask.ground

    def work(connection: Connection) -> NewAccount:
        made = accounts.create(
            connection,
            login=form.get("login"),
            name=form.get("name"),
            unit=form.get("unit"),
            roles=parse_roles(form.all("roles")),
            language=parse_language(form.get("language")),
            time_zone=ground.config.default_time_zone,
            secrets=secrets,
            safe=ground.safe,
            now=ask.now,
            chance=ask.chance,
        )
        _journal(ask, connection, "user.create", made.officer, roles=sorted(made.officer.roles))
        return made

    try:
        secrets = accounts.make_secrets(ask.chance, ground.hasher)
        made = ask.database.write(work)
    except LienlacError as error:
        return _form(ask, None, error=error)
    return _secrets(ask, made, ask.gettext("The account is ready"))


@get("/users/{officer_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
def user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """One account."""
    return _form(ask, _load(ask, officer_id))


@post("/users/{officer_id:str}", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def change_user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Name, unit and roles. Nobody changes their own roles."""
    before = _load(ask, officer_id)
    form = ask.form

    def work(connection: Connection) -> None:
        present = accounts.get(connection, officer_id)
        roles = present.roles if present.id == ask.officer.id else parse_roles(form.all("roles"))
        changed = dataclasses.replace(
            present, name=parse_line(form.get("name"), "name"), unit=parse_line(form.get("unit"), "unit"), roles=roles
        )
        accounts.change(connection, changed)
        _journal(ask, connection, "user.change", changed, roles=sorted(roles))

    try:
        ask.database.write(work)
    except LienlacError as error:
        return _form(ask, before, error=error)
    return ask.redirect("/users", ask.gettext("Saved."))


@get("/users/{officer_id:str}/reset", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def reset_page(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Ask once more."""
    found = _other(ask, officer_id)
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
        found = _other_in(ask, connection, officer_id)
        made = accounts.reset(connection, found, secrets=secrets, safe=ask.ground.safe)
        _journal(ask, connection, "user.reset", found)
        return made

    return _secrets(ask, ask.database.write(work), ask.gettext("New password and code"))


@get("/users/{officer_id:str}/close", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def close_page(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Ask once more."""
    found = _other(ask, officer_id)
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
        found = _other_in(ask, connection, officer_id)
        changed = dataclasses.replace(found, active=active)
        accounts.change(connection, changed)
        _journal(ask, connection, "user.open" if active else "user.close", found)
        return changed

    changed = ask.database.write(work)
    said = N_("The account of %(name)s is open again.") if active else N_("The account of %(name)s is closed.")
    return ask.redirect("/users", ask.gettext(said, name=changed.name))


def _load(ask: Ask, officer_id: str) -> Officer:
    with ask.database.read() as connection:
        return accounts.get(connection, officer_id)


def _other(ask: Ask, officer_id: str) -> Officer:
    with ask.database.read() as connection:
        return _other_in(ask, connection, officer_id)


def _other_in(ask: Ask, connection: Connection, officer_id: str) -> Officer:
    """Somebody else's account; raises `NotAllowed("not-found" | "own-account")`."""
    found = accounts.get(connection, officer_id)
    if found.id == ask.officer.id:
        raise NotAllowed("own-account")
    return found


def _role_names(ask: Ask, officer: Officer) -> list[str]:
    return [ask.gettext(ROLE_NAMES[role]) for role in sorted(officer.roles)]


def _form(ask: Ask, found: Officer | None, *, error: LienlacError | None = None) -> Response[str]:
    """The form of one account, empty for a new one; with what was typed and the mistake after a mistake."""
    stored = {"name": found.name, "unit": found.unit} if found is not None else {}
    typed = {"login": "", "name": "", "unit": "", "language": "", **stored}
    chosen = sorted(found.roles) if found is not None else ["duty-officer"]
    wrong: dict[str, str] = {}
    if error is not None:
        typed |= {name: value for name, value in ask.form.values().items() if name in typed}
        chosen = ask.form.all("roles")
        wrong = {error.field or "": ask.sentence(error)}
    return ask.page(
        "users/form.html",
        status=200 if error is None else status_of(error),
        title=found.name if found is not None else ask.gettext("Add a user"),
        user=found,
        own=found is not None and found.id == ask.officer.id,
        may_edit=ask.may(Action.USER_MANAGE),
        action=f"/users/{found.id}" if found is not None else "/users/new",
        typed=Blank(typed),
        chosen=chosen,
        wrong=Blank(wrong),
        roles=[(str(role), ask.gettext(ROLE_NAMES[role]), ask.gettext(_ROLE_NOTES[role])) for role in Role],
    )


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


def _secrets(ask: Ask, made: NewAccount, title: str) -> Response[str]:
    uri = made.provisioning_uri(ask.ground.config.node_name(ask.language)) if made.totp_secret else ""
    qr = Markup(totp.qr_svg(uri)) if uri else ""  # noqa: S704  # drawn by us from our own uri
    return ask.page("users/secrets.html", title=title, account=made, qr=qr)


def _journal(ask: Ask, connection: Connection, action: str, thing: Officer, **detail: object) -> None:
    journal.record(connection, at=ask.now, actor=ask.officer.id, action=action, thing=thing.id, detail=detail)


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (
    users,
    new_user,
    add_user,
    user,
    change_user,
    reset_page,
    reset_user,
    close_page,
    close_user,
    open_user,
)
