"""The way out of the store: content piece by piece, or sealed chunks just as they lie there.

Every piece of content is opened by its key, so a rotten disk is noticed and never handed on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.storage.blobs.files import faults
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, chunk_count, sealed_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.keys.attachments.stream import ContentKey
    from lienlac.storage.blobs.files import Files


class Reader:
    """One finished blob, open for reading. Close it, or use it as a context manager."""

    def __init__(self, files: Files, blob_id: str, size_bytes: int, key: ContentKey) -> None:
        """Raises `NotAllowed("blob-gone")` when it does not lie where it should."""
        self._files, self._blob_id, self._size, self._key = files, blob_id, size_bytes, key
        try:
            self._file = os.open(files.whole(blob_id), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError as error:
            raise NotAllowed("blob-gone", blob=blob_id) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def copy(self) -> Reader:
        """The same file, opened once more for somebody else, who closes it. Raises `NotAllowed("blob-gone")`."""
        return Reader(self._files, self._blob_id, self._size, self._key)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def plain(self, offset: int = 0) -> Iterator[bytes]:
        """The content from that byte on, a chunk at a time. Raises `NotAllowed("blob-damaged")`."""
        try:
            yield from read_plain(self._file, self._key, self._size, offset)
        except Refused as error:
            raise NotAllowed("blob-damaged", blob=self._blob_id) from error

    def sealed(self, first: int, count: int) -> bytes:
        """Chunks just as they lie there, one behind the other. Raises `NotAllowed("blob-damaged")` for a short file."""
        last = min(first + count, chunk_count(self._size)) - 1
        wanted = (last - first) * SEALED_CHUNK_BYTES + sealed_length(self._size, last)
        with faults():
            data = _read_at(self._file, wanted, first * SEALED_CHUNK_BYTES)
        if len(data) != wanted:
            raise NotAllowed("blob-damaged", blob=self._blob_id)
        return data


def read_plain(descriptor: int, key: ContentKey, size_bytes: int, offset: int = 0) -> Iterator[bytes]:
    """The content of an open file of sealed chunks. Raises `Refused("attachment-chunk-broken")`."""
    first, skip = divmod(offset, limits.ATTACHMENT_CHUNK_BYTES)
    for index in range(first, chunk_count(size_bytes)):
        with faults():
            sealed = _read_at(descriptor, sealed_length(size_bytes, index), index * SEALED_CHUNK_BYTES)
        plain = open_chunk(key, size_bytes, index, sealed)
        yield plain[skip:] if skip else plain
        skip = 0


def open_chunk(key: ContentKey, size_bytes: int, index: int, sealed: bytes | memoryview) -> bytes:
    """A chunk of a file of that size: its length and its end are known. Raises `Refused("attachment-chunk-broken")`."""
    if len(sealed) != sealed_length(size_bytes, index):
        raise Refused("attachment-chunk-broken", index=index)
    return key.open(index, sealed, last=index == chunk_count(size_bytes) - 1)


def _read_at(descriptor: int, count: int, offset: int) -> bytes:
    """So many bytes from there, or as many as there are."""
    pieces = []
    while count:
        piece = os.pread(descriptor, count, offset)
        if not piece:
            break
        pieces.append(piece)
        offset, count = offset + len(piece), count - len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
