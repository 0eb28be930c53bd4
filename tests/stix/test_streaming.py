"""Large files come out object by object, cut anywhere, and memory does not grow with them."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix.reading import objects_of
from lienlac.stix.streaming import Splitter, objects_in
from tests.stix.material import needs_data, real
from tests.stix.test_reading import json_values

A = b'{"type": "x-a",\n "t":"]},{[\\"\\\\" , "n":[{"m":[1,{}]}]}'


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize(
    ("data", "objects"),
    [
        (b'{"type":"bundle","id":"b","objects":[' + A + b"," + A + b"]}", [A, A]),
        (b' {\n"objects" : [ ' + A + b" ,\n" + A + b' ] , "more":true}\n', [A, A]),
        (b'{"x":{"objects":[1]},"y":"\\"objects\\":[","\\u006fbjects":[' + A + b"]}", [A]),
        (b'{"objects":[]}', []),
        (b'{"objects":[1,"two,]",null,[3]]}', [b"1", b'"two,]"', b"null", b"[3]"]),
        (A, [A]),
        (b"{}", []),
    ],
)
def test_objects_come_out_whole_wherever_the_file_is_cut(data: bytes, objects: list[bytes], size: int) -> None:
    assert list(objects_in(pieces(data, size))) == objects


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"objects":[' + A, "malformed"),
        (b'{"objects":[' + A + b",", "malformed"),
        (b'{"objects":[' + A + b",]}", "malformed"),
        (b'{"objects":[,' + A + b"]}", "malformed"),
        (b'{"objects":[' + A + A + b"]}", "malformed"),
        (b'{"objects":[' + A + b"]", "malformed"),
        (b'{"objects":[' + A + b"]}}", "malformed"),
        (b'{"objects":[' + A + b'],"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"objects":[],"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"more":1,"more":2,"objects":[' + A + b"]}", "duplicate-key"),
        (b'{"type":"report","objects":[' + A + b"]}", "stix-not-parcel"),
        (b"[" + A + b"]", "stix-not-parcel"),
        (b"", "malformed"),
        (b'{"objects":[' + b"[" * 10_000, "malformed"),
        (b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too-deep"),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        list(objects_in([data]))
    assert caught.value.code == code


def test_an_object_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STIX_STREAM_MAX_BYTES", 10_000)

    def endless() -> Iterator[bytes]:
        yield b'{"objects":[{"a":"'
        while True:
            yield b"x" * 1_000

    with pytest.raises(Refused) as caught:
        list(objects_in(endless()))
    assert caught.value.code == "too-large"


def test_a_large_bundle_takes_no_more_memory_than_a_small_one() -> None:
    """Forty thousand objects, 8 MB, made while they are read: what waits is one piece and one object."""
    number = 40_000
    one = json.dumps(
        {"type": "domain-name", "id": "domain-name--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "value": "x" * 90}
    )

    def bundle() -> Iterator[bytes]:
        yield b'{"type":"bundle","id":"bundle--1","objects":['
        for done in range(0, number, 1_000):
            yield ((b"," if done else b"") + b",".join([one.encode()] * 1_000))
        yield b"]}"

    tracemalloc.start()
    try:
        count = sum(1 for _ in objects_in(bundle()))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == number
    assert most < 2_000_000


@needs_data
def test_a_real_bundle_is_cut_as_it_is_read_at_once() -> None:
    data = real("real21")
    splitter = Splitter()
    assert list(objects_in(pieces(data, 65_536), splitter)) == objects_of(data, max_bytes=len(data)).objects
    assert splitter.frame["type"] == "bundle"


@given(
    st.lists(st.dictionaries(st.text(max_size=3), json_values, max_size=4), max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_both_readers_agree(items: list[dict[str, Any]], size: int, indented: bool) -> None:
    data = json.dumps(
        {"id": "b", "objects": items, "more": True}, indent=1 if indented else None, ensure_ascii=False
    ).encode("utf-8", "surrogatepass")
    try:
        expected = objects_of(data, max_bytes=10**6).objects
    except Refused:
        return
    assert list(objects_in(pieces(data, size))) == expected


@given(
    st.lists(
        st.sampled_from([b'{"objects":', b"[", b"]", b"{", b"}", b",", b'"', b"\\", b"1", b" ", b'"a":', b"x"]),
        max_size=30,
    ),
    st.integers(1, 9),
)
def test_no_bytes_raise_anything_but_a_refusal(parts: list[bytes], size: int) -> None:
    with suppress(Refused):
        list(objects_in(pieces(b"".join(parts), size)))
