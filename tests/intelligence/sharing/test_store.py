"""The tables of sharing on both products: what was given, what is to be recalled, what waits to be taken in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from lienlac.intelligence.sharing.order import Order
from lienlac.intelligence.sharing.rules.sifting import Candidate
from lienlac.intelligence.sharing.store import arrived, given, shares
from lienlac.storage.database import Database
from lienlac.wire.message import Header
from tests.hotline.scene import header_of
from tests.intelligence.scene import Desk, id_of, indicator
from tests.world.fakes import START

PEER = "us-ic3"


def order(collection: str) -> Order:
    return Order(
        collection=collection, peer=PEER, title="T", mode="standing", purpose="p", legal_basis="l", tlp="amber",
        pap="clear",
    )  # fmt: skip


def candidate(number: int, version_us: int = 1) -> Candidate:
    raw = indicator(number)
    return Candidate(number, id_of(raw), "indicator", version_us, False, 1, "clear", "h0", "", "", 1, raw)


def test_given_rows_follow_an_object_through_its_states(database: Database) -> None:
    desk = Desk(database)
    collection = desk.collection()
    desk.bring(collection, *(indicator(number) for number in range(1, 4)))
    collection = desk.fresh(collection)

    def work(connection: Connection) -> None:
        number = shares.insert(
            connection, "shr-a", order(collection.id), collection=collection.number, by="x", at=START
        )
        (behind,) = shares.behind(connection)
        assert (behind.number, behind.order.title, behind.whole) == (number, "T", False)
        found, more = given.candidates(
            connection, collection.number, after_us=-1, until_us=collection.last_us, order=order(collection.id)
        )
        assert (len(found), more) == (3, False)
        parcel = shares.add_parcel(connection, "msg-a", kind="share", peer=PEER, share=number, objects=3, at=START)
        rows = [given.Row(one, None, place) for place, one in enumerate(found)]
        given.put(connection, PEER, rows, share=number, parcel=parcel, at_us=5)
        assert shares.under_way(connection, PEER, START) == 1
        given.answered(connection, parcel, "new", {1: ("held", "intel-ours", "no")})
        shares.settle(connection, parcel, "taken", at=START)
        assert given.counts(connection, [number]) == {number: {"new": 2, "held": 1}}
        known = given.of_peer(connection, PEER, [one.object_id for one in found])
        assert known[found[1].object_id].code == "intel-ours"
        assert given.of_peer(connection, "jp-npa", known) == {}
        amber = found[0].tlp
        near, far = given.Over(collection.number, amber, ()), given.Over(collection.number, amber - 1, ())
        by_pap = given.Over(collection.number, amber, ("clear",))
        counts = [given.count_over(connection, number, one) for one in (near, far, by_pap)]
        assert counts == [len(given.over(connection, number, one)) for one in (near, far, by_pap)]
        assert counts == [0, 3, 3]
        assert given.count_over(connection, number, given.Over(collection.number + 1, amber, ("clear",))) == 0
        again = [given.Row(found[0]._replace(version_us=9), known[found[0].object_id], 0)]
        given.put(connection, PEER, again, share=number, parcel=parcel + 1, at_us=6)
        assert given.of_peer(connection, PEER, known)[found[0].object_id].version_us == 9
        given.mark(connection, given.recallable(connection, number), "due", code="marks", text="t", at_us=7)
        assert given.due_peers(connection) == [PEER]
        assert given.any_due(connection, PEER)
        due = given.due(connection, PEER)
        given.recalling(connection, due, parcel=parcel + 2)
        assert not given.any_due(connection, PEER)
        assert given.unconfirmed(connection, [number]) == {number: (3, 7)}
        assert [one.place for one in given.of_parcel(connection, parcel + 2)] == [0, 1, 2]
        given.not_taken(connection, parcel + 2, "expired", "late")
        assert given.counts(connection, [number]) == {number: {"unheard": 3}}
        given.confirm(connection, due, "recalled")
        assert given.unconfirmed(connection, [number]) == {}
        assert given.standing(connection, collection.number, known) == set(known)
        assert len(given.ours(connection, known, but=0)) == 3

    database.write(work)


def test_messages_are_taken_in_by_pieces_and_only_once(database: Database) -> None:
    header: Any = header_of(PEER, "vn-a05", "intelligence.share", 1, "shr-" + "a" * 26, START)
    assert isinstance(header, Header)

    def work(connection: Connection) -> None:
        assert arrived.queue(connection, header, kind="share", body=b"x", count=3, at=START, title="T", mode="once")
        assert not arrived.queue(connection, header, kind="share", body=b"x", count=3, at=START)
        assert arrived.waiting(connection, PEER) == 1
        one = arrived.next_queued(connection)
        assert one is not None
        assert arrived.advance(connection, one, "ns", [(0, "c", "t")], START)
        assert not arrived.advance(connection, one, "ns", [], START), "the same piece twice"
        one = arrived.next_queued(connection)
        assert one is not None
        assert (one.place, one.states, one.reasons) == (2, "ns", [(0, "c", "t")])
        assert arrived.advance(connection, one, "h", [], START)
        assert arrived.next_queued(connection) is None
        (done,) = arrived.unanswered(connection)
        assert (done.states, done.body) == ("nsh", None)
        arrived.answer(connection, done.number)
        assert arrived.unanswered(connection) == []

    database.write(work)
