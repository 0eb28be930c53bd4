"""Bodies of the link's own messages: agreements, keys, recovery, the end of a file's journey.

Control kinds; see `wire.kinds`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.message import Code, Digest, Id, Instant, Lane, Text

SignedText = Annotated[str, msgspec.Meta(max_length=200_000)]


class AgreementProposed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One side puts a version of the agreement forward; `document` is the JWS over its exact bytes."""

    agreement_id: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    document: SignedText


class AgreementSigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The other side's own signature over the same bytes: with it that version is in force."""

    agreement_id: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    document: SignedText


class LinkSuspended(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From now on the sender takes nothing of this scope: the whole link, or one kind (`kind`)."""

    kind: Code | None
    reason: Text


class LinkResumed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The scope named is open again."""

    kind: Code | None
    reason: Text


class KeysRotated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sender's new node card, signed by its old keys (as every message is) and, inside, by the new ones.

    `last` names the last sequence of each lane that the old keys signed: later ones under them are forgeries.
    """

    card: SignedText
    last: dict[Lane, Annotated[int, msgspec.Meta(ge=0, le=2**53)]]


class MessageGivenUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person gave a message up: this takes its place in the lane, so that nothing blocks what follows."""

    digest: Digest
    kind: Code
    reason: Text


class NodeRecovered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sender restored an older backup; its log goes on from `log_size` in a new epoch."""

    log_size: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    epoch: Annotated[int, msgspec.Meta(ge=1, le=2**31)]
    recovered_sent: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    recovered_received: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    recovered_at: Instant


class AttachmentComplete(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The receiver holds a file whole: its own count and its own digest, so that both sides can prove it arrived."""

    attachment_id: Id
    message_id: Id
    digest: Digest
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=limits.ATTACHMENT_MAX_BYTES)]


class AttachmentFailed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file will not come whole: the sender has it no more, or what came was not what was announced."""

    attachment_id: Id
    message_id: Id
    code: Code
    reason: Text


class AttachmentWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The receiver asks for a file again: it failed, or was lost here."""

    attachment_id: Id
    message_id: Id
