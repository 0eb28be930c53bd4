"""Every clause of the arrival's list, with two real ends (clauses 6.1 to 6.7, 5.x, 9.4)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from lienlac import journal, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import MESSAGE_TYP, RECEIPT_TYP
from lienlac.exchange.office import parsed_card
from lienlac.keys import jwe, jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.bodies.link import LinkSuspended
from lienlac.wire.message import Lane, Marks, Pap, Tlp
from lienlac.wire.receipt import Answer, Outcome, Receipt, Verdict
from tests.exchange.scene import (
    BOSS,
    MARKS,
    SG,
    End,
    Forged,
    Link,
    forge,
    forge_payload,
    header_of,
    key_chain,
    settle_all,
)

AWAY = Outcome.TURNED_AWAY


def receipt_of(answer: Answer) -> Receipt:
    assert answer.outcome is Outcome.RECEIPTED
    assert answer.receipt is not None
    return receipts.decode_receipt(jws.payload_unverified(answer.receipt.encode()))


def turned_away(answer: Answer) -> str | None:
    assert answer.outcome is AWAY
    return answer.code


def refused(link: Link, made: Forged) -> str | None:
    """The refusal in a signed receipt: the place is used up, nothing was applied."""
    before = link.vn.place(link.us, "in").sequence
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    receipt = receipt_of(answer)
    assert receipt.verdict is Verdict.REFUSED
    assert receipt.digest == made.digest
    assert link.vn.place(link.us, "in").sequence == before + 1
    assert link.vn.got == []
    return receipt.code


def leaves(end: End) -> int:
    size: int = end.read(ledger.size)
    return size


# --- the whole way --------------------------------------------------------------------------------------------------


def test_a_message_arrives_and_its_receipt_comes_back(both: tuple[End, End]) -> None:
    us, vn = both
    (digest,) = us.send(vn, "hello")
    us.deliver(vn)
    assert vn.got == ["hello"]
    (settled,) = us.settled
    assert (settled.digest, settled.verdict, settled.received_at) == (digest, Verdict.ACCEPTED, vn.clock.now())
    assert us.stored(digest).receipt == vn.stored(digest).receipt
    assert us.stored(digest).signed == vn.stored(digest).signed
    assert us.envelopes(vn) == []
    assert verify_log(us.office).sound
    assert verify_log(vn.office).sound


# --- 6.1 to 6.5 -----------------------------------------------------------------------------------------------------


def test_an_oversized_envelope_is_turned_away(link: Link) -> None:
    (answer,) = link.vn.take(b"x" * (limits.ENVELOPE_MAX_BYTES + 1))
    assert turned_away(answer) == "too-large"


@pytest.mark.parametrize("envelope", [b"", b"x", b"a.b.c.d.e", b"{}", b"\xff" * 100])
def test_no_envelope_at_all_is_turned_away(link: Link, envelope: bytes) -> None:
    (answer,) = link.vn.take(envelope)
    assert turned_away(answer) == "malformed"
    assert not answer.retry


def test_an_envelope_sealed_to_another_is_turned_away(link: Link, third: End) -> None:
    made = forge(link.us, link.vn)
    sealed = jwe.seal(made.signed, parsed_card(third.office.card).sealing, MESSAGE_TYP)
    (answer,) = link.vn.take(sealed, via=link.us.node_id)
    assert turned_away(answer) == "sealed-to-another"


def test_a_stranger_s_message_is_turned_away(link: Link, strangers: tuple[End, End, End]) -> None:
    header = header_of(link.us, link.vn, sender=SG)
    made = forge(link.us, link.vn, header, keys=key_chain(SG)[0])
    (answer,) = link.vn.take(made.envelope)
    # retry: from here a stranger's key and a partner's next key look alike until the rotation has arrived
    assert turned_away(answer) in {"sender-unknown", "key-unknown"}
    assert link.vn.place(link.us, "in").sequence == 0


def test_one_partner_cannot_bring_another_s_message(link: Link, third: End) -> None:
    made = forge(link.us, link.vn)
    (answer,) = link.vn.take(made.envelope, via=third.node_id)
    assert turned_away(answer) == "sender-not-the-caller"
    assert link.vn.got == []
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED


def test_one_partner_cannot_speak_for_another(link: Link, third: End) -> None:
    """A header that names us-ic3, signed by sg-spf: authorised as one, acting as another."""
    made = forge(link.us, link.vn, keys=third.office.keys)
    (answer,) = link.vn.take(made.envelope, via=third.node_id)
    assert turned_away(answer) == "sender-not-the-signer"


def test_a_message_to_a_third_node_is_turned_away(link: Link, third: End) -> None:
    """Sealed on by a node that may read it: the addressee inside the signatures decides."""
    made = forge(link.us, link.vn, header_of(link.us, link.vn, recipient=third.node_id))
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert turned_away(answer) == "not-for-us"


def test_a_changed_signed_byte_is_turned_away(link: Link) -> None:
    made = forge(link.us, link.vn)
    document = json.loads(made.signed)
    document["payload"] = document["payload"][:-8] + "AAAAAAAA"
    broken = jwe.seal(json.dumps(document).encode(), parsed_card(link.vn.office.card).sealing, MESSAGE_TYP)
    (answer,) = link.vn.take(broken, via=link.us.node_id)
    assert turned_away(answer) == "signature-invalid"


def test_one_signature_is_not_enough(link: Link) -> None:
    document = json.loads(forge(link.us, link.vn).signed)
    document["signatures"].pop()
    sealed = jwe.seal(json.dumps(document).encode(), parsed_card(link.vn.office.card).sealing, MESSAGE_TYP)
    (answer,) = link.vn.take(sealed, via=link.us.node_id)
    assert turned_away(answer) == "signature-missing"


def test_a_receipt_does_not_pass_for_a_message(link: Link) -> None:
    signed = jws.sign(forge(link.us, link.vn).payload, link.us.office.keys.signing, RECEIPT_TYP)
    (answer,) = link.vn.take(jwe.seal(signed, parsed_card(link.vn.office.card).sealing, MESSAGE_TYP))
    assert turned_away(answer) == "type-wrong"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"[]", "malformed"),
        (b'{"header":{},"header":{},"body":{}}', "duplicate-key"),
        (b"[" * 60 + b"]" * 60, "too-deep"),
        (b'{"header":NaN}', "malformed"),
    ],
)
def test_signed_nonsense_is_turned_away(link: Link, payload: bytes, code: str) -> None:
    made = forge_payload(payload, link.us.office.keys, link.vn)
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert turned_away(answer) == code


def test_an_unknown_header_field_is_turned_away(link: Link) -> None:
    document = json.loads(forge(link.us, link.vn).payload)
    document["header"]["urgent"] = True
    made = forge_payload(json.dumps(document).encode(), link.us.office.keys, link.vn)
    (answer,) = link.vn.take(made.envelope)
    assert turned_away(answer) == "malformed"


def test_a_retired_key_holds_for_its_places_and_none_after(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "before the rotation")
    late = us.envelopes(vn)[0]
    us.rotate()
    us.deliver(vn, Lane.URGENT)
    (answer,) = vn.take(late, via=us.node_id)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED
    made = forge(us, vn, keys=key_chain(us.node_id)[0])
    (answer,) = vn.take(made.envelope, via=us.node_id)
    assert turned_away(answer) == "key-retired"
    made = forge(us, vn)
    (answer,) = vn.take(made.envelope, via=us.node_id)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED


# --- 6.6 and section 5: seen before, early, forks -------------------------------------------------------------------


def test_a_replay_gets_the_stored_receipt_and_applies_nothing(both: tuple[End, End]) -> None:
    us, vn = both
    us.send(vn, "once")
    (envelope,) = us.envelopes(vn)
    (first,) = vn.take(envelope, via=us.node_id)
    size = leaves(vn)
    vn.clock.turn(3600)
    for via in (us.node_id, None):
        (again,) = vn.take(envelope, via=via)
        assert again.receipt == first.receipt
    assert vn.got == ["once"]
    assert leaves(vn) == size


def test_the_same_message_twice_in_one_delivery_is_applied_once(link: Link) -> None:
    link.us.send(link.vn, "once")
    (envelope,) = link.us.envelopes(link.vn)
    first, second = link.vn.take(envelope, envelope, via=link.us.node_id)
    assert first.receipt == second.receipt
    assert receipt_of(first).verdict is Verdict.ACCEPTED
    assert link.vn.got == ["once"]


def test_early_messages_are_held_and_taken_in_turn(both: tuple[End, End]) -> None:
    us, vn = both
    us.send(vn, "a", "b", "c")
    a, b, c = us.envelopes(vn)
    assert [answer.outcome for answer in vn.take(c, b, via=us.node_id)] == [Outcome.HELD, Outcome.HELD]
    assert vn.got == []
    reply = vn.post.arrivals.receive([a], us.node_id)
    assert vn.got == ["a", "b", "c"]
    assert len(reply.owed) == 2
    assert reply.expects[Lane.NORMAL] == 4
    waiting = us.read(store.outbox, vn.node_id, Lane.NORMAL, after=0, rows=1)
    assert us.post.settlements.settle(vn.node_id, waiting, reply) == 3
    assert us.envelopes(vn) == []


def test_a_held_message_again_changes_nothing(link: Link) -> None:
    link.us.send(link.vn, "a", "b")
    a, b = link.us.envelopes(link.vn)
    for _ in range(3):
        (answer,) = link.vn.take(b, via=link.us.node_id)
        assert answer.outcome is Outcome.HELD
    assert link.vn.read(store.held_bytes, link.us.node_id, Lane.NORMAL, but=0) < 10_000
    link.vn.take(a, via=link.us.node_id)
    assert link.vn.read(store.held_bytes, link.us.node_id, Lane.NORMAL, but=0) == 0
    assert link.vn.got == ["a", "b"]


def test_holding_is_bounded(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD_MAX_MESSAGES", 3)
    link.us.send(link.vn, *"abcdef")
    first, *early = link.us.envelopes(link.vn)
    answers = link.vn.take(*early, via=link.us.node_id)
    assert [answer.outcome for answer in answers] == [Outcome.HELD] * 3 + [AWAY] * 2
    assert {(answer.code, answer.retry) for answer in answers[3:]} == {("too-early", True)}
    link.vn.take(first, via=link.us.node_id)
    assert link.vn.got == list("abcd")
    settle_all(link.us, link.vn)
    assert link.vn.got == list("abcdef")


def test_a_place_far_ahead_is_not_even_held(link: Link) -> None:
    made = forge(link.us, link.vn, header_of(link.us, link.vn, sequence=2**53))
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert turned_away(answer) == "too-early"


def test_a_broken_chain_is_turned_away_and_seen(link: Link) -> None:
    made = forge(link.us, link.vn, header_of(link.us, link.vn, previous="0" * 64))
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert turned_away(answer) == "chain-broken"
    assert "chain-broken" in link.vn.alarms(link.us)
    assert link.vn.place(link.us, "in").sequence == 0


def test_the_genesis_binds_lane_and_direction(link: Link) -> None:
    other = link.vn.place(link.us, "in", Lane.BULK).chain
    made = forge(link.us, link.vn, header_of(link.us, link.vn, previous=other))
    (answer,) = link.vn.take(made.envelope, via=link.us.node_id)
    assert turned_away(answer) == "chain-broken"


def test_two_stories_for_one_place_raise_the_alarm(link: Link) -> None:
    link.us.send(link.vn, "first story")
    (envelope,) = link.us.envelopes(link.vn)
    second = forge(link.us, link.vn)
    (first_answer,) = link.vn.take(envelope, via=link.us.node_id)
    (answer,) = link.vn.take(second.envelope, via=link.us.node_id)
    assert turned_away(answer) == "sequence-conflict"
    assert answer.receipt == first_answer.receipt
    assert "sequence-conflict" in link.vn.alarms(link.us)
    assert link.vn.got == ["first story"]


def test_the_same_id_in_a_second_place_is_not_taken_twice(link: Link) -> None:
    """A sender that issues one message id in two places: applied at most once, and the lane goes on."""
    header = header_of(link.us, link.vn)
    made = forge(link.us, link.vn, header)
    link.vn.take(made.envelope, via=link.us.node_id)
    again = forge(link.us, link.vn, header_of(link.us, link.vn, id=header.id))
    (answer,) = link.vn.take(again.envelope, via=link.us.node_id)
    assert link.vn.got == ["forged"]
    assert receipt_of(answer).verdict is Verdict.REFUSED
    assert receipt_of(link.vn.take(forge(link.us, link.vn).envelope)[0]).verdict is Verdict.ACCEPTED


# --- 6.7 rules ------------------------------------------------------------------------------------------------------


def test_a_suspended_link_keeps_the_place_free(link: Link) -> None:
    link.us.send(link.vn, "waits")
    link.vn.post.desk.suspend(BOSS, link.us.node_id, kind=None, reason="law changed")
    (envelope,) = link.us.envelopes(link.vn)
    (answer,) = link.vn.take(envelope, via=link.us.node_id)
    assert (turned_away(answer), answer.retry) == ("suspended", True)
    assert link.vn.place(link.us, "in").sequence == 0
    link.vn.post.desk.resume(BOSS, link.us.node_id, kind=None, reason="law changed back")
    (answer,) = link.vn.take(envelope, via=link.us.node_id)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED


def test_a_suspended_kind_uses_the_place_up(link: Link) -> None:
    link.us.send(link.vn, "in flight")
    link.vn.post.desk.suspend(BOSS, link.us.node_id, kind="test.ask", reason="overload")
    (envelope,) = link.us.envelopes(link.vn)
    (answer,) = link.vn.take(envelope, via=link.us.node_id)
    assert (receipt_of(answer).verdict, receipt_of(answer).code) == (Verdict.REFUSED, "kind-suspended")
    link.us.send(link.vn, "another kind passes", lane=Lane.URGENT)
    settle_all(link.us, link.vn)
    assert link.vn.got == ["another kind passes"]


def test_control_passes_a_suspended_link(link: Link) -> None:
    link.vn.post.desk.suspend(BOSS, link.us.node_id, kind=None, reason="x")
    link.us.post.desk.suspend(BOSS, link.vn.node_id, kind=None, reason="we too")
    settle_all(link.us, link.vn)
    body = msgspec.to_builtins(LinkSuspended(kind=None, reason="again"))
    header = header_of(link.us, link.vn, Lane.URGENT, kind="agreement.suspend", purpose="link", legal_basis="agreement")
    (answer,) = link.vn.take(forge(link.us, link.vn, header, body).envelope)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED


def test_an_expired_message_is_refused(link: Link) -> None:
    at = link.clock.now()
    made = forge(link.us, link.vn, header_of(link.us, link.vn, expires_at=at - timedelta(seconds=1)))
    assert refused(link, made) == "expired"


def test_another_agreement_is_refused(link: Link) -> None:
    made = forge(link.us, link.vn, header_of(link.us, link.vn, agreement_id="agr-" + "a" * 26))
    assert refused(link, made) == "agreement-other"


def test_an_empty_list_of_addressees_means_nobody(link: Link) -> None:
    assert refused(link, forge(link.us, link.vn, header_of(link.us, link.vn, addressees=()))) == "addressees-missing"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "test.nothing"}, "kind-unknown"),
        ({"kind": "other.ask"}, "kind-unknown"),
        ({"version": 2}, "version-unknown"),
        ({"kind": "test.shout"}, "lane-wrong"),
        ({"purpose": "curiosity"}, "agreement-purpose"),
        ({"legal_basis": "none"}, "agreement-legal-basis"),
        ({"typology": "unlisted"}, "agreement-typology"),
        ({"marks": Marks(tlp=Tlp.RED, pap=Pap.CLEAR)}, "agreement-marks"),
        ({"marks": Marks(tlp=Tlp.CLEAR, pap=Pap.RED)}, "agreement-marks"),
    ],
)
def test_what_the_agreement_or_the_registry_does_not_know_is_refused(
    link: Link, changes: dict[str, Any], code: str
) -> None:
    assert refused(link, forge(link.us, link.vn, header_of(link.us, link.vn, **changes))) == code


@pytest.mark.parametrize(
    "body", [{}, {"text": 1}, {"text": ""}, {"text": "a", "more": 1}, [], "text", {"text": "x" * 20_001}]
)
def test_a_body_of_another_form_is_refused(link: Link, body: Any) -> None:
    assert refused(link, forge(link.us, link.vn, body=body)) == "body-invalid"


def test_an_opening_outside_the_agreement_is_refused(link: Link) -> None:
    """The kind is known here, but this agreement does not list it."""
    narrow = link.vn.office.kinds.current("test.load")
    object.__setattr__(narrow, "opening", True)  # as if the next release made it an opening
    try:
        header = header_of(link.us, link.vn, Lane.BULK)
        (answer,) = link.vn.take(forge(link.us, link.vn, header).envelope)
        assert receipt_of(answer).code == "agreement-kind"
    finally:
        object.__setattr__(narrow, "opening", False)


def test_before_an_agreement_everything_but_control_waits(strangers: tuple[End, End, End]) -> None:
    from tests.exchange.scene import pair

    us, vn, _ = strangers
    pair(us, vn)
    (answer,) = vn.take(forge(us, vn).envelope)
    assert turned_away(answer) == "agreement-missing"
    with pytest.raises(NotAllowed, match="no-agreement"):
        us.send(vn, "too soon")


# --- handlers -------------------------------------------------------------------------------------------------------


def notes(end: End) -> list[str]:
    return [entry.thing for entry in end.read(journal.latest) if entry.action == "test.effect"]


def test_a_handler_that_refuses_leaves_only_the_signed_refusal(both: tuple[End, End]) -> None:
    us, vn = both

    def refuse(connection: Any, arrived: Any) -> None:
        journal.record(connection, at=arrived.received_at, actor="node", action="test.effect", thing=arrived.digest)
        if arrived.body.text == "bad":
            raise Refused("request-unknown", request="x")

    vn.behave = refuse
    us.send(vn, "bad", "good")
    us.deliver(vn)
    assert vn.got == ["good"]
    assert [settled.verdict for settled in us.settled] == [Verdict.REFUSED, Verdict.ACCEPTED]
    assert us.settled[0].code == "request-unknown"
    assert notes(vn) == [us.settled[1].digest]
    assert verify_log(vn.office).sound


def test_a_handler_that_breaks_holds_its_lane_and_later_all_is_well(both: tuple[End, End]) -> None:
    us, vn = both
    well = False

    def sick(connection: Any, arrived: Any) -> None:
        journal.record(connection, at=arrived.received_at, actor="node", action="test.effect", thing=arrived.digest)
        if arrived.body.text == "b" and not well:
            msg = "a defect"
            raise ValueError(msg)

    vn.behave = sick
    us.send(vn, "a", "b", "c")
    us.send(vn, "loud", lane=Lane.URGENT)
    reply = us.deliver(vn)
    assert [answer.outcome for answer in reply.answers] == [Outcome.RECEIPTED, AWAY, Outcome.HELD]
    assert (reply.answers[1].code, reply.answers[1].retry) == ("handler-failed", True)
    assert len(notes(vn)) == 1
    us.deliver(vn, Lane.URGENT)
    well = True
    settle_all(us, vn)
    assert sorted(vn.got) == ["a", "b", "c", "loud"]
    assert len(notes(vn)) == 4
    assert verify_log(vn.office).sound


@pytest.mark.parametrize(
    "fault",
    [OperationalError("insert", {}, Exception("disk I/O error")), NotAllowed("storage-full")],
    ids=["driver", "storage"],
)
def test_a_disk_error_in_a_handler_takes_nothing_of_the_delivery(link: Link, fault: Exception) -> None:
    us, vn = link.us, link.vn
    broken = True

    def full(connection: Any, arrived: Any) -> None:
        if broken and arrived.body.text == "b":
            raise fault

    vn.behave = full
    us.send(vn, "a", "b", "c")
    size = leaves(vn)
    parcel = us.parcel(vn)
    with pytest.raises((OperationalError, NotAllowed)):
        us.carry(parcel, vn)
    assert leaves(vn) == size
    assert vn.place(us, "in").sequence == 0
    broken = False
    vn.got.clear()  # a list is no database: what the aborted transaction heard is forgotten by hand
    us.post.courier.delivered(parcel, us.carry(parcel, vn))
    assert vn.got == ["a", "b", "c"]
    assert us.envelopes(vn) == []


def test_a_refusal_beyond_the_bounds_of_a_receipt_is_shortened(link: Link) -> None:
    """A handler's refusal may quote what the peer wrote; the receipt must stay within its bound."""

    def long_winded(_connection: Any, _arrived: Any) -> None:
        raise Refused("body-invalid", reason="x" * 100_000)

    link.vn.behave = long_winded
    link.us.send(link.vn, "a")
    link.us.deliver(link.vn)
    assert [settled.code for settled in link.us.settled] == ["body-invalid"]


