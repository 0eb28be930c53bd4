"""What a paired peer may try with everything it may truly sign: dates, early messages, two words for one place,
made-up kinds, old offers, other doors. Each test is named by what is tried.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.link.watch import link_status
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import AGREEMENT_TYP, RECEIPT_TYP
from lienlac.keys import jws, tls
from lienlac.wire import receipt as receipts
from lienlac.wire.bodies.link import AgreementProposed, KeysRotated, LinkSuspended
from lienlac.wire.message import Lane, decode
from lienlac.wire.receipt import Answer, Outcome, Receipt, Verdict
from tests.exchange.scene import (
    BOSS,
    End,
    Link,
    agreement_of,
    card_for,
    forge,
    forge_payload,
    header_of,
    key_chain,
    settle_all,
)
from tests.exchange.test_links import control
from tests.world.fakes import START

EXTREMES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
"""Instants that are well-formed and that no calendar can turn into UTC."""


def receipt_for(link: Link, digest: str, **changes: Any) -> str:
    """A receipt truly signed by vn for a message of us, whatever it says."""
    stored = link.us.stored(digest)
    values: dict[str, Any] = {
        "message_id": stored.message_id,
        "digest": digest,
        "sender": link.us.node_id,
        "recipient": link.vn.node_id,
        "lane": stored.lane,
        "sequence": stored.sequence,
        "received_at": link.clock.now(),
        "verdict": Verdict.ACCEPTED,
        "checkpoint": link.vn.read(link.vn.office.checkpoint_text),
    }
    said = msgspec.to_builtins(Receipt(**values)) | changes
    return jws.sign(msgspec.json.encode(said), link.vn.office.keys.signing, RECEIPT_TYP).decode()


def answered(link: Link, *answers: Answer, lane: Lane = Lane.NORMAL, owed: tuple[str, ...] = ()) -> None:
    """The reply of a peer that says whatever it likes to what waits now."""
    waiting = link.us.read(store.outbox, link.vn.node_id, lane, after=0, rows=len(answers) or 1)
    reply = receipts.Reply(answers=answers, owed=owed)
    link.us.post.settlements.settle(link.vn.node_id, waiting, reply)


AWAY = Answer(outcome=Outcome.TURNED_AWAY, code="seal-broken", reason="x", retry=False)


# --- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", EXTREMES)
def test_a_receipt_dated_outside_of_every_calendar(link: Link, at: str) -> None:
    """Stored, it would break every screen that shows the request, and every clock that runs from it."""
    (digest,) = link.us.send(link.vn, "one")
    with pytest.raises(Refused) as error:
        link.us.post.settlements.apply_receipts(link.vn.node_id, [receipt_for(link, digest, received_at=at)])
    assert error.value.code == "malformed"
    assert link.us.stored(digest).receipt is None
    settle_all(link.us, link.vn)
    assert link.vn.got == ["one"]


@pytest.mark.parametrize("at", EXTREMES)
@pytest.mark.parametrize("name", ["sent_at", "expires_at"])
def test_a_message_dated_outside_of_every_calendar(link: Link, name: str, at: str) -> None:
    document = json.loads(forge(link.us, link.vn).payload)
    document["header"][name] = at
    made = forge_payload(json.dumps(document).encode(), link.us.office.keys, link.vn)
    (answer,) = link.vn.take(made.envelope)
    assert (answer.outcome, answer.code) == (Outcome.TURNED_AWAY, "malformed")


def test_a_message_that_wants_to_live_for_ever(link: Link) -> None:
    """Clause 2.6: thirty days, so that an order of last year is not carried out when somebody finds the stick."""
    now = link.clock.now()
    life = timedelta(days=limits.MESSAGE_MAX_AGE_DAYS)
    made = forge(link.us, link.vn, header_of(link.us, link.vn, expires_at=now + life + timedelta(seconds=1)))
    (answer,) = link.vn.take(made.envelope)
    assert answer.receipt is not None
    assert receipts.decode_receipt(jws.payload_unverified(answer.receipt.encode())).code == "life-too-long"
    good = forge(link.us, link.vn, header_of(link.us, link.vn, expires_at=now + life))
    link.vn.take(good.envelope)
    assert link.vn.got == ["forged"]


# --- early messages -------------------------------------------------------------------------------------------------


def test_far_early_messages_leave_room_for_near_ones(link: Link) -> None:
    """A thousand messages for places that never come may not keep out what comes just too soon."""
    us, vn = link.us, link.vn
    far = [forge(us, vn, header_of(us, vn, sequence=10**6 + n, previous="0" * 64)) for n in range(3)]
    answers = vn.take(*(made.envelope for made in far))
    assert {answer.code for answer in answers} == {"too-early"}
    us.send(vn, "a", "b")
    first, second = us.envelopes(vn)
    (answer,) = vn.take(second)
    assert answer.outcome is Outcome.HELD
    (answer,) = vn.take(first)
    assert vn.got == ["a", "b"]


def test_early_messages_are_bounded_in_bytes_too(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    us, vn = link.us, link.vn
    monkeypatch.setattr(limits, "HELD_MAX_BYTES", 100_000)
    us.send(vn, *("x" * 15_000 for _ in range(12)))
    first, *rest = us.envelopes(vn)
    answers = vn.take(*rest)
    held = [answer for answer in answers if answer.outcome is Outcome.HELD]
    assert 0 < len(held) < 6
    assert {answer.code for answer in answers[len(held) :]} == {"too-early"}
    vn.take(first)
    settle_all(us, vn)
    assert len(vn.got) == 12


# --- two words for one place ----------------------------------------------------------------------------------------


def give_up_first(link: Link, *texts: str) -> list[str]:
    """The peer turns the first of these away for good; its place is filled by a void, the rest comes behind."""
    digests = link.us.send(link.vn, *texts)
    answered(link, AWAY)
    assert [letter.digest for letter in link.us.read(store.dead_letters)] == digests[:1]
    return digests


def test_a_peer_that_receipts_a_message_and_the_void_in_its_place(link: Link) -> None:
    """The void was taken, its receipt is here; now a receipt for the message itself: both are kept, as evidence."""
    us, vn = link.us, link.vn
    lost, *_ = give_up_first(link, "lost", "behind")
    settle_all(us, vn)
    assert us.post.settlements.apply_receipts(vn.node_id, [receipt_for(link, lost)]) == 0
    assert "receipts-differ" in us.alarms(vn)
    assert us.stored(lost).receipt is not None
    assert us.stored(lost).direction == "void"
    us.send(vn, "the link goes on")
    settle_all(us, vn)
    assert vn.got == ["behind", "the link goes on"]
    assert verify_log(us.office).sound
    assert verify_log(vn.office).sound


def test_a_peer_that_receipts_a_message_twice(link: Link) -> None:
    """A person had the dead letter sent again and it was taken; now the first copy is receipted as well."""
    us, vn = link.us, link.vn
    lost, *_ = give_up_first(link, "lost")
    settle_all(us, vn)
    us.post.desk.retry_letter(BOSS, lost)
    settle_all(us, vn)
    assert us.post.settlements.apply_receipts(vn.node_id, [receipt_for(link, lost)]) == 0
    assert "receipts-differ" in us.alarms(vn)
    us.send(vn, "the link goes on")
    settle_all(us, vn)
    assert vn.got == ["lost", "the link goes on"]
    assert verify_log(us.office).sound


def test_a_late_receipt_for_a_copy_that_waits_elsewhere(link: Link) -> None:
    """The first copy was taken after all while a person's second one still waits: one of them, and nothing else lost."""
    us, vn = link.us, link.vn
    lost, *_ = give_up_first(link, "lost", "behind")
    us.deliver(vn)  # the void and what follows
    us.post.desk.retry_letter(BOSS, lost)
    us.send(vn, "after")
    waiting = us.read(store.outbox, vn.node_id, Lane.NORMAL, after=0, rows=9)
    assert len(waiting) == 2
    assert us.post.settlements.apply_receipts(vn.node_id, [receipt_for(link, lost)]) == 0
    settle_all(us, vn)
    assert vn.got == ["behind", "lost", "after"]


