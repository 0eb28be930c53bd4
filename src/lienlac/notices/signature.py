"""Signs a webhook's body the way the Standard Webhooks convention says, and checks such a signature.

Pure. Signed is `id.timestamp.body`: who replays a body under another id or another instant has no signature for it.
`verify` is what a receiver does; our tests receive with it, and docs/howto shows it to others.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # what every such secret begins with
TOLERANCE: Final = timedelta(minutes=5)
"""How old or how far ahead a signed instant may be before a receiver takes it for a replay."""


def new_secret(token: bytes) -> str:
    """A secret in the form that receivers' libraries know; `token` is fresh chance of 24 bytes or more."""
    return SECRET_PREFIX + base64.b64encode(token).decode("ascii")


def headers(secret: str, notice_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that go with a body."""
    timestamp = str(int(at.timestamp()))
    return {ID: notice_id, TIMESTAMP: timestamp, SIGNATURE: f"v1,{_signature(secret, notice_id, timestamp, body)}"}


def verify(secret: str, given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The notice's id, which a receiver remembers for `TOLERANCE` and takes once.

    Raises `Refused("webhook-signature")`, also when the instant is too far away.
    """
    notice_id, timestamp = given.get(ID, ""), given.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused("webhook-signature")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        raise Refused("webhook-signature")
    wanted = _signature(secret, notice_id, timestamp, body)
    for one in given.get(SIGNATURE, "").split(" "):
        version, _, found = one.partition(",")
        if version == "v1" and hmac.compare_digest(found.encode(), wanted.encode()):
            return notice_id
    raise Refused("webhook-signature")


def _signature(secret: str, notice_id: str, timestamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("webhook-secret") from error
    signed = f"{notice_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
