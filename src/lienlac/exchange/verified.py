"""From bytes to belief: an envelope becomes a `VerifiedMessage` here and nowhere else (clauses 6.1 to 6.5).

Trust is a type: `arrival` takes only `VerifiedMessage`, and only `verify` makes one. Reads keys, changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.exchange.names import MESSAGE_TYP
from lienlac.exchange.office import key_for_message, parsed_card
from lienlac.keys import jwe, jws
from lienlac.wire.message import Message, decode, digest_of

if TYPE_CHECKING:
    from lienlac.agreements.store import PeerKey
    from lienlac.exchange.office import Office, PeerKeys


@dataclass(frozen=True, slots=True)
class VerifiedMessage:
    """A message whose two signatures hold and which is addressed to us by the node whose key signed it."""

    signed: bytes
    digest: str
    chain: str
    message: Message


def verify(office: Office, keys: PeerKeys, envelope: bytes, via: str | None) -> VerifiedMessage:
    """Check an envelope from outside. `via` is the node at the other end of the wire, None for courier files.

    Raises `Refused`; the caller still owes: place in the lane, kind, agreement, handlers.
    """
    # 1  size and shape
    if len(envelope) > limits.ENVELOPE_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(envelope), limit_bytes=limits.ENVELOPE_MAX_BYTES)
    # 2  sealed to us (a key of ours that is not ours any more still opens what was sealed before a rotation)
    signed = jwe.unseal(envelope, office.keys, MESSAGE_TYP)
    return verify_signed(office, keys, signed, via)


def verify_signed(office: Office, keys: PeerKeys, signed: bytes, via: str | None) -> VerifiedMessage:
    """The part of `verify` behind the seal; also for messages kept early or replayed by a peer."""
    # 3  a sender we know
    key = key_for_message(keys, signed)
    if via is not None and key.node_id != via:
        raise Refused("sender-not-the-caller", sender=key.node_id, caller=via)
    # 4  both signatures over the exact bytes
    payload = jws.verify(signed, parsed_card(key.card).signing, MESSAGE_TYP)
    # 5  strict JSON, the header's shape, and that header and key agree on who speaks to whom
    strictjson.check(payload, max_bytes=limits.MESSAGE_MAX_BYTES)
    message = decode(payload)
    header = message.header
    if header.recipient != office.node_id:
        raise Refused("not-for-us", recipient=header.recipient)
    if header.sender != key.node_id:
        raise Refused("sender-not-the-signer", sender=header.sender)
    _check_key_age(key, message)
    return VerifiedMessage(signed, digest_of(signed), hashlib.sha256(payload).hexdigest(), message)


def _check_key_age(key: PeerKey, message: Message) -> None:
    """A retired key still holds for the places it signed before its rotation, and for none after (clause 10.4)."""
    if key.retired_at is not None and message.header.sequence > key.last[message.header.lane.value]:
        raise Refused("key-retired", kid=key.kid)
