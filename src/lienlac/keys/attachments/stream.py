"""A file in sealed chunks: AES-256-GCM in the STREAM form; no chunk can be changed, moved, repeated or left out.

One fresh key for each file; the nonce is the chunk's number and whether it is the last (clause 14.4). Hence a chunk
proves itself alone, as soon as it arrives, and a file that was cut short has no last chunk. The key travels sealed to
the recipient's node, inside the signed message. Knows no file, no name and no network.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys import jwe

if TYPE_CHECKING:
    from lienlac.keys.suite import NodeKeys, SealingPublicKey

KEY_TYP = "lienlac-attachment-key"
_BOUND = b"lienlac-attachment/1"
_LAST, _MORE = b"\x01", b"\x00"


class ContentKey:
    """The key of one file's chunks. Never used for a second file; its raw form never shows in a repr."""

    __slots__ = ("_aead", "raw")

    def __init__(self, raw: bytes) -> None:
        """From 32 bytes; raises `Refused("attachment-key")`."""
        if len(raw) != 32:
            raise Refused("attachment-key")
        self.raw = raw
        self._aead = AESGCM(raw)

    @classmethod
    def generate(cls) -> ContentKey:
        """A fresh key."""
        return cls(secrets.token_bytes(32))

    def seal(self, index: int, data: bytes | bytearray | memoryview, *, last: bool) -> bytes:
        """One chunk as it lies on the disk and travels. The caller never seals two contents under one index."""
        return self._aead.encrypt(_nonce(index, last=last), data, _BOUND)

    def seal_into(self, index: int, data: memoryview, into: memoryview, *, last: bool) -> None:
        """As `seal`, into memory of exactly the sealed length that its owner uses again and again."""
        self._aead.encrypt_into(_nonce(index, last=last), data, _BOUND, into)

    def open_into(self, index: int, sealed: memoryview, into: memoryview, *, last: bool) -> None:
        """As `open`, into memory of exactly the opened length; after a refusal nothing in it counts."""
        try:
            self._aead.decrypt_into(_nonce(index, last=last), sealed, _BOUND, into)
        except (InvalidTag, ValueError) as error:
            raise Refused("attachment-chunk-broken", index=index) from error

    def open(self, index: int, sealed: bytes | bytearray | memoryview, *, last: bool) -> bytes:
        """The chunk's content; raises `Refused("attachment-chunk-broken")`: changed, cut, or from another place."""
        try:
            return self._aead.decrypt(_nonce(index, last=last), sealed, _BOUND)
        except (InvalidTag, ValueError) as error:
            raise Refused("attachment-chunk-broken", index=index) from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContentKey) and secrets.compare_digest(self.raw, other.raw)

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return "ContentKey(…)"


def seal_key(key: ContentKey, recipient: SealingPublicKey) -> str:
    """The content key for one node, as it stands in a message."""
    return jwe.seal(key.raw, recipient, KEY_TYP).decode("ascii")


def open_key(sealed: str, keys: NodeKeys) -> ContentKey:
    """The content key that a message brought; raises `Refused("attachment-key")`."""
    try:
        raw = jwe.unseal(sealed.encode(), keys, KEY_TYP, max_bytes=limits.ATTACHMENT_KEY_MAX_CHARS)
    except Refused as error:
        raise Refused("attachment-key") from error
    return ContentKey(raw)


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (_LAST if last else _MORE)
