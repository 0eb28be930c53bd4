"""The key file: whole or not at all, opened by its passphrase alone, and never at any price (clause 10.5)."""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac.errors import NotAllowed
from lienlac.keys import keyfile
from lienlac.keys.suite import NodeKeys

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEYS = NodeKeys.generate("xa-north", NOW).rotated()
CHEAP = keyfile.Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "mật khẩu của nút"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    keyfile.write(file, KEYS, PASSPHRASE, CHEAP)
    return file


def code_of(path: Path, passphrase: str = PASSPHRASE) -> str:
    with pytest.raises(NotAllowed) as error:
        keyfile.read(path, passphrase)
    return error.value.code


def test_everything_comes_back(path: Path) -> None:
    read = keyfile.read(path, PASSPHRASE)
    assert read.signing.seeds == KEYS.signing.seeds
    assert read.signing.public == KEYS.signing.public
    assert read.sealing.seed == KEYS.sealing.seed
    assert [key.seed for key in read.retired_sealing] == [key.seed for key in KEYS.retired_sealing]
    assert read.retired_signing == KEYS.retired_signing
    assert read.tls == KEYS.tls


def test_only_the_owner_may_read_it_and_nothing_is_left_beside(path: Path) -> None:
    keyfile.write(path, KEYS, PASSPHRASE, CHEAP)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_no_secret_stands_in_it_in_the_clear(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["format"] == "lienlac-keys/1"
    assert "PRIVATE" not in text
    assert KEYS.sealing.seed not in path.read_bytes()


def test_both_spellings_of_a_vietnamese_passphrase_open(path: Path) -> None:
    assert keyfile.read(path, unicodedata.normalize("NFD", PASSPHRASE)).signing.kid == KEYS.signing.kid


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [("mat khau cua nut", "passphrase-wrong"), ("", "passphrase-unusable"), ("x" * 2_000, "passphrase-unusable")],
)
def test_another_passphrase_does_not(path: Path, passphrase: str, code: str) -> None:
    assert code_of(path, passphrase) == code


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("memory_kib", 2**40, "keyfile-too-costly"),
        ("memory_kib", 128, "passphrase-wrong"),
        ("memory_kib", 0, "keyfile-malformed"),
        ("memory_kib", -1, "keyfile-malformed"),
        ("iterations", 10**6, "keyfile-too-costly"),
        ("iterations", 2, "passphrase-wrong"),
        ("lanes", 10**6, "keyfile-too-costly"),
        ("lanes", "2", "keyfile-malformed"),
        ("lanes", 8, "passphrase-wrong"),
    ],
)
def test_a_forged_cost_is_refused_before_it_is_paid(path: Path, name: str, value: Any, code: str) -> None:
    document = json.loads(path.read_text())
    document["cost"][name] = value
    path.write_text(json.dumps(document))
    assert code_of(path) == code


@pytest.mark.parametrize("member", ["format", "kdf", "salt", "cipher", "nonce", "sealed", "cost"])
def test_no_member_can_be_left_out_or_changed(path: Path, member: str) -> None:
    document = json.loads(path.read_text())
    changes: tuple[Any, ...] = (None, "AA", "", {}, 7)
    for change in changes:
        damaged = document | {member: change}
        path.write_text(json.dumps(damaged))
        assert code_of(path) in {"keyfile-malformed", "passphrase-wrong"}
    del document[member]
    path.write_text(json.dumps(document))
    assert code_of(path) == "keyfile-malformed"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_told_by_a_code(path: Path, data: st.DataObject) -> None:
    good = path.read_bytes()
    damaged = bytearray(good)
    damaged[data.draw(st.integers(0, len(good) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    other = path.with_name("damaged.json")
    other.write_bytes(bytes(damaged))
    assert code_of(other) in {"keyfile-malformed", "keyfile-too-costly", "passphrase-wrong"}


def test_missing_too_large_or_in_the_way(path: Path, tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.json") == "keyfile-unreadable"
    assert code_of(tmp_path) == "keyfile-unreadable"
    path.write_bytes(b"x" * 300_000)
    assert code_of(path) == "keyfile-malformed"


def test_a_failed_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotAllowed, match="keyfile-unwritable"):
        keyfile.write(path, KEYS.rotated(), PASSPHRASE, CHEAP)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="keyfile-unwritable"):
        keyfile.write(tmp_path / "none" / "keys.json", KEYS, PASSPHRASE, CHEAP)


def test_the_ordinary_cost_is_not_cheap() -> None:
    assert keyfile.Cost().memory_kib >= 65_536
    assert keyfile.Cost().iterations >= 3
