"""A node that was restored from an older backup becomes whole again (clauses 7.x).

It compares states with each peer, fetches what it once sent and once took beyond the backup, believes only what its
own and the peer's signatures prove, replays it through the same handlers, and goes on with its log in a new epoch,
saying so. Also the other side of that: stating and handing out what we hold of a peer's past.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from lienlac import clock, journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.departure import CONTROL_MARKS, CONTROL_PURPOSE, Departures, message_row
from lienlac.exchange.link.rotation import adopt
from lienlac.exchange.memory import log_lost, newest_head
from lienlac.exchange.names import MESSAGE_TYP, RECEIPT_TYP, RECORD_TYP, STATE_TYP, parse_origin
from lienlac.exchange.office import Office, PeerKeys, parsed_card
from lienlac.exchange.post import Arrived, Outgoing, Settled
from lienlac.exchange.settlement import verify_receipt
from lienlac.keys import jwe, jws
from lienlac.storage import ledger
from lienlac.wire import checkpoint
from lienlac.wire import receipt as receipts
from lienlac.wire.bodies.link import NodeRecovered
from lienlac.wire.kinds import is_void
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Lane, Message, decode, digest_of
from lienlac.wire.receipt import Receipt, Verdict
from lienlac.wire.recovery import LinkState, RecordItem, RecordPage, RecordRequest, decode_page, decode_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class _Lost:
    """One message of the past, proved by both sides' signatures."""

    signed: bytes
    digest: str
    message: Message
    receipt: Receipt
    receipt_signed: bytes
    ours: bool


