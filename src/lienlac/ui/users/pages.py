"""The people of a node: list, add, change. For administrators; supervisors and auditors may look.

New secrets are shown once, on the answer to the act that made them, and are kept nowhere. Nobody changes their own
roles, units or scope; what an act opens of case content is told to the supervisors (`people.changes`).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from markupsafe import Markup

from lienlac import journal, limits
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import accounts, totp
from lienlac.people.changes import desk as changes
from lienlac.people.changes import store as told
from lienlac.people.officer import Role, parse_language, parse_line, parse_roles
from lienlac.people.rights import Action, may
from lienlac.people.units import desk as units
from lienlac.people.units import store as unit_store
from lienlac.ui.account.pages import ROLE_NAMES
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.accounts import NewAccount
    from lienlac.people.officer import Officer
    from lienlac.people.units.unit import Unit
    from lienlac.ui.page import Ask


def _unseen(connection: Connection, officer: Officer) -> int:
    """What was done to accounts and this supervisor has not seen yet."""
    return told.unseen(connection, officer.id) if may(officer, Action.USER_WATCH) else 0


def _watching(connection: Connection) -> frozenset[str]:
    """For whom that is another number than for all others: each has seen what they have seen."""
    return frozenset(officer.id for officer, _ in accounts.every(connection) if may(officer, Action.USER_WATCH))


NAV: Final = (
    NavItem(
        label=N_("People"),
        path="/users",
        action=Action.USER_READ,
        heading=Heading.NODE,
        order=90,
        badge=_unseen,
        concerns=_watching,
    ),
)

_READ: Final = needs(Action.USER_READ)
_MANAGE: Final = needs(Action.USER_MANAGE)
ROLE_NOTES: Final = {
    "duty-officer": N_("answers and opens requests, follows the links"),
    "analyst": N_("reads requests"),
    "investigator": N_("opens own requests and follows them; answers none"),
    "supervisor": N_("as a duty officer; also manages partners, signs agreements, watches over accounts"),
    "liaison-officer": N_("writes to the other side, prepares agreements, carries courier files"),
    "programme-manager": N_("reads requests"),
    "auditor": N_("reads everything in its scope, changes nothing"),
    "administrator": N_("manages accounts and links, sees no case content"),
}


@get("/users", opt=_READ, sync_to_thread=True, include_in_schema=False, name="users")
def users(ask: Ask) -> Response[str]:
    """All accounts, the active ones first, in Vietnamese order of names."""
    with ask.database.read() as connection:
        found = accounts.seen_by(connection, ask.officer)
        names = {unit.id: unit.name(ask.language) for unit in unit_store.units(connection)}
        waiting = _unseen(connection, ask.officer)
    found.sort(key=lambda pair: (not pair[0].active, sort_key(pair[0].name)))
    rows = [
        {
            "officer": officer,
            "signed_in_at": at,
            "roles": role_names(ask, officer),
            "units": unit_names(officer, names),
            "audits": None if officer.audits is None else sorted(names.get(unit, unit) for unit in officer.audits),
        }
        for officer, at in found
    ]
    return ask.page("users/list.html", title=ask.gettext("People"), users=rows, waiting=waiting)


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
            also=form.all("also"),
            audits=_audits(ask),
            roles=parse_roles(form.all("roles")),
            language=parse_language(form.get("language")),
            time_zone=ground.config.default_time_zone,
            secrets=secrets,
            handed=True,
            safe=ground.safe,
            now=ask.now,
            chance=ask.chance,
        )
        write_down(ask, connection, "user.create", None, made.officer)
        return made

    try:
        secrets = accounts.make_secrets(ask.chance, ground.hasher)
        made = ask.database.write(work)
    except LienlacError as error:
        return _form(ask, None, error=error)
    return show_secrets(ask, made, ask.gettext("The account is ready"))


@get("/users/{officer_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
def user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """One account."""
    return _form(ask, load(ask, officer_id))


@post("/users/{officer_id:str}", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def change_user(ask: Ask, officer_id: FromPath[str]) -> Response[str]:
    """Name, units, roles, scope. Of their own account administrators change the name alone."""
    before = load(ask, officer_id)
    form = ask.form

    def work(connection: Connection) -> None:
        present = accounts.get(connection, officer_id)
        changed = dataclasses.replace(present, name=parse_line(form.get("name"), "name"))
        if present.id != ask.officer.id:
            changed = dataclasses.replace(changed, roles=parse_roles(form.all("roles")))
            changed = units.assign(
                connection, changed, first=form.get("unit"), also=form.all("also"), audits=_audits(ask)
            )
        accounts.change(connection, changed)
        write_down(ask, connection, "user.change", present, changed)

    try:
        ask.database.write(work)
    except LienlacError as error:
        return _form(ask, before, error=error)
    return ask.redirect("/users", ask.gettext("Saved."))


# --- what the other files of this folder share ----------------------------------------------------------------------


def load(ask: Ask, officer_id: str) -> Officer:
    """The officer of that id, if who asks may know of them; raises `NotAllowed("not-found")`."""
    with ask.database.read() as connection:
        return _load_in(ask, connection, officer_id)


def other(ask: Ask, connection: Connection, officer_id: str) -> Officer:
    """Somebody else's account; raises `NotAllowed("not-found" | "own-account")`."""
    found = _load_in(ask, connection, officer_id)
    if found.id == ask.officer.id:
        raise NotAllowed("own-account")
    return found


