"""Parts that bodies of several slices share: a text in both languages, a file beside a message (clauses 14.1, 14.2).

Only types here. The bytes of a file never stand in a message; what stands here proves which file was meant.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.message import Digest, Id, OptionalText

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.FILE_NAME_MAX_BYTES)]
MediaType = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,63}\Z", max_length=limits.MEDIA_TYPE_MAX_CHARS
    ),
]
SealedKey = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]+\Z", min_length=1, max_length=limits.ATTACHMENT_KEY_MAX_CHARS)
]


class AttachmentRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file that belongs to a message.

    `digest` is SHA-256 of the whole file as people have it. `media_type` is what the sender's node found in the
    content; a receiver looks for itself. `key` is the content key of the file's chunks, sealed to the recipient's node
    (compact JWE, `typ` `lienlac-attachment-key`).
    """

    id: Id
    digest: Digest
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=limits.ATTACHMENT_MAX_BYTES)]
    media_type: MediaType
    name: FileName
    key: SealedKey


Attachments = Annotated[tuple[AttachmentRef, ...], msgspec.Meta(max_length=limits.ATTACHMENTS_PER_MESSAGE)]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in either language or both."""

    vi: OptionalText = ""
    en: OptionalText = ""
