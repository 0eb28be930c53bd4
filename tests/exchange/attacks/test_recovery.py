"""What a peer can do to a node by lying about its past, and what stood in the way of an honest recovery (section 7)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from lienlac import journal, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import RECEIPT_TYP, RECORD_TYP, STATE_TYP, parse_origin
from lienlac.exchange.office import parsed_card
from lienlac.keys import jwe, jws
from lienlac.storage import ledger
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane, decode
from lienlac.wire.receipt import Verdict
from lienlac.wire.recovery import RecordItem, RecordPage, RecordRequest, decode_page
from tests.exchange.scene import End, Link, forge, header_of, settle_all
from tests.exchange.test_recovery import Lied, look, recover


def state_of(peer: End, about: End) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.json.decode(jws.payload_unverified(peer.post.recovery.state_for(about.node_id)))
    return said


def signed_state(peer: End, said: dict[str, Any]) -> bytes:
    return jws.sign(msgspec.json.encode(said), peer.office.keys.signing, STATE_TYP)


def ask_everything(lost: End, peer: End, state: bytes) -> tuple[int, int]:
    """A whole comparison with a state that may be a lie."""
    loss = lost.post.recovery.compare(peer.node_id, state)
    for wanted in loss.wanted:
        request: RecordRequest | None = wanted
        while request is not None:
            page = peer.post.recovery.record_for(lost.node_id, request)
            request = lost.post.recovery.fetched(loss, request, page)
    return lost.post.recovery.absorb(loss)


def test_a_log_that_we_never_had_is_not_believed(link: Link) -> None:
    """The peer says that it saw our log in epoch 999,999,999. Believed, every partner would refuse our receipts."""
    us, vn = link.us, link.vn
    vn.send(us, "so that they hold a head of ours")
    settle_all(us, vn)
    said = state_of(vn, us)
    said["your_log"] = "lienlac/us-ic3/999999999\n5\n" + "A" * 43 + "=\n"
    with pytest.raises(Refused):
        ask_everything(us, vn, signed_state(vn, said))
    assert us.read(ledger.epoch) == 1
    assert us.alarms(vn) == set()
    parse_origin(us.read(us.office.log_origin))


def test_a_peer_that_boasts_makes_no_noise_here(link: Link) -> None:
    """It claims messages of ours that it cannot show: no recovery is announced, nothing is sent, nothing is logged."""
    us, vn = link.us, link.vn
    us.send(vn, "one")
    settle_all(us, vn)
    us.send(vn, "waits")
    said = state_of(vn, us)
    said["taken"] = dict.fromkeys(("urgent", "normal", "bulk"), 10**6)
    said["receipted"] = dict.fromkeys(("urgent", "normal", "bulk"), 10**6)
    waiting = us.envelopes(vn)
    for _ in range(3):
        assert ask_everything(us, vn, signed_state(vn, said)) == (0, 0)
    assert us.envelopes(vn, Lane.URGENT) == []
    assert us.envelopes(vn) == waiting
    assert [entry.action for entry in us.read(journal.latest) if entry.action == "node.recovered"] == []
    assert us.alarms(vn) == {"record-missing"}


def test_a_message_to_a_third_node_is_not_taken_for_ours_to_this_one(link: Link, third: End) -> None:
    """Two peers of ours work together: one hands on what we sent it, the other signs a receipt for it."""
    vn, sg, us = link.vn, third, link.us
    vn.send(us, "to us first")
    settle_all(vn, us)
    saved = link.save(vn)
    vn.send(sg, "for sg alone")
    vn.send(us, "for us alone")
    settle_all(vn, us, sg)
    (stolen,) = sg.read(store.lane_messages, vn.node_id, "in", Lane.NORMAL, after=0, rows=9)
    vn = link.restore(vn, saved)
    loss = vn.post.recovery.compare(us.node_id, us.post.recovery.state_for(vn.node_id))
    request = next(one for one in loss.wanted if one.direction == "from-me" and one.lane is Lane.NORMAL)
    request = msgspec.structs.replace(request, after=0)  # as if the backup were from before the first message
    header = decode(jws.payload_unverified(stolen.signed)).header
    (held,) = us.read(store.lane_messages, vn.node_id, "in", Lane.NORMAL, after=1, rows=9)
    receipt = receipts.decode_receipt(jws.payload_unverified(held.receipt))
    receipt = msgspec.structs.replace(
        receipt, digest=stolen.digest, message_id=header.id, sequence=header.sequence, lane=header.lane
    )
    made = jws.sign(receipts.encode(receipt), us.office.keys.signing, RECEIPT_TYP)
    page = RecordPage(items=(RecordItem(signed=stolen.signed.decode(), receipt=made.decode()),), more=False)
    sealed = jwe.seal(msgspec.json.encode(page), parsed_card(vn.office.card).sealing, RECORD_TYP)
    with pytest.raises(Refused) as error:
        vn.post.recovery.fetched(loss, request, sealed)
    assert error.value.code == "receipt-mismatch"


def test_a_past_that_does_not_hang_together_is_refused(link: Link) -> None:
    """The peer shows another message of ours in a place than the one that what follows points back to."""
    lied = Lied(link)
    request = lied.wanted("from-me")
    first, second, _ = lied.page(request).items
    # a message that we truly signed for that place once, and that the peer receipts only now
    twin = forge(lied.us, lied.vn, header_of(lied.us, lied.vn, sequence=1, previous="0" * 64))
    receipt = receipts.decode_receipt(jws.payload_unverified(first.receipt.encode()))
    header = decode(twin.payload).header
    receipt = msgspec.structs.replace(receipt, digest=twin.digest, message_id=header.id)
    made = jws.sign(receipts.encode(receipt), lied.vn.office.keys.signing, RECEIPT_TYP).decode()
    item = RecordItem(signed=twin.signed.decode(), receipt=made)
    lied.refuse(request, [item, second], "record-chain")


def test_a_page_of_the_record_fits_into_what_may_be_sealed(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    us, vn = link.us, link.vn
    saved = link.save(us)
    us.send(vn, *("x" * 15_000 for _ in range(40)))
    settle_all(us, vn)
    us = link.restore(us, saved)
    monkeypatch.setattr(limits, "BATCH_MAX_BYTES", 100_000)
    loss = us.post.recovery.compare(vn.node_id, vn.post.recovery.state_for(us.node_id))
    (request,) = loss.wanted
    page = decode_page(jwe.unseal(vn.post.recovery.record_for(us.node_id, request), us.office.keys, RECORD_TYP))
    assert 0 < len(page.items) < 6
    assert page.more
    assert recover(us, vn) == (40, 0)


def test_more_than_any_bound_is_recovered_piece_by_piece(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day's bulk transfer lies behind the backup: it must not be too much to be recovered at all."""
    us, vn = link.us, link.vn
    monkeypatch.setattr(limits, "REISSUE_MAX_MESSAGES", 10)
    monkeypatch.setattr(limits, "RECOVERY_STEP_MESSAGES", 7, raising=False)
    saved = link.save(us)
    us.send(vn, *(f"a{number}" for number in range(9)))
    settle_all(us, vn)
    vn.send(us, *(f"b{number}" for number in range(9)))
    us.send(vn, *(f"c{number}" for number in range(9)))
    settle_all(us, vn)
    us = link.restore(us, saved)
    us.send(vn, "new 1", "new 2")
    assert recover(us, vn) == (18, 9)
    settle_all(us, vn)
    assert vn.got[-2:] == ["new 1", "new 2"]
    assert us.got[:9] == [f"a{number}" for number in range(9)]
    assert verify_log(us.office).sound
    assert [e.action for e in us.read(journal.latest)].count("node.recovered") == 1


