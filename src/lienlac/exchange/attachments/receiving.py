"""A peer's chunks come in: only of files it announced, in their order, each opened before it is kept.

A `Run` is one call of one peer about one file; several calls, with cuts and restarts between them, make it whole. At
the end size and digest are compared, the kind is told from the content, a scanner may look, and the receiver's signed
word goes back. Nothing is in memory but the chunk that is being filled.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lienlac import ids, journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.courier import back_off, is_open
from lienlac.exchange.attachments.journey import Event, Stage, Way
from lienlac.keys.attachments.stream import open_key
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.scanning import scan
from lienlac.storage.blobs.store import BlobState
from lienlac.storage.blobs.writing import Intake
from lienlac.vocabulary import media
from lienlac.wire.attachments import Held, chunk_count

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment
    from lienlac.storage.blobs.store import Blob

_log = logging.getLogger(__name__)
_STATES = {Stage.MOVING: "expected", Stage.CHECKING: "checking", Stage.WHOLE: "whole", Stage.HELD: "whole"}
_PROGRESS_US = 2_000_000
"""How often the progress of a run is stored and shown."""


class Receiving:
    """The incoming counter for chunks."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def held(self, peer_id: str, attachment_id: str) -> Held:
        """What we hold of a peer's file. Raises `Refused("attachment-unknown")`, the same for one that is another's."""
        with self._shelf.office.database.read() as connection:
            file = self._expected(connection, peer_id, attachment_id)
        return _held(file)

    def begin(self, peer_id: str, attachment_id: str, first: int) -> Run:
        """Open the door for chunks from number `first` on. Close the run, whatever happens.

        Raises `Refused`: `attachment-unknown`, `attachment-place`, `attachment-busy`, `suspended`; `NotAllowed`:
        `attachment-no-room`, `storage-…`.
        """
        with self._shelf.office.database.read() as connection:
            file = self._expected(connection, peer_id, attachment_id)
            if not is_open(connection, peer_id):
                raise Refused("suspended", retry=True)
        if file.stage is not Stage.MOVING:
            raise Refused("attachment-place", wanted=file.chunks)
        try:
            return self._open(file, first)
        except NotAllowed as error:  # no room, or a disk that does not take it: our own people must see that
            self.trouble(file, error.code, error.sentence("en"))
            raise

    def _open(self, file: Attachment, first: int) -> Run:
        if file.blob_id is None:
            file = self._shelf.office.database.write(lambda connection: self._make_blob(connection, file))
        intake = Intake(self._shelf.files, self._shelf.digests, file.blob_id or "")
        try:
            with self._shelf.office.database.read() as connection:
                blob = blobs.require(connection, file.blob_id)
            intake.resume(blob, blob.key(self._shelf.safe))
            if intake.chunks != first or intake.complete:
                self._note_progress(file, intake.chunks)
                raise Refused("attachment-place", wanted=intake.chunks)
        except BaseException:
            intake.close()
            raise
        return Run(self, file, intake)

    def _expected(self, connection: Connection, peer_id: str, attachment_id: str) -> Attachment:
        file = store.find(connection, attachment_id)
        if file is None or file.way is not Way.IN or file.peer != peer_id:
            raise Refused("attachment-unknown", retry=True, attachment=attachment_id[: limits.LINE_MAX_CHARS])
        return file

    def _make_blob(self, connection: Connection, file: Attachment) -> Attachment:
        """Room for the announced bytes, and no more, before the first of them is taken."""
        known = store.find(connection, file.attachment_id)
        if known is None or known.blob_id is not None or known.stage is not Stage.MOVING:
            return known or file
        self._shelf.check_quota(connection, file.peer, file.size_bytes)
        blob_id = ids.new_id("blob", self._shelf.office.chance)
        blobs.add(
            connection,
            self._shelf.safe,
            open_key(file.sealed_key or "", self._shelf.office.keys),
            blob_id=blob_id,
            source=file.peer,
            digest=file.digest,
            size_bytes=file.size_bytes,
            state=BlobState.RECEIVING,
            chunks=0,
            made_us=self._shelf.now_us(),
        )
        blobs.use(connection, blob_id, file.attachment_id)
        store.change(connection, file.attachment_id, blob_id=blob_id, chunks=0)
        found = store.find(connection, file.attachment_id)
        return found or file

    def keep(self, file: Attachment, chunks: int, *, complete: bool) -> Held:
        """So many chunks are on the disk for good; with the last one the checks are due."""

        def work(connection: Connection) -> Held:
            known = store.find(connection, file.attachment_id)
            if known is None or known.blob_id != file.blob_id or known.stage is not Stage.MOVING:
                raise Refused("attachment-unknown", retry=True, attachment=file.attachment_id)
            values = {"chunks": chunks, "moved_us": self._shelf.now_us(), "failures": 0, "last_code": None}
            blobs.set_chunks(connection, file.blob_id or "", chunks)
            if complete:
                store.move(connection, known, Event.LAST_CHUNK, **values)
                self._shelf.due(connection)
            else:
                store.change(connection, file.attachment_id, last_reason=None, **values)
            self._shelf.changed(connection, known)
            found = store.find(connection, file.attachment_id)
            return _held(found or known)

        return self._shelf.office.database.write(work)

    def _note_progress(self, file: Attachment, chunks: int) -> None:
        """The disk holds less than the row said: the sender must hear the same number from both doors."""
        if chunks != file.chunks:
            self.keep(file, chunks, complete=chunks == chunk_count(file.size_bytes))

    def broken_off(self, run: Run, error: BaseException) -> None:
        """A call ended too soon: what came whole is kept, and our own people see why it stopped."""
        try:
            run.end()
        except LienlacError as second:
            _log.warning("what came of %s could not be kept: %s", run.file.attachment_id, second)
        if isinstance(error, LienlacError):
            self.trouble(run.file, error.code, error.sentence("en"))

    def trouble(self, file: Attachment, code: str, reason: str) -> None:
        """Why nothing moves, for our own people to see; and when we ask for it ourselves, not too soon again."""

        def work(connection: Connection) -> None:
            known = store.find(connection, file.attachment_id)
            if known is not None and known.stage is Stage.MOVING:
                store.change(connection, file.attachment_id, **back_off(self._shelf, known, code, reason))
                self._shelf.changed(connection, known)

        self._shelf.office.database.write(work)

    def wanted(self) -> list[Attachment]:
        """The oldest file to fetch from each peer that we can call.

        From one that only we call, any; from one that calls us too, only what has not moved for a while.
        """
        now_us = self._shelf.now_us()
        stalled_us = now_us - int(limits.ATTACHMENT_STALL_S * 1_000_000)
        with self._shelf.office.database.read() as connection:
            peers = {peer.node_id: peer for peer in agreements.peers(connection) if is_open(connection, peer.node_id)}
            found = store.due(connection, Way.IN, now_us, peers=peers, rows=limits.PAGE_MAX_ROWS)
        first: dict[str, Attachment] = {}
        for file in found:
            peer = peers[file.peer]
            stalls = peer.delivery is agreements.Delivery.PUSH and file.moved_us < stalled_us
            if peer.fetch or stalls:
                first.setdefault(file.peer, file)
        return list(first.values())

    def now_us(self) -> int:
        """The node's present instant."""
        return self._shelf.now_us()

    # --- the end --------------------------------------------------------------------------------------------------

    def finish_due(self) -> int:
        """Check every file whose chunks are all here; returns how many came to their end. Large ones take long."""
        with self._shelf.office.database.read() as connection:
            waiting = store.in_stage(connection, Stage.CHECKING, rows=limits.PAGE_MAX_ROWS)
        done = 0
        for file in waiting:
            try:
                self._finish(file)
                done += 1
            except Refused as refusal:
                if refusal.code != "attachment-busy":  # another process is at it
                    raise
        return done

    def _finish(self, file: Attachment) -> None:
        with self._shelf.office.database.read() as connection:
            blob = blobs.find(connection, file.blob_id)
        if blob is None:
            self._fail(file, NotAllowed("blob-gone", blob=file.blob_id or ""))
            return
        if blob.state is BlobState.RECEIVING:
            try:
                self._check_whole(file, blob)
            except (Refused, NotAllowed) as error:
                if error.code not in {"attachment-digest", "attachment-chunk-broken", "blob-key-lost"}:
                    raise
                self._fail(file, error)
                return
        media_type, suspicion = self._look_inside(blob)
        self._shelf.office.database.write(lambda connection: self._end(connection, file, media_type, suspicion))

    def _check_whole(self, file: Attachment, blob: Blob) -> None:
        """The whole content against what was announced; only then it takes its place."""
        intake = Intake(self._shelf.files, self._shelf.digests, blob.blob_id)
        try:
            intake.resume(blob, blob.key(self._shelf.safe))
            if not intake.complete:
                raise Refused("attachment-digest", attachment=file.attachment_id)
            if intake.digest() != file.digest:
                raise Refused("attachment-digest", attachment=file.attachment_id)
            intake.keep()
        finally:
            intake.close()

    def _look_inside(self, blob: Blob) -> tuple[str, str]:
        """The kind of the content, and what a scanner said against it (empty: nothing)."""
        with self._shelf.reader(blob) as reader:
            head = b"".join(_up_to(reader.plain(), limits.ATTACHMENT_HEAD_BYTES))
            tail_at = max(0, blob.size_bytes - limits.ATTACHMENT_HEAD_BYTES)
            media_type = media.tell(head, b"".join(reader.plain(tail_at)))
            said = scan(self._shelf.scan, reader.plain()) if self._shelf.scan else ""
        return media_type, said

    def _end(self, connection: Connection, file: Attachment, media_type: str, suspicion: str) -> None:
        """Whole, or whole and under lock; in both cases it arrived, and the sender is told (by the watch)."""
        now = self._shelf.office.clock.now()
        state = BlobState.HELD if suspicion else BlobState.WHOLE
        blobs.set_state(connection, file.blob_id or "", state, media_type=media_type)
        event = Event.SUSPECT if suspicion else Event.COMPLETE
        values = {"done_us": self._shelf.now_us(), "chunks": chunk_count(file.size_bytes), "tell": "complete"}
        if suspicion:
            values |= {"last_code": "attachment-held", "last_reason": suspicion}
        if not store.move(connection, file, event, **values):
            return
        self._shelf.changed(connection, file)
        journal.record(
            connection,
            at=now,
            actor=journal.NODE,
            action="attachment.held" if suspicion else "attachment.whole",
            thing=file.record_id or file.attachment_id,
            detail={"attachment": file.attachment_id, "digest": file.digest, "size_bytes": file.size_bytes},
        )

    def _fail(self, file: Attachment, error: LienlacError) -> None:
        """What came is not what was announced: nothing of it stays, and the sender is told."""

        def work(connection: Connection) -> None:
            reason = error.sentence("en")[: limits.REASON_MAX_CHARS]
            values = {"last_code": error.code, "last_reason": reason, "tell": "failed", "blob_id": None, "chunks": 0}
            if store.move(connection, file, Event.FAIL, **values):
                self._shelf.let_go(connection, file.blob_id, file.attachment_id)
                self._shelf.changed(connection, file)

        self._shelf.office.database.write(work)


