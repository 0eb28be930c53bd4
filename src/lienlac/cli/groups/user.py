"""`lienlac user …`: accounts of the node, for whoever administers it at the console."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.groups.node import tell_account
from lienlac.cli.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.assembly import Node
    from lienlac.people.accounts import NewAccount
    from lienlac.people.tokens import NewToken


def add(
    login: str,
    *,
    name: str,
    unit: str,
    role: list[str],
    language: Literal["vi", "en"] | None = None,
    time_zone: str = "",
    token: Literal["read", "write"] | None = None,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """A new account with its secrets, and a token at once if one is wanted."""
    from lienlac.people import accounts, tokens
    from lienlac.people.officer import parse_language, parse_roles, parse_time_zone
    from lienlac.people.rights import Action, require

    with console.opened(node, passphrase_file) as here:
        require(console.console_officer(here), Action.USER_MANAGE)
        secrets = accounts.make_secrets(here.chance)

        def work(connection: Connection) -> tuple[NewAccount, str]:
            made = accounts.create(
                connection,
                login=login,
                name=name,
                unit=unit,
                roles=parse_roles(role),
                language=parse_language(language or here.settings.language),
                time_zone=parse_time_zone(time_zone or here.settings.time_zone),
                secrets=secrets,
                safe=here.safe,
                now=here.clock.now(),
                chance=here.chance,
            )
            _journal(here, connection, "user.create", made.officer.id, roles=sorted(role))
            if token is None:
                return made, ""
            fresh = tokens.create(
                connection, made.officer, label="console", scope=token, now=here.clock.now(), chance=here.chance
            )
            _journal(here, connection, "user.token", made.officer.id, token=fresh.id, scope=token)
            return made, fresh.secret

        _show(*here.database.write(work), json=json)


def reset(login: str, *, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """New secrets; sessions and tokens of the account end."""
    from lienlac.people import accounts
    from lienlac.people.rights import Action, require

    with console.opened(node, passphrase_file) as here:
        require(console.console_officer(here), Action.USER_MANAGE)
        secrets = accounts.make_secrets(here.chance)

        def work(connection: Connection) -> NewAccount:
            made = accounts.reset(connection, accounts.by_login(connection, login), secrets=secrets, safe=here.safe)
            _journal(here, connection, "user.reset", made.officer.id)
            return made

        _show(here.database.write(work), json=json)


def list_(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """All accounts."""
    from lienlac.people import accounts

    with console.opened(node, passphrase_file) as here, here.database.read() as connection:
        found = accounts.every(connection)
    if json:
        console.tell_json([_view(officer, at) for officer, at in found])
        return
    rows = [
        (officer.login, officer.name, officer.unit, ", ".join(sorted(officer.roles)),
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
    days: int = 30,
    out: Path | None = None,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """An API token of an officer, on the screen or into a file of mode 0600."""
    from lienlac.people import accounts, tokens
    from lienlac.people.rights import Action, require

    with console.opened(node, passphrase_file) as here:
        require(console.console_officer(here), Action.USER_MANAGE)

        def work(connection: Connection) -> NewToken:
            officer = accounts.by_login(connection, login)
            made = tokens.create(
                connection, officer, label=label, scope=scope, days=days, now=here.clock.now(), chance=here.chance
            )
            _journal(here, connection, "user.token", officer.id, token=made.id, scope=scope)
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


def _view(officer: Any, signed_in_at: datetime | None) -> dict[str, Any]:
    return {
        "id": officer.id,
        "login": officer.login,
        "name": officer.name,
        "unit": officer.unit,
        "roles": sorted(officer.roles),
        "active": officer.active,
        "signed_in_at": signed_in_at,
    }


def _journal(here: Node, connection: Connection, action: str, thing: str, **detail: Any) -> None:
    from lienlac import journal

    journal.record(connection, at=here.clock.now(), actor="console", action=action, thing=thing, detail=detail)


COMMANDS: dict[str, Callable[..., int | None]] = {"add": add, "reset": reset, "list": list_, "token": token}
