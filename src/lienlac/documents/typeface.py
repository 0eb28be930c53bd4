"""Which letters a typeface has: the character map of an OpenType file, read from its bytes (formats 4 and 12). Pure.

Without it a letter that the typeface lacks would be left out of a paper, or no paper would be made at all.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def letters_of(font: bytes) -> frozenset[int]:
    """Code points that this file draws. The file is one of ours; a foreign one may raise `struct.error`."""
    found: set[int] = set()
    for at in _maps(font):
        (form,) = struct.unpack_from(">H", font, at)
        if form == 4:
            found.update(_segments(font, at))
        elif form == 12:
            (groups,) = struct.unpack_from(">I", font, at + 12)
            for number in range(groups):
                first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
                found.update(range(first, last + 1))
    return frozenset(found)


def _maps(font: bytes) -> Iterator[int]:
    """Where the maps of the table `cmap` begin."""
    (tables,) = struct.unpack_from(">H", font, 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            (maps,) = struct.unpack_from(">H", font, offset + 2)
            for place in range(maps):
                yield offset + struct.unpack_from(">HHI", font, offset + 4 + 8 * place)[2]


def _segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: ranges of code points, each with a shift or a list of glyphs; glyph 0 draws nothing."""
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends, starts = at + 14, at + 16 + 2 * count
    shifts, offsets = starts + 2 * count, starts + 4 * count
    for place in range(count):
        (last,), (first,) = (
            struct.unpack_from(">H", font, ends + 2 * place),
            struct.unpack_from(">H", font, starts + 2 * place),
        )
        (shift,), (offset,) = (
            struct.unpack_from(">h", font, shifts + 2 * place),
            struct.unpack_from(">H", font, offsets + 2 * place),
        )
        for point in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                glyph = (point + shift) & 0xFFFF
            else:
                (glyph,) = struct.unpack_from(">H", font, offsets + 2 * place + offset + 2 * (point - first))
            if glyph:
                yield point
