"""C2SP signed notes: a text with both of our signatures, as log checkpoints travel outside of messages (clause 8.3).

The Ed25519 line is what every note verifier reads (type 0x01); the ML-DSA-65 line has no type byte of its own yet and
uses 0xff with a name, as the specification asks. We demand both. Knows nothing of what the text says.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys.jose import ED25519, ML_DSA_65

if TYPE_CHECKING:
    from lienlac.keys.suite import SigningKeys, VerifyingKeys

_ML_DSA_TYPE = b"\xfflienlac.org/note/ml-dsa-65\x00"
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,100}")
_LINE = re.compile(r"— (?P<name>[^\s+\x00-\x1f\x7f]{1,100}) (?P<signature>[A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_MAX_SIGNATURES = 16


def sign_note(text: str, name: str, keys: SigningKeys) -> str:
    """The text (ending in a newline) with two signature lines under `name`. Raises `ValueError` for no note text."""
    if not text.endswith("\n") or _CONTROL.search(text) is not None or _NAME.fullmatch(name) is None:
        raise ValueError(name)
    lines = []
    for alg in (ED25519, ML_DSA_65):
        signature = keys.sign(alg, text.encode("utf-8"))
        lines.append(f"— {name} {base64.b64encode(_key_id(name, alg, keys.public) + signature).decode('ascii')}\n")
    return f"{text}\n{''.join(lines)}"


def verify_note(note: str, keys: VerifyingKeys, name: str | None = None) -> str:
    """The text, once both keys' lines hold (under `name` when it is given). Lines of other keys mean nothing.

    Raises `Refused`: `too-large`, `malformed`, `signature-missing`, `signature-invalid`.
    """
    if len(note) > limits.NOTE_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(note), limit_bytes=limits.NOTE_MAX_BYTES)
    text, lines = _split(note)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused("malformed", reason="not UTF-8") from error
    proven = set()
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise Refused("malformed", reason="not a signature line")
        if name is not None and found["name"] != name:
            continue
        raw = _decode(found["signature"])
        for alg in (ED25519, ML_DSA_65):
            if raw[:4] == _key_id(found["name"], alg, keys):
                keys.check(alg, raw[4:], data)
                proven.add((found["name"], alg))
    if not any((signer, ML_DSA_65) in proven for signer, alg in proven if alg == ED25519):
        raise Refused("signature-missing")
    return text


def _split(note: str) -> tuple[str, list[str]]:
    """Text and signature lines; the last empty line stands between them."""
    text, separator, rest = note.rpartition("\n\n")
    if not separator or not rest.endswith("\n") or _CONTROL.search(note) is not None:
        raise Refused("malformed", reason="not a signed note")
    lines = rest[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise Refused("signature-extra", count=len(lines))
    return text + "\n", lines


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refused("malformed", reason="not base64") from error


def _key_id(name: str, alg: str, keys: VerifyingKeys) -> bytes:
    """The four bytes by which a reader finds the key of a line."""
    key = b"\x01" + keys.ed25519 if alg == ED25519 else _ML_DSA_TYPE + keys.ml_dsa_65
    return hashlib.sha256(name.encode("utf-8") + b"\n" + key).digest()[:4]