# --- many at once ---------------------------------------------------------------------------------------------------


def test_good_and_bad_envelopes_in_one_delivery_get_their_own_answers(link: Link) -> None:
    link.us.send(link.vn, "a", "b")
    a, b = link.us.envelopes(link.vn)
    answers = link.vn.take(b"junk", a, b"junk", b, via=link.us.node_id)
    assert [answer.outcome for answer in answers] == [AWAY, Outcome.RECEIPTED, AWAY, Outcome.RECEIPTED]


def test_a_delivery_may_hold_several_senders_and_lanes(link: Link, third: End) -> None:
    link.us.send(link.vn, "us normal")
    link.us.send(link.vn, "us urgent", lane=Lane.URGENT)
    third.send(link.vn, "sg bulk", lane=Lane.BULK)
    envelopes = (
        link.us.envelopes(link.vn) + link.us.envelopes(link.vn, Lane.URGENT) + third.envelopes(link.vn, Lane.BULK)
    )
    answers = link.vn.take(*envelopes)
    assert {answer.outcome for answer in answers} == {Outcome.RECEIPTED}
    assert link.vn.got == ["us normal", "us urgent", "sg bulk"]
    assert verify_log(link.vn.office).sound


def test_the_receipt_says_what_was_received_and_by_whom(link: Link) -> None:
    made = forge(link.us, link.vn)
    (answer,) = link.vn.take(made.envelope)
    receipt = receipt_of(answer)
    assert (receipt.sender, receipt.recipient, receipt.digest) == (link.us.node_id, link.vn.node_id, made.digest)
    assert receipt.received_at == link.clock.now()
    assert receipt.checkpoint.startswith(f"lienlac/{link.vn.node_id}/1\n")
    assert answer.receipt is not None
    jws.verify(answer.receipt.encode(), link.vn.office.keys.signing.public, RECEIPT_TYP)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=300), max_size=4))
