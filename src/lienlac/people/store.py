"""The tables of accounts, sessions, tokens and failed attempts, and the only SQL on them.

Secrets that can be hashed are only here as hashes: passwords by argon2, session and token secrets by SHA-256 (they
are 256 random bits, so a slow hash would buy nothing). A TOTP secret must be read again, so it is here only sealed, by
the node's safe; this file never sees it plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock
from lienlac.people.officer import Officer, parse_language, parse_theme
from lienlac.people.officer import Role as OfficerRole
from lienlac.people.units import store as units
from lienlac.people.units.unit import Belonging
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.fresh import Proof
    from lienlac.people.officer import Way

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("roles", sa.String(200), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("time_zone", sa.String(40), nullable=False),
    sa.Column("theme", sa.String(10), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("password_hash", sa.String(300), nullable=False),
    # empty: this officer has no authenticator app, or no password
    sa.Column("totp_sealed", sa.String(120), nullable=False),
    sa.Column("totp_last_step", sa.BigInteger, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("signed_in_us", sa.BigInteger, nullable=True),
    # Says that an auditor is confined to the units they audit; so no row there is nothing, and never everything.
    sa.Column("confined", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("warning", sa.String(40), nullable=False, server_default=""),
    sa.Column("handed_until_us", sa.BigInteger, nullable=True),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("client", sa.String(300), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("seen_us", sa.BigInteger, nullable=False),
    sa.Column("expires_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False, server_default=""),
    sa.Column("way", sa.String(20), nullable=False, server_default="password"),
    sa.Column("proof", sa.String(20), nullable=False, server_default=""),
    sa.Column("proved_us", sa.BigInteger, nullable=True),
)

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("scope", sa.String(300), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("expires_us", sa.BigInteger, nullable=False),
    sa.Column("used_us", sa.BigInteger),
)

failed_attempt = sa.Table(
    "failed_attempt",
    metadata,
    sa.Column("subject", sa.String(80), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("until_us", sa.BigInteger, nullable=False),
)

_HOLDER: Final = Quick(sa.select(account).where(account.c.id == sa.bindparam("account")))
_TOKEN: Final = Quick(sa.select(api_token).where(api_token.c.token_hash == sa.bindparam("key")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves that somebody is the officer. Never leaves this folder."""

    officer: Officer
    password_hash: str
    totp_sealed: str
    totp_last_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One signed-in browser. `address` is where it came from, `way` how it signed in, `proof` what was proved last."""

    id: str
    account_id: str
    client: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str = ""
    way: Way = "password"
    proof: Proof = ""
    proved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One API token; its secret is not here."""

    id: str
    account_id: str
    label: str
    scope: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Failures so far for one subject (a login and a factor)."""

    failures: int
    last_at: datetime
    until: datetime


# --- accounts -----------------------------------------------------------------------------------------------------


def insert_account(
    connection: Connection,
    officer: Officer,
    *,
    password_hash: str,
    totp_sealed: str,
    at: datetime,
    until: datetime | None,
) -> None:
    """A new account; the caller has looked whether the login is free."""
    connection.execute(
        account.insert().values(
            id=officer.id,
            login=officer.login,
            password_hash=password_hash,
            totp_sealed=totp_sealed,
            totp_last_step=0,
            created_us=clock.to_us(at),
            handed_until_us=None if until is None else clock.to_us(until),
            **_columns(officer),
        )
    )


def update_officer(connection: Connection, officer: Officer) -> None:
    """Everything about the officer except login and secrets."""
    connection.execute(account.update().where(account.c.id == officer.id).values(**_columns(officer)))


def warn(connection: Connection, account_id: str, code: str) -> None:
    """Something happened to the account that its officer must look at; empty when they have."""
    connection.execute(account.update().where(account.c.id == account_id).values(warning=code))


def set_confined(connection: Connection, account_id: str, *, confined: bool) -> None:
    """Whether an auditor reads only what concerns the units that they audit."""
    connection.execute(account.update().where(account.c.id == account_id).values(confined=int(confined)))


def update_choices(connection: Connection, officer: Officer) -> None:
    """What an officer chooses for themselves, and nothing that somebody else decides about them."""
    values = {"language": officer.language, "time_zone": officer.time_zone, "theme": officer.theme}
    connection.execute(account.update().where(account.c.id == officer.id).values(**values))


def update_password(connection: Connection, account_id: str, password_hash: str, until: datetime | None) -> None:
    """A new password hash; `until` is how long a password holds that somebody else has made."""
    values = {"password_hash": password_hash, "handed_until_us": None if until is None else clock.to_us(until)}
    connection.execute(account.update().where(account.c.id == account_id).values(**values))


def update_totp(connection: Connection, account_id: str, sealed: str) -> None:
    """A new second factor; steps used with the old one no longer count."""
    values = {"totp_sealed": sealed, "totp_last_step": 0}
    connection.execute(account.update().where(account.c.id == account_id).values(**values))


def reseal_totp(connection: Connection, account_id: str, sealed: str) -> None:
    """The same second factor, sealed anew: what was used of it stays used."""
    connection.execute(account.update().where(account.c.id == account_id).values(totp_sealed=sealed))


def stored_totp(connection: Connection) -> list[tuple[str, str]]:
    """Every account's id and stored second factor, sealed or not."""
    rows = connection.execute(sa.select(account.c.id, account.c.totp_sealed))
    return [(row.id, row.totp_sealed) for row in rows]


