"""Parcels: exact bytes out of envelopes, bundles and single objects; frames that could be read in two ways refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.stix import strict
from lienlac.stix.checking import check
from lienlac.stix.reading import objects_of
from tests.stix.material import UUID, code_of, indicator, raw

MAX = 10_000_000
A = b'{"type": "x-a",\n "id":"x-a--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f" , "n":1.50}'
B = b'{"id":"x-b--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","type":"x-b","t":"\\u1ea1\\/"}'


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        objects_of(data, max_bytes=MAX)
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "kind", "objects"),
    [
        (b'{"objects":[' + A + b"," + B + b"]}", "envelope", [A, B]),
        (b' {"more":true,\n"next":"x","objects" : [ ' + A + b" ,\t" + B + b" ] }\n", "envelope", [A, B]),
        (b'{"type":"bundle","id":"bundle--1","objects":[' + A + b"]}", "bundle", [A]),
        (b'{"objects":[' + A + b"," + A + b'],"x_mine":[' + A + b"]}", "envelope", [A, A]),
        (b'{"x_mine":[' + A + b'],"objects":[' + A + b"]}", "envelope", [A]),
        (b'{"x":{},"objects":[{}]}', "envelope", [b"{}"]),
        (b"{}", "envelope", []),
        (b'{"more":false}', "envelope", []),
        (b'{"objects":[]}', "envelope", []),
        (b"  " + A + b"\n", "object", [A]),
        (b'{"objects":[1,"two",null,[3]]}', "envelope", [b"1", b'"two"', b"null", b"[3]"]),
    ],
)
def test_every_object_keeps_its_bytes(data: bytes, kind: str, objects: list[bytes]) -> None:
    parcel = objects_of(data, max_bytes=MAX)
    assert (parcel.kind, parcel.objects) == (kind, objects)


def test_unknown_members_of_a_frame_are_named() -> None:
    bundle = objects_of(b'{"type":"bundle","id":"b","spec_version":"2.1","objects":[]}', max_bytes=MAX)
    assert (bundle.extra, bundle.id) == (("spec_version",), "b")
    envelope = objects_of(b'{"next":"n","more":true,"objects":[' + A + b"]}", max_bytes=MAX)
    assert (envelope.extra, envelope.more, envelope.next) == ((), True, "n")


def test_an_old_observation_is_an_object_and_no_envelope() -> None:
    observed = raw({"type": "observed-data", "id": f"observed-data--{UUID}", "objects": {"0": {"type": "file"}}})
    assert objects_of(observed, max_bytes=MAX).objects == [observed]


def test_an_object_without_a_type_is_refused_as_an_object() -> None:
    nameless = raw(indicator(type=None))
    assert objects_of(nameless, max_bytes=MAX).objects == [nameless]
    assert code_of(nameless) == "stix-missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"\xef\xbb\xbf{}", "malformed"),
        (b'{"objects":[' + A + b"]}x", "malformed"),
        (b'{"objects":[' + A + b",]}", "malformed"),
        (b'{"objects":[NaN]}', "malformed"),
        (b'{"n":1e999,"objects":[' + A + b"]}", "malformed"),
        (b'{"n":99999999999999999999,"objects":[' + A + b"]}", "malformed"),
        (b'{"n":"\\ud800","objects":[' + A + b"]}", "malformed"),
        (b'{"n":"\\u0000","objects":[]}', "malformed"),
        (b'{"n":"\xff","objects":[]}', "malformed"),
        (b'{"objects":[' + A + b'],"objects":[' + B + b"]}", "duplicate-key"),
        (b'{"objects":[' + A + b'],"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"objects":[' + A + b"," + B + b'],"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"objects":[' + A + b'],"\\u006fbjects":[' + B + b"]}", "duplicate-key"),
        (b'{"more":true,"more":false,"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"type":"bundle","type":"bundle","objects":[' + A + b"]}", "duplicate-key"),
        (b"[" + A + b"]", "stix-not-parcel"),
        (b"5", "stix-not-parcel"),
        (b'"text"', "stix-not-parcel"),
        (b"null", "stix-not-parcel"),
        (b'{"objects":null}', "stix-not-parcel"),
        (b'{"objects":{}}', "stix-not-parcel"),
        (b'{"type":"bundle","objects":7}', "stix-not-parcel"),
        (b'{"type":"bundle","id":7,"objects":[]}', "stix-not-parcel"),
        (b'{"objects":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too-deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too-deep"),
        (b"[" * 100_000, "stix-not-parcel"),
    ],
)
def test_a_frame_that_is_none_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_parcel_over_the_bound_is_refused_unread() -> None:
    with pytest.raises(Refused) as caught:
        objects_of(b" " * 11, max_bytes=10)
    assert caught.value.code == "too-large"


def test_a_crowd_of_nothings_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b'{"objects":[' + b"0," * 1_000_000 + b"0]}") == "stix-crowded"
    monkeypatch.setattr(limits, "STIX_PARCEL_MAX_OBJECTS", 2)
    assert refused(b'{"objects":[{},{},{}]}') == "stix-crowded"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"type":"x-a","type":"x-b"}', "duplicate-key"),
        (b'{"type":"x-a","\\u0074ype":"x-b"}', "duplicate-key"),
        (b'{"a":{"b":1,"b":1}}', "duplicate-key"),
        (b'{"a":[{"b":":","b":"\\":"}]}', "duplicate-key"),
        (b'{ "a" : 1, "a" : 1 }', "duplicate-key"),
        (b'{"a":NaN}', "malformed"),
        (b'{"a":-Infinity}', "malformed"),
        (b'{"a":1e999}', "malformed"),
        (b'{"a":9007199254740993}', "malformed"),
        (b'{"a":-99999999999999999999999999}', "malformed"),
        (b'{"a":"\\ud800"}', "malformed"),
        (b'{"\\udfff":1}', "malformed"),
        (b'{"a":"\\u0000"}', "malformed"),
        (b'{"a\\u0000":1}', "malformed"),
        (b'{"a":"\xc3\x28"}', "malformed"),
        (b'{"a":"\xed\xa0\x80"}', "malformed"),
        (b"\xef\xbb\xbf{}", "malformed"),
        (b'{"a":01}', "malformed"),
        (b'{"a":1,}', "malformed"),
        (b'{"a":"\x01"}', "malformed"),
        (b'{"a":1} {}', "malformed"),
        (b"", "malformed"),
        (b'{"a":' + b"[" * 65 + b"]" * 65 + b"}", "too-deep"),
        (b"[" * 10_000 + b"]" * 10_000, "too-deep"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "too-deep"),
        (b'{"a":"' + b"x" * limits.STIX_OBJECT_MAX_BYTES + b'"}', "too-large"),
        (b"[]", "stix-not-object"),
        (b"7", "stix-not-object"),
        (b'"\\u0000"', "malformed"),
    ],
)
def test_an_object_that_two_programs_could_read_in_two_ways_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":"\\\\u0000"}',
        b'{"a":"b\\":","c":":"}',
        b'{"a":1.0,"b":1e2,"c":-0,"d":0.1234567890123456789}',
        b'{"\\u00e9":"\\u1ea1 \\/ \\ud83d\\ude00"}',
        b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}',
        b'{"a":' + b"[" * 63 + b"]" * 63 + b"}",
        '{"a":"\u00e9\u1ea1"}'.encode(),
    ],
)
def test_what_only_looks_odd_is_read_like_everywhere(data: bytes) -> None:
    assert strict.value_of(data) == json.loads(data)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=4), inner, max_size=4
        )
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text('abc:"\\é', max_size=3), json_values, max_size=5)


@given(objects, st.sampled_from([None, 1]), st.booleans())
def test_the_quick_reader_reads_what_the_slow_one_reads(
    value: dict[str, Any], indent: int | None, ascii_only: bool
) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert strict.value_of(data) == value == strictjson.loads(data, max_bytes=MAX)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", ":", '"', "é"]), json_values), max_size=6), st.booleans())
def test_a_key_that_stands_twice_is_always_found(pairs: list[tuple[str, Any]], ascii_only: bool) -> None:
    inner = ",".join(f"{json.dumps(key, ensure_ascii=ascii_only)}:{json.dumps(value)}" for key, value in pairs)
    data = f'{{"x":[{{{inner}}}]}}'.encode()
    if len({key for key, _ in pairs}) < len(pairs):
        with pytest.raises(Refused) as caught:
            strict.value_of(data)
        assert caught.value.code == "duplicate-key"
    else:
        assert strict.value_of(data)["x"] == [dict(pairs)]


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    for read in (lambda: objects_of(data, max_bytes=MAX), lambda: check(data)):
        with suppress(Refused):
            read()


@given(
    st.lists(objects, max_size=5), st.dictionaries(st.sampled_from(["x_a", "more", "next"]), json_values, max_size=3)
)
def test_what_was_put_in_comes_out(items: list[dict[str, Any]], frame: dict[str, Any]) -> None:
    parts = [json.dumps(item).encode() for item in items]
    data = (
        json.dumps({**frame, "objects": []})
        .encode()
        .replace(b'"objects": []', b'"objects": [' + b" , ".join(parts) + b"]")
    )
    assert objects_of(data, max_bytes=MAX).objects == parts


HALF = st.characters(exclude_categories=()) | st.sampled_from(["\ud800", "\udfff", "\\", '"', "\ufffd"])
"""Characters of every kind, halves of characters among them."""


@given(st.lists(st.dictionaries(st.text(HALF, max_size=3), st.text(HALF, max_size=6), max_size=3), max_size=5))
def test_half_a_character_spoils_its_own_object_and_none_beside_it(items: list[dict[str, str]]) -> None:
    """One lone surrogate in an envelope of a thousand objects: it is one object that waits in quarantine."""
    raws = [json.dumps({**item, "type": "x"}).encode() for item in items]
    parcel = objects_of(b'{"objects": [' + b" ,".join(raws) + b"]}", max_bytes=10**6)
    assert parcel.objects == raws
    for raw_, item in zip(raws, items, strict=True):
        text = json.dumps(item, ensure_ascii=False)
        if any("\ud800" <= letter <= "\udfff" for letter in json.loads(json.dumps(text))):
            with pytest.raises(Refused):
                strict.value_of(raw_)


@pytest.mark.parametrize(
    "data",
    [
        b'{"more": "\\ud800", "objects": [{"type": "x"}]}',
        b'{"\\udfff": 1, "objects": [{"a": "\\ud800"}]}',
        b'{"extra": {"a": "\\ud800"}, "objects": [{"a": "\\ufffd"}]}',
        b'{"extra": {"a": "\\ufffd"}, "objects": [{"a": "\\ud800"}]}',
        b'{"objects": [{"a": "\\ud80"}]}',
    ],
)
def test_half_a_character_in_the_frame_spoils_the_frame(data: bytes) -> None:
    """Also where the same bytes could be taken for the object: a hidden twin must not change which bytes are kept."""
    with pytest.raises(Refused) as caught:
        objects_of(data, max_bytes=10**6)
    assert caught.value.code == "malformed"