def test_any_bytes_get_an_answer(link: Link, envelopes: list[bytes]) -> None:
    answers = link.vn.take(*envelopes)
    assert [answer.outcome for answer in answers] == [AWAY] * len(envelopes)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_any_signed_json_gets_an_answer(link: Link, value: Any) -> None:
    made = forge_payload(json.dumps(value).encode(), link.us.office.keys, link.vn)
    (answer,) = link.vn.take(made.envelope)
    assert answer.outcome is AWAY


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_to_a_header_gets_an_answer_and_never_breaks_the_lane(link: Link, data: st.DataObject) -> None:
    document = json.loads(forge(link.us, link.vn).payload)
    name = data.draw(st.sampled_from(sorted(document["header"])))
    document["header"][name] = data.draw(st.none() | st.integers() | st.text(max_size=40) | st.just([]) | st.just({}))
    made = forge_payload(json.dumps(document).encode(), link.us.office.keys, link.vn)
    (answer,) = link.vn.take(made.envelope)
    assert answer.outcome in set(Outcome)
    good = forge(link.us, link.vn)
    (answer,) = link.vn.take(good.envelope)
    assert receipt_of(answer).verdict is Verdict.ACCEPTED


def test_an_envelope_table_stays_empty_of_what_was_turned_away(link: Link) -> None:
    """Refuse before storing: what was never verified leaves no row and no leaf."""
    size = leaves(link.vn)
    link.vn.take(b"junk", forge_payload(b"[]", link.us.office.keys, link.vn).envelope)
    assert leaves(link.vn) == size

    def count(connection: Any) -> int:
        rows: int = connection.execute(
            sa.select(sa.func.count())
            .select_from(store.tables.message_table)
            .where(store.tables.message_table.c.lane == "normal")
        ).scalar_one()
        return rows

    assert link.vn.read(count) == 0
    assert MARKS.handling_text == ""
