"""An officer, or the administrator at the console, binds a certificate to a token, and lets it go again.

What the certificate may do is what the token may do, no more; it ends when the token ends, when its own dates are over,
or when it is let go, whichever comes first. One certificate stands for one token only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.keys.outer import clients
from lienlac.people import store as accounts
from lienlac.people import tokens
from lienlac.people.certificates import store
from lienlac.people.certificates.store import Bound

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.people.tokens import Bearer


def bind(connection: Connection, officer: Officer, token_id: str, pem: str, now: datetime) -> Bound:
    """This certificate stands for this token of the officer's.

    Raises `Refused("client-certificate…")`, `NotAllowed("not-found" | "client-certificate-taken" | "…-full")`.
    """
    token = next((one for one in tokens.own(connection, officer) if one.id == token_id), None)
    if token is None or token.expires_at <= now:
        raise NotAllowed("not-found")
    read = clients.read(pem, now)
    if store.find(connection, read.fingerprint) is not None:
        raise NotAllowed("client-certificate-taken", field="certificate")
    if len(store.of_account(connection, officer.id)) >= limits.CLIENT_CERTIFICATES_PER_OFFICER:
        raise NotAllowed("client-certificates-full", limit=limits.CLIENT_CERTIFICATES_PER_OFFICER)
    bound = Bound(
        fingerprint=read.fingerprint,
        token_id=token.id,
        subject=read.subject,
        added_at=now,
        begins_at=read.begins,
        ends_at=read.ends,
    )
    store.insert(connection, bound, read.der)
    return bound


def own(connection: Connection, officer: Officer) -> list[Bound]:
    """The officer's, newest first."""
    return store.of_account(connection, officer.id)


def let_go(connection: Connection, officer: Officer, fingerprint: str) -> None:
    """It opens nothing any more. Raises `NotAllowed("not-found")` for anybody else's."""
    if not store.delete(connection, officer.id, fingerprint):
        raise NotAllowed("not-found")


def bearer(connection: Connection, fingerprint: str, now: datetime) -> Bearer | None:
    """Who calls with this certificate; None for one that is not bound, not valid, or whose token has ended."""
    found = store.find(connection, fingerprint)
    if found is None or not found.begins_at <= now < found.ends_at:
        return None
    rows = accounts.tokens_of(connection, found.account_id)
    row = next((one for one in rows if one.id == found.token_id), None)
    who = None if row is None else tokens.bearer_of(connection, row, now)
    return None if who is None else replace(who, certificate=fingerprint)


def again(connection: Connection, caller: Bearer, now: datetime) -> Bearer | None:
    """The same caller as the database has them now, also when they came with a certificate."""
    if caller.certificate:
        found = bearer(connection, caller.certificate, now)
        return found if found is not None and found.token_id == caller.token_id else None
    return tokens.again(connection, caller, now)
