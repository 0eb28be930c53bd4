"""The pairing ceremony's two papers and the link's genesis: pure text (clauses 10.1 to 10.3).

A carries an invitation to B; both read fingerprints to each other over a channel that is not this one; B carries an
acceptance back. Nothing here checks a signature or a fingerprint: `exchange.link.desk` does.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec

from lienlac import strictjson
from lienlac.errors import Refused
from lienlac.wire.message import Id, Instant, Lane  # noqa: TC001  # read by msgspec at run time

PAPER_MAX_BYTES = 64_000
"""An invitation holds one node card of about 12 kB."""


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An invitation or an acceptance; `card` is the giver's node card (JWS text)."""

    format: Literal["lienlac-invitation/1", "lienlac-acceptance/1"]
    agreement_id: Id
    card: Annotated[str, msgspec.Meta(max_length=PAPER_MAX_BYTES)]
    made_at: Instant


def encode_paper(paper: Paper) -> bytes:
    """The file's bytes, readable by a person."""
    return msgspec.json.format(msgspec.json.encode(paper), indent=2) + b"\n"


def decode_paper(data: bytes) -> Paper:
    """A paper from a file; strict JSON only; raises `Refused("paper-malformed")`."""
    if len(data) > PAPER_MAX_BYTES:
        raise Refused("paper-malformed", reason="too large")
    try:
        strictjson.check(data, max_bytes=PAPER_MAX_BYTES)
        return msgspec.json.decode(data, type=Paper)
    except (msgspec.MsgspecError, RecursionError, UnicodeError, Refused) as error:
        raise Refused("paper-malformed", reason=str(error)) from error


def genesis_of(agreement_id: str, fingerprints: tuple[str, str]) -> str:
    """What the first message of every lane points back to: the agreement and both nodes' fingerprints (clause 5.3).

    The same on both sides whoever invited: fingerprints enter in sorted order.
    """
    text = "\n".join(["lienlac-genesis/1", agreement_id, *sorted(fingerprints)])
    return hashlib.sha256(text.encode()).hexdigest()


def lane_genesis(genesis: str, sender: str, lane: Lane) -> str:
    """The `previous` of sequence 1 in one lane and direction (clause 5.3)."""
    return hashlib.sha256(f"{genesis}\n{sender}\n{lane.value}".encode()).hexdigest()
