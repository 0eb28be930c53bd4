"""The pieces that JWS and JWE share: strict base64url, protected headers, and refusing anything not expected.

Serves clauses 3.1 and 3.2. Knows the wire forms of RFC 7515 and RFC 7516; holds no key and makes no signature.
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pybase64

from lienlac import limits, strictjson
from lienlac.errors import Refused

ED25519 = "Ed25519"  # RFC 9864
ML_DSA_65 = "ML-DSA-65"  # RFC 9964

_URL_ALPHABET = b"-_"
_ENDINGS = {0: (b"", None), 2: (b"==", frozenset(b"AQgw")), 3: (b"=", frozenset(b"AEIMQUYcgkosw048"))}
"""By length modulo four: the padding that is left out, and the last letters that carry no stray bits."""


def encode64(data: bytes) -> bytes:
    """Unpadded base64url."""
    return pybase64.b64encode(data, _URL_ALPHABET).rstrip(b"=")


def decode64(text: bytes, field: str) -> bytes:
    """Bytes of unpadded base64url in its one canonical spelling; raises `Refused("malformed")` naming the field."""
    padding, last = _ENDINGS.get(len(text) % 4, (None, None))
    if padding is None or (last is not None and text[-1] not in last) or b"+" in text or b"/" in text or b"=" in text:
        raise Refused("malformed", field=field, reason="not base64url")
    try:
        return pybase64.b64decode(text + padding, _URL_ALPHABET, validate=True)
    except binascii.Error as error:
        raise Refused("malformed", field=field, reason="not base64url") from error


class Spelling:
    """A JSON object exactly as we spell it, so that the usual one need not be parsed: only cut at its quotes.

    `form` is such an object with `?` in the place of each text that differs. Whatever is spelt in another way, and be
    it by one space or escape, is not matched and must be read with `strictjson`. Texts that are matched are ASCII
    without quotes and escapes; that they are base64url is for `decode64` to say.
    """

    def __init__(self, form: bytes) -> None:
        pieces = form.split(b'"')
        open_at = [at for at, piece in enumerate(pieces) if piece == b"?"]
        self._pieces = len(pieces)
        self._fixed_at = itemgetter(*(at for at in range(len(pieces)) if at not in open_at))
        self._fixed = self._fixed_at(pieces)
        self._open_at = itemgetter(*open_at)

    def texts(self, data: bytes) -> tuple[bytes, ...] | None:
        """The differing texts in their order; None when the data is spelt in another way."""
        pieces = data.split(b'"', self._pieces)
        if len(pieces) != self._pieces or self._fixed_at(pieces) != self._fixed:
            return None
        if b"\\" in data or not data.isascii():
            return None
        found: tuple[bytes, ...] = self._open_at(pieces)
        return found


def text_of(value: Any, field: str) -> bytes:
    """ASCII bytes of a JSON text; raises `Refused("malformed")`."""
    if not isinstance(value, str) or not value.isascii():
        raise Refused("malformed", field=field, reason="an ASCII text is expected")
    return value.encode("ascii")


@lru_cache(maxsize=256)
def signature_header(alg: str, kid: str, typ: str) -> bytes:
    """Our encoded protected header of one signature, made once for each key and type."""
    return encode64(f'{{"alg":"{alg}","kid":"{kid}","typ":"{typ}"}}'.encode("ascii"))


def read_header(encoded: bytes) -> dict[str, Any]:
    """A protected header as it came; raises `Refused`: `malformed`, `duplicate-key`."""
    if len(encoded) > limits.JOSE_HEADER_MAX_CHARS:
        raise Refused("malformed", field="protected", reason="too long")
    header = strictjson.loads(
        decode64(encoded, "protected"), max_bytes=limits.JOSE_HEADER_MAX_CHARS, max_depth=limits.JSON_MAX_DEPTH
    )
    if not isinstance(header, dict):
        raise Refused("malformed", field="protected", reason="an object is expected")
    return header


def check_parameters(header: dict[str, Any], expected: frozenset[str]) -> None:
    """Every parameter known and a text, none missing.

    Raises `Refused`: `header-unknown` for `crit` and whatever else we do not understand, `malformed`.
    """
    for name, value in header.items():
        if name not in expected:
            raise Refused("header-unknown", parameter=name[: limits.LINE_MAX_CHARS])
        if not isinstance(value, str):
            raise Refused("malformed", field=name, reason="a text is expected")
    if len(header) != len(expected):
        raise Refused("malformed", field="protected", reason="a parameter is missing")


_SIGNATURE_PARAMETERS = frozenset({"alg", "kid", "typ"})


@lru_cache(maxsize=1024)
def read_signature_header(encoded: bytes) -> tuple[str, str, str]:
    """`alg`, `kid`, `typ` of one signature's protected header; remembered, because a peer repeats itself.

    Raises `Refused`: `malformed`, `duplicate-key`, `header-unknown`, `algorithm-unknown`.
    """
    header = read_header(encoded)
    check_parameters(header, _SIGNATURE_PARAMETERS)
    if header["alg"] not in (ED25519, ML_DSA_65):
        raise Refused("algorithm-unknown", alg=header["alg"][: limits.LINE_MAX_CHARS])
    return header["alg"], header["kid"], header["typ"]
