"""What two nodes tell each other about the state of their link, so that one that lost memory can be made whole.

Pure types for clauses 7.x. A state is signed by who states it; records are sealed to who lost them and prove
themselves by the signatures they already carry.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.wire.message import Instant, Lane, NodeId, check_instants

_T = TypeVar("_T")

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class RecordRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask for a stretch of the record: messages `from-me` (the asker sent them) or `to-me`, behind a sequence."""

    direction: Literal["from-me", "to-me"]
    lane: Lane
    after: Count


Stretches = Annotated[tuple[RecordRequest, ...], msgspec.Meta(max_length=2 * len(Lane))]
"""At most one of each lane and direction."""


class LinkState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How `node` sees its link with `peer`, by lane.

    `taken`: the last sequence taken from the peer. `sent`: the last one sent to it. `receipted`: the last of those
    for which the peer's receipt is held. `your_log`: the peer's own receipt (JWS) that states the newest head of its
    log that was witnessed, empty when none; nobody but the peer can have signed it, so nobody can tell it of a log that
    it never had. `rotations`: the stating node's newest key rotations (JWS, under the keys of their time), oldest
    first, so that an asker that was restored from before them can believe the state. `your_key`: the signing key of the
    peer that the stating node holds for the present one, so that a peer whose key file is too old hears of it.
    `wants` and `shows` stand in courier files only (clause 7.7): the stretches that the stating node asks for, and of
    those asked of it how far the pages before this state go, where nothing more is to come.
    """

    node: NodeId
    peer: NodeId
    at: Instant
    taken: dict[Lane, Count]
    sent: dict[Lane, Count]
    receipted: dict[Lane, Count]
    your_log: Annotated[str, msgspec.Meta(max_length=limits.RECEIPT_MAX_BYTES)]
    your_key: Annotated[str, msgspec.Meta(max_length=100)] = ""
    rotations: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=60_000)], ...],
        msgspec.Meta(max_length=limits.ROTATIONS_SHOWN_MAX),
    ] = ()
    wants: Stretches = ()
    shows: Stretches = ()


class RecordItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message (JWS text) with the receipt (JWS text) that its receiver gave."""

    signed: Annotated[str, msgspec.Meta(max_length=limits.ENVELOPE_MAX_BYTES)]
    receipt: Annotated[str, msgspec.Meta(max_length=limits.RECEIPT_MAX_BYTES)]


class RecordPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stretch of the record; `more` says that another page follows."""

    items: Annotated[tuple[RecordItem, ...], msgspec.Meta(max_length=limits.BATCH_MAX_ENVELOPES)]
    more: bool


def decode_state(payload: bytes) -> LinkState:
    """A state from verified bytes; raises `Refused("malformed")`."""
    return _decode(payload, LinkState)


def decode_request(payload: bytes) -> RecordRequest:
    """A request from a peer's body; raises `Refused("malformed")`."""
    return _decode(payload, RecordRequest)


def decode_page(payload: bytes) -> RecordPage:
    """A page from unsealed bytes; raises `Refused("malformed")`."""
    return _decode(payload, RecordPage)


def _decode(payload: bytes, wanted: type[_T]) -> _T:
    strictjson.check(payload, max_bytes=limits.SEALED_MAX_BYTES)
    try:
        value = msgspec.json.decode(payload, type=wanted)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)) from error
    check_instants(value)
    return value
