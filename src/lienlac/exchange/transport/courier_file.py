"""Courier files: the same sealed envelopes on removable media, for a node without a network (clause 11.6).

Packing streams what waits for a peer, and the receipts owed to it, into a file; unpacking takes one in and notes the
receipts to be carried back. A file may be lost, repeated or come late: envelopes are only forgotten once receipted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from lienlac import clock, ids, journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.link.rotation import adopt
from lienlac.exchange.names import RECEIPT_TYP
from lienlac.exchange.office import Office, parsed_card
from lienlac.exchange.recovery import memory
from lienlac.exchange.transport.courier_chunks import Packing
from lienlac.keys import jwe
from lienlac.people.rights import Action, require
from lienlac.wire import frame
from lienlac.wire.message import Lane, digest_of
from lienlac.wire.receipt import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.arrival import Arrivals
    from lienlac.exchange.recovery.carried import CarriedStates
    from lienlac.exchange.settlement import Settlements
    from lienlac.exchange.transport.courier_chunks import ChunkTaker, CourierChunks
    from lienlac.people.officer import Officer
    from lienlac.wire.receipt import Reply


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a file held and what became of it."""

    envelopes: int = 0
    accepted: int = 0
    held: int = 0
    turned_away: int = 0
    receipts: int = 0
    settled: int = 0
    chunks: int = 0
    passed_over: int = 0
    waiting: int = 0
    """Envelopes not looked at: this node is getting its memory back, and they come again."""
    recovered: int = 0
    """Messages of the past, sent or received, that were put back."""


