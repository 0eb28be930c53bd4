"""Messages about files arrived: a reference that opens the door for chunks, a receipt that lets a file leave, an end.

Each handler runs inside the arrival's transaction; `Refused` becomes the signed refusal. Too little room is no reason
to refuse a message (clause 14.7); a reference that could never be used is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac import clock, journal
from lienlac.errors import Refused
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import BEGINNING, Event, Stage, Way
from lienlac.keys.attachments.stream import open_key
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.store import BlobState
from lienlac.wire.attachments import check_name, chunk_count
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment
    from lienlac.exchange.post import ArrivalHandler, Arrived, Settled, SettlementHandler
    from lienlac.wire.bodies.parts import AttachmentRef

GONE = "attachment-gone"


class AttachmentArrivals:
    """Handlers of the control kinds about files, and of every kind whose body may name files."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handlers(self) -> dict[str, list[ArrivalHandler]]:
        """Kind to handlers: the ends of journeys, and each kind with files."""
        return {
            "attachment.complete": [self.completed],
            "attachment.failed": [self.failed],
            "attachment.wanted": [self.wanted],
            **{kind: [self.announced] for kind in self._kinds_with_files()},
        }

    def told(self) -> dict[str, list[SettlementHandler]]:
        """Kind to handlers of receipts."""
        return {kind: [self.settled] for kind in self._kinds_with_files()}

    def _kinds_with_files(self) -> list[str]:
        kinds = self._shelf.office.kinds
        return [name for name in kinds.names() if "attachments" in kinds.current(name).body.__struct_fields__]

    # --- announced ------------------------------------------------------------------------------------------------

    def announced(self, connection: Connection, arrived: Arrived) -> None:
        """A message came with files: from now on their chunks are let in."""
        for position, ref in enumerate(arrived.body.attachments):
            check_name(ref.name)
            known = store.find(connection, ref.id)
            if known is not None and not _is(known, arrived, ref, position):
                raise Refused("attachment-id-known", attachment=ref.id)
            if known is not None:
                continue  # the same message in a new place
            if arrived.ours:
                self._ours_again(connection, arrived, ref, position)
            else:
                self._expect(connection, arrived, ref, position)

    def _expect(self, connection: Connection, arrived: Arrived, ref: AttachmentRef, position: int) -> None:
        key = open_key(ref.key, self._shelf.office.keys)
        values = _columns(arrived, ref, position, Way.IN)
        same = [
            blob
            for blob in blobs.of_content(connection, arrived.header.sender, ref.digest)
            if blob.state is BlobState.WHOLE and blob.size_bytes == ref.size_bytes and blob.key(self._shelf.safe) == key
        ]
        if same:  # this peer sent this very file before: only the checks are left
            blobs.use(connection, same[0].blob_id, ref.id)
            values |= {"stage": Stage.CHECKING.value, "blob_id": same[0].blob_id}
        store.add(connection, sealed_key=ref.key, **values)

    def _ours_again(self, connection: Connection, arrived: Arrived, ref: AttachmentRef, position: int) -> None:
        """Our own message, replayed after a restore: its file is not here any more; the peer may have it whole."""
        values = _columns(arrived, ref, position, Way.OUT)
        values |= {"stage": Stage.FAILED.value, "last_code": GONE, "tell": "failed"}
        store.add(connection, **values)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """The end of a message of ours: its files may leave, or never will."""
        event = Event.ACCEPTED if settled.verdict is Verdict.ACCEPTED else Event.REFUSED
        for file in store.of_messages(connection, [settled.header.id]):
            if file.way is Way.OUT and store.move(connection, file, event, moved_us=self._shelf.now_us()):
                self._shelf.changed(connection, file)
                self._shelf.due(connection)

    # --- ends -----------------------------------------------------------------------------------------------------

    def completed(self, connection: Connection, arrived: Arrived) -> None:
        """The receiver signed that it holds a file whole; what it counted and computed must be what we sent."""
        file = self._known(connection, arrived)
        body = arrived.body
        if (body.digest, body.size_bytes) != (file.digest, file.size_bytes):
            raise Refused("attachment-mismatch", attachment=file.attachment_id)
        if arrived.ours:
            if file.way is Way.IN and file.stage is Stage.MOVING:  # we had it whole once and lost it: ask for it again
                store.change(connection, file.attachment_id, tell="wanted", proof_id=arrived.header.id)
            return
        if file.way is not Way.OUT:
            raise Refused("attachment-unknown", attachment=file.attachment_id)
        done = {"done_us": clock.to_us(arrived.received_at), "proof_id": arrived.header.id, "tell": None}
        clean = {"chunks": chunk_count(file.size_bytes), "failures": 0, "last_code": None, "last_reason": None}
        if store.move(connection, file, Event.COMPLETE, **done, **clean):
            self._note(connection, arrived, file)

    def failed(self, connection: Connection, arrived: Arrived) -> None:
        """The other side says that a file will not come whole, or did not."""
        file = self._known(connection, arrived)
        if arrived.ours:
            return
        body = arrived.body
        if store.move(connection, file, Event.FAIL, last_code=body.code, last_reason=body.reason[:2000], tell=None):
            if file.way is Way.IN:
                self._shelf.let_go(connection, file.blob_id, file.attachment_id)
                store.change(connection, file.attachment_id, blob_id=None, chunks=0)
            self._note(connection, arrived, file, code=body.code)

    def wanted(self, connection: Connection, arrived: Arrived) -> None:
        """The receiver asks for a file again: it goes from its beginning, if it is still here."""
        file = self._known(connection, arrived)
        if arrived.ours:
            return
        if file.way is not Way.OUT:
            raise Refused("attachment-unknown", attachment=file.attachment_id)
        if file.blob_id is None:
            store.change(connection, file.attachment_id, tell="failed", last_code=GONE)
        else:
            again = {"chunks": 0, "failures": 0, "next_us": 0, "last_code": None, "last_reason": None, "done_us": None}
            store.move(connection, file, Event.WANTED, moved_us=self._shelf.now_us(), **again)
        self._shelf.due(connection)
        self._note(connection, arrived, file)

    def _known(self, connection: Connection, arrived: Arrived) -> Attachment:
        """The file that a message of either side speaks of; somebody else's is as unknown as one that never was."""
        us = self._shelf.office.node_id
        peer = arrived.header.recipient if arrived.header.sender == us else arrived.header.sender
        file = store.find(connection, arrived.body.attachment_id)
        if file is None or file.peer != peer or file.message_id != arrived.body.message_id:
            raise Refused("attachment-unknown", attachment=arrived.body.attachment_id)
        return file

    def _note(self, connection: Connection, arrived: Arrived, file: Attachment, **detail: object) -> None:
        self._shelf.changed(connection, file)
        journal.record(
            connection,
            at=arrived.received_at,
            actor=arrived.header.sender,
            action=arrived.header.kind,
            thing=file.record_id or file.attachment_id,
            detail={"attachment": file.attachment_id, "message": arrived.header.id, **detail},
        )


def _is(known: Attachment, arrived: Arrived, ref: AttachmentRef, position: int) -> bool:
    """Whether a reference is one that is known already: the same file of the same message of the same author."""
    way = Way.OUT if arrived.ours else Way.IN
    ours = (known.way, known.message_id, known.position, known.digest, known.size_bytes)
    return ours == (way, arrived.header.id, position, ref.digest, ref.size_bytes)


def _columns(arrived: Arrived, ref: AttachmentRef, position: int, way: Way) -> dict[str, Any]:
    header = arrived.header
    at_us = clock.to_us(arrived.received_at)
    return {
        "attachment_id": ref.id,
        "way": way.value,
        "peer": header.recipient if way is Way.OUT else header.sender,
        "message_id": header.id,
        "record_id": header.record_id,
        "position": position,
        "name": ref.name,
        "media_type": ref.media_type,
        "digest": ref.digest,
        "size_bytes": ref.size_bytes,
        "stage": BEGINNING[way].value,
        "made_us": at_us,
        "moved_us": at_us,
    }
