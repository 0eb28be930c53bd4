"""Which files are due to leave, what their peer holds of them, and what a failure means: steps without sockets.

One file at a time for each peer, the oldest first; back-off as for messages, but never beyond five minutes: a large
file should go on soon after the road is there again. A sender keeps a file until the receiver signed that it is whole,
and sends the very bytes that lie on its disk. `dial` carries them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from lienlac import clock, limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.arrivals import GONE
from lienlac.exchange.attachments.journey import Event, Stage, Way
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.reading import open_chunk
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, Held, chunk_count, sealed_length

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment
    from lienlac.keys.attachments.stream import ContentKey
    from lienlac.storage.blobs.reading import Reader

SETTLED_PAUSE_S = 60.0
"""The receiver has every chunk and has not said yet that the file is whole: how soon it is asked again."""
PIECE_CHUNKS = 4
"""Chunks read from the disk at once."""


@dataclass(slots=True, kw_only=True)
class Going:
    """One file on its way out, open for reading. Close its reader."""

    file: Attachment
    reader: Reader
    key: ContentKey
    count: int
    stopped: bool = False

    def copy(self) -> Going:
        """The same file, opened once more: for a thread that may be left alone with it. Close its reader too."""
        return replace(self, reader=self.reader.copy())

    def pieces(self, first: int, count: int) -> Iterator[bytes]:
        """Sealed chunks from there on, some at a time, just as they lie on the disk.

        Raises `Refused("attachment-stopped")` when the node stops in the middle.
        """
        end = min(first + count, self.count)
        for at in range(first, end, PIECE_CHUNKS):
            if self.stopped:
                raise Refused("attachment-stopped", retry=True)
            yield self.reader.sealed(at, min(PIECE_CHUNKS, end - at))

    def length(self, first: int, count: int) -> int:
        """Bytes of so many chunks."""
        last = min(first + count, self.count) - 1
        return (last - first) * SEALED_CHUNK_BYTES + sealed_length(self.file.size_bytes, last)

    def is_sound(self, index: int) -> bool:
        """Whether our own chunk opens: when a receiver says that one is broken, it may be our disk."""
        try:
            open_chunk(self.key, self.file.size_bytes, index, self.reader.sealed(index, 1))
        except (Refused, NotAllowed):
            return False
        return True


class AttachmentCourier:
    """Every method is one short step."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def due(self) -> list[Attachment]:
        """The oldest file that may leave now for each peer that we call and whose link is open."""
        with self._shelf.office.database.read() as connection:
            open_peers = [
                peer.node_id
                for peer in agreements.peers(connection)
                if peer.delivery is agreements.Delivery.PUSH and is_open(connection, peer.node_id)
            ]
            found = store.due(connection, Way.OUT, self._shelf.now_us(), peers=open_peers, rows=limits.PAGE_MAX_ROWS)
        first: dict[str, Attachment] = {}
        for file in found:
            first.setdefault(file.peer, file)
        return list(first.values())

    def start(self, attachment_id: str) -> Going | None:
        """Open a file for leaving; None when it does not move any more. One that is lost here fails, and is told so."""
        with self._shelf.office.database.read() as connection:
            file = store.find(connection, attachment_id)
            blob = None if file is None else blobs.find(connection, file.blob_id)
        if file is None or file.way is not Way.OUT or file.stage not in (Stage.MOVING, Stage.WAITING):
            return None
        try:
            if blob is None:
                raise NotAllowed("blob-gone", blob=file.blob_id or "")
            key = blob.key(self._shelf.safe)
            return Going(file=file, reader=self._shelf.reader(blob), key=key, count=chunk_count(file.size_bytes))
        except NotAllowed as error:
            if error.code not in {"blob-gone", "blob-key-lost"}:
                raise
            self.lost(attachment_id, error)
            return None

    def hand_out(self, peer_id: str, attachment_id: str, first: int) -> Going:
        """A receiver fetches a file of ours from chunk `first` on, so it holds those before.

        Raises `Refused`: `attachment-unknown`, the same for one that is another's, `attachment-place`, `suspended`.
        """
        with self._shelf.office.database.read() as connection:
            file = store.find(connection, attachment_id)
            if not is_open(connection, peer_id):
                raise Refused("suspended", retry=True)
        going = self.start(attachment_id) if file is not None and file.peer == peer_id else None
        if going is None:
            raise Refused("attachment-unknown", retry=True, attachment=attachment_id[: limits.LINE_MAX_CHARS])
        if first >= going.count:
            going.reader.close()
            raise Refused("attachment-place", wanted=going.count)
        self.heard(attachment_id, Held(state="expected", chunks=first))
        return going

    def heard(self, attachment_id: str, held: Held) -> None:
        """The receiver said what it holds: the road is good."""

        def work(connection: Connection) -> None:
            file = store.find(connection, attachment_id)
            if file is None or file.stage is not Stage.MOVING:
                return
            now_us = self._shelf.now_us()
            pause_us = 0 if held.state == "expected" else int(SETTLED_PAUSE_S * 1_000_000)
            values = {"failures": 0, "next_us": now_us + pause_us if pause_us else 0, "moved_us": now_us}
            chunks = min(held.chunks, chunk_count(file.size_bytes))
            store.change(connection, attachment_id, chunks=chunks, last_code=None, last_reason=None, **values)
            self._shelf.changed(connection, file)

        self._shelf.office.database.write(work)

    def failed(self, attachment_id: str, code: str, reason: str) -> None:
        """The road failed, or the receiver did not take what came. Nothing is lost; try again later."""

        def work(connection: Connection) -> None:
            file = store.find(connection, attachment_id)
            if file is None or file.stage is not Stage.MOVING:
                return
            store.change(connection, attachment_id, **back_off(self._shelf, file, code, reason))
            self._shelf.changed(connection, file)

        self._shelf.office.database.write(work)

    def lost(self, attachment_id: str, error: NotAllowed) -> None:
        """Our own copy is gone or damaged: the file fails, and the receiver is told."""

        def work(connection: Connection) -> None:
            file = store.find(connection, attachment_id)
            if file is not None:
                reason = error.sentence("en")[: limits.REASON_MAX_CHARS]
                store.move(connection, file, Event.FAIL, last_code=GONE, last_reason=reason, tell="failed")
                self._shelf.changed(connection, file)

        self._shelf.office.database.write(work)


