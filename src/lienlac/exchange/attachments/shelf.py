"""What every counter for files holds in its hands: the store of blobs, our keys, who hears of a change.

Decides nothing but how a blob is let go: the row first, in the caller's transaction, the file once that is durable.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.reading import Reader
from lienlac.storage.blobs.writing import Digests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.store import Attachment
    from lienlac.exchange.office import Office
    from lienlac.keys.rest.safe import Safe
    from lienlac.storage.blobs.files import Files
    from lienlac.storage.blobs.store import Blob

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(kw_only=True)
class Shelf:
    """`on_change` is called in each transaction that moves a file, with its record; `scan`: a command, or none.

    `on_due` is called when a transaction is durable that left something to carry or to finish.
    """

    office: Office
    files: Files
    scan: str = ""
    digests: Digests = field(default_factory=Digests)
    on_change: list[Callable[[Connection, str], None]] = field(default_factory=list)
    on_due: list[Callable[[], None]] = field(default_factory=list)

    @property
    def safe(self) -> Safe:
        """What seals content keys at rest."""
        return self.office.keys.safe

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(limits.ATTACHMENT_THREADS, thread_name_prefix="lienlac-files")

    async def in_thread(self, work: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> T:
        """Disk and ciphers in threads of their own: a slow disk takes none from those that carry messages."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **named))

    def now_us(self) -> int:
        """The node's present instant."""
        return clock.to_us(self.office.clock.now())

    def changed(self, connection: Connection, file: Attachment) -> None:
        """Tell whoever shows the file's record."""
        if file.record_id is not None:
            for listener in self.on_change:
                listener(connection, file.record_id)

    def due(self, connection: Connection) -> None:
        """Something can be carried or finished as soon as this transaction is durable."""
        for wake in self.on_due:
            self.office.database.after_commit(connection, wake)

    def let_go(self, connection: Connection, blob_id: str | None, user: str) -> None:
        """`user` needs a blob no more; when nobody does, its file goes once that is durable."""
        if blob_id is not None and blobs.let_go(connection, blob_id, user):
            self.office.database.after_commit(connection, lambda: self.files.remove(blob_id))

    def check_quota(self, connection: Connection, source: str, wanted_bytes: int) -> None:
        """Whether so much more may be kept. Raises `NotAllowed("attachment-no-room")`."""
        bounds = self.files.bounds
        over = blobs.taken_bytes(connection) + wanted_bytes > bounds.total_bytes
        if source != blobs.OWN:
            over = over or blobs.taken_bytes(connection, source) + wanted_bytes > bounds.peer_bytes
        if over:
            raise NotAllowed("attachment-no-room")

    def reader(self, blob: Blob) -> Reader:
        """Open a finished blob. Raises `NotAllowed("blob-gone" | "blob-key-lost")`."""
        return Reader(self.files, blob.blob_id, blob.size_bytes, blob.key(self.safe))
