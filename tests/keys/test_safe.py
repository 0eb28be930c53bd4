"""The safe: what is sealed opens for its own row and purpose under its own secret, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed
from lienlac.keys import keyfile
from lienlac.keys.rest.safe import Safe, is_sealed, secret_from
from tests.keys.test_keyfile import CHEAP, KEYS, NOW, PASSPHRASE

SAFE = Safe(b"k" * 32)
SEALED = SAFE.seal(b"JBSWY3DP", purpose="totp", owner="off-a")


def code_of(safe: Safe, sealed: str, *, purpose: str = "totp", owner: str = "off-a") -> str:
    with pytest.raises(NotAllowed) as caught:
        safe.open(sealed, purpose=purpose, owner=owner)
    return caught.value.code


@given(st.binary(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_what_was_sealed_comes_back(plain: bytes, purpose: str, owner: str) -> None:
    sealed = SAFE.seal(plain, purpose=purpose, owner=owner)
    assert is_sealed(sealed)
    assert SAFE.open(sealed, purpose=purpose, owner=owner) == plain


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert len({SAFE.seal(b"JBSWY3DP", purpose="totp", owner="off-a") for _ in range(50)}) == 50


def test_a_row_copied_to_another_account_does_not_open() -> None:
    sealed = SAFE.seal(b"JBSWY3DP", purpose="totp", owner="off-a")
    assert code_of(SAFE, sealed, owner="off-b") == "safe-does-not-open"
    assert code_of(SAFE, sealed, purpose="webhook") == "safe-does-not-open"
    assert code_of(Safe(b"l" * 32), sealed) == "safe-does-not-open"


def test_purpose_and_owner_cannot_run_into_each_other() -> None:
    sealed = SAFE.seal(b"JBSWY3DP", purpose="a:b", owner="c")
    assert code_of(SAFE, sealed, purpose="a", owner="b:c") == "safe-does-not-open"


@given(st.data())
def test_a_changed_seal_does_not_open(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SEALED) - 1))
    other = data.draw(st.characters(exclude_characters=SEALED[place]))
    assert code_of(SAFE, SEALED[:place] + other + SEALED[place + 1 :]) == "safe-does-not-open"
    assert code_of(SAFE, SEALED[:place]) == "safe-does-not-open"


@pytest.mark.parametrize("text", ["", "s1.", "s1.AA", "JBSWY3DPEHPK3PXP", "s2." + "A" * 80, "s1." + "é" * 40])
def test_a_text_that_was_never_sealed_does_not_open(text: str) -> None:
    assert code_of(SAFE, text) == "safe-does-not-open"


def test_a_short_secret_makes_no_safe() -> None:
    with pytest.raises(NotAllowed, match="key-unusable"):
        Safe(b"k" * 31)


def test_the_secret_shows_nowhere() -> None:
    assert KEYS.safe_secret.hex() not in repr(KEYS) + repr(KEYS.safe)
    assert repr(KEYS.safe_secret) not in repr(KEYS) + repr(KEYS.safe)


def test_the_secret_outlives_rotations_and_the_key_file(tmp_path: Path) -> None:
    sealed = KEYS.safe.seal(b"JBSWY3DP", purpose="totp", owner="off-a")
    file = tmp_path / "keys.json"
    keyfile.write(file, KEYS.rotated().rotated(), PASSPHRASE, CHEAP)
    assert keyfile.read(file, PASSPHRASE).safe.open(sealed, purpose="totp", owner="off-a") == b"JBSWY3DP"


def test_a_key_file_of_before_the_safe_has_one_that_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a file is read again and again before a rotation writes it anew: its secret must always be the same."""
    file = tmp_path / "keys.json"
    pack = keyfile._pack

    def old(keys: object) -> bytes:
        inside = json.loads(pack(keys))  # type: ignore[arg-type]
        del inside["safe"]
        return msgspec.json.encode(inside)

    monkeypatch.setattr(keyfile, "_pack", old)
    keyfile.write(file, KEYS, PASSPHRASE, CHEAP)
    monkeypatch.undo()
    first = keyfile.read(file, PASSPHRASE)
    sealed = first.safe.seal(b"JBSWY3DP", purpose="totp", owner="off-a")
    assert first.safe_secret == secret_from(KEYS.tls.key_pem)
    keyfile.write(file, keyfile.read(file, PASSPHRASE).rotated(), PASSPHRASE, CHEAP)
    assert keyfile.read(file, PASSPHRASE).safe.open(sealed, purpose="totp", owner="off-a") == b"JBSWY3DP"


def test_two_nodes_have_two_safes() -> None:
    assert secret_from("one") != secret_from("other")
    assert len({type(KEYS).generate("xa-north", NOW).safe_secret for _ in range(2)}) == 2


@given(st.binary(max_size=64), st.text(min_size=1, max_size=20))
def test_what_is_blinded_is_always_the_same_and_nothing_to_others(plain: bytes, purpose: str) -> None:
    """An identity card has few digits: without the key they could all be tried."""
    ours, theirs = Safe(b"a" * 32), Safe(b"b" * 32)
    assert ours.blind(plain, purpose=purpose) == Safe(b"a" * 32).blind(plain, purpose=purpose)
    assert ours.blind(plain, purpose=purpose) != theirs.blind(plain, purpose=purpose)
    assert ours.blind(plain, purpose=purpose) != ours.blind(plain, purpose=f"{purpose}.")
    assert len(ours.blind(plain, purpose=purpose)) == 16
