"""Types of messages and forms are made ready before threads meet at them.

msgspec works out how to read a type when it is first asked for, and shows the unfinished plan to every other thread
meanwhile: two threads that meet a type for the first time at once end the whole process (a read at address 0 in
`json_decode_struct_map_inner`, msgspec 0.22.0). So a process has every type worked out before it lets threads at them.
Knows none of the types.
"""

from __future__ import annotations

from weakref import WeakSet

import msgspec

_READY: WeakSet[type[msgspec.Struct]] = WeakSet()


def make_ready() -> None:
    """Have every type that is known by now worked out: 0.1 s the first time, a millisecond again.

    Raises `NameError` for a type of which msgspec cannot see every part at run time.
    """
    waiting: list[type[msgspec.Struct]] = [msgspec.Struct]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child not in _READY:
                msgspec.json.Decoder(child)
                _READY.add(child)
