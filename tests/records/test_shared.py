"""Shared records between real nodes: who takes part, what they hold, what never leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lienlac.errors import NotAllowed
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store.ways import Way
from lienlac.wire.bodies.records import History
from tests.records.heaps import RED, HeapNode, Heaps


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Heaps]:
    heaps = Heaps(tmp_path)
    yield heaps
    heaps.close()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Heaps]:
    heaps = Heaps(tmp_path, 3)
    yield heaps
    heaps.close()


def shared(heaps: Heaps) -> tuple[HeapNode, HeapNode, str]:
    """A heap of Viet Nam's in which the United States take part."""
    vn, us = heaps.nodes[:2]
    record = vn.open()
    vn.invite(record, us)
    heaps.deliver()
    us.accept(record)
    heaps.deliver()
    return vn, us, record


def test_what_one_states_the_other_holds(two):
    vn, us, record = shared(two)
    first = vn.stone(record, "granite")
    second = us.stone(record, "basalt")
    us.stone(record, "GRANITE", element=first)
    two.deliver()
    assert vn.stones(record) == us.stones(record)
    assert vn.stones(record) == {first: "us:GRANITE/vn:granite", second: "us:basalt"}
    assert vn.facts(record) == us.facts(record)


def test_before_it_is_answered_an_invited_node_knows_the_invitation_and_nothing_else(two):
    vn, us = two.nodes
    record = vn.open()
    vn.stone(record, "granite")
    vn.invite(record, us, text="Xin mời")
    two.deliver()
    room = us.heaps.read.room(us.officer, record)
    assert (room.line.part, room.invitation.title_vi, room.invitation.reference) == (
        Part.INVITED,
        "Sỏi",
        "VN-H-2026-000001",
    )
    assert us.asked == [record]
    assert us.stones(record) == {}
    assert room.top is None


def test_who_accepts_gets_the_agreed_history(two):
    vn, us = two.nodes
    record = vn.open()
    vn.stone(record, "granite")
    vn.invite(record, us)
    two.deliver()
    us.accept(record)
    two.deliver()
    assert list(us.stones(record).values()) == ["vn:granite"]
    assert us.heaps.read.room(us.officer, record).line.title_vi == "Sỏi"


def test_who_joins_without_history_gets_what_is_stated_from_now_on(two):
    vn, us = two.nodes
    record = vn.open()
    vn.stone(record, "granite")
    vn.invite(record, us, history=History.NONE)
    two.deliver()
    us.accept(record)
    two.deliver()
    vn.stone(record, "marble")
    two.deliver()
    assert list(us.stones(record).values()) == ["vn:marble"]
    assert us.heaps.read.room(us.officer, record).top is not None


def test_a_declined_invitation_tells_why_and_gives_nothing(two):
    vn, us = two.nodes
    record = vn.open()
    vn.stone(record, "granite")
    vn.invite(record, us)
    two.deliver()
    us.heaps.part.answer(us.officer, record, accept=False, text="Not ours")
    two.deliver()
    member = next(one for one in vn.heaps.read.room(vn.officer, record).members if one.node == us.id)
    assert (member.part, member.text) == (Part.DECLINED, "Not ours")
    assert us.stones(record) == {}


def test_what_is_marked_above_the_ceiling_never_leaves(two):
    vn, us, record = shared(two)
    vn.stone(record, "secret", marks=RED)
    two.deliver()
    assert us.stones(record) == {}
    assert list(vn.stones(record).values()) == ["vn:secret"]


def test_only_its_author_supersedes_or_takes_back(two):
    vn, us, record = shared(two)
    stone = vn.stone(record, "granite")
    two.deliver()
    with pytest.raises(NotAllowed, match="not-found"):
        us.heaps.retract(us.officer, record, stone, "mine")
    vn.stone(record, "gneiss", element=stone)
    two.deliver()
    assert us.stones(record) == {stone: "vn:gneiss"}
    vn.heaps.retract(vn.officer, record, stone, "It was a potato")
    two.deliver()
    assert us.stones(record) == {}
    told = us.heaps.read.told(us.officer, record, stone)
    assert [one.says.name if one.says else one.stated.reason for one in told.versions] == [
        "granite",
        "gneiss",
        "It was a potato",
    ]


def test_who_left_gets_nothing_more_and_may_come_back(two):
    vn, us, record = shared(two)
    vn.stone(record, "granite")
    two.deliver()
    us.heaps.part.leave(us.officer, record, "Done")
    two.deliver()
    vn.stone(record, "marble")
    two.deliver()
    assert list(us.stones(record).values()) == ["vn:granite"]
    with pytest.raises(NotAllowed, match="shared-no-part"):
        us.stone(record, "basalt")
    vn.invite(record, us)
    two.deliver()
    us.accept(record)
    two.deliver()
    assert vn.facts(record) == us.facts(record)


def test_who_was_removed_hears_of_it_and_of_nothing_else(two):
    vn, us, record = shared(two)
    vn.heaps.part.remove(vn.officer, record, us.id, "Too many cooks")
    vn.stone(record, "granite")
    two.deliver()
    room = us.heaps.read.room(us.officer, record)
    assert room.line.part is Part.REMOVED
    assert us.stones(record) == {}


def test_a_third_who_joins_gets_each_authors_own_facts_from_that_author(three):
    vn, us, sg = three.nodes
    vn, us, record = shared(three)
    vn.stone(record, "granite")
    us.stone(record, "basalt")
    three.deliver()
    vn.invite(record, sg)
    three.deliver()
    sg.accept(record)
    three.deliver()
    assert list(sg.stones(record).values()) == ["vn:granite"]
    us.heaps.part.give_history(us.officer, record, sg.id, History.ALL, None)
    three.deliver()
    assert sorted(sg.stones(record).values()) == ["us:basalt", "vn:granite"]
    sg.stone(record, "slate")
    three.deliver()
    assert sg.facts(record) == us.facts(record) == vn.facts(record)


def test_what_waited_goes_in_few_messages(two):
    vn, us, record = shared(two)
    for number in range(300):
        vn.stone(record, f"stone {number}")
    two.deliver()
    assert len(us.stones(record)) == 200
    room = vn.heaps.read.room(vn.officer, record)
    assert room.counts[("stone", "light")] == 300
    assert set(room.ways[us.id]) == {Way.TAKEN}
    with us.sim.database.read() as connection:
        from lienlac.exchange import store
        from lienlac.wire.message import Lane

        packed = store.lane_messages(connection, vn.id, "in", Lane.BULK, after=0, rows=100)
    assert 0 < len(packed) < 5
