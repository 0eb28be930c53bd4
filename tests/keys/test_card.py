"""Node cards and the fingerprint two officers read to each other (clauses 10.1 and 10.2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.keys import batch, fingerprint, jws
from lienlac.keys.card import CARD_TYP, make_card, parse_card
from lienlac.keys.suite import NodeKeys

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
KEYS = NodeKeys.generate("xa-north", NOW)
OTHER = NodeKeys.generate("xa-north", NOW)
FACTS: dict[str, Any] = {
    "node_id": "xa-north",
    "name_vi": "Cục Điều tra Phương Bắc",
    "name_en": "Northern Investigation Department",
    "country": "XA",
    "url": "https://north.example:8443/peer",
    "created_at": NOW,
}
CARD = make_card(KEYS, **FACTS)


def altered(change: dict[str, Any], signer: NodeKeys = KEYS) -> bytes:
    """A card with other contents, truly signed."""
    body = json.loads(jws.payload_unverified(CARD)) | change
    return jws.sign(json.dumps(body).encode(), signer.signing, CARD_TYP)


def test_a_card_comes_back() -> None:
    card = parse_card(CARD)
    assert {name: getattr(card, name) for name in FACTS} == FACTS
    assert card.signing == KEYS.signing.public
    assert card.sealing == KEYS.sealing.public
    assert card.tls_certificates == (KEYS.tls.certificate_pem,)
    assert card.tls_pins == (KEYS.tls.pin,)


def test_a_card_signed_by_other_keys_than_its_own_is_refused() -> None:
    with pytest.raises(Refused, match="key-unknown"):
        parse_card(altered({}, OTHER))


def test_a_batched_or_mistyped_card_is_refused() -> None:
    body = jws.payload_unverified(CARD)
    with pytest.raises(Refused, match="batch-unexpected"):
        parse_card(batch.sign_many([body], KEYS.signing, CARD_TYP)[0])
    with pytest.raises(Refused, match="type-wrong"):
        parse_card(jws.sign(body, KEYS.signing, "lienlac-message"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"node_id": "North"}, "card-malformed"),
        ({"node_id": "xa-north\n"}, "card-malformed"),
        ({"country": "x"}, "card-malformed"),
        ({"name_vi": ""}, "card-malformed"),
        ({"name_vi": "x" * 301}, "card-malformed"),
        ({"url": "http://north.example"}, "card-malformed"),
        ({"url": "https://user:pw@north.example"}, "card-malformed"),
        ({"url": "https://north.example/?q=1"}, "card-malformed"),
        ({"url": "https://north.example\n"}, "card-malformed"),
        ({"url": "file:///etc/passwd"}, "card-malformed"),
        ({"url": "https://[::"}, "card-malformed"),
        ({"url": "https://::::"}, "card-malformed"),
        ({"url": "https://[]"}, "card-malformed"),
        ({"url": "https://north.example:99999"}, "card-malformed"),
        ({"url": "https://:9443"}, "card-malformed"),
        ({"created_at": "2026-11-23T08:30:00"}, "card-malformed"),
        ({"signing": []}, "card-malformed"),
        ({"tls_certificates": []}, "card-malformed"),
        ({"tls_certificates": ["x"]}, "certificate-refused"),
        ({"tls_certificates": [KEYS.tls.certificate_pem] * 5}, "card-malformed"),
        ({"sealing": {"kty": "AKP"}}, "key-malformed"),
        ({"format": "lienlac-card/2"}, "card-malformed"),
        ({"more": 1}, "card-malformed"),
        ({"padding": "x" * 40_000}, "too-large"),
    ],
)
def test_bad_cards(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_card(altered(change))
    assert refusal.value.code == code


def test_a_node_without_a_network_has_no_address() -> None:
    assert parse_card(altered({"url": ""})).url == ""


def test_a_card_that_no_peer_would_take_is_not_made() -> None:
    with pytest.raises(Refused, match="card-malformed"):
        make_card(KEYS, **(FACTS | {"country": "Xanadu"}))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_nothing_else_is_raised(noise: bytes) -> None:
    with pytest.raises(Refused):
        parse_card(noise)


@given(st.data())
def test_no_changed_byte_makes_another_card(data: st.DataObject) -> None:
    damaged = bytearray(CARD)
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Refused):
        parse_card(bytes(damaged))


# --- fingerprints -------------------------------------------------------------------------------------------------


def test_a_fingerprint_is_eight_groups_of_five_digits_and_covers_every_key() -> None:
    seen = {parse_card(CARD).fingerprint}
    groups = next(iter(seen)).split(" ")
    assert len(groups) == 8
    assert all(len(group) == 5 and group.isdecimal() for group in groups)
    ours = (KEYS.signing.public, KEYS.sealing.public, [KEYS.tls.pin])
    theirs = (OTHER.signing.public, OTHER.sealing.public, [OTHER.tls.pin])
    for place in range(3):
        mixed: list[Any] = [*ours]
        mixed[place] = theirs[place]
        seen.add(fingerprint.fingerprint(mixed[0], mixed[1], mixed[2]))
    assert len(seen) == 4
    assert fingerprint.fingerprint(*ours) in seen


def test_a_fingerprint_is_the_same_everywhere_and_always() -> None:
    """Fixed: if this number changes, every pairing ceremony breaks between versions."""
    from lienlac.keys.suite import SealingKeys, SigningKeys

    signing, sealing = SigningKeys(b"\x01" * 32, b"\x02" * 32), SealingKeys(b"\x05" * 32)
    made = fingerprint.fingerprint(signing.public, sealing.public, ["ab" * 32])
    assert made == "70746 56666 92461 89938 96551 63364 64327 10712"


def test_typing_is_forgiven_where_it_means_nothing() -> None:
    shown = parse_card(CARD).fingerprint
    assert fingerprint.same(shown.replace(" ", ""), shown)
    assert fingerprint.same("\n".join(shown.split()), shown)
    assert fingerprint.same(shown.replace(" ", " - "), shown)
    wrong = shown[:-1] + str((int(shown[-1]) + 1) % 10)
    assert not fingerprint.same(wrong, shown)


@pytest.mark.parametrize("text", ["", "12345", "x" * 40, "١" * 40, "1" * 41, "1" * 39, "¹" * 40])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="fingerprint-malformed"):
        fingerprint.same(text, parse_card(CARD).fingerprint)
