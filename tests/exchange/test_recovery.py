"""A node restored from an older backup becomes whole again, and believes nothing that does not prove itself (7.x)."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest

from lienlac import journal, limits
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import RECEIPT_TYP, RECORD_TYP, STATE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.recovery.comparing import Loss
from lienlac.keys import jwe, jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane
from lienlac.wire.recovery import RecordItem, RecordPage, RecordRequest, decode_page
from tests.exchange.scene import BOSS, End, Link, forge, settle_all


def look(lost: End, peer: End) -> Loss:
    """Ask the peer for its state and every page that is wanted."""
    loss = lost.post.recovery.compare(peer.node_id, peer.post.recovery.state_for(lost.node_id))
    for wanted in loss.wanted:
        request: RecordRequest | None = wanted
        while request is not None:
            page = peer.post.recovery.record_for(lost.node_id, request)
            request = lost.post.recovery.fetched(loss, request, page)
    return loss


def recover(lost: End, peer: End) -> tuple[int, int]:
    return lost.post.recovery.absorb(look(lost, peer))


def talk(link: Link, when: str) -> None:
    """One message each way in every lane, delivered."""
    for lane in Lane:
        link.us.send(link.vn, f"us {lane.value} {when}", lane=lane)
        link.vn.send(link.us, f"vn {lane.value} {when}", lane=lane)
    settle_all(link.us, link.vn)


def expected(who: str, *whens: str) -> list[str]:
    return sorted(f"{who} {lane.value} {when}" for lane in Lane for when in whens)


def sound(*ends: End) -> None:
    for end in ends:
        report = verify_log(end.office)
        assert report.sound, report.faults


@pytest.mark.parametrize("who", ["us", "vn"])
def test_a_restored_node_is_whole_again(link: Link, who: str) -> None:
    talk(link, "before")
    end = link.us if who == "us" else link.vn
    saved = link.save(end)
    talk(link, "after")
    lost = link.restore(end, saved)
    peer = link.vn if who == "us" else link.us
    assert recover(lost, peer) == (3, 3)
    settle_all(link.us, link.vn)
    # what it had heard since comes again through the handlers, what it had said as its own
    other = "vn" if who == "us" else "us"
    assert sorted(arrived.body.text for arrived in lost.heard if not arrived.ours) == expected(other, "after")
    assert sorted(arrived.body.text for arrived in lost.heard if arrived.ours) == expected(who, "after")
    assert len(lost.settled) == 3
    assert "recovered" in lost.alarms(peer)
    assert "peer-recovered" in peer.alarms(lost)
    assert lost.read(ledger.epoch) == 2
    talk(link, "later")
    assert sorted(link.us.got if who == "vn" else link.vn.got)[-1:] != []
    for lane in Lane:
        assert link.us.place(link.vn, "out", lane) == link.vn.place(link.us, "in", lane)
        assert link.vn.place(link.us, "out", lane) == link.us.place(link.vn, "in", lane)
    assert not look(lost, peer).any
    assert not look(peer, lost).any
    sound(link.us, link.vn)


def test_the_instants_are_those_of_the_receipts(link: Link) -> None:
    saved = link.save(link.vn)
    link.us.send(link.vn, "clock")
    settle_all(link.us, link.vn)
    at = link.vn.heard[-1].received_at
    link.clock.turn(7200)
    lost = link.restore(link.vn, saved)
    recover(lost, link.us)
    assert [arrived.received_at for arrived in lost.heard] == [at]


def test_what_was_said_since_the_restore_gets_new_places(link: Link) -> None:
    talk(link, "before")
    saved = link.save(link.us)
    talk(link, "lost")
    us = link.restore(link.us, saved)
    for lane in Lane:
        us.send(link.vn, f"new {lane.value}", lane=lane)
        reply = us.deliver(link.vn, lane)
        assert reply.answers[0].code in {"sequence-conflict", "recovering"}
    recover(us, link.vn)
    settle_all(us, link.vn)
    texts = sorted(link.vn.got)
    assert texts == sorted([*expected("us", "before", "lost"), *(f"new {lane.value}" for lane in Lane)])
    assert us.read(store.dead_letters) == []
    assert "sequence-conflict" not in link.vn.alarms(us)
    sound(us, link.vn)


def test_restored_twice_from_the_same_backup(link: Link) -> None:
    talk(link, "before")
    saved = link.save(link.us)
    talk(link, "first loss")
    us = link.restore(link.us, saved)
    recover(us, link.vn)
    settle_all(us, link.vn)
    talk(link, "second loss")
    us = link.restore(link.us, saved)
    ours, theirs = recover(us, link.vn)
    assert ours == 7  # three lost twice over, three since, and the word about the first recovery
    assert theirs >= 6
    settle_all(us, link.vn)
    assert us.read(ledger.epoch) == 3
    talk(link, "later")
    assert sorted(link.vn.got) == expected("us", "before", "first loss", "second loss", "later")
    sound(us, link.vn)


def test_recovering_again_changes_nothing(link: Link) -> None:
    talk(link, "before")
    saved = link.save(link.us)
    talk(link, "lost")
    us = link.restore(link.us, saved)
    loss = look(us, link.vn)
    us.post.recovery.absorb(loss)
    heard = len(us.heard)
    again = look(us, link.vn)
    us.post.recovery.absorb(again) if again.any else None
    assert len(us.heard) == heard
    settle_all(us, link.vn)
    sound(us, link.vn)


def test_nothing_lost_reports_nothing(link: Link) -> None:
    talk(link, "before")
    link.us.send(link.vn, "waiting to leave")
    for end, peer in ((link.us, link.vn), (link.vn, link.us)):
        loss = look(end, peer)
        assert not loss.any
        assert loss.wanted == []


def test_a_loss_without_messages_is_still_noticed_by_the_log(link: Link) -> None:
    """Only journal entries were lost behind the last witnessed head: nobody can tell. A witnessed head shows."""
    saved = link.save(link.us)
    link.vn.send(link.us, "their receipt carries our head")
    settle_all(link.us, link.vn)
    us = link.restore(link.us, saved)
    loss = look(us, link.vn)
    assert loss.log_lost
    assert us.post.recovery.absorb(loss) == (0, 1)
    assert us.read(journal.latest)[0].action == "node.recovered"


def test_long_losses_come_page_by_page(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = link.save(link.us)
    link.us.send(link.vn, *(f"a{number}" for number in range(11)))
    settle_all(link.us, link.vn)
    us = link.restore(link.us, saved)
    monkeypatch.setattr(limits, "BATCH_MAX_ENVELOPES", 3)
    assert recover(us, link.vn) == (11, 0)
    settle_all(us, link.vn)
    assert us.place(link.vn, "out").sequence == 11


# --- a lying peer ---------------------------------------------------------------------------------------------------


class Lied:
    """A restored node and a peer whose page can be changed before it is sealed."""

    def __init__(self, link: Link) -> None:
        self.saved = link.save(link.us)
        link.us.send(link.vn, "one", "two", "three")
        link.vn.send(link.us, "four", "five")
        settle_all(link.us, link.vn)
        self.link, self.vn = link, link.vn
        self.us = link.restore(link.us, self.saved)
        self.loss = self.us.post.recovery.compare(self.vn.node_id, self.vn.post.recovery.state_for(self.us.node_id))

    def wanted(self, direction: str) -> RecordRequest:
        return next(one for one in self.loss.wanted if one.direction == direction and one.lane is Lane.NORMAL)

    def page(self, request: RecordRequest) -> RecordPage:
        sealed = self.vn.post.recovery.record_for(self.us.node_id, request)
        return decode_page(jwe.unseal(sealed, self.us.office.keys, RECORD_TYP))

    def refuse(self, request: RecordRequest, items: Any, code: str, *, typ: str = RECORD_TYP) -> None:
        page = RecordPage(items=tuple(items), more=False)
        sealed = jwe.seal(msgspec.json.encode(page), parsed_card(self.us.office.card).sealing, typ)
        size = self.us.read(ledger.size)
        with pytest.raises(Refused) as error:
            self.us.post.recovery.fetched(self.loss, request, sealed)
        assert error.value.code == code
        assert self.us.read(ledger.size) == size
        assert self.us.heard == []


@pytest.mark.parametrize("direction", ["from-me", "to-me"])
def test_a_record_with_a_gap_is_refused(link: Link, direction: str) -> None:
    lied = Lied(link)
    request = lied.wanted(direction)
    items = lied.page(request).items
    lied.refuse(request, items[1:], "record-gap")

    lied.refuse(request, [items[1], items[0]], "record-gap")

    lied.refuse(request, [items[0], items[0]], "record-gap")


def test_a_record_of_another_lane_is_refused(link: Link) -> None:
    lied = Lied(link)
    items = lied.page(lied.wanted("from-me")).items
    lied.refuse(RecordRequest(direction="from-me", lane=Lane.BULK, after=0), items[:1], "record-gap")


def test_a_receipt_for_another_message_is_refused(link: Link) -> None:
    lied = Lied(link)
    for direction in ("from-me", "to-me"):
        request = lied.wanted(direction)
        first, second, *_ = lied.page(request).items
        lied.refuse(request, [RecordItem(signed=first.signed, receipt=second.receipt)], "receipt-mismatch")


def test_a_receipt_that_is_not_ours_is_refused(link: Link) -> None:
    """The peer says that we had taken a message: the receipt under it must bear our own signatures."""
    lied = Lied(link)
    request = lied.wanted("to-me")
    (first, *_) = lied.page(request).items
    payload = jws.payload_unverified(first.receipt.encode())
    own = jws.sign(payload, lied.vn.office.keys.signing, RECEIPT_TYP).decode()
    lied.refuse(request, [RecordItem(signed=first.signed, receipt=own)], "key-unknown")


def test_words_put_into_our_mouth_are_refused(link: Link) -> None:
    """A message that we never signed, with a true receipt by the peer."""
    lied = Lied(link)
    request = lied.wanted("from-me")
    made = forge(lied.us, lied.vn, keys=lied.vn.office.keys)
    (first, *_) = lied.page(request).items
    receipt = receipts.decode_receipt(jws.payload_unverified(first.receipt.encode()))
    receipt = msgspec.structs.replace(receipt, digest=made.digest)
    signed = jws.sign(receipts.encode(receipt), lied.vn.office.keys.signing, RECEIPT_TYP).decode()
    lied.refuse(request, [RecordItem(signed=made.signed.decode(), receipt=signed)], "key-unknown")


def test_a_new_message_smuggled_in_as_past_is_refused(link: Link) -> None:
    """Truly signed by the peer, never receipted by us: it must come through the front door."""
    lied = Lied(link)
    request = lied.wanted("to-me")
    made = forge(lied.vn, lied.us)
    (first, *_) = lied.page(request).items
    lied.refuse(request, [RecordItem(signed=made.signed.decode(), receipt=first.receipt)], "receipt-mismatch")


def test_a_receipt_shown_as_a_message_is_refused(link: Link) -> None:
    lied = Lied(link)
    request = lied.wanted("to-me")
    (first, *_) = lied.page(request).items
    lied.refuse(request, [RecordItem(signed=first.receipt, receipt=first.receipt)], "type-wrong")


def test_a_page_sealed_as_something_else_is_refused(link: Link) -> None:
    lied = Lied(link)
    request = lied.wanted("to-me")
    lied.refuse(request, lied.page(request).items, "type-wrong", typ="lienlac-reply")


def test_a_state_of_somebody_else_is_refused(link: Link, third: End) -> None:
    us, vn = link.us, link.vn
    for state in (
        third.post.recovery.state_for(vn.node_id),  # another node's word
        vn.post.recovery.state_for(third.node_id),  # about another link
    ):
        with pytest.raises(Refused):
            us.post.recovery.compare(vn.node_id, state)
    forged = jws.sign(
        jws.payload_unverified(vn.post.recovery.state_for(us.node_id)), vn.office.keys.signing, RECEIPT_TYP
    )
    with pytest.raises(Refused, match="type-wrong"):
        us.post.recovery.compare(vn.node_id, forged)
    for payload in (b"", b"{}", b"[" * 200, b'{"node":1}'):
        with pytest.raises(Refused):
            us.post.recovery.compare(vn.node_id, jws.sign(payload, vn.office.keys.signing, STATE_TYP))


def test_a_state_that_boasts_costs_nothing(link: Link) -> None:
    """The peer claims a million messages: the pages show what there is, and nothing is applied."""
    us, vn = link.us, link.vn
    state = msgspec.json.decode(jws.payload_unverified(vn.post.recovery.state_for(us.node_id)))
    state["taken"] = dict.fromkeys(("urgent", "normal", "bulk"), 10**6)
    state["receipted"] = dict.fromkeys(("urgent", "normal", "bulk"), 10**6)
    loss = us.post.recovery.compare(vn.node_id, jws.sign(msgspec.json.encode(state), vn.office.keys.signing, STATE_TYP))
    for wanted in loss.wanted:
        page = vn.post.recovery.record_for(us.node_id, wanted)
        assert us.post.recovery.fetched(loss, wanted, page) is None
    assert not us.read(store.anything_regained, vn.node_id)
    assert us.post.recovery.absorb(loss) == (0, 0)
    assert us.heard == []
    us.send(vn, "the link goes on")
    settle_all(us, vn)
    assert vn.got == ["the link goes on"]


def test_a_peer_that_names_an_absurd_log_does_not_break_the_comparison(link: Link) -> None:
    us, vn = link.us, link.vn
    state = msgspec.json.decode(jws.payload_unverified(vn.post.recovery.state_for(us.node_id)))
    for text in ("x", "lienlac/us-ic3/1\n0\nAAAA\n", "lienlac/us-ic3/999999999\n5\n" + "A" * 43 + "=\n"):
        state["your_log"] = text
        signed = jws.sign(msgspec.json.encode(state), vn.office.keys.signing, STATE_TYP)
        with contextlib.suppress(Refused):
            us.post.recovery.compare(vn.node_id, signed)


def test_what_is_asked_of_a_record_is_only_one_s_own(link: Link, third: End) -> None:
    """sg asks for every stretch: nothing of the link with us-ic3 is in any of it."""
    talk(link, "secret")
    for direction in ("from-me", "to-me"):
        for lane in Lane:
            request = RecordRequest(direction=direction, lane=lane, after=0)
            page = decode_page(
                jwe.unseal(link.vn.post.recovery.record_for(third.node_id, request), third.office.keys, RECORD_TYP)
            )
            assert all(b"secret" not in jws.payload_unverified(item.signed.encode()) for item in page.items)


def test_a_restore_over_a_rotation(link: Link) -> None:
    """The backup is from before the node's own rotation; the key file is the newest."""
    us, vn = link.us, link.vn
    saved = link.save(us)
    us.send(vn, "old keys")
    us.rotate()
    us.send(vn, "new keys")
    vn.send(us, "to the new ones")
    settle_all(us, vn)
    us = link.restore(us, saved, rotation=1)
    ours, theirs = recover(us, vn)
    assert (ours, theirs) == (3, 1)
    settle_all(us, vn)
    us.send(vn, "later")
    settle_all(us, vn)
    assert vn.got == ["old keys", "new keys", "later"]
    sound(us, vn)


def test_a_restore_over_the_peer_s_rotation(link: Link) -> None:
    """What the peer signed with its new keys comes after its word about them, also in the replay."""
    us, vn = link.us, link.vn
    saved = link.save(us)
    vn.send(us, "old keys")
    settle_all(us, vn)
    vn.rotate()
    vn.send(us, "new keys")
    settle_all(us, vn)
    us = link.restore(us, saved)
    recover(us, vn)
    settle_all(us, vn)
    assert sorted(us.got) == ["new keys", "old keys"]
    sound(us, vn)


def test_a_restore_over_an_agreement_and_a_suspension(link: Link) -> None:
    us, vn = link.us, link.vn
    saved = link.save(us)
    us.post.desk.suspend(BOSS, vn.node_id, kind="test.ask", reason="x")
    vn.post.desk.suspend(BOSS, us.node_id, kind="test.load", reason="y")
    settle_all(us, vn)
    us = link.restore(us, saved)
    recover(us, vn)
    settle_all(us, vn)
    closed = {(one.scope, one.by_us) for one in us.read(agreements.suspensions, vn.node_id)}
    assert closed == {("test.ask", True), ("test.load", False)}
