"""`lienlac user certificates | bind-certificate | end-certificate`: certificates that stand for an officer's tokens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac.cli import console
from lienlac.cli.groups.ways.user import write_down
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.people.certificates.store import Bound


def certificates(
    login: str, *, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """An officer's tokens, and the certificates that stand for them."""
    from lienlac.people import accounts, tokens
    from lienlac.people.certificates import desk
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here, here.database.read() as connection:
        officer = accounts.by_login(connection, login)
        made, bound = tokens.own(connection, officer), desk.own(connection, officer)
    if json:
        console.tell_json(
            [
                {
                    "token": one.id,
                    "label": one.label,
                    "expires_at": one.expires_at,
                    "certificates": [
                        {"fingerprint": each.fingerprint, "subject": each.subject, "ends_at": each.ends_at}
                        for each in bound
                        if each.token_id == one.id
                    ],
                }
                for one in made
            ]
        )
        return
    rows = []
    for one in made:
        mine = [each for each in bound if each.token_id == one.id]
        rows += [
            (
                one.id,
                console.plain(one.label),
                each.fingerprint,
                console.plain(each.subject),
                console.when(each.ends_at),
            )
            for each in mine
        ] or [(one.id, console.plain(one.label), "", "", console.when(one.expires_at))]
    console.table(("column-token", "column-label", "column-fingerprint", "column-subject", "column-until"), rows)


def bind(
    login: str,
    file: Path,
    *,
    token: str,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """A program's certificate stands for one of the officer's tokens."""
    from lienlac.people import accounts
    from lienlac.people.certificates import desk
    from lienlac.people.rights import Action

    try:
        pem = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise NotAllowed("file-unreadable", path=str(file), reason=reason) from error
    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> Bound:
            officer = accounts.by_login(connection, login)
            made = desk.bind(connection, officer, token, pem, here.clock.now())
            write_down(here, connection, "user.certificate-bind", officer, token=token, certificate=made.fingerprint)
            return made

        made = here.database.write(work)
    if json:
        console.tell_json({"fingerprint": made.fingerprint, "token": made.token_id, "ends_at": made.ends_at})
    else:
        console.note(say("certificate-bound", fingerprint=made.fingerprint, until=console.when(made.ends_at)))


def end(login: str, fingerprint: str, *, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """A certificate opens nothing any more."""
    from lienlac.people import accounts
    from lienlac.people.certificates import desk
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> None:
            officer = accounts.by_login(connection, login)
            desk.let_go(connection, officer, fingerprint.replace(":", "").lower())
            write_down(here, connection, "user.certificate-end", officer, certificate=fingerprint)

        here.database.write(work)
    console.note(say("certificate-ended"))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "certificates": certificates,
    "bind-certificate": bind,
    "end-certificate": end,
}
