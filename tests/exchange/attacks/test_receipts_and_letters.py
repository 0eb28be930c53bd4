"""Receipts come back, or do not: forged ones, poison and dead letters, voids, and what a person decides about them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Answer, Outcome, Reply, Verdict
from tests.world import nodes
from tests.world.fakes import START

if TYPE_CHECKING:
    from tests.exchange.attacks.stage import Stage


def settle(stage: Stage, *receipts: str) -> int:
    return stage.us.post.settlements.apply_receipts(stage.vn.node_id, receipts)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="lienlac")


def sent(stage: Stage, *texts: str, lane: Lane = Lane.NORMAL) -> list[str]:
    return stage.us.send(stage.vn.node_id, lane, *texts)


def deliver(stage: Stage, lane: Lane = Lane.NORMAL) -> list[Answer]:
    reply = nodes.deliver(stage.us, stage.vn, lane)
    return list(reply.answers) if reply is not None else []


# --- receipts -----------------------------------------------------------------------------------------------------


def test_a_receipt_settles_once(stage: Stage) -> None:
    (digest,) = sent(stage, "a")
    receipt = stage.forge_receipt(digest, by=stage.vn)
    assert settle(stage, receipt) == 1
    assert settle(stage, receipt) == 0
    assert stage.state_of(stage.us, "a") == "accepted"


def test_receipt_forged_by_a_third_node(stage: Stage) -> None:
    (digest,) = sent(stage, "a")
    for forged in (
        stage.forge_receipt(digest, by=stage.vn, signer=stage.sg),
        stage.forge_receipt(digest, by=stage.sg),
        stage.forge_receipt(digest, by=stage.vn, signer=stage.us),
    ):
        with pytest.raises(Refused):
            settle(stage, forged)
    assert stage.state_of(stage.us, "a") == "pending"


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 2},
        {"lane": Lane.BULK},
        {"message_id": "msg-" + "a" * 26},
        {"sender": "sg-spf"},
        {"code": "body-invalid"},
    ],
)
def test_receipt_that_does_not_fit_its_message(stage: Stage, changes: dict[str, Any]) -> None:
    (digest,) = sent(stage, "a")
    assert settle(stage, stage.forge_receipt(digest, by=stage.vn, **changes)) == 0
    assert stage.state_of(stage.us, "a") == "pending"
    assert "receipt-mismatch" in stage.alarms(stage.us, stage.vn)


def test_receipt_for_another_message(stage: Stage) -> None:
    first, second = sent(stage, "a", "b")
    wrong = stage.forge_receipt(first, by=stage.vn, digest=second)
    assert settle(stage, wrong) == 0
    assert stage.state_of(stage.us, "b") == "pending"


def test_receipt_naming_another_node_as_receiver(stage: Stage) -> None:
    (digest,) = sent(stage, "a")
    with pytest.raises(Refused, match="sender-not-the-signer"):
        settle(stage, stage.forge_receipt(digest, by=stage.vn, recipient="sg-spf"))


def test_two_heads_of_one_log_at_one_size_are_a_fork(stage: Stage) -> None:
    first, second = sent(stage, "a", "b")
    with stage.vn.database.read() as connection:
        text = stage.vn.post.office.checkpoint_text(connection)
    lines = text.split("\n")
    lines[2] = "A" * 43 + "="
    settle(stage, stage.forge_receipt(first, by=stage.vn, checkpoint=text))
    assert "log-forked" not in stage.alarms(stage.us, stage.vn)
    settle(stage, stage.forge_receipt(second, by=stage.vn, checkpoint="\n".join(lines)))
    assert "log-forked" in stage.alarms(stage.us, stage.vn)


def test_reply_to_another_delivery(stage: Stage) -> None:
    sent(stage, "a", "b")
    parcel = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
    assert parcel is not None
    reply = stage.vn.answer(parcel.body, stage.us.node_id)
    sent(stage, "c")
    later = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
    assert later is not None
    with pytest.raises(Refused, match="reply-mismatch"):
        stage.us.post.courier.delivered(later, reply)
    assert stage.state_of(stage.us, "c") == "pending"
    stage.us.post.courier.delivered(parcel, reply)
    assert stage.state_of(stage.us, "a") == "accepted"


# --- dead letters -------------------------------------------------------------------------------------------------


def make_dead(stage: Stage) -> str:
    """A poison message that the sick vn turned away too often."""
    stage.vn.health.sick = True
    poison, *_ = sent(stage, "poison", "behind", "behind 2")
    for _ in range(limits.MESSAGE_ATTEMPTS_MAX):
        deliver(stage)
    assert [letter.digest for letter in stage.letters(stage.us)] == [poison]
    return poison


def test_one_bad_message_starves_none(stage: Stage) -> None:
    make_dead(stage)
    nodes.deliver_all([stage.us, stage.vn])
    assert stage.applied() == ["behind", "behind 2"]
    assert [letter.code for letter in stage.letters(stage.us)] == ["handler-failed"]
    assert stage.state_of(stage.us, "poison") == "pending"


def test_a_dead_letter_is_sent_again(stage: Stage) -> None:
    poison = make_dead(stage)
    with pytest.raises(NotAllowed, match="letter-not-confirmed"):
        stage.us.post.desk.retry_letter(nodes.SUPERVISOR, poison)
    nodes.deliver_all([stage.us, stage.vn])
    stage.vn.health.sick = False
    stage.us.post.desk.retry_letter(nodes.SUPERVISOR, poison)
    with pytest.raises(NotAllowed, match="letter-decided"):
        stage.us.post.desk.retry_letter(nodes.SUPERVISOR, poison)
    nodes.deliver_all([stage.us, stage.vn])
    assert stage.applied() == ["behind", "behind 2", "poison"]
    assert stage.state_of(stage.us, "poison") == "accepted"


def test_a_dead_letter_is_given_up(stage: Stage) -> None:
    poison = make_dead(stage)
    stage.us.post.desk.give_up_letter(nodes.SUPERVISOR, poison, "nobody needs it")
    assert stage.letters(stage.us) == []
    assert stage.state_of(stage.us, "poison") == "given-up"
    nodes.deliver_all([stage.us, stage.vn])
    assert stage.applied() == ["behind", "behind 2"]


def test_a_given_up_message_that_was_taken_after_all_wins(stage: Stage) -> None:
    """A late copy of the poison arrives before the void does, at a node that is well again."""
    stage.vn.health.sick = True
    sent(stage, "poison", "behind", "behind 2")
    late = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
    assert late is not None
    for _ in range(limits.MESSAGE_ATTEMPTS_MAX):
        deliver(stage)
    assert len(stage.letters(stage.us)) == 1
    sent(stage, "newer")
    stage.vn.health.sick = False
    stage.vn.answer(late.body, stage.us.node_id)
    nodes.deliver_all([stage.us, stage.vn])
    assert stage.applied() == ["poison", "behind", "behind 2", "newer"]
    assert stage.letters(stage.us) == []
    assert stage.state_of(stage.us, "poison") == "accepted"


def test_waiting_is_no_fault_of_the_message(stage: Stage) -> None:
    stage.vn.post.desk.suspend(nodes.SUPERVISOR, stage.us.node_id, kind=None, reason="test")
    sent(stage, "patient")
    for _ in range(limits.MESSAGE_ATTEMPTS_MAX + 5):
        assert [answer.code for answer in deliver(stage)] == ["suspended"]
    assert stage.letters(stage.us) == []
    stage.vn.post.desk.resume(nodes.SUPERVISOR, stage.us.node_id, kind=None, reason="test")
    deliver(stage)
    assert stage.applied() == ["patient"]


def test_a_cut_road_is_no_fault_of_the_message(stage: Stage) -> None:
    (digest,) = sent(stage, "patient")
    for _ in range(limits.MESSAGE_ATTEMPTS_MAX + 5):
        parcel = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
        assert parcel is not None
        stage.us.post.courier.failed(parcel, "peer-unreachable", "cut")
    assert stage.letters(stage.us) == []
    with stage.us.database.read() as connection:
        entry = store.outbox_entry(connection, digest)
        road = store.road(connection, stage.vn.node_id, Lane.NORMAL)
    assert entry is not None
    assert entry.attempts == 0
    assert road is not None
    assert road.failures == limits.MESSAGE_ATTEMPTS_MAX + 5
    assert stage.us.post.courier.due() == []
    stage.clock.turn(limits.BACKOFF_MAX_S * 1.25 + 1)
    assert stage.us.post.courier.due() == [(stage.vn.node_id, Lane.NORMAL)]


def test_who_calls_us_is_called_at_once(stage: Stage) -> None:
    sent(stage, "a")
    parcel = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
    assert parcel is not None
    stage.us.post.courier.failed(parcel, "peer-unreachable", "cut")
    assert stage.us.post.courier.due() == []
    stage.vn.send(stage.us.node_id, Lane.URGENT, "we are back")
    nodes.deliver(stage.vn, stage.us, Lane.URGENT)
    assert stage.us.post.courier.due() == [(stage.vn.node_id, Lane.NORMAL)]


def test_urgent_goes_first(stage: Stage) -> None:
    sent(stage, "bulk", lane=Lane.BULK)
    sent(stage, "normal", lane=Lane.NORMAL)
    sent(stage, "urgent", lane=Lane.URGENT)
    assert [lane for _, lane in stage.us.post.courier.due()] == [Lane.URGENT, Lane.NORMAL, Lane.BULK]


def test_sending_is_forbidden_where_receiving_would_be(stage: Stage) -> None:
    for changes, code in (
        ({"purpose": "curiosity"}, "agreement-purpose"),
        ({"addressees": ()}, "no-addressees"),
        ({"typology": "weather"}, "agreement-typology"),
    ):
        with pytest.raises(NotAllowed, match=code):
            stage.us.send(stage.vn.node_id, Lane.NORMAL, "no", **changes)
    stage.us.post.desk.suspend(nodes.SUPERVISOR, stage.vn.node_id, kind=None, reason="test")
    with pytest.raises(NotAllowed, match="link-suspended"):
        sent(stage, "no")


def test_nothing_leaves_when_the_callers_transaction_fails(stage: Stage) -> None:
    from tests.world import pebbles

    def work(connection: object) -> None:
        stage.us.post.departures.send(connection, pebbles.outgoing(stage.vn.node_id, Lane.NORMAL, "never"))  # type: ignore[arg-type]
        msg = "the slice changed its mind"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError):
        stage.us.database.write(work)
    assert deliver(stage) == []
    sent(stage, "first")
    deliver(stage)
    assert stage.applied() == ["first"]


def test_receipt_under_retired_keys(stage: Stage) -> None:
    """What was sent before the rotation was heard of may be receipted under the old keys; later messages may not."""
    before, *_ = sent(stage, "before")
    old = stage.forge_receipt(before, by=stage.vn)
    rotate(stage)
    nodes.deliver_all([stage.vn])
    stage.clock.turn(10)
    after, *_ = sent(stage, "after")
    keys = stage.vn.post.office.keys
    stage.vn.post.office.keys = nodes.key_chain(stage.vn.node_id)[0][0]
    stolen = stage.forge_receipt(after, by=stage.vn, received_at=START)  # any date may be written in it
    stage.vn.post.office.keys = keys
    assert settle(stage, stolen) == 0
    assert "key-retired" in stage.alarms(stage.us, stage.vn)
    assert settle(stage, old) == 1


def rotate(stage: Stage) -> None:
    keys, card = nodes.key_chain(stage.vn.node_id)[1]
    stage.vn.post.desk.announce_keys(nodes.SUPERVISOR, card)
    stage.vn.rotation = 1
    stage.vn.post.office.keys, stage.vn.post.office.card = keys, card
    for peer in (stage.us, stage.sg):
        while nodes.deliver(stage.vn, peer, Lane.URGENT) is not None:
            pass


def test_stale_key_after_rotation(stage: Stage) -> None:
    """Whoever stole the old keys can sign nothing new with them; what was signed before still arrives."""
    old = stage.forge("signed before", sender=stage.vn, recipient=stage.us)
    stage.vn.send(stage.us.node_id, Lane.NORMAL, "queued before")
    rotate(stage)
    chain = nodes.key_chain(stage.vn.node_id)
    stage.vn.post.office.keys = chain[0][0]
    stolen = stage.forge("forged", sender=stage.vn, recipient=stage.us, lane=Lane.BULK)
    stage.vn.post.office.keys = chain[1][0]
    answer = stage.one(stolen, at=stage.us, via=stage.vn)
    assert (answer.outcome, answer.code) == (Outcome.TURNED_AWAY, "key-retired")
    nodes.deliver(stage.vn, stage.us, Lane.NORMAL)
    assert stage.applied(stage.us) == ["queued before"]
    assert stage.one(old, at=stage.us, via=stage.vn).code == "sequence-conflict"


def test_what_was_sealed_before_a_rotation_still_opens(stage: Stage) -> None:
    sent(stage, "sealed to the old key")
    parcel = stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL)
    assert parcel is not None
    rotate(stage)
    stage.us.post.courier.delivered(parcel, stage.vn.answer(parcel.body, stage.us.node_id))
    assert stage.applied() == ["sealed to the old key"]


def rotate_quietly(stage: Stage) -> None:
    keys, card = nodes.key_chain(stage.us.node_id)[stage.us.rotation + 1]
    stage.us.post.desk.announce_keys(nodes.SUPERVISOR, card)
    stage.us.rotation += 1
    stage.us.post.office.keys, stage.us.post.office.card = keys, card


def test_new_keys_that_were_not_announced_yet_wait(stage: Stage) -> None:
    rotate_quietly(stage)
    unannounced = stage.forge("quicker lane")
    answer = stage.one(unannounced)
    assert (answer.outcome, answer.code, answer.retry) == (Outcome.TURNED_AWAY, "key-unknown", True)
    deliver(stage, Lane.URGENT)
    assert stage.one(unannounced).outcome is Outcome.RECEIPTED


def test_a_delivery_shows_rotations_that_are_on_their_way(stage: Stage) -> None:
    """Twice new keys, and a quicker lane than the one that brings the word about them."""
    rotate_quietly(stage)
    rotate_quietly(stage)
    sent(stage, "quicker lane")
    assert [answer.outcome for answer in deliver(stage)] == [Outcome.RECEIPTED]
    assert [answer.outcome for answer in deliver(stage, Lane.URGENT)] == [Outcome.RECEIPTED] * 2
    with stage.us.database.read() as connection:
        assert store.open_rotations(connection, stage.vn.node_id) == []
        assert len(store.open_rotations(connection, stage.sg.node_id)) == 2


def test_a_made_up_rotation_in_the_head_of_a_delivery(stage: Stage) -> None:
    from lienlac.exchange.link.rotation import adopt
    from lienlac.wire.bodies.link import KeysRotated

    body = KeysRotated(card=nodes.key_chain(stage.us.node_id)[1][1], last=dict.fromkeys(Lane, 0))
    by_another = stage.forge(body=body, kind="node.rotate-keys", lane=Lane.URGENT, signer=stage.sg)
    adopt(stage.vn.post.office, stage.us.node_id, [by_another.signed.decode()])
    no_rotation = stage.forge("a pebble")
    with pytest.raises(Refused, match="malformed"):
        adopt(stage.vn.post.office, stage.us.node_id, [no_rotation.signed.decode()])
    with pytest.raises(Refused):
        adopt(stage.vn.post.office, stage.us.node_id, ["rubbish"])
    assert stage.one(no_rotation).outcome is Outcome.RECEIPTED  # the old keys still hold


def test_a_settled_reply_is_more_than_its_answers(stage: Stage) -> None:
    """Receipts for early messages ride in `owed`, whatever the answers are."""
    first, second = sent(stage, "a", "b")
    with stage.us.database.read() as connection:
        waiting = store.outbox(connection, stage.vn.node_id, Lane.NORMAL, after=0, rows=10)
    receipts = (stage.forge_receipt(first, by=stage.vn), stage.forge_receipt(second, by=stage.vn))
    held = Answer(outcome=Outcome.HELD)
    stage.us.post.settlements.settle(stage.vn.node_id, waiting, Reply(answers=(held, held), owed=receipts))
    assert {stage.state_of(stage.us, text) for text in ("a", "b")} == {Verdict.ACCEPTED.value}
