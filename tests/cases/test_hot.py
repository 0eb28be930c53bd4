"""Hot cases: the next report's clock tells duty once, and ends when the promise is renewed or the case is hot no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.cases.hot.deadlines import due, next_us, warnings
from lienlac.cases.store import CaseLine
from lienlac.errors import Refused
from lienlac.wire.bodies.cases import Case
from lienlac.wire.bodies.emergencies import Severity
from tests.cases.scene import AMBER, Room

HOUR = timedelta(hours=1)
moments = st.none() | st.integers(1, 10**9)


@given(moments, moments, moments, st.lists(st.integers(1, 2 * 10**9), min_size=1, max_size=8))
def test_every_part_of_a_promise_is_told_once_however_often_one_looks(
    own: int | None, theirs: int | None, stated: int | None, looks: list[int]
) -> None:
    line = CaseLine(record_id="cas", own_update_us=own, their_update_us=theirs, stated_us=stated)
    told = []
    for now in sorted(looks):
        told += [(one.clock, one.percent) for one in due(line, now)]
        line = CaseLine(
            record_id="cas", own_update_us=own, their_update_us=theirs, stated_us=stated, watched_us=now,
            watch_us=next_us(line, now),
        )  # fmt: skip
    assert len(told) == len(set(told))
    over = {(one.clock, one.percent) for one in warnings(line) if one.at_us <= max(looks) and one.percent == 100}
    assert over <= set(told)


def hot(room: Room, hours: float | None, severity: Severity | None = Severity.CRITICAL) -> Case:
    at = None if hours is None else room.clock.now() + hours * HOUR
    return Case(title_vi="Vụ nóng", title_en="Hot one", hot=severity, next_update=at)


def alarms(room: Room, side: object, login: str) -> list[tuple[str, str]]:
    node = side.node  # type: ignore[attr-defined]
    found = node.duty.alarms.listed(side.officer(login), live=True)  # type: ignore[attr-defined]
    return sorted((one.alarm.clock, one.alarm.warned.cause.value) for one in found)


def test_duty_is_told_of_a_promise_that_runs_out_on_both_sides(room: Room) -> None:
    case_id = room.joined(top=hot(room, 10))
    room.turn()
    assert alarms(room, room.vn, "lan") == alarms(room, room.us, "mark") == []
    room.turn(8.5 * 60)
    assert alarms(room, room.vn, "lan") == [("update", "due-soon")]
    assert alarms(room, room.us, "mark") == []
    room.turn(2 * 60)
    assert alarms(room, room.vn, "lan") == [("update", "overdue")]
    assert alarms(room, room.us, "mark") == [("their-update", "overdue")]
    (line,) = room.vn.node.duty.alarms.listed(room.lan, live=True)
    assert line.alarm.path == f"/cases/{case_id}"
    room.vn.node.cases.change(room.lan, case_id, hot(room, 5), AMBER)
    room.settle()
    room.turn()
    assert alarms(room, room.vn, "lan") == alarms(room, room.us, "mark") == []


def test_a_case_that_cools_down_leaves_no_alarm(room: Room) -> None:
    case_id = room.joined(top=hot(room, 1))
    room.turn(90)
    assert alarms(room, room.us, "mark") == [("their-update", "overdue")]
    assert [one.request_id for one in room.us.node.duty._requests.open_lines(room.mark, rows=10)[0]] == [case_id]
    room.vn.node.cases.change(room.lan, case_id, hot(room, None, None), AMBER)
    room.settle()
    room.turn()
    assert alarms(room, room.us, "mark") == []
    assert room.room(room.us, case_id).line.state == "working"


def test_only_a_hot_case_promises_and_not_beyond_a_month(room: Room) -> None:
    case_id = room.open()
    with pytest.raises(Refused, match="case-not-hot"):
        room.vn.node.cases.change(room.lan, case_id, hot(room, 1, None), AMBER)
    with pytest.raises(Refused, match="case-update-far"):
        room.vn.node.cases.change(room.lan, case_id, hot(room, 24 * limits.CASE_UPDATE_MAX_DAYS + 1), AMBER)
