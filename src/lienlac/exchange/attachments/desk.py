"""An officer acts: puts a file into the tray, sends what lies there, reads what came, asks again, lets a held one go.

Whether the officer may see the record that a file belongs to is asked by the slice that knows the record, which hands
its `Thing` in; here the action itself is asked, and every upload, every reading and every release is written into the
journal. Another officer's tray is as absent as one that never was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import ids, journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import BEGINNING, Event, Stage, Way
from lienlac.exchange.office import parsed_card
from lienlac.keys.attachments.stream import seal_key
from lienlac.people.rights import Action, require
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.reading import Reader
from lienlac.storage.blobs.scanning import scan
from lienlac.storage.blobs.store import BlobState
from lienlac.storage.blobs.writing import Writer
from lienlac.vocabulary import media
from lienlac.wire.attachments import safe_name
from lienlac.wire.bodies.parts import AttachmentRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment, Upload
    from lienlac.exchange.post import Sent
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.blobs.writing import Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A file as people see it. `kind` is what its content is here; `warnings` are codes of `media.file_warnings`."""

    file: Attachment
    kind: str
    warnings: tuple[str, ...]
    readable: bool


@dataclass(slots=True)
class Opened:
    """A file that is being read. Close it."""

    file: Attachment
    kind: str
    _reader: Reader

    def pieces(self, offset: int = 0) -> Iterator[bytes]:
        """The content from that byte on. Raises `NotAllowed("blob-damaged")`."""
        return self._reader.plain(offset)

    def close(self) -> None:
        """Let go of it."""
        self._reader.close()


