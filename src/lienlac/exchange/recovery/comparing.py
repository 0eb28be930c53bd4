"""Asking: what a peer's signed state shows that we have lost, and which of its record we believe (clauses 7.2 to 7.4).

A state is the peer's word: it says what to ask for, and nothing is changed for it. That our log was longer must be
proved by a receipt that we signed; that a message was ours or was taken, by the signatures of both sides, place by
place and link by link of the chain. What proves itself is kept until it is replayed (`replaying`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lienlac import clock, journal, limits, strictjson
from lienlac.agreements import store as agreements
from lienlac.agreements.pairing import lane_genesis
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.link.rotation import adopt
from lienlac.exchange.names import MESSAGE_TYP, RECEIPT_TYP, RECORD_TYP, STATE_TYP, Alarm
from lienlac.exchange.office import PeerKeys, parsed_card
from lienlac.exchange.recovery.memory import log_lost, proven_head
from lienlac.exchange.recovery.stating import sequences
from lienlac.exchange.settlement import verify_receipt
from lienlac.keys import jwe, jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane, decode, digest_of
from lienlac.wire.recovery import RecordRequest, decode_page, decode_state

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.office import Office
    from lienlac.wire.message import Header
    from lienlac.wire.receipt import Receipt
    from lienlac.wire.recovery import LinkState, RecordItem


@dataclass(slots=True)
class Loss:
    """What a comparison of states showed: whether our log was cut, what to ask the peer for, and what it claims."""

    peer: str
    log_lost: bool
    wanted: list[RecordRequest]
    claimed: dict[Lane, int] = field(default_factory=dict)
    """By lane, the last message of ours that the peer says it took."""

    @property
    def any(self) -> bool:
        """Whether anything has to be asked for or said."""
        return self.log_lost or bool(self.wanted)


@dataclass(frozen=True, slots=True)
class _Proved:
    """One message of the past that both sides' signatures prove."""

    ours: bool
    header: Header
    chain: str
    signed: bytes
    receipt: Receipt
    receipt_signed: bytes

    def row(self, peer_id: str) -> dict[str, Any]:
        """As it is kept until it is replayed."""
        return {
            "digest": self.receipt.digest,
            "peer": peer_id,
            "ours": self.ours,
            "lane": self.header.lane.value,
            "sequence": self.header.sequence,
            "message_id": self.header.id,
            "chain": self.chain,
            "at_us": clock.to_us(self.receipt.received_at),
            "signed": self.signed,
            "receipt": self.receipt_signed,
        }