def test_an_answer_is_only_for_the_envelope_that_was_fetched(link: Link) -> None:
    """Between a pull and its settling the queue moved: a refusal meant for one message must not hit the next."""
    us, vn = link.us, link.vn
    first, second = us.send(vn, "one", "two")
    fetched = us.read(store.outbox, vn.node_id, Lane.NORMAL, after=0, rows=2)
    us.post.settlements.apply_receipts(vn.node_id, [receipt_for(link, first)])
    us.post.settlements.settle_fetched(
        vn.node_id,
        Lane.NORMAL,
        0,
        receipts.pulled([item.envelope for item in fetched]),
        receipts.Reply(answers=(AWAY,)),
    )
    assert us.read(store.dead_letters) == []
    assert us.read(store.outbox_entry, second).attempts == 0


# --- control messages -----------------------------------------------------------------------------------------------


def test_a_refused_rotation_is_shown_again_and_said(link: Link) -> None:
    """Counted as known, the peer would never learn the new keys, and nobody would hear why it takes nothing more."""
    us, vn = link.us, link.vn
    us.rotate()
    (rotation,) = us.read(store.outbox, vn.node_id, Lane.URGENT, after=0, rows=9)
    refusal = receipt_for(link, rotation.digest, verdict="refused", code="expired")
    us.post.settlements.apply_receipts(vn.node_id, [refusal])
    assert len(us.read(store.open_rotations, vn.node_id)) == 1
    assert "control-refused" in us.alarms(vn)


