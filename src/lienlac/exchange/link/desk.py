"""An officer acts on a link: pair, agree, suspend, resume, rotate keys, decide about dead letters.

Each act asks `people.rights` first, changes the tables and sends the message about it in one transaction, and is
written to the journal. Fingerprints are compared here and nowhere else (clause 10.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lienlac import clock, ids, journal, limits
from lienlac.agreements import pairing
from lienlac.agreements import store as agreements
from lienlac.agreements.terms import decode_agreement
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.departure import CONTROL_MARKS, CONTROL_PURPOSE, Departures
from lienlac.exchange.names import AGREEMENT_TYP
from lienlac.exchange.office import Office, parsed_card
from lienlac.exchange.post import Outgoing, Sent, Settled
from lienlac.keys import fingerprint as fingerprints
from lienlac.keys import jws
from lienlac.keys.card import is_address
from lienlac.people.access import store as access
from lienlac.people.rights import MATRIX, Action, may, require
from lienlac.wire.bodies.link import AgreementProposed, AgreementSigned, KeysRotated, LinkResumed, LinkSuspended
from lienlac.wire.message import Lane, decode, decode_body

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.keys.card import NodeCard
    from lienlac.people.officer import Officer
    from lienlac.wire.bodies.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What a paper says about the node that gave it; trusted only once its fingerprint was compared by voice."""

    paper: pairing.Paper
    node_id: str
    name_vi: str
    name_en: str
    url: str
    fingerprint: str


