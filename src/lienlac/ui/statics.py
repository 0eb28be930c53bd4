"""The files that never change under one address: styles, modules, fonts.

They are read once, and their common digest is part of their address, so a browser may keep them for ever and an
update is seen at once. Nothing outside this folder can be asked for: names are looked up in a table, not in a path.
"""

from __future__ import annotations

import functools
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

KINDS: Final = {
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "png": "image/png",
}
"""Only files of these kinds are given out."""


class Shelf(NamedTuple):
    """All static files: `files` by name such as `css/lienlac.css`, and the digest over all of them."""

    digest: str
    files: dict[str, bytes]


@functools.cache
def shelf() -> Shelf:
    """Every static file, read once for the process."""
    files = dict(sorted(_walk(resources.files("lienlac.ui").joinpath("static"), "")))
    total = hashlib.sha256()
    for name, data in files.items():
        total.update(f"{name}\n{len(data)}\n".encode() + data)
    return Shelf(total.hexdigest()[:16], files)


def static_url(name: str) -> str:
    """The lasting address of one file; raises KeyError for a file that is not there, so a typo fails in tests."""
    found = shelf()
    if name not in found.files:
        raise KeyError(name)
    return f"/static/{found.digest}/{name}"


def kind_of(name: str) -> str:
    """The media type of a file on the shelf."""
    return KINDS[name.rpartition(".")[2]]


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.rpartition(".")[2] in KINDS:
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
