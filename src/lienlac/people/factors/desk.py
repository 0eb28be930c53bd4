"""An officer proves themselves by passkey or code, and looks after what they prove themselves with.

Signing in by passkey needs no password: the authenticator has verified the person. Proving again (`prove`, step-up)
counts failures under the session, so that nobody but its holder can be held up. Whoever changes a factor is signed out
everywhere else; the last second factor cannot be taken away. The journal is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import accounts, sessions, store, totp
from lienlac.people.attempts import desk as attempts
from lienlac.people.factors import challenge, passkeys, recovery
from lienlac.people.factors import store as factors
from lienlac.people.officer import parse_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.factors.passkeys import Answer, Party
    from lienlac.people.factors.store import Passkey, Sheet
    from lienlac.people.officer import Officer
    from lienlac.people.sessions import Opened, Present
    from lienlac.storage.database import Database

COPIED: Final = "passkey-copied"
"""The warning, and the code of the refusal, when a passkey's counter went back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where an answer came from: the node as browsers know it, the secret of its challenges, and whose page it was."""

    party: Party
    secret: bytes
    bound: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What an officer has to prove themselves with."""

    passkeys: tuple[Passkey, ...]
    app: bool
    sheet: Sheet

    @property
    def second_factors(self) -> int:
        """How many things other than the password they can show."""
        return len(self.passkeys) + self.app


def own(connection: Connection, officer: Officer) -> Own:
    """What this officer has."""
    found = store.credentials(connection, account_id=officer.id)
    return Own(
        passkeys=tuple(factors.passkeys_of(connection, officer.id)),
        app=found is not None and bool(found.totp_sealed),
        sheet=factors.sheet_of(connection, officer.id),
    )


def sign_in(
    database: Database,
    text: str,
    *,
    page: Page,
    known_browser: Callable[[str], str],
    client: str,
    address: str,
    now: datetime,
    chance: Chance,
) -> Opened:
    """A fresh session for whoever holds a passkey; `known_browser` says which known one this is for a login.

    Raises `Refused("passkey-…" | "challenge-over")`, `NotAllowed("passkey-unknown" | "passkey-copied" |
    "too-many-attempts")`.
    """
    answer, over_at = _read(text, page, "sign-in", now)
    with database.read() as connection:
        found = factors.passkey_of_credential(connection, answer.credential_id)
        officer = None if found is None else store.officer_by_id(connection, found.account_id)
    if found is None or officer is None or not officer.active:
        database.write(lambda connection: attempts.count(connection, f"from:{address}", "passkey", now))
        raise NotAllowed("passkey-unknown")
    login, known = officer.login, known_browser(officer.login)
    database.write(lambda connection: attempts.count(connection, login, "passkey", now, known))
    count = _believe(database, page.party, answer, found)

    def finish(connection: Connection) -> Opened:
        present = store.officer_by_id(connection, found.account_id)
        if present is None or not present.active:
            raise NotAllowed("passkey-unknown")
        _use(connection, answer, found, count, over_at, now)
        attempts.forget(connection, present.login, ("passkey",), known)
        store.mark_signed_in(connection, present.id, now)
        return sessions.start(
            connection, present, client=client, address=address, way="passkey", proof="passkey", now=now, chance=chance
        )

    return database.write(finish)


def prove(
    database: Database,
    present: Present,
    *,
    code: str,
    text: str,
    page: Page | None,
    safe: Safe,
    now: datetime,
    chance: Chance,
) -> Opened:
    """The officer of a session proves themselves again, by an authenticator app's code or else by passkey (`text`).

    Raises `NotAllowed("step-up-failed" | "too-many-attempts" | "passkey-…")`, `Refused("passkey-…" |
    "challenge-over")`.
    """
    officer = present.officer
    if not text:
        return _prove_code(database, present, code, safe, now, chance)
    if page is None:
        raise NotAllowed("passkey-nowhere")
    answer, over_at = _read(text, page, "step-up", now)
    database.write(lambda connection: attempts.count(connection, officer.login, "passkey", now, present.id))
    with database.read() as connection:
        mine = factors.passkeys_of(connection, officer.id)
    found = next((one for one in mine if one.credential_id == answer.credential_id), None)
    if found is None:
        raise NotAllowed("passkey-unknown")
    count = _believe(database, page.party, answer, found)

    def finish(connection: Connection) -> Opened:
        _use(connection, answer, found, count, over_at, now)
        attempts.forget(connection, officer.login, ("passkey",), present.id)
        return sessions.prove(connection, present, proof="passkey", now=now, chance=chance)

    return database.write(finish)


def _prove_code(database: Database, present: Present, code: str, safe: Safe, now: datetime, chance: Chance) -> Opened:
    officer = present.officer
    database.write(lambda connection: attempts.count(connection, officer.login, "code", now, present.id))
    with database.read() as connection:
        found = store.credentials(connection, account_id=officer.id)
    step = None if found is None else accounts.step_of(safe, officer.id, found.totp_sealed, code, now)

    def finish(connection: Connection) -> Opened:
        if step is None or not store.use_totp_step(connection, officer.id, step):
            raise NotAllowed("step-up-failed", field="step-up-code")
        attempts.forget(connection, officer.login, ("code",), present.id)
        return sessions.prove(connection, present, proof="totp", now=now, chance=chance)

    return database.write(finish)


# --- looking after them -------------------------------------------------------------------------------------------


def add_passkey(
    database: Database, present: Present, text: str, *, name: str, page: Page, now: datetime, chance: Chance
) -> Passkey:
    """A new passkey; the officer's other browsers are signed out.

    Raises `Refused("passkey-…" | "challenge-over" | "line-…")`, `NotAllowed("passkey-known" | "too-many-passkeys")`.
    """
    answer, over_at = _read(text, page, "register", now)
    called = parse_line(name, "name")
    key = passkeys.registered(page.party, answer)
    officer = present.officer

    def work(connection: Connection) -> Passkey:
        if not factors.use_once(connection, challenge.name_of(answer.challenge), over_at, now):
            raise Refused("challenge-over")
        if factors.passkey_of_credential(connection, key.credential_id) is not None:
            raise NotAllowed("passkey-known")
        if len(factors.passkeys_of(connection, officer.id)) >= limits.PASSKEYS_PER_OFFICER:
            raise NotAllowed("too-many-passkeys", limit=limits.PASSKEYS_PER_OFFICER)
        made = factors.Passkey(
            id=ids.new_id("pky", chance),
            account_id=officer.id,
            credential_id=key.credential_id,
            public_key=key.public_key,
            sign_count=key.sign_count,
            name=called,
            synced=key.synced,
            created_at=now,
            used_at=None,
        )
        factors.insert_passkey(connection, made)
        store.delete_sessions(connection, account_id=officer.id, but=present.id)
        return made

    return database.write(work)


def remove_passkey(connection: Connection, present: Present, passkey_id: str) -> Passkey:
    """Take one of the officer's own passkeys away; raises `NotAllowed("not-found" | "last-factor")`."""
    mine = own(connection, present.officer)
    found = next((one for one in mine.passkeys if one.id == passkey_id), None)
    if found is None:
        raise NotAllowed("not-found")
    if mine.second_factors <= 1:
        raise NotAllowed("last-factor")
    factors.delete_passkeys(connection, present.officer.id, passkey_id=passkey_id)
    store.delete_sessions(connection, account_id=present.officer.id, but=present.id)
    return found


