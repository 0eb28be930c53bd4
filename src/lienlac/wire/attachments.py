"""Files beside messages: the rules of their names, the arithmetic of their chunks, what the peers' door says of them.

Pure (clauses 14.x). A name is somebody else's text: it may hold what hides an extension, walks out of a folder or names
a device, so `safe_name` says what is left of one, and `check_name` refuses one that a good node would not have sent.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final, Literal

import msgspec

from lienlac import limits
from lienlac.errors import Refused

TAG_BYTES: Final = 16
"""What sealing adds to every chunk."""
SEALED_CHUNK_BYTES: Final = limits.ATTACHMENT_CHUNK_BYTES + TAG_BYTES
FALLBACK_NAME: Final = "file"

_FORBIDDEN: Final = frozenset('/\\:*?"<>|')
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, invisible and direction-changing characters, halves, private ones, line and paragraph ends."""
_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|\Z)", re.IGNORECASE
)
_EDGES: Final = " ."
_EXTENSION_MAX_CHARS: Final = 12


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a receiver says about one file at its door: how it stands, and how many chunks it holds for good."""

    state: Literal["expected", "checking", "whole", "failed"]
    chunks: Annotated[int, msgspec.Meta(ge=0, le=2**32)]


def chunk_count(size_bytes: int) -> int:
    """How many chunks a file has; the last one is shorter, never empty."""
    return -(-size_bytes // limits.ATTACHMENT_CHUNK_BYTES)


def chunk_length(size_bytes: int, index: int) -> int:
    """Bytes of one chunk before sealing."""
    return min(limits.ATTACHMENT_CHUNK_BYTES, size_bytes - index * limits.ATTACHMENT_CHUNK_BYTES)


def sealed_length(size_bytes: int, index: int) -> int:
    """Bytes of one chunk as it travels and lies on the disk."""
    return chunk_length(size_bytes, index) + TAG_BYTES


def sealed_size(size_bytes: int) -> int:
    """Bytes of all chunks of a file as they travel and lie on the disk."""
    return size_bytes + chunk_count(size_bytes) * TAG_BYTES


def plain_size(size_bytes: int, chunks: int) -> int:
    """Bytes of the file that its first chunks hold."""
    return min(size_bytes, chunks * limits.ATTACHMENT_CHUNK_BYTES)


def check_name(name: str) -> None:
    """Raise `Refused("attachment-name")` for a name that could do harm where it is shown or saved."""
    if not name or len(name.encode("utf-8", "replace")) > limits.FILE_NAME_MAX_BYTES:
        raise Refused("attachment-name", reason="length")
    if any(letter in _FORBIDDEN or unicodedata.category(letter) in _HIDDEN_CATEGORIES for letter in name):
        raise Refused("attachment-name", reason="character")
    if name.strip(_EDGES) != name or name.startswith("-"):
        raise Refused("attachment-name", reason="edge")
    if _RESERVED.match(name):
        raise Refused("attachment-name", reason="reserved")


def safe_name(typed: str) -> str:
    """What is left of a name once everything dangerous is out; passes `check_name` whatever came in."""
    last = re.split(r"[/\\]", typed)[-1]
    text = unicodedata.normalize("NFC", last)
    text = "".join(" " if letter.isspace() else letter for letter in text)
    text = "".join(letter for letter in text if unicodedata.category(letter) not in _HIDDEN_CATEGORIES)
    text = "".join("_" if letter in _FORBIDDEN else letter for letter in text)
    text = _cut(" ".join(text.split()).strip(_EDGES))
    if text.startswith("-") or _RESERVED.match(text):
        text = _cut(f"_{text}")
    return text or FALLBACK_NAME


def extension(name: str) -> str:
    """The last extension in lower case without its dot; empty when there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem and 0 < len(ending) <= _EXTENSION_MAX_CHARS else ""


def _cut(text: str) -> str:
    """At most `limits.FILE_NAME_MAX_BYTES`; the extension stays, letters stay whole."""
    if len(text.encode()) <= limits.FILE_NAME_MAX_BYTES:
        return text
    ending = extension(text)
    tail = f".{ending}" if ending else ""
    room = limits.FILE_NAME_MAX_BYTES - len(tail.encode())
    stem = text.removesuffix(tail) if tail and text.endswith(tail) else text[: len(text) - len(tail)]
    kept = stem.encode()[:room].decode("utf-8", "ignore").rstrip(_EDGES)
    return f"{kept}{tail}" if kept else tail.strip(_EDGES)