def is_open(connection: Connection, peer_id: str) -> bool:
    """Whether files may move between us and a peer: nobody has suspended the whole link."""
    return all(closed.scope != agreements.EVERY_KIND for closed in agreements.suspensions(connection, peer_id))


def back_off(shelf: Shelf, file: Attachment, code: str, reason: str) -> dict[str, object]:
    """What a file's row says after one more failure."""
    failures = file.failures + 1
    jitter = int.from_bytes(shelf.office.chance.token(2), "big") / 65_536
    again = shelf.office.clock.now() + timedelta(seconds=wait_after(failures, jitter))
    return {
        "failures": failures,
        "next_us": clock.to_us(again),
        "last_code": code,
        "last_reason": reason[: limits.REASON_MAX_CHARS],
    }


def wait_after(failures: int, jitter: float) -> float:
    """Seconds to wait after that many failures in a row: doubling, bounded, spread by `jitter` in [0, 1)."""
    doubled = limits.BACKOFF_FIRST_S * 2.0 ** min(failures - 1, 20)
    return float(min(doubled, limits.ATTACHMENT_BACKOFF_MAX_S) * (0.75 + 0.5 * jitter))


def next_run(chunks: int, seconds: float) -> int:
    """How many chunks the next call brings: more while it is quick, fewer when it drags; 0 seconds: it failed."""
    if seconds <= 0:
        return max(1, chunks // 4)
    if seconds < limits.ATTACHMENT_RUN_QUICK_S:
        factor = 2 if seconds > limits.ATTACHMENT_RUN_QUICK_S / 4 else 4
        return min(chunks * factor, limits.ATTACHMENT_RUN_MAX_CHUNKS)
    return chunks if seconds < limits.ATTACHMENT_RUN_SLOW_S else max(1, chunks // 2)
