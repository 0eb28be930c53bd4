"""The roads: frames and courier files for any bytes, and a node that was restored from an older backup."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange.log.verifying import verify_log
from lienlac.wire import frame
from lienlac.wire.message import Lane
from tests.world import checkers, nodes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.attacks.stage import Stage
    from tests.world.nodes import SimNode

WITHOUT_FRESH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.binary(max_size=300))
def test_any_bytes_as_a_delivery(data: bytes) -> None:
    with contextlib.suppress(Refused):
        frame.decode_delivery(data)


@given(st.lists(st.binary(min_size=1, max_size=50).filter(lambda item: b"\n" not in item), max_size=20))
def test_frames_come_out_as_they_went_in(envelopes: list[bytes]) -> None:
    head = frame.DeliveryHead(format="lienlac-delivery/1", sender="vn-a05", recipient="us-ic3")
    assert frame.decode_delivery(frame.encode_delivery(head, envelopes)) == (head, envelopes)


@WITHOUT_FRESH
@given(data=st.binary(max_size=300))
def test_any_bytes_at_the_door(stage: Stage, data: bytes) -> None:
    with pytest.raises(Refused):
        stage.vn.answer(data, stage.us.node_id)


def pack(sender: SimNode, recipient: SimNode) -> bytes:
    out = io.BytesIO()
    sender.post.courier_files.pack(nodes.SUPERVISOR, recipient.node_id, out)
    return out.getvalue()


def unpack(recipient: SimNode, data: bytes) -> None:
    recipient.post.courier_files.unpack(nodes.SUPERVISOR, io.BytesIO(data))


def test_a_damaged_courier_file_takes_nothing_wrong(stage: Stage) -> None:
    stage.us.send(stage.vn.node_id, Lane.NORMAL, *[f"text {number}" for number in range(3)])
    whole = pack(stage.us, stage.vn)

    @given(cut=st.integers(0, len(whole)), at=st.integers(0, len(whole)), junk=st.binary(max_size=20))
    def damaged(cut: int, at: int, junk: bytes) -> None:
        with contextlib.suppress(Refused):
            unpack(stage.vn, (whole[:at] + junk + whole[at:])[:cut])
        applied = stage.applied()
        assert applied == [f"text {number}" for number in range(len(applied))]

    damaged()


def test_courier_files_carry_everything_there_and_back(stage: Stage) -> None:
    texts = [f"text {number}" for number in range(70)]
    stage.us.send(stage.vn.node_id, Lane.NORMAL, *texts)
    stage.us.send(stage.vn.node_id, Lane.URGENT, "urgent")
    there = pack(stage.us, stage.vn)
    unpack(stage.vn, there)
    unpack(stage.vn, there)  # the same stick once more
    assert sorted(stage.applied()) == sorted([*texts, "urgent"])
    back = pack(stage.vn, stage.us)
    unpack(stage.us, back)
    assert stage.us.post.courier.parcel(stage.vn.node_id, Lane.NORMAL) is None
    third = pack(stage.us, stage.vn)  # says that `back` was unpacked
    unpack(stage.vn, third)
    assert pack(stage.vn, stage.us).count(b"\nr ") == 0
    checkers.same_record(stage.us, stage.vn)


def test_courier_file_for_another_node(stage: Stage) -> None:
    with pytest.raises(Refused, match="not-for-us"):
        unpack(stage.sg, pack(stage.us, stage.vn))


def test_a_peer_that_fetches(stage: Stage) -> None:
    stage.us.post.desk.set_delivery(nodes.SUPERVISOR, stage.vn.node_id, agreements.Delivery.PULL, fetch=False, url=None)
    stage.us.send(stage.vn.node_id, Lane.NORMAL, "a", "b")
    assert stage.us.post.courier.due() == []
    assert nodes.fetch(stage.vn, stage.us, Lane.NORMAL) == 2
    assert nodes.fetch(stage.vn, stage.us, Lane.NORMAL) == 0
    checkers.same_record(stage.us, stage.vn)


# --- restored -----------------------------------------------------------------------------------------------------


def recover(node: SimNode, peer: SimNode) -> tuple[int, int] | None:
    loss = node.post.recovery.compare(peer.node_id, peer.post.recovery.state_for(node.node_id))
    for wanted in loss.wanted:
        request = wanted
        while True:
            page = peer.post.recovery.record_for(node.node_id, request)
            following = node.post.recovery.fetched(loss, request, page)
            if following is None:
                break
            request = following
    return node.post.recovery.absorb(loss) if loss.any else None


def test_a_restored_node_gets_back_what_it_said_and_heard(stage: Stage, tmp_path: Path) -> None:
    stage.us.send(stage.vn.node_id, Lane.NORMAL, "before")
    nodes.deliver_all([stage.us, stage.vn])
    stage.us.save(tmp_path / "backup")
    stage.us.send(stage.vn.node_id, Lane.NORMAL, *[f"said {number}" for number in range(100)])
    stage.vn.send(stage.us.node_id, Lane.BULK, "heard 1", "heard 2")
    nodes.deliver_all([stage.us, stage.vn])
    stage.us.restore(tmp_path / "backup")
    assert stage.applied(stage.us) == []
    stage.us.send(stage.vn.node_id, Lane.NORMAL, "after")  # stands where "said 0" stood
    assert recover(stage.us, stage.vn) == (100, 2)
    assert stage.applied(stage.us) == ["heard 1", "heard 2"]
    nodes.deliver_all([stage.us, stage.vn])
    assert stage.applied()[-1] == "after"
    assert len(stage.applied()) == 102
    checkers.same_record(stage.us, stage.vn)
    checkers.same_record(stage.vn, stage.us)
    assert verify_log(stage.us.post.office).sound
    assert verify_log(stage.us.post.office).epoch == 2
    assert "recovered" in stage.alarms(stage.us, stage.vn)
    assert "peer-recovered" in stage.alarms(stage.vn, stage.us)
    assert "log-forked" not in stage.alarms(stage.vn, stage.us)
    assert recover(stage.us, stage.vn) is None


def test_a_restored_node_takes_nothing_before_it_remembers(stage: Stage, tmp_path: Path) -> None:
    stage.us.save(tmp_path / "backup")
    stage.vn.send(stage.us.node_id, Lane.NORMAL, "heard")
    nodes.deliver_all([stage.us, stage.vn])
    stage.us.restore(tmp_path / "backup")
    stage.vn.send(stage.us.node_id, Lane.URGENT, "next")
    with pytest.raises(Refused, match="recovering"):
        nodes.deliver(stage.vn, stage.us, Lane.URGENT)
    assert stage.us.post.office.forgot == {stage.vn.node_id}
    recover(stage.us, stage.vn)
    nodes.deliver_all([stage.us, stage.vn])
    assert sorted(stage.applied(stage.us)) == ["heard", "next"]
    assert "log-forked" not in stage.alarms(stage.vn, stage.us)


def test_a_past_made_up_by_the_peer_is_not_believed(stage: Stage, tmp_path: Path) -> None:
    stage.us.save(tmp_path / "backup")
    stage.us.send(stage.vn.node_id, Lane.NORMAL, "said")
    nodes.deliver_all([stage.us, stage.vn])
    stage.us.restore(tmp_path / "backup")
    loss = stage.us.post.recovery.compare(stage.vn.node_id, stage.vn.post.recovery.state_for(stage.us.node_id))
    (wanted,) = loss.wanted
    page = stage.vn.post.recovery.record_for(stage.us.node_id, wanted)
    with pytest.raises(Refused):
        stage.us.post.recovery.fetched(loss, wanted, page[:-9] + b"AAAAAAAAA")
    keys = stage.us.post.office.keys
    stage.us.post.office.keys = nodes.key_chain(stage.sg.node_id)[0][0]
    with pytest.raises(Refused):
        stage.us.post.recovery.fetched(loss, wanted, page)
    stage.us.post.office.keys = keys
    with pytest.raises(Refused, match=r"key-unknown|sender-unknown"):
        stage.us.post.recovery.compare(stage.vn.node_id, stage.sg.post.recovery.state_for(stage.us.node_id))
