"""Receipts come back: verify, keep, log, tell the slice, and remember the peer's log head (clauses 4.4, 8.4).

Also decides about a message that the peer answered without taking: count the attempt, and at the limit put it before
a person as a dead letter with a void in its place, so that what follows goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock, limits, strictjson
from lienlac.errors import Refused
from lienlac.exchange import store
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
from lienlac.wire.receipt import Outcome, Receipt, Verdict

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
        moved: set[Lane] = set()
        keys = PeerKeys(connection)
        for stored in store.by_digests(connection, list(found)):
            receipt, signed = found[stored.digest]
            if stored.direction == "in" or stored.peer != peer_id or stored.receipt is not None:
                continue
            header = decode(jws.payload_unverified(stored.signed)).header
            if not matches(receipt, header):
                self._office.alarm(connection, peer_id, Alarm.RECEIPT_MISMATCH, receipt.digest)
                continue
            if not _in_time(connection, keys, stored, signed):
                self._office.alarm(connection, peer_id, Alarm.KEY_RETIRED, receipt.digest)
                continue
            if stored.direction == "void":
                self._taken_after_all(connection, stored, now)
                moved.add(stored.lane)
            news.append((stored, header, receipt, signed))
        self._keep(connection, news)
        for lane in sorted(moved):
            self._departures.relink(connection, peer_id, lane)
        for text in dict.fromkeys(receipt.checkpoint for _, _, receipt, _ in news):
            witness(self._office, connection, peer_id, text)
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

    def _taken_after_all(self, connection: Connection, stored: store.Stored, now: datetime) -> None:
        """The peer had the message that we gave up: the void in its place is taken back."""
        void = store.by_place(connection, stored.peer, "out", stored.lane, stored.sequence)
        if void is not None:
            store.set_direction(connection, void.digest, "void")
            store.remove_from_outbox(connection, [void.digest])
        store.set_direction(connection, stored.digest, "out")
        if store.dead_letter(connection, stored.digest) is not None:
            store.decide_dead_letter(
                connection, stored.digest, decision="delivered", by="node", reason="", at_us=clock.to_us(now)
            )

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


def matches(receipt: Receipt, header: Header) -> bool:
    """Whether a receipt is about the message with this header, but for its digest."""
    return (
        receipt.message_id == header.id
        and receipt.sender == header.sender
        and receipt.recipient == header.recipient
        and receipt.lane is header.lane
        and receipt.sequence == header.sequence
        and (receipt.verdict is Verdict.REFUSED or receipt.code is None)
    )
