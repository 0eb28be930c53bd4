"""What the exchange's tests have in their hands: two nodes (and a third one), and a forger who holds a node's keys.

The forger signs and seals whatever it is told: that is what a dishonest partner can do, and more than anybody else
can.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import ids
from lienlac.agreements import store as agreements
from lienlac.exchange import store
from lienlac.exchange.names import MESSAGE_TYP, RECEIPT_TYP
from lienlac.exchange.office import parsed_card, position
from lienlac.keys import jwe, jws
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Header, Lane, Message, digest_of
from lienlac.wire.receipt import Answer, Outcome, Receipt, Verdict
from tests.world import pebbles

if TYPE_CHECKING:
    from lienlac.exchange.store import Stored
    from tests.world.fakes import HandClock
    from tests.world.nodes import SimNode


@dataclass
class Forged:
    """One message as somebody made it."""

    header: Header
    payload: bytes
    signed: bytes
    envelope: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.signed)

    @property
    def chain(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()


@dataclass
class Stage:
    """`us` sends to `vn` unless a test says otherwise; `sg` is a partner of both."""

    clock: HandClock
    vn: SimNode
    us: SimNode
    sg: SimNode

    def forge(
        self,
        text: str = "hello",
        *,
        sender: SimNode | None = None,
        recipient: SimNode | None = None,
        body: Any = None,
        signer: SimNode | None = None,
        seal_to: SimNode | None = None,
        after: Forged | None = None,
        typ: str = MESSAGE_TYP,
        **changes: Any,
    ) -> Forged:
        """A message for the next place of its lane (or behind `after`), with any header field changed."""
        sender, recipient = sender or self.us, recipient or self.vn
        lane = changes.get("lane", Lane.NORMAL)
        with sender.database.read() as connection:
            peer = agreements.require_peer(connection, recipient.node_id)
            place = position(connection, peer, "out", lane, sender.node_id)
        if after is not None:
            place = store.LanePosition(after.header.sequence, after.chain)
        now = self.clock.now()
        values: dict[str, Any] = {
            "id": ids.new_id("msg", sender.chance),
            "kind": f"pebble.{lane.value}",
            "version": 1,
            "sender": sender.node_id,
            "recipient": recipient.node_id,
            "lane": lane,
            "sequence": place.sequence + 1,
            "previous": place.chain,
            "sent_at": now,
            "expires_at": now + timedelta(days=30),
            "agreement_id": peer.agreement_id,
            "purpose": pebbles.PURPOSE,
            "legal_basis": pebbles.BASIS,
            "marks": pebbles.MARKS,
            "addressees": ("duty-officer",),
        }
        header = Header(**(values | changes))
        raw = msgspec.json.encode(body if body is not None else pebbles.Pebble(text=text))
        payload = msgspec.json.encode(Message(header=header, body=msgspec.Raw(raw)))
        return self.sign(payload, header, signer or sender, seal_to or recipient, typ)

    def sign(self, payload: bytes, header: Header, signer: SimNode, seal_to: SimNode, typ: str = MESSAGE_TYP) -> Forged:
        """Sign any payload and seal it to any node."""
        signed = jws.sign(payload, signer.post.office.keys.signing, typ)
        return Forged(header, payload, signed, self.seal(signed, seal_to))

    def seal(self, signed: bytes, to: SimNode) -> bytes:
        return jwe.seal(signed, parsed_card(to.post.office.card).sealing, MESSAGE_TYP)

    def arrive(self, *forged: Forged | bytes, at: SimNode | None = None, via: SimNode | None = None) -> list[Answer]:
        """Deliver to a node, as if the wire had shown `via` at the other end."""
        envelopes = [item if isinstance(item, bytes) else item.envelope for item in forged]
        caller = (via or self.us).node_id
        return list((at or self.vn).post.arrivals.receive(envelopes, caller).answers)

    def one(self, forged: Forged | bytes, **where: Any) -> Answer:
        return self.arrive(forged, **where)[0]

    def receipt_of(self, answer: Answer) -> Receipt:
        assert answer.receipt is not None
        return receipts.decode_receipt(jws.payload_unverified(answer.receipt.encode()))

    def refused(self, answer: Answer) -> str | None:
        """The code of a signed refusal."""
        receipt = self.receipt_of(answer)
        assert answer.outcome is Outcome.RECEIPTED
        assert receipt.verdict is Verdict.REFUSED
        return receipt.code

    def applied(self, node: SimNode | None = None) -> list[str]:
        with (node or self.vn).database.read() as connection:
            return list(
                connection.execute(sa.select(pebbles.applied.c.text).order_by(pebbles.applied.c.number)).scalars()
            )

    def state_of(self, node: SimNode, text: str) -> str:
        with node.database.read() as connection:
            query = sa.select(pebbles.own.c.state).where(pebbles.own.c.text == text)
            return str(connection.execute(query).scalar_one())

    def stored(self, node: SimNode, digest: str) -> Stored | None:
        with node.database.read() as connection:
            return store.by_digest(connection, digest)

    def alarms(self, node: SimNode, peer: SimNode) -> set[str]:
        with node.database.read() as connection:
            return {alarm.code for alarm in store.alarms(connection, peer.node_id)}

    def letters(self, node: SimNode) -> list[Any]:
        with node.database.read() as connection:
            return store.dead_letters(connection)

    def forge_receipt(self, about: str, *, by: SimNode, signer: SimNode | None = None, **changes: Any) -> str:
        """A receipt for a message that lies in `us`'s outbox, as `by` might write it."""
        stored = self.stored(self.us, about)
        assert stored is not None
        with by.database.read() as connection:
            text = by.post.office.checkpoint_text(connection)
        values: dict[str, Any] = {
            "message_id": stored.message_id,
            "digest": about,
            "sender": self.us.node_id,
            "recipient": by.node_id,
            "lane": stored.lane,
            "sequence": stored.sequence,
            "received_at": self.clock.now(),
            "verdict": Verdict.ACCEPTED,
            "checkpoint": text,
        }
        payload = receipts.encode(Receipt(**(values | changes)))
        return jws.sign(payload, (signer or by).post.office.keys.signing, RECEIPT_TYP).decode()
