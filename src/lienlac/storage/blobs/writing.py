"""Two ways into the store: content that is sealed here as it comes, and sealed chunks that come from a peer.

Neither holds more than a chunk or two in memory. A chunk from outside is opened before it is kept; a SHA-256 runs over
the content beside. What was written counts only once it is on the disk for good (`sync`, `finish`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys.attachments.stream import ContentKey
from lienlac.storage.blobs.files import faults
from lienlac.storage.blobs.reading import open_chunk, read_plain
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, chunk_count, sealed_size

if TYPE_CHECKING:
    from hashlib import _Hash

    from lienlac.storage.blobs.files import Files
    from lienlac.storage.blobs.store import Blob

_RUNNING_MAX: Final = 8
"""Digests kept between two calls of one transfer; one that was forgotten is computed anew from the disk at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A content that lies in the store: what its row must say. `head` is its beginning, for telling its type."""

    blob_id: str
    key: ContentKey
    digest: str
    size_bytes: int
    chunks: int
    head: bytes
    tail: bytes


class Writer:
    """Content in, sealed chunks onto the disk. Ends with `finish` or `abandon`."""

    def __init__(self, files: Files, blob_id: str) -> None:
        files.check_room(limits.ATTACHMENT_CHUNK_BYTES)
        self._files = files
        self._blob_id = blob_id
        self._key = ContentKey.generate()
        self._digest = hashlib.sha256()
        self._size = self._index = self._unflushed = 0
        self._rest = bytearray()
        self._head = b""
        self._file = files.new_part(blob_id)

    def write(self, data: bytes) -> None:
        """The next piece. Raises `Refused("attachment-too-large")`, `NotAllowed("storage-…")`; abandon it then."""
        self._size += len(data)
        if self._size > limits.ATTACHMENT_MAX_BYTES:
            raise Refused("attachment-too-large", limit_bytes=limits.ATTACHMENT_MAX_BYTES)
        if len(self._head) < limits.ATTACHMENT_HEAD_BYTES:
            self._head += data[: limits.ATTACHMENT_HEAD_BYTES - len(self._head)]
        self._digest.update(data)
        self._rest += data
        whole = (len(self._rest) - 1) // limits.ATTACHMENT_CHUNK_BYTES  # the last chunk is never empty
        with memoryview(self._rest) as view:
            for number in range(whole):
                at = number * limits.ATTACHMENT_CHUNK_BYTES
                self._put(view[at : at + limits.ATTACHMENT_CHUNK_BYTES], last=False)
        del self._rest[: whole * limits.ATTACHMENT_CHUNK_BYTES]

    def finish(self) -> Made:
        """The end of the content: durable when this returns. Raises `Refused("attachment-empty")`."""
        if not self._size:
            raise Refused("attachment-empty")
        tail = bytes(self._rest[-limits.ATTACHMENT_HEAD_BYTES :])
        self._put(self._rest, last=True)
        self._files.keep(self._blob_id, self._file)
        self._close()
        return Made(
            blob_id=self._blob_id,
            key=self._key,
            digest=self._digest.hexdigest(),
            size_bytes=self._size,
            chunks=self._index,
            head=self._head,
            tail=tail,
        )

    def abandon(self) -> None:
        """Nothing came of it: nothing stays."""
        self._close()
        self._files.remove(self._blob_id)

    def _close(self) -> None:
        descriptor, self._file = self._file, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def _put(self, data: bytearray | memoryview, *, last: bool) -> None:
        sealed = self._key.seal(self._index, data, last=last)
        with faults():
            write_all(self._file, sealed)
            self._unflushed += len(sealed)
            if self._unflushed >= limits.ATTACHMENT_FLUSH_BYTES:
                os.fdatasync(self._file)
                self._unflushed = 0
        if not self._unflushed:
            self._files.check_room(limits.ATTACHMENT_CHUNK_BYTES)
        self._index += 1


class Digests:
    """Running digests of transfers between their calls, a few of them."""

    def __init__(self) -> None:
        self._running: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()

    def take(self, blob_id: str, chunks: int) -> _Hash | None:
        """The digest over exactly so many chunks, if it is remembered."""
        known = self._running.pop(blob_id, None)
        if chunks == 0:
            return hashlib.sha256()
        return known[1] if known is not None and known[0] == chunks else None

    def put(self, blob_id: str, chunks: int, running: _Hash | None) -> None:
        """Remember it; the oldest is forgotten."""
        if running is not None:
            self._running[blob_id] = (chunks, running)
            while len(self._running) > _RUNNING_MAX:
                self._running.popitem(last=False)


class Intake:
    """Sealed chunks of one blob, in order, by one caller at a time. Close it, whatever happens."""

    def __init__(self, files: Files, digests: Digests, blob_id: str) -> None:
        """Lock the part. Raises `Refused("attachment-busy")` while another thread or process is at it."""
        self._files = files
        self._digests = digests
        self._blob_id = blob_id
        self._file, self._kept = files.open_part(blob_id)
        self._running: _Hash | None = None
        self.chunks = 0
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise Refused("attachment-busy", retry=True) from error

    def resume(self, blob: Blob, key: ContentKey) -> None:
        """Go on where `blob`, read under the lock, says; what lies behind that on the disk counts for nothing."""
        self._key, self._size = key, blob.size_bytes
        self._end = chunk_count(blob.size_bytes)
        with faults():
            found = os.fstat(self._file).st_size
            on_disk = self._end if found >= sealed_size(self._size) else found // SEALED_CHUNK_BYTES
            self.chunks = self._end if self._kept else min(blob.chunks, on_disk)
            if not self._kept:
                length = min(self.chunks * SEALED_CHUNK_BYTES, sealed_size(self._size))
                os.ftruncate(self._file, length)
                os.lseek(self._file, length, os.SEEK_SET)
        if not self.complete:
            self._files.check_room((self._end - self.chunks) * SEALED_CHUNK_BYTES)
        self._running = self._digests.take(self._blob_id, self.chunks)

    @property
    def complete(self) -> bool:
        """Whether every chunk is here."""
        return self.chunks == self._end

    def take(self, sealed: bytes | memoryview) -> None:
        """The next chunk, opened before it is kept.

        Raises `Refused("attachment-chunk-broken")`, `NotAllowed("storage-…")`.
        """
        plain = open_chunk(self._key, self._size, self.chunks, sealed)
        with faults():
            write_all(self._file, sealed)
        if self._running is not None:
            self._running.update(plain)
        self.chunks += 1

    def sync(self) -> int:
        """Everything taken so far is on the disk for good: how many chunks that is."""
        chunks = self.chunks
        with faults():
            os.fdatasync(self._file)
        return chunks

    def digest(self) -> str:
        """SHA-256 of the whole content: what ran beside, or read once more when a restart lay between."""
        if self._running is None:
            self._running = hashlib.sha256()
            for piece in read_plain(self._file, self._key, self._size):
                self._running.update(piece)
        return self._running.hexdigest()

    def keep(self) -> None:
        """The blob takes its place; nothing happens when it has."""
        if not self._kept:
            self._files.keep(self._blob_id, self._file)
            self._kept = True

    def close(self) -> None:
        """Let others at it; the running digest stays for the next call."""
        self._digests.put(self._blob_id, self.chunks, self._running)
        os.close(self._file)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """A write that is not cut short by a signal or a full buffer."""
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            done += os.write(descriptor, view[done:])
