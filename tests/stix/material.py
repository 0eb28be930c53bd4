"""Where the STIX data of others lies, and short objects of our own for the rest."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lienlac.errors import Refused
from lienlac.stix.checking import Stix, check

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared test data is not beside this project")

UUID = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
OTHER = "31b940d4-6f7f-459a-80ea-9c1f17b5891b"


def files(folder: str) -> list[Path]:
    """The files of one set, in their order; none where the data is absent."""
    return sorted((SHARED / "stix" / folder).glob("*.json"))


def instance(path: Path) -> bytes:
    """The STIX inside a file of a set."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps(loaded.get("instance", loaded)).encode()


def real(name: str) -> bytes:
    """A real bundle."""
    return gzip.decompress((SHARED / "stix" / f"{name}.json.gz").read_bytes())


def indicator(**changes: Any) -> dict[str, Any]:
    """An indicator that is right; a change to None takes a member away."""
    made = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{UUID}",
        "created": "2026-11-25T08:00:00.000Z",
        "modified": "2026-11-25T08:00:00.000Z",
        "pattern": "[domain-name:value = 'vcb-hoantien.example']",
        "pattern_type": "stix",
        "valid_from": "2026-11-25T08:00:00Z",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def raw(value: Any) -> bytes:
    """An object as a sender writes it."""
    return json.dumps(value).encode()


def checked(value: Any) -> Stix:
    """An object that must pass."""
    return check(raw(value))


def code_of(data: bytes) -> str:
    """Why an object is refused."""
    with pytest.raises(Refused) as caught:
        check(data)
    return caught.value.code