@dataclass(slots=True)
class Run:
    """One call that brings chunks of one file."""

    _receiving: Receiving
    file: Attachment
    _intake: Intake
    _rest: bytearray = field(default_factory=bytearray)
    _shown_us: int = 0
    _unflushed: int = 0

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Some more bytes of the chunks. Raises `Refused("attachment-chunk-broken" | "attachment-too-long")`."""
        with memoryview(data) as view:
            at = self._fill_up(view)
            taken = self._intake.take_whole(view[at:])
            self._rest += view[at + taken :]
        self._unflushed += taken
        if self._intake.complete and self._rest:
            raise Refused("attachment-too-long", attachment=self.file.attachment_id)
        self._show()

    def _fill_up(self, view: memoryview) -> int:
        """The chunk that began in the last bytes becomes whole with these, if it does; how many it took."""
        if not self._rest:
            return 0
        at = min(self._intake.wanted_bytes - len(self._rest), len(view))
        self._rest += view[:at]
        if len(self._rest) == self._intake.wanted_bytes:
            chunk, self._rest = self._rest, bytearray()
            self._unflushed += self._intake.take_whole(chunk)
        return at

    def end(self) -> Held:
        """The call is over, or was cut: what was taken is flushed, stored and said."""
        chunks = self._intake.sync()
        return self._receiving.keep(self.file, chunks, complete=self._intake.complete)

    def close(self) -> None:
        """Let others at the file."""
        self._intake.close()

    def _show(self) -> None:
        """Now and then the progress is flushed beside and stored, so that a crash costs little and screens move."""
        flushed = self._intake.flushed()
        if flushed is not None and not self._intake.complete:
            self._receiving.keep(self.file, flushed, complete=False)
        now_us = self._receiving.now_us()
        self._shown_us = self._shown_us or now_us
        due = self._unflushed >= limits.ATTACHMENT_FLUSH_BYTES or now_us - self._shown_us >= _PROGRESS_US
        if due and self._unflushed and not self._intake.complete:
            self._intake.begin_flush()
            self._shown_us, self._unflushed = now_us, 0


def _held(file: Attachment) -> Held:
    return Held(state=_STATES.get(file.stage, "failed"), chunks=file.chunks)  # type: ignore[arg-type]  # its words


def _up_to(pieces: object, count: int) -> list[bytes]:
    """The first so many bytes of an iterator of pieces."""
    found: list[bytes] = []
    for piece in pieces:  # type: ignore[attr-defined]  # an iterator of bytes
        found.append(piece[: count - sum(map(len, found))])
        if sum(map(len, found)) >= count:
            break
    return found