class AttachmentDesk:
    """What screens, programs and commands call."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    # --- the tray -------------------------------------------------------------------------------------------------

    def begin(self, officer: Officer, name: str) -> Incoming:
        """A file is being put in; its bytes follow.

        Raises `NotAllowed`: `tray-full`, `attachment-no-room`, `storage-…`, and what rights forbid.
        """
        require(officer, Action.ATTACHMENT_ADD)
        with self._shelf.office.database.read() as connection:
            if (
                len(store.uploads(connection, officer.id, rows=limits.UPLOADS_PER_OFFICER))
                >= limits.UPLOADS_PER_OFFICER
            ):
                raise NotAllowed("tray-full", limit=limits.UPLOADS_PER_OFFICER)
            self._shelf.check_quota(connection, blobs.OWN, limits.ATTACHMENT_CHUNK_BYTES)
        writer = Writer(self._shelf.files, ids.new_id("blob", self._shelf.office.chance))
        return Incoming(self, officer, safe_name(name), writer)

    def put(self, officer: Officer, name: str, made: Made) -> Upload:
        """The bytes are on the disk: look at them, and give them a place in the tray."""
        media_type = media.tell(made.head, made.tail)
        suspicion = self._scan(made)

        def work(connection: Connection) -> Upload:
            self._shelf.check_quota(connection, blobs.OWN, made.size_bytes)
            now = self._shelf.office.clock.now()
            upload = store.Upload(
                upload_id=ids.new_id("upl", self._shelf.office.chance),
                officer_id=officer.id,
                blob_id=self._blob_for(connection, made, media_type, held=bool(suspicion)),
                name=name,
                media_type=media_type,
                digest=made.digest,
                size_bytes=made.size_bytes,
                held=bool(suspicion),
                made_us=self._shelf.now_us(),
            )
            blobs.use(connection, upload.blob_id, upload.upload_id)
            store.add_upload(connection, upload)
            detail = {"upload": upload.upload_id, "digest": made.digest, "size_bytes": made.size_bytes}
            detail |= {"held": suspicion} if suspicion else {}
            journal.record(
                connection, at=now, actor=officer.id, action="upload.added", thing=upload.upload_id, detail=detail
            )
            return upload

        upload = self._shelf.office.database.write(work)
        if upload.blob_id != made.blob_id:
            self._shelf.files.remove(made.blob_id)
        return upload

    def _blob_for(self, connection: Connection, made: Made, media_type: str, *, held: bool) -> str:
        """The row of a new content; one that was put in before and is the same is used again."""
        wanted = BlobState.HELD if held else BlobState.WHOLE
        for known in blobs.of_content(connection, blobs.OWN, made.digest):
            if known.state is wanted and known.size_bytes == made.size_bytes:
                return known.blob_id
        blobs.add(
            connection,
            self._shelf.safe,
            made.key,
            blob_id=made.blob_id,
            source=blobs.OWN,
            digest=made.digest,
            size_bytes=made.size_bytes,
            state=wanted,
            chunks=made.chunks,
            made_us=self._shelf.now_us(),
            media_type=media_type,
        )
        return made.blob_id

    def _scan(self, made: Made) -> str:
        if not self._shelf.scan:
            return ""
        with Reader(self._shelf.files, made.blob_id, made.size_bytes, made.key) as reader:
            return scan(self._shelf.scan, reader.plain())

    def tray(self, officer: Officer) -> list[Upload]:
        """What the officer put in and has not sent."""
        require(officer, Action.ATTACHMENT_ADD)
        with self._shelf.office.database.read() as connection:
            return store.uploads(connection, officer.id, rows=limits.UPLOADS_PER_OFFICER)

    def discard(self, officer: Officer, upload_id: str) -> None:
        """Throw one away. Raises `NotAllowed("upload-unknown")`."""
        require(officer, Action.ATTACHMENT_ADD)

        def work(connection: Connection) -> None:
            upload = self._own(connection, officer, upload_id)
            store.remove_upload(connection, upload_id)
            self._shelf.let_go(connection, upload.blob_id, upload_id)
            now = self._shelf.office.clock.now()
            detail = {"digest": upload.digest}
            journal.record(
                connection, at=now, actor=officer.id, action="upload.discarded", thing=upload_id, detail=detail
            )

        self._shelf.office.database.write(work)

    def _own(self, connection: Connection, officer: Officer, upload_id: str) -> Upload:
        upload = store.upload(connection, officer.id, upload_id)
        if upload is None:
            raise NotAllowed("upload-unknown", field="attachments", upload=upload_id[: limits.LINE_MAX_CHARS])
        return upload

    # --- sending --------------------------------------------------------------------------------------------------

    def attach(
        self, connection: Connection, officer: Officer, recipient: str, upload_ids: Sequence[str]
    ) -> tuple[tuple[AttachmentRef, str], ...]:
        """References, each with its upload, for a message that leaves in this transaction; `sent` must follow.

        Raises `NotAllowed`: `upload-unknown`, `upload-held`, `too-many-attachments`, `peer-unknown`.
        """
        wanted = tuple(dict.fromkeys(upload_ids))
        if not wanted:
            return ()
        require(officer, Action.ATTACHMENT_ADD)
        if len(wanted) > limits.ATTACHMENTS_PER_MESSAGE:
            raise NotAllowed("too-many-attachments", field="attachments", limit=limits.ATTACHMENTS_PER_MESSAGE)
        sealing = parsed_card(agreements.require_peer(connection, recipient).card).sealing
        made = []
        for upload_id in wanted:
            upload = self._own(connection, officer, upload_id)
            if upload.held:
                raise NotAllowed("upload-held", field="attachments", name=upload.name)
            blob = blobs.require(connection, upload.blob_id)
            made.append(
                (
                    AttachmentRef(
                        id=ids.new_id("att", self._shelf.office.chance),
                        digest=upload.digest,
                        size_bytes=upload.size_bytes,
                        media_type=upload.media_type,
                        name=upload.name,
                        key=seal_key(blob.key(self._shelf.safe), sealing),
                    ),
                    upload_id,
                )
            )
        return tuple(made)

    def sent(
        self, connection: Connection, officer: Officer, sent: Sent, named: Iterable[tuple[AttachmentRef, str]]
    ) -> None:
        """The message was sent: each file of `attach` leaves its tray and waits for the receipt."""
        header = sent.header
        for position, (ref, upload_id) in enumerate(named):
            upload = self._own(connection, officer, upload_id)
            store.add(
                connection,
                attachment_id=ref.id,
                way=Way.OUT.value,
                peer=header.recipient,
                message_id=header.id,
                record_id=header.record_id,
                position=position,
                name=ref.name,
                media_type=ref.media_type,
                digest=ref.digest,
                size_bytes=ref.size_bytes,
                blob_id=upload.blob_id,
                stage=BEGINNING[Way.OUT].value,
                made_us=self._shelf.now_us(),
                moved_us=self._shelf.now_us(),
            )
            blobs.use(connection, upload.blob_id, ref.id)
            store.remove_upload(connection, upload_id)
            self._shelf.let_go(connection, upload.blob_id, upload_id)

    def keep(self, connection: Connection, officer: Officer, upload_ids: Sequence[str]) -> None:
        """They wait with a message that is not sent yet: their time in the tray begins anew.

        Raises `NotAllowed("upload-unknown")`.
        """
        require(officer, Action.ATTACHMENT_ADD)
        for upload_id in upload_ids:
            self._own(connection, officer, upload_id)
            store.renew_upload(connection, upload_id, self._shelf.now_us())

    # --- looking --------------------------------------------------------------------------------------------------

    def about(self, connection: Connection, message_ids: Iterable[str]) -> dict[str, list[Shown]]:
        """The files of messages, by message. Whoever may see a message may see what files it has."""
        found: dict[str, list[Shown]] = {}
        for file in store.of_messages(connection, message_ids):
            blob = blobs.find(connection, file.blob_id)
            kind = blob.media_type if blob is not None and blob.media_type else file.media_type
            readable = blob is not None and blob.state is BlobState.WHOLE
            shown = Shown(file=file, kind=kind, warnings=media.warnings(file.name, kind), readable=readable)
            found.setdefault(file.message_id, []).append(shown)
        return found

    def open(
        self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None, offset: int = 0
    ) -> Opened:
        """Open a file of a record for reading; who read what is written down first.

        Raises `NotAllowed`: `not-found`, `attachment-not-here`, `attachment-held`, `blob-…`.
        """
        require(officer, Action.ATTACHMENT_READ, thing)
        with self._shelf.office.database.read() as connection:
            file = self._of_record(connection, attachment_id, record_id)
            blob = blobs.find(connection, file.blob_id)
        if blob is not None and blob.state is BlobState.HELD:
            raise NotAllowed("attachment-held")
        if blob is None or blob.state is not BlobState.WHOLE:
            raise NotAllowed("attachment-not-here")
        reader = self._shelf.reader(blob)
        try:
            self._note(officer, "attachment.read", file, offset=offset)
        except BaseException:
            reader.close()
            raise
        return Opened(file, blob.media_type or file.media_type, reader)

    def again(self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None) -> None:
        """Do not wait: try a file that leaves at once; ask for one that failed here once more."""
        require(officer, Action.REQUEST_WRITE, thing)

        def work(connection: Connection) -> None:
            file = self._of_record(connection, attachment_id, record_id)
            if file.stage is Stage.MOVING:
                store.change(connection, attachment_id, next_us=0)
            elif file.way is Way.IN and file.stage is Stage.FAILED:
                fresh = {"tell": "wanted", "failures": 0, "next_us": 0, "last_code": None, "last_reason": None}
                store.move(connection, file, Event.WANTED, moved_us=self._shelf.now_us(), **fresh)
            else:
                raise NotAllowed("attachment-not-possible")
            self._shelf.changed(connection, file)
            self._write_down(connection, officer, "attachment.again", file)

        self._shelf.office.database.write(work)

    def release(self, officer: Officer, attachment_id: str, record_id: str, thing: Thing | None) -> None:
        """Let a file go that a scanner put under lock."""
        require(officer, Action.ATTACHMENT_RELEASE, thing)

        def work(connection: Connection) -> None:
            file = self._of_record(connection, attachment_id, record_id)
            if not store.move(connection, file, Event.RELEASED, last_code=None, last_reason=None):
                raise NotAllowed("attachment-not-possible")
            blobs.set_state(connection, file.blob_id or "", BlobState.WHOLE)
            self._shelf.changed(connection, file)
            self._write_down(connection, officer, "attachment.released", file)

        self._shelf.office.database.write(work)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _of_record(self, connection: Connection, attachment_id: str, record_id: str) -> Attachment:
        """A file of this very record: one of another record is as absent as none (child through another parent)."""
        file = store.find(connection, attachment_id)
        if file is None or not record_id or file.record_id != record_id:
            raise NotAllowed("not-found")
        return file

    def _note(self, officer: Officer, action: str, file: Attachment, **detail: object) -> None:
        self._shelf.office.database.write(
            lambda connection: self._write_down(connection, officer, action, file, **detail)
        )

    def _write_down(
        self, connection: Connection, officer: Officer, action: str, file: Attachment, **detail: object
    ) -> None:
        journal.record(
            connection,
            at=self._shelf.office.clock.now(),
            actor=officer.id,
            action=action,
            thing=file.record_id or file.attachment_id,
            detail={"attachment": file.attachment_id, "digest": file.digest, **detail},
        )


@dataclass(slots=True)
class Incoming:
    """A file that an officer is putting in. Ends with `finish` or `abandon`."""

    _desk: AttachmentDesk
    _officer: Officer
    name: str
    _writer: Writer

    def write(self, data: bytes | bytearray) -> None:
        """Some more of it. Raises `Refused("attachment-too-large")`, `NotAllowed("storage-…")`."""
        self._writer.write(data)

    def finish(self) -> Upload:
        """All of it is here. Raises `Refused("attachment-empty")`, `NotAllowed("attachment-no-room")`."""
        return self._desk.put(self._officer, self.name, self._writer.finish())

    def abandon(self) -> None:
        """It was cut off: nothing of it stays."""
        self._writer.abandon()
