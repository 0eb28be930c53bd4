"""`lienlac user sessions | link | unlink | invite`: where an officer is signed in, and identities at other services."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac.cli import console
from lienlac.cli.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.assembly import Node
    from lienlac.people.officer import Officer


def sessions(
    login: str,
    *,
    end: str = "",
    end_all: bool = False,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """An officer's signed-in browsers; with an id, or for all of them, sign them out."""
    from lienlac.people import accounts
    from lienlac.people import sessions as browsers
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> Officer:
            officer = accounts.by_login(connection, login)
            if end:
                browsers.end(connection, officer, end)
            elif end_all:
                browsers.end_all(connection, officer)
            if end or end_all:
                write_down(here, connection, "user.sessions-end", officer, session=end or "all")
            return officer

        officer = here.database.write(work)
        with here.database.read() as connection:
            found = browsers.own(connection, officer, here.clock.now())
    if json:
        console.tell_json(
            [
                {"id": row.id, "browser": row.client, "address": row.address, "way": row.way, "seen_at": row.seen_at}
                for row in found
            ]
        )
        return
    rows = [(row.id, row.client[:60], row.address, row.way, console.when(row.seen_at)) for row in found]
    console.table(("column-id", "column-browser", "column-address", "column-way", "column-seen"), rows)


def link(
    login: str, *, issuer: str, subject: str, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """From now on this identity at another service is this officer."""
    from lienlac.people import accounts
    from lienlac.people.oidc import desk
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> None:
            officer = accounts.by_login(connection, login)
            made = desk.add_link(
                connection, officer, issuer=issuer, subject=subject, now=here.clock.now(), chance=here.chance
            )
            write_down(here, connection, "user.link", officer, link=made.id)

        here.database.write(work)
    console.note(say("user-linked", login=login))


def unlink(
    login: str, *, issuer: str = "", json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """Take an officer's identities at a service away, or at every service."""
    from lienlac.people import accounts
    from lienlac.people.oidc import desk, store
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> int:
            officer = accounts.by_login(connection, login)
            found = [one for one in store.links_of(connection, officer.id) if issuer in ("", one.issuer)]
            for one in found:
                desk.remove_link(connection, officer, one.id)
                write_down(here, connection, "user.unlink", officer, link=one.id)
            return len(found)

        ended = here.database.write(work)
    if json:
        console.tell_json({"removed": ended})
    else:
        console.note(say("user-unlinked", login=login, count=ended))


def invite(login: str, *, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """A code with which an officer links an identity at another service once; it lasts three days."""
    from lienlac.people import accounts
    from lienlac.people.oidc import desk
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> str:
            officer = accounts.by_login(connection, login)
            code = desk.invite(connection, officer, now=here.clock.now(), chance=here.chance)
            write_down(here, connection, "user.invite", officer)
            return code

        code = here.database.write(work)
    if json:
        console.tell_json({"invitation": code})
    else:
        console.note(say("user-invited", login=login))
        console.tell(code)


def write_down(here: Node, connection: Connection, action: str, officer: Officer, **detail: object) -> None:
    """An act at the console on an account."""
    from lienlac import journal
    from lienlac.people.changes.desk import written

    at = here.clock.now()
    written(connection, journal.record, at=at, actor="console", action=action, before=officer, after=officer, **detail)


COMMANDS: dict[str, Callable[..., int | None]] = {
    "sessions": sessions,
    "link": link,
    "unlink": unlink,
    "invite": invite,
}
