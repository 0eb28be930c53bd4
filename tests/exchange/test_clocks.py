"""Two clocks that differ: both desks are told, nothing is refused for it, and it ends by itself (clause 4.7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.exchange import store
from lienlac.exchange.link import skew
from lienlac.exchange.names import Alarm
from tests.exchange.scene import End, Link, settle_all
from tests.world.fakes import START, WrongClock

DAY = 86_400
SECONDS = st.integers(-40 * DAY, 40 * DAY)
WAYS = st.integers(0, 40 * DAY)
"""How long something was under way."""


def alarms(end: End, other: End) -> list[tuple[str, str]]:
    return [(alarm.code, alarm.detail) for alarm in end.read(store.alarms, other.node_id)]


@pytest.mark.parametrize("days", [1, -1])
@pytest.mark.parametrize("sender", ["us", "vn"])
def test_a_clock_one_day_off_is_told_on_both_sides_and_stops_nothing(link: Link, days: int, sender: str) -> None:
    us, vn = link.us, link.vn
    wrong = WrongClock(link.clock)
    vn.office.clock = wrong
    wrong.error = timedelta(days=days)
    one, other = (us, vn) if sender == "us" else (vn, us)
    one.send(other, "a")
    settle_all(us, vn)
    assert other.got == ["a"]
    # whoever sent holds a receipt that cannot be; whoever took it sees it only where it seems to come from the future
    theirs = days if sender == "us" else -days
    assert alarms(one, other) == [("clocks-differ", f"{theirs * DAY:+d} s")]
    other.send(one, "b")
    settle_all(us, vn)
    assert alarms(us, vn) == [("clocks-differ", f"{days * DAY:+d} s")]
    assert alarms(vn, us) == [("clocks-differ", f"{-days * DAY:+d} s")]
    wrong.error = timedelta(0)
    us.send(vn, "c")
    vn.send(us, "d")
    settle_all(us, vn)
    assert alarms(us, vn) == alarms(vn, us) == []
    assert len(us.got) == len(vn.got) == 2
    for end, peer in ((us, vn), (vn, us)):
        noted = [
            entry.detail["code"] for entry in end.read(journal.about, peer.node_id) if entry.action == "link.alarm"
        ]
        assert noted == [Alarm.CLOCKS_DIFFER.value]


def test_a_message_that_waited_long_says_nothing_about_clocks(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "a")
    link.clock.turn(10 * DAY)
    settle_all(us, vn)
    assert vn.got == ["a"]
    assert alarms(us, vn) == alarms(vn, us) == []


@given(WAYS, WAYS)
def test_clocks_that_agree_are_never_said_to_differ(there: int, back: int) -> None:
    received = START + timedelta(seconds=there)
    now = received + timedelta(seconds=back)
    for ahead in (skew.of_message(START, received), skew.of_receipt(START, received, now)):
        assert ahead is None or abs(ahead) <= skew.ALLOWED


@given(SECONDS, st.integers(0, limits.CLOCK_SKEW_MAX_S // 2), st.integers(0, limits.CLOCK_SKEW_MAX_S // 2))
def test_the_receipt_of_a_quick_message_shows_any_difference_and_its_side(error: int, there: int, back: int) -> None:
    """`error`: how far the other side's clock is ahead."""
    received = START + timedelta(seconds=there + error)
    ahead = skew.of_receipt(START, received, START + timedelta(seconds=there + back))
    assert ahead is not None
    if abs(error) > 2 * limits.CLOCK_SKEW_MAX_S:
        assert abs(ahead) > skew.ALLOWED
        assert (ahead > timedelta(0)) == (error > 0)
        assert abs(ahead - timedelta(seconds=error)) <= skew.ALLOWED
