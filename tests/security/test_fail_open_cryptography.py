"""Attack: make a part of the cryptography fail, or be absent, and see whether the node goes on without it.

What a peer can leave out or exchange (algorithms, one of two signatures, types, seals) stands as files in
`tests/protocol/vectors` and in `tests/keys/test_jws.py`, `test_jwe.py`, `test_card.py`, `test_note.py`,
`tests/exchange/test_arrival.py`; the key file, its truncations and wrong passphrases in `tests/keys/test_keyfile.py` and
`tests/cli/test_exit_codes.py`, the secret of forms in `tests/cli/test_odd_input.py`, TLS in `tests/keys/test_tls.py`,
mail in `tests/notices/test_mail.py`. Here: what breaks inside a running node. Then nothing is accepted, nothing leaves,
nothing is stored in clear, and all is well once it works again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lienlac.errors import LienlacError, Refused
from lienlac.exchange.store.tables import outbox_table
from lienlac.hotline.lifecycle import Step
from lienlac.keys import jwe, jws
from lienlac.keys.rest import safe
from lienlac.keys.suite import SigningKeys
from lienlac.storage.schema import metadata
from tests.hotline.scene import freeze_form
from tests.security.test_auditor_changes_nothing import state
from tests.world.nodes import deliver_all

if TYPE_CHECKING:
    from tests.security.house import House


class OutOfOrder(Exception):
    """What broke."""


def breaks(*_: object, **__: object) -> Any:
    raise OutOfOrder


def whole(house: House) -> bytes:
    """Every cell of the node's database."""
    found = []
    with house.database.read() as connection:
        known = sa.inspect(connection).get_table_names()
        for name, table in metadata.tables.items():
            if name in known:
                for row in connection.execute(table.select()):
                    found += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(found)


ADDRESS = "https://hooks.example.org/T0K3N"
BROKEN = {
    "the generator for content keys": (jwe.secrets, "token_bytes"),
    "both signatures": (SigningKeys, "sign"),
    "the seal": (jwe, "seal"),
    "the signer": (jws, "sign"),
}


@pytest.mark.parametrize("what", [*BROKEN, "the clock", "the node's chance"])
def test_nothing_leaves_and_nothing_is_kept_when_it_breaks(
    house: House, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    form = house.hotline.read_opening(freeze_form(transferred_at=house.clock.now().isoformat()), house["anh"])
    officer, before = house["anh"], state(house)
    with monkeypatch.context() as patched:
        if what in BROKEN:
            patched.setattr(*BROKEN[what], breaks)
        elif what == "the clock":
            patched.setattr(house.vn.clock, "now", breaks)
        else:
            patched.setattr(house.vn.chance, "token", breaks)
        with pytest.raises((OutOfOrder, LienlacError)):
            house.hotline.open(officer, form)
    assert state(house) == before
    request = house.hotline.open(officer, form)
    assert b"GoldenTrade FX" not in _waiting(house)
    deliver_all([house.vn, house.us])
    assert house.us.see(request).id == request.id, "and all is well again"


def _waiting(house: House) -> bytes:
    """What lies ready to be carried to the partner."""
    with house.database.read() as connection:
        rows = connection.execute(outbox_table.select()).fetchall()
    assert rows, "a message waits"
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)


