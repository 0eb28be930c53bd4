"""A delivery arrived: the numbered list that every message goes through (clauses 6.1 to 6.8).

1 size and shape; 2 sealed to us; 3 sender known; 4 both signatures; 5 strict shape, header agrees with key (all in
`verified`); 6 seen before: the stored receipt; 7 place in the lane: early ones are held; 8 link open; 9 not expired,
kind, version, agreement; 10 handlers; 11 log and receipt; then one commit, and the reply. Nothing is dropped in
silence: every envelope gets an answer. Knows no kind's meaning.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from lienlac import clock, limits
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.departure import message_row
from lienlac.exchange.handling import FAILED, attempt
from lienlac.exchange.link import skew
from lienlac.exchange.names import RECEIPT_TYP, Alarm
from lienlac.exchange.office import Office, PeerKeys, position
from lienlac.exchange.post import Arrived
from lienlac.exchange.verified import VerifiedMessage, verify, verify_signed
from lienlac.keys import batch, jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Lane, decode, digest_of
from lienlac.wire.receipt import Answer, Outcome, Receipt, Reply, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.wire.message import Header

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Decided:
    """A message that gets a receipt now."""

    verified: VerifiedMessage
    verdict: Verdict
    code: str | None
    reason: str
    receipt: bytes = b""


@dataclass(slots=True)
class _Delivery:
    """One transaction's view of one peer: what would otherwise be looked up for every envelope."""

    peer: agreements.Peer
    now: datetime
    terms: Terms | None
    closed_by_us: frozenset[str]
    places: dict[Lane, store.LanePosition] = field(default_factory=dict)
    decided: dict[str, _Decided] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


