"""Types of messages and forms are made ready before threads meet at them.

msgspec works out how to read a type when it is first asked for, and shows the unfinished plan to every other thread
meanwhile: two threads that meet a type for the first time at once end the whole process (a read at address 0 in
`json_decode_struct_map_inner`, msgspec 0.22.0). So a process has every type worked out before it lets threads at them.
Knows none of the types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator


def make_ready() -> None:
    """Have every type that is known by now worked out: 0.1 s the first time, a millisecond again.

    Raises `NameError` for a type of which msgspec cannot see every part at run time.
    """
    for one in set(_below(msgspec.Struct)):
        msgspec.json.Decoder(one)


def _below(one: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for child in one.__subclasses__():
        yield child
        yield from _below(child)
