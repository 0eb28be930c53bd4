"""Signed-in browsers: opaque random tokens, kept hashed, with an idle and an absolute limit, revocable one by one.

The token is 256 random bits and means nothing by itself. A new one is made at every sign-in, so a token that
somebody planted before is worth nothing afterwards.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.errors import NotAllowed
from lienlac.people import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.people.fresh import Proof
    from lienlac.people.officer import Officer, Way
    from lienlac.people.store import SessionRow
    from lienlac.storage.database import Database

IDLE: Final = timedelta(minutes=limits.SESSION_IDLE_MIN)
ABSOLUTE: Final = timedelta(hours=limits.SESSION_MAX_H)
TOUCH_EVERY: Final = timedelta(minutes=1)
"""Use is noted at most this often, so that reading pages does not write all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session just made. `token` goes into the cookie and is nowhere else."""

    id: str
    officer: Officer
    token: str = dataclasses.field(repr=False)
    way: Way = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A session that was believed."""

    id: str
    officer: Officer
    seen_at: datetime
    proof: Proof = ""
    proved_at: datetime | None = None
    way: Way = "password"

    @property
    def by_handed_password(self) -> bool:
        """Whether it was opened by a password that somebody else has made and knows."""
        return self.officer.handed_until is not None and self.way in ("password", "recovery")


def start(
    connection: Connection,
    officer: Officer,
    *,
    client: str,
    now: datetime,
    chance: Chance,
    address: str = "",
    way: Way = "password",
    proof: Proof = "",
) -> Opened:
    """A new session; the oldest beyond the bound for one officer end. `proof` is what its officer has just shown."""
    store.delete_sessions_before(connection, now, now - IDLE)
    for old in store.sessions_of(connection, officer.id)[limits.SESSIONS_PER_OFFICER - 1 :]:
        store.delete_sessions(connection, session_id=old.id)
    token = _new_token(chance)
    row = store.SessionRow(
        id=ids.new_id("ses", chance),
        account_id=officer.id,
        client="".join(letter for letter in client if letter.isprintable())[: limits.LINE_MAX_CHARS],
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE,
        address=address[:64],
        way=way,
        proof=proof,
        proved_at=now if proof else None,
    )
    store.insert_session(connection, row, hash_of(token))
    return Opened(id=row.id, officer=officer, token=token, way=way)


def find(connection: Connection, token: str, now: datetime) -> Present | None:
    """The session of a token, unless it is unknown, over, idle too long, or its officer is no longer active."""
    found = store.session_by_hash(connection, hash_of(token))
    if found is None:
        return None
    row, officer = found
    if not _counts(row, officer, now):
        return None
    return Present(
        id=row.id, officer=officer, seen_at=row.seen_at, proof=row.proof, proved_at=row.proved_at, way=row.way
    )


def prove(connection: Connection, present: Present, *, proof: Proof, now: datetime, chance: Chance) -> Opened:
    """The officer has just proved themselves again: the session goes on under a new token, and the old one is dead.

    Raises `NotAllowed("sign-in-required")` when it has ended meanwhile.
    """
    token = _new_token(chance)
    if not store.prove_session(connection, present.id, proof=proof, at=now, token_hash=hash_of(token)):
        raise NotAllowed("sign-in-required")
    return Opened(id=present.id, officer=present.officer, token=token)


def wants_touch(present: Present, now: datetime) -> bool:
    """Whether there is a use to note."""
    return now - present.seen_at >= TOUCH_EVERY


def touch(database: Database, present: Present, now: datetime) -> None:
    """Note that the session is in use, at most once a minute. A node that cannot write still lets people read."""
    if wants_touch(present, now):
        _note(database, lambda connection: store.touch_session(connection, present.id, now))


def _note(database: Database, work: Callable[[Connection], None]) -> None:
    try:
        database.write(work)
    except NotAllowed as error:
        if not error.code.startswith("storage-"):
            raise


def keep(database: Database, session_ids: Iterable[str], now: datetime) -> None:
    """Pages that are watched, not touched, keep their sessions from falling idle; an end in any case stays the end.

    For sessions that `holders` has just believed. A node that cannot write still lets people watch.
    """

    def work(connection: Connection) -> None:
        for session_id in session_ids:
            store.touch_session(connection, session_id, now)

    _note(database, work)


def own(connection: Connection, officer: Officer, now: datetime) -> list[SessionRow]:
    """The officer's living sessions, last used first."""
    rows = store.sessions_of(connection, officer.id)
    return [row for row in rows if now < row.expires_at and now - row.seen_at < IDLE]


def end(connection: Connection, officer: Officer, session_id: str) -> None:
    """End one of the officer's own sessions; raises `NotAllowed("not-found")` for anybody else's."""
    if not store.delete_sessions(connection, account_id=officer.id, session_id=session_id):
        raise NotAllowed("not-found")


def end_all(connection: Connection, officer: Officer, *, but: str | None = None) -> int:
    """End all sessions of an officer, or all but one; returns how many."""
    return store.delete_sessions(connection, account_id=officer.id, but=but)


def _new_token(chance: Chance) -> str:
    return base64.urlsafe_b64encode(chance.token(32)).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def holder(connection: Connection, session_id: str, now: datetime) -> Officer | None:
    """Whose session this is, while it still counts; asked by what outlives a single call."""
    found = store.session_by_id(connection, session_id)
    return found[1] if found is not None and _counts(*found, now) else None


def holders(connection: Connection, session_ids: Iterable[str], now: datetime) -> dict[str, tuple[Officer, datetime]]:
    """As `holder`, of many in one reading: for each that still counts whose it is, and when it was last used."""
    found = [store.session_by_id(connection, session_id) for session_id in session_ids]
    return {one[0].id: (one[1], one[0].seen_at) for one in found if one is not None and _counts(*one, now)}


def _counts(row: SessionRow, officer: Officer, now: datetime) -> bool:
    return officer.active and now < row.expires_at and now - row.seen_at < IDLE


def end_if_there(connection: Connection, session_id: str) -> None:
    """End a session that the caller holds; it may have ended already."""
    store.delete_sessions(connection, session_id=session_id)
