"""Objects packed for a message, and opened again (clauses 18.3, 18.4): zlib around bytes that nobody rewrites.

A pack opens to its objects one after the other, each behind its length (four bytes, most significant first). Opening
is bounded by what the message states and by what the protocol allows, before anything is believed. Knows no STIX.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LENGTH: Final = 4
_LEVEL: Final = 1
"""The quickest: levels above win a twentieth and cost three times as much."""


class Packed(NamedTuple):
    """A pack with what the message says of it; it holds `objects` of them from `first` on."""

    first: int
    objects: int
    size_bytes: int
    digest: str
    pack: bytes


def packed(objects: Sequence[bytes]) -> Iterator[Packed]:
    """The objects in as few packs as the bounds allow, in their order."""
    start, size = 0, 0
    for place, one in enumerate(objects):
        if place - start == limits.INTEL_PACK_OBJECTS or size + len(one) + _LENGTH > limits.INTEL_PACK_OPEN_MAX_BYTES:
            yield from _halved(objects, start, place)
            start, size = place, 0
        size += len(one) + _LENGTH
    if start < len(objects):
        yield from _halved(objects, start, len(objects))


def opened(pack: bytes, *, count: int, size_bytes: int, digest: str) -> list[bytes]:
    """The objects of a pack. Raises `Refused("pack-size" | "pack-broken" | "pack-count" | "pack-digest")`."""
    if size_bytes > min(limits.INTEL_PACK_OPEN_MAX_BYTES, _most(len(pack))):
        raise Refused("pack-size", size_bytes=size_bytes)
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(pack, size_bytes + 1)
    except zlib.error as error:
        raise Refused("pack-broken") from error
    if len(data) > size_bytes:
        raise Refused("pack-size", size_bytes=size_bytes)
    if len(data) != size_bytes or not reader.eof or reader.unused_data or reader.unconsumed_tail:
        raise Refused("pack-broken")
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refused("pack-digest")
    return _split(data, count)


def _split(data: bytes, count: int) -> list[bytes]:
    found: list[bytes] = []
    place = 0
    while place < len(data):
        begins = place + _LENGTH
        ends = begins + int.from_bytes(data[place:begins], "big")
        if len(found) == count or ends > len(data) or ends == begins or begins > len(data):
            raise Refused("pack-count", count=count)
        found.append(data[begins:ends])
        place = ends
    if len(found) != count:
        raise Refused("pack-count", count=count)
    return found


def _halved(objects: Sequence[bytes], start: int, stop: int) -> Iterator[Packed]:
    """One pack where it is small enough, else two."""
    data = b"".join(len(one).to_bytes(_LENGTH, "big") + one for one in objects[start:stop])
    pack = zlib.compress(data, _LEVEL)
    if len(data) > _most(len(pack)):
        pack = zlib.compress(data, 0)  # so much alike that it would look like a bomb
    if len(pack) > limits.INTEL_PACK_MAX_BYTES and stop - start > 1:
        middle = (start + stop) // 2
        yield from _halved(objects, start, middle)
        yield from _halved(objects, middle, stop)
        return
    yield Packed(start, stop - start, len(data), hashlib.sha256(data).hexdigest(), pack)


def _most(packed_bytes: int) -> int:
    return packed_bytes * limits.INTEL_PACK_RATIO + limits.INTEL_PACK_SPARE_BYTES