class Comparisons:
    """Compares states with peers, and takes their record in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def believe(self, peer_id: str, signed_state: bytes) -> LinkState:
        """A peer's state, once it is shown to be the peer's word about its link with us. Raises `Refused`."""
        with self._office.database.read() as connection:
            known = agreements.key(connection, jws.peek_kid(signed_state))
        if known is None:  # restored from before a rotation of theirs: each proves itself by the keys before it
            adopt(self._office, peer_id, decode_state(jws.payload_unverified(signed_state)).rotations)
        with self._office.database.read() as connection:
            key = agreements.key(connection, jws.peek_kid(signed_state))
        if key is None or key.node_id != peer_id or key.retired_at is not None:
            raise Refused("key-unknown", retry=True, kid=jws.peek_kid(signed_state)[: limits.LINE_MAX_CHARS])
        state = decode_state(jws.verify(signed_state, parsed_card(key.card).signing, STATE_TYP))
        if state.node != peer_id or state.peer != self._office.node_id:
            raise Refused("not-for-us", recipient=state.peer)
        return state

    def compare(self, peer_id: str, signed_state: bytes) -> Loss:
        """What the peer's signed state shows that we have lost. Raises `Refused` when the state is not the peer's.

        When it proves that our log was cut, the log goes on in a new epoch at once, before anything more is signed.
        """
        return self.judge(self.believe(peer_id, signed_state))

    def judge(self, state: LinkState) -> Loss:
        """The same for a state that is believed already.

        Raises `NotAllowed("keys-older")` when the peer knows newer keys of ours than we have: what we sign with the old
        ones it would only turn away.
        """
        if state.your_key and not self._office.keys.knows(state.your_key):
            raise NotAllowed("keys-older", peer=state.node)
        stated = proven_head(self._office, state.node, state.your_log) if state.your_log else ""
        with self._office.database.read() as connection:
            lost = log_lost(self._office, connection, stated) is not None
            wanted = self.wanted(connection, state)
        if lost:
            lost = self._office.database.write(lambda connection: self._begin(connection, state.node, stated))
        return Loss(peer=state.node, log_lost=lost, wanted=wanted, claimed=state.taken)

    def wanted(self, connection: Connection, state: LinkState) -> list[RecordRequest]:
        """Whatever the peer took of ours for which we hold no receipt, and whatever we receipted and do not remember.

        The first is mostly on its way to us, and then comes as what it is: the receipt of a message that we know.
        """
        taken = sequences(connection, state.node, "in")
        found = []
        for lane in Lane:
            settled = store.settled_up_to(connection, state.node, "out", lane)
            for direction, theirs, here in (
                ("from-me", state.taken.get(lane, 0), settled),
                ("to-me", state.receipted.get(lane, 0), taken[lane]),
            ):
                kept = store.regained_head(connection, state.node, lane, ours=direction == "from-me")
                after = max(here, kept[0] if kept is not None else 0)
                if theirs > after:
                    found.append(RecordRequest(direction=direction, lane=lane, after=after))  # type: ignore[arg-type]
        return found

    def _begin(self, connection: Connection, peer_id: str, stated: str) -> bool:
        """A new epoch, unless another process was quicker; tells whether the log is still short."""
        epoch = log_lost(self._office, connection, stated)
        if epoch is None:
            return False
        now, size = self._office.clock.now(), ledger.size(connection)
        new = ledger.begin_epoch(connection, above=epoch)
        store.begin_recovery(connection, peer_id, at_us=clock.to_us(now), log_size=size, log_lost=True)
        self._office.alarm(connection, peer_id, Alarm.RECOVERING, f"epoch {new}")
        detail = {"log_size": size, "epoch": new}
        journal.record(connection, at=now, actor=journal.NODE, action="node.forgot", thing=peer_id, detail=detail)
        return True

    # --- pages ----------------------------------------------------------------------------------------------------

    def fetched(self, loss: Loss, request: RecordRequest, sealed_page: bytes) -> RecordRequest | None:
        """Take a page in; returns the request for the next page, if there is one. Raises `Refused`.

        Nothing of a page is kept unless all of it proves itself.
        """
        page = decode_page(jwe.unseal(sealed_page, self._office.keys, RECORD_TYP))
        last = self.take(loss.peer, page.items, request)
        if page.more and last > request.after:
            return RecordRequest(direction=request.direction, lane=request.lane, after=last)
        return None

    def take(self, peer_id: str, items: tuple[RecordItem, ...], asked: RecordRequest | None = None) -> int:
        """Keep a stretch of one lane's past, each item proved; returns the last place. What is known is passed over."""
        if not items:
            return 0
        with self._office.database.read() as connection:
            keys = PeerKeys(connection)
            proved = [self._prove(keys, peer_id, item) for item in items]
        lane, ours = proved[0].header.lane, proved[0].ours
        if asked is not None and (asked.lane, asked.direction == "from-me") != (lane, ours):
            raise Refused("record-gap", lane=asked.lane.value, sequence=asked.after + 1)

        def work(connection: Connection) -> int:
            at, chain = self._place(connection, peer_id, lane, ours=ours)
            fresh, last = [], proved[0].header.sequence - 1
            for item in proved:
                header, last = item.header, last + 1
                if (header.lane, item.ours, header.sequence) != (lane, ours, last) or last > at + 1:
                    raise Refused("record-gap", lane=lane.value, sequence=at + 1)
                if last <= at:
                    continue
                if header.previous != chain:
                    raise Refused("record-chain", lane=lane.value, sequence=last)
                at, chain = last, item.chain
                fresh.append(item.row(peer_id))
            store.add_regained(connection, fresh)
            return last

        return self._office.database.write(work)

    def _place(self, connection: Connection, peer_id: str, lane: Lane, *, ours: bool) -> tuple[int, str]:
        """The last place of a lane whose message both sides have signed, here or got back, and its chain."""
        kept = store.regained_head(connection, peer_id, lane, ours=ours)
        if kept is not None:
            return kept
        peer = agreements.require_peer(connection, peer_id)
        author = self._office.node_id if ours else peer_id
        if not ours:
            place = store.lane_position(connection, peer_id, "in", lane)
            return (place.sequence, place.chain) if place is not None else (0, lane_genesis(peer.genesis, author, lane))
        settled = store.settled_up_to(connection, peer_id, "out", lane)
        last = store.by_place(connection, peer_id, "out", lane, settled) if settled else None
        return settled, last.chain if last is not None else lane_genesis(peer.genesis, author, lane)

    def _prove(self, keys: PeerKeys, peer_id: str, item: RecordItem) -> _Proved:
        """Both signatures: ours on what we sent or receipted, the peer's on what it sent or receipted.

        The receipt must be about this very message, and the message between us and this peer: what we once sent to a
        third node proves nothing here, whoever receipts it.
        """
        signed, receipt_signed = item.signed.encode(), item.receipt.encode()
        kid = jws.peek_kid(signed)
        key = keys.find(kid)
        ours = key is None or key.node_id == self._office.node_id
        if ours:
            payload = jws.verify(signed, self._office.keys.verifying(kid), MESSAGE_TYP)
            receipt, _ = verify_receipt(keys, peer_id, receipt_signed)
        else:
            if key is None or key.node_id != peer_id:
                raise Refused("sender-unknown")
            payload = jws.verify(signed, parsed_card(key.card).signing, MESSAGE_TYP)
            own = self._office.keys.verifying(jws.peek_kid(receipt_signed))
            receipt = _read(jws.verify(receipt_signed, own, RECEIPT_TYP))
        strictjson.check(payload, max_bytes=limits.MESSAGE_MAX_BYTES)
        header = decode(payload).header
        ends = (self._office.node_id, peer_id) if ours else (peer_id, self._office.node_id)
        fits = (header.sender, header.recipient) == ends and receipts.matches(receipt, header)
        if not fits or receipt.digest != digest_of(signed):
            raise Refused("receipt-mismatch")
        return _Proved(ours, header, hashlib.sha256(payload).hexdigest(), signed, receipt, receipt_signed)


def _read(payload: bytes) -> Receipt:
    strictjson.check(payload, max_bytes=limits.RECEIPT_MAX_BYTES)
    return receipts.decode_receipt(payload)
