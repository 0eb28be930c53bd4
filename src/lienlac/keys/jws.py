"""Signed bytes: JWS General JSON with exactly two signatures, Ed25519 and ML-DSA-65, over the exact payload.

Responsible for making and believing signatures (clauses 3.1 and 3.2). A payload that `verify` returns was signed by
both keys, for that type, in this form or under a batch root (`batch`). Refuses to know what the payload says; whether
the key may speak is the caller's question. Signed bytes are never serialised a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.keys import batch
from lienlac.keys.jose import (
    ED25519,
    ML_DSA_65,
    Spelling,
    decode64,
    encode64,
    read_signature_header,
    text_of,
)

if TYPE_CHECKING:
    from lienlac.keys.suite import SigningKeys, VerifyingKeys

_PLAIN = {"payload", "signatures"}
_BATCHED = {"payload", "batch", "signatures"}
_SIGNATURE = {"protected", "signature"}
_USUAL = Spelling(b'{"payload":"?","signatures":[{"protected":"?","signature":"?"},{"protected":"?","signature":"?"}]}')


@dataclass(frozen=True, slots=True)
class _Shape:
    """A signed message taken apart; nothing in it is believed yet."""

    payload: bytes
    kid: str
    typ: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """For each: alg, encoded protected header, encoded signature."""
    place: batch.Place | None


def sign(payload: bytes, keys: SigningKeys, typ: str) -> bytes:
    """The payload signed twice, as JWS General JSON. `typ` says what it is, and no other use accepts it."""
    batch.check_typ(typ)
    return b"".join(
        (b'{"payload":"', encoded := encode64(payload), b'",', batch.signatures_member(encoded, keys, typ), b"}")
    )


def verify(jws: bytes, keys: VerifyingKeys, typ: str, *, allow_batch: bool = True) -> bytes:
    """The payload, once everything below is true; the caller has chosen `keys` by `peek_kid` and trusts them.

    1 the bytes are one strict JSON object of our two forms, in bounds; 2 exactly two signatures, one Ed25519 and one
    ML-DSA-65, in any order; 3 their headers hold `alg`, `kid`, `typ` and nothing else, and name these keys and this
    type; 4 both signatures hold over the exact bytes. Raises `Refused`: `too-large`, `too-deep`, `malformed`,
    `duplicate-key`, `header-unknown`, `algorithm-unknown`, `signature-missing`, `signature-extra`, `key-unknown`,
    `type-wrong`, `batch-unexpected`, `batch-path-invalid`, `signature-invalid`.
    """
    batch.check_typ(typ)
    # 1 to 3, shape and headers
    shape = _take_apart(jws)
    if shape.place is not None and not allow_batch:
        raise Refused("batch-unexpected")
    if shape.kid != keys.kid:
        raise Refused("key-unknown", kid=shape.kid[: limits.LINE_MAX_CHARS])
    expected = typ if shape.place is None else batch.root_typ(typ)
    if shape.typ != expected:
        raise Refused("type-wrong", expected=expected, found=shape.typ[: limits.LINE_MAX_CHARS])
    payload = decode64(shape.payload, "payload")
    # 4 both signatures
    if shape.place is None:
        _check_both(keys, shape.payload, shape.signatures)
    else:
        _check_root(keys, batch.statement(payload, shape.place, typ), shape.signatures)
    return payload


def peek_kid(jws: bytes) -> str:
    """The key a signed message says it is from; not yet believed. Raises `Refused` for what is no signed message."""
    return _take_apart(jws).kid


def payload_unverified(jws: bytes) -> bytes:
    """The payload of a signed message that was verified when it was stored, or whose keys stand inside it.

    Believes everything: nothing that came from outside may be acted upon through this.
    """
    return decode64(_take_apart(jws).payload, "payload")


@lru_cache(maxsize=4)
def _take_apart(jws: bytes) -> _Shape:
    """Shape and headers, without any key; remembered for a moment, as `peek_kid` and `verify` follow each other.

    Raises `Refused`, which is never remembered.
    """
    if len(jws) <= limits.SIGNED_MAX_BYTES and (texts := _USUAL.texts(jws)) is not None:
        payload, *pairs = texts
        return _shape(payload, tuple(_checked(*pair) for pair in (pairs[:2], pairs[2:])), None)
    document = strictjson.loads(jws, max_bytes=limits.SIGNED_MAX_BYTES, max_depth=limits.JSON_MAX_DEPTH)
    if not isinstance(document, dict) or (document.keys() != _PLAIN and document.keys() != _BATCHED):
        raise Refused("malformed", reason="not a signed message")
    listed = document["signatures"]
    if not isinstance(listed, list):
        raise Refused("malformed", field="signatures", reason="a list is expected")
    if len(listed) > 2:
        raise Refused("signature-extra", count=len(listed))
    place = batch.read_place(document["batch"]) if "batch" in document else None
    return _shape(text_of(document["payload"], "payload"), tuple(_signature(item) for item in listed), place)


def _shape(payload: bytes, signatures: tuple[tuple[str, bytes, bytes], ...], place: batch.Place | None) -> _Shape:
    """What a signed message holds, once its two headers agree."""
    headers = [read_signature_header(protected) for _, protected, _ in signatures]
    if {alg for alg, _, _ in headers} != {ED25519, ML_DSA_65}:
        raise Refused("signature-missing")
    (_, kid, typ), (_, other_kid, other_typ) = headers
    if kid != other_kid or typ != other_typ:
        raise Refused("malformed", field="protected", reason="the two headers differ")
    return _Shape(payload, kid, typ, signatures, place)


def _signature(item: Any) -> tuple[str, bytes, bytes]:
    if not isinstance(item, dict):
        raise Refused("malformed", field="signatures", reason="an object is expected")
    if unknown := item.keys() - _SIGNATURE:
        raise Refused("header-unknown", parameter=min(unknown)[: limits.LINE_MAX_CHARS])
    if item.keys() != _SIGNATURE:
        raise Refused("malformed", field="signatures", reason="a member is missing")
    return _checked(text_of(item["protected"], "protected"), text_of(item["signature"], "signature"))


def _checked(protected: bytes, signature: bytes) -> tuple[str, bytes, bytes]:
    if len(protected) > limits.JOSE_HEADER_MAX_CHARS:
        raise Refused("malformed", field="protected", reason="too long")
    return read_signature_header(protected)[0], protected, signature


def _check_both(keys: VerifyingKeys, payload: bytes, signatures: tuple[tuple[str, bytes, bytes], ...]) -> None:
    """Both signatures over header and payload; the cheap one first. Raises `Refused("signature-invalid")`."""
    for alg, protected, signature in sorted(signatures):
        keys.check(alg, decode64(signature, "signature"), protected + b"." + payload)


@lru_cache(maxsize=limits.VERIFIED_ROOTS_MAX)
def _check_root(keys: VerifyingKeys, statement: bytes, signatures: tuple[tuple[str, bytes, bytes], ...]) -> None:
    """As `_check_both`, for a batch root. What failed is not remembered; what holds, holds for these exact bytes."""
    _check_both(keys, encode64(statement), signatures)
