"""What a passkey signs: made from the node's secret, so that strangers who load a page leave nothing behind.

Pure. A challenge says when it was made, for what, and for whose page (the form's token, which belongs to one session or
one visit); only this node can have made it, and it is over after a few minutes. That it is used once only is held by
`store.use_once`, in the transaction of what it opens.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from lienlac.ids import Chance

Purpose = Literal["sign-in", "step-up", "register"]
LASTS: Final = timedelta(minutes=limits.CHALLENGE_MIN)
_RANDOM: Final = 16
_TIME: Final = 8
_MAC: Final = 32


def make(secret: bytes, purpose: Purpose, bound: str, now: datetime, chance: Chance) -> bytes:
    """A fresh challenge for one page."""
    body = chance.token(_RANDOM) + int(now.timestamp()).to_bytes(_TIME, "big")
    return body + _mac(secret, purpose, bound, body)


def check(secret: bytes, purpose: Purpose, bound: str, challenge: bytes, now: datetime) -> datetime:
    """When it is over; raises `Refused("challenge-over")` for another's, another purpose's, and an old one."""
    body, mac = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
    if len(challenge) != _RANDOM + _TIME + _MAC or not hmac.compare_digest(mac, _mac(secret, purpose, bound, body)):
        raise Refused("challenge-over")
    made_at = datetime.fromtimestamp(int.from_bytes(body[_RANDOM:], "big"), UTC)
    if not timedelta(0) <= now.replace(microsecond=0) - made_at < LASTS:
        raise Refused("challenge-over")
    return made_at + LASTS


def name_of(challenge: bytes) -> str:
    """What is remembered of a used one."""
    return hashlib.sha256(challenge).hexdigest()


def _mac(secret: bytes, purpose: Purpose, bound: str, body: bytes) -> bytes:
    return hmac.new(secret, f"passkey:{purpose}:{bound}:".encode() + body, hashlib.sha256).digest()
