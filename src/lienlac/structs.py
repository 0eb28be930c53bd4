"""Types of messages and forms are made ready before threads meet at them.

msgspec works out how to read a type when it is first asked for, and shows the unfinished plan to every other thread
meanwhile: two threads that meet a type for the first time at once end the whole process (a read at address 0 in
`json_decode_struct_map_inner`, msgspec 0.22.0). So a process has every type worked out before it lets threads at them.
Knows none of the types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_READY: WeakSet[type[msgspec.Struct]] = WeakSet()


def make_ready() -> None:
    """Have every type that is known by now worked out: 0.1 s the first time, a millisecond again.

    Raises `NameError` for a type of which msgspec cannot see every part at run time.
    """
    for one in _below(msgspec.Struct):
        if one not in _READY:
            msgspec.json.Decoder(one)
            _READY.add(one)


def _below(one: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    waiting = [one]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        yield from children