def use_totp_step(connection: Connection, account_id: str, step: int) -> bool:
    """Mark a time step as used; False when it or a later one was used before (a replay)."""
    done = connection.execute(
        account.update().where(account.c.id == account_id, account.c.totp_last_step < step).values(totp_last_step=step)
    )
    return done.rowcount == 1


def mark_signed_in(connection: Connection, account_id: str, at: datetime) -> None:
    """When the officer last signed in."""
    connection.execute(account.update().where(account.c.id == account_id).values(signed_in_us=clock.to_us(at)))


def officer_by_id(connection: Connection, account_id: str) -> Officer | None:
    """The officer of that id."""
    rows = _HOLDER.rows(connection, {"account": account_id})
    return _officer(rows[0], units.belonging(connection, rows[0].id)) if rows else None


def credentials(
    connection: Connection, *, login: str | None = None, account_id: str | None = None
) -> Credentials | None:
    """The secrets of one account, by login or by id."""
    where = account.c.login == login if account_id is None else account.c.id == account_id
    row = connection.execute(sa.select(account).where(where)).first()
    if row is None:
        return None
    return Credentials(
        officer=_officer(row, units.belonging(connection, row.id)),
        password_hash=row.password_hash,
        totp_sealed=row.totp_sealed,
        totp_last_step=row.totp_last_step,
    )


def officers(connection: Connection) -> list[tuple[Officer, datetime | None]]:
    """Every officer, active or not, with the time of the last sign-in; at most as many as a node may have."""
    everybody, nowhere = units.everybody(connection), Belonging()
    rows = connection.execute(sa.select(account).order_by(account.c.login))
    return [
        (
            _officer(row, everybody.get(row.id, nowhere)),
            None if row.signed_in_us is None else clock.from_us(row.signed_in_us),
        )
        for row in rows
    ]


def some(connection: Connection, account_ids: Iterable[str]) -> list[Officer]:
    """These few officers, active or not; ids that nobody has are passed over."""
    wanted = sorted(set(account_ids))
    rows = connection.execute(sa.select(account).where(account.c.id.in_(wanted))).all() if wanted else []
    ties, nowhere = units.of_each(connection, wanted) if rows else {}, Belonging()
    return [_officer(row, ties.get(row.id, nowhere)) for row in rows]


def _columns(officer: Officer) -> dict[str, Any]:
    return {
        "name": officer.name,
        "roles": " ".join(sorted(officer.roles)),
        "language": officer.language,
        "time_zone": officer.time_zone,
        "theme": officer.theme,
        "active": officer.active,
    }