def _load_in(ask: Ask, connection: Connection, officer_id: str) -> Officer:
    found = next(
        (officer for officer, _ in accounts.seen_by(connection, ask.officer) if officer.id == officer_id), None
    )
    if found is None:
        raise NotAllowed("not-found")
    return found


def write_down(
    ask: Ask, connection: Connection, action: str, before: Officer | None, after: Officer, **detail: object
) -> None:
    """Into the journal, and to the supervisors where it opens case content; the officer's open pages look again."""
    at, actor = ask.now, ask.officer.id
    changes.written(connection, journal.record, at=at, actor=actor, action=action, before=before, after=after, **detail)
    ask.database.after_commit(connection, lambda: ask.hub.renew(after.id))


def role_names(ask: Ask, officer: Officer) -> list[str]:
    """An officer's roles in words, in the order of the matrix."""
    return [ask.gettext(ROLE_NAMES[role]) for role in Role if role in officer.roles]


def unit_names(officer: Officer, names: dict[str, str]) -> list[str]:
    """An officer's units in words, the first one first."""
    further = sorted(names.get(unit, unit) for unit in officer.units)
    return [officer.unit, *(name for name in further if name != officer.unit)]


def show_secrets(ask: Ask, made: NewAccount, title: str) -> Response[str]:
    """New secrets, this one time."""
    uri = made.provisioning_uri(ask.ground.config.node_name(ask.language)) if made.totp_secret else ""
    qr = Markup(totp.qr_svg(uri)) if uri else ""  # noqa: S704  # drawn by us from our own uri
    return ask.page("users/secrets.html", title=title, account=made, qr=qr, handed_days=limits.HANDED_PASSWORD_DAYS)


def _audits(ask: Ask) -> Sequence[str] | None:
    """What an auditor is confined to; None for the whole node."""
    return ask.form.all("audits") if ask.form.get("reads") == "units" else None


def _form(ask: Ask, found: Officer | None, *, error: LienlacError | None = None) -> Response[str]:
    """The form of one account, empty for a new one; with what was typed and the mistake after a mistake."""
    with ask.database.read() as connection:
        known = unit_store.units(connection)
        first = unit_store.belonging(connection, found.id).first if found is not None else None
    typed, chosen = _stored(found, first)
    wrong: dict[str, str] = {}
    if error is not None:
        typed |= {name: value for name, value in ask.form.values().items() if name in typed}
        chosen = {name: ask.form.all(name) for name in chosen}
        wrong = {error.field or "": ask.sentence(error)}
    held = set(chosen["also"]) | set(chosen["audits"]) | {typed["unit"]}
    choices = [(unit.id, unit.name(ask.language)) for unit in known if unit.active or unit.id in held]
    choices.sort(key=lambda choice: sort_key(choice[1]))
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
        roles=[(str(role), ask.gettext(ROLE_NAMES[role]), ask.gettext(ROLE_NOTES[role])) for role in Role],
        units=choices,
        unit_choices=[(*choice, "") for choice in choices],
    )


def _stored(found: Officer | None, first: Unit | None) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What a form shows before anybody has typed: fields, and what is chosen in lists."""
    typed = {"login": "", "name": "", "unit": "", "language": "", "reads": "all"}
    if found is None:
        return typed, {"roles": ["duty-officer"], "also": [], "audits": []}
    main = first.id if first is not None else ""
    typed |= {"name": found.name, "unit": main, "reads": "all" if found.audits is None else "units"}
    return typed, {
        "roles": sorted(found.roles),
        "also": sorted(found.units - {main}),
        "audits": sorted(found.audits or ()),
    }


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (users, new_user, add_user, user, change_user)
