"""A file that is read at once and never stored: its bytes are held in memory, bounded, while they come in.

For doors that look into a file and keep only what they made of it. Knows nothing of what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.errors import Refused

if TYPE_CHECKING:
    from lienlac.people.officer import Officer


@dataclass(frozen=True, slots=True)
class Brought:
    """A whole file."""

    name: str
    data: bytes


class InMemory:
    """Takes files of at most so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes

    def begin(self, officer: Officer, name: str, /) -> Coming:
        """A file comes in."""
        del officer
        return Coming(name, self._most)


class Coming:
    """One file while it comes in."""

    def __init__(self, name: str, most_bytes: int) -> None:
        self._name, self._most = name, most_bytes
        self._data = bytearray()

    def write(self, data: bytes | bytearray, /) -> None:
        """Some more of it. Raises `Refused("intake-file-too-large")`."""
        if len(self._data) + len(data) > self._most:
            self._data.clear()
            raise Refused("intake-file-too-large", field="file", limit_bytes=self._most)
        self._data += data

    def finish(self) -> Brought:
        """It is whole."""
        return Brought(self._name, bytes(self._data))

    def abandon(self) -> None:
        """It was cut off."""
        self._data.clear()
