"""Many payloads under one pair of signatures: an RFC 6962 tree whose root is signed (clause 3.5).

A signature by ML-DSA costs a millisecond, a hash a microsecond. Each signed message still proves alone: it holds its
payload, its place in the tree (index, size, path) and both signatures over the root statement; whoever has it needs
nothing else. The statement is computed from the payload and never read from the wire, so there is no second copy of
it that could say something else.

Why nothing is weakened: Ed25519 and ML-DSA hash what they sign, and the name, the log leaf and the receipt of every
message already stand on SHA-256. To slip another payload under a signed root one must find a second preimage or a
collision in SHA-256 (leaves and inner nodes are hashed with different first bytes, the tree's size is signed). What a
batch does tell is how many messages were signed together, and the hashes of neighbours: bare SHA-256 of a guessable
message would let a reader test guesses, but a payload here always holds a random message id of 128 bits. A statement
can never be taken for a message, nor a message for a statement: their `typ` differ, and `typ` is signed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys.jose import ED25519, ML_DSA_65, decode64, encode64, signature_header, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.keys.suite import SigningKeys

_ROOT_SUFFIX = "-root"
_TYP = re.compile(r"[a-z0-9][a-z0-9./-]{0,62}", re.ASCII)
_PLACE = {"index", "size", "path"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a payload stands in its tree: 0 <= index < size, and the hashes beside its way up to the root."""

    index: int
    size: int
    path: tuple[bytes, ...]


def check_typ(typ: str) -> None:
    """Our own callers' types only: short, plain, and none that could be a root's. Raises `ValueError`."""
    if _TYP.fullmatch(typ) is None or typ.endswith(_ROOT_SUFFIX):
        raise ValueError(typ)


def root_typ(typ: str) -> str:
    """The type of the statement about a tree of such messages."""
    return typ + _ROOT_SUFFIX


def sign_many(payloads: Sequence[bytes], keys: SigningKeys, typ: str) -> list[bytes]:
    """The payloads, each signed so that `jws.verify` takes it alone; in their order. Any number."""
    check_typ(typ)
    signed: list[bytes] = []
    for start in range(0, len(payloads), limits.SIGN_BATCH_MAX):
        signed.extend(_sign_tree(payloads[start : start + limits.SIGN_BATCH_MAX], keys, typ))
    return signed


def _sign_tree(payloads: Sequence[bytes], keys: SigningKeys, typ: str) -> list[bytes]:
    levels = [[_leaf(payload) for payload in payloads]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [_node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
        levels.append(above + below[len(above) * 2 :])
    size = len(payloads)
    tail = b"]}," + signatures_member(encode64(_statement(levels[-1][0], size, typ)), keys, root_typ(typ)) + b"}"
    signed = []
    for index, payload in enumerate(payloads):
        path = ",".join(f'"{encode64(step).decode()}"' for step in _path(levels, index))
        place = f'","batch":{{"index":{index},"size":{size},"path":[{path}'
        signed.append(b"".join((b'{"payload":"', encode64(payload), place.encode(), tail)))
    return signed


def _path(levels: list[list[bytes]], index: int) -> list[bytes]:
    """The hashes beside the way of one leaf; a node without a neighbour goes up as it is."""
    path = []
    for level in levels[:-1]:
        if (beside := index ^ 1) < len(level):
            path.append(level[beside])
        index //= 2
    return path


def signatures_member(payload: bytes, keys: SigningKeys, typ: str) -> bytes:
    """`"signatures":[…]` over an encoded payload, Ed25519 first."""
    made = []
    for alg in (ED25519, ML_DSA_65):
        protected = signature_header(alg, keys.kid, typ)
        signature = encode64(keys.sign(alg, protected + b"." + payload))
        made.append(b'{"protected":"' + protected + b'","signature":"' + signature + b'"}')
    return b'"signatures":[' + b",".join(made) + b"]"


def read_place(value: Any) -> Place:
    """A place as it came; raises `Refused`: `malformed`, `batch-path-invalid`."""
    if not isinstance(value, dict) or value.keys() != _PLACE or not isinstance(value["path"], list):
        raise Refused("malformed", field="batch", reason="index, size and path are expected")
    index, size, path = value["index"], value["size"], value["path"]
    if type(index) is not int or type(size) is not int:
        raise Refused("malformed", field="batch", reason="whole numbers are expected")
    if not 0 <= index < size <= limits.SIGN_BATCH_MAX or len(path) > limits.SIGN_BATCH_MAX.bit_length():
        raise Refused("batch-path-invalid")
    hashes = tuple(decode64(text_of(step, "batch.path"), "batch.path") for step in path)
    if any(len(step) != 32 for step in hashes):
        raise Refused("batch-path-invalid")
    return Place(index, size, hashes)


def statement(payload: bytes, place: Place, typ: str) -> bytes:
    """What both keys must have signed if this payload stands at this place (RFC 9162, 2.1.3.2).

    Raises `Refused("batch-path-invalid")` when the path's length does not fit the place.
    """
    first, last, reached = place.index, place.size - 1, _leaf(payload)
    for step in place.path:
        if last == 0:
            raise Refused("batch-path-invalid")
        if first & 1 or first == last:
            reached = _node(step, reached)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            reached = _node(reached, step)
        first, last = first >> 1, last >> 1
    if last:
        raise Refused("batch-path-invalid")
    return _statement(reached, place.size, typ)


def _statement(root: bytes, size: int, typ: str) -> bytes:
    return f"lienlac-batch/1\n{typ}\n{size}\n{root.hex()}\n".encode("ascii")


def _leaf(payload: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + payload).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
