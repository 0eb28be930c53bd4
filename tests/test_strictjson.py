"""Strict JSON: whatever the bytes, a value that any parser would read alike, or `Refused` (clause 1.3)."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lienlac import limits, strictjson
from lienlac.errors import Refused

BIG = 10_000_000


def code_of(data: bytes, **bounds: Any) -> str | None:
    try:
        strictjson.check(data, **({"max_bytes": BIG} | bounds))
    except Refused as refusal:
        return refusal.code
    return None


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-limits.JSON_MAX_INTEGER, limits.JSON_MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_good_json_is_read_as_it_was_written(value: Any, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert strictjson.loads(data, max_bytes=BIG) == value


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0dD8aAfFtn1e-+. \t\x00', max_size=60).map(str.encode))
@example(b'"\\')
@example(b'"\\ud800"')
@example(b"\xff\xfe[\x00")
@example(b"-")
def test_any_bytes_give_a_value_or_a_refusal(data: bytes) -> None:
    code = code_of(data)
    assert code in {None, "malformed", "duplicate-key", "too-deep"}
    if code is None:
        assert json.loads(data.decode()) == strictjson.loads(data, max_bytes=BIG)


@given(values, st.integers(1, 40))
def test_depth_is_counted_as_the_parser_nests(value: Any, depth: int) -> None:
    def nesting(item: Any) -> int:
        if isinstance(item, dict):
            return 1 + max(map(nesting, item.values()), default=0)
        return 1 + max(map(nesting, item), default=0) if isinstance(item, list) else 0

    data = json.dumps(value).encode()
    assert (code_of(data, max_depth=depth) == "too-deep") == (nesting(value) > depth)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "duplicate-key"),
        (b'{"a":1,"\\u0061":2}', "duplicate-key"),
        (b'[{"x":{"b":1,"b":1}}]', "duplicate-key"),
        ("\ufeff{}".encode(), "malformed"),
        ("{}".encode("utf-16"), "malformed"),
        (b'"\xff"', "malformed"),
        (b'"\xed\xa0\x80"', "malformed"),
        (b'"\xc0\x80"', "malformed"),
        (b'"\\ud800"', "malformed"),
        (b'{"\\udfff":1}', "malformed"),
        (b'"\\udc00\\ud800"', "malformed"),
        (b'"\\u0000"', "malformed"),
        (b'"\x00"', "malformed"),
        (b'"a\nb"', "malformed"),
        (b"NaN", "malformed"),
        (b"[Infinity]", "malformed"),
        (b"-Infinity", "malformed"),
        (b"1e999", "malformed"),
        (b"-1e999", "malformed"),
        (b"9007199254740993", "malformed"),
        (b"9" * 5_000, "malformed"),
        (b"01", "malformed"),
        (b"[1,]", "malformed"),
        (b"{}{}", "malformed"),
        (b"{} x", "malformed"),
        (b"'a'", "malformed"),
        (b"", "malformed"),
        (b"/**/1", "malformed"),
        (b"[" * 100_000, "too-deep"),
        (b'{"a":' * 100_000, "too-deep"),
        (b"[" * 33 + b"]" * 33, "too-deep"),
        (b"[" * 32 + b"]" * 32, None),
        (b'"' + b"[" * 500 + b'"', None),
        (b'"\\"' + b"[" * 500 + b'"', None),
        (b'"\\\\",' + b"[" * 500, "too-deep"),
        (b'"\\ud83d\\ude00"', None),
        (b'"\\\\u0000"', None),
        (b'"\\\\ud800"', None),
        (b"9007199254740992", None),
        (b"-9007199254740992", None),
        (b"-0", None),
        (b" \t\r\n{} ", None),
    ],
)
def test_cases(data: bytes, code: str | None) -> None:
    assert code_of(data) == code


def test_too_large_is_said_before_anything_is_read() -> None:
    assert code_of(b"[" * 101, max_bytes=100) == "too-large"
    assert code_of(b"[" + b" " * 98 + b"]", max_bytes=100) is None


def test_slow_patterns_do_not_exist() -> None:
    """Bytes made to be read again and again are read once (a quadratic reader would not end here)."""
    for data in (b'"\\"' * 700_000, b'\\"' * 1_000_000, b'"' * 2_000_000, b"[" + b'"\\' * 1_000_000):
        assert code_of(data) == "malformed"


def test_the_reason_does_not_repeat_the_input() -> None:
    with pytest.raises(Refused) as refusal:
        strictjson.check(b'{"secret":"s3cret"', max_bytes=BIG)
    assert "s3cret" not in str(refusal.value)


def test_numbers_keep_their_kind() -> None:
    assert strictjson.loads(b"[1,1.0,-0]", max_bytes=10) == [1, 1.0, 0]
    assert math.isfinite(strictjson.loads(b"1e308", max_bytes=9))
