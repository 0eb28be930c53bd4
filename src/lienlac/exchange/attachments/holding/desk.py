"""Files that a record holds for as long as it stands: taken from a tray, sealed for each member that may have them.

Unlike a file of one message, such a file is sent again to whoever joins later, by the node itself. The slice that knows
the record asks its gate and writes the journal; here nothing is decided about who may.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lienlac import ids, limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import BEGINNING, Event, Stage, Way
from lienlac.exchange.office import parsed_card
from lienlac.keys.attachments.stream import seal_key
from lienlac.people.rights import Action, require
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.store import BlobState
from lienlac.wire.bodies.parts import AttachmentRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment, Upload
    from lienlac.exchange.post import Sent
    from lienlac.people.officer import Officer
    from lienlac.storage.blobs.reading import Reader


class Holding:
    """One for each node. `user` is the id of what holds a file: as long as it does, the file stays."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def tray(self, officer: Officer) -> list[Upload]:
        """What the officer has put in and not sent."""
        require(officer, Action.ATTACHMENT_ADD)
        with self._shelf.office.database.read() as connection:
            return store.uploads(connection, officer.id, rows=limits.UPLOADS_PER_OFFICER)

    def pieces_of(self, officer: Officer, upload_id: str) -> Callable[[], Iterator[bytes]]:
        """The content of a file of the officer's tray, anew at each call. Raises `NotAllowed`: as `take`."""
        require(officer, Action.ATTACHMENT_ADD)
        with self._shelf.office.database.read() as connection:
            upload = self._own(connection, officer, upload_id)

        def pieces() -> Iterator[bytes]:
            with self.open(upload.blob_id) as reader:
                yield from reader.plain()

        return pieces

    def take(self, connection: Connection, officer: Officer, upload_id: str, user: str) -> Upload:
        """A file leaves its officer's tray and is held from now on.

        Raises `NotAllowed`: `upload-unknown`, `upload-held`, and what rights forbid.
        """
        require(officer, Action.ATTACHMENT_ADD)
        upload = self._own(connection, officer, upload_id)
        blobs.use(connection, upload.blob_id, user)
        store.remove_upload(connection, upload_id)
        self._shelf.let_go(connection, upload.blob_id, upload_id)
        return upload

    @staticmethod
    def _own(connection: Connection, officer: Officer, upload_id: str) -> Upload:
        upload = store.upload(connection, officer.id, upload_id)
        if upload is None:
            raise NotAllowed("upload-unknown", field="file", upload=upload_id[: limits.LINE_MAX_CHARS])
        if upload.held:
            raise NotAllowed("upload-held", field="file", name=upload.name)
        return upload

    def reference(
        self, connection: Connection, recipient: str, blob_id: str, name: str, media_type: str
    ) -> AttachmentRef:
        """What a message to one member says of a file that is held. Raises `NotAllowed("blob-gone")`."""
        blob = blobs.require(connection, blob_id)
        sealing = parsed_card(agreements.require_peer(connection, recipient).card).sealing
        return AttachmentRef(
            id=ids.new_id("att", self._shelf.office.chance),
            digest=blob.digest,
            size_bytes=blob.size_bytes,
            media_type=media_type,
            name=name,
            key=seal_key(blob.key(self._shelf.safe), sealing),
        )

    def sent(self, connection: Connection, sent: Sent, named: Iterable[tuple[AttachmentRef, str]]) -> None:
        """The message that names these files, each with its blob, was sent: they wait for its receipt."""
        header, now_us = sent.header, self._shelf.now_us()
        for position, (ref, blob_id) in enumerate(named):
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
                blob_id=blob_id,
                stage=BEGINNING[Way.OUT].value,
                made_us=now_us,
                moved_us=now_us,
            )
            blobs.use(connection, blob_id, ref.id)

    def of_record(self, connection: Connection, record_id: str, digest: str) -> list[Attachment]:
        """Journeys of a content in one record, the newest first."""
        return store.of_content(connection, record_id, digest)

    def coming(self, connection: Connection, record_id: str, digests: Iterable[str]) -> dict[str, Attachment]:
        """How far these contents of a record have come here, each by its newest journey; none was announced else."""
        return store.newest_in(connection, record_id, digests)

    def arrived(self, connection: Connection, record_id: str, digest: str) -> Attachment | None:
        """A content of a record that has come whole."""
        came = self.of_record(connection, record_id, digest)
        return next((one for one in came if one.way is Way.IN and one.stage is Stage.WHOLE and one.blob_id), None)

    def ask_again(self, connection: Connection, record_id: str, digest: str) -> Attachment | None:
        """Ask its sender again for a content that came, or failed; what lies here of it goes. None: there is none."""
        came = self.of_record(connection, record_id, digest)
        last = next((one for one in came if one.way is Way.IN), None)
        fresh = {"tell": "wanted", "failures": 0, "next_us": 0, "last_code": None, "last_reason": None, "done_us": None}
        now_us = self._shelf.now_us()
        if last is None or last.stage not in {Stage.WHOLE, Stage.FAILED}:
            return None
        store.move(connection, last, Event.WANTED, moved_us=now_us, blob_id=None, chunks=0, **fresh)
        self._shelf.let_go(connection, last.blob_id, last.attachment_id)
        self._shelf.changed(connection, last)
        self._shelf.due(connection)
        return last

    def release(self, connection: Connection, blob_id: str, user: str) -> None:
        """A file is held no longer."""
        self._shelf.let_go(connection, blob_id, user)

    def hold(self, connection: Connection, blob_id: str, user: str) -> None:
        """A file that has come is held from now on."""
        blobs.use(connection, blob_id, user)

    def open(self, blob_id: str) -> Reader:
        """Open a file that is held. Raises `NotAllowed`: `attachment-not-here`, `attachment-held`, `blob-gone`."""
        with self._shelf.office.database.read() as connection:
            blob = blobs.find(connection, blob_id)
        if blob is not None and blob.state is BlobState.HELD:
            raise NotAllowed("attachment-held")
        if blob is None or blob.state is not BlobState.WHOLE:
            raise NotAllowed("attachment-not-here")
        return self._shelf.reader(blob)

    def digest_of(self, blob_id: str) -> str:
        """SHA-256 of what lies there, read again as a whole; empty when it cannot be read as it was written.

        Raises `NotAllowed`: `attachment-not-here`, `attachment-held`.
        """
        found = hashlib.sha256()
        try:
            with self.open(blob_id) as reader:
                for piece in reader.plain():
                    found.update(piece)
        except NotAllowed as error:
            if error.code in {"blob-damaged", "blob-gone", "blob-key-lost"}:
                return ""
            raise
        return found.hexdigest()