def set_app(connection: Connection, present: Present, *, secret: str, code: str, safe: Safe, now: datetime) -> None:
    """Another authenticator app, once it has shown a right code; raises `NotAllowed("code-wrong")`."""
    officer = present.officer
    step = totp.matching_step(secret, code, now)
    if step is None:  # nothing is guessed here: whoever set this up has just been shown the secret
        raise NotAllowed("code-wrong", field="code")
    store.update_totp(connection, officer.id, safe.seal(secret.encode(), purpose=accounts.TOTP, owner=officer.id))
    store.use_totp_step(connection, officer.id, step)
    store.delete_sessions(connection, account_id=officer.id, but=present.id)


def remove_app(connection: Connection, present: Present) -> None:
    """No authenticator app any more; raises `NotAllowed("last-factor" | "not-found")`."""
    mine = own(connection, present.officer)
    if not mine.app:
        raise NotAllowed("not-found")
    if mine.second_factors <= 1:
        raise NotAllowed("last-factor")
    store.update_totp(connection, present.officer.id, "")
    store.delete_sessions(connection, account_id=present.officer.id, but=present.id)


def new_codes(connection: Connection, present: Present, *, now: datetime, chance: Chance) -> list[str]:
    """A new sheet of recovery codes, shown once; the old one is worth nothing."""
    officer = present.officer
    made = recovery.make(chance)
    hashes = [recovery.hash_of(officer.id, code.replace("-", "")) for code in made]
    factors.replace_codes(connection, officer.id, hashes, now)
    store.delete_sessions(connection, account_id=officer.id, but=present.id)
    return made


def acknowledge(connection: Connection, officer: Officer) -> None:
    """The officer has seen the warning on their account."""
    store.warn(connection, officer.id, "")


# --- what both ways share -----------------------------------------------------------------------------------------


def _read(text: str, page: Page, purpose: challenge.Purpose, now: datetime) -> tuple[Answer, datetime]:
    answer = passkeys.read(text)
    return answer, challenge.check(page.secret, purpose, page.bound, answer.challenge, now)


def _believe(database: Database, party: Party, answer: Answer, found: Passkey) -> int:
    """The counter of a rightly signed answer. A copy is refused, and its officer is warned."""
    count = passkeys.proved(party, answer, found)
    if passkeys.copied(found, count):
        database.write(lambda connection: store.warn(connection, found.account_id, COPIED))
        raise NotAllowed("passkey-copied")
    return count


def _use(connection: Connection, answer: Answer, found: Passkey, count: int, over_at: datetime, now: datetime) -> None:
    if not factors.use_once(connection, challenge.name_of(answer.challenge), over_at, now):
        raise Refused("challenge-over")
    if not factors.use_passkey(connection, found, count, now):
        raise NotAllowed("passkey-unknown")  # taken away, or used elsewhere, while this was on its way
