"""What was got back is put back, through the same handlers as at first, and said (clauses 7.4, 7.5).

In steps, each one transaction, in the order in which things happened; a crash in between goes on where it stopped.
What was accepted once is part of the record whatever a slice thinks of it now: a handler that refuses is asked again
when more of the past is here, and what none takes in the end is shown to a person.
"""

from __future__ import annotations

import hashlib
import heapq
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from lienlac import clock, journal, limits
from lienlac.exchange import store
from lienlac.exchange.departure import CONTROL_MARKS, CONTROL_PURPOSE, Departures, message_row
from lienlac.exchange.handling import attempt
from lienlac.exchange.names import Alarm
from lienlac.exchange.post import Arrived, Outgoing, Settled
from lienlac.exchange.settlement import witness
from lienlac.keys import jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.bodies.link import NodeRecovered
from lienlac.wire.kinds import is_void
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Lane, decode, digest_of
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from lienlac.exchange.office import Office
    from lienlac.exchange.recovery.comparing import Loss
    from lienlac.exchange.store import Regained


class Replays:
    """Puts back what comparisons brought."""

    def __init__(self, office: Office, departures: Departures) -> None:
        self._office = office
        self._departures = departures

    def absorb(self, loss: Loss) -> tuple[int, int]:
        """Replay everything that was got back; returns how many were ours and how many theirs, now put back.

        Only what was lost is counted: the receipt of a message that we know is no loss.
        """
        counts = self.finish(loss.peer)
        self._office.database.write(lambda connection: self._hold_to_their_word(connection, loss))
        return counts

    def finish(self, peer_id: str) -> tuple[int, int]:
        """Replay what is kept of a peer's pages, also of a time before this process; say so when it was a recovery."""
        with self._office.database.read() as connection:
            idle = not store.anything_regained(connection, peer_id) and not store.under_way(connection, peer_id)
        if idle:
            return 0, 0
        while self._office.database.write(partial(self._step, peer_id)):
            pass
        return self._office.database.write(partial(self._end, peer_id))

    def _hold_to_their_word(self, connection: Connection, loss: Loss) -> None:
        """A peer that claims messages of ours and cannot show them: people should know."""
        for lane, claimed in loss.claimed.items():
            place = store.lane_position(connection, loss.peer, "out", lane)
            if claimed > (place.sequence if place is not None else 0):
                self._office.alarm(connection, loss.peer, Alarm.RECORD_MISSING, f"{lane.value} {claimed}")

    # --- one step -------------------------------------------------------------------------------------------------

    def _step(self, peer_id: str, connection: Connection) -> bool:
        """Replay the next stretch; False when nothing is left."""
        items = list(islice(self._in_order(connection, peer_id), limits.RECOVERY_STEP_MESSAGES))
        if not items:
            return False
        size = ledger.size(connection)
        waiting: dict[Lane, list[str]] = {}
        for lane in {item.lane for item in items if item.ours and self._lost(connection, item)}:
            waiting[lane] = self._set_aside(connection, peer_id, lane)
        ours = theirs = 0
        for item in items:
            lost = self._replay(connection, peer_id, item)
            ours, theirs = ours + (lost and item.ours), theirs + (lost and not item.ours)
        for lane, digests in waiting.items():
            self._departures.relink(connection, peer_id, lane, before=digests)
        self._ask_again(connection, peer_id)
        if ours or theirs:
            now_us = clock.to_us(self._office.clock.now())
            store.begin_recovery(connection, peer_id, at_us=now_us, log_size=size, log_lost=False)
            store.count_recovered(connection, peer_id, ours=ours, theirs=theirs)
        return True

    def _in_order(self, connection: Connection, peer_id: str) -> Iterator[Regained]:
        """As it happened: each lane in its own order, lanes among each other by the receipts' dates.

        Dates alone would not do: a clock that was set back would turn a lane round.
        """
        lanes = [
            store.regained(connection, peer_id, lane, ours=ours, rows=limits.RECOVERY_STEP_MESSAGES)
            for lane in Lane
            for ours in (True, False)
        ]
        return heapq.merge(*lanes, key=lambda item: item.at_us)

    def _lost(self, connection: Connection, item: Regained) -> bool:
        known = store.by_digest(connection, item.digest)
        return known is None or known.direction == "void"

    def _set_aside(self, connection: Connection, peer_id: str, lane: Lane) -> list[str]:
        """Messages made since the restore stand in places that are already taken: they get new ones afterwards."""
        settled = store.settled_up_to(connection, peer_id, "out", lane)
        rows = store.set_aside(connection, peer_id, lane, after=settled)
        return [row.digest for row in rows if not is_void(row.kind)]

    def _replay(self, connection: Connection, peer_id: str, item: Regained) -> bool:
        """Put one message back: record, lane, log, and what its slice makes of it. Tells whether it had been lost."""
        known = store.by_digest(connection, item.digest)
        if known is not None and known.receipt is not None:
            store.drop_regained(connection, item.digest)
            return False
        lost = known is None or known.direction == "void"
        if known is None:
            self._put_back(connection, peer_id, item)
        elif known.direction == "void":
            store.set_direction(connection, item.digest, "out")
        self._close_letter(connection, item)
        self._keep_receipt(connection, peer_id, item)
        if self._tell(connection, item, new=known is None):
            store.drop_regained(connection, item.digest)
        elif known is None:
            store.mark_unread(connection, item.digest)
        else:
            self._leave_unread(connection, peer_id, item)
        return lost

    def _leave_unread(self, connection: Connection, peer_id: str, item: Regained) -> None:
        """It stands in the record and no slice makes anything of it: a person should look."""
        self._office.alarm(connection, peer_id, Alarm.REPLAY_REFUSED, f"{item.lane.value} {item.sequence}")
        store.drop_regained(connection, item.digest)

    def _put_back(self, connection: Connection, peer_id: str, item: Regained) -> None:
        payload = jws.payload_unverified(item.signed)
        header = decode(payload).header
        direction: store.Direction = "out" if item.ours else "in"
        at_us = clock.to_us(header.sent_at) if item.ours else item.at_us
        chain = hashlib.sha256(payload).hexdigest()
        row = message_row(header, item.signed, item.digest, chain, direction, peer_id, at_us)
        store.add_messages(connection, [row])
        store.move_lane(connection, peer_id, direction, header.lane, store.LanePosition(header.sequence, chain))
        leaf, name = (Leaf.MESSAGE_SENT, "sent") if item.ours else (Leaf.MESSAGE_RECEIVED, "received")
        ledger.append(connection, [(leaf_data(leaf, item.digest), f"{name}:{item.digest}")])

    def _close_letter(self, connection: Connection, item: Regained) -> None:
        """A person had to decide about it, and the peer had taken it."""
        if item.ours and store.dead_letter(connection, item.digest) is not None:
            at_us = clock.to_us(self._office.clock.now())
            store.decide_dead_letter(
                connection, item.digest, decision="delivered", by=journal.NODE, reason="", at_us=at_us
            )

    def _keep_receipt(self, connection: Connection, peer_id: str, item: Regained) -> None:
        receipt = receipts.decode_receipt(jws.payload_unverified(item.receipt))
        row = {
            "for_digest": item.digest,
            "receipt": item.receipt,
            "verdict": receipt.verdict.value,
            "code": receipt.code,
            "receipt_at_us": clock.to_us(receipt.received_at),
        }
        store.set_receipts(connection, [row])
        store.remove_from_outbox(connection, [item.digest])
        leaf, name = (
            (Leaf.RECEIPT_RECEIVED, "receipt-received") if item.ours else (Leaf.RECEIPT_ISSUED, "receipt-issued")
        )
        ledger.append(connection, [(leaf_data(leaf, digest_of(item.receipt)), f"{name}:{item.digest}")])
        if item.ours:
            witness(self._office, connection, peer_id, receipt.checkpoint)

    # --- telling the slices ---------------------------------------------------------------------------------------

    def _tell(self, connection: Connection, item: Regained, *, new: bool) -> bool:
        """Let the slices hear of it; False when one would not take it."""
        return attempt(connection, partial(self._handlers, connection, item, new=new)) is None

    def _handlers(self, connection: Connection, item: Regained, *, new: bool) -> None:
        message = decode(jws.payload_unverified(item.signed))
        header = message.header
        receipt = receipts.decode_receipt(jws.payload_unverified(item.receipt))
        if new and receipt.verdict is Verdict.ACCEPTED:
            _kind, body = self._office.kinds.read(message)
            arrived = Arrived(
                header=header,
                body=body,
                digest=item.digest,
                received_at=receipt.received_at,
                ours=item.ours,
                replayed=True,
            )
            for handler in self._office.arrival_handlers.get(header.kind, []):
                handler(connection, arrived)
        if item.ours:
            settled = Settled(
                header=header,
                digest=item.digest,
                verdict=receipt.verdict,
                code=receipt.code,
                reason=receipt.reason,
                received_at=receipt.received_at,
            )
            for told in self._office.settlement_handlers.get(header.kind, []):
                told(connection, settled)

    def _ask_again(self, connection: Connection, peer_id: str) -> None:
        """Offer what was not taken once more, as long as that helps: it may have come before what it needs."""
        helped = True
        while helped:
            helped = False
            for item in store.unread(connection, peer_id):
                if self._tell(connection, item, new=True):
                    store.drop_regained(connection, item.digest)
                    helped = True

    # --- the end --------------------------------------------------------------------------------------------------

    def _end(self, peer_id: str, connection: Connection) -> tuple[int, int]:
        for item in store.unread(connection, peer_id):
            self._leave_unread(connection, peer_id, item)
        found = store.under_way(connection, peer_id)
        if found is None:
            return 0, 0
        store.end_recovery(connection, peer_id)
        store.clear_alarm(connection, peer_id, Alarm.RECOVERING)
        self._say_so(connection, found)
        return found.ours, found.theirs

    def _say_so(self, connection: Connection, done: store.UnderWay) -> None:
        """To the journal, to our own people, and to the peer."""
        now, epoch = self._office.clock.now(), ledger.epoch(connection)
        detail = {"sent": done.ours, "received": done.theirs, "epoch": epoch}
        journal.record(connection, at=now, actor=journal.NODE, action="node.recovered", thing=done.peer, detail=detail)
        text = f"{done.ours} sent, {done.theirs} received, epoch {epoch}"
        store.raise_alarm(connection, done.peer, Alarm.RECOVERED, at_us=clock.to_us(now), detail=text)
        body = NodeRecovered(
            log_size=done.log_size,
            epoch=epoch,
            recovered_sent=done.ours,
            recovered_received=done.theirs,
            recovered_at=now,
        )
        self._departures.send(
            connection,
            Outgoing(
                kind="node.recovered",
                body=body,
                recipient=done.peer,
                purpose=CONTROL_PURPOSE,
                legal_basis="agreement",
                marks=CONTROL_MARKS,
                addressees=("liaison",),
            ),
        )
