"""The receipt: the receiver's signed word on one message (clauses 4.x), and the reply that carries receipts.

A refusal is a receipt too and uses up its sequence number, unless it says `retry`. The vocabulary follows the
evidences of ETSI REM (EN 319 522): relay acceptance, relay rejection. Knows nothing of keys or storage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.wire.message import Code, Digest, Header, Id, Instant, Lane, NodeId, OptionalText, Sequence, check_instants


class Verdict(StrEnum):
    """What became of a message at the receiver."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Signed proof of arrival. Deadlines run from `received_at`; `checkpoint` is the receiver's log head (C2SP)."""

    message_id: Id
    digest: Digest
    sender: NodeId
    recipient: NodeId
    lane: Lane
    sequence: Sequence
    received_at: Instant
    verdict: Verdict
    code: Code | None = None
    reason: OptionalText = ""
    retry: bool = False
    checkpoint: Annotated[str, msgspec.Meta(max_length=1000)]


class Outcome(StrEnum):
    """What the receiver did with one envelope of a delivery."""

    RECEIPTED = "receipted"
    HELD = "held"
    """Early: kept until the gap before it is filled. Send the missing ones; this one need not be sent again soon."""
    TURNED_AWAY = "turned-away"
    """Not readable, not for us, or not from a partner: no receipt can exist; `code` says why."""


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One envelope's fate. `receipt` is the signed receipt (JWS text) when there is one."""

    outcome: Outcome
    receipt: Annotated[str, msgspec.Meta(max_length=limits.RECEIPT_MAX_BYTES)] | None = None
    code: Code | None = None
    reason: OptionalText = ""
    retry: bool = False


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answers to a delivery, one for each envelope and in its order, plus receipts that were still owed.

    `expects` tells the next sequence the receiver waits for in each lane: a sender that was restored from an old
    backup sees from it that it once sent more than it remembers (clause 7.1).
    """

    answers: Annotated[tuple[Answer, ...], msgspec.Meta(max_length=limits.BATCH_MAX_ENVELOPES)]
    owed: Annotated[tuple[str, ...], msgspec.Meta(max_length=limits.HELD_MAX_MESSAGES)] = ()
    expects: dict[Lane, int] = {}


_encoder = msgspec.json.Encoder()
_receipts = msgspec.json.Decoder(Receipt)
_replies = msgspec.json.Decoder(Reply)


def encode(value: Receipt | Reply) -> bytes:
    """The exact bytes of a receipt (to be signed) or a reply (to be sealed)."""
    return _encoder.encode(value)


def decode_receipt(payload: bytes) -> Receipt:
    """A receipt from verified bytes; raises `Refused("malformed")`."""
    try:
        receipt = _receipts.decode(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)) from error
    check_instants(receipt.received_at)
    return receipt


def pulled(envelopes: Iterable[bytes]) -> str:
    """What names the envelopes of one pull, so that its settling is taken for these and no others (clause 11.4)."""
    digest = hashlib.sha256()
    for envelope in envelopes:
        digest.update(hashlib.sha256(envelope).digest())
    return digest.hexdigest()


def decode_reply(payload: bytes) -> Reply:
    """A reply from unsealed bytes; raises `Refused`: `malformed` and what strict JSON refuses."""
    strictjson.check(payload, max_bytes=limits.SEALED_MAX_BYTES)
    try:
        return _replies.decode(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)) from error


def matches(receipt: Receipt, header: Header) -> bool:
    """Whether a receipt is about the message with this header, but for its digest."""
    return (
        receipt.message_id == header.id
        and receipt.sender == header.sender
        and receipt.recipient == header.recipient
        and receipt.lane is header.lane
        and receipt.sequence == header.sequence
        and (receipt.verdict is Verdict.REFUSED or receipt.code is None)
    )
