"""Every JOSE vector leads to what its file says: the payload, or one refusal by its code (clauses 3.x)."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys import jwe, jws
from lienlac.wire.packing.packs import opened

HERE = Path(__file__).parent
FOLDER = HERE / "vectors"


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_vectors", HERE / "make_vectors.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_vectors"] = module
    spec.loader.exec_module(module)
    return module


make_vectors = _maker()
_KEYS = {node: make_vectors.load_keys(node) for node in make_vectors.NODES}


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


COMMITTED = [
    read(path) for path in sorted(FOLDER.glob("*.json")) if read(path).get("operation") in {"verify", "unseal"}
]


def outcome(vector: dict[str, Any]) -> bytes:
    data = vector["input"].encode() if "input" in vector else base64.b64decode(vector["input_base64"])
    signing, sealing = _KEYS[vector["node"]]
    if vector["operation"] == "unseal":
        return jwe.unseal(data, sealing, vector["typ"])
    return jws.verify(data, signing.public, vector["typ"])


def hold(vector: dict[str, Any]) -> None:
    if vector["expects"] is None:
        assert outcome(vector) == base64.b64decode(vector["payload_base64"])
        return
    with pytest.raises(Refused) as refusal:
        outcome(vector)
    assert refusal.value.code == vector["expects"]


@pytest.mark.parametrize("vector", COMMITTED, ids=lambda vector: vector["name"])
def test_committed_vector(vector: dict[str, Any]) -> None:
    hold(vector)


def test_freshly_made_vectors_are_the_same_cases_and_hold() -> None:
    fresh = make_vectors.build()
    assert {(made["name"], made["expects"]) for made in fresh} == {(old["name"], old["expects"]) for old in COMMITTED}
    for vector in fresh:
        hold(vector)


PACKS = [read(path) for path in sorted(FOLDER.glob("*-pack*.json"))]


def hold_pack(vector: dict[str, Any]) -> None:
    said = {name: vector[name] for name in ("count", "size_bytes", "digest")}
    pack = base64.b64decode(vector["input_base64"])
    if vector["expects"] is None:
        assert opened(pack, **said) == [base64.b64decode(one) for one in vector["objects_base64"]]
        return
    with pytest.raises(Refused) as refusal:
        opened(pack, **said)
    assert refusal.value.code == vector["expects"]


@pytest.mark.parametrize("vector", PACKS, ids=lambda vector: vector["name"])
def test_committed_pack(vector: dict[str, Any]) -> None:
    """Clauses 18.3 and 18.4."""
    hold_pack(vector)


def test_freshly_made_packs_are_the_same_cases_and_hold() -> None:
    fresh = make_vectors.packs()
    assert {(made["name"], made["expects"]) for made in fresh} == {(old["name"], old["expects"]) for old in PACKS}
    for vector in fresh:
        hold_pack(vector)


def test_key_files_are_as_the_script_says() -> None:
    assert {path.stem: read(path) for path in (FOLDER / "keys").glob("*.json")} == make_vectors.key_files()


def test_bad_oversized() -> None:
    signing, sealing = _KEYS["north"]
    with pytest.raises(Refused, match="too-large"):
        jws.verify(b" " * (limits.SIGNED_MAX_BYTES + 1), signing.public, "lienlac-message")
    with pytest.raises(Refused, match="too-large"):
        jwe.unseal(b"." * (limits.SEALED_MAX_BYTES + 1), sealing, "lienlac-message")


def test_the_largest_message_fits() -> None:
    signing, sealing = _KEYS["north"]
    payload = b"x" * limits.MESSAGE_MAX_BYTES
    sealed = jwe.seal(jws.sign(payload, signing, "lienlac-message"), sealing.public, "lienlac-message")
    assert len(sealed) <= limits.ENVELOPE_MAX_BYTES
    assert jws.verify(jwe.unseal(sealed, sealing, "lienlac-message"), signing.public, "lienlac-message") == payload
