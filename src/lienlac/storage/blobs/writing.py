"""Two ways into the store: content that is sealed here as it comes, and sealed chunks that come from a peer.

Neither holds more than a few chunks in memory. A chunk from outside is opened before it is kept; a SHA-256 runs over
the content beside, and flushing goes on beside writing. What was written counts only once it is on the disk for good
(`sync`, `finish`).
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
from lienlac.storage.blobs.beside import Flushing, RunningDigest
from lienlac.storage.blobs.files import faults
from lienlac.storage.blobs.reading import read_plain
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, TAG_BYTES, chunk_count, sealed_length, sealed_size

if TYPE_CHECKING:
    from hashlib import _Hash

    from lienlac.storage.blobs.files import Files
    from lienlac.storage.blobs.store import Blob

PIECE_CHUNKS: Final = 4
"""Chunks that are sealed or opened, and written, at once: a megabyte, which threads and system calls are worth."""
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
        self._digest = RunningDigest()
        self._size = self._index = self._unflushed = 0
        self._rest = bytearray()
        self._head = b""
        self._tail = b""
        self._sealed = bytearray(PIECE_CHUNKS * SEALED_CHUNK_BYTES)
        self._file = files.new_part(blob_id)
        self._flushing = Flushing(self._file)

    def write(self, data: bytes | bytearray) -> None:
        """The next piece, which stays as it is until the one after it.

        Raises `Refused("attachment-too-large")`, `NotAllowed("storage-…")`; abandon it then.
        """
        self._size += len(data)
        if self._size > limits.ATTACHMENT_MAX_BYTES:
            raise Refused("attachment-too-large", limit_bytes=limits.ATTACHMENT_MAX_BYTES)
        if len(self._head) < limits.ATTACHMENT_HEAD_BYTES:
            self._head += data[: limits.ATTACHMENT_HEAD_BYTES - len(self._head)]
        self._tail = (self._tail + data[-limits.ATTACHMENT_HEAD_BYTES :])[-limits.ATTACHMENT_HEAD_BYTES :]
        self._digest.update(data)
        with memoryview(data) as view:
            at = self._fill_up(view)
            whole = max(0, len(view) - at - 1) // limits.ATTACHMENT_CHUNK_BYTES  # the last chunk is never empty
            while whole:
                count = min(whole, PIECE_CHUNKS)
                length = count * limits.ATTACHMENT_CHUNK_BYTES
                self._put(view[at : at + length])
                at, whole = at + length, whole - count
            self._rest += view[at:]

    def _fill_up(self, view: memoryview) -> int:
        """What is left of the last piece becomes a whole chunk with this one's beginning; how much that took."""
        if not self._rest or len(self._rest) + len(view) <= limits.ATTACHMENT_CHUNK_BYTES:
            return 0
        at = limits.ATTACHMENT_CHUNK_BYTES - len(self._rest)
        self._rest += view[:at]
        self._put(self._rest)
        self._rest.clear()
        return at

    def finish(self) -> Made:
        """The end of the content: durable when this returns. Raises `Refused("attachment-empty")`."""
        if not self._size:
            raise Refused("attachment-empty")
        self._put(self._rest, last=True)
        self._flushing.wait()
        self._files.keep(self._blob_id, self._file)
        self._close()
        return Made(
            blob_id=self._blob_id,
            key=self._key,
            digest=self._digest.settled().hexdigest(),
            size_bytes=self._size,
            chunks=self._index,
            head=self._head,
            tail=self._tail,
        )

    def abandon(self) -> None:
        """Nothing came of it: nothing stays."""
        self._close()
        self._files.remove(self._blob_id)

    def _close(self) -> None:
        self._digest.settled()
        self._flushing.drop()
        descriptor, self._file = self._file, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.close(descriptor)

    def _put(self, data: bytearray | memoryview, *, last: bool = False) -> None:
        """Whole chunks, at most `PIECE_CHUNKS`; or the last one."""
        end = 0
        with memoryview(data) as plain, memoryview(self._sealed) as sealed:
            for at in range(0, len(plain), limits.ATTACHMENT_CHUNK_BYTES):
                chunk = plain[at : at + limits.ATTACHMENT_CHUNK_BYTES]
                length = len(chunk) + TAG_BYTES
                self._key.seal_into(self._index, chunk, sealed[end : end + length], last=last)
                end, self._index = end + length, self._index + 1
            with faults():
                write_all(self._file, sealed[:end])
        self._unflushed += end
        if self._unflushed >= limits.ATTACHMENT_FLUSH_BYTES:
            self._flushing.begin(self._index)
            self._unflushed = 0
            self._files.check_room(limits.ATTACHMENT_CHUNK_BYTES)


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
        self._flushing = Flushing(self._file)
        self._running: RunningDigest | None = None
        self._plain: list[memoryview] = []
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
        known = self._digests.take(self._blob_id, self.chunks)
        self._running = None if known is None else RunningDigest(known)

    @property
    def complete(self) -> bool:
        """Whether every chunk is here."""
        return self.chunks == self._end

    def take(self, sealed: bytes | memoryview) -> None:
        """The next chunk, opened before it is kept.

        Raises `Refused("attachment-chunk-broken")`, `NotAllowed("storage-…")`.
        """
        if self.complete or len(sealed) != sealed_length(self._size, self.chunks):
            raise Refused("attachment-chunk-broken", index=self.chunks)
        with memoryview(sealed) as view:
            self._take(view, 1)

    def take_whole(self, data: bytes | bytearray | memoryview) -> int:
        """As `take`, as many chunks as are whole in these bytes; how many bytes that took."""
        at = 0
        with memoryview(data) as view:
            while count := self._whole_in(len(view) - at):
                length = self._length(count)
                self._take(view[at : at + length], count)
                at += length
        return at

    @property
    def wanted_bytes(self) -> int:
        """The length of the next chunk; 0 when all are here."""
        return 0 if self.complete else sealed_length(self._size, self.chunks)

    def _whole_in(self, available: int) -> int:
        """How many of the next chunks are whole in so many bytes, of those that go in one piece."""
        count = min(PIECE_CHUNKS, self._end - self.chunks, -(-available // SEALED_CHUNK_BYTES))
        while count and self._length(count) > available:
            count -= 1
        return count

    def _length(self, count: int) -> int:
        last = self.chunks + count - 1
        return (count - 1) * SEALED_CHUNK_BYTES + sealed_length(self._size, last)

    def _take(self, sealed: memoryview, count: int) -> None:
        """Open so many chunks, then keep them; those before a broken one are kept too."""
        opened = in_plain = 0
        plain = self._buffer()
        try:
            for index in range(self.chunks, self.chunks + count):
                at = opened * SEALED_CHUNK_BYTES
                length = sealed_length(self._size, index)
                into = plain[in_plain : in_plain + length - TAG_BYTES]
                self._key.open_into(index, sealed[at : at + length], into, last=index == self._end - 1)
                opened, in_plain = opened + 1, in_plain + length - TAG_BYTES
        finally:
            if opened:
                with faults():
                    write_all(self._file, sealed[: in_plain + opened * TAG_BYTES])
                if self._running is not None:
                    self._running.update(plain[:in_plain])
                self.chunks += opened

    def _buffer(self) -> memoryview:
        """Where the next chunks are opened: what was opened before may still be hashed."""
        if len(self._plain) < 2:
            self._plain.append(memoryview(bytearray(PIECE_CHUNKS * limits.ATTACHMENT_CHUNK_BYTES)))
        self._plain.reverse()
        return self._plain[0]

    def begin_flush(self) -> None:
        """Start bringing everything taken so far onto the disk for good; `flushed` tells when that is done."""
        self._flushing.begin(self.chunks)

    def flushed(self) -> int | None:
        """How many chunks a flush has brought onto the disk for good, once it has; else None."""
        return self._flushing.done()

    def sync(self) -> int:
        """Everything taken so far is on the disk for good: how many chunks that is."""
        self._flushing.drop()
        chunks = self.chunks
        with faults():
            os.fdatasync(self._file)
        return chunks

    def digest(self) -> str:
        """SHA-256 of the whole content: what ran beside, or read once more when a restart lay between."""
        if self._running is None:
            self._running = RunningDigest()
            for piece in read_plain(self._file, self._key, self._size):
                self._running.update(piece)
        return self._running.settled().hexdigest()

    def keep(self) -> None:
        """The blob takes its place; nothing happens when it has."""
        if not self._kept:
            self._files.keep(self._blob_id, self._file)
            self._kept = True

    def close(self) -> None:
        """Let others at it; the running digest stays for the next call."""
        self._digests.put(self._blob_id, self.chunks, None if self._running is None else self._running.settled())
        self._flushing.drop()
        os.close(self._file)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """A write that is not cut short by a signal or a full buffer."""
    with memoryview(data) as view:
        done = 0
        while done < len(view):
            done += os.write(descriptor, view[done:])
