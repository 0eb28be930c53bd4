"""Files read object by object: cut anywhere, in any spelling, and never more in memory than a few objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lienlac.cli.groups.intelligence.pieces import objects_in
from lienlac.errors import Refused

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=6) | st.just("objects"), VALUES, max_size=4), max_size=6)


def cut(data: bytes, places: list[int]) -> Iterator[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    for first, last in pairwise(edges):
        yield data[first:last]


@given(
    OBJECTS,
    st.lists(st.integers(0, 10_000), max_size=6),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.dictionaries(st.sampled_from(["id", "type", "x"]), VALUES, max_size=3),
)
@example([{}, {}], [15, 29], None, False, {}).via("a file that ends in another piece than its list")
@example([{}, {}], [15, 27], None, False, {}).via("the same, cut within a name")
def test_what_goes_in_comes_out_byte_for_byte(
    objects: list[Any], places: list[int], indent: Any, bare: bool, frame: dict[str, Any]
) -> None:
    raws = [json.dumps(one, ensure_ascii=False, indent=indent).encode() for one in objects]
    listed = b"[" + b" ,\n".join(raws) + b"]"
    before = json.dumps(frame).encode()[:-1] + (b"," if frame else b"")
    data = listed if bare else before + b' "objects" : ' + listed + b', "after": [{"objects": [{}]}]}'
    assert list(objects_in(cut(data, places))) == raws


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"objects":[{}',
        b'{"objects":[{}]',
        b'{"type":"bundle"}',
        b"]",
        b'{"objects":{}}',
        b'{"a":"x',
        b"17",
        b"[{}]]",
    ],
)
def test_a_frame_that_does_not_hold_together_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="malformed"):
        list(objects_in([data]))


def test_an_object_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"objects":[{"a":"'
        while True:
            yield b"a" * 100_000

    with pytest.raises(Refused, match="too-large"):
        list(objects_in(endless()))


def test_what_was_given_out_is_forgotten() -> None:
    """Three hundred thousand objects, and the reader never holds more than a block and an object."""
    import tracemalloc

    one = b'{"type":"x-a","id":"x-a--1","x_text":"' + b"a" * 200 + b'"},'

    def blocks() -> Iterator[bytes]:
        yield b'{"type":"bundle","objects":['
        for _ in range(300):
            yield one * 100
        yield one[:-1] + b"]}"

    tracemalloc.start()
    assert sum(1 for _ in objects_in(blocks())) == 30_001
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
