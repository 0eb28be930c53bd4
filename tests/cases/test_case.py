"""A case of two nodes: how it stands, who closes it, what comes after what, what an officer is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.cases.case import whole
from lienlac.cases.lifecycle import TABLE, State, Step, after, follows, joint
from lienlac.cases.tasks.order import cycle
from lienlac.errors import NotAllowed, Refused
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Element, Statement, top_element
from lienlac.wire.bodies.cases import Case, EntityRole, Status, TaskStatus
from lienlac.wire.bodies.emergencies import Severity
from lienlac.wire.bodies.hotline import Officer as Named
from lienlac.wire.bodies.records import Stated
from tests.cases.scene import AMBER, Room, event, person, said, task
from tests.world.fakes import START


# --- the table ----------------------------------------------------------------------------------------------------
def test_only_what_the_table_says_is_possible() -> None:
    for status in Status:
        for step in Step:
            if step in TABLE[status]:
                assert follows(status, after(status, step))
            else:
                with pytest.raises(NotAllowed, match="case-step"):
                    after(status, step)


@given(st.lists(st.sampled_from(Status), min_size=1, max_size=5), st.booleans())
def test_a_case_is_closed_when_all_have_closed_it_and_not_before(statuses: list[Status], hot: bool) -> None:
    made = joint(statuses, hot=hot)
    assert (made is State.CLOSED) == all(one is Status.CLOSED for one in statuses)
    assert (made is State.CLOSING) == (0 < statuses.count(Status.CLOSED) < len(statuses))
    assert joint(reversed(statuses), hot=hot) is made


def column(author: str, says: Case | None, version: int = 1) -> Statement:
    stated: Any = Stated(
        id=f"fct-{'a' * 26}", element="top-" + "a" * 26, version=version, at=START,
        officer=Named(name="Lan", unit="A05"), marks=AMBER, says=says,
    )  # fmt: skip
    return Statement(author=author, kind="case", stated=stated, known_at=START)


def top(**says: Case) -> Element:
    return Element(id="top-" + "a" * 26, kind="case", columns={one: column(one, word) for one, word in says.items()})


@given(st.permutations(list(Severity)), st.booleans())
def test_the_gravest_word_of_those_who_still_work_makes_a_case_hot(severities: list[Severity], left: bool) -> None:
    word = Case(title_vi="a", title_en="b")
    says = {f"n{place}": msgspec.structs.replace(word, hot=one) for place, one in enumerate(severities)}
    members = list(says)[int(left) :]
    made = whole(top(**says), members)
    assert made.severity is min((says[one].hot for one in members), key=list(Severity).index)
    assert made.state is State.HOT
    closed = {one: msgspec.structs.replace(says[one], status=Status.CLOSED) for one in says}
    assert whole(top(**closed), members).state is State.CLOSED


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9))
def test_a_cycle_is_found_whenever_there_is_one(order: dict[int, list[int]]) -> None:
    graph = {f"t{one}": tuple(f"t{other}" for other in after) for one, after in order.items()}

    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        return any(
            one == goal or (one not in seen and reaches(one, goal, seen | {one})) for one in graph.get(start, ())
        )

    assert bool(cycle(graph)) == any(reaches(one, one) for one in graph)


# --- two nodes ----------------------------------------------------------------------------------------------------
def test_two_nodes_work_on_one_case(room: Room) -> None:
    case_id = room.joined()
    theirs = room.state(room.us, case_id, person("Nguyễn Văn An", "+84 912 345 678"))
    ours = room.state(room.vn, case_id, event(START, "Nạn nhân chuyển tiền", zone="Asia/Ho_Chi_Minh"))
    job = room.state(room.vn, case_id, task("Xác minh máy chủ", room.us.id, due=START + timedelta(days=1)))
    room.settle()
    for side in (room.vn, room.us):
        assert list(room.lines(side, case_id, "entity")) == [theirs]
        assert list(room.lines(side, case_id, "event")) == [ours]
        assert list(room.lines(side, case_id, "task")) == [job]
        assert room.room(side, case_id).line.reference == "VN-C-2026-000001"
    asked = room.lines(room.us, case_id, "task")[job].by(room.vn.id)
    room.state(
        room.us, case_id, msgspec.structs.replace(asked, status=TaskStatus.DONE, result=said("Xong")), element=job
    )
    room.settle()
    there = room.lines(room.vn, case_id, "task")[job]
    assert (there.by(room.vn.id).status, there.by(room.us.id).status) == (TaskStatus.TODO, TaskStatus.DONE)
    assert room.room(room.vn, case_id).counts["task", "done"] == 1
    assert room.us.node.cases.tasks(room.mark) == []


def test_a_case_is_closed_by_both_and_reopened_by_either(room: Room) -> None:
    case_id = room.joined()

    def states() -> set[str]:
        room.settle()
        return {room.room(side, case_id).line.state for side in (room.vn, room.us)}

    assert states() == {"working"}
    room.vn.node.cases.step(room.lan, case_id, Step.CLOSE, closing=said("Đã bắt giữ", "Arrested"))
    assert states() == {"closing"}
    room.us.node.cases.step(room.mark, case_id, Step.CLOSE, closing=said("Xong", "Done"))
    assert states() == {"closed"}
    with pytest.raises(NotAllowed, match="case-step"):
        room.us.node.cases.step(room.mark, case_id, Step.PAUSE)
    room.us.node.cases.step(room.mark, case_id, Step.REOPEN)
    assert states() == {"closing"}
    listed = room.us.node.cases.shared.read.listed(room.mark, states=("closing",))
    assert [line.id for line in listed] == [case_id]


def test_who_has_left_no_longer_keeps_a_case_open(room: Room) -> None:
    case_id = room.joined()
    room.us.node.cases.shared.part.leave(room.mark, case_id, "Chuyển cơ quan khác")
    room.settle()
    room.vn.node.cases.step(room.lan, case_id, Step.CLOSE, closing=said("Xong"))
    assert room.room(room.vn, case_id).line.state == "closed"


def test_a_side_closes_only_with_a_note(room: Room) -> None:
    case_id = room.open()
    with pytest.raises(Refused, match="case-text-missing"):
        room.vn.node.cases.step(room.lan, case_id, Step.CLOSE)


def test_tasks_that_would_wait_for_each_other_are_refused(room: Room) -> None:
    case_id = room.open()
    first = room.state(room.vn, case_id, task("Một", room.vn.id))
    second = room.state(room.vn, case_id, task("Hai", room.vn.id, after=(first,)))
    third = room.state(room.vn, case_id, task("Ba", room.vn.id, after=(second,)))
    for other in (first, second, third):
        with pytest.raises(Refused, match="case-task-cycle"):
            room.state(room.vn, case_id, task("Một", room.vn.id, after=(other,)), element=first)
    with pytest.raises(Refused, match="case-reference"):
        room.state(room.vn, case_id, task("Bốn", room.vn.id, after=("tsk-" + "z" * 26,)))
    due = room.vn.node.cases.tasks(room.lan)
    assert {one.line for one in due} == {"Một", "Hai", "Ba"}


def test_the_due_list_holds_what_an_officer_may_know_of(room: Room) -> None:
    one, other = room.open(), room.open()
    late = room.state(room.vn, one, task("Muộn", room.vn.id, due=START + timedelta(days=9), assignee="Nguyễn Thị Lan"))
    soon = room.state(room.vn, other, task("Sớm", room.vn.id, due=START + timedelta(days=1)))
    room.state(room.vn, other, task("Của Mỹ", room.us.id))
    cases = room.vn.node.cases
    assert [task.element for task in cases.tasks(room.lan)] == [soon, late]
    assert [task.element for task in cases.tasks(room.lan, mine=True)] == [late]
    assert len(cases.tasks(room.lan, ours=False)) == 3


def test_a_partner_never_receives_what_lies_above_the_ceiling(room: Room) -> None:
    from tests.cases.scene import RED

    case_id = room.joined()
    hidden = room.state(room.vn, case_id, person("Nguồn tin"), marks=RED)
    room.settle()
    assert hidden in room.lines(room.vn, case_id, "entity")
    assert room.lines(room.us, case_id, "entity") == {}


def test_what_names_a_victim_waits_for_a_second_officer(founded: Room, tmp_path: Any) -> None:
    from lienlac.wire.bodies.agreement import SecondOfficer

    made = Room(tmp_path / "strict", second_officer=SecondOfficer(persons=True))
    try:
        case_id = made.joined()
        word = Say(says=person("Trần Thị Bình", "+84 987 654 321", role=EntityRole.VICTIM), marks=AMBER)
        outcome = made.vn.node.cases.shared.state(made.lan, case_id, [word])
        assert len(outcome.waits) == 1
        made.settle()
        assert made.lines(made.us, case_id, "entity") == {}
        words = _Words()
        shown = made.vn.node.releases.show(made.vn.officer("sep"), outcome.waits[0].id, words)
        assert "Trần Thị Bình" in {one.text for one in shown.lines}
    finally:
        made.close()
    del founded


class _Words:
    language = "en"

    @staticmethod
    def gettext(text: str) -> str:
        return text


def test_after_a_restart_the_same_case_stands(room: Room, tmp_path: Any) -> None:
    case_id = room.joined()
    room.state(room.us, case_id, person("Lê Văn C", "+84 911 111 111"))
    room.settle()
    again = room.copied(tmp_path / "again")
    try:
        assert len(again.lines(again.vn, case_id, "entity")) == 1
        assert again.room(again.vn, case_id).top.id == top_element(case_id)
    finally:
        again.close()


def test_what_a_case_names_is_known_elsewhere(room: Room) -> None:
    one, other = room.open(), room.open()
    room.state(room.vn, one, person("Nguyễn Văn An", "+84 912 345 678"))
    room.state(room.vn, other, person("NGUYEN VAN AN", "0912345678"))
    known = room.vn.node.elsewhere.look_up(room.lan, "0912 345 678", "phone")
    seen = {found.label for one_known in known for found in one_known.seen}
    assert seen == {"VN-C-2026-000001", "VN-C-2026-000002"}