def _officer(row: Any, belonging: Belonging) -> Officer:
    language = parse_language(row.language)
    return Officer(
        id=row.id,
        login=row.login,
        name=row.name,
        unit=belonging.first.name(language) if belonging.first is not None else "",
        roles=frozenset(OfficerRole(word) for word in row.roles.split()),
        units=belonging.units,
        audits=belonging.audits if row.confined else None,
        language=language,
        time_zone=row.time_zone,
        theme=parse_theme(row.theme),
        active=row.active,
        warning=row.warning,
        handed_until=None if row.handed_until_us is None else clock.from_us(row.handed_until_us),
    )


# --- sessions -----------------------------------------------------------------------------------------------------


def insert_session(connection: Connection, row: SessionRow, token_hash: str) -> None:
    """A new session."""
    connection.execute(
        session.insert().values(
            id=row.id,
            account_id=row.account_id,
            token_hash=token_hash,
            client=row.client,
            created_us=clock.to_us(row.created_at),
            seen_us=clock.to_us(row.seen_at),
            expires_us=clock.to_us(row.expires_at),
            address=row.address,
            way=row.way,
            proof=row.proof,
            proved_us=None if row.proved_at is None else clock.to_us(row.proved_at),
        )
    )


def session_by_hash(connection: Connection, token_hash: str) -> tuple[SessionRow, Officer] | None:
    """A session and its officer in one read."""
    return _session_and_officer(connection, _BY_HASH, token_hash)


def session_by_id(connection: Connection, session_id: str) -> tuple[SessionRow, Officer] | None:
    """A session and its officer in one read."""
    return _session_and_officer(connection, _BY_ID, session_id)


# Asked with every call of a browser, and by every live page.
_BY_HASH: Final = Quick(sa.select(session).where(session.c.token_hash == sa.bindparam("key")))
_BY_ID: Final = Quick(sa.select(session).where(session.c.id == sa.bindparam("key")))


def _session_and_officer(connection: Connection, find: Quick, key: str) -> tuple[SessionRow, Officer] | None:
    found = find.rows(connection, {"key": key})
    if not found:
        return None
    (holder,) = _HOLDER.rows(connection, {"account": found[0].account_id})
    return _session(found[0]), _officer(holder, units.belonging(connection, holder.id))


def sessions_of(connection: Connection, account_id: str) -> list[SessionRow]:
    """An account's sessions, the last used first."""
    return [_session(row) for row in _SESSIONS_OF.rows(connection, {"account": account_id})]


_SESSIONS_OF: Final = Quick(
    sa.select(session).where(session.c.account_id == sa.bindparam("account")).order_by(session.c.seen_us.desc())
)


def touch_session(connection: Connection, session_id: str, at: datetime) -> None:
    """The session was used."""
    connection.execute(session.update().where(session.c.id == session_id).values(seen_us=clock.to_us(at)))


def prove_session(connection: Connection, session_id: str, *, proof: Proof, at: datetime, token_hash: str) -> bool:
    """The session's officer proved themselves again; it goes on under a new token. False when it has ended."""
    values = {"proof": proof, "proved_us": clock.to_us(at), "token_hash": token_hash}
    return connection.execute(session.update().where(session.c.id == session_id).values(**values)).rowcount == 1


def delete_sessions(
    connection: Connection,
    *,
    account_id: str | None = None,
    session_id: str | None = None,
    but: str | None = None,
    way: Way | None = None,
) -> int:
    """End sessions of an account (all, one, all but one, or those opened one way); returns how many ended."""
    query = session.delete()
    if account_id is not None:
        query = query.where(session.c.account_id == account_id)
    if session_id is not None:
        query = query.where(session.c.id == session_id)
    if but is not None:
        query = query.where(session.c.id != but)
    if way is not None:
        query = query.where(session.c.way == way)
    return connection.execute(query).rowcount


