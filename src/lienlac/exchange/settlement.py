"""Receipts come back: verify, keep, log, tell the slice, and remember the peer's log head (clauses 4.4, 8.4).

Also decides about a message that the peer answered without taking: count the attempt, and at the limit put it before
a person as a dead letter with a void in its place, so that what follows goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock, limits, strictjson
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.link import skew
from lienlac.exchange.names import RECEIPT_TYP, Alarm, parse_origin
from lienlac.exchange.office import Office, PeerKeys, parsed_card
from lienlac.exchange.post import Settled
from lienlac.keys import jws
from lienlac.storage import heads, ledger
from lienlac.wire import checkpoint
from lienlac.wire import receipt as receipts
from lienlac.wire.kinds import is_void
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Header, Lane, decode, digest_of
from lienlac.wire.receipt import Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.departure import Departures
    from lienlac.wire.receipt import Answer, Reply

_Pair = tuple[Receipt, bytes]
"""A verified receipt and its signed bytes."""

WAITING_CODES = frozenset(
    {"suspended", "too-early", "sequence-conflict", "chain-broken", "key-unknown", "agreement-missing"}
)
"""Answers that say nothing against the message itself: they never make it a dead letter."""


class Settlements:
    """The post office's counter for receipts."""

    def __init__(self, office: Office, departures: Departures) -> None:
        self._office = office
        self._departures = departures

    def settle(
        self,
        peer_id: str,
        sent: Sequence[store.Waiting],
        reply: Reply,
        then: Callable[[Connection], None] | None = None,
    ) -> int:
        """Apply a reply to a delivery; returns how many messages it settled. Durable when this returns.

        `then` is done in the same transaction (the courier's own bookkeeping).
        """
        with self._office.database.read() as connection:
            keys = PeerKeys(connection)
            verified = [_verify(keys, peer_id, answer.receipt) for answer in reply.answers]
            owed = [_verify(keys, peer_id, text) for text in reply.owed]

        def work(connection: Connection) -> int:
            now = self._office.clock.now()
            settled = self._apply(connection, peer_id, [*verified, *owed], now)
            for waiting, answer in zip(sent, reply.answers, strict=False):
                if answer.outcome is Outcome.TURNED_AWAY:
                    self._not_taken(connection, waiting, answer, now)
            if then is not None:
                then(connection)
            return settled

        return self._office.database.write(work)

    def settle_fetched(self, peer_id: str, lane: Lane, after: int, pulled: str, reply: Reply) -> int:
        """Apply a reply to what a peer fetched behind a cursor; `pulled` names the envelopes that it got.

        When others wait there by now, only receipts are taken: an answer is for the envelope in its place, and what it
        says of one message must not be held against another.
        """
        with self._office.database.read() as connection:
            waiting = store.outbox(connection, peer_id, lane, after=after, rows=len(reply.answers))
        same = pulled == receipts.pulled(item.envelope for item in waiting)
        return self.settle(
            peer_id, waiting if same else (), reply, then=lambda connection: self._heard(connection, peer_id, lane)
        )

    def _heard(self, connection: Connection, peer_id: str, lane: Lane) -> None:
        """The road of a peer that fetches is good whenever it brings an answer; screens show when."""
        now_us = clock.to_us(self._office.clock.now())
        answered = {"last_sent_us": now_us, "last_heard_us": now_us, "last_acknowledged_us": now_us}
        store.set_road(connection, peer_id, lane, **answered)
        self._office.link_changed(connection, peer_id)

    def apply_receipts(self, peer_id: str, texts: Sequence[str]) -> int:
        """Receipts that came by another road (courier file, pull); returns how many were news."""
        with self._office.database.read() as connection:
            keys = PeerKeys(connection)
            pairs = [_verify(keys, peer_id, text) for text in texts]
        return self._office.database.write(
            lambda connection: self._apply(connection, peer_id, pairs, self._office.clock.now())
        )

    def _apply(self, connection: Connection, peer_id: str, pairs: Sequence[_Pair | None], now: datetime) -> int:
        """Verified receipts: keep, log, witness, tell; returns how many were news about messages of ours."""
        found = {receipt.digest: (receipt, signed) for receipt, signed in (pair for pair in pairs if pair is not None)}
        news: list[tuple[store.Stored, Header, Receipt, bytes]] = []
        differ: list[tuple[store.Stored, Header, Receipt, bytes]] = []
        displaced: dict[Lane, list[str]] = {}
        keys = PeerKeys(connection)
        for stored in store.by_digests(connection, list(found)):
            receipt, signed = found[stored.digest]
            if stored.direction == "in" or stored.peer != peer_id or stored.receipt is not None:
                continue
            header = decode(jws.payload_unverified(stored.signed)).header
            if not receipts.matches(receipt, header):
                self._office.alarm(connection, peer_id, Alarm.RECEIPT_MISMATCH, receipt.digest)
                continue
            if not _in_time(connection, keys, stored, signed):
                self._office.alarm(connection, peer_id, Alarm.KEY_RETIRED, receipt.digest)
                continue
            if stored.direction == "void" and not self._taken_after_all(connection, stored, displaced, now):
                differ.append((stored, header, receipt, signed))
                continue
            if stored.direction == "void":
                displaced.setdefault(stored.lane, [])
            news.append((stored, header, receipt, signed))
        self._keep(connection, [*news, *differ])
        for lane in sorted(displaced):
            self._departures.relink(connection, peer_id, lane, before=displaced[lane])
        for text in dict.fromkeys(receipt.checkpoint for _, _, receipt, _ in news):
            witness(self._office, connection, peer_id, text)
        if news:
            _, header, receipt, _ = max(news, key=lambda item: item[1].sent_at)
            ahead = skew.of_receipt(header.sent_at, receipt.received_at, now)
            self._office.clocks_compared(connection, peer_id, ahead)
        for _, header, receipt, _ in news:
            self._tell(connection, header, receipt)
        return len(news)

    def _keep(self, connection: Connection, news: Sequence[tuple[store.Stored, Header, Receipt, bytes]]) -> None:
        """Store and log receipts; their messages wait no longer."""
        store.set_receipts(
            connection,
            [
                {
                    "for_digest": stored.digest,
                    "receipt": signed,
                    "verdict": receipt.verdict.value,
                    "code": receipt.code,
                    "receipt_at_us": clock.to_us(receipt.received_at),
                }
                for stored, _, receipt, signed in news
            ],
        )
        store.remove_from_outbox(connection, [stored.digest for stored, _, _, _ in news])
        ledger.append(
            connection,
            [
                (leaf_data(Leaf.RECEIPT_RECEIVED, digest_of(signed)), f"receipt-received:{stored.digest}")
                for stored, _, _, signed in news
            ],
        )

    def _tell(self, connection: Connection, header: Header, receipt: Receipt) -> None:
        settled = Settled(
            header=header,
            digest=receipt.digest,
            verdict=receipt.verdict,
            code=receipt.code,
            reason=receipt.reason,
            received_at=receipt.received_at,
        )
        for handler in self._office.settlement_handlers.get(header.kind, []):
            handler(connection, settled)

    def _taken_after_all(
        self, connection: Connection, stored: store.Stored, displaced: dict[Lane, list[str]], now: datetime
    ) -> bool:
        """The peer had the message that we gave up: whatever stands in its place is taken back.

        A void is no loss; another message gets a new place (`displaced`); another copy of this one is not needed. False
        when the peer has receipted one of these as well: then it has signed two words about one place, or taken one
        message twice. Both receipts are kept, and a person hears of it.
        """
        holder = store.by_place(connection, stored.peer, "out", stored.lane, stored.sequence)
        others = store.copies_waiting(connection, stored.peer, stored.message_id, but=stored.digest)
        if holder is not None and all(holder.digest != other.digest for other in others):
            others.append(holder)
        if any(other.receipt is not None for other in others):
            self._office.alarm(connection, stored.peer, Alarm.RECEIPTS_DIFFER, f"{stored.lane.value} {stored.sequence}")
            return False
        for other in others:
            store.set_direction(connection, other.digest, "void")
            store.remove_from_outbox(connection, [other.digest])
            displaced.setdefault(other.lane, [])
            if not is_void(other.kind) and other.message_id != stored.message_id:
                displaced[other.lane].append(other.digest)
        store.set_direction(connection, stored.digest, "out")
        if store.dead_letter(connection, stored.digest) is not None:
            store.decide_dead_letter(
                connection, stored.digest, decision="delivered", by="node", reason="", at_us=clock.to_us(now)
            )
        return True

    def _not_taken(self, connection: Connection, waiting: store.Waiting, answer: Answer, now: datetime) -> None:
        code = answer.code or "unknown"
        attempts = store.note_attempt(connection, waiting.digest, code=code, reason=answer.reason)
        final = not answer.retry or attempts >= limits.MESSAGE_ATTEMPTS_MAX
        if code == "chain-broken":
            self._departures.relink(connection, waiting.peer, waiting.lane)
        if code in WAITING_CODES or not final:
            return
        stored = store.by_digest(connection, waiting.digest)
        if stored is None or stored.receipt is not None or stored.direction != "out":
            return
        if is_void(stored.kind):
            return  # a void has nothing to be given up: it waits until the peer takes it
        if stored.sequence < store.settled_up_to(connection, stored.peer, "out", stored.lane):
            return  # it has receipted what comes behind this one, so it has this one: its receipt is still to come
        store.add_dead_letter(
            connection,
            {
                "digest": stored.digest,
                "peer": stored.peer,
                "lane": stored.lane.value,
                "message_id": stored.message_id,
                "kind": stored.kind,
                "record_id": stored.record_id,
                "attempts": attempts,
                "code": code,
                "reason": answer.reason[:2000],
                "at_us": clock.to_us(now),
                "decision": None,
            },
        )
        self._departures.void(connection, stored, f"{code}: {answer.reason}"[:2000] or code)


