"""Work on a file's bytes that goes on beside: a digest that runs, a flush that waits for the disk.

Both let go of the interpreter while they work, so that reading, sealing, writing and hashing of one file share the
machine's cores. Of each, one piece is under way for one file: memory stays bounded, and whoever is quicker waits.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.storage.blobs.files import faults

if TYPE_CHECKING:
    from concurrent.futures import Future
    from hashlib import _Hash

_THREADS: Final = ThreadPoolExecutor(limits.ATTACHMENT_THREADS, thread_name_prefix="lienlac-beside")
_SMALL_BYTES: Final = 65_536
"""Less is hashed at once: handing it to a thread would take longer."""


class RunningDigest:
    """SHA-256 over pieces in their order. A piece must stay as it is until the next one is given, or `settled`."""

    __slots__ = ("_doing", "_hash")

    def __init__(self, running: _Hash | None = None) -> None:
        self._hash = running if running is not None else hashlib.sha256()
        self._doing: Future[None] | None = None

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """The next piece."""
        self._wait()
        if len(data) < _SMALL_BYTES:
            self._hash.update(data)
        else:
            self._doing = _THREADS.submit(self._hash.update, data)

    def settled(self) -> _Hash:
        """The digest over everything that was given."""
        self._wait()
        return self._hash

    def _wait(self) -> None:
        doing, self._doing = self._doing, None
        if doing is not None:
            doing.result()


class Flushing:
    """Brings what was written to one file onto the disk for good, beside what is still being written."""

    __slots__ = ("_descriptor", "_doing", "_mark")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._doing: Future[None] | None = None
        self._mark = 0

    def begin(self, mark: int) -> None:
        """Start flushing everything up to now, which is known as `mark`; waits for a flush that is under way."""
        self.wait()
        self._mark = mark
        self._doing = _THREADS.submit(os.fdatasync, self._descriptor)

    def done(self) -> int | None:
        """The mark of a flush that has ended, once. Raises `NotAllowed("storage-…")` when it failed."""
        return self.wait() if self._doing is not None and self._doing.done() else None

    def wait(self) -> int | None:
        """As `done`, after the end of what is under way."""
        doing, self._doing = self._doing, None
        if doing is None:
            return None
        with faults():
            doing.result()
        return self._mark

    def drop(self) -> None:
        """The file is about to be closed: nobody asks any more how a flush went, but it must not outlive the file."""
        doing, self._doing = self._doing, None
        if doing is not None:
            doing.exception()
