"""Which ids are certainly not among those that are stored, told from memory.

Most of what comes in is new. Asking a table of a million ids for a thousand that it has not costs more than writing
them down. Ids are only ever added here, so what is left out of a store still passes, and one sieve serves any number
of stores: what does not pass is in none of them. It knows nothing of databases.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MASK: Final = limits.INTEL_SIEVE_BYTES * 8 - 1
_SHIFT: Final = 32
_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
_STATES: Final = 64
"""States of a table that are remembered: a transaction that is undone, and readers of what was a moment ago."""


class Sieve:
    """Keys of 64 evenly spread bits, not quite told apart: two bits for each, out of its lower and its upper half."""

    def __init__(self) -> None:
        self._bits = bytearray(limits.INTEL_SIEVE_BYTES)
        self._adding = threading.Lock()

    def add(self, keys: Iterable[int]) -> None:
        """From now on these pass. Nothing promises that two threads may change one byte at once."""
        bits = self._bits
        with self._adding:
            for key in keys:
                bits[(key & _MASK) >> 3] |= 1 << (key & 7)
                other = key >> _SHIFT & _MASK
                bits[other >> 3] |= 1 << (other & 7)

    def passing(self, wanted: Iterable[int]) -> list[int]:
        """Those that may have been added, in their order."""
        bits = self._bits
        some = [key for key in wanted if bits[(key & _MASK) >> 3] & 1 << (key & 7)]
        return [key for key in some if bits[(key >> _SHIFT & _MASK) >> 3] & 1 << (key >> _SHIFT & 7)]


class Reading:
    """How far a table has been read into a sieve; the table's states are known by tokens that tell what is in it.

    A table grows only by steps that its writer tells. A step that was not told, as when another process has written,
    begins the reading anew.
    """

    def __init__(self) -> None:
        self._states: deque[bytes] = deque(maxlen=_STATES)
        self._whole = False
        self.onward = _LEAST
        """The key from which on it is still to be read."""

    def knows(self, state: bytes) -> bool:
        """Whether whatever a table holds in this state has been read, or will have been at the end of this reading."""
        return state in self._states

    def tells(self, state: bytes) -> bool:
        """Whether whatever a table holds in this state has been read."""
        return self._whole and state in self._states

    def due(self, state: bytes) -> bool:
        """Whether something is still to be read, from `onward` on. `state` is the present one."""
        if state not in self._states:
            self._states.clear()
            self._states.append(state)
            self._whole, self.onward = False, _LEAST
        return not self._whole

    def read(self, keys: Sequence[int], *, last: bool) -> None:
        """These came next, and were put into the sieve; `last`: there are no more."""
        self._whole = last or keys[-1] == _MOST
        self.onward = _LEAST if self._whole else keys[-1] + 1

    def grew(self, state: bytes) -> None:
        """A state that is known became this one, by keys that are in the sieve."""
        self._states.append(state)
