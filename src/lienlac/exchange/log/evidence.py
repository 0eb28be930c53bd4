"""What the record holds about one message besides what it says: whose key signed it, and the receipt with its signer.

Pure. Both sides hold the very same signed message and the very same signed receipt, so both say the same here; a place
in a log, which differs from node to node, is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.keys import jws
from lienlac.wire import receipt as receipts
from lienlac.wire.message import digest_of

if TYPE_CHECKING:
    from lienlac.wire.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The key that signed a message and, once there is one, its receipt, that one's digest and key."""

    key: str
    receipt: Receipt | None = None
    receipt_digest: str = ""
    receipt_key: str = ""


def evidence_of(signed: bytes, receipt: bytes | None) -> Evidence:
    """Of a message and a receipt that were verified when they were stored."""
    if receipt is None:
        return Evidence(key=jws.peek_kid(signed))
    return Evidence(
        key=jws.peek_kid(signed),
        receipt=receipts.decode_receipt(jws.payload_unverified(receipt)),
        receipt_digest=digest_of(receipt),
        receipt_key=jws.peek_kid(receipt),
    )
