"""The message: what one node says to another, as typed values and as the exact bytes that are signed.

Responsible for the header, the size and shape of a message, and its digest, which is its name on both sides
(protocol clauses 2.x). Knows nothing of keys, of storage, or of what a kind means.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,5}-[a-z2-7]{26}\Z")]
NodeId = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z0-9]{1,16}){1,3}\Z", max_length=40)]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}\Z")]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LINE_MAX_CHARS)]
OptionalLine = Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TEXT_MAX_CHARS)]
OptionalText = Annotated[str, msgspec.Meta(max_length=limits.TEXT_MAX_CHARS)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Sequence = Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class Lane(StrEnum):
    """A queue of its own, with its own sequence and chain: what is urgent never waits behind what is bulky."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


class Tlp(StrEnum):
    """Who may see (TLP 2.0), from open to closed."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"


class Pap(StrEnum):
    """What may be done with it (PAP), from open to closed."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Handling(StrEnum):
    """For what it may be used (Europol handling codes)."""

    H0 = "h0"
    H1 = "h1"
    H2 = "h2"
    H3 = "h3"


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Handling marks. Each scheme answers another question, so they stay separate fields (domain.md section 3)."""

    tlp: Tlp
    pap: Pap
    handling: tuple[Handling, ...] = (Handling.H0,)
    handling_text: OptionalText = ""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything about a message but its body (clause 2.2).

    `previous` is the digest of the message before it in this lane and direction; for sequence 1 it is the link's
    genesis. `addressees` are roles or named units at the receiving side; an empty list means nobody.
    """

    id: Id
    kind: Code
    version: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    sender: NodeId
    recipient: NodeId
    lane: Lane
    sequence: Sequence
    previous: Digest
    sent_at: Instant
    expires_at: Instant
    agreement_id: Id
    purpose: Code
    legal_basis: Code
    legal_basis_text: OptionalText = ""
    typology: Code | None = None
    marks: Marks
    addressees: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)]
    record_id: Id | None = None
    case_id: Id | None = None


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Header and body as they are signed; the body is still raw JSON, decoded by its kind (`wire.kinds`)."""

    header: Header
    body: msgspec.Raw


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Message)


_NO_INSTANTS: Final = frozenset({str, int, bool, float, type(None)})
"""Most of what a message of a thousand facts consists of."""


def check_instants(value: Any) -> None:
    """Raise `Refused("malformed")` when any instant in a decoded value lies outside of the years we can reckon with.

    Year 1 and year 9999 are well-formed, and neither can be turned into another zone: a stored one would break every
    screen that shows it and every clock that runs from it.
    """
    if isinstance(value, datetime):
        if not limits.INSTANT_FIRST_YEAR <= value.year <= limits.INSTANT_LAST_YEAR:
            raise Refused("malformed", reason=f"an instant in the year {value.year}")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if type(item) not in _NO_INSTANTS:
                check_instants(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            if type(item) not in _NO_INSTANTS:
                check_instants(item)
    elif isinstance(value, dict):
        for item in value.values():
            check_instants(item)


def encode(header: Header, body: msgspec.Struct) -> bytes:
    """The exact bytes to be signed. Made once; nobody ever serialises a message again (clause 2.4)."""
    check_instants(body)
    payload = _encoder.encode(Message(header=header, body=msgspec.Raw(_encoder.encode(body))))
    if len(payload) > limits.MESSAGE_MAX_BYTES:
        raise Refused("message-too-large", size_bytes=len(payload), limit_bytes=limits.MESSAGE_MAX_BYTES)
    return payload


def decode(payload: bytes) -> Message:
    """Header and raw body of a signed payload. The caller has already verified the signatures over `payload`.

    Raises `Refused("malformed")`. Duplicate keys and depth are checked by `strictjson` before this.
    """
    if len(payload) > limits.MESSAGE_MAX_BYTES:
        raise Refused("message-too-large", size_bytes=len(payload), limit_bytes=limits.MESSAGE_MAX_BYTES)
    try:
        message = _decoder.decode(payload)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)) from error
    check_instants(message.header.sent_at)
    check_instants(message.header.expires_at)
    return message


def decode_body(raw: msgspec.Raw, body_type: type[Any]) -> Any:
    """The typed body; raises `Refused("body-invalid")` naming the field."""
    try:
        body = msgspec.json.decode(raw, type=body_type)
        check_instants(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError, Refused) as error:
        raise Refused("body-invalid", reason=str(error)) from error
    return body


def digest_of(signed_message: bytes) -> str:
    """The name of a message on both sides: SHA-256, hex, of the signed message (the JWS bytes) (clause 2.5)."""
    return hashlib.sha256(signed_message).hexdigest()
