"""A message leaves: release rules, sign, seal, log, outbox, all in the caller's transaction (clause 6.9).

Save, then send: nothing goes on the wire before the caller's transaction is durable; the courier does the rest.
Also re-issues a message under a new place, and puts a void in the place of one that the peer would not take.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import clock, ids, limits
from lienlac.agreements import store as agreements
from lienlac.agreements.pairing import lane_genesis
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.names import MESSAGE_TYP
from lienlac.exchange.office import Office, parsed_card, position
from lienlac.exchange.post import Outgoing, Sent
from lienlac.keys import batch, jwe, jws
from lienlac.storage import ledger
from lienlac.wire.bodies.link import MessageGivenUp
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Header, Lane, Marks, Message, Pap, Tlp, decode, digest_of, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.wire.kinds import Kind

CONTROL_PURPOSE = "link"
CONTROL_MARKS = Marks(tlp=Tlp.AMBER_STRICT, pap=Pap.RED)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A message with its place in the lane, before it is signed."""

    header: Header
    payload: bytes

    @property
    def chain(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()


@dataclass
class _Link:
    """A peer and what was agreed with it, looked up once for all messages of one call: nothing changes in between."""

    connection: Connection
    peer_id: str

    @cached_property
    def peer(self) -> agreements.Peer:
        return agreements.require_peer(self.connection, self.peer_id)

    @cached_property
    def suspensions(self) -> list[agreements.Suspension]:
        return agreements.suspensions(self.connection, self.peer_id)

    @cached_property
    def terms(self) -> Terms | None:
        return agreements.terms_in_force(self.connection, self.peer_id)


class Departures:
    """The post office's outgoing counter; implements `post.Sender`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def send(self, connection: Connection, outgoing: Outgoing) -> Sent:
        """Sign, seal, log and queue one message.

        Raises `NotAllowed`: `peer-unknown`, `link-suspended`, `no-agreement`, or the agreement's own code.
        """
        return self.send_many(connection, [outgoing])[0]

    def send_many(self, connection: Connection, outgoing: Sequence[Outgoing]) -> list[Sent]:
        """Many messages at once, signed under one Merkle root; each still proves alone (clause 2.7)."""
        now = self._office.clock.now()
        drafts: list[_Drafted] = []
        places: dict[tuple[str, Lane], store.LanePosition] = {}
        links: dict[str, _Link] = {}
        rooms: dict[tuple[str, Lane], int] = {}
        for item in outgoing:
            link = links.setdefault(item.recipient, _Link(connection, item.recipient))
            kind = self._office.kinds.current(item.kind)
            draft = self._draft(connection, link.peer, kind, item, now, places)
            self._release(link, kind, draft.header)
            drafts.append(draft)
            if not kind.control:
                self._check_room(connection, draft.header, rooms)
        return self._commit(connection, drafts, now)

    def reissue(self, connection: Connection, messages: Sequence[Message]) -> list[Sent]:
        """The same messages (same ids, same bodies) in new places: after a restore, or when a person retries."""
        now = self._office.clock.now()
        places: dict[tuple[str, Lane], store.LanePosition] = {}
        drafts = []
        for message in messages:
            peer = agreements.require_peer(connection, message.header.recipient)
            at = (peer.node_id, message.header.lane)
            place = places.get(at) or position(connection, peer, "out", message.header.lane, self._office.node_id)
            header = msgspec.structs.replace(
                message.header,
                sequence=place.sequence + 1,
                previous=place.chain,
                sent_at=now,
                expires_at=now + timedelta(days=limits.MESSAGE_MAX_AGE_DAYS),
            )
            draft = _Drafted(header, msgspec.json.encode(Message(header=header, body=message.body)))
            places[at] = store.LanePosition(header.sequence, draft.chain)
            drafts.append(draft)
        return self._commit(connection, drafts, now) if drafts else []

    def void(self, connection: Connection, lost: store.Stored, reason: str) -> None:
        """Fill the place of a message that the peer would not take, so that nothing blocks what follows.

        What was queued behind it points back to it and is re-issued, chained to the void (clause 6.8).
        """
        now = self._office.clock.now()
        old = decode(jws.payload_unverified(lost.signed)).header
        kind = self._office.kinds.current(f"node.void-{lost.lane.value}")
        header = _control_header(self._office, kind, old, now)
        behind = store.void_behind(connection, lost.peer, lost.lane, after=lost.sequence)
        store.set_direction(connection, lost.digest, "void")
        store.remove_from_outbox(connection, [lost.digest])
        body = MessageGivenUp(digest=lost.digest, kind=lost.kind, reason=reason)
        self._commit(connection, [_Drafted(header, encode(header, body))], now)
        self._reissue_all(connection, behind)

    def relink(self, connection: Connection, peer_id: str, lane: Lane, before: Sequence[str] = ()) -> None:
        """A place in a lane changed hands: re-issue what waits behind it and points back to something else.

        `before` are the digests of messages that have lost their place and go first.
        """
        peer = agreements.require_peer(connection, peer_id)
        settled = store.settled_up_to(connection, peer_id, "out", lane)
        last = store.by_place(connection, peer_id, "out", lane, settled) if settled else None
        chain = last.chain if last is not None else lane_genesis(peer.genesis, self._office.node_id, lane)
        place = store.LanePosition(settled, chain)
        while (following := self._next(connection, peer_id, lane, place)) is not None:
            place = following
        broken = store.void_behind(connection, peer_id, lane, after=place.sequence)
        store.move_lane(connection, peer_id, "out", lane, place)
        self._reissue_all(connection, [*before, *broken])

    def _next(
        self, connection: Connection, peer_id: str, lane: Lane, place: store.LanePosition
    ) -> store.LanePosition | None:
        """The place behind this one, when what waits there points back to it."""
        waiting = store.by_place(connection, peer_id, "out", lane, place.sequence + 1)
        if waiting is None or decode(jws.payload_unverified(waiting.signed)).header.previous != place.chain:
            return None
        return store.LanePosition(waiting.sequence, waiting.chain)

    def _reissue_all(self, connection: Connection, digests: Sequence[str]) -> None:
        """In stretches: a full lane of large messages never lies in memory as a whole."""
        for start in range(0, len(digests), limits.REISSUE_STEP_MESSAGES):
            found = {
                row.digest: row
                for row in store.by_digests(connection, digests[start : start + limits.REISSUE_STEP_MESSAGES])
            }
            stretch = [found[digest] for digest in digests[start : start + limits.REISSUE_STEP_MESSAGES]]
            self.reissue(connection, [decode(jws.payload_unverified(row.signed)) for row in stretch])

    def _draft(
        self,
        connection: Connection,
        peer: agreements.Peer,
        kind: Kind,
        item: Outgoing,
        now: datetime,
        places: dict[tuple[str, Lane], store.LanePosition],
    ) -> _Drafted:
        at = (peer.node_id, kind.lane)
        place = places.get(at) or position(connection, peer, "out", kind.lane, self._office.node_id)
        header = Header(
            id=ids.new_id("msg", self._office.chance),
            kind=kind.name,
            version=kind.version,
            sender=self._office.node_id,
            recipient=peer.node_id,
            lane=kind.lane,
            sequence=place.sequence + 1,
            previous=place.chain,
            sent_at=now,
            expires_at=now + timedelta(days=limits.MESSAGE_MAX_AGE_DAYS),
            agreement_id=peer.agreement_id,
            purpose=item.purpose,
            legal_basis=item.legal_basis,
            legal_basis_text=item.legal_basis_text,
            typology=item.typology,
            marks=item.marks,
            addressees=item.addressees,
            record_id=item.record_id,
            case_id=item.case_id,
        )
        draft = _Drafted(header, encode(header, item.body))
        places[at] = store.LanePosition(header.sequence, draft.chain)
        return draft

    def check_release(self, connection: Connection, header: Header) -> None:
        """Raise `NotAllowed` unless a message that was written before may leave as things are now."""
        self._release(_Link(connection, header.recipient), self._office.kinds.current(header.kind), header)

    def _check_room(self, connection: Connection, header: Header, first: dict[tuple[str, Lane], int]) -> None:
        """No more may wait in a lane than can be given new places at once (`void`, `relink`)."""
        at = (header.recipient, header.lane)
        if at not in first:
            first[at] = store.first_waiting(connection, header.recipient, header.lane) or header.sequence
        if header.sequence - first[at] >= limits.REISSUE_MAX_MESSAGES:
            raise NotAllowed("lane-full", lane=header.lane.value, limit=limits.REISSUE_MAX_MESSAGES)

    def _release(self, link: _Link, kind: Kind, header: Header) -> None:
        """Whether this may leave at all; every refusal here is ours, before anything is signed."""
        if not header.addressees:
            raise NotAllowed("no-addressees")
        if kind.control:
            return
        for closed in link.suspensions:
            if closed.scope in {agreements.EVERY_KIND, kind.name}:
                raise NotAllowed("link-suspended", peer=link.peer_id, reason=closed.reason)
        if link.terms is None:
            raise NotAllowed("no-agreement", peer=link.peer_id)
        try:
            link.terms.check(header, opening=kind.opening)
        except Refused as refusal:
            raise refusal.as_ours() from refusal

    def _commit(self, connection: Connection, drafts: list[_Drafted], now: datetime) -> list[Sent]:
        """Sign, seal, record, log, queue; wakes the courier once the caller's transaction is durable."""
        office = self._office
        payloads = [draft.payload for draft in drafts]
        if len(payloads) > 1:
            signed_all = batch.sign_many(payloads, office.keys.signing, MESSAGE_TYP)
        else:
            signed_all = [jws.sign(payloads[0], office.keys.signing, MESSAGE_TYP)]
        rows, queue, leaves, sent = [], [], [], []
        recipients = {draft.header.recipient for draft in drafts}
        cards = {peer_id: parsed_card(agreements.require_peer(connection, peer_id).card) for peer_id in recipients}
        for draft, signed in zip(drafts, signed_all, strict=True):
            header, digest = draft.header, digest_of(signed)
            rows.append(message_row(header, signed, digest, draft.chain, "out", header.recipient, clock.to_us(now)))
            queue.append(
                {
                    "digest": digest,
                    "peer": header.recipient,
                    "lane": header.lane.value,
                    "sequence": header.sequence,
                    "envelope": jwe.seal(signed, cards[header.recipient].sealing, MESSAGE_TYP),
                    "queued_us": clock.to_us(now),
                }
            )
            leaves.append((leaf_data(Leaf.MESSAGE_SENT, digest), f"sent:{digest}"))
            sent.append(Sent(header=header, digest=digest))
        store.add_messages(connection, rows)
        store.add_to_outbox(connection, queue)
        ledger.append(connection, leaves)
        for (peer_id, lane), to in _last_places(drafts).items():
            store.move_lane(connection, peer_id, "out", lane, to)
        self._office.wake(connection, {(draft.header.recipient, draft.header.lane) for draft in drafts})
        return sent


def message_row(
    header: Header, signed: bytes, digest: str, chain: str, direction: store.Direction, peer: str, at_us: int
) -> dict[str, Any]:
    """A message's row in the record."""
    return {
        "digest": digest,
        "peer": peer,
        "direction": direction,
        "lane": header.lane.value,
        "sequence": header.sequence,
        "message_id": header.id,
        "kind": header.kind,
        "record_id": header.record_id,
        "chain": chain,
        "at_us": at_us,
        "signed": signed,
        "receipt": None,
        "verdict": None,
        "code": None,
        "receipt_at_us": None,
    }


def _last_places(drafts: list[_Drafted]) -> dict[tuple[str, Lane], store.LanePosition]:
    return {
        (draft.header.recipient, draft.header.lane): store.LanePosition(draft.header.sequence, draft.chain)
        for draft in drafts
    }


def _control_header(office: Office, kind: Kind, old: Header, now: datetime) -> Header:
    return Header(
        id=ids.new_id("msg", office.chance),
        kind=kind.name,
        version=kind.version,
        sender=office.node_id,
        recipient=old.recipient,
        lane=kind.lane,
        sequence=old.sequence,
        previous=old.previous,
        sent_at=now,
        expires_at=now + timedelta(days=limits.MESSAGE_MAX_AGE_DAYS),
        agreement_id=old.agreement_id,
        purpose=CONTROL_PURPOSE,
        legal_basis="agreement",
        marks=CONTROL_MARKS,
        addressees=("liaison",),
    )
