"""Where blobs lie on the disk: names, room, how a finished one takes its place, and what a crash leaves behind.

A blob is written beside, flushed, then renamed: after a crash it is whole or not there. Names are random ids, so that
nobody who has the disk can ask it for a content by its digest. Nothing here can read a blob.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

GB: Final = 1_000_000_000
INCOMING: Final = "incoming"
_SHARD: Final = slice(5, 7)
"""Two random letters behind `blob-`: a thousand folders keep each one small."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SWEEP_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What blobs may take: all together, from one peer; and what must stay free on their disk for everything else."""

    total_bytes: int
    peer_bytes: int
    free_bytes: int


class Files:
    """The folder of blobs. Makes it when the first one is written."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self.folder = folder
        self.bounds = bounds

    def whole(self, blob_id: str) -> Path:
        """Where a finished blob lies."""
        return self.folder / blob_id[_SHARD] / blob_id

    def part(self, blob_id: str) -> Path:
        """Where one lies that is still being written."""
        return self.folder / INCOMING / blob_id

    def check_room(self, wanted_bytes: int) -> None:
        """Whether so much more fits while the reserve stays free. Raises `NotAllowed("storage-files-full")`."""
        with faults():
            place = next(path for path in (self.folder, *self.folder.parents) if path.exists())
            free = shutil.disk_usage(place).free
        if free - wanted_bytes < self.bounds.free_bytes:
            raise NotAllowed("storage-files-full", reason=f"{self.bounds.free_bytes} bytes are kept free")

    def new_part(self, blob_id: str) -> int:
        """A file descriptor for writing a blob that is not there yet."""
        with faults():
            path = self._incoming() / blob_id
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def open_part(self, blob_id: str) -> tuple[int, bool]:
        """A file descriptor for going on with a blob, and whether it has taken its place already."""
        with faults():
            flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
            with suppress(FileNotFoundError):
                return os.open(self.whole(blob_id), flags), True
            return os.open(self._incoming() / blob_id, flags | os.O_CREAT, 0o600), False

    def _incoming(self) -> Path:
        folder = self.folder / INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def keep(self, blob_id: str, descriptor: int) -> None:
        """A finished part takes its place, durable when this returns."""
        with faults():
            os.fsync(descriptor)
            target = self.whole(blob_id)
            made = not target.parent.exists()
            target.parent.mkdir(mode=0o700, exist_ok=True)
            self.part(blob_id).replace(target)
            for folder in (target.parent, self.part(blob_id).parent, *([self.folder] if made else [])):
                _flush_folder(folder)

    def remove(self, blob_id: str) -> None:
        """Take a blob off the disk, finished or not. A failure leaves it to the next sweep."""
        for path in (self.part(blob_id), self.whole(blob_id)):
            with suppress(OSError):
                path.unlink()

    def sweep(self, known: Callable[[Iterable[str]], set[str]], older_than_s: float) -> int:
        """Remove files without a row that nobody has written to since that instant; returns how many.

        A crash leaves parts of uploads, and blobs whose row was never written or is gone. What is younger may belong
        to another process that is at work right now.
        """
        removed = 0
        for names in self._listed():
            left = [path for name, path in names.items() if name not in known(names)]
            for path in left:
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < older_than_s:
                        path.unlink()
                        removed += 1
        return removed

    def _listed(self) -> Iterator[dict[str, Path]]:
        """Names and paths of everything that lies here, some at a time."""
        names: dict[str, Path] = {}
        with faults():
            for shard in sorted(self.folder.iterdir()) if self.folder.exists() else ():
                for path in shard.iterdir() if shard.is_dir() else ():
                    names[path.name] = path
                    if len(names) >= _SWEEP_ROWS:
                        yield names
                        names = {}
        if names:
            yield names


@contextmanager
def faults() -> Iterator[None]:
    """What the disk says, as one of the `storage-…` codes."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _FULL:
            raise NotAllowed("storage-files-full", reason=reason) from error
        raise NotAllowed("storage-files-unusable", reason=reason) from error


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
