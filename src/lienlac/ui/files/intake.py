"""What the screens need of whoever keeps files: a place where a stream of bytes can go.

Only shapes; the exchange's desk for attachments fits them, and the assembly hands it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lienlac.people.officer import Officer


class Incoming(Protocol):
    """A file on its way into somebody's tray."""

    def write(self, data: bytes | bytearray, /) -> None:
        """Some more of it."""
        ...

    def finish(self) -> Any:
        """All of it: what now lies in the tray."""
        ...

    def abandon(self) -> None:
        """Nothing stays of it."""
        ...


class Intake(Protocol):
    """Where files go: the exchange's desk for attachments."""

    def begin(self, officer: Officer, name: str, /) -> Incoming:
        """A file of that name is coming from that officer."""
        ...