@dataclass(slots=True)
class Loss:
    """What a comparison of states showed, and what was fetched of it so far."""

    peer: str
    log_lost: bool
    epoch_seen: int
    wanted: list[RecordRequest]
    found: list[_Lost] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything has to be recovered."""
        return self.log_lost or bool(self.wanted)


class Recovery:
    """Both halves: a node that asks for its past, and a node that is asked."""

    def __init__(self, office: Office, departures: Departures) -> None:
        self._office = office
        self._departures = departures

    # --- being asked ----------------------------------------------------------------------------------------------

    def state_for(self, peer_id: str) -> bytes:
        """Our signed view of the link with a peer."""
        with self._office.database.read() as connection:
            agreements.require_peer(connection, peer_id)
            state = LinkState(
                node=self._office.node_id,
                peer=peer_id,
                at=self._office.clock.now(),
                taken=self._sequences(connection, peer_id, "in"),
                sent=self._sequences(connection, peer_id, "out"),
                receipted={lane: store.settled_up_to(connection, peer_id, "out", lane) for lane in Lane},
                your_log=newest_head(connection, peer_id),
                rotations=self._rotations(connection, peer_id),
            )
        return jws.sign(msgspec.json.encode(state), self._office.keys.signing, STATE_TYP)

    def _rotations(self, connection: Connection, peer_id: str) -> tuple[str, ...]:
        rows = store.all_rotations(connection, peer_id, rows=limits.ROTATIONS_SHOWN_MAX)
        return tuple(signed.decode() for signed in rows)

    def record_for(self, peer_id: str, request: RecordRequest) -> bytes:
        """A page of a peer's own past, sealed to it; only settled messages, each with its receipt."""
        direction: store.Direction = "in" if request.direction == "from-me" else "out"
        with self._office.database.read() as connection:
            peer = agreements.require_peer(connection, peer_id)
            rows = store.lane_messages(
                connection, peer_id, direction, request.lane, after=request.after, rows=limits.BATCH_MAX_ENVELOPES + 1
            )
        settled = [row for row in rows[: limits.BATCH_MAX_ENVELOPES] if row.receipt is not None]
        items = tuple(
            RecordItem(signed=row.signed.decode(), receipt=row.receipt.decode()) for row in settled if row.receipt
        )
        page = RecordPage(items=items, more=len(rows) > limits.BATCH_MAX_ENVELOPES)
        return jwe.seal(msgspec.json.encode(page), parsed_card(peer.card).sealing, RECORD_TYP)

    # --- asking ---------------------------------------------------------------------------------------------------

    def compare(self, peer_id: str, signed_state: bytes) -> Loss:
        """What the peer's signed state shows that we have lost. Raises `Refused` when the state is not the peer's."""
        with self._office.database.read() as connection:
            known = agreements.key(connection, jws.peek_kid(signed_state))
        if known is None:  # restored from before a rotation of theirs: each proves itself by the keys before it
            adopt(self._office, peer_id, decode_state(jws.payload_unverified(signed_state)).rotations)
        with self._office.database.read() as connection:
            key = agreements.key(connection, jws.peek_kid(signed_state))
            if key is None or key.node_id != peer_id or key.retired_at is not None:
                raise Refused("key-unknown", retry=True, kid=jws.peek_kid(signed_state)[: limits.LINE_MAX_CHARS])
            payload = jws.verify(signed_state, parsed_card(key.card).signing, STATE_TYP)
            state = decode_state(payload)
            if state.node != peer_id or state.peer != self._office.node_id:
                raise Refused("not-for-us", recipient=state.peer)
            wanted = []
            sent, taken = self._sequences(connection, peer_id, "out"), self._sequences(connection, peer_id, "in")
            for lane in Lane:
                settled = store.settled_up_to(connection, peer_id, "out", lane)
                if state.taken.get(lane, 0) > sent[lane] or self._forked(connection, peer_id, lane, state):
                    wanted.append(RecordRequest(direction="from-me", lane=lane, after=settled))
                if state.receipted.get(lane, 0) > taken[lane]:
                    wanted.append(RecordRequest(direction="to-me", lane=lane, after=taken[lane]))
            seen = parse_origin(checkpoint.decode(state.your_log).origin)[1] if state.your_log else 0
            return Loss(
                peer=peer_id,
                log_lost=log_lost(self._office, connection, state.your_log),
                epoch_seen=seen,
                wanted=wanted,
            )

    def fetched(self, loss: Loss, request: RecordRequest, sealed_page: bytes) -> RecordRequest | None:
        """Take a page in; returns the request for the next page, if there is one. Raises `Refused`."""
        page = decode_page(jwe.unseal(sealed_page, self._office.keys, RECORD_TYP))
        after = request.after
        with self._office.database.read() as connection:
            for item in page.items:
                lost = self._prove(connection, loss.peer, item, ours=request.direction == "from-me")
                if lost.message.header.lane is not request.lane or lost.message.header.sequence != after + 1:
                    raise Refused("record-gap", lane=request.lane.value, sequence=after + 1)
                after += 1
                loss.found.append(lost)
                if len(loss.found) > limits.REISSUE_MAX_MESSAGES:
                    raise Refused("record-too-long", limit=limits.REISSUE_MAX_MESSAGES)
        if page.more and page.items:
            return msgspec.structs.replace(request, after=after)
        return None

    def absorb(self, loss: Loss) -> tuple[int, int]:
        """Replay everything found, in one transaction; returns how many were ours and how many theirs."""

        def work(connection: Connection) -> tuple[int, int]:
            now = self._office.clock.now()
            lost_head = ledger.head(connection)
            pending = self._set_aside(connection, loss)
            for lost in _in_order(loss.found):
                self._replay(connection, loss.peer, lost, now)
            for lane in Lane:
                self._departures.relink(connection, loss.peer, lane)
            self._departures.reissue(connection, pending)
            ours = sum(lost.ours for lost in loss.found)
            theirs = len(loss.found) - ours
            if loss.log_lost:
                ledger.begin_epoch(connection, above=loss.epoch_seen)
            self._say_so(connection, loss.peer, lost_head.size, ours, theirs)
            return ours, theirs

        return self._office.database.write(work)

    def _set_aside(self, connection: Connection, loss: Loss) -> list[Message]:
        """Messages made since the restore stand in places that are already taken: they get new ones afterwards."""
        known = {lost.digest for lost in loss.found}
        ids_found = {lost.message.header.id for lost in loss.found if lost.ours}
        pending: list[Message] = []
        for request in (wanted for wanted in loss.wanted if wanted.direction == "from-me"):
            rows = store.lane_messages(
                connection, loss.peer, "out", request.lane, after=request.after, rows=limits.REISSUE_MAX_MESSAGES
            )
            for row in rows:
                if row.receipt is None and row.digest not in known:
                    store.set_direction(connection, row.digest, "void")
                    store.remove_from_outbox(connection, [row.digest])
                    if row.message_id not in ids_found and not is_void(row.kind):
                        pending.append(decode(jws.payload_unverified(row.signed)))
        return pending

    def _prove(self, connection: Connection, peer_id: str, item: RecordItem, *, ours: bool) -> _Lost:
        """Both signatures: ours on what we sent or receipted, the peer's on what it sent or receipted."""
        signed, receipt_signed = item.signed.encode(), item.receipt.encode()
        keys = self._office.keys
        if ours:
            payload = jws.verify(signed, keys.verifying(jws.peek_kid(signed)), MESSAGE_TYP)
            receipt, _ = verify_receipt(PeerKeys(connection), peer_id, receipt_signed)
        else:
            key = agreements.key(connection, jws.peek_kid(signed))
            if key is None or key.node_id != peer_id:
                raise Refused("sender-unknown")
            payload = jws.verify(signed, parsed_card(key.card).signing, MESSAGE_TYP)
            own = jws.verify(receipt_signed, keys.verifying(jws.peek_kid(receipt_signed)), RECEIPT_TYP)
            receipt = receipts.decode_receipt(own)
        digest = digest_of(signed)
        if receipt.digest != digest:
            raise Refused("receipt-mismatch")
        return _Lost(signed, digest, decode(payload), receipt, receipt_signed, ours)

    def _replay(self, connection: Connection, peer_id: str, lost: _Lost, now: datetime) -> None:
        """Put one message back: record, lane, log, and what its slice makes of it."""
        known = store.by_digest(connection, lost.digest)
        header = lost.message.header
        if known is None:
            self._put_back(connection, peer_id, lost)
        elif known.receipt is not None:
            return
        elif known.direction == "void":
            store.set_direction(connection, lost.digest, "out")
        if lost.ours and store.dead_letter(connection, lost.digest) is not None:
            at_us = clock.to_us(now)
            store.decide_dead_letter(
                connection, lost.digest, decision="delivered", by=journal.NODE, reason="", at_us=at_us
            )
        receipt = lost.receipt
        row = {
            "for_digest": lost.digest,
            "receipt": lost.receipt_signed,
            "verdict": receipt.verdict.value,
            "code": receipt.code,
            "receipt_at_us": clock.to_us(receipt.received_at),
        }
        store.set_receipts(connection, [row])
        store.remove_from_outbox(connection, [lost.digest])
        leaf = Leaf.RECEIPT_RECEIVED if lost.ours else Leaf.RECEIPT_ISSUED
        name = "receipt-received" if lost.ours else "receipt-issued"
        ledger.append(connection, [(leaf_data(leaf, digest_of(lost.receipt_signed)), f"{name}:{lost.digest}")])
        if known is None and receipt.verdict is Verdict.ACCEPTED:
            _kind, body = self._office.kinds.read(lost.message)
            arrived = Arrived(
                header=header, body=body, digest=lost.digest, received_at=receipt.received_at, ours=lost.ours
            )
            for handler in self._office.arrival_handlers.get(header.kind, []):
                handler(connection, arrived)
        if lost.ours:
            settled = Settled(
                header=header,
                digest=lost.digest,
                verdict=receipt.verdict,
                code=receipt.code,
                reason=receipt.reason,
                received_at=receipt.received_at,
            )
            for told in self._office.settlement_handlers.get(header.kind, []):
                told(connection, settled)

    def _put_back(self, connection: Connection, peer_id: str, lost: _Lost) -> None:
        header = lost.message.header
        direction: store.Direction = "out" if lost.ours else "in"
        at = header.sent_at if lost.ours else lost.receipt.received_at
        chain = hashlib.sha256(jws.payload_unverified(lost.signed)).hexdigest()
        row = message_row(header, lost.signed, lost.digest, chain, direction, peer_id, clock.to_us(at))
        store.add_messages(connection, [row])
        store.move_lane(connection, peer_id, direction, header.lane, store.LanePosition(header.sequence, chain))
        leaf, name = (Leaf.MESSAGE_SENT, "sent") if lost.ours else (Leaf.MESSAGE_RECEIVED, "received")
        ledger.append(connection, [(leaf_data(leaf, lost.digest), f"{name}:{lost.digest}")])

    def _say_so(self, connection: Connection, peer_id: str, log_size: int, ours: int, theirs: int) -> None:
        """To the journal, to our own people, and to the peer."""
        now = self._office.clock.now()
        epoch = ledger.epoch(connection)
        detail = {"sent": ours, "received": theirs, "epoch": epoch}
        journal.record(connection, at=now, actor=journal.NODE, action="node.recovered", thing=peer_id, detail=detail)
        text = f"{ours} sent, {theirs} received, epoch {epoch}"
        store.raise_alarm(connection, peer_id, "recovered", at_us=clock.to_us(now), detail=text)
        body = NodeRecovered(
            log_size=log_size, epoch=epoch, recovered_sent=ours, recovered_received=theirs, recovered_at=now
        )
        self._departures.send(
            connection,
            Outgoing(
                kind="node.recovered",
                body=body,
                recipient=peer_id,
                purpose=CONTROL_PURPOSE,
                legal_basis="agreement",
                marks=CONTROL_MARKS,
                addressees=("liaison",),
            ),
        )

    def _sequences(self, connection: Connection, peer_id: str, direction: store.Direction) -> dict[Lane, int]:
        found = {}
        for lane in Lane:
            place = store.lane_position(connection, peer_id, direction, lane)
            found[lane] = place.sequence if place is not None else 0
        return found

    def _forked(self, connection: Connection, peer_id: str, lane: Lane, state: LinkState) -> bool:
        """The peer turned a message of ours away because another one of ours holds its place."""
        waiting = store.outbox(connection, peer_id, lane, after=0, rows=1)
        return bool(
            waiting and waiting[0].last_code == "sequence-conflict" and waiting[0].sequence <= state.taken.get(lane, 0)
        )


def _in_order(found: Iterable[_Lost]) -> Iterator[_Lost]:
    """As it happened: each lane in its own order, lanes among each other by the receipts' dates.

    Dates alone would not do: a clock that was set back would turn a lane round.
    """
    lanes: dict[tuple[bool, Lane], list[_Lost]] = {}
    for lost in found:
        lanes.setdefault((lost.ours, lost.message.header.lane), []).append(lost)
    return heapq.merge(*lanes.values(), key=lambda lost: lost.receipt.received_at)
