"""What a leaf of the log stands for: one type byte before the 32 digest bytes (clause 8.2)."""

from __future__ import annotations

from enum import IntEnum


class Leaf(IntEnum):
    """The type byte. The digest is SHA-256 of the exact signed bytes, or of the journal entry's bytes."""

    MESSAGE_SENT = 1
    MESSAGE_RECEIVED = 2
    RECEIPT_ISSUED = 3
    RECEIPT_RECEIVED = 4
    JOURNAL_ENTRY = 5


def leaf_data(kind: Leaf, digest: str) -> bytes:
    """The 33 bytes that enter the tree: type and digest (given in hex)."""
    return bytes([kind]) + bytes.fromhex(digest)