def test_made_up_kinds_are_not_suspended(link: Link) -> None:
    """A hundred thousand of them would be read with every delivery and every page."""
    us, vn = link.us, link.vn
    assert control(us, vn, "agreement.suspend", LinkSuspended(kind="made.up", reason="x")) == "kind-unknown"
    assert control(us, vn, "agreement.suspend", LinkSuspended(kind="test.ask", reason="x")) is None
    assert [item.scope for item in vn.read(agreements.suspensions, us.node_id)] == ["test.ask"]


def test_an_officer_s_mistyped_kind_closes_nothing_and_is_said(link: Link) -> None:
    with pytest.raises(NotAllowed, match="kind-not-here"):
        link.us.post.desk.suspend(BOSS, link.vn.node_id, kind="test.asks", reason="x")


def proposal(link: Link, version: int, text: bytes | None = None) -> AgreementProposed:
    us, vn = link.us, link.vn
    agreement = agreement_of(us, vn, us.peer(vn).agreement_id, version=version)
    document = jws.sign(text or msgspec.json.encode(agreement), us.office.keys.signing, AGREEMENT_TYP)
    return AgreementProposed(agreement_id=agreement.agreement_id, version=version, document=document.decode())


def test_a_flood_of_proposals(link: Link) -> None:
    us, vn = link.us, link.vn
    codes = [
        control(us, vn, "agreement.propose", proposal(link, version))
        for version in range(2, 3 + limits.AGREEMENT_PROPOSALS_OPEN_MAX)
    ]
    assert codes == [None] * limits.AGREEMENT_PROPOSALS_OPEN_MAX + ["agreements-open"]


def test_an_old_version_can_neither_be_proposed_nor_signed(link: Link) -> None:
    """Version 3 is in force: signing version 2 would change nothing, and the screen would say that it is in force."""
    us, vn = link.us, link.vn
    assert control(us, vn, "agreement.propose", proposal(link, 2)) is None
    assert control(us, vn, "agreement.propose", proposal(link, 3)) is None
    vn.post.desk.sign(BOSS, us.node_id, 3)
    with pytest.raises(NotAllowed, match="agreement-superseded"):
        vn.post.desk.sign(BOSS, us.node_id, 2)
    assert control(us, vn, "agreement.propose", proposal(link, 2)) in {"agreement-older", "agreement-version-exists"}
    status = vn.read(lambda connection: link_status(connection, agreements.require_peer(connection, us.node_id), None))
    assert (status.version_in_force, status.version_to_sign) == (3, None)


