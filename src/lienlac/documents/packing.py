"""Several files as one ZIP that is the same, byte by byte, whenever it is made of the same files. Pure.

Files stand in the order given, stored without compression levels of chance, without dates of their own, readable by
everybody; and a manifest names each with its digest.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The first that the form knows: dates stand inside the files."""
_READABLE: Final = 0o100644 << 16


def pack(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of these files, by their names."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = _READABLE
            made.writestr(entry, content)
    return whole.getvalue()


def listed(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of each file."""
    return [
        {"path": name, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]


def readable_json(value: object) -> bytes:
    """Indented JSON with its names in the order given, for people and programs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
