"""Packs: what goes in comes out, and whatever was made to harm is refused before it costs anything."""

from __future__ import annotations

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.wire.packing.packs import opened, packed


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=60))
def test_what_goes_in_comes_out(objects: list[bytes]) -> None:
    out: list[bytes] = []
    for one in packed(objects):
        assert one.first == len(out)
        out += opened(one.pack, count=one.objects, size_bytes=one.size_bytes, digest=one.digest)
    assert out == objects


def test_many_objects_take_several_packs_within_every_bound() -> None:
    noise = [hashlib.sha512(str(number).encode()).digest() * 8 + str(number).encode() for number in range(9_000)]
    packs = list(packed(noise))
    assert sum(one.objects for one in packs) == 9_000
    assert all(one.objects <= limits.INTEL_PACK_OBJECTS for one in packs)
    assert all(len(one.pack) <= limits.INTEL_PACK_MAX_BYTES for one in packs)
    alike = list(packed([b"x" * 2_000] * 4_000))
    assert (
        sum(len(opened(one.pack, count=one.objects, size_bytes=one.size_bytes, digest=one.digest)) for one in alike)
        == 4_000
    )


def refused(code: str, pack: bytes, *, count: int, data: bytes, size: int | None = None, digest: str = "") -> None:
    with pytest.raises(Refused) as error:
        opened(
            pack,
            count=count,
            size_bytes=len(data) if size is None else size,
            digest=digest or hashlib.sha256(data).hexdigest(),
        )
    assert error.value.code == code


def framed(*objects: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "big") + one for one in objects)


def test_a_bomb_is_not_opened() -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    refused("pack-size", bomb, count=1, data=b"x", size=limits.INTEL_PACK_OPEN_MAX_BYTES)
    refused("pack-size", bomb, count=1, data=b"x", size=70_000)
    refused("pack-size", bomb, count=1, data=b"x", size=200_000_000)


def test_lies_about_count_size_and_digest_are_refused() -> None:
    data = framed(b"one", b"two")
    good = zlib.compress(data)
    assert opened(good, count=2, size_bytes=len(data), digest=hashlib.sha256(data).hexdigest()) == [b"one", b"two"]
    refused("pack-count", good, count=1, data=data)
    refused("pack-count", good, count=3, data=data)
    refused("pack-size", good, count=2, data=data, size=len(data) - 1)
    refused("pack-broken", good, count=2, data=data, size=len(data) + 1)
    refused("pack-digest", good, count=2, data=data, digest="0" * 64)


@pytest.mark.parametrize(
    "data",
    [framed(b"one") + b"\0", b"\0\0\0\0", b"\0\0\0\x09one", b"\xff\xff\xff\xffone", framed(b"one", b"")],
)
def test_lengths_that_lead_nowhere_are_refused(data: bytes) -> None:
    refused("pack-count", zlib.compress(data), count=1, data=data)


def test_damaged_and_trailing_bytes_are_refused() -> None:
    data = framed(b"one")
    good = zlib.compress(data)
    refused("pack-broken", good[:-2], count=1, data=data)
    refused("pack-broken", good + b"x", count=1, data=data)
    refused("pack-broken", b"no zlib", count=1, data=data)


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_refused_or_opened_and_nothing_else(pack: bytes) -> None:
    with pytest.raises(Refused):
        opened(pack, count=1, size_bytes=100, digest="0" * 64)