def test_an_agreement_that_reads_in_two_ways(link: Link) -> None:
    """Signed by both sides, it would say one ceiling to this program and another to a court."""
    us, vn = link.us, link.vn
    agreement = msgspec.json.encode(agreement_of(us, vn, us.peer(vn).agreement_id, version=2))
    twice = agreement[:-1] + b',"tlp_ceiling":"clear"}'
    assert control(us, vn, "agreement.propose", proposal(link, 2, twice)) == "agreement-malformed"
    with pytest.raises(Refused, match="agreement-malformed"):
        vn.post.desk.propose(BOSS, twice)


def test_a_dead_letter_is_not_sent_past_the_rules(link: Link) -> None:
    """Since it was written the link was suspended, or a new agreement lowered what may be sent."""
    us, vn = link.us, link.vn
    lost, *_ = give_up_first(link, "lost")
    settle_all(us, vn)
    us.post.desk.suspend(BOSS, vn.node_id, kind=None, reason="x")
    with pytest.raises(NotAllowed, match="link-suspended"):
        us.post.desk.retry_letter(BOSS, lost)
    us.post.desk.resume(BOSS, vn.node_id, kind=None, reason="x")
    us.post.desk.retry_letter(BOSS, lost)
    settle_all(us, vn)
    assert vn.got == ["lost"]


def test_new_keys_that_bring_another_door(link: Link) -> None:
    """Whoever stole the signing keys alone may not take over the connection with them (clause 10.4)."""
    us, vn = link.us, link.vn
    keys = key_chain(us.node_id)[0].rotated()
    other = dataclasses.replace(keys, tls=tls.make_certificate(us.node_id, START))
    body = KeysRotated(card=card_for(us.node_id, other), last=dict.fromkeys(Lane, 99))
    assert control(us, vn, "node.rotate-keys", body) == "card-door-changed"
    assert vn.peer(us).fingerprint == us.office.fingerprint


def test_a_message_is_found_by_its_id_where_it_counts(link: Link) -> None:
    """A dead letter was sent again and taken: its id names the copy that both sides have, not the void one."""
    us, vn = link.us, link.vn
    lost, *_ = give_up_first(link, "lost")
    settle_all(us, vn)
    us.post.desk.retry_letter(BOSS, lost)
    settle_all(us, vn)
    found = us.post.prover.find(BOSS, us.stored(lost).message_id)
    assert found.direction == "out"
    assert found.receipt is not None
    assert decode(jws.payload_unverified(found.signed)).header.id == us.stored(lost).message_id


def test_more_waits_than_can_be_chained_anew(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in a lane is bounded by what one void can issue again: else places would be given twice."""
    us, vn = link.us, link.vn
    monkeypatch.setattr(limits, "REISSUE_MAX_MESSAGES", 5)
    us.send(vn, *(f"{number}" for number in range(5)))
    with pytest.raises(NotAllowed, match="lane-full"):
        us.send(vn, "one more")
    us.post.desk.suspend(BOSS, vn.node_id, kind="test.load", reason="another lane has room")
    answered(link, AWAY)
    settle_all(us, vn)
    assert vn.got == ["1", "2", "3", "4"]
    us.send(vn, "one more")


def test_a_clock_that_was_a_day_ahead_does_not_hold_a_road_for_a_day(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "urgent", lane=Lane.URGENT)
    link.clock.turn(86_400)
    us.post.courier.failed(us.parcel(vn, Lane.URGENT), "peer-unreachable", "x")
    assert us.post.courier.due() == []
    link.clock.turn(-86_400)  # somebody sets the clock right
    assert us.post.courier.due() == [(vn.node_id, Lane.URGENT)]
    assert us.post.courier.next_attempt(vn.node_id, Lane.URGENT) is None


def test_nobody_pairs_with_more_than_there_are(
    strangers: tuple[End, End, End], monkeypatch: pytest.MonkeyPatch
) -> None:
    us, vn, sg = strangers
    monkeypatch.setattr(limits, "PEERS_MAX", 1)
    us.post.desk.accept(BOSS, vn.post.desk.invite(BOSS), heard_fingerprint=vn.office.fingerprint)
    with pytest.raises(NotAllowed, match="peers-many"):
        us.post.desk.accept(BOSS, sg.post.desk.invite(BOSS), heard_fingerprint=sg.office.fingerprint)
