"""The text that states a log's head: a C2SP tlog-checkpoint body (clauses 5.x).

Three lines: origin (which log), size, base64 root; then optional extension lines. Parsing is strict: one text for one
value, so that equal heads are equal bytes. Signing is `keys.note`'s business, or that of the receipt that carries it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.wire import merkle

_ORIGIN: Final = re.compile(r"[^\s+\x00-\x1f\x7f-\x9f]{1,100}")
"""No spaces and no plus, as the specification advises: a note's signer bears the same name."""
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of one log: `size` leaves whose RFC 6962 root is `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def encode(checkpoint: Checkpoint) -> str:
    """The body, ending in a newline. Raises `ValueError` for a checkpoint that `decode` would not give back."""
    root = base64.b64encode(checkpoint.root).decode("ascii")
    text = "\n".join((checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)) + "\n"
    try:
        same = decode(text) == checkpoint
    except Refused as error:
        raise ValueError(text) from error
    if not same:
        raise ValueError(text)
    return text


def decode(text: str) -> Checkpoint:
    """The head that a body states. Raises `Refused("checkpoint-malformed")` unless it is exactly of the form."""
    if len(text) > limits.CHECKPOINT_MAX_CHARS:
        raise Refused("checkpoint-malformed", reason="too long")
    if not text.endswith("\n") or _CONTROL.search(text) is not None:
        raise Refused("checkpoint-malformed", reason="not lines of text")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Refused("checkpoint-malformed", reason="fewer than three lines, or an empty one")
    origin, size, root, *extensions = lines
    if _ORIGIN.fullmatch(origin) is None:
        raise Refused("checkpoint-malformed", reason="origin")
    if _SIZE.fullmatch(size) is None or int(size) > merkle.MAX_SIZE:
        raise Refused("checkpoint-malformed", reason="size")
    hashed = decode_hash(root)
    if hashed is None or (size == "0" and hashed != merkle.EMPTY_ROOT):
        raise Refused("checkpoint-malformed", reason="root")
    return Checkpoint(origin=origin, size=int(size), root=hashed, extensions=tuple(extensions))


def decode_hash(text: str) -> bytes | None:
    """32 bytes from their one base64 form; None for any other text."""
    if len(text) != 44:
        return None
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == merkle.HASH_BYTES and base64.b64encode(value).decode("ascii") == text else None
