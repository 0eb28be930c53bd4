"""Seals after the IETF drafts: their vector opens, ours open, changed ones do not (clause 3.4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwa, jwk

from lienlac.errors import NotAllowed, Refused
from lienlac.keys import jwe
from lienlac.keys.jose import decode64, encode64
from lienlac.keys.suite import NodeKeys, SealingKeys, SealingPublicKey

VECTORS = Path(__file__).parents[1] / "protocol" / "vectors"
TYP = "lienlac-message"
KEYS = SealingKeys(b"\x05" * 32)
SEALED = jwe.seal(b"content", KEYS.public, TYP)


@pytest.fixture(scope="module")
def ietf() -> Any:
    return json.loads((VECTORS / "ietf-hpke-9-ke.json").read_text(encoding="utf-8"))


def test_the_drafts_key_is_read_as_the_draft_says(ietf: Any) -> None:
    keys = SealingKeys(decode64(ietf["jwk"]["priv"].encode(), "priv"))
    assert keys.public.to_jwk() == {name: ietf["jwk"][name] for name in ("kty", "alg", "kid", "pub")}
    assert SealingPublicKey.from_jwk(keys.public.to_jwk()) == keys.public


def test_the_drafts_compact_vector_opens(ietf: Any) -> None:
    keys = SealingKeys(decode64(ietf["jwk"]["priv"].encode(), "priv"))
    assert jwe.unseal(ietf["compact"].encode(), keys, None).decode() == ietf["plaintext"]


def test_the_drafts_flattened_vector_unwraps_with_the_same_info(ietf: Any) -> None:
    """We do not speak the flattened form; its key wrapping and content are the same."""
    keys = SealingKeys(decode64(ietf["jwk"]["priv"].encode(), "priv"))
    flat = {name: value.encode() for name, value in ietf["flattened"].items()}
    header = json.loads(decode64(flat["protected"], "protected"))
    wrapped = decode64(header["ek"].encode(), "ek") + decode64(flat["encrypted_key"], "encrypted_key")
    suite = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
    content_key = suite.decrypt(wrapped, keys.hpke_key, b"JOSE-HPKE rcpt\xffA256GCM\xff")
    assert their_content(content_key, flat["protected"] + b"." + flat["aad"], flat) == ietf["plaintext"].encode()


def their_content(content_key: bytes, aad: bytes, parts: dict[str, bytes]) -> bytes:
    """A256GCM as another library does it."""
    key = jwk.JWK(kty="oct", k=encode64(content_key).decode())
    raw = {name: decode64(parts[name], name) for name in ("iv", "ciphertext", "tag")}
    algorithm = jwa.JWA.encryption_alg("A256GCM")
    plaintext: bytes = algorithm.decrypt(
        decode64(key.export(as_dict=True)["k"].encode(), "k"), aad, raw["iv"], raw["ciphertext"], raw["tag"]
    )
    return plaintext


def test_another_library_opens_our_content() -> None:
    protected, wrapped, iv, ciphertext, tag = SEALED.split(b".")
    header = json.loads(decode64(protected, "protected"))
    assert list(header) == ["alg", "enc", "kid", "typ", "ek"]
    suite = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
    joined = decode64(header["ek"].encode(), "ek") + decode64(wrapped, "encrypted_key")
    content_key = suite.decrypt(joined, KEYS.hpke_key, b"JOSE-HPKE rcpt\xffA256GCM\xff")
    assert their_content(content_key, protected, {"iv": iv, "ciphertext": ciphertext, "tag": tag}) == b"content"


@given(st.binary(max_size=3_000))
def test_any_content_comes_back(content: bytes) -> None:
    assert jwe.unseal(jwe.seal(content, KEYS.public, TYP), KEYS, TYP) == content


@given(st.data())
def test_no_changed_byte_opens(data: st.DataObject) -> None:
    sealed = bytearray(SEALED)
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Refused):
        jwe.unseal(bytes(sealed), KEYS, TYP)


@given(st.binary(max_size=200) | st.lists(st.binary(max_size=9), min_size=5, max_size=5).map(b".".join))
def test_any_bytes_are_refused_and_nothing_else_is_raised(noise: bytes) -> None:
    with pytest.raises(Refused):
        jwe.unseal(noise, KEYS, TYP)


_values = st.none() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=2), max_size=2)


@given(st.dictionaries(st.sampled_from(["alg", "enc", "kid", "typ", "ek", "crit", "zip"]), _values, max_size=4))
def test_any_other_header_is_refused(change: dict[str, Any]) -> None:
    protected, *rest = SEALED.split(b".")
    header = json.loads(decode64(protected, "protected")) | change
    again = encode64(json.dumps(header).encode())
    with pytest.raises(Refused):
        jwe.unseal(b".".join([again, *rest]), KEYS, TYP)


def test_what_was_sealed_before_a_rotation_still_opens() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    old = NodeKeys.generate("xa-north", now)
    sealed = jwe.seal(b"before", old.sealing.public, TYP)
    new = old.rotated().rotated()
    assert jwe.unseal(sealed, new, TYP) == b"before"
    assert new.verifying(old.signing.kid) == old.signing.public
    with pytest.raises(Refused, match="sealed-to-another"):
        jwe.unseal(jwe.seal(b"x", KEYS.public, TYP), new, TYP)
    with pytest.raises(Refused, match="key-unknown"):
        new.verifying(old.sealing.kid)
    with pytest.raises(Refused, match="sealed-to-another"):
        new.opening(old.signing.kid)


def test_keys_of_another_shape_are_refused() -> None:
    jwk_dict = KEYS.public.to_jwk()
    for change in ({"pub": "AA"}, {"alg": "HPKE-9"}, {"kty": "OKP"}, {"kid": "x"}, {"priv": "AA"}):
        with pytest.raises(Refused, match="key-malformed"):
            SealingPublicKey.from_jwk(jwk_dict | change)
    with pytest.raises(NotAllowed, match="key-unusable"):
        SealingKeys(b"short")