@pytest.mark.parametrize("what", ["both signatures", "the signer", "unsealing", "the clock"])
def test_nothing_is_accepted_when_it_breaks(house: House, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """A node that cannot sign a receipt has not received; one that cannot open or verify believes nothing."""
    form = freeze_form(transferred_at=house.clock.now().isoformat())
    request = house.us.hotline.open(house.us.officer, house.us.hotline.read_opening(form))
    keys = type(house.vn.post.office.keys)
    before = state(house)
    with monkeypatch.context() as patched:
        if what == "both signatures":
            patched.setattr(SigningKeys, "sign", breaks)
        elif what == "the signer":
            patched.setattr(jws, "sign", breaks)
        elif what == "unsealing":
            patched.setattr(keys, "opening", breaks)
        else:
            patched.setattr(house.vn.clock, "now", breaks)
        with pytest.raises((OutOfOrder, LienlacError)):
            deliver_all([house.us, house.vn])
    after = state(house)
    assert {name for name in before if before[name] != after[name]} <= {"road", "lane"}
    with pytest.raises(LienlacError):
        house.hotline.show(house["anh"], request.id)
    house.clock.turn(3_600)
    deliver_all([house.us, house.vn])
    assert house.hotline.show(house["anh"], request.id).request.id == request.id


@pytest.mark.parametrize("breaking", ["token_bytes", "encrypt"])
def test_no_address_is_stored_in_clear_when_the_safe_cannot_seal(
    house: House, monkeypatch: pytest.MonkeyPatch, breaking: str
) -> None:
    browser = house.browser("anh")
    contacts = f"/duty/contacts/{house['anh'].id}"
    browser.get(contacts)
    with monkeypatch.context() as patched:
        patched.setattr(*((safe.secrets, "token_bytes") if breaking == "token_bytes" else (safe, "AESGCM")), breaks)
        answer = browser.post(f"{contacts}/add", {"kind": "webhook", "address": ADDRESS})
    assert answer.status_code == 500
    assert b"T0K3N" not in whole(house)
    browser.get(contacts)
    assert browser.post(f"{contacts}/add", {"kind": "webhook", "address": ADDRESS}).status_code in {200, 303}
    assert "hooks.example.org" in browser.get(contacts).text, "it was taken"
    assert b"T0K3N" not in whole(house)


@pytest.mark.parametrize("what", ["the clock", "the node's chance", "the database"])
def test_no_page_opens_when_it_cannot_be_known_who_asks(
    house: House, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    request_id = house.receive()
    browser, program = house.browser("anh"), house.program("anh")
    before = state(house)
    broken = {
        "the clock": (house.vn.clock, "now"),
        "the node's chance": (house.vn.chance, "token"),
        "the database": (type(house.database), "read"),
    }
    browser.client.raise_server_exceptions = program.client.raise_server_exceptions = False
    with monkeypatch.context() as patched:
        patched.setattr(*broken[what], breaks)
        for ask in (
            lambda: browser.get(f"/requests/{request_id}"),
            lambda: browser.post(f"/requests/{request_id}/acknowledge"),
            lambda: program.get(f"/api/requests/{request_id}"),
            lambda: program.post(f"/api/requests/{request_id}/acknowledge"),
        ):
            try:
                answer = ask()
            except OutOfOrder:
                continue  # the connection ends without an answer
            assert answer.status_code in {401, 500, 503}, answer.status_code
            assert "GoldenTrade" not in answer.text
    assert state(house) == before
    assert browser.get(f"/requests/{request_id}").status_code == 200


@pytest.mark.parametrize("alg", ["none", "", "HS256", "EdDSA", "Ed25519 ", "ed25519", "ML-DSA-44", "RS256", "None"])
def test_no_other_algorithm_is_ever_held_good(house: House, alg: str) -> None:
    keys = house.vn.post.office.keys
    with pytest.raises((Refused, KeyError)):
        keys.signing.public.check(alg, b"", b"x")
    with pytest.raises((Refused, KeyError)):
        keys.signing.public.check(alg, b"\0" * 64, b"x")


def test_what_is_opened_with_a_broken_cipher_is_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that fails while a second factor is opened signs nobody in."""
    sealed = house.node.safe.seal(b"secret", purpose="p", owner="o")

    class Broken:
        def __init__(self, *_: object) -> None:
            self.decrypt = breaks

    monkeypatch.setattr(safe, "AESGCM", Broken)
    with pytest.raises(OutOfOrder):
        house.node.safe.open(sealed, purpose="p", owner="o")
    assert AESGCM is not Broken


def test_a_step_whose_message_cannot_be_signed_leaves_the_request_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = house.receive()
    browser = house.browser("anh")
    browser.get(f"/requests/{request_id}")
    before = state(house)
    with monkeypatch.context() as patched:
        patched.setattr(SigningKeys, "sign", breaks)
        assert browser.post(f"/requests/{request_id}/acknowledge").status_code == 500
    assert state(house) == before
    assert Step.ACKNOWLEDGE in house.hotline.show(house["anh"], request_id).steps
