"""Two nodes that never have a line, only courier files: one restored from a backup becomes whole again (clause 7.7)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.agreements.store import Delivery
from lienlac.errors import NotAllowed
from lienlac.exchange import store
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import STATE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.transport.courier_file import Counts
from lienlac.keys import jwe
from lienlac.storage import ledger
from lienlac.wire import frame
from lienlac.wire.message import Lane
from tests.exchange.scene import BOSS, End, Link, settle_all


@pytest.fixture
def apart(link: Link) -> Link:
    """The same pair without a network."""
    for end, peer in ((link.us, link.vn), (link.vn, link.us)):
        end.post.desk.set_delivery(BOSS, peer.node_id, Delivery.COURIER, fetch=False, url=None)
    settle_all(link.us, link.vn)
    return link


def pack(end: End, peer: End) -> bytes:
    out = io.BytesIO()
    end.post.courier_files.pack(BOSS, peer.node_id, out)
    return out.getvalue()


def unpack(end: End, file: bytes) -> Counts:
    return end.post.courier_files.unpack(BOSS, io.BytesIO(file))


def carry(end: End, peer: End) -> Counts:
    """One file there."""
    end.clock.turn(60)
    return unpack(peer, pack(end, peer))


def journeys(link: Link, times: int = 4) -> None:
    """There and back so many times."""
    for _ in range(times):
        carry(link.us, link.vn)
        carry(link.vn, link.us)


def talk(link: Link, when: str) -> None:
    for lane in Lane:
        link.us.send(link.vn, f"us {lane.value} {when}", lane=lane)
        link.vn.send(link.us, f"vn {lane.value} {when}", lane=lane)
    journeys(link, 2)


def expected(who: str, *whens: str) -> list[str]:
    return sorted(f"{who} {lane.value} {when}" for lane in Lane for when in whens)


def agreeing(link: Link) -> None:
    """Both hold the same of every lane, nothing waits, and each log proves itself and is no fork to the other."""
    for lane in Lane:
        assert link.us.place(link.vn, "out", lane) == link.vn.place(link.us, "in", lane)
        assert link.vn.place(link.us, "out", lane) == link.us.place(link.vn, "in", lane)
    for end, peer in ((link.us, link.vn), (link.vn, link.us)):
        assert end.read(store.outbox_lanes) == []
        assert end.read(store.under_way, peer.node_id) is None
        assert not end.read(store.anything_regained, peer.node_id)
        assert not end.alarms(peer) & {"log-forked", "record-missing", "replay-refused", "recovering"}
        report = verify_log(end.office)
        assert report.sound, report.faults


def lose(link: Link, who: str, saved: Any) -> tuple[End, End]:
    lost = link.restore(link.us if who == "us" else link.vn, saved)
    return lost, link.vn if who == "us" else link.us


def test_nothing_lost_asks_for_nothing(apart: Link) -> None:
    talk(apart, "first")
    talk(apart, "second")
    for end, peer in ((apart.us, apart.vn), (apart.vn, apart.us)):
        assert b"\np " not in pack(end, peer)
        state = store_state(peer, end)
        assert state.wants == ()
        assert not end.alarms(peer) & {"recovered", "peer-recovered"}
    agreeing(apart)


def store_state(end: End, peer: End) -> Any:
    from lienlac.exchange.recovery import carried

    return end.read(carried._newest, peer.node_id)


@pytest.mark.parametrize("who", ["us", "vn"])
@pytest.mark.parametrize("first", ["lost", "peer"])
def test_a_restored_node_is_whole_again_whoever_packs_first(apart: Link, who: str, first: str) -> None:
    talk(apart, "before")
    saved = apart.save(apart.us if who == "us" else apart.vn)
    talk(apart, "after")
    lost, peer = lose(apart, who, saved)
    other = "vn" if who == "us" else "us"
    if first == "lost":
        carry(lost, peer)
    counts = carry(peer, lost)
    if first == "peer":
        assert counts.recovered == 0, "it has only heard of it"
        assert "recovering" in lost.alarms(peer)
        carry(lost, peer)
        counts = carry(peer, lost)
    assert counts.recovered == 6
    assert sorted(one.body.text for one in lost.heard if not one.ours) == expected(other, "after")
    assert sorted(one.body.text for one in lost.heard if one.ours) == expected(who, "after")
    assert lost.read(ledger.epoch) == 2
    journeys(apart, 2)
    assert "recovered" in lost.alarms(peer)
    assert "peer-recovered" in peer.alarms(lost)
    talk(apart, "later")
    agreeing(apart)


def test_what_was_said_since_the_restore_gets_new_places(apart: Link) -> None:
    talk(apart, "before")
    saved = apart.save(apart.us)
    talk(apart, "lost")
    us, vn = lose(apart, "us", saved)
    for lane in Lane:
        us.send(vn, f"new {lane.value}", lane=lane)
    journeys(apart)
    assert sorted(vn.got) == sorted([*expected("us", "before", "lost"), *(f"new {lane.value}" for lane in Lane)])
    assert us.read(store.dead_letters) == []
    agreeing(apart)


def test_a_log_that_was_cut_gives_nobody_a_second_head(apart: Link) -> None:
    """The weakness this ends: a node restored that signs receipts before it knows would tell two stories."""
    talk(apart, "before")
    saved = apart.save(apart.vn)
    talk(apart, "lost")
    vn, us = lose(apart, "vn", saved)
    us.send(vn, "after the restore")
    counts = carry(us, vn)
    assert counts.waiting == 1
    assert counts.accepted == 0
    assert vn.read(ledger.epoch) == 2
    journeys(apart)
    assert "after the restore" in vn.got
    agreeing(apart)


def test_files_lost_late_and_twice_change_nothing_in_the_end(apart: Link) -> None:
    talk(apart, "before")
    saved = apart.save(apart.us)
    talk(apart, "lost")
    old = pack(apart.vn, apart.us)
    us, vn = lose(apart, "us", saved)
    pack(us, vn)  # dropped on the way
    first = pack(vn, us)
    unpack(us, first)
    unpack(us, old)
    unpack(vn, pack(us, vn))
    answer = pack(vn, us)
    pack(vn, us)  # dropped on the way
    unpack(us, answer)
    unpack(us, answer)
    unpack(us, first)
    journeys(apart)
    assert sorted(vn.got) == expected("us", "before", "lost")
    agreeing(apart)


def test_a_long_past_comes_in_several_files(apart: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = apart.save(apart.us)
    apart.us.send(apart.vn, *(f"m{number}" for number in range(11)))
    apart.vn.send(apart.us, *(f"n{number}" for number in range(7)))
    journeys(apart, 2)
    monkeypatch.setattr(limits, "BATCH_MAX_ENVELOPES", 3)
    monkeypatch.setattr(limits, "COURIER_RECORD_PAGES", 2)
    us, vn = lose(apart, "us", saved)
    carry(us, vn)
    assert carry(vn, us).recovered == 0, "more is to come, and it is replayed in the order in which it happened"
    journeys(apart, 5)
    assert [one.body.text for one in us.heard if one.ours] == [f"m{number}" for number in range(11)]
    assert [one.body.text for one in us.heard if not one.ours] == [f"n{number}" for number in range(7)]
    agreeing(apart)


def test_both_restored_at_once(apart: Link) -> None:
    talk(apart, "before")
    saved_us = apart.save(apart.us)
    talk(apart, "between")
    saved_vn = apart.save(apart.vn)
    talk(apart, "lost by both")
    apart.restore(apart.us, saved_us)
    apart.restore(apart.vn, saved_vn)
    journeys(apart, 5)
    talk(apart, "later")
    for lane in Lane:
        assert apart.us.place(apart.vn, "out", lane) == apart.vn.place(apart.us, "in", lane)
        assert apart.vn.place(apart.us, "out", lane) == apart.us.place(apart.vn, "in", lane)


def test_keys_from_before_a_rotation_say_so_before_anything_is_taken(apart: Link) -> None:
    talk(apart, "before")
    saved = apart.save(apart.us)
    apart.us.rotate()
    journeys(apart, 3)
    us, vn = lose(apart, "us", saved)
    with pytest.raises(NotAllowed) as caught:
        carry(vn, us)
    assert caught.value.code == "keys-older"


# --- attacks ---------------------------------------------------------------------------------------------------------


def lines(file: bytes) -> list[bytes]:
    return file.splitlines(keepends=True)


def test_attack_a_state_that_is_not_the_peer_s(apart: Link) -> None:
    """Whoever holds the medium can seal to us, and cannot sign as the peer."""
    talk(apart, "before")
    file = lines(pack(apart.vn, apart.us))
    forged = jwe.seal(b"not.a.signature", parsed_card(apart.us.office.card).sealing, STATE_TYP)
    file = [frame.item_line(frame.Item("s", forged)) if line.startswith(b"s ") else line for line in file]
    before = apart.us.read(store.carried_state, apart.vn.node_id)
    assert unpack(apart.us, b"".join(file)).turned_away == 1
    assert apart.us.read(store.carried_state, apart.vn.node_id) == before
    assert apart.us.read(ledger.epoch) == 1


def test_attack_a_state_about_another_link(apart: Link, third: End) -> None:
    """A third node's file with the peer's name on it moves nothing."""
    third.post.desk.set_delivery(BOSS, apart.vn.node_id, Delivery.COURIER, fetch=False, url=None)
    stolen = next(line for line in lines(pack(third, apart.vn)) if line.startswith(b"s "))
    file = [stolen if line.startswith(b"s ") else line for line in lines(pack(apart.us, apart.vn))]
    assert unpack(apart.vn, b"".join(file)).turned_away == 1


def _with_another_letter(line: bytes) -> bytes:
    return line[:200] + (b"B" if line[200:201] == b"A" else b"A") + line[201:]


def test_attack_a_page_of_another_s_past_is_dropped_whole(apart: Link) -> None:
    talk(apart, "before")
    saved = apart.save(apart.us)
    talk(apart, "lost")
    us, vn = lose(apart, "us", saved)
    carry(us, vn)
    file = lines(pack(vn, us))
    pages = [line for line in file if line.startswith(b"p ")]
    assert pages
    broken = [_with_another_letter(line) if line.startswith(b"p ") else line for line in file]
    counts = unpack(us, b"".join(broken))
    assert counts.turned_away == len(pages)
    assert counts.recovered == 0
    assert not us.read(store.anything_regained, vn.node_id)
    journeys(apart)
    agreeing(apart)


def test_a_pair_with_a_line_is_left_to_its_calls(link: Link) -> None:
    talk(link, "before")
    saved = link.save(link.us)
    talk(link, "lost")
    us, vn = lose(link, "us", saved)
    with pytest.raises(Exception, match="recovering"):
        carry(vn, us)
    assert us.read(store.carried_state, vn.node_id) is None


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["us", "vn", "send us", "send vn", "save", "lose us", "lose vn"]), max_size=10))
def test_whatever_happens_to_files_and_disks_both_converge(
    agreed_files: Any, tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Any order of files carried, messages written and disks lost; then a few quiet journeys, and both agree."""
    import shutil

    from tests.exchange.scene import US, VN, open_file
    from tests.world.fakes import START, HandClock

    folder, clock = tmp_path_factory.mktemp("any"), HandClock(START)
    clock.turn(60)
    for node_id in (US, VN):
        shutil.copyfile(agreed_files / f"{node_id}.db", folder / f"{node_id}.db")
    made = Link(folder, clock, *(End(one, open_file(folder / f"{one}.db"), clock, seed="any") for one in (US, VN)))
    for end, peer in ((made.us, made.vn), (made.vn, made.us)):
        end.post.desk.set_delivery(BOSS, peer.node_id, Delivery.COURIER, fetch=False, url=None)
    saved = {"us": made.save(made.us), "vn": made.save(made.vn)}
    for number, step in enumerate(steps):
        if step == "us":
            carry(made.us, made.vn)
        elif step == "vn":
            carry(made.vn, made.us)
        elif step == "send us":
            made.us.send(made.vn, f"u{number}")
        elif step == "send vn":
            made.vn.send(made.us, f"v{number}")
        elif step == "save":
            saved = {"us": made.save(made.us), "vn": made.save(made.vn)}
        else:
            who = step.removeprefix("lose ")
            lose(made, who, saved[who])
    journeys(made, 4)
    try:
        for lane in Lane:
            assert made.us.place(made.vn, "out", lane) == made.vn.place(made.us, "in", lane)
            assert made.vn.place(made.us, "out", lane) == made.us.place(made.vn, "in", lane)
        for end in (made.us, made.vn):
            assert end.read(store.outbox_lanes) == []
            assert verify_log(end.office).sound
    finally:
        made.us.database.close()
        made.vn.database.close()
