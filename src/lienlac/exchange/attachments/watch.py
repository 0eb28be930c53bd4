"""Time passed: peers are told what became of files, and what was left lying is taken away.

Telling is a step of its own because it sends messages, each in a transaction with the mark that it was told. What is
taken away: uploads that nobody sent, files of messages that never left, transfers that stand still for a month, and
whatever a crash left on the disk.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from lienlac import clock, journal, limits
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import Event, Stage, Way
from lienlac.exchange.departure import CONTROL_MARKS, CONTROL_PURPOSE
from lienlac.exchange.post import Outgoing
from lienlac.storage.blobs import store as blobs
from lienlac.wire.bodies.link import AttachmentComplete, AttachmentFailed, AttachmentWanted

if TYPE_CHECKING:
    import msgspec
    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment
    from lienlac.exchange.departure import Departures
    from lienlac.exchange.post import Sent


class AttachmentWatch:
    """Steps that the node's loop repeats; each is nearly free when nothing is due."""

    def __init__(self, shelf: Shelf, departures: Departures) -> None:
        self._shelf = shelf
        self._departures = departures

    def tell_due(self) -> int:
        """Send what peers have still to be told; returns how many messages that were."""
        with self._shelf.office.database.read() as connection:
            waiting = store.to_tell(connection, rows=limits.PAGE_MAX_ROWS)
        for file in waiting:
            self._shelf.office.database.write(partial(self._tell, before=file))
        return len(waiting)

    def _tell(self, connection: Connection, before: Attachment) -> None:
        file = store.find(connection, before.attachment_id)
        if file is None or file.tell != before.tell or file.tell is None:
            return
        sent = self._send(connection, file, f"attachment.{file.tell}", _body(file))
        store.change(connection, file.attachment_id, tell=None)
        if file.tell == "complete":
            store.change(connection, file.attachment_id, proof_id=sent.header.id)

    def _send(self, connection: Connection, file: Attachment, kind: str, body: msgspec.Struct) -> Sent:
        outgoing = Outgoing(
            kind=kind,
            body=body,
            recipient=file.peer,
            purpose=CONTROL_PURPOSE,
            legal_basis="agreement",
            marks=CONTROL_MARKS,
            addressees=("liaison",),
            record_id=file.record_id,
        )
        return self._departures.send(connection, outgoing)

    # --- what was left lying --------------------------------------------------------------------------------------

    def expire(self) -> int:
        """Let go of what nobody will ask for again; returns how many things that were."""
        now = self._shelf.office.clock.now()
        uploads_us = clock.to_us(now - timedelta(hours=limits.UPLOAD_KEPT_H))
        stale_us = clock.to_us(now - timedelta(days=limits.ATTACHMENT_STALE_DAYS))
        with self._shelf.office.database.read() as connection:
            uploads = store.uploads_before(connection, uploads_us, rows=limits.PAGE_MAX_ROWS)
            stale = [
                file
                for stage in (Stage.MOVING, Stage.DROPPED, Stage.FAILED)
                for file in store.in_stage(connection, stage, moved_before_us=stale_us, rows=limits.PAGE_MAX_ROWS)
                if stage is Stage.MOVING or file.blob_id is not None
            ]
        for upload in uploads:
            self._shelf.office.database.write(partial(self._drop_upload, upload=upload))
        for file in stale:
            self._shelf.office.database.write(partial(self._drop_stale, file=file))
        return len(uploads) + len(stale)

    def _drop_upload(self, connection: Connection, upload: store.Upload) -> None:
        store.remove_upload(connection, upload.upload_id)
        self._shelf.let_go(connection, upload.blob_id, upload.upload_id)
        now = self._shelf.office.clock.now()
        detail = {"upload": upload.upload_id, "digest": upload.digest}
        journal.record(
            connection, at=now, actor=journal.NODE, action="upload.expired", thing=upload.officer_id, detail=detail
        )

    def _drop_stale(self, connection: Connection, file: Attachment) -> None:
        """A transfer that stood still so long fails; the sender's copy goes too, once its time is over."""
        if file.stage is Stage.MOVING:
            tell = {"last_code": "attachment-stale", "tell": "failed", "moved_us": self._shelf.now_us()}
            store.move(connection, file, Event.FAIL, **tell)
            if file.way is Way.OUT:
                return  # the receiver may still ask for it
        store.change(connection, file.attachment_id, blob_id=None, chunks=0)
        self._shelf.let_go(connection, file.blob_id, file.attachment_id)
        self._shelf.changed(connection, file)

    def sweep(self) -> int:
        """Take away what lies on the disk and has no row; returns how many files that were."""
        before = self._shelf.office.clock.now() - timedelta(hours=limits.BLOB_LEFTOVER_H)

        def known(names: object) -> set[str]:
            with self._shelf.office.database.read() as connection:
                return blobs.known(connection, names)  # type: ignore[arg-type]  # names, as the sweep lists them

        return self._shelf.files.sweep(known, before.timestamp())


def _body(file: Attachment) -> msgspec.Struct:
    named = {"attachment_id": file.attachment_id, "message_id": file.message_id}
    if file.tell == "complete":
        return AttachmentComplete(**named, digest=file.digest, size_bytes=file.size_bytes)
    if file.tell == "wanted":
        return AttachmentWanted(**named)
    code = file.last_code or "attachment-gone"
    return AttachmentFailed(**named, code=code, reason=file.last_reason or code)
