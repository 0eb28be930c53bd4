"""One server for one folder: a lock that ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.settings import Settings

LOCK_FILE = "serving.lock"


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock. Raises `NotAllowed("node-running" | "file-unwritable")`."""
    path = settings.folder / LOCK_FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(path), reason=error.strerror or "") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotAllowed("node-running", path=str(settings.folder)) from error
        yield
    finally:
        os.close(handle)
