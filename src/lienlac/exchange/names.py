"""Names that stand inside signatures: what a signed document is (its `typ`), and whose log a head belongs to.

Pure. A document signed as one thing never passes for another (clause 3.2). Also the names of what a person must know
about a link; the sentences for them are the screens' and the commands'.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from lienlac.errors import Refused

MESSAGE_TYP: Final = "lienlac-message"
RECEIPT_TYP: Final = "lienlac-receipt"
AGREEMENT_TYP: Final = "lienlac-agreement"
REPLY_TYP: Final = "lienlac-reply"
STATE_TYP: Final = "lienlac-state"
RECORD_TYP: Final = "lienlac-record"


class Alarm(StrEnum):
    """Something about a link that a person must know; stands until somebody has seen it or its cause has ended."""

    SEQUENCE_CONFLICT = "sequence-conflict"
    CHAIN_BROKEN = "chain-broken"
    RECEIPT_MISMATCH = "receipt-mismatch"
    RECEIPTS_DIFFER = "receipts-differ"
    KEY_RETIRED = "key-retired"
    LOG_FORKED = "log-forked"
    LOG_OF_ANOTHER = "log-of-another"
    CONTROL_REFUSED = "control-refused"
    RECOVERING = "recovering"
    RECOVERED = "recovered"
    PEER_RECOVERED = "peer-recovered"
    RECORD_MISSING = "record-missing"
    REPLAY_REFUSED = "replay-refused"
    CLOCKS_DIFFER = "clocks-differ"


_ORIGIN: Final = re.compile(r"lienlac/([a-z]{2}(?:-[a-z0-9]{1,16}){1,3})/([1-9][0-9]{0,8})")


def origin_of(node_id: str, epoch: int) -> str:
    """A log's origin line; a restored node goes on under a new epoch (clause 8.5)."""
    return f"lienlac/{node_id}/{epoch}"


def parse_origin(origin: str) -> tuple[str, int]:
    """Node and epoch of a log's origin line; raises `Refused("checkpoint-origin")`."""
    match = _ORIGIN.fullmatch(origin)
    if match is None:
        raise Refused("checkpoint-origin", origin=origin[:100])
    return match[1], int(match[2])
