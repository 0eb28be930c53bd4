"""JSON from outside, read strictly: one meaning or none (clause 1.3).

Responsible for refusing everything that two parsers could read in two ways or that could hurt a reader: duplicate
keys, deep nesting, NaN and Infinity, numbers beyond what every program holds exactly, invalid UTF-8, a byte order
mark, lone surrogates, U+0000 (no text column of every database takes it), trailing data. Whatever the bytes, the only
exception is `Refused`. Knows nothing of what the JSON means.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from typing import Any

from lienlac import limits
from lienlac.errors import Refused

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
# Possessive, and the closing quote optional: a string is read once, never tried again, whatever follows.
_DELICATE_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_INTEGER_MAX_CHARS = len(str(-limits.JSON_MAX_INTEGER))


def check(data: bytes, *, max_bytes: int, max_depth: int = limits.JSON_MAX_DEPTH) -> None:
    """Raise `Refused` unless the bytes are one strict JSON value.

    Codes: `too-large`, `too-deep`, `duplicate-key`, `malformed`; never another exception, for any bytes.
    """
    loads(data, max_bytes=max_bytes, max_depth=max_depth)


def loads(data: bytes, *, max_bytes: int, max_depth: int = limits.JSON_MAX_DEPTH) -> Any:
    """The one value in these bytes; raises as `check` does."""
    if len(data) > max_bytes:
        raise Refused("too-large", size_bytes=len(data), limit_bytes=max_bytes)
    _check_depth(data, max_depth)
    try:
        value = _decode(data.decode("utf-8"))
    except RecursionError as error:
        raise Refused("too-deep", limit=max_depth) from error
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are ValueErrors
        raise Refused("malformed", reason=_reason(error)) from error
    if _DELICATE_ESCAPE.search(data) is not None:
        _check_texts(value)
    return value


def _check_depth(data: bytes, max_depth: int) -> None:
    """Nesting, counted before anything is parsed."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    brackets = _STRINGS.sub(b"", data).translate(_STEPS, _NOT_BRACKETS)
    if max(itertools.accumulate(memoryview(brackets).cast("b")), default=0) > max_depth:
        raise Refused("too-deep", limit=max_depth)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused("duplicate-key")
    return made


def _integer(text: str) -> int:
    """An integer that every program holds exactly."""
    if len(text) > _INTEGER_MAX_CHARS or abs(value := int(text)) > limits.JSON_MAX_INTEGER:
        raise Refused("malformed", reason="an integer is too large")
    return value


def _float(text: str) -> float:
    """A finite number."""
    value = float(text)
    if math.isinf(value):
        raise Refused("malformed", reason="a number is too large")
    return value


def _constant(text: str) -> float:
    """NaN and the infinities are no JSON."""
    raise Refused("malformed", reason=f"{text} is not JSON")


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant, strict=True
).decode


def _check_texts(value: Any) -> None:
    """Refuse lone surrogates and U+0000 in any key or text; called only when an escape could have made one."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\x00" in item or not _is_text(item):
                raise Refused("malformed", reason="a text holds U+0000 or half a character")
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _is_text(item: str) -> bool:
    try:
        item.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: ValueError) -> str:
    """Where the bytes stop being JSON, without repeating them."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return "not UTF-8" if isinstance(error, UnicodeDecodeError) else "not JSON"