def delete_sessions_before(connection: Connection, at: datetime, idle_since: datetime) -> None:
    """Forget what has expired."""
    dead = sa.or_(session.c.expires_us <= clock.to_us(at), session.c.seen_us <= clock.to_us(idle_since))
    connection.execute(session.delete().where(dead))


def _session(row: Any) -> SessionRow:
    return SessionRow(
        id=row.id,
        account_id=row.account_id,
        client=row.client,
        created_at=clock.from_us(row.created_us),
        seen_at=clock.from_us(row.seen_us),
        expires_at=clock.from_us(row.expires_us),
        address=row.address,
        way=row.way,
        proof=row.proof,
        proved_at=None if row.proved_us is None else clock.from_us(row.proved_us),
    )


# --- tokens -------------------------------------------------------------------------------------------------------


def insert_token(connection: Connection, row: TokenRow, token_hash: str) -> None:
    """A new API token."""
    connection.execute(
        api_token.insert().values(
            id=row.id,
            account_id=row.account_id,
            token_hash=token_hash,
            label=row.label,
            scope=row.scope,
            created_us=clock.to_us(row.created_at),
            expires_us=clock.to_us(row.expires_at),
        )
    )


def token_by_hash(connection: Connection, token_hash: str) -> TokenRow | None:
    """The token of that hash."""
    rows = _TOKEN.rows(connection, {"key": token_hash})
    return _token(rows[0]) if rows else None


def tokens_of(connection: Connection, account_id: str) -> list[TokenRow]:
    """An account's tokens, newest first."""
    query = sa.select(api_token).where(api_token.c.account_id == account_id).order_by(api_token.c.created_us.desc())
    return [_token(row) for row in connection.execute(query)]


def touch_token(connection: Connection, token_id: str, at: datetime) -> None:
    """The token was used."""
    connection.execute(api_token.update().where(api_token.c.id == token_id).values(used_us=clock.to_us(at)))


def delete_tokens(connection: Connection, account_id: str, *, token_id: str | None = None) -> int:
    """End one token of an account, or all; returns how many ended."""
    query = api_token.delete().where(api_token.c.account_id == account_id)
    if token_id is not None:
        query = query.where(api_token.c.id == token_id)
    return connection.execute(query).rowcount


def _token(row: Any) -> TokenRow:
    return TokenRow(
        id=row.id,
        account_id=row.account_id,
        label=row.label,
        scope=row.scope,
        created_at=clock.from_us(row.created_us),
        expires_at=clock.from_us(row.expires_us),
        used_at=None if row.used_us is None else clock.from_us(row.used_us),
    )


# --- failed attempts ----------------------------------------------------------------------------------------------


def attempts(connection: Connection, subject: str) -> Attempts | None:
    """Failures so far of one subject."""
    row = connection.execute(sa.select(failed_attempt).where(failed_attempt.c.subject == subject)).first()
    if row is None:
        return None
    return Attempts(failures=row.failures, last_at=clock.from_us(row.last_us), until=clock.from_us(row.until_us))


def save_attempts(connection: Connection, subject: str, found: Attempts) -> None:
    """Replace what is known of one subject."""
    clear_attempts(connection, subject)
    connection.execute(
        failed_attempt.insert().values(
            subject=subject,
            failures=found.failures,
            last_us=clock.to_us(found.last_at),
            until_us=clock.to_us(found.until),
        )
    )


def clear_attempts(connection: Connection, subject: str) -> None:
    """Forget one subject."""
    connection.execute(failed_attempt.delete().where(failed_attempt.c.subject == subject))


def prune_attempts(connection: Connection, before: datetime, keep: int) -> None:
    """Forget old subjects, and the oldest beyond `keep`, so that made-up logins cannot fill the disk."""
    connection.execute(failed_attempt.delete().where(failed_attempt.c.last_us < clock.to_us(before)))
    newest = sa.select(failed_attempt.c.last_us).order_by(failed_attempt.c.last_us.desc()).offset(keep).limit(1)
    edge = connection.execute(newest).scalar()
    if edge is not None:
        connection.execute(failed_attempt.delete().where(failed_attempt.c.last_us <= edge))