def test_a_receipt_that_the_peer_never_got_does_not_end_the_recovery(link: Link) -> None:
    """A damaged courier file brought the second receipt and not the first: the peer's record has a hole."""
    us, vn = link.us, link.vn
    saved = link.save(us)
    first, *_ = vn.send(us, "one", "two", "three")
    settle_all(us, vn)

    def forget(connection: Any) -> None:
        table = store.tables.message_table
        row = connection.execute(sa.select(table).where(table.c.digest == first)).one()
        connection.execute(
            table.update()
            .where(table.c.digest == first)
            .values(receipt=None, verdict=None, code=None, receipt_at_us=None)
        )
        assert row.receipt is not None

    vn.database.write(forget)
    us = link.restore(us, saved)
    recover(us, vn)  # nothing can be shown before the hole, and that is no fault
    assert us.got == []
    stored = vn.stored(first)
    again = jwe.seal(stored.signed, parsed_card(us.office.card).sealing, "lienlac-message")
    us.take(again, via=vn.node_id)
    recover(us, vn)
    assert us.got == ["one", "two", "three"]


def test_a_handler_that_refuses_the_past_does_not_end_the_recovery(link: Link) -> None:
    """What was accepted once may not fit what is here now, or comes before what it needs: the rest must come back."""
    us, vn = link.us, link.vn
    saved = link.save(us)
    us.send(vn, "needed")
    settle_all(us, vn)
    vn.clock.turn(60)
    vn.send(us, "needs it")
    vn.send(us, "never fits", lane=Lane.BULK)
    vn.send(us, "later", lane=Lane.URGENT)
    settle_all(us, vn)
    us = link.restore(us, saved)

    def behave(_connection: Any, arrived: Any) -> None:
        if arrived.body.text == "needs it" and "needed" not in us.got:
            raise Refused("request-unknown", request="x")
        if arrived.body.text == "never fits":
            raise Refused("request-unknown", request="y")

    us.behave = behave
    # the peer's clock was an hour ahead: its receipt for "needed" is dated behind our own receipts
    loss = look(us, vn)
    assert us.post.recovery.absorb(loss) == (1, 3)
    assert sorted(us.got) == ["later", "needed", "needs it"]
    assert us.place(vn, "in", Lane.BULK).sequence == 1
    assert "replay-refused" in us.alarms(vn)
    assert not look(us, vn).any
    assert [settled.verdict for settled in us.settled] == [Verdict.ACCEPTED]


def test_a_node_put_back_with_its_old_keys_says_so_instead_of_being_refused(link: Link) -> None:
    """The backup held the key file too: signed with it, every message would become a dead letter."""
    us, vn = link.us, link.vn
    saved = link.save(us)
    us.rotate()
    us.send(vn, "under the new keys")
    settle_all(us, vn)
    us = link.restore(us, saved)
    with pytest.raises(NotAllowed, match="keys-older"):
        look(us, vn)
    us = link.restore(us, saved, rotation=1)
    assert recover(us, vn) == (2, 0)


def test_a_peer_that_has_not_heard_of_a_rotation_is_no_sign_of_old_keys(link: Link) -> None:
    link.us.rotate()
    assert not look(link.us, link.vn).any