def witness(office: Office, connection: Connection, peer_id: str, text: str) -> None:
    """Keep the peer's log head; two heads of one size that differ are a fork (clause 8.4)."""
    stated = checkpoint.decode(text)
    name, epoch = parse_origin(stated.origin)
    if name != peer_id:
        office.alarm(connection, peer_id, Alarm.LOG_OF_ANOTHER, stated.origin)
        return
    head = heads.WitnessedHead(
        name=name,
        epoch=epoch,
        size=stated.size,
        root=stated.root,
        note=text.encode(),
        seen_at_us=clock.to_us(office.clock.now()),
    )
    if heads.record(connection, head) and len(heads.at_size(connection, name, epoch, stated.size)) > 1:
        office.alarm(connection, peer_id, Alarm.LOG_FORKED, f"{stated.origin} {stated.size}")


def _verify(keys: PeerKeys, peer_id: str, text: str | None) -> _Pair | None:
    return None if text is None else verify_receipt(keys, peer_id, text.encode())


def verify_receipt(keys: PeerKeys, peer_id: str, signed: bytes) -> tuple[Receipt, bytes]:
    """A receipt whose two signatures hold and are the peer's, by a key of any time (see `_in_time`).

    Raises `Refused`.
    """
    if len(signed) > limits.RECEIPT_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(signed), limit_bytes=limits.RECEIPT_MAX_BYTES)
    key = keys.find(jws.peek_kid(signed))
    if key is None:
        raise Refused("key-unknown", retry=True, kid=jws.peek_kid(signed)[: limits.LINE_MAX_CHARS])
    if key.node_id != peer_id:
        raise Refused("sender-unknown")
    payload = jws.verify(signed, parsed_card(key.card).signing, RECEIPT_TYP)
    strictjson.check(payload, max_bytes=limits.RECEIPT_MAX_BYTES)
    receipt = receipts.decode_receipt(payload)
    if receipt.recipient != peer_id:
        raise Refused("sender-not-the-signer", sender=receipt.recipient)
    parse_origin(checkpoint.decode(receipt.checkpoint).origin)
    return receipt, signed


def _in_time(connection: Connection, keys: PeerKeys, stored: store.Stored, signed: bytes) -> bool:
    """A retired key still holds for receipts of messages that we had sent before we heard of its rotation.

    The order in our own log decides, no clock: the date inside the receipt is the signer's word, and whoever stole an
    old key could write any date there; ours may have been wrong too.
    """
    key = keys.find(jws.peek_kid(signed))
    if key is None or key.retired_at is None:
        return key is not None
    sent = ledger.find(connection, f"sent:{stored.digest}")
    return bool(sent) and sent[0] < (key.retired_log_size or 0)
