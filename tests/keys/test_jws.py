"""Two signatures or none: whatever is changed about a signed message, it is refused (clauses 3.1 and 3.2)."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk
from jwcrypto import jws as other_jws

from lienlac.errors import Refused
from lienlac.keys import batch, jws
from lienlac.keys.jose import decode64, encode64
from lienlac.keys.suite import SigningKeys, VerifyingKeys

TYP = "lienlac-message"
KEYS = SigningKeys(b"\x01" * 32, b"\x02" * 32)
OTHER = SigningKeys(b"\x03" * 32, b"\x04" * 32)
PAYLOAD = '{"text":"phong toả tài khoản"}'.encode()
SIGNED = jws.sign(PAYLOAD, KEYS, TYP)
BATCHED = batch.sign_many([PAYLOAD + bytes([48 + number]) for number in range(5)], KEYS, TYP)


@given(st.binary(max_size=2_000))
def test_any_payload_comes_back_to_the_byte(payload: bytes) -> None:
    assert jws.verify(jws.sign(payload, KEYS, TYP), KEYS.public, TYP) == payload


@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    """A message with a bit flipped says the same payload or nothing: there is no third outcome."""
    signed = bytearray(data.draw(st.sampled_from([SIGNED, BATCHED[3]])))
    expected = PAYLOAD if signed == SIGNED else PAYLOAD + b"3"
    signed[data.draw(st.integers(0, len(signed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(Refused):
        assert jws.verify(bytes(signed), KEYS.public, TYP) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else_is_raised(noise: bytes) -> None:
    for read in (lambda: jws.verify(noise, KEYS.public, TYP), lambda: jws.peek_kid(noise)):
        with pytest.raises(Refused):
            read()


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.text(max_size=5) | st.just(encode64(PAYLOAD).decode()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(["payload", "signatures", "batch"]), _json)
def test_any_member_of_another_shape_is_refused(member: str, value: Any) -> None:
    document = json.loads(BATCHED[1])
    document[member] = value
    with pytest.raises(Refused):
        jws.verify(json.dumps(document).encode(), KEYS.public, TYP)


@given(st.sampled_from(["protected", "signature"]), st.integers(0, 1), _json)
def test_any_signature_member_of_another_shape_is_refused(member: str, place: int, value: Any) -> None:
    document = json.loads(SIGNED)
    document["signatures"][place][member] = value
    with pytest.raises(Refused):
        jws.verify(json.dumps(document).encode(), KEYS.public, TYP)


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "x"]), _json, max_size=4))
def test_any_header_of_another_shape_is_refused(header: dict[str, Any]) -> None:
    document = json.loads(SIGNED)
    document["signatures"][0]["protected"] = encode64(json.dumps(header).encode()).decode()
    with pytest.raises(Refused):
        jws.verify(json.dumps(document).encode(), KEYS.public, TYP)


def test_half_a_pair_is_another_pair() -> None:
    """Putting one's own Ed25519 key beside the other's ML-DSA key makes another kid."""
    mixed = VerifyingKeys(OTHER.public.ed25519, KEYS.public.ml_dsa_65)
    assert mixed.kid != KEYS.kid
    with pytest.raises(Refused, match="key-unknown"):
        jws.verify(SIGNED, mixed, TYP)


def test_a_type_that_could_be_a_root_statement_cannot_be_signed_or_asked_for() -> None:
    for typ in ("lienlac-message-root", "", "UPPER", 'a"b', "a" * 64, "a b"):
        with pytest.raises(ValueError, match=r".*"):
            jws.sign(PAYLOAD, KEYS, typ)
        with pytest.raises(ValueError, match=r".*"):
            jws.verify(SIGNED, KEYS.public, typ)


def test_one_type_is_not_another() -> None:
    with pytest.raises(Refused, match="type-wrong"):
        jws.verify(SIGNED, KEYS.public, "lienlac-receipt")
    with pytest.raises(Refused, match="type-wrong"):
        jws.verify(BATCHED[0], KEYS.public, "lienlac-receipt")


def test_two_signings_of_one_payload_are_two_names() -> None:
    assert jws.sign(PAYLOAD, KEYS, TYP) != SIGNED


def test_peek_tells_the_key_of_both_forms() -> None:
    assert jws.peek_kid(SIGNED) == jws.peek_kid(BATCHED[2]) == KEYS.kid
    assert jws.payload_unverified(BATCHED[2]) == PAYLOAD + b"2"


def test_jwks_come_back_and_others_are_refused() -> None:
    jwks = KEYS.public.to_jwks()
    assert VerifyingKeys.from_jwks(jwks) == KEYS.public
    mixed = [KEYS.public.to_jwks()[0], OTHER.public.to_jwks()[1]]
    private = [jwks[0] | {"d": "AA"}, jwks[1]]
    for wrong in ([], jwks[:1], jwks[::-1], mixed, private, [jwks[0] | {"x": "AA"}, jwks[1]], [1, 2], [*jwks, jwks[0]]):
        with pytest.raises(Refused, match="key-malformed"):
            VerifyingKeys.from_jwks(wrong)  # type: ignore[arg-type]


def test_no_secret_shows_in_a_repr() -> None:
    assert "\\x01\\x01" not in repr(KEYS)
    assert repr(KEYS) == f"SigningKeys({KEYS.kid})"


# --- the second library -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1])
def test_another_library_verifies_each_of_our_signatures(place: int) -> None:
    jwks = KEYS.public.to_jwks()
    theirs = other_jws.JWS()
    theirs.allowed_algs = ["Ed25519", "ML-DSA-65"]
    theirs.deserialize(SIGNED.decode())
    theirs.verify(jwk.JWK(**jwks[place]))
    assert theirs.payload == PAYLOAD
    assert theirs.verifylog[place] == "Success"


@pytest.mark.parametrize("turned", [False, True])
def test_we_verify_what_another_library_signed(turned: bool) -> None:
    ed25519, ml_dsa_65 = KEYS.seeds
    jwks = KEYS.public.to_jwks()
    secrets = [jwks[0] | {"d": encode64(ed25519).decode()}, jwks[1] | {"priv": encode64(ml_dsa_65).decode()}]
    theirs = other_jws.JWS(PAYLOAD)
    theirs.allowed_algs = ["Ed25519", "ML-DSA-65"]
    for secret in reversed(secrets) if turned else secrets:
        header = {"typ": TYP, "alg": secret["alg"], "kid": KEYS.kid}
        theirs.add_signature(jwk.JWK(**secret), alg=secret["alg"], protected=json.dumps(header))
    assert jws.verify(theirs.serialize().encode(), KEYS.public, TYP) == PAYLOAD


# --- base64url ----------------------------------------------------------------------------------------------------


@given(st.binary(max_size=100))
def test_base64url_comes_back(data: bytes) -> None:
    assert decode64(encode64(data), "x") == data


@given(st.text(alphabet='ABab01-_+/=\\u0"\n \xff', max_size=24).map(lambda text: text.encode("latin-1")))
def test_base64url_has_one_spelling(text: bytes) -> None:
    try:
        data = decode64(text, "x")
    except Refused:
        return
    assert encode64(data) == text
