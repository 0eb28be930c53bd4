"""`lienlac user …`: accounts of the node, for whoever administers it at the console."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console, words
from lienlac.cli.groups.node import tell_account
from lienlac.cli.groups.ways import certificate
from lienlac.cli.groups.ways import user as ways
from lienlac.cli.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.assembly import Node
    from lienlac.people.accounts import NewAccount
    from lienlac.people.officer import Officer
    from lienlac.people.tokens import NewToken


def add(
    login: str,
    *,
    name: str,
    unit: str,
    role: list[str],
    also: list[str] | None = None,
    audits: list[str] | None = None,
    language: Literal["vi", "en"] | None = None,
    time_zone: str = "",
    token: Literal["read", "write"] | None = None,
    act: list[str] | None = None,
    keep_password: bool = False,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """A new account with its secrets, and a token at once if one is wanted."""
    from lienlac.people import accounts, tokens
    from lienlac.people.officer import parse_language, parse_roles, parse_time_zone
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:
        secrets = accounts.make_secrets(here.chance)

        def work(connection: Connection) -> tuple[NewAccount, str]:
            made = accounts.create(
                connection,
                login=login,
                name=name,
                unit=unit,
                also=also or (),
                audits=audits,
                roles=parse_roles(role),
                language=parse_language(language or here.settings.language),
                time_zone=parse_time_zone(time_zone or here.settings.time_zone),
                secrets=secrets,
                handed=not keep_password,
                safe=here.safe,
                now=here.clock.now(),
                chance=here.chance,
            )
            _write_down(here, connection, "user.create", None, made.officer, keeps_password=keep_password)
            if token is None:
                return made, ""
            fresh = tokens.create(
                connection,
                made.officer,
                label="console",
                scope=token,
                acts=act or (),
                now=here.clock.now(),
                chance=here.chance,
            )
            _write_down(here, connection, "user.token", made.officer, made.officer, token=fresh.id, scope=token)
            return made, fresh.secret

        _show(*here.database.write(work), json=json)


def change(
    login: str,
    *,
    name: str = "",
    unit: str = "",
    also: list[str] | None = None,
    role: list[str] | None = None,
    audits: list[str] | None = None,
    whole_node: bool = False,
    close: bool = False,
    open: bool = False,  # noqa: A002  # it is the option --open
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """Name, units, roles, an auditor's scope, closed or open; what is not given stays as it is."""
    from lienlac.people import accounts
    from lienlac.people.officer import parse_line, parse_roles
    from lienlac.people.rights import Action
    from lienlac.people.units import desk as units
    from lienlac.people.units import store as unit_store

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> None:
            before = accounts.by_login(connection, login)
            first = unit_store.belonging(connection, before.id).first
            changed = dataclasses.replace(
                before,
                name=parse_line(name, "name") if name else before.name,
                roles=parse_roles(role) if role else before.roles,
                active=(before.active or open) and not close,
            )
            main = unit or (first.id if first is not None else "")
            further = sorted(before.units - {main}) if also is None else also
            confined = None if whole_node else audits if audits is not None else before.audits
            changed = units.assign(
                connection, changed, first=main, also=further, audits=None if confined is None else sorted(confined)
            )
            accounts.change(connection, changed)
            _write_down(here, connection, "user.change", before, changed)

        here.database.write(work)
    console.note(say("user-changed", login=login))


def reset(
    login: str,
    *,
    keep_password: bool = False,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """New secrets; passkeys, recovery codes, sessions and tokens of the account end."""
    from lienlac.people import accounts
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:
        secrets = accounts.make_secrets(here.chance)
        if keep_password:
            secrets = accounts.Secrets(totp_secret=secrets.totp_secret)

        def work(connection: Connection) -> NewAccount:
            officer = accounts.by_login(connection, login)
            made = accounts.reset(connection, officer, secrets=secrets, safe=here.safe, now=here.clock.now())
            _write_down(here, connection, "user.reset", made.officer, made.officer)
            return made

        _show(here.database.write(work), json=json)


def list_(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """All accounts."""
    from lienlac.people import accounts
    from lienlac.people.rights import Action
    from lienlac.people.units import store as unit_store

    with console.opened(node, passphrase_file, Action.USER_READ) as here, here.database.read() as connection:
        found = accounts.every(connection)
        names = {unit.id: unit.name(words.language()) for unit in unit_store.units(connection)}
    if json:
        console.tell_json([_view(officer, at) for officer, at in found])
        return
    rows = [
        (officer.login, officer.name, ", ".join(sorted(names[unit] for unit in officer.units)), _roles(officer, names),
         say("yes") if officer.active else say("no"), console.when(at))
        for officer, at in found
    ]  # fmt: skip
    columns = ("column-login", "column-name", "column-unit", "column-roles", "column-active", "column-signed-in")
    console.table(columns, rows)


def token(
    login: str,
    *,
    label: str,
    scope: Literal["read", "write"] = "read",
    act: list[str] | None = None,
    days: int = 30,
    out: Path | None = None,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """An API token of an officer, on the screen or into a file of mode 0600."""
    from lienlac.people import accounts, tokens
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> NewToken:
            officer = accounts.by_login(connection, login)
            made = tokens.create(
                connection,
                officer,
                label=label,
                scope=scope,
                acts=act or (),
                days=days,
                now=here.clock.now(),
                chance=here.chance,
            )
            _write_down(here, connection, "user.token", officer, officer, token=made.id, scope=scope, acts=act or [])
            return made

        made = here.database.write(work)
    if out is not None:
        console.write_file(out, made.secret.encode() + b"\n", mode=console.PRIVATE)
    elif json:
        console.tell_json({"id": made.id, "secret": made.secret, "expires_at": made.expires_at})
    else:
        console.note(say("token-made", login=login, until=console.when(made.expires_at)))
        console.tell(made.secret)


def _show(made: NewAccount, secret: str = "", *, json: bool) -> None:
    if json:
        account = {"id": made.officer.id, "login": made.officer.login, "password": made.password}
        console.tell_json({**account, "totp_secret": made.totp_secret, "token": secret})
        return
    tell_account(made)
    if secret:
        console.tell(say("account-token", secret=secret))


def _roles(officer: Officer, names: dict[str, str]) -> str:
    """Roles, with what an auditor is confined to."""
    roles = ", ".join(sorted(officer.roles))
    return roles if officer.audits is None else f"{roles} ({', '.join(sorted(names[unit] for unit in officer.audits))})"


def _view(officer: Officer, signed_in_at: datetime | None) -> dict[str, Any]:
    return {
        "id": officer.id,
        "login": officer.login,
        "name": officer.name,
        "unit": officer.unit,
        "units": sorted(officer.units),
        "audits": None if officer.audits is None else sorted(officer.audits),
        "roles": sorted(officer.roles),
        "active": officer.active,
        "signed_in_at": signed_in_at,
    }


def _write_down(
    here: Node, connection: Connection, action: str, before: Officer | None, after: Officer, **detail: object
) -> None:
    from lienlac import journal
    from lienlac.people.changes.desk import written

    at = here.clock.now()
    written(connection, journal.record, at=at, actor="console", action=action, before=before, after=after, **detail)


COMMANDS: dict[str, Callable[..., int | None]] = {
    "add": add,
    "change": change,
    "reset": reset,
    "list": list_,
    "token": token,
    **ways.COMMANDS,
    **certificate.COMMANDS,
}
