"""Officers and links: pairing, agreements, suspension in both directions, key rotation end to end (clauses 9.x, 10.x)."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import msgspec
import pytest

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.link.watch import LinkState, link_status
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import AGREEMENT_TYP
from lienlac.exchange.office import parsed_card
from lienlac.keys import jws, tls
from lienlac.keys.suite import NodeKeys
from lienlac.people.officer import Role
from lienlac.wire.message import Lane
from tests.exchange.scene import (
    BOSS,
    DUTY,
    End,
    Link,
    agree,
    agreement_of,
    card_for,
    forge,
    header_of,
    key_chain,
    officer,
    pair,
    settle_all,
)
from tests.world.fakes import START


def status(end: End, other: End) -> Any:
    return end.read(
        lambda connection: link_status(connection, agreements.require_peer(connection, other.node_id), None)
    )


def control(sender: End, recipient: End, kind: str, body: Any) -> str | None:
    """The code with which a forged control message is refused; None when it is accepted."""
    header = header_of(sender, recipient, Lane.URGENT, kind=kind, purpose="link", legal_basis="agreement")
    (answer,) = recipient.take(forge(sender, recipient, header, body).envelope)
    assert answer.receipt is not None, answer
    receipt = json.loads(jws.payload_unverified(answer.receipt.encode()))
    assert (receipt["code"] is None) == (receipt["verdict"] == "accepted")
    code: str | None = receipt["code"]
    return code


# --- pairing --------------------------------------------------------------------------------------------------------


def test_the_ceremony_gives_both_sides_the_same_genesis(strangers: tuple[End, End, End]) -> None:
    us, vn, _ = strangers
    agreement_id = pair(us, vn)
    assert us.peer(vn).genesis == vn.peer(us).genesis
    assert us.peer(vn).agreement_id == vn.peer(us).agreement_id == agreement_id
    assert us.peer(vn).fingerprint == vn.office.fingerprint
    assert status(us, vn).state is LinkState.NO_AGREEMENT
    assert us.read(journal.latest)[0].action == "peer.accept"


def test_a_wrong_fingerprint_pairs_nobody(strangers: tuple[End, End, End]) -> None:
    us, vn, sg = strangers
    invitation = us.post.desk.invite(BOSS)
    for heard in ("", "12345", us.office.fingerprint[:-1] + "x"):
        with pytest.raises(Refused, match="fingerprint-malformed"):
            vn.post.desk.accept(BOSS, invitation, heard_fingerprint=heard)
    for heard in (sg.office.fingerprint, vn.office.fingerprint, us.office.fingerprint[::-1]):
        with pytest.raises(NotAllowed, match="fingerprint-differs"):
            vn.post.desk.accept(BOSS, invitation, heard_fingerprint=heard)
    assert vn.read(agreements.peers) == []


def test_a_card_exchanged_on_the_way_shows_in_the_fingerprint(strangers: tuple[End, End, End]) -> None:
    """Somebody in the middle puts their own card into the invitation; the voice on the phone reads another number."""
    us, vn, sg = strangers
    paper = json.loads(us.post.desk.invite(BOSS))
    paper["card"] = card_for(us.node_id, key_chain(sg.node_id)[0])
    with pytest.raises(NotAllowed, match="fingerprint-differs"):
        vn.post.desk.accept(BOSS, json.dumps(paper).encode(), heard_fingerprint=us.office.fingerprint)


def test_an_invitation_is_good_once(strangers: tuple[End, End, End]) -> None:
    us, vn, sg = strangers
    invitation = us.post.desk.invite(BOSS)
    first, second = (
        end.post.desk.accept(BOSS, invitation, heard_fingerprint=us.office.fingerprint) for end in (vn, sg)
    )
    assert first is not None
    assert second is not None
    us.post.desk.accept(BOSS, first, heard_fingerprint=vn.office.fingerprint)
    with pytest.raises(NotAllowed, match="invitation-unknown"):
        us.post.desk.accept(BOSS, second, heard_fingerprint=sg.office.fingerprint)
    with pytest.raises(NotAllowed, match=r"invitation-unknown|peer-exists"):
        us.post.desk.accept(BOSS, first, heard_fingerprint=vn.office.fingerprint)
    assert [peer.node_id for peer in us.read(agreements.peers)] == [vn.node_id]


def test_an_acceptance_nobody_invited_is_not_taken(strangers: tuple[End, End, End]) -> None:
    us, vn, _ = strangers
    paper = json.loads(us.post.desk.invite(BOSS)) | {"format": "lienlac-acceptance/1"}
    with pytest.raises(NotAllowed, match="invitation-unknown"):
        vn.post.desk.accept(BOSS, json.dumps(paper).encode(), heard_fingerprint=us.office.fingerprint)
    assert vn.read(agreements.peers) == []


def test_a_failed_acceptance_does_not_use_the_invitation_up(strangers: tuple[End, End, End]) -> None:
    us, vn, _ = strangers
    acceptance = vn.post.desk.accept(BOSS, us.post.desk.invite(BOSS), heard_fingerprint=us.office.fingerprint)
    assert acceptance is not None
    with pytest.raises(NotAllowed, match="fingerprint-differs"):
        us.post.desk.accept(BOSS, acceptance, heard_fingerprint="1" * 40)
    us.post.desk.accept(BOSS, acceptance, heard_fingerprint=vn.office.fingerprint)


def test_one_s_own_paper_is_refused(strangers: tuple[End, End, End]) -> None:
    us, *_ = strangers
    with pytest.raises(Refused, match="paper-our-own"):
        us.post.desk.accept(BOSS, us.post.desk.invite(BOSS), heard_fingerprint=us.office.fingerprint)


def test_the_same_partner_twice_changes_nothing(link: Link) -> None:
    us, vn = link.us, link.vn
    known = vn.peer(us)
    invitation = us.post.desk.invite(BOSS)
    assert vn.post.desk.accept(BOSS, invitation, heard_fingerprint=us.office.fingerprint) is not None
    assert vn.peer(us) == known


@pytest.mark.parametrize("changed", ["signing", "sealing"])
def test_a_partner_s_name_on_other_keys_is_refused_although_a_voice_read_them_out(link: Link, changed: str) -> None:
    us, vn = link.us, link.vn
    known = vn.peer(us)
    keys = dataclasses.replace(us.office.keys, **{changed: getattr(NodeKeys.generate(us.node_id, START), changed)})
    us.office.keys, us.office.card = keys, card_for(us.node_id, keys)
    with pytest.raises(NotAllowed, match="peer-exists"):
        vn.post.desk.accept(BOSS, us.post.desk.invite(BOSS), heard_fingerprint=us.office.fingerprint)
    assert vn.peer(us) == known


def test_a_new_certificate_is_taken_by_voice_and_the_record_goes_on(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "before")
    settle_all(us, vn)
    known = vn.peer(us)
    keys = dataclasses.replace(us.office.keys, tls=tls.make_certificate(us.node_id, START))
    card = card_for(us.node_id, keys)
    assert us.post.desk.certificate_replaced(BOSS, card) == 1
    us.office.keys, us.office.card = keys, card
    us.send(vn, "waits")
    invitation = us.post.desk.invite(BOSS)
    with pytest.raises(NotAllowed, match="fingerprint-differs"):
        vn.post.desk.accept(BOSS, invitation, heard_fingerprint=known.fingerprint)
    acceptance = vn.post.desk.accept(BOSS, invitation, heard_fingerprint=us.office.fingerprint)
    assert acceptance is not None
    us.post.desk.accept(BOSS, acceptance, heard_fingerprint=vn.office.fingerprint)
    renewed = vn.peer(us)
    assert renewed == dataclasses.replace(known, card=us.office.card, fingerprint=us.office.fingerprint)
    assert parsed_card(renewed.card).tls_pins == (keys.tls.pin,)
    settle_all(us, vn)
    assert vn.got == ["before", "waits"]
    for end in (us, vn):
        assert verify_log(end.office).sound
    acts = [entry.action for entry in vn.read(journal.latest)]
    assert acts.count("peer.renew") == 1


def test_a_certificate_is_not_replaced_while_a_rotation_names_the_old_one(link: Link) -> None:
    us, vn = link.us, link.vn
    us.rotate()
    keys = dataclasses.replace(us.office.keys, tls=tls.make_certificate(us.node_id, START))
    with pytest.raises(NotAllowed, match="rotations-open"):
        us.post.desk.certificate_replaced(BOSS, card_for(us.node_id, keys))
    settle_all(us, vn)
    us.post.desk.certificate_replaced(BOSS, card_for(us.node_id, keys))


def test_an_invitation_is_not_accepted_under_an_agreement_that_exists(strangers: tuple[End, End, End]) -> None:
    """A second partner copies the first one's agreement id into its own paper."""
    us, vn, sg = strangers
    agreement_id = pair(us, vn)
    paper = json.loads(sg.post.desk.invite(BOSS)) | {"agreement_id": agreement_id}
    with pytest.raises(LienlacError):
        vn.post.desk.accept(BOSS, json.dumps(paper).encode(), heard_fingerprint=sg.office.fingerprint)
    assert [peer.node_id for peer in vn.read(agreements.peers)] == [us.node_id]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"[" * 10_000, b"x" * 70_000, b'{"format":"lienlac-invitation/1"}']
)
def test_no_paper_at_all(strangers: tuple[End, End, End], data: bytes) -> None:
    with pytest.raises(Refused, match="paper-malformed"):
        strangers[0].post.desk.read_paper(data)


