"""API tokens: for programs that act as an officer. Random, kept hashed, read or write, always with an end.

A token opens the programming interface only, never the screens; a session cookie opens the screens only. A token can
do no more than its officer, and one of scope "read" can change nothing. Acts that ask a person for a passkey or a code
(`people.fresh.STEP_UP`) are not in "write": each is named in the token, by the officer who made it and had to prove
themselves for that.
"""

from __future__ import annotations

import base64
import dataclasses
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import store
from lienlac.people.fresh import STEP_UP
from lienlac.people.officer import parse_line
from lienlac.people.rights import READING, Action, may
from lienlac.people.sessions import TOUCH_EVERY, hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.store import TokenRow
    from lienlac.storage.database import Database

Scope = Literal["read", "write"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

PREFIX: Final = "lienlac_"
"""Lets a person, and a scanner for leaked secrets, see what this is."""

_SHAPE = re.compile(r"^lienlac_[A-Za-z0-9_-]{43}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just made; `secret` is shown once."""

    id: str
    secret: str = dataclasses.field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who calls, and how much their token lets them."""

    token_id: str
    officer: Officer
    scope: Scope
    acts: frozenset[Action] = frozenset()
    used_at: datetime | None = None
    certificate: str = ""
    """Fingerprint of the certificate with which they came instead of the secret."""

    def lets(self, action: Action) -> bool:
        """Whether the token's scope covers the action; the officer's rights are asked beside it."""
        return action in READING or action in self.acts or (self.scope == "write" and action not in STEP_UP)


def create(
    connection: Connection,
    officer: Officer,
    *,
    label: str,
    scope: Scope,
    now: datetime,
    chance: Chance,
    days: int = limits.TOKEN_DEFAULT_DAYS,
    acts: Iterable[str] = (),
) -> NewToken:
    """A token for the officer; `acts` are the step-up actions that it may do besides.

    Raises `Refused("token-days" | "token-acts" | "line-…")`, `NotAllowed("too-many-tokens")`.
    """
    named = _parse_acts(officer, scope, acts)
    if not 1 <= days <= limits.TOKEN_MAX_DAYS:
        raise Refused("token-days", field="days", limit_days=limits.TOKEN_MAX_DAYS)
    living = [row for row in store.tokens_of(connection, officer.id) if row.expires_at > now]
    if len(living) >= limits.TOKENS_PER_OFFICER:
        raise NotAllowed("too-many-tokens", limit=limits.TOKENS_PER_OFFICER)
    secret = PREFIX + base64.urlsafe_b64encode(chance.token(32)).decode().rstrip("=")
    row = store.TokenRow(
        id=ids.new_id("tok", chance),
        account_id=officer.id,
        label=parse_line(label, "label"),
        scope=" ".join((scope, *sorted(named))),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    store.insert_token(connection, row, hash_of(secret))
    return NewToken(id=row.id, secret=secret, expires_at=row.expires_at)


def find(connection: Connection, secret: str, now: datetime) -> Bearer | None:
    """Who a token belongs to, unless it is unknown, expired, or its officer no longer active."""
    if not _SHAPE.fullmatch(secret):
        return None
    row = store.token_by_hash(connection, hash_of(secret))
    return None if row is None else bearer_of(connection, row, now)


def bearer_of(connection: Connection, row: TokenRow, now: datetime) -> Bearer | None:
    """Who a stored token belongs to, unless it has ended or its officer is no longer active."""
    if now >= row.expires_at:
        return None
    officer = store.officer_by_id(connection, row.account_id)
    if officer is None or not officer.active:
        return None
    scope, acts = parts_of(row)
    return Bearer(token_id=row.id, officer=officer, scope=scope, acts=acts, used_at=row.used_at)


def again(connection: Connection, bearer: Bearer, now: datetime) -> Bearer | None:
    """The same caller as the database has them now; None when token or officer has ended since."""
    officer = store.officer_by_id(connection, bearer.officer.id)
    rows = store.tokens_of(connection, bearer.officer.id)
    row = next((one for one in rows if one.id == bearer.token_id and one.expires_at > now), None)
    if row is None or officer is None or not officer.active:
        return None
    scope, acts = parts_of(row)
    return Bearer(token_id=row.id, officer=officer, scope=scope, acts=acts, used_at=row.used_at)


def wants_touch(bearer: Bearer, now: datetime) -> bool:
    """Whether the token's use is to be noted: at most once a minute."""
    return bearer.used_at is None or now - bearer.used_at >= TOUCH_EVERY


def touch(database: Database, bearer: Bearer, now: datetime) -> None:
    """Note that the token is in use. A node that cannot write still lets programs read."""
    if not wants_touch(bearer, now):
        return
    try:
        database.write(lambda connection: store.touch_token(connection, bearer.token_id, now))
    except NotAllowed as error:
        if not error.code.startswith("storage-"):
            raise


def parts_of(row: TokenRow) -> tuple[Scope, frozenset[Action]]:
    """What a stored token may do. A word that this version does not know opens nothing."""
    scope, *words = row.scope.split()
    return ("write" if scope == "write" else "read"), frozenset(act for act in STEP_UP if act in words)


def offered(officer: Officer) -> list[Action]:
    """Step-up actions that a token of this officer may name: theirs, and none that is about their own account."""
    return sorted(act for act in STEP_UP - {Action.ACCOUNT_SECURE} if may(officer, act))


def _parse_acts(officer: Officer, scope: Scope, words: Iterable[str]) -> frozenset[str]:
    named, known = frozenset(words), frozenset(str(act) for act in offered(officer))
    if not named <= known or (named and scope != "write"):
        raise Refused("token-acts", field="acts")
    return named


def own(connection: Connection, officer: Officer) -> list[TokenRow]:
    """The officer's tokens, newest first, expired ones too."""
    return store.tokens_of(connection, officer.id)


def end(connection: Connection, officer: Officer, token_id: str) -> None:
    """End one of the officer's own tokens; raises `NotAllowed("not-found")` for anybody else's."""
    if not store.delete_tokens(connection, officer.id, token_id=token_id):
        raise NotAllowed("not-found")
