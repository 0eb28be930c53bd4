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
from lienlac.keys import jwe
from lienlac.people.rights import Action, require
from lienlac.wire import frame
from lienlac.wire.message import Lane, digest_of
from lienlac.wire.receipt import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.exchange.arrival import Arrivals
    from lienlac.exchange.settlement import Settlements
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


class CourierFiles:
    """Packs and unpacks."""

    def __init__(self, office: Office, arrivals: Arrivals, settlements: Settlements) -> None:
        self._office = office
        self._arrivals = arrivals
        self._settlements = settlements

    def pack(
        self, officer: Officer, peer_id: str, out: BinaryIO, progress: Callable[[int], None] | None = None
    ) -> Counts:
        """Write everything that waits for a peer, oldest first in each lane, and the receipts owed to it."""
        require(officer, Action.COURIER_PACK)
        now = self._office.clock.now()
        file_id = ids.new_id("cf", self._office.chance)
        with self._office.database.read() as connection:
            peer = agreements.require_peer(connection, peer_id)
            unpacked = store.unpacked_files(connection, peer_id, rows=limits.LIST_MAX_ITEMS)
            your_log = memory.newest_head(connection, peer_id)
            rotations = tuple(signed.decode() for signed in store.open_rotations(connection, peer_id))
            owed = store.owed_receipts(connection, peer_id, rows=limits.REISSUE_MAX_MESSAGES)
        head = frame.CourierHead(
            format="lienlac-courier/1",
            file_id=file_id,
            sender=self._office.node_id,
            recipient=peer_id,
            made_at=now,
            unpacked=tuple(unpacked),
            your_log=your_log,
            rotations=rotations,
        )
        out.write(frame.head_line(head))
        counts = Counts()
        sealing = parsed_card(peer.card).sealing
        for receipt in owed:
            out.write(frame.item_line(frame.Item("r", jwe.seal(receipt, sealing, RECEIPT_TYP))))
            counts.receipts += 1
        for lane in Lane:
            counts.envelopes += self._pack_lane(peer_id, lane, out, progress)

        def work(connection: Connection) -> None:
            store.add_courier_file(connection, file_id, peer_id, "out", clock.to_us(now))
            store.mark_packed(connection, peer_id, file_id)
            detail = {"file": file_id, "envelopes": counts.envelopes, "receipts": counts.receipts}
            journal.record(connection, at=now, actor=officer.id, action="courier.pack", thing=peer_id, detail=detail)

        self._office.database.write(work)
        return counts

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
        batch: list[bytes] = []
        while line := source.readline(limits.ENVELOPE_MAX_BYTES + 4):
            item = frame.decode_item(line)
            if item.tag == "r":
                self._take_receipt(head.sender, item.data, counts)
                continue
            batch.append(item.data)
            if len(batch) == limits.BATCH_MAX_ENVELOPES:
                self._take_envelopes(head.sender, batch, counts)
                batch = []
                if progress is not None:
                    progress(counts.envelopes)
        if batch:
            self._take_envelopes(head.sender, batch, counts)
        self._finish(officer, head, counts)
        return counts

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