def test_a_card_changed_by_a_byte_is_refused(strangers: tuple[End, End, End]) -> None:
    us, vn, _ = strangers
    paper = json.loads(us.post.desk.invite(BOSS))
    card = json.loads(paper["card"])
    card["payload"] = card["payload"][:-4] + ("AAAA" if card["payload"][-4:] != "AAAA" else "BBBB")
    paper["card"] = json.dumps(card)
    with pytest.raises(Refused):
        vn.post.desk.accept(BOSS, json.dumps(paper).encode(), heard_fingerprint=us.office.fingerprint)


# --- agreements -----------------------------------------------------------------------------------------------------


def test_an_agreement_is_in_force_with_the_second_signature(strangers: tuple[End, End, End]) -> None:
    us, vn, _ = strangers
    agreement_id = pair(us, vn)
    us.post.desk.propose(BOSS, msgspec.json.encode(agreement_of(us, vn, agreement_id)))
    settle_all(us, vn)
    assert vn.read(agreements.terms_in_force, us.node_id) is None
    assert status(vn, us).version_to_sign == 1
    with pytest.raises(NotAllowed, match="agreement-not-to-sign"):
        us.post.desk.sign(BOSS, vn.node_id, 1)  # nobody signs alone for both
    vn.post.desk.sign(BOSS, us.node_id, 1)
    assert us.read(agreements.terms_in_force, vn.node_id) is None
    settle_all(us, vn)
    for end, other in ((us, vn), (vn, us)):
        version = end.read(agreements.version, agreement_id, 1)
        assert version.in_force_at is not None
        for signature in (version.proposer_signature, version.counter_signature):
            assert jws.payload_unverified(signature) == version.document
        assert status(end, other).version_in_force == 1
    with pytest.raises(NotAllowed, match="agreement-already-signed"):
        vn.post.desk.sign(BOSS, us.node_id, 1)


