"""Messages signed under one root prove alone, and only what is in the tree is proven (clause 3.5)."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys import batch, jws
from lienlac.keys.jose import decode64, encode64
from lienlac.keys.suite import SigningKeys

TYP = "lienlac-message"
KEYS = SigningKeys(b"\x01" * 32, b"\x02" * 32)
OTHER = SigningKeys(b"\x03" * 32, b"\x04" * 32)


def root_of(payloads: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if len(payloads) == 1:
        return hashlib.sha256(b"\x00" + payloads[0]).digest()
    split = 1 << (len(payloads) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(payloads[:split]) + root_of(payloads[split:])).digest()


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=40))
def test_each_proves_alone_and_the_root_is_that_of_the_rfc(payloads: list[bytes]) -> None:
    signed = batch.sign_many(payloads, KEYS, TYP)
    for number, message in enumerate(signed):
        assert jws.verify(message, KEYS.public, TYP) == payloads[number]
        place = batch.read_place(json.loads(message)["batch"])
        said = batch.statement(payloads[number], place, TYP)
        assert said == f"lienlac-batch/1\n{TYP}\n{len(payloads)}\n{root_of(payloads).hex()}\n".encode()


@given(st.integers(1, 33), st.data())
def test_no_other_place_fits(size: int, data: st.DataObject) -> None:
    payloads = [bytes([number]) for number in range(size)]
    document = json.loads(batch.sign_many(payloads, KEYS, TYP)[data.draw(st.integers(0, size - 1))])
    true_place = (document["batch"]["index"], document["batch"]["size"])
    claimed = data.draw(st.tuples(st.integers(-1, 40), st.integers(-1, 40)))
    document["batch"]["index"], document["batch"]["size"] = claimed
    if claimed != true_place:
        with pytest.raises(Refused) as refusal:
            jws.verify(json.dumps(document).encode(), KEYS.public, TYP)
        assert refusal.value.code in {"batch-path-invalid", "signature-invalid"}


def test_none_and_many() -> None:
    assert batch.sign_many([], KEYS, TYP) == []
    payloads = [str(number).encode() for number in range(limits.SIGN_BATCH_MAX + 3)]
    signed = batch.sign_many(payloads, KEYS, TYP)
    for number in (0, limits.SIGN_BATCH_MAX - 1, limits.SIGN_BATCH_MAX, limits.SIGN_BATCH_MAX + 2):
        assert jws.verify(signed[number], KEYS.public, TYP) == payloads[number]


def test_a_batch_is_refused_where_it_is_not_expected() -> None:
    with pytest.raises(Refused, match="batch-unexpected"):
        jws.verify(batch.sign_many([b"x"], KEYS, TYP)[0], KEYS.public, TYP, allow_batch=False)


def test_an_inner_node_cannot_be_passed_off_as_a_payload() -> None:
    first, second, *_ = messages = batch.sign_many([b"a", b"b", b"c", b"d"], KEYS, TYP)
    del second
    document = json.loads(first)
    leaves = [hashlib.sha256(b"\x00" + payload).digest() for payload in (b"a", b"b")]
    document["payload"] = encode64(b"\x01" + leaves[0] + leaves[1]).decode()
    document["batch"] = {"index": 0, "size": 2, "path": document["batch"]["path"][1:]}
    with pytest.raises(Refused, match="signature-invalid"):
        jws.verify(json.dumps(document).encode(), KEYS.public, TYP)
    assert jws.verify(messages[1], KEYS.public, TYP) == b"b"


def test_a_remembered_root_excuses_no_other_signature() -> None:
    """After one message of a batch was verified, its sister with a broken signature is still refused."""
    first, second = batch.sign_many([b"a", b"b"], KEYS, TYP)
    jws.verify(first, KEYS.public, TYP)
    for place in (0, 1):
        document = json.loads(second)
        signature = bytearray(decode64(document["signatures"][place]["signature"].encode(), "x"))
        signature[7] ^= 1
        document["signatures"][place]["signature"] = encode64(bytes(signature)).decode()
        with pytest.raises(Refused, match="signature-invalid"):
            jws.verify(json.dumps(document).encode(), KEYS.public, TYP)
    assert jws.verify(second, KEYS.public, TYP) == b"b"


def test_a_remembered_root_serves_no_other_key() -> None:
    first = batch.sign_many([b"a"], KEYS, TYP)[0]
    jws.verify(first, KEYS.public, TYP)
    document = json.loads(first)
    for item in document["signatures"]:
        header = json.loads(decode64(item["protected"].encode(), "x"))
        item["protected"] = encode64(json.dumps(header | {"kid": OTHER.kid}).encode()).decode()
    with pytest.raises(Refused, match="signature-invalid"):
        jws.verify(json.dumps(document).encode(), OTHER.public, TYP)


def test_what_failed_is_not_remembered_as_good() -> None:
    document = json.loads(batch.sign_many([b"a"], KEYS, TYP)[0])
    document["payload"] = encode64(b"z").decode()
    for _ in range(2):
        with pytest.raises(Refused, match="signature-invalid"):
            jws.verify(json.dumps(document).encode(), KEYS.public, TYP)


def test_memory_of_roots_is_bounded() -> None:
    assert jws._check_root.cache_info().maxsize == limits.VERIFIED_ROOTS_MAX
