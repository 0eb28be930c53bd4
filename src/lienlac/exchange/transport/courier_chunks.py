"""Chunks of files in courier files: packed behind the envelopes, taken in their order (clause 14.11).

Packing goes on from what the other side last said to hold, part by part; nothing is noted as sent, so a lost file costs
nothing but another carrying. Unpacking takes what is wanted next and passes everything else over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import Way
from lienlac.wire import frame
from lienlac.wire.attachments import Held, sealed_length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.exchange.attachments.courier import AttachmentCourier
    from lienlac.exchange.attachments.receiving import Receiving, Run
    from lienlac.exchange.attachments.watch import AttachmentWatch
    from lienlac.exchange.office import Office

_PASSED_OVER = frozenset(
    {
        "attachment-unknown",
        "attachment-place",
        "attachment-busy",
        "attachment-chunk-broken",
        "attachment-no-room",
        "suspended",
    }
)
"""What makes one chunk worthless here and says nothing against the next file."""


@dataclass(slots=True)
class Packing:
    """Where the next part goes on: by file, the next chunk."""

    next_of: dict[str, int] = field(default_factory=dict)
    begun: bool = False
    done: bool = False


class CourierChunks:
    """Packs and unpacks chunks."""

    def __init__(
        self, office: Office, courier: AttachmentCourier, receiving: Receiving, watch: AttachmentWatch
    ) -> None:
        self._office = office
        self._courier = courier
        self._receiving = receiving
        self._watch = watch

    def holds(self, peer_id: str) -> tuple[frame.Holds, ...]:
        """What we have of the files that are on their way from a peer."""
        with self._office.database.read() as connection:
            files = store.unfinished(connection, peer_id, Way.IN, rows=limits.LIST_MAX_ITEMS)
        return tuple(frame.Holds(id=file.attachment_id, chunks=file.chunks) for file in files)

    def heard(self, peer_id: str, holds: Iterable[frame.Holds]) -> None:
        """What a peer says to have of ours."""
        with self._office.database.read() as connection:
            ours = {
                file.attachment_id for file in store.unfinished(connection, peer_id, Way.OUT, rows=limits.PAGE_MAX_ROWS)
            }
        for one in holds:
            if one.id in ours:
                self._courier.heard(one.id, Held(state="expected", chunks=one.chunks))

    def pack(
        self, peer_id: str, out: BinaryIO, packing: Packing, room_bytes: int, progress: Callable[[int], None] | None
    ) -> int:
        """Write chunks while there is room; returns how many. `packing.done` tells whether anything is left."""
        with self._office.database.read() as connection:
            files = store.unfinished(connection, peer_id, Way.OUT, rows=limits.PAGE_MAX_ROWS)
        packed = 0
        for file in files:
            going = self._courier.start(file.attachment_id)
            if going is None:
                continue
            try:
                index = packing.next_of.get(file.attachment_id, file.chunks)
                while index < going.count:
                    length = sealed_length(file.size_bytes, index)
                    line = frame.chunk_line(frame.ChunkHead(file.attachment_id, index, length))
                    room_bytes -= len(line) + length + 1
                    if room_bytes < 0:
                        return packed
                    out.write(line)
                    out.write(going.reader.sealed(index, 1))
                    out.write(b"\n")
                    index, packed = index + 1, packed + 1
                    packing.next_of[file.attachment_id] = index
                    if progress is not None:
                        progress(packed)
            finally:
                going.reader.close()
        packing.done = True
        return packed

    def taker(self, peer_id: str) -> ChunkTaker:
        """Takes the chunks of one courier file."""
        return ChunkTaker(self._receiving, peer_id)

    def finish(self) -> None:
        """Check what is all here now; what is said of it rides back with the next file."""
        self._receiving.finish_due()
        self._watch.tell_due()


class ChunkTaker:
    """One courier file's chunks. Close it, whatever happens: what came is kept then."""

    def __init__(self, receiving: Receiving, peer_id: str) -> None:
        self._receiving = receiving
        self._peer_id = peer_id
        self._run: Run | None = None
        self._next = 0
        self._wanted: dict[str, int] = {}
        self.taken = 0
        self.passed_over = 0

    def take(self, head: frame.ChunkHead, source: BinaryIO) -> None:
        """One chunk, whose line was read. Raises `Refused("frame-malformed")`, `NotAllowed("storage-…")`."""
        data = source.read(head.length + 1)
        if len(data) != head.length + 1 or not data.endswith(b"\n"):
            raise Refused("frame-malformed", reason="a chunk is cut short")
        try:
            run = self._run_for(head)
            if run is not None:
                run.feed(memoryview(data)[:-1])
                self._next, self.taken = self._next + 1, self.taken + 1
                return
        except (Refused, NotAllowed) as error:
            if error.code not in _PASSED_OVER:
                raise
            self._wanted[head.attachment_id] = -1
            self._broken_off(error)
        self.passed_over += 1

    def _run_for(self, head: frame.ChunkHead) -> Run | None:
        """The open run of this file when this is its next chunk; None when the chunk is not wanted now."""
        run = self._run
        if run is not None and run.file.attachment_id == head.attachment_id:
            return run if head.index == self._next else None
        self.close()
        wanted = self._wanted.get(head.attachment_id)
        if wanted is None:
            held = self._receiving.held(self._peer_id, head.attachment_id)
            wanted = held.chunks if held.state == "expected" else -1
            self._wanted[head.attachment_id] = wanted
        if head.index != wanted:
            return None
        self._run = self._receiving.begin(self._peer_id, head.attachment_id, head.index)
        self._next = head.index
        return self._run

    def _broken_off(self, error: LienlacError) -> None:
        """What came before is kept, and our people see what was wrong."""
        run, self._run = self._run, None
        if run is not None:
            try:
                self._receiving.broken_off(run, error)
            finally:
                run.close()

    def close(self) -> None:
        """What came of the present file is kept."""
        run, self._run = self._run, None
        if run is not None:
            self._wanted[run.file.attachment_id] = self._next
            try:
                run.end()
            finally:
                run.close()
