"""Making, changing and proving accounts. The first administrator is made here too, when a node is founded.

Secrets are shown once, in the `NewAccount` that comes back; the node keeps hashes, and the TOTP secret that it must be
able to read again sealed in its safe, bound to the account. Signing in tells nobody from outside whether the login, the
password or the code was wrong: unknown logins are hashed against a dummy and counted in the same way. Hashing is slow,
so it never happens inside a transaction: there is one writer, and a request that arrives must not wait for a password.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.keys.rest.safe import is_sealed
from lienlac.people import passwords, sessions, store, totp
from lienlac.people.attempts import desk as attempts
from lienlac.people.factors import recovery
from lienlac.people.factors import store as factors
from lienlac.people.officer import Officer, Role, is_login, parse_line, parse_login, parse_roles
from lienlac.people.rights import scope_of
from lienlac.people.units import desk as units

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.errors import Language
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people import lockout
    from lienlac.people.passwords import Hasher
    from lienlac.people.sessions import Opened
    from lienlac.people.store import Credentials
    from lienlac.storage.database import Database

HANDED_FOR: Final = timedelta(days=limits.HANDED_PASSWORD_DAYS)
_FACTORS: Final[tuple[lockout.Factor, ...]] = ("password", "code", "recovery")
_ALL_FACTORS: Final[tuple[lockout.Factor, ...]] = (*_FACTORS, "passkey")
TOTP: Final = "totp"
"""What the safe is told that it seals."""
RECOVERY_USED: Final = "recovery-used"
"""The warning after a code from the sheet: every page shows it until the officer says that it was them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Fresh secrets, made before the transaction that stores them. What is not wanted is empty."""

    password: str = dataclasses.field(default="", repr=False)
    password_hash: str = dataclasses.field(default="", repr=False)
    totp_secret: str = dataclasses.field(default="", repr=False)


def make_secrets(chance: Chance, hasher: Hasher = passwords.STANDARD) -> Secrets:
    """A password with its hash, and a second factor; raises `NotAllowed("sign-in-busy")`."""
    password = passwords.generate(chance)
    return Secrets(password=password, password_hash=hasher.hash(password, chance), totp_secret=totp.new_secret(chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An officer and their secrets, shown once. What was not made anew is empty."""

    officer: Officer
    password: str = dataclasses.field(default="", repr=False)
    totp_secret: str = dataclasses.field(default="", repr=False)

    def provisioning_uri(self, node_name: str) -> str:
        """What an authenticator app reads."""
        return totp.provisioning_uri(self.totp_secret, self.officer.login, node_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What somebody typed to sign in; `client` is their browser's own description, `address` where it calls from.

    `code` is six digits from the authenticator app, or a code from the officer's recovery sheet.
    `known_browser` names a browser in which this very login has signed in before; the caller has checked that it is
    not made up. Empty for any other.
    """

    login: str
    password: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    client: str = ""
    address: str = ""
    known_browser: str = ""

    @property
    def wanted(self) -> str:
        """The login in the form in which it is counted and looked up."""
        return self.login.strip().lower()[: limits.LINE_MAX_CHARS]


def create(
    connection: Connection,
    *,
    login: str,
    name: str,
    unit: str,
    roles: Iterable[Role],
    secrets: Secrets,
    safe: Safe,
    now: datetime,
    chance: Chance,
    language: Language = "vi",
    time_zone: str = "Asia/Ho_Chi_Minh",
    also: Sequence[str] = (),
    audits: Sequence[str] | None = None,
    handed: bool = False,
) -> NewAccount:
    """A new account with these secrets, in these units (as `units.desk.assign` takes them).

    `handed`: somebody else hands the password over, so it holds for a while only and is changed at the first sign-in.

    Raises `Refused("login-malformed" | "line-…" | "roles-…")`, `NotAllowed("login-taken" | "too-many-accounts" |
    "unit-…")`.
    """
    officer = Officer(
        id=ids.new_id("off", chance),
        login=parse_login(login),
        name=parse_line(name, "name"),
        unit="",
        roles=parse_roles(roles),
        language=language,
        time_zone=time_zone,
    )
    if store.credentials(connection, login=officer.login) is not None:
        raise NotAllowed("login-taken", field="login", login=officer.login)
    if len(store.officers(connection)) >= limits.ACCOUNTS_MAX:
        raise NotAllowed("too-many-accounts", limit=limits.ACCOUNTS_MAX)
    sealed = _seal(safe, officer.id, secrets.totp_secret)
    until = now + HANDED_FOR if handed and secrets.password_hash else None
    store.insert_account(
        connection, officer, password_hash=secrets.password_hash, totp_sealed=sealed, at=now, until=until
    )
    officer = units.assign(connection, officer, first=unit, also=also, audits=audits)
    return NewAccount(officer=officer, password=secrets.password, totp_secret=secrets.totp_secret)


def reset(connection: Connection, officer: Officer, *, secrets: Secrets, safe: Safe, now: datetime) -> NewAccount:
    """New secrets for an account; passkeys, recovery codes, every session and every API token of it end.

    A password among them is handed over by somebody else (as in `create`); without one the present one stays. A link
    to another sign-in service stays, too: whoever administers that service decides there.
    """
    if secrets.password_hash:
        store.update_password(connection, officer.id, secrets.password_hash, now + HANDED_FOR)
    store.update_totp(connection, officer.id, _seal(safe, officer.id, secrets.totp_secret))
    factors.delete_passkeys(connection, officer.id)
    factors.delete_codes(connection, officer.id)
    store.warn(connection, officer.id, "")
    _end_access(connection, officer)
    attempts.forget(connection, officer.login, _ALL_FACTORS)
    return NewAccount(officer=officer, password=secrets.password, totp_secret=secrets.totp_secret)


def any_clear(connection: Connection) -> bool:
    """Whether an older version left a second factor in the clear."""
    return not all(is_sealed(text) for _account_id, text in store.stored_totp(connection) if text)


def seal_stored(connection: Connection, safe: Safe) -> int:
    """Seal every second factor that an older version left in the clear; returns how many there were."""
    clear = [(account_id, text) for account_id, text in store.stored_totp(connection) if text and not is_sealed(text)]
    for account_id, secret in clear:
        store.reseal_totp(connection, account_id, _seal(safe, account_id, secret))
    return len(clear)


def change(connection: Connection, officer: Officer) -> None:
    """Store a changed officer (roles, name, unit, choices, active). Deactivating ends all access at once.

    Raises `NotAllowed("last-administrator")` when nobody would be left to manage accounts.
    """
    others = [other for other, _ in store.officers(connection) if other.id != officer.id]
    holds = [other for other in (*others, officer) if other.active and Role.ADMINISTRATOR in other.roles]
    if not holds:
        raise NotAllowed("last-administrator")
    before = store.officer_by_id(connection, officer.id)
    store.update_officer(connection, officer)
    if before is None or not officer.active or before.roles != officer.roles:
        _end_access(connection, officer)


def choose(connection: Connection, officer: Officer) -> None:
    """Store an officer's own choices: language, time zone, theme. Roles and the right to come in are not theirs."""
    store.update_choices(connection, officer)


def get(connection: Connection, officer_id: str) -> Officer:
    """The officer of that id; raises `NotAllowed("not-found")`."""
    found = store.officer_by_id(connection, officer_id)
    if found is None:
        raise NotAllowed("not-found")
    return found


def by_login(connection: Connection, login: str) -> Officer:
    """The officer of that login; raises `NotAllowed("not-found")`."""
    found = store.credentials(connection, login=parse_login(login))
    if found is None:
        raise NotAllowed("not-found")
    return found.officer


def names(connection: Connection) -> dict[str, str]:
    """Officer ids and full names, for timelines and lists."""
    return {officer.id: officer.name for officer, _ in store.officers(connection)}


def every(connection: Connection) -> list[tuple[Officer, datetime | None]]:
    """All officers with the time of their last sign-in."""
    return store.officers(connection)


def some(connection: Connection, ids_wanted: Iterable[str]) -> list[Officer]:
    """These few officers; for pages that name a handful of a thousand."""
    return store.some(connection, ids_wanted)


def seen_by(connection: Connection, officer: Officer) -> list[tuple[Officer, datetime | None]]:
    """The officers that this one may know of: a confined auditor those of the units they audit, and themselves."""
    found, confined = store.officers(connection), scope_of(officer).within
    if confined is None:
        return found
    return [(other, at) for other, at in found if other.units & confined or other.id == officer.id]


def sign_in(
    database: Database,
    typed: SignIn,
    *,
    safe: Safe,
    now: datetime,
    chance: Chance,
    hasher: Hasher = passwords.STANDARD,
) -> Opened:
    """A fresh session for who proves both factors.

    Raises `NotAllowed("sign-in-failed" | "password-lapsed" | "too-many-attempts" | "sign-in-busy" |
    "safe-does-not-open")`. The slow hash
    runs outside of any transaction; the failure is counted before it, so that many attempts at once gain nothing.
    """
    found = _prove_password(database, typed, now, hasher)
    officer = found.officer
    code = recovery.normal(typed.code)
    factor: lockout.Factor = "code" if code is None else "recovery"
    database.write(lambda connection: attempts.count(connection, typed.wanted, factor, now, typed.known_browser))
    step = None if code is not None else step_of(safe, officer.id, found.totp_sealed, typed.code, now)

    def finish(connection: Connection) -> Opened | str:
        # read again: the account may have been reset or closed while the hash ran
        present = store.credentials(connection, account_id=officer.id)
        if present is None or not present.officer.active or present.password_hash != found.password_hash:
            return "sign-in-failed"
        if present.totp_sealed != found.totp_sealed:
            return "sign-in-failed"
        if code is not None:
            if not factors.use_code(connection, officer.id, recovery.hash_of(officer.id, code), now):
                return "sign-in-failed"
            store.warn(connection, officer.id, RECOVERY_USED)
        elif step is None or not store.use_totp_step(connection, officer.id, step):
            return "sign-in-failed"
        if present.officer.handed_until is not None and now >= present.officer.handed_until:
            return "password-lapsed"  # told only to who has shown everything; nothing else opens by it
        attempts.forget(connection, typed.wanted, _FACTORS, typed.known_browser)
        store.mark_signed_in(connection, officer.id, now)
        return sessions.start(
            connection,
            present.officer,
            client=typed.client,
            address=typed.address,
            way="password" if code is None else "recovery",
            proof="totp" if code is None else "recovery",
            now=now,
            chance=chance,
        )

    opened = database.write(finish)
    if isinstance(opened, str):
        raise NotAllowed(opened)
    return opened


def _prove_password(database: Database, typed: SignIn, now: datetime, hasher: Hasher) -> Credentials:
    """The account whose password this is. Without a place to hash nothing is counted, read or written either."""
    login = typed.wanted
    with hasher.place():
        database.write(lambda connection: attempts.count(connection, login, "password", now, typed.known_browser))
        with database.read() as connection:
            # text that cannot be a login is not looked up, but takes as long as any other
            found = store.credentials(connection, login=login) if is_login(login) else None
        known = found is not None and found.officer.active
        right = hasher.verify_here(
            (found.password_hash or None) if found is not None and known else None, typed.password
        )
    if found is None or not right:
        raise NotAllowed("sign-in-failed")
    return found


def change_password(
    database: Database,
    officer: Officer,
    *,
    old: str,
    new: str,
    keep_session: str | None,
    now: datetime,
    chance: Chance,
    hasher: Hasher = passwords.STANDARD,
) -> None:
    """An officer's own new password; their other sessions end.

    Raises `Refused("password-…")`, `NotAllowed("password-wrong" | "too-many-attempts")`.
    """
    passwords.check_chosen(new, officer.login)
    # counted by session: a stranger who fails at the sign-in page must not keep the officer from a new password
    database.write(lambda connection: attempts.count(connection, officer.login, "password", now, keep_session or ""))
    with database.read() as connection:
        found = store.credentials(connection, account_id=officer.id)
    if found is None or not hasher.verify(found.password_hash or None, old):
        raise NotAllowed("password-wrong", field="old")
    if passwords.normal(old) == passwords.normal(new):
        raise Refused("password-same", field="password")
    hashed = hasher.hash(new, chance)

    def finish(connection: Connection) -> None:
        present = store.credentials(connection, account_id=officer.id)
        if present is None or not present.officer.active or present.password_hash != found.password_hash:
            raise NotAllowed("password-wrong", field="old")  # reset or closed while the hash ran: that stands
        store.update_password(connection, officer.id, hashed, None)
        store.delete_sessions(connection, account_id=officer.id, but=keep_session)
        attempts.forget(connection, officer.login, _FACTORS, keep_session or "")

    database.write(finish)


def step_of(safe: Safe, account_id: str, sealed: str, code: str, now: datetime) -> int | None:
    """The time step of a code from the officer's authenticator app, if they have one and it is right."""
    if not sealed:
        return None
    return totp.matching_step(safe.open(sealed, purpose=TOTP, owner=account_id).decode(), code, now)


def _seal(safe: Safe, account_id: str, secret: str) -> str:
    return safe.seal(secret.encode(), purpose=TOTP, owner=account_id) if secret else ""


def _end_access(connection: Connection, officer: Officer) -> None:
    store.delete_sessions(connection, account_id=officer.id)
    store.delete_tokens(connection, officer.id)