class Arrivals:
    """The post office's incoming counter."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def receive(self, envelopes: Sequence[bytes], via: str | None) -> Reply:
        """Take a delivery of at most `limits.BATCH_MAX_ENVELOPES`; durable when this returns.

        `via` is the node that the wire authenticated, None for a courier file.
        """
        slots: list[VerifiedMessage | Answer] = []
        with self._office.database.read() as connection:
            keys = PeerKeys(connection)
            for envelope in envelopes:
                try:
                    slots.append(verify(self._office, keys, envelope, via))
                except Refused as refusal:
                    slots.append(turned_away(refusal))
        if not any(isinstance(slot, VerifiedMessage) for slot in slots):
            return Reply(answers=tuple(slot for slot in slots if isinstance(slot, Answer)))
        return self._office.database.write(lambda connection: self._take(connection, slots))

    def _take(self, connection: Connection, slots: list[VerifiedMessage | Answer]) -> Reply:
        """Everything behind the signatures, in one transaction."""
        now = self._office.clock.now()
        deliveries: dict[str, _Delivery] = {}
        answers: list[Answer | _Decided] = []
        for slot in slots:
            if isinstance(slot, Answer):
                answers.append(slot)
                continue
            sender = slot.message.header.sender
            delivery = deliveries.get(sender) or self._begin(connection, sender, now)
            deliveries[sender] = delivery
            answers.append(self._one(connection, delivery, slot))
        for sender in deliveries:
            newest = max(
                slot.message.header.sent_at
                for slot in slots
                if isinstance(slot, VerifiedMessage) and slot.message.header.sender == sender
            )
            self._office.clocks_compared(connection, sender, skew.of_message(newest, now))
        owed: list[bytes] = []
        for delivery in deliveries.values():
            before = set(delivery.decided)
            self._take_held(connection, delivery)
            self._receipt_all(connection, delivery)
            owed += [decided.receipt for digest, decided in delivery.decided.items() if digest not in before]
        expects = {
            lane: _place(connection, delivery, lane).sequence + 1 for delivery in deliveries.values() for lane in Lane
        }
        return Reply(
            answers=tuple(_answer(item) for item in answers),
            owed=tuple(receipt.decode() for receipt in owed),
            expects=expects,
        )

    def _begin(self, connection: Connection, sender: str, now: datetime) -> _Delivery:
        peer = agreements.require_peer(connection, sender)
        if store.clear_backoff(connection, sender):  # whoever calls us can be called
            self._office.wake(connection, {(sender, lane) for lane in Lane})
        self._office.link_changed(connection, sender)
        closed = {item.scope for item in agreements.suspensions(connection, sender) if item.by_us}
        return _Delivery(peer, now, agreements.terms_in_force(connection, sender), frozenset(closed))

    def _one(self, connection: Connection, delivery: _Delivery, verified: VerifiedMessage) -> Answer | _Decided:
        header, peer = verified.message.header, delivery.peer.node_id
        place = _place(connection, delivery, header.lane)
        delivery.places[header.lane] = place
        # 6  seen before (then its place is filled): the stored receipt, nothing else happens
        if header.sequence <= place.sequence:
            twin = delivery.decided.get(verified.digest)
            if twin is not None:
                return twin
            known = store.by_digest(connection, verified.digest)
            if known is not None and known.receipt is not None:
                return Answer(outcome=Outcome.RECEIPTED, receipt=known.receipt.decode())
            return self._conflict(connection, delivery, header)
        # 7  its place in the lane
        if header.sequence > place.sequence + 1:
            return self._hold(connection, delivery, verified)
        if header.previous != place.chain:
            self._alarm(connection, delivery, Alarm.CHAIN_BROKEN, header)
            return turned_away(Refused("chain-broken", sequence=header.sequence))
        # 8  the link is open on our side: otherwise wait, and keep the place free
        if agreements.EVERY_KIND in delivery.closed_by_us and not self._is_control(header.kind):
            return turned_away(Refused("suspended", retry=True))
        # before the first agreement is in force here, its signature may be on its way in another lane
        if delivery.terms is None and not self._is_control(header.kind):
            return turned_away(Refused("agreement-missing", retry=True))
        decided = self._judge(connection, delivery, verified)
        if isinstance(decided, _Decided):
            self._record(delivery, decided)
            if self._is_control(header.kind):  # it may have changed what holds for the rest of this delivery
                delivery.terms = agreements.terms_in_force(connection, peer)
        return decided

    def _judge(self, connection: Connection, delivery: _Delivery, verified: VerifiedMessage) -> _Decided | Answer:
        """9 rules of the link, 10 handlers. A refusal is a verdict and uses the place up."""
        header = verified.message.header
        refusal = attempt(connection, partial(self._handle, connection, delivery, verified))
        if refusal is None:
            return _Decided(verified, Verdict.ACCEPTED, None, "")
        if refusal.code == FAILED:
            _log.error("message %s (%s) waits for a handler that works", header.id, header.kind)
            return turned_away(refusal)
        reason = refusal.sentence("en")[: limits.REASON_MAX_CHARS]  # it may quote what the peer wrote
        return _Decided(verified, Verdict.REFUSED, refusal.code, reason)

    def _handle(self, connection: Connection, delivery: _Delivery, verified: VerifiedMessage) -> None:
        header = verified.message.header
        self._check_rules(delivery, header)
        if header.id in delivery.ids or store.accepted_from(connection, header.sender, header.id):
            raise Refused("message-id-known", message=header.id)
        _kind, body = self._office.kinds.read(verified.message)
        arrived = Arrived(header=header, body=body, digest=verified.digest, received_at=delivery.now)
        for handler in self._office.arrival_handlers.get(header.kind, []):
            handler(connection, arrived)

    def _check_rules(self, delivery: _Delivery, header: Header) -> None:
        """9  not expired; the kind, the agreement and our suspensions allow it; somebody is addressed."""
        if header.expires_at < delivery.now:
            raise Refused("expired", expires_at=header.expires_at.isoformat())
        if header.expires_at - header.sent_at > timedelta(days=limits.MESSAGE_MAX_AGE_DAYS):
            raise Refused("life-too-long", limit_days=limits.MESSAGE_MAX_AGE_DAYS)
        if header.agreement_id != delivery.peer.agreement_id:
            raise Refused("agreement-other")
        if not header.addressees:
            raise Refused("addressees-missing")
        kind = self._office.kinds.current(header.kind)
        if kind.control:
            return
        if header.kind in delivery.closed_by_us:
            raise Refused("kind-suspended", kind=header.kind)
        if delivery.terms is not None:
            delivery.terms.check(header, opening=kind.opening)

    def _record(self, delivery: _Delivery, decided: _Decided) -> None:
        """Note the verdict; the rows, the leaves and the receipt follow for all at once (`_receipt_all`)."""
        verified = decided.verified
        header = verified.message.header
        delivery.places[header.lane] = store.LanePosition(header.sequence, verified.chain)
        delivery.decided[verified.digest] = decided
        if decided.verdict is Verdict.ACCEPTED:
            delivery.ids.add(header.id)

    def _take_held(self, connection: Connection, delivery: _Delivery) -> None:
        """Early messages whose turn has come."""
        keys = PeerKeys(connection)
        for lane in list(delivery.places):
            for _ in range(limits.HELD_MAX_MESSAGES):
                signed = store.take_held(connection, delivery.peer.node_id, lane, delivery.places[lane].sequence + 1)
                if signed is None:
                    break
                if decode(jws.payload_unverified(signed)).header.previous != delivery.places[lane].chain:
                    break  # its sender has since put something else before it, and will send it anew
                try:
                    verified = verify_signed(self._office, keys, signed, delivery.peer.node_id)
                except Refused as refusal:
                    _log.warning("held message dropped, the sender still has it: %s", refusal)
                    break
                if not isinstance(self._one(connection, delivery, verified), _Decided):
                    break
            store.drop_held_up_to(connection, delivery.peer.node_id, lane, delivery.places[lane].sequence)

    def _receipt_all(self, connection: Connection, delivery: _Delivery) -> None:
        """11  messages enter the log; their receipts, all over one log head, are signed, stored and logged."""
        everything = list(delivery.decided.values())
        if not everything:
            return
        received = [item.verified.digest for item in everything]
        ledger.append(
            connection, [(leaf_data(Leaf.MESSAGE_RECEIVED, digest), f"received:{digest}") for digest in received]
        )
        text = self._office.checkpoint_text(connection)
        payloads = [receipts.encode(_receipt(item, delivery.now, text)) for item in everything]
        signing = self._office.keys.signing
        if len(payloads) > 1:
            signed = batch.sign_many(payloads, signing, RECEIPT_TYP)
        else:
            signed = [jws.sign(payloads[0], signing, RECEIPT_TYP)]
        for item, receipt in zip(everything, signed, strict=True):
            item.receipt = receipt
        store.add_messages(connection, [_row(item, delivery.now) for item in everything])
        ledger.append(
            connection,
            [
                (leaf_data(Leaf.RECEIPT_ISSUED, digest_of(item.receipt)), f"receipt-issued:{item.verified.digest}")
                for item in everything
            ],
        )
        for lane in {item.verified.message.header.lane for item in everything}:
            store.move_lane(connection, delivery.peer.node_id, "in", lane, delivery.places[lane])

    def _hold(self, connection: Connection, delivery: _Delivery, verified: VerifiedMessage) -> Answer:
        header, peer = verified.message.header, delivery.peer.node_id
        # only what comes soon: whoever sends what never has its turn may not keep out what is next
        beyond = header.sequence - _place(connection, delivery, header.lane).sequence > limits.HELD_MAX_MESSAGES + 1
        held_bytes = 0 if beyond else store.held_bytes(connection, peer, header.lane, but=header.sequence)
        if beyond or held_bytes + len(verified.signed) > limits.HELD_MAX_BYTES:
            return turned_away(Refused("too-early", retry=True, sequence=header.sequence))
        store.hold(
            connection,
            {
                "peer": peer,
                "lane": header.lane.value,
                "sequence": header.sequence,
                "digest": verified.digest,
                "signed": verified.signed,
                "since_us": clock.to_us(delivery.now),
            },
        )
        return Answer(outcome=Outcome.HELD)

    def _conflict(self, connection: Connection, delivery: _Delivery, header: Header) -> Answer:
        """Another message holds this place: the sender forked its chain, or lost its memory (clause 7.1)."""
        holder = store.by_place(connection, delivery.peer.node_id, "in", header.lane, header.sequence)
        self._alarm(connection, delivery, Alarm.SEQUENCE_CONFLICT, header)
        receipt = None if holder is None or holder.receipt is None else holder.receipt.decode()
        return Answer(
            outcome=Outcome.TURNED_AWAY,
            receipt=receipt,
            code="sequence-conflict",
            reason=Refused("sequence-conflict", sequence=header.sequence).sentence("en"),
            retry=True,
        )

    def _alarm(self, connection: Connection, delivery: _Delivery, code: Alarm, header: Header) -> None:
        detail = f"{header.lane.value} {header.sequence} {header.id}"
        self._office.alarm(connection, delivery.peer.node_id, code, detail)

    def _is_control(self, kind: str) -> bool:
        try:
            return self._office.kinds.current(kind).control
        except Refused:
            return False


def _place(connection: Connection, delivery: _Delivery, lane: Lane) -> store.LanePosition:
    return delivery.places.get(lane) or position(connection, delivery.peer, "in", lane, delivery.peer.node_id)


def turned_away(refusal: Refused) -> Answer:
    """The answer to an envelope for which no receipt can exist."""
    return Answer(
        outcome=Outcome.TURNED_AWAY,
        code=refusal.code,
        reason=refusal.sentence("en")[: limits.REASON_MAX_CHARS],
        retry=refusal.retry,
    )


def _row(decided: _Decided, now: datetime) -> dict[str, Any]:
    verified = decided.verified
    header, at_us = verified.message.header, clock.to_us(now)
    row = message_row(header, verified.signed, verified.digest, verified.chain, "in", header.sender, at_us)
    return row | {
        "receipt": decided.receipt,
        "verdict": decided.verdict.value,
        "code": decided.code,
        "receipt_at_us": at_us,
    }


def _receipt(decided: _Decided, now: datetime, checkpoint: str) -> Receipt:
    header = decided.verified.message.header
    return Receipt(
        message_id=header.id,
        digest=decided.verified.digest,
        sender=header.sender,
        recipient=header.recipient,
        lane=header.lane,
        sequence=header.sequence,
        received_at=now,
        verdict=decided.verdict,
        code=decided.code,
        reason=decided.reason,
        checkpoint=checkpoint,
    )


def _answer(item: Answer | _Decided) -> Answer:
    if isinstance(item, Answer):
        return item
    return Answer(outcome=Outcome.RECEIPTED, receipt=item.receipt.decode())
