"""Every vector of a kind leads to what its file says: the whole body as it is understood, or a refusal by its code."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac.errors import Refused
from lienlac.flash.kinds import FLASH_KINDS
from lienlac.methods.kinds import METHOD_KINDS
from lienlac.wire.kinds import Kinds
from lienlac.wire.message import decode, encode

HERE = Path(__file__).parent
KINDS = Kinds((*FLASH_KINDS, *METHOD_KINDS))


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_kinds", HERE / "make_kinds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_kinds"] = module
    spec.loader.exec_module(module)
    return module


make_kinds = _maker()
COMMITTED = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / "vectors" / "kinds").glob("*.json"))
]


def plain(body: Any) -> Any:
    """A body as JSON says it, with everything that was left out."""
    return json.loads(msgspec.json.encode(body))


@pytest.mark.parametrize("vector", COMMITTED, ids=lambda vector: vector["name"])
def test_committed_vector(vector: dict[str, Any]) -> None:
    payload = base64.b64decode(vector["payload_base64"])
    if vector["expects"] is not None:
        with pytest.raises(Refused) as refusal:
            KINDS.read(decode(payload))
        assert refusal.value.code == vector["expects"]
        return
    message = decode(payload)
    kind, body = KINDS.read(message)
    assert kind.name == message.header.kind
    assert plain(body) == vector["body"]
    # and what this program writes of it is read as the same
    ours = encode(message.header, body)
    again = decode(ours)
    assert (again.header, KINDS.read(again)[1]) == (message.header, body)


def test_committed_vectors_are_what_the_script_makes() -> None:
    assert sorted(make_kinds.build(), key=lambda one: one["name"]) == sorted(COMMITTED, key=lambda one: one["name"])


def test_every_kind_of_flash_warnings_and_methods_has_a_good_and_a_bad_vector() -> None:
    names = {kind.name for kind in (*FLASH_KINDS, *METHOD_KINDS)}
    good = {vector["name"].removeprefix("good-").removesuffix("-full") for vector in COMMITTED if not vector["expects"]}
    assert good == names
    bad = [vector["name"] for vector in COMMITTED if vector["expects"]]
    assert {name for name in names if any(one.startswith(f"bad-{name}-") for one in bad)} == names