class CourierFiles:
    """Packs and unpacks."""

    def __init__(
        self,
        office: Office,
        arrivals: Arrivals,
        settlements: Settlements,
        chunks: CourierChunks,
        states: CarriedStates,
    ) -> None:
        self._office = office
        self._states = states
        self._chunks = chunks
        self._arrivals = arrivals
        self._settlements = settlements

    def pack(
        self,
        officer: Officer,
        peer_id: str,
        out: BinaryIO,
        progress: Callable[[int], None] | None = None,
        *,
        packing: Packing | None = None,
        part_bytes: int = limits.COURIER_PART_BYTES,
    ) -> Counts:
        """Write everything that waits for a peer, oldest first in each lane, the receipts owed to it, and its files.

        What of the files does not fit is left for the next part: call again with the same `packing` until it is done.
        Envelopes and receipts stand in the first part, whatever their size.
        """
        require(officer, Action.COURIER_PACK)
        first, packing = packing is None or not packing.begun, packing or Packing()
        packing.begun = True
        now = self._office.clock.now()
        file_id = ids.new_id("cf", self._office.chance)
        peer = self._write_head(file_id, peer_id, out, now)
        counts = Counts()
        if first:
            self._pack_state(peer, out)
            counts.receipts = self._pack_receipts(peer, out)
            for lane in Lane:
                counts.envelopes += self._pack_lane(peer_id, lane, out, progress)
        counts.chunks = self._chunks.pack(peer_id, out, packing, part_bytes - out.tell(), progress)

        def work(connection: Connection) -> None:
            store.add_courier_file(connection, file_id, peer_id, "out", clock.to_us(now))
            if first:
                store.mark_packed(connection, peer_id, file_id)
            detail = {"file": file_id, "envelopes": counts.envelopes, "receipts": counts.receipts}
            detail |= {"chunks": counts.chunks} if counts.chunks else {}
            journal.record(connection, at=now, actor=officer.id, action="courier.pack", thing=peer_id, detail=detail)

        self._office.database.write(work)
        return counts

    def _write_head(self, file_id: str, peer_id: str, out: BinaryIO, now: datetime) -> agreements.Peer:
        holds = self._chunks.holds(peer_id)
        with self._office.database.read() as connection:
            peer = agreements.require_peer(connection, peer_id)
            head = frame.CourierHead(
                format="lienlac-courier/1",
                file_id=file_id,
                sender=self._office.node_id,
                recipient=peer_id,
                made_at=now,
                unpacked=tuple(store.unpacked_files(connection, peer_id, rows=limits.LIST_MAX_ITEMS)),
                your_log=memory.newest_head(connection, peer_id),
                rotations=tuple(signed.decode() for signed in store.open_rotations(connection, peer_id)),
                holds=holds,
            )
        out.write(frame.head_line(head))
        return peer

    def _pack_state(self, peer: agreements.Peer, out: BinaryIO) -> None:
        state = self._states.pack(peer, lambda page: out.write(frame.item_line(frame.Item("p", page))))
        out.write(frame.item_line(frame.Item("s", state)))

    def _pack_receipts(self, peer: agreements.Peer, out: BinaryIO) -> int:
        sealing = parsed_card(peer.card).sealing
        with self._office.database.read() as connection:
            owed = store.owed_receipts(connection, peer.node_id, rows=limits.REISSUE_MAX_MESSAGES)
        out.writelines(frame.item_line(frame.Item("r", jwe.seal(receipt, sealing, RECEIPT_TYP))) for receipt in owed)
        return len(owed)

    def _pack_lane(self, peer_id: str, lane: Lane, out: BinaryIO, progress: Callable[[int], None] | None) -> int:
        after, packed = 0, 0
        while True:
            with self._office.database.read() as connection:
                page = store.outbox(connection, peer_id, lane, after=after, rows=limits.BATCH_MAX_ENVELOPES)
            if not page:
                return packed
            out.writelines(frame.item_line(frame.Item("e", item.envelope)) for item in page)
            packed += len(page)
            after = page[-1].sequence
            if progress is not None:
                progress(packed)

    def unpack(self, officer: Officer, source: BinaryIO, progress: Callable[[int], None] | None = None) -> Counts:
        """Take a courier file in. A file may be unpacked again: what is known gets its stored receipt.

        Raises `Refused`: `frame-malformed`, `not-for-us`, `sender-unknown`.
        """
        require(officer, Action.COURIER_UNPACK)
        head = frame.decode_head(source.readline(frame.HEAD_MAX_BYTES + 1), frame.CourierHead)
        if head.recipient != self._office.node_id:
            raise Refused("not-for-us", recipient=head.recipient)
        with self._office.database.read() as connection:
            peer = agreements.peer(connection, head.sender)
            if peer is None:
                raise Refused("sender-unknown")
            memory.check_memory(self._office, connection, peer, head.your_log)
        adopt(self._office, head.sender, head.rotations)
        counts = Counts()
        taker = self._chunks.taker(head.sender)
        try:
            self._take_all(peer, head.your_log, source, counts, taker, progress)
        finally:
            taker.close()
            counts.chunks, counts.passed_over = taker.taken, taker.passed_over
        counts.recovered = sum(self._states.finish(peer))
        self._chunks.heard(head.sender, head.holds)
        if counts.chunks:
            self._chunks.finish()
        self._finish(officer, head, counts)
        return counts

    def _take_all(
        self,
        peer: agreements.Peer,
        your_log: str,
        source: BinaryIO,
        counts: Counts,
        taker: ChunkTaker,
        progress: Callable[[int], None] | None,
    ) -> None:
        """Line by line; messages are taken in before the chunks of files that they announce."""
        batch: list[bytes] = []
        waits: bool | None = None

        def flush() -> None:
            if batch:
                self._take_envelopes(peer.node_id, batch, counts)
                batch.clear()
                if progress is not None:
                    progress(counts.envelopes)

        while line := source.readline(frame.COURIER_LINE_MAX_BYTES + 2):
            if line.startswith(b"c "):
                flush()
                taker.take(frame.decode_chunk_line(line), source)
                continue
            item = frame.decode_item(line)
            if item.tag in ("p", "s"):
                self._take_past(peer, item, counts)
                continue
            if item.tag == "r":
                self._take_receipt(peer.node_id, item.data, counts)
                continue
            if waits is None:
                waits = self._states.waits(peer, your_log)
            if waits:
                counts.envelopes, counts.waiting = counts.envelopes + 1, counts.waiting + 1
                continue
            batch.append(item.data)
            if len(batch) == limits.BATCH_MAX_ENVELOPES:
                flush()
        flush()

    def _finish(self, officer: Officer, head: frame.CourierHead, counts: Counts) -> None:
        now = self._office.clock.now()

        def work(connection: Connection) -> None:
            store.add_courier_file(connection, head.file_id, head.sender, "in", clock.to_us(now))
            store.handed_over(connection, head.sender, head.unpacked)
            detail = {"file": head.file_id, "envelopes": counts.envelopes, "receipts": counts.receipts}
            journal.record(
                connection, at=now, actor=officer.id, action="courier.unpack", thing=head.sender, detail=detail
            )

        self._office.database.write(work)

    def _take_receipt(self, peer_id: str, sealed: bytes, counts: Counts) -> None:
        counts.receipts += 1
        try:
            receipt = jwe.unseal(sealed, self._office.keys, RECEIPT_TYP)
            counts.settled += self._settlements.apply_receipts(peer_id, [receipt.decode("ascii", "replace")])
        except Refused:
            counts.turned_away += 1

    def _take_past(self, peer: agreements.Peer, item: frame.Item, counts: Counts) -> None:
        """A state or a page that is not what it says is worth nothing, and says nothing against the rest."""
        try:
            if item.tag == "s":
                self._states.hear(peer, item.data)
            else:
                self._states.take(peer, item.data)
        except Refused:
            counts.turned_away += 1

    def _take_envelopes(self, peer_id: str, envelopes: list[bytes], counts: Counts) -> None:
        reply: Reply = self._arrivals.receive(envelopes, peer_id)
        counts.envelopes += len(envelopes)
        texts = [answer.receipt for answer in reply.answers if answer.receipt] + list(reply.owed)
        for answer in reply.answers:
            counts.accepted += answer.outcome is Outcome.RECEIPTED
            counts.held += answer.outcome is Outcome.HELD
            counts.turned_away += answer.outcome is Outcome.TURNED_AWAY

        def work(connection: Connection) -> None:
            for text in texts:
                store.owe_receipt(connection, peer_id, digest_of(text.encode()), text.encode())

        self._office.database.write(work)
