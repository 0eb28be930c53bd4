"""Two real ends with stores of files; chunks go over by hand, call by call, as `dial` and the peers' door do it."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import msgspec

from lienlac import limits
from lienlac.errors import LienlacError
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.desk import Opened
from lienlac.exchange.attachments.journey import Stage
from lienlac.exchange.attachments.store import Attachment, Upload
from lienlac.people.rights import Thing
from lienlac.storage.blobs import store as blobs
from lienlac.wire.attachments import Held
from lienlac.wire.bodies.parts import AttachmentRef, Attachments
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane, Text
from tests.exchange.scene import DUTY, KINDS, End, settle_all
from tests.folders import files_in

CHUNK = limits.ATTACHMENT_CHUNK_BYTES
RECORD = "req-" + "a" * 26


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A body that may have files."""

    text: Text
    attachments: Attachments = ()


LETTER = Kind("test.letter", 1, Letter, Lane.URGENT, opening=True)


class FileEnd(End):
    """A node with a store of files."""

    def __init__(self, node_id: str, database: Any, clock: Any, folder: Path, **options: Any) -> None:
        bounds = options.pop("bounds", {})
        self.folder = folder / node_id
        files = files_in(self.folder, **bounds)
        super().__init__(node_id, database, clock, kinds=(*KINDS, LETTER), files=files, **options)

    def upload(self, data: bytes, name: str = "sao kê.pdf", officer: Any = DUTY) -> Upload:
        incoming = self.post.attachments.begin(officer, name)
        for at in range(0, len(data), 700_000):
            incoming.write(data[at : at + 700_000])
        return incoming.finish()

    def send_files(self, peer: End, *uploads: Upload, officer: Any = DUTY) -> list[str]:
        """A letter with these files; returns their ids."""
        desk = self.post.attachments

        def work(connection: Any) -> list[str]:
            named = desk.attach(connection, officer, peer.node_id, [upload.upload_id for upload in uploads])
            refs = tuple(ref for ref, _ in named)
            outgoing = self.outgoing(
                peer, "", kind=LETTER.name, body=Letter(text="here", attachments=refs), record_id=RECORD
            )
            sent = self.post.departures.send(connection, outgoing)
            desk.sent(connection, officer, sent, named)
            return [ref.id for ref in refs]

        return self.database.write(work)

    def file(self, attachment_id: str) -> Attachment:
        found: Attachment | None = self.read(store.find, attachment_id)
        assert found is not None
        return found

    def stage(self, attachment_id: str) -> Stage:
        return self.file(attachment_id).stage

    def blob(self, attachment_id: str) -> blobs.Blob | None:
        found: blobs.Blob | None = self.read(blobs.find, self.file(attachment_id).blob_id)
        return found

    def read_file(self, attachment_id: str, officer: Any = DUTY, record: str = RECORD, offset: int = 0) -> bytes:
        opened: Opened = self.post.attachments.open(officer, attachment_id, record, Thing(id=record), offset)
        try:
            return b"".join(opened.pieces(offset))
        finally:
            opened.close()

    def on_disk(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())

    # --- the pretend wire -----------------------------------------------------------------------------------------

    def bring(
        self, peer: FileEnd, attachment_id: str, *, chunks: int = 1000, first: int | None = None, spoil: Any = None
    ) -> Held:
        """One push: ask what is held, bring chunks, hear the new state. `spoil` changes the bytes on the way."""
        going = self.post.attachment_courier.start(attachment_id)
        assert going is not None
        try:
            held = peer.post.receiving.held(self.node_id, attachment_id)
            if held.state != "expected":
                self.post.attachment_courier.heard(attachment_id, held)
                return held
            at = held.chunks if first is None else first
            data = b"".join(going.pieces(at, chunks))
            held = give(peer, self.node_id, attachment_id, at, data if spoil is None else spoil(data))
            self.post.attachment_courier.heard(attachment_id, held)
            return held
        finally:
            going.reader.close()

    def finish(self) -> None:
        self.post.receiving.finish_due()
        self.post.attachment_watch.tell_due()


def give(receiver: FileEnd, sender: str, attachment_id: str, first: int, data: bytes, piece: int = 400_000) -> Held:
    """One call at the receiver's door, as its endpoint does it."""
    run = receiver.post.receiving.begin(sender, attachment_id, first)
    try:
        try:
            for at in range(0, len(data), piece):
                run.feed(data[at : at + piece])
        except LienlacError as error:
            receiver.post.receiving.broken_off(run, error)
            raise
        return run.end()
    finally:
        run.close()


def content(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def carry(sender: FileEnd, receiver: FileEnd, attachment_id: str) -> None:
    """The whole journey: message, receipt, chunks, checks, the receiver's word."""
    settle_all(sender, receiver)
    sender.bring(receiver, attachment_id)
    receiver.finish()
    settle_all(sender, receiver)


def forged_ref(sender: FileEnd, receiver: FileEnd, **changes: Any) -> AttachmentRef:
    """A reference as a dishonest peer may write it, with a key that opens."""
    from lienlac.exchange.office import parsed_card
    from lienlac.keys.attachments.stream import ContentKey, seal_key

    sealing = parsed_card(receiver.office.card).sealing
    values: dict[str, Any] = {
        "id": "att-" + "f" * 26,
        "digest": "0" * 64,
        "size_bytes": CHUNK + 5,
        "media_type": "application/pdf",
        "name": "a.pdf",
        "key": seal_key(ContentKey(b"k" * 32), sealing),
    }
    del sender
    return AttachmentRef(**{**values, **changes})
