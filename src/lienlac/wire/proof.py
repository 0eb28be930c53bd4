"""The offline proof file, format 1: what a court or an auditor needs to check one message without any node.

It carries the signed message, the signed receipts, the places of both in the nodes' logs with their paths and signed
heads, and the cards of both nodes. This file reads and writes the form and holds it together (sizes, places, heads
that match their notes); whether signatures hold is for whoever has the keys (`exchange.proving`). Bounded, and any
oddity is `Refused` (clauses 8.x).
"""

from __future__ import annotations

import base64
from typing import Annotated, Final, Literal

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.wire import checkpoint, merkle
from lienlac.wire.checkpoint import Checkpoint
from lienlac.wire.message import Instant

FORMAT: Final = "lienlac-proof"
SUFFIX: Final = ".lienlac-proof"

Jws = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.PROOF_MAX_BYTES, pattern=r"^[\x20-\x7e]+\Z")]
"""A signed document, exactly as it was signed: JWS is printable ASCII."""
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A SHA-256 value. The end is \\Z: a dollar sign would let a line break pass."""


class LogPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where one digest stands in one node's log.

    The leaf is the byte `leaf_type` and the digest; `path` are hex hashes from the leaf's sibling to the root's child;
    `note` is the signed note whose text is the checkpoint with `origin` and `size`.
    """

    origin: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    epoch: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    leaf_type: Annotated[int, msgspec.Meta(ge=0, le=255)]
    digest: Hash
    index: Annotated[int, msgspec.Meta(ge=0, lt=merkle.MAX_SIZE)]
    size: Annotated[int, msgspec.Meta(ge=1, le=merkle.MAX_SIZE)]
    path: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=merkle.PATH_MAX)]
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NOTE_MAX_BYTES)]

    @property
    def leaf(self) -> bytes:
        """The leaf's data, 33 bytes."""
        return bytes([self.leaf_type]) + bytes.fromhex(self.digest)

    @property
    def head(self) -> Checkpoint:
        """The checkpoint in the note; its signatures are not looked at. Raises `Refused`."""
        return checkpoint.decode(self.note.rpartition("\n\n")[0] + "\n")

    def verify_path(self) -> None:
        """Raises `Refused("proof-invalid")` unless the path leads from the leaf to the root that the note states."""
        path = [bytes.fromhex(item) for item in self.path]
        merkle.verify_inclusion(merkle.leaf_hash(self.leaf), self.index, self.size, path, self.head.root)


class ProofFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything about one message that can be checked without a node.

    `cards` are the node cards (JWS) of both sides, with older ones where keys have changed since.
    """

    format: Literal["lienlac-proof"] = FORMAT
    version: Literal[1] = 1
    made_at: Instant
    message: Jws
    receipts: Annotated[tuple[Jws, ...], msgspec.Meta(max_length=limits.PROOF_MAX_RECEIPTS)]
    logs: Annotated[tuple[LogPlace, ...], msgspec.Meta(max_length=limits.PROOF_MAX_LOGS)]
    cards: Annotated[tuple[Jws, ...], msgspec.Meta(min_length=1, max_length=limits.PROOF_MAX_CARDS)]


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(ProofFile)


def encode(proof: ProofFile) -> bytes:
    """The file as indented JSON that a person can leaf through. Raises `Refused` for what `decode` would refuse."""
    data = msgspec.json.format(_encoder.encode(proof), indent=1) + b"\n"
    decode(data)
    return data


def decode(data: bytes) -> ProofFile:
    """The proof in these bytes, held together but not yet believed.

    Raises `Refused`: `proof-file-malformed`, `proof-version` or what `strictjson` raises for bytes that are not
    strict JSON.
    """
    value = strictjson.loads(data, max_bytes=limits.PROOF_MAX_BYTES)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Refused("proof-file-malformed", reason="not a proof file")
    if value.get("version") != 1:
        raise Refused("proof-version", version=str(value.get("version"))[:20])
    try:
        proof = _decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("proof-file-malformed", reason=str(error)) from error
    for place in proof.logs:
        _hold_together(place)
    return proof


def _hold_together(place: LogPlace) -> None:
    """The place lies in the tree, the path has the one right length, and the note speaks of this log at this size."""
    if place.index >= place.size:
        raise Refused("proof-file-malformed", reason="a place outside the log")
    if len(place.path) != len(merkle.inclusion_ranges(place.index, place.size)):
        raise Refused("proof-file-malformed", reason="a path of the wrong length")
    head = place.head
    if (head.origin, head.size) != (place.origin, place.size):
        raise Refused("proof-file-malformed", reason="a note about another state of the log")


def tlog_proof(place: LogPlace) -> str:
    """The same place in the C2SP tlog-proof form, for tools that read that."""
    hashes = [base64.b64encode(bytes.fromhex(item)).decode("ascii") for item in place.path]
    return "\n".join(("c2sp.org/tlog-proof@v1", f"index {place.index}", *hashes, "", place.note))
