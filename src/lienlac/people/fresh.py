"""Step-up: acts for which a signed-in browser is not enough; who acts must have proved themselves just now.

Pure. A stolen session, or a screen left open, can read what its officer reads; it cannot approve, sign, pair, change
people or take over the account. `STEP_UP` names these acts. **How to use it**: give the act an `Action` of its own in
`people.rights`, add that action to `STEP_UP`, and declare the route as always with `needs(Action.X)`. The guard then
asks before the handler runs: an officer who is not fresh gets a page that asks for a passkey or a code, with everything
they typed kept in it, and their act goes on from there in one step. The handler does nothing. A route whose action is
not in the set but whose act is (one decision among many behind one action) declares `needs(Action.X, fresh=True)`; a
route of such an action whose act is harmless says why: `needs(Action.X, unfresh="only reads")`. A handler whose act
becomes such a one only by what was typed (a request that is sent before anybody approved it) calls
`ask.require_fresh(Action.X)` before it does anything: the officer gets the same page and comes back with the same form.

A program cannot be asked for a passkey. Its token names each such act, one by one, and the officer who made the token
was fresh (`people.tokens`). At the console the passphrase of the key file has just been given.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, Protocol

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from datetime import datetime

Proof = Literal["", "totp", "passkey", "recovery", "first"]
"""What a session was last proved with. "recovery": a code from the printed sheet; "first": another authority's sign-in
service vouched for an account that has no factor of its own yet. Neither counts for more than setting up a factor."""

STEP_UP: Final = frozenset(
    {
        Action.ACCOUNT_SECURE,
        Action.AGREEMENT_PROPOSE,
        Action.AGREEMENT_SIGN,
        Action.ATTACHMENT_RELEASE,
        Action.CASE_SHARE,
        Action.DELEGATION_SHARE,
        Action.DOCUMENT_EXPORT,
        Action.INTEL_SHARE,
        Action.LESSON_SHARE,
        Action.PEER_MANAGE,
        Action.PROGRAMME_SHARE,
        Action.RELEASE_AHEAD,
        Action.RELEASE_DECIDE,
        Action.USER_MANAGE,
    }
)
"""Actions that nobody does with a session alone."""

LASTS: Final = timedelta(minutes=limits.STEP_UP_MIN)
_WHOLE: Final = frozenset({"totp", "passkey"})


class Proved(Protocol):
    """A session, as far as this matters."""

    @property
    def proof(self) -> Proof:
        """What it was last proved with."""
        ...

    @property
    def proved_at(self) -> datetime | None:
        """When."""
        ...


def is_fresh(present: Proved | None, action: Action, now: datetime) -> bool:
    """Whether this session's officer proved themselves lately enough, and well enough, for this act."""
    if present is None or present.proved_at is None:
        return False
    age = now - present.proved_at
    if not timedelta(0) <= age < LASTS:  # a clock that was set back makes nobody fresh for longer
        return False
    return present.proof in _WHOLE or (action is Action.ACCOUNT_SECURE and present.proof in {"recovery", "first"})


def require_fresh(present: Proved | None, action: Action, now: datetime) -> None:
    """Return, or raise `NotAllowed("step-up-required")`."""
    if not is_fresh(present, action, now):
        raise NotAllowed("step-up-required")