def test_the_newest_version_in_force_holds(link: Link) -> None:
    agreement_id = link.us.peer(link.vn).agreement_id
    agree(link.vn, link.us, agreement_id, version=2, purposes=("other",))
    with pytest.raises(NotAllowed, match="agreement-purpose"):
        link.us.send(link.vn, "old purpose")
    link.us.send(link.vn, "new purpose", purpose="other")
    settle_all(link.us, link.vn)
    assert link.vn.got == ["new purpose"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_version_is_proposed_once(link: Link, number: int) -> None:
    """Also not by the other side under the same number, with other bytes."""
    agreement_id = link.us.peer(link.vn).agreement_id
    document = msgspec.json.encode(agreement_of(link.us, link.vn, agreement_id, version=number))
    if number == 2:
        link.us.post.desk.propose(BOSS, document)
        settle_all(link.us, link.vn)
    for end, other in ((link.us, link.vn), (link.vn, link.us)):
        again = msgspec.json.encode(agreement_of(end, other, agreement_id, version=number, retention_days=9))
        with pytest.raises(NotAllowed, match="agreement-version-exists"):
            end.post.desk.propose(BOSS, again)


def test_both_sides_propose_the_same_version_at_once(link: Link) -> None:
    """Each hears the other's after its own: both are refused, nobody is stuck, the next version goes through."""
    agreement_id = link.us.peer(link.vn).agreement_id
    for end, other in ((link.us, link.vn), (link.vn, link.us)):
        end.post.desk.propose(BOSS, msgspec.json.encode(agreement_of(end, other, agreement_id, version=2)))
    settle_all(link.us, link.vn)
    agree(link.us, link.vn, agreement_id, version=3, purposes=("third",))
    link.vn.send(link.us, "x", purpose="third")
    settle_all(link.us, link.vn)
    assert link.us.got == ["x"]


def test_a_signature_over_other_bytes_is_refused(link: Link) -> None:
    us, vn = link.us, link.vn
    agreement_id = us.peer(vn).agreement_id
    proposed = agreement_of(us, vn, agreement_id, version=2)
    us.post.desk.propose(BOSS, msgspec.json.encode(proposed))
    settle_all(us, vn)
    better = msgspec.json.encode(msgspec.structs.replace(proposed, retention_days=36_500))
    signature = jws.sign(better, vn.office.keys.signing, AGREEMENT_TYP).decode()
    body = {"agreement_id": agreement_id, "version": 2, "document": signature}
    assert control(vn, us, "agreement.sign", body) == "agreement-other-bytes"
    assert us.read(agreements.version, agreement_id, 2).in_force_at is None


def test_the_proposer_s_signature_is_not_the_other_side_s(link: Link) -> None:
    us, vn = link.us, link.vn
    agreement_id = us.peer(vn).agreement_id
    us.post.desk.propose(BOSS, msgspec.json.encode(agreement_of(us, vn, agreement_id, version=2)))
    settle_all(us, vn)
    echo = us.read(agreements.version, agreement_id, 2).proposer_signature.decode()
    body = {"agreement_id": agreement_id, "version": 2, "document": echo}
    assert control(vn, us, "agreement.sign", body) is not None
    assert control(us, vn, "agreement.sign", body) == "agreement-not-proposed"
    assert us.read(agreements.version, agreement_id, 2).in_force_at is None
    assert vn.read(agreements.version, agreement_id, 2).in_force_at is None


def test_a_signature_for_another_link_s_agreement_is_refused(link: Link, third: End) -> None:
    """sg signs the number that stands in us's agreement: only its own link is ever meant."""
    document = msgspec.json.encode(agreement_of(third, link.vn, third.peer(link.vn).agreement_id))
    signature = jws.sign(document, third.office.keys.signing, AGREEMENT_TYP).decode()
    body = {"agreement_id": link.us.peer(link.vn).agreement_id, "version": 1, "document": signature}
    assert control(third, link.vn, "agreement.sign", body) is not None


def test_a_proposal_must_name_these_two_and_their_keys(link: Link, third: End) -> None:
    us, vn = link.us, link.vn
    good = agreement_of(us, vn, us.peer(vn).agreement_id, version=2)
    strange = agreement_of(us, third, us.peer(vn).agreement_id, version=2)
    party = msgspec.structs.replace(good.parties[1], fingerprint=third.office.fingerprint)
    other_keys = msgspec.structs.replace(good, parties=(good.parties[0], party))
    other_id = msgspec.structs.replace(good, agreement_id="agr-" + "a" * 26)
    for document, code in (
        (strange, "peer-unknown"),
        (other_keys, "agreement-fingerprints"),
        (other_id, "agreement-other"),
    ):
        with pytest.raises(LienlacError) as error:
            us.post.desk.propose(BOSS, msgspec.json.encode(document))
        assert error.value.code == code
    # and the same from a dishonest partner is refused on arrival
    for document in (strange, other_id):
        signature = jws.sign(msgspec.json.encode(document), us.office.keys.signing, AGREEMENT_TYP).decode()
        body = {"agreement_id": document.agreement_id, "version": 2, "document": signature}
        assert control(us, vn, "agreement.propose", body) is not None, document
    assert vn.read(agreements.versions, us.node_id)[0].version == 1


def test_an_officer_signs_no_document_that_names_other_keys(link: Link, third: End) -> None:
    """It may name keys that were true when it was proposed; what is signed names the keys that both have now."""
    us, vn = link.us, link.vn
    good = agreement_of(us, vn, us.peer(vn).agreement_id, version=2)
    for place in (0, 1):
        parties = list(good.parties)
        parties[place] = msgspec.structs.replace(parties[place], fingerprint=third.office.fingerprint)
        document = msgspec.structs.replace(good, version=2 + place, parties=tuple(parties))
        signature = jws.sign(msgspec.json.encode(document), us.office.keys.signing, AGREEMENT_TYP).decode()
        body = {"agreement_id": document.agreement_id, "version": 2 + place, "document": signature}
        assert control(us, vn, "agreement.propose", body) is None
        with pytest.raises(LienlacError) as error:
            vn.post.desk.sign(BOSS, us.node_id, 2 + place)
        assert error.value.code == "agreement-fingerprints"


def test_a_proposal_signed_by_a_third_node_is_refused(link: Link, third: End) -> None:
    document = agreement_of(link.us, link.vn, link.us.peer(link.vn).agreement_id, version=2)
    signature = jws.sign(msgspec.json.encode(document), third.office.keys.signing, AGREEMENT_TYP).decode()
    body = {"agreement_id": document.agreement_id, "version": 2, "document": signature}
    assert control(link.us, link.vn, "agreement.propose", body) == "sender-not-the-signer"


def test_a_document_that_is_no_agreement_is_refused(link: Link) -> None:
    for document in (b"", b"{}", b"\xff", b"[" * 300):
        with pytest.raises(Refused, match="agreement-malformed"):
            link.us.post.desk.propose(BOSS, document)
        signature = jws.sign(document, link.us.office.keys.signing, AGREEMENT_TYP).decode()
        body = {"agreement_id": link.us.peer(link.vn).agreement_id, "version": 2, "document": signature}
        assert control(link.us, link.vn, "agreement.propose", body) == "agreement-malformed"


# --- suspension -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["us", "vn"])
def test_suspend_and_resume_with_messages_in_flight_both_ways(link: Link, by: str) -> None:
    us, vn = link.us, link.vn
    closer, other = (us, vn) if by == "us" else (vn, us)
    for lane in Lane:
        us.send(vn, f"us {lane.value}", lane=lane)
        vn.send(us, f"vn {lane.value}", lane=lane)
    closer.post.desk.suspend(BOSS, other.node_id, kind=None, reason="law changed")
    for end, peer in ((us, vn), (vn, us)):
        for lane in Lane:
            end.deliver(peer, lane)
    # what the closer had sent before was taken: only the closer's door is shut, and nothing new leaves either side
    assert closer.got == []
    assert status(closer, other).state is LinkState.SUSPENDED_BY_US
    with pytest.raises(NotAllowed, match="link-suspended"):
        closer.send(other, "no")
    for _ in range(25):  # the wait is no fault of the messages: however often, none becomes a dead letter
        for lane in (Lane.NORMAL, Lane.BULK):
            other.deliver(closer, lane)
    assert status(other, closer).dead_letters == ()
    assert status(other, closer).state is LinkState.SUSPENDED_BY_THEM
    with pytest.raises(NotAllowed, match="not-suspended"):
        other.post.desk.resume(BOSS, closer.node_id, kind=None, reason="not theirs to open")
    closer.post.desk.resume(BOSS, other.node_id, kind=None, reason="all clear")
    settle_all(us, vn)
    assert sorted(vn.got) == sorted(f"us {lane.value}" for lane in Lane)
    assert sorted(us.got) == sorted(f"vn {lane.value}" for lane in Lane)
    assert status(us, vn).state is LinkState.WORKING
    assert status(vn, us).state is LinkState.WORKING
    assert verify_log(us.office).sound
    assert verify_log(vn.office).sound


def test_both_sides_close_and_each_opens_its_own(link: Link) -> None:
    us, vn = link.us, link.vn
    for end, other in ((us, vn), (vn, us)):
        end.post.desk.suspend(BOSS, other.node_id, kind=None, reason="x")
    settle_all(us, vn)
    us.post.desk.resume(BOSS, vn.node_id, kind=None, reason="y")
    settle_all(us, vn)
    with pytest.raises(NotAllowed, match="link-suspended"):
        us.send(vn, "still closed by them")
    vn.post.desk.resume(BOSS, us.node_id, kind=None, reason="y")
    settle_all(us, vn)
    us.send(vn, "open")
    settle_all(us, vn)
    assert vn.got == ["open"]


def test_a_kind_suspended_closes_that_kind_alone(link: Link) -> None:
    us, vn = link.us, link.vn
    vn.post.desk.suspend(BOSS, us.node_id, kind="test.ask", reason="overload")
    settle_all(us, vn)
    with pytest.raises(NotAllowed, match="link-suspended"):
        us.send(vn, "no")
    us.send(vn, "yes", lane=Lane.URGENT)
    vn.post.desk.resume(BOSS, us.node_id, kind="test.ask", reason="quiet again")
    settle_all(us, vn)
    us.send(vn, "again")
    settle_all(us, vn)
    assert vn.got == ["yes", "again"]


def test_their_word_never_opens_what_we_closed(link: Link) -> None:
    link.vn.post.desk.suspend(BOSS, link.us.node_id, kind=None, reason="x")
    assert control(link.us, link.vn, "agreement.resume", {"kind": None, "reason": "please"}) is None
    link_closed = link.vn.read(agreements.suspensions, link.us.node_id)
    assert [one.by_us for one in link_closed] == [True]


# --- rotation -------------------------------------------------------------------------------------------------------


def test_rotation_with_messages_in_flight_in_every_lane(both: tuple[End, End]) -> None:
    us, vn = both
    for lane in Lane:
        us.send(vn, f"before {lane.value}", lane=lane)
    vn.send(us, "sealed to the old key")
    old = key_chain(us.node_id)[0]
    us.rotate()
    for lane in Lane:
        us.send(vn, f"after {lane.value}", lane=lane)
    # the other lanes come first: what the new keys signed is not known yet, waits, and is nobody's fault
    us.deliver(vn, Lane.BULK)
    us.deliver(vn, Lane.NORMAL)
    settle_all(us, vn)
    assert sorted(vn.got) == sorted(f"{when} {lane.value}" for lane in Lane for when in ("before", "after"))
    assert us.got == ["sealed to the old key"]
    assert status(us, vn).dead_letters == ()
    assert vn.peer(us).fingerprint == us.office.fingerprint
    for lane in Lane:
        (answer,) = vn.take(forge(us, vn, header_of(us, vn, lane), keys=old).envelope)
        assert answer.code == "key-retired"
    vn.send(us, "sealed to the new key")
    settle_all(us, vn)
    assert us.got[1:] == ["sealed to the new key"]
    assert verify_log(us.office).sound
    assert verify_log(vn.office).sound


def test_keys_rotate_twice_before_the_partner_hears(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "first keys")
    us.rotate(1)
    us.send(vn, "second keys")
    us.rotate(2)
    us.send(vn, "third keys")
    settle_all(us, vn)
    assert sorted(vn.got) == ["first keys", "second keys", "third keys"]
    assert status(us, vn).dead_letters == ()
    assert vn.peer(us).fingerprint == us.office.fingerprint


def test_both_sides_rotate_at_once(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "a")
    vn.send(us, "b")
    us.rotate()
    vn.rotate()
    us.send(vn, "c")
    vn.send(us, "d")
    settle_all(us, vn)
    assert vn.got == ["a", "c"]
    assert us.got == ["b", "d"]
    assert (status(us, vn).dead_letters, status(vn, us).dead_letters) == ((), ())


def test_a_rotation_to_another_node_s_card_is_refused(link: Link, third: End) -> None:
    body = {"card": third.office.card, "last": {"urgent": 1, "normal": 0, "bulk": 0}}
    assert control(link.us, link.vn, "node.rotate-keys", body) == "card-of-another"


def test_a_rotation_to_a_key_already_known_is_refused(link: Link, third: End) -> None:
    same = card_for(link.us.node_id, link.us.office.keys)
    taken = card_for(link.us.node_id, third.office.keys)
    for card in (same, taken):
        body = {"card": card, "last": {"urgent": 9, "normal": 0, "bulk": 0}}
        assert control(link.us, link.vn, "node.rotate-keys", body) == "key-reused"


def test_a_rotation_with_a_broken_card_is_refused(link: Link) -> None:
    body = {"card": "{}", "last": {}}
    assert control(link.us, link.vn, "node.rotate-keys", body) is not None
    link.us.send(link.vn, "the link goes on")
    settle_all(link.us, link.vn)
    assert link.vn.got == ["the link goes on"]


# --- rights ---------------------------------------------------------------------------------------------------------


def acts(link: Link) -> dict[str, Any]:
    """Everything a link's desk can be asked for, with good arguments."""
    us, vn = link.us, link.vn
    desk, peer = us.post.desk, vn.node_id
    document = msgspec.json.encode(agreement_of(us, vn, us.peer(vn).agreement_id, version=2))
    return {
        "invite": desk.invite,
        "accept": lambda who: desk.accept(who, b"", heard_fingerprint=""),
        "set_delivery": lambda who: desk.set_delivery(who, peer, agreements.Delivery.PULL, fetch=False, url=None),
        "propose": lambda who: desk.propose(who, document),
        "sign": lambda who: desk.sign(who, peer, 1),
        "suspend": lambda who: desk.suspend(who, peer, kind=None, reason="x"),
        "resume": lambda who: desk.resume(who, peer, kind=None, reason="x"),
        "announce_keys": lambda who: desk.announce_keys(who, us.office.card),
        "retry_letter": lambda who: desk.retry_letter(who, "0" * 64),
        "give_up_letter": lambda who: desk.give_up_letter(who, "0" * 64, "x"),
        "try_now": lambda who: desk.try_now(who, peer),
        "alarm_seen": lambda who: desk.alarm_seen(who, peer, "x"),
    }


def test_an_auditor_changes_nothing(link: Link) -> None:
    before = link.us.read(journal.latest)
    for act in acts(link).values():
        with pytest.raises(NotAllowed, match=r"not-allowed|not-found"):
            act(officer(Role.AUDITOR))
    assert link.us.read(journal.latest) == before


@pytest.mark.parametrize(
    "act", ["invite", "accept", "set_delivery", "propose", "sign", "suspend", "resume", "announce_keys"]
)
def test_a_duty_officer_does_not_manage_partners(link: Link, act: str) -> None:
    with pytest.raises(NotAllowed, match="not-allowed"):
        acts(link)[act](DUTY)


@pytest.mark.parametrize("act", ["propose", "sign", "retry_letter"])
def test_an_administrator_commits_the_authority_to_nothing(link: Link, act: str) -> None:
    """Accounts and connections are theirs; agreements are not. Letters they may send again."""
    try:
        acts(link)[act](officer(Role.ADMINISTRATOR))
    except NotAllowed as error:
        assert error.code == ("letter-unknown" if act == "retry_letter" else "not-allowed")  # noqa: PT017


def test_a_suspended_officer_may_do_nothing(link: Link) -> None:
    away = dataclasses.replace(BOSS, active=False)
    for act in acts(link).values():
        with pytest.raises(NotAllowed, match=r"not-allowed|not-found"):
            act(away)


def test_every_act_is_in_the_journal_with_its_officer(link: Link) -> None:
    us, vn = link.us, link.vn
    us.post.desk.suspend(BOSS, vn.node_id, kind=None, reason="x")
    us.post.desk.resume(BOSS, vn.node_id, kind=None, reason="y")
    us.post.desk.set_delivery(BOSS, vn.node_id, agreements.Delivery.PULL, fetch=True, url="https://10.0.0.1:9443")
    us.post.desk.try_now(DUTY, vn.node_id)
    entries = us.read(journal.about, vn.node_id)[:4]
    assert [entry.action for entry in entries] == ["peer.try-now", "peer.delivery", "peer.resume", "peer.suspend"]
    assert [entry.actor for entry in entries] == [DUTY.id, BOSS.id, BOSS.id, BOSS.id]
    assert us.peer(vn).delivery is agreements.Delivery.PULL
    assert us.peer(vn).url == "https://10.0.0.1:9443"


def test_a_misspelt_kind_is_not_believed_to_be_suspended(link: Link) -> None:
    """An officer who closes a kind in an emergency and mistypes it must hear that nothing was closed."""
    us, vn = link.us, link.vn
    before = us.read(journal.latest)
    for kind in ("freeze-payment", "agreement.sign", "", "x" * 5_000):
        with pytest.raises(NotAllowed, match="kind-not-here"):
            us.post.desk.suspend(BOSS, vn.node_id, kind=kind, reason="x")
    assert us.read(journal.latest) == before
    assert not status(us, vn).suspensions


def test_words_that_the_peer_would_refuse_are_refused_here(link: Link) -> None:
    us, vn = link.us, link.vn
    before = us.read(journal.latest)
    for reason in ("", "x" * 20_001):
        with pytest.raises(NotAllowed, match="body-invalid"):
            us.post.desk.suspend(BOSS, vn.node_id, kind=None, reason=reason)
    with pytest.raises(Refused, match="text-too-long"):
        us.post.desk.give_up_letter(BOSS, "0" * 64, "x" * 2_000)
    assert us.read(journal.latest) == before


def test_nobody_fills_the_journal_with_partners_and_alarms_that_are_not_there(link: Link) -> None:
    us, vn = link.us, link.vn
    before = us.read(journal.latest)
    with pytest.raises(NotAllowed, match="peer-unknown"):
        us.post.desk.try_now(DUTY, "us-typo")
    with pytest.raises(NotAllowed, match="peer-unknown"):
        us.post.desk.alarm_seen(DUTY, "us-typo", "log-forked")
    with pytest.raises(NotAllowed, match="not-found"):
        us.post.desk.alarm_seen(DUTY, vn.node_id, "x" * 100_000)
    assert us.read(journal.latest) == before


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1", "nonsense", "https://[::", "https://a:99999", "https://u:p@a", "https://"]
)
def test_an_address_that_cannot_be_called_is_refused_at_once(link: Link, url: str) -> None:
    """Taken, it would make every delivery fail in a way that no page shows."""
    with pytest.raises(Refused, match="peer-url-malformed"):
        link.us.post.desk.set_delivery(BOSS, link.vn.node_id, agreements.Delivery.PUSH, fetch=False, url=url)


def test_settled_of_control_is_nobody_s_business(link: Link) -> None:
    link.us.post.desk.suspend(BOSS, link.vn.node_id, kind=None, reason="x")
    settle_all(link.us, link.vn)
    assert link.us.settled == []