class LinkDesk:
    """What officers may do to links. Every method is one transaction, durable when it returns."""

    def __init__(self, office: Office, departures: Departures) -> None:
        self._office = office
        self._departures = departures

    # --- pairing --------------------------------------------------------------------------------------------------

    def invite(self, officer: Officer) -> bytes:
        """A fresh invitation to carry to the other side (clause 10.1)."""
        require(officer, Action.PEER_MANAGE)
        now = self._office.clock.now()
        agreement_id = ids.new_id("agr", self._office.chance)

        def work(connection: Connection) -> None:
            agreements.add_invitation(connection, agreement_id, at=now, by=officer.id)
            self._note(connection, officer, "peer.invite", agreement_id)

        self._office.database.write(work)
        paper = pairing.Paper(
            format="lienlac-invitation/1", agreement_id=agreement_id, card=self._office.card, made_at=now
        )
        return pairing.encode_paper(paper)

    def read_paper(self, data: bytes) -> Introduction:
        """Who gave this paper, as its self-signed card says. Trust comes only from comparing the fingerprint."""
        paper = pairing.decode_paper(data)
        card = parsed_card(paper.card)
        if card.node_id == self._office.node_id:
            raise Refused("paper-our-own")
        return Introduction(
            paper=paper,
            node_id=card.node_id,
            name_vi=card.name_vi,
            name_en=card.name_en,
            url=card.url,
            fingerprint=card.fingerprint,
        )

    def accept(
        self,
        officer: Officer,
        data: bytes,
        *,
        heard_fingerprint: str,
        delivery: agreements.Delivery = agreements.Delivery.PUSH,
        fetch: bool = False,
    ) -> bytes | None:
        """Take the other side's paper; `heard_fingerprint` is what its officer read out (clause 10.2).

        Returns our acceptance to carry back when the paper was an invitation. A paper of a partner whose signing and
        sealing keys are those that we know renews the rest of its card; the link goes on (clause 10.7). Raises
        `NotAllowed`: `fingerprint-differs`, `peer-exists`, `invitation-unknown`.
        """
        require(officer, Action.PEER_MANAGE)
        introduction = self.read_paper(data)
        if not fingerprints.same(heard_fingerprint, introduction.fingerprint):
            raise NotAllowed("fingerprint-differs")
        paper, now = introduction.paper, self._office.clock.now()
        card = parsed_card(paper.card)
        new = agreements.Peer(
            node_id=card.node_id,
            name_vi=card.name_vi,
            name_en=card.name_en,
            url=card.url,
            delivery=delivery,
            fetch=fetch,
            agreement_id=paper.agreement_id,
            card=paper.card,
            fingerprint=introduction.fingerprint,
            genesis=pairing.genesis_of(paper.agreement_id, (self._office.fingerprint, introduction.fingerprint)),
            paired_at=now,
            paired_by=officer.id,
        )

        def work(connection: Connection) -> None:
            if paper.format == "lienlac-acceptance/1":
                agreements.use_invitation(connection, paper.agreement_id, card.node_id)
            if agreements.peer(connection, card.node_id) is not None:
                self._renew(connection, officer, card, paper.card)
                return
            if len(agreements.peers(connection)) >= limits.PEERS_MAX:
                raise NotAllowed("peers-many", limit=limits.PEERS_MAX)
            agreements.add_peer(connection, new, card.signing.kid)
            self._note(connection, officer, "peer.accept", card.node_id)

        self._office.database.write(work)
        if paper.format == "lienlac-acceptance/1":
            return None
        answer = pairing.Paper(
            format="lienlac-acceptance/1", agreement_id=paper.agreement_id, card=self._office.card, made_at=now
        )
        return pairing.encode_paper(answer)

    def _renew(self, connection: Connection, officer: Officer, card: NodeCard, text: str) -> None:
        """Take a known partner's new certificate, heard by voice and signed by the keys that we know (clause 10.7).

        Other signing or sealing keys are another partner under the same name: that is not decided in passing.
        """
        known = agreements.require_peer(connection, card.node_id)
        before = parsed_card(known.card)
        if (card.signing.kid, card.sealing.kid) != (before.signing.kid, before.sealing.kid):
            raise NotAllowed("peer-exists", peer=card.node_id)
        if text == known.card:
            return
        agreements.renew_card(connection, card.node_id, kid=card.signing.kid, card=text, fingerprint=card.fingerprint)
        store.clear_backoff(connection, card.node_id)
        self._office.wake(connection, {(card.node_id, lane) for lane in Lane})
        self._office.link_changed(connection, card.node_id)
        self._note(connection, officer, "peer.renew", card.node_id)

    def set_delivery(
        self, officer: Officer, peer_id: str, delivery: agreements.Delivery, *, fetch: bool, url: str | None
    ) -> None:
        """Change how messages reach a peer and us. Raises `Refused("peer-url-malformed")`."""
        require(officer, Action.PEER_MANAGE)

        if url and not is_address(url):
            raise Refused("peer-url-malformed", field="url", url=url[: limits.LINE_MAX_CHARS])

        def work(connection: Connection) -> None:
            agreements.require_peer(connection, peer_id)
            agreements.set_delivery(connection, peer_id, delivery, fetch=fetch, url=url)
            store.clear_backoff(connection, peer_id)
            self._note(connection, officer, "peer.delivery", peer_id, delivery=delivery.value)

        self._office.database.write(work)

    # --- agreements -----------------------------------------------------------------------------------------------

    def propose(self, officer: Officer, document: bytes) -> Agreement:
        """Sign a new version and send it to the other side; it is in force once they sign the same bytes."""
        require(officer, Action.AGREEMENT_PROPOSE)
        agreement = decode_agreement(document)
        peer_id = next((party.node_id for party in agreement.parties if party.node_id != self._office.node_id), "")

        def work(connection: Connection) -> None:
            peer = agreements.require_peer(connection, peer_id)
            self._check_parties(agreement, peer)
            signature = jws.sign(document, self._office.keys.signing, AGREEMENT_TYP)
            agreements.add_version(
                connection,
                agreements.AgreementVersion(
                    agreement_id=agreement.agreement_id,
                    version=agreement.version,
                    peer=peer.node_id,
                    proposer=self._office.node_id,
                    document=document,
                    proposer_signature=signature,
                    counter_signature=None,
                    proposed_at=self._office.clock.now(),
                    in_force_at=None,
                ),
            )
            body = AgreementProposed(
                agreement_id=agreement.agreement_id, version=agreement.version, document=signature.decode()
            )
            self._send(connection, peer.node_id, "agreement.propose", body)
            self._note(connection, officer, "agreement.propose", agreement.agreement_id, version=agreement.version)

        self._office.database.write(work)
        return agreement

    def sign(self, officer: Officer, peer_id: str, version: int) -> None:
        """Countersign what the other side proposed: from now on it is in force here; they learn by message."""
        require(officer, Action.AGREEMENT_SIGN)

        def work(connection: Connection) -> None:
            peer = agreements.require_peer(connection, peer_id)
            found = agreements.version(connection, peer.agreement_id, version)
            if found is None or found.proposer == self._office.node_id:
                raise NotAllowed("agreement-not-to-sign", version=version)
            if found.in_force_at is not None:
                raise NotAllowed("agreement-already-signed", version=version)
            if version < agreements.newest_in_force(connection, peer_id):
                raise NotAllowed("agreement-superseded", version=version)
            self._check_parties(decode_agreement(found.document), peer)  # keys may have changed since it was proposed
            signature = jws.sign(found.document, self._office.keys.signing, AGREEMENT_TYP)
            now = self._office.clock.now()
            agreements.put_in_force(connection, peer.agreement_id, version, counter_signature=signature, at=now)
            body = AgreementSigned(agreement_id=peer.agreement_id, version=version, document=signature.decode())
            self._send(connection, peer_id, "agreement.sign", body)
            self._note(connection, officer, "agreement.sign", peer.agreement_id, version=version)

        self._office.database.write(work)

    def suspend(self, officer: Officer, peer_id: str, *, kind: str | None, reason: str) -> None:
        """Close a kind or the whole link from our side, at once; the other side is told.

        Raises `NotAllowed("kind-not-here")` for a kind that does not exist: whoever suspends in an emergency must not
        believe that a misspelt name was closed.
        """
        require(officer, Action.PEER_MANAGE)
        self._check_kind(kind)

        def work(connection: Connection) -> None:
            peer = agreements.require_peer(connection, peer_id)
            scope = kind or agreements.EVERY_KIND
            closed = agreements.Suspension(
                peer=peer.node_id, scope=scope, by_us=True, reason=reason, since=self._office.clock.now()
            )
            agreements.suspend(connection, closed)
            self._send(connection, peer_id, "agreement.suspend", LinkSuspended(kind=kind, reason=reason))
            self._note(connection, officer, "peer.suspend", peer_id, scope=scope)

        self._office.database.write(work)

    def resume(self, officer: Officer, peer_id: str, *, kind: str | None, reason: str) -> None:
        """Open again what our side closed; raises `NotAllowed("not-suspended")`."""
        require(officer, Action.PEER_MANAGE)

        def work(connection: Connection) -> None:
            agreements.require_peer(connection, peer_id)
            scope = kind or agreements.EVERY_KIND
            if not agreements.resume(connection, peer_id, scope, by_us=True):
                raise NotAllowed("not-suspended", scope=scope)
            self._send(connection, peer_id, "agreement.resume", LinkResumed(kind=kind, reason=reason))
            store.clear_backoff(connection, peer_id)
            self._note(connection, officer, "peer.resume", peer_id, scope=scope)

        self._office.database.write(work)

    # --- keys -----------------------------------------------------------------------------------------------------

    def announce_keys(self, officer: Officer, card: str) -> int:
        """Tell every peer of our new card, under the old keys; the caller then puts the new keys in place.

        Returns the number of peers told (clause 10.4).
        """
        require(officer, Action.PEER_MANAGE)
        parsed_card(card)

        def work(connection: Connection) -> int:
            everyone = agreements.peers(connection)
            for peer in everyone:
                last = dict.fromkeys(Lane, 0)
                for lane in Lane:
                    place = store.lane_position(connection, peer.node_id, "out", lane)
                    last[lane] = place.sequence if place is not None else 0
                last[Lane.URGENT] += 1  # this very message
                if len(store.open_rotations(connection, peer.node_id)) >= limits.ROTATIONS_OPEN_MAX:
                    raise NotAllowed("rotations-open", peer=peer.node_id)
                sent = self._send(connection, peer.node_id, "node.rotate-keys", KeysRotated(card=card, last=last))
                stored = store.by_digest(connection, sent.digest)
                if stored is not None:
                    store.add_rotation(connection, peer.node_id, sent.header.id, stored.signed, stored.at_us)
            us, kid = self._office.node_id, self._office.keys.signing.kid
            agreements.keep_own_key(connection, us, card=self._office.card, kid=kid, at=self._office.clock.now())
            self._note(connection, officer, "node.rotate-keys", us)
            return len(everyone)

        return self._office.database.write(work)

    def certificate_replaced(self, officer: Officer, card: str) -> int:
        """Note that our door gets a new certificate; every peer has to take the new card by voice (clause 10.7).

        Returns how many peers there are. Raises `NotAllowed("rotations-open")`: a rotation under way names the old one.
        """
        require(officer, Action.PEER_MANAGE)
        pin = parsed_card(card).tls_pins[0]

        def work(connection: Connection) -> int:
            everyone = agreements.peers(connection)
            for peer in everyone:
                if store.open_rotations(connection, peer.node_id):
                    raise NotAllowed("rotations-open", peer=peer.node_id)
            self._note(connection, officer, "node.certificate", self._office.node_id, pin=pin)
            return len(everyone)

        return self._office.database.write(work)

    # --- dead letters ---------------------------------------------------------------------------------------------

    def retry_letter(self, officer: Officer, digest: str) -> None:
        """Send a dead letter again, in a new place, if it may be sent as things are now."""
        require(officer, Action.LETTER_RETRY)

        def work(connection: Connection) -> None:
            stored = self._undecided(connection, officer, Action.LETTER_RETRY, digest)
            void = store.by_place(connection, stored.peer, "out", stored.lane, stored.sequence)
            if void is not None and void.receipt is None:
                raise NotAllowed("letter-not-confirmed")  # until then the peer may still take the first copy
            message = decode(jws.payload_unverified(stored.signed))
            self._departures.check_release(connection, message.header)
            self._departures.reissue(connection, [message])
            self._decide(connection, officer, digest, "retried", "")

        self._office.database.write(work)

    def give_up_letter(self, officer: Officer, digest: str, reason: str) -> None:
        """Leave a dead letter unsent, with the reason; whoever sent it is told through its slice.

        Raises `Refused("text-too-long")`.
        """
        require(officer, Action.LETTER_GIVE_UP)
        if len(reason) > limits.REASON_MAX_CHARS:
            raise Refused("text-too-long", size_chars=len(reason), limit_chars=limits.REASON_MAX_CHARS)

        def work(connection: Connection) -> None:
            stored = self._undecided(connection, officer, Action.LETTER_GIVE_UP, digest)
            self._decide(connection, officer, digest, "given-up", reason)
            header = decode(jws.payload_unverified(stored.signed)).header
            settled = Settled(
                header=header, digest=digest, verdict=None, code="given-up", reason=reason, received_at=None
            )
            for handler in self._office.settlement_handlers.get(header.kind, []):
                handler(connection, settled)

        self._office.database.write(work)

    def try_now(self, officer: Officer, peer_id: str) -> None:
        """A person does not want to wait for the back-off."""
        require(officer, Action.LETTER_RETRY)

        def work(connection: Connection) -> None:
            agreements.require_peer(connection, peer_id)
            store.clear_backoff(connection, peer_id)
            self._note(connection, officer, "peer.try-now", peer_id)
            self._office.wake(connection, {(peer_id, lane) for lane in Lane})

        self._office.database.write(work)

    def alarm_seen(self, officer: Officer, peer_id: str, code: str) -> None:
        """A person has seen an alarm: it leaves the screen and stays in the journal.

        Raises `NotAllowed("not-found")` when there is none, so that nobody fills the journal with words of their own.
        """
        require(officer, Action.LETTER_RETRY)

        def work(connection: Connection) -> None:
            agreements.require_peer(connection, peer_id)
            if all(alarm.code != code for alarm in store.alarms(connection, peer_id)):
                raise NotAllowed("not-found")
            store.clear_alarm(connection, peer_id, code)
            self._note(connection, officer, "alarm.seen", peer_id, code=code)

        self._office.database.write(work)

    def _undecided(self, connection: Connection, officer: Officer, action: Action, digest: str) -> store.Stored:
        """The letter, if this officer may know of what it is about; otherwise it is as if it were not there."""
        letter = store.dead_letter(connection, digest)
        stored = store.by_digest(connection, digest)
        about = access.leading(connection, (stored.record_id if stored is not None else None) or "")
        if letter is None or stored is None or (stored.record_id and not may(officer, action, about)):
            raise NotAllowed("letter-unknown")
        if letter.decision is not None:
            raise NotAllowed("letter-decided", decision=letter.decision)
        return stored

    def _decide(self, connection: Connection, officer: Officer, digest: str, decision: str, reason: str) -> None:
        at_us = clock.to_us(self._office.clock.now())
        store.decide_dead_letter(connection, digest, decision=decision, by=officer.id, reason=reason, at_us=at_us)
        self._note(connection, officer, f"letter.{decision}", digest)

    # --- shared ---------------------------------------------------------------------------------------------------

    def _check_kind(self, kind: str | None) -> None:
        known = [name for name in self._office.kinds.names() if not self._office.kinds.current(name).control]
        if kind is not None and kind not in known:
            raise NotAllowed("kind-not-here", kind=kind[:64], known=", ".join(known))

    def _send(self, connection: Connection, peer_id: str, kind: str, body: msgspec.Struct) -> Sent:
        """Send a control message; an officer's words that the peer would refuse are refused here (clause 13.3)."""
        try:
            decode_body(msgspec.Raw(msgspec.json.encode(body)), type(body))
        except Refused as refusal:
            raise refusal.as_ours() from refusal
        return self._departures.send(
            connection,
            Outgoing(
                kind=kind,
                body=body,
                recipient=peer_id,
                purpose=CONTROL_PURPOSE,
                legal_basis="agreement",
                marks=CONTROL_MARKS,
                addressees=("liaison",),
            ),
        )

    def _note(self, connection: Connection, officer: Officer, action: str, thing: str, **detail: object) -> None:
        now = self._office.clock.now()
        journal.record(connection, at=now, actor=officer.id, action=action, thing=thing, detail=detail)

    def _check_parties(self, agreement: Agreement, peer: agreements.Peer) -> None:
        if {party.node_id for party in agreement.parties} != {self._office.node_id, peer.node_id}:
            raise Refused("agreement-parties")
        if agreement.agreement_id != peer.agreement_id:
            raise Refused("agreement-other")
        named = {party.node_id: party.fingerprint for party in agreement.parties}
        if named != {self._office.node_id: self._office.fingerprint, peer.node_id: peer.fingerprint}:
            raise Refused("agreement-fingerprints")
        able = {role.value for role, actions in MATRIX.items() if Action.RELEASE_DECIDE in actions}
        if not able & set(agreement.second_officer.approvers):  # nothing that needs a second officer could ever leave
            raise Refused("agreement-approvers", roles=", ".join(sorted(able)))
