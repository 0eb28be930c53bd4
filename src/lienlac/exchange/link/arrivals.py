"""The link's own messages arrived: agreements, suspensions, key rotation, a peer's recovery.

Each handler runs inside the arrival's transaction; `Refused` becomes the signed refusal. The other side's word
changes only the other side's column: their suspension never lifts ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock, journal, limits
from lienlac.agreements import store as agreements
from lienlac.agreements.terms import decode_agreement
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.names import AGREEMENT_TYP, Alarm
from lienlac.exchange.office import Office, parsed_card
from lienlac.keys import jws
from lienlac.keys.card import parse_card
from lienlac.wire.kinds import CONTROL_KINDS, is_void
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.post import ArrivalHandler, Arrived, Settled, SettlementHandler


class LinkArrivals:
    """Handlers of the control kinds."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def handlers(self) -> dict[str, list[ArrivalHandler]]:
        """Kind to handlers, for the office's table."""
        return {
            "agreement.propose": [self.proposed],
            "agreement.sign": [self.signed],
            "agreement.suspend": [self.suspended],
            "agreement.resume": [self.resumed],
            "node.rotate-keys": [self.rotated],
            "node.recovered": [self.recovered],
            **{f"node.void-{lane.value}": [self.voided] for lane in Lane},
        }

    def told(self) -> dict[str, list[SettlementHandler]]:
        """Kind to handlers of receipts."""
        told: dict[str, list[SettlementHandler]] = {
            kind.name: [self.control_settled] for kind in CONTROL_KINDS if not is_void(kind.name)
        }
        told["node.rotate-keys"].append(self.rotation_confirmed)
        return told

    def control_settled(self, connection: Connection, settled: Settled) -> None:
        """A refused agreement or change of keys is nobody's request: without this nobody would hear of it."""
        if settled.verdict is not Verdict.ACCEPTED:
            detail = f"{settled.header.kind}: {settled.code} {settled.reason}"
            self._office.alarm(connection, settled.header.recipient, Alarm.CONTROL_REFUSED, detail)

    def rotation_confirmed(self, connection: Connection, settled: Settled) -> None:
        """The peer has our new card: it need not be shown any more. A refusal says no such thing."""
        if settled.verdict is Verdict.ACCEPTED:
            store.confirm_rotation(connection, settled.header.id)

    def proposed(self, connection: Connection, arrived: Arrived) -> None:
        """A version put forward: kept for an officer to read and sign."""
        us = self._office.node_id
        peer = agreements.require_peer(connection, _author(arrived, us))
        signature = arrived.body.document.encode()
        document = self._document(connection, signature, arrived)
        agreement = decode_agreement(document)
        if (agreement.agreement_id, agreement.version) != (arrived.body.agreement_id, arrived.body.version):
            raise Refused("agreement-malformed", reason="the message names another version than the document")
        named = {party.node_id: party.fingerprint for party in agreement.parties}
        if agreement.agreement_id != peer.agreement_id or set(named) != {us, peer.node_id}:
            raise Refused("agreement-parties")
        if not arrived.replayed:
            self._check_number(connection, peer.node_id, arrived.header.sender, agreement.version)
        try:
            agreements.add_version(
                connection,
                agreements.AgreementVersion(
                    agreement_id=agreement.agreement_id,
                    version=agreement.version,
                    peer=peer.node_id,
                    proposer=arrived.header.sender,
                    document=document,
                    proposer_signature=signature,
                    counter_signature=None,
                    proposed_at=arrived.received_at,
                    in_force_at=None,
                ),
            )
        except NotAllowed as error:
            if arrived.ours:
                return  # replayed after a restore and already here
            raise error.as_theirs() from error
        self._note(connection, arrived, agreement.agreement_id, version=agreement.version)

    def _check_number(self, connection: Connection, peer_id: str, proposer: str, version: int) -> None:
        """Nothing older than what holds, and no more than a person can read."""
        if version < agreements.newest_in_force(connection, peer_id):
            raise Refused("agreement-older", version=version)
        if len(agreements.open_proposals(connection, peer_id, proposer)) >= limits.AGREEMENT_PROPOSALS_OPEN_MAX:
            raise Refused("agreements-open", limit=limits.AGREEMENT_PROPOSALS_OPEN_MAX)

    def signed(self, connection: Connection, arrived: Arrived) -> None:
        """The second signature over a version: it is in force."""
        peer = agreements.require_peer(connection, _author(arrived, self._office.node_id))
        found = agreements.version(connection, peer.agreement_id, arrived.body.version)
        if found is None or found.proposer == arrived.header.sender:
            raise Refused("agreement-not-proposed", version=arrived.body.version)
        signature = arrived.body.document.encode()
        if self._document(connection, signature, arrived) != found.document:
            raise Refused("agreement-other-bytes", version=arrived.body.version)
        agreements.put_in_force(
            connection, peer.agreement_id, found.version, counter_signature=signature, at=arrived.received_at
        )
        self._note(connection, arrived, peer.agreement_id, version=found.version)

    def suspended(self, connection: Connection, arrived: Arrived) -> None:
        """The other side (or we, replayed) closed a kind or the link."""
        peer_id = _author(arrived, self._office.node_id)
        scope = arrived.body.kind or agreements.EVERY_KIND
        if scope != agreements.EVERY_KIND and scope not in self._office.kinds.names():
            raise Refused("kind-unknown", kind=scope)  # what we do not know we cannot send; and there is no end of it
        agreements.suspend(
            connection,
            agreements.Suspension(
                peer=peer_id, scope=scope, by_us=arrived.ours, reason=arrived.body.reason, since=arrived.received_at
            ),
        )
        self._note(connection, arrived, peer_id, scope=scope)

    def resumed(self, connection: Connection, arrived: Arrived) -> None:
        """It is open again."""
        peer_id = _author(arrived, self._office.node_id)
        scope = arrived.body.kind or agreements.EVERY_KIND
        agreements.resume(connection, peer_id, scope, by_us=arrived.ours)
        self._note(connection, arrived, peer_id, scope=scope)

    def rotated(self, connection: Connection, arrived: Arrived) -> None:
        """The peer's new keys, vouched for by its old ones (clause 10.4)."""
        if arrived.ours:
            return
        card = parse_card(arrived.body.card.encode())
        if card.node_id != arrived.header.sender:
            raise Refused("card-of-another", node=card.node_id)
        known = agreements.key(connection, card.signing.kid)
        if known is not None and known.node_id == card.node_id and known.card == arrived.body.card:
            return  # it came before, with the head of a delivery
        if known is not None:
            raise Refused("key-reused", kid=card.signing.kid)
        before = parsed_card(agreements.require_peer(connection, card.node_id).card)
        if set(card.tls_pins) != set(before.tls_pins):
            raise Refused("card-door-changed")
        agreements.rotate_key(
            connection,
            card.node_id,
            card=arrived.body.card,
            kid=card.signing.kid,
            fingerprint=card.fingerprint,
            last={lane.value: sequence for lane, sequence in arrived.body.last.items()},
            at=arrived.received_at,
        )
        self._note(connection, arrived, card.node_id, kid=card.signing.kid)

    def recovered(self, connection: Connection, arrived: Arrived) -> None:
        """The peer restored an older backup and says where its log goes on (clause 7.5)."""
        if arrived.ours:
            return
        detail = f"epoch {arrived.body.epoch}, log size {arrived.body.log_size}"
        store.clear_alarm(connection, arrived.header.sender, Alarm.SEQUENCE_CONFLICT)  # explained by this
        store.raise_alarm(
            connection,
            arrived.header.sender,
            Alarm.PEER_RECOVERED,
            at_us=clock.to_us(arrived.received_at),
            detail=detail,
        )
        self._note(connection, arrived, arrived.header.sender, epoch=arrived.body.epoch)

    def voided(self, connection: Connection, arrived: Arrived) -> None:
        """The peer gave a message up; nothing of it ever came here, the journal says so."""
        self._note(connection, arrived, arrived.header.sender, digest=arrived.body.digest, kind=arrived.body.kind)

    def _document(self, connection: Connection, signature: bytes, arrived: Arrived) -> bytes:
        """The agreement's exact bytes under the signature of the message's sender."""
        if arrived.ours:
            return jws.verify(signature, self._office.keys.verifying(jws.peek_kid(signature)), AGREEMENT_TYP)
        key = agreements.key(connection, jws.peek_kid(signature))
        if key is None or key.node_id != arrived.header.sender:
            raise Refused("sender-not-the-signer", sender=arrived.header.sender)
        return jws.verify(signature, parsed_card(key.card).signing, AGREEMENT_TYP)

    def _note(self, connection: Connection, arrived: Arrived, thing: str, **detail: object) -> None:
        journal.record(
            connection,
            at=arrived.received_at,
            actor=arrived.header.sender,
            action=arrived.header.kind,
            thing=thing,
            detail={"message": arrived.header.id, **detail},
        )


def _author(arrived: Arrived, us: str) -> str:
    """The peer that a control message is about: its sender, or its recipient when it is our own, replayed."""
    return arrived.header.recipient if arrived.header.sender == us else arrived.header.sender
