"""One STIX object's bytes, read as strictly as any JSON from outside but at the speed of C.

Responsible for the same refusals as `lienlac.strictjson` (duplicate keys, deep nesting, NaN, numbers that two programs
read in two ways, invalid UTF-8, a byte order mark, half characters, U+0000), found without looking at each key in
Python: what was read is written again, and where the two texts differ, the members of both are counted.
Knows nothing of what the JSON means.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import orjson

from lienlac import limits, strictjson
from lienlac.errors import Refused

_NULL_ESCAPE: Final = b"\\u0000"
_LONG_DIGITS: Final = re.compile(rb"\d{16}")
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NOT_COLONS: Final = bytes(byte for byte in range(256) if byte != ord(":"))
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def value_of(raw: bytes) -> dict[str, Any]:
    """The object in these bytes.

    Raises `Refused` (`too-large`, `too-deep`, `duplicate-key`, `malformed`, `stix-not-object`); never another
    exception, for any bytes.
    """
    if len(raw) > limits.STIX_OBJECT_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(raw), limit_bytes=limits.STIX_OBJECT_MAX_BYTES)
    if raw.count(b"[") + raw.count(b"{") > limits.STIX_MAX_DEPTH:
        _check_depth(raw)
    try:
        value: Any = orjson.loads(raw)
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONDecodeError:
        return _read_slowly(raw)
    except TypeError as error:  # an integer beyond 53 bits: every other value that was read can be written
        raise Refused("malformed", reason="an integer is too large") from error
    if _NULL_ESCAPE in raw:
        return _read_slowly(raw)
    if again != raw and msgspec.json.format(raw, indent=-1) != again:
        _compare(raw, again)
    return _object(value)


def _read_slowly(raw: bytes) -> dict[str, Any]:
    """What the quick reader could not read: the slow one says why not, and has the last word."""
    return _object(strictjson.loads(raw, max_bytes=limits.STIX_OBJECT_MAX_BYTES, max_depth=limits.STIX_MAX_DEPTH))


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("stix-not-object")
    return value


def _check_depth(raw: bytes) -> None:
    """Nesting, counted before anything is parsed."""
    depth = deepest = 0
    for bracket in _STRINGS.sub(b"", raw).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > limits.STIX_MAX_DEPTH:
        raise Refused("too-deep", limit=limits.STIX_MAX_DEPTH)


def _compare(raw: bytes, again: bytes) -> None:
    """Both texts have the same members and the same numbers: a key that stood twice was written once."""
    if _LONG_DIGITS.search(raw) is not None:
        _read_slowly(raw)  # a number may have lost digits without a sign
        return
    if _members(raw) != _members(again):
        raise Refused("duplicate-key")


def _members(text: bytes) -> int:
    return len(_STRINGS.sub(b"", text).translate(None, _NOT_COLONS))
