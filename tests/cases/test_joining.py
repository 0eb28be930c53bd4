"""A case goes on in another one, or a new one is split off: each side its own column, to nobody who did not have it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.cases.case import check
from lienlac.cases.joining.carried import CARRIED, carried, renamed
from lienlac.cases.lifecycle import TABLE, Step, after
from lienlac.errors import NotAllowed, Refused
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening, Say
from lienlac.records.shared.shape import Saying
from lienlac.wire.bodies.cases import Case, Decision, Entity, EntityKind, Event, Merge, Relation, Status, Task, Verdict
from tests.cases.scene import AMBER, RED, Room, person, said, task
from tests.world.fakes import START

SECOND = Case(title_vi="Vụ lớn", title_en="The larger case")


@pytest.fixture
def two(room: Room) -> tuple[Room, str, str]:
    """Two cases of both sides; in the first both have spoken."""
    return room, room.joined(), room.joined(top=SECOND)


def joining(room: Room, side: Any) -> Any:
    return side.node.cases.joining


def test_both_sides_let_a_case_go_on_and_their_columns_meet_again(two: tuple[Room, str, str]) -> None:
    room, first, other = two
    an = room.state(room.vn, first, person("Nguyễn Văn An", "0912345678"))
    binh = room.state(room.vn, first, person("Lê Thị Bình"))
    room.state(room.vn, first, Relation(source=an, target=binh, relation="pays"))
    one = room.state(room.vn, first, task("Xác minh", room.us.id))
    room.state(room.vn, first, msgspec.structs.replace(task("Bắt giữ", room.vn.id), after=(one,)))
    room.state(room.us, first, person("NGUYEN VAN AN"), element=an)
    room.settle()
    made = joining(room, room.vn).merge(room.lan, first, other, said("Nhập vụ", "Goes on there"))
    assert (made.line.id, made.carried, made.waits) == (other, 5, 0)
    room.settle()
    for side in (room.vn, room.us):
        graph = side.node.cases.entities.graph(room.who(side), other)
        assert [edge.relation for edge in graph.edges] == ["pays"]
        assert room.room(side, first).line.state == "closing"
        ours = room.room(side, first).top.by(room.vn.id)
        assert (ours.status, ours.merged_into, ours.closing.vi) == (Status.CLOSED, other, "Nhập vụ")
    (link,) = room.lines(room.us, other, "link").values()
    assert (link.standing[0].says.target, link.standing[0].says.relation) == (first, "merged-from")
    joining(room, room.us).merge(room.mark, first, other, said("", "Ours too"))
    room.settle()
    for side in (room.vn, room.us):
        element = room.lines(side, other, "entity")[renamed(first, other, an)]
        assert {author: one.says.name for author, one in element.columns.items()} == {
            room.vn.id: "Nguyễn Văn An",
            room.us.id: "NGUYEN VAN AN",
        }
        assert room.room(side, first).line.state == "closed"
    room.vn.node.cases.step(room.lan, first, Step.REOPEN)
    room.settle()
    reopened = room.room(room.us, first)
    assert (reopened.line.state, reopened.top.by(room.vn.id).merged_into) == ("closing", None)


def test_carrying_over_again_changes_nothing(two: tuple[Room, str, str]) -> None:
    room, first, other = two
    room.state(room.vn, first, person("Nguyễn Văn An"))
    joining(room, room.vn).merge(room.lan, first, other, said("Nhập vụ"))
    before = room.vn.node.cases.shared.read.history(room.lan, other, rows=200)
    joining(room, room.vn).merge(room.lan, first, other, said("Nhập vụ"))
    later = room.vn.node.cases.shared.read.history(room.lan, other, rows=200)
    assert [one.kind for one in later][: len(later) - len(before)] == ["link"]


def test_attack_a_member_learns_in_the_other_case_what_it_may_not_know_of_the_first(room: Room) -> None:
    """What stays at home, what its marks keep back, what was said before anybody else took part: none of it travels."""
    first, other = room.joined(), room.joined(top=SECOND)
    shared = room.vn.node.cases.shared
    shared.state(room.lan, first, [Say(says=person("Chỉ ở đây"), marks=AMBER, audience=frozenset())])
    room.state(room.vn, first, person("Quá mật"), marks=RED)
    room.state(room.vn, first, person("Cùng biết"))
    room.settle()
    joining(room, room.vn).merge(room.lan, first, other, said("Nhập vụ"))
    room.settle()
    assert len(room.lines(room.vn, other, "entity")) == 3
    assert [one.standing[0].says.name for one in room.lines(room.us, other, "entity").values()] == ["Cùng biết"]


def test_attack_a_case_of_one_is_told_to_the_members_of_another(room: Room) -> None:
    """Nobody of the larger case learns that there was a first one, nor anything of it."""
    alone, other = room.open(), room.joined(top=SECOND)
    room.state(room.vn, alone, person("Nguồn tin"))
    joining(room, room.vn).merge(room.lan, alone, other, said("Nhập vụ"))
    room.settle()
    assert len(room.lines(room.vn, other, "entity")) == 1
    assert room.lines(room.us, other, "entity") == {}
    assert room.lines(room.us, other, "link") == {}
    facts = room.us.node.cases.shared.read.history(room.mark, other, rows=200)
    assert alone not in str([one.stated for one in facts])


def test_attack_a_case_goes_on_among_strangers(room: Room) -> None:
    """By the act, and by stating it in our column."""
    first, alone = room.joined(), room.open(top=SECOND)
    with pytest.raises(NotAllowed) as refused:
        joining(room, room.vn).merge(room.lan, first, alone, said("Nhập vụ"))
    assert refused.value.code == "case-merge-members"
    assert joining(room, room.vn).places(room.lan, first) == []
    word = Case(title_vi="a", title_en="a", status=Status.CLOSED, closing=said("Xong"), merged_into=alone)
    for target, code in (
        (alone, "case-merge-members"),
        (first, "case-reference"),
        ("cas-" + "a" * 26, "case-reference"),
    ):
        with pytest.raises((NotAllowed, Refused)) as stated:
            room.vn.node.cases.change(room.lan, first, msgspec.structs.replace(word, merged_into=target), AMBER)
        assert stated.value.code == code
    with pytest.raises(NotAllowed):
        room.vn.node.cases.step(room.lan, first, Step.MERGE, closing=said("Xong"))
    assert room.room(room.vn, first).line.state == "working"


def test_attack_a_hidden_case_is_read_through_the_one_it_went_into(two: tuple[Room, str, str]) -> None:
    room, first, other = two
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    tham, sep = room.vn.officer("tham"), room.vn.officer("sep")
    access = room.vn.node.cases.shared.access
    access.change(sep, first, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    desk = joining(room, room.vn)
    with pytest.raises(NotAllowed) as refused:
        desk.merge(room.lan, first, other, said("Nhập vụ"))
    assert refused.value.code == "case-bridge-restricted"
    for act in (lambda: desk.merge(tham, other, first, said("a")), lambda: desk.merge(tham, first, other, said("a")),
                lambda: desk.ours(tham, first), lambda: desk.places(tham, first)):  # fmt: skip
        with pytest.raises(NotAllowed) as hidden:
            act()
        assert hidden.value.code == "not-found"
    access.change(sep, other, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    assert desk.merge(room.lan, first, other, said("Nhập vụ")).line.id == other


def test_a_case_is_split_off_with_what_was_chosen_and_the_partner_brings_its_own(room: Room) -> None:
    first = room.joined()
    an = room.state(room.vn, first, person("Nguyễn Văn An"))
    room.state(room.vn, first, person("Không đi theo"))
    theirs = room.state(room.us, first, person("Theirs"))
    room.settle()
    desk = joining(room, room.vn)
    opening = Opening(top=SECOND, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    for wrong in ([], [theirs], [an, theirs]):
        with pytest.raises(Refused) as refused:
            desk.split(room.lan, first, opening, wrong)
        assert refused.value.code == "case-carry-nothing", "nobody carries over another's word"
    made = desk.split(room.lan, first, opening, [an], once="split-once-1")
    again = desk.split(room.lan, first, opening, [an], once="split-once-1")
    assert again.line.id == made.line.id
    assert list(room.lines(room.vn, made.line.id, "entity")) == [renamed(first, made.line.id, an)]
    room.settle()
    assert "split-into" in [one.standing[0].says.relation for one in room.lines(room.vn, first, "link").values()]
    assert room.lines(room.us, first, "link") == {}, "the first case's members are told nothing"
    room.joined(made.line.id)
    assert list(room.lines(room.us, made.line.id, "entity")) == [renamed(first, made.line.id, an)]
    (link,) = room.lines(room.us, made.line.id, "link").values()
    assert link.standing[0].says.target == first


def test_attack_a_split_case_is_seen_by_those_from_whom_the_first_is_hidden(room: Room) -> None:
    first = room.open()
    an = room.state(room.vn, first, person("Nguyễn Văn An"))
    room.vn.node.cases.shared.access.change(
        room.vn.officer("sep"), first, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín"
    )
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    opening = Opening(top=SECOND, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    made = joining(room, room.vn).split(room.lan, first, opening, [an])
    with pytest.raises(NotAllowed):
        room.vn.node.cases.shared.read.room(room.vn.officer("tham"), made.line.id)
    with pytest.raises(NotAllowed):
        joining(room, room.vn).split(room.vn.officer("tham"), first, opening, [an])


def test_pages_and_programs_do_the_same(two: tuple[Room, str, str]) -> None:
    room, first, other = two
    an = room.state(room.vn, first, person("Nguyễn Văn An"))
    browser = room.vn.browser("lan")
    assert f"/cases/{first}/merge" in browser.get(f"/cases/{first}").text
    page = browser.get(f"/cases/{first}/merge")
    assert f'value="{other}"' in page.text
    assert browser.post(f"/cases/{first}/merge", {"into": other}).status_code == 422
    split = browser.get(f"/cases/{first}/split").text
    assert re.findall(r'name="take" value="([^"]+)"', split) == [an]
    typed = {
        "title_vi": "Nhánh", "title_en": "A branch", "purpose": "stop-funds", "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Điều 4", "marks.tlp": "amber", "marks.pap": "amber",
    }  # fmt: skip
    assert browser.post(f"/cases/{first}/split", typed).status_code == 422
    done = browser.post(f"/cases/{first}/split", {**typed, "take": [an]})
    assert done.status_code == 303, done.text[:1000]
    program = room.vn.program("lan")
    body = {**{name: text for name, text in typed.items() if "." not in name}, "elements": [an]}
    made = program.post(f"/api/cases/{first}/split", body)
    assert made.status_code == 201, made.text
    assert made.json()["carried"] == 1
    merged = program.post(f"/api/cases/{first}/merge", {"into": other, "closing": {"vi": "Nhập vụ"}})
    assert (merged.status_code, merged.json()["record"]["id"]) == (200, other)
    room.settle()
    theirs = room.us.browser("mark").get(f"/cases/{first}").text
    assert f"/cases/{first}/merge?into={other}" in theirs
    assert "Goes on in" in theirs


# --- rules alone ----------------------------------------------------------------------------------------------------
_ids = st.sampled_from([f"{prefix}-{letter * 26}" for prefix in (*CARRIED.values(), "evd", "rmk") for letter in "abc"])
_entities, _tasks = (st.sampled_from([f"{prefix}-{letter * 26}" for letter in "abc"]) for prefix in ("ent", "tsk"))
_words = st.one_of(
    st.builds(Relation, source=_entities, target=_entities, relation=st.just("pays"), refs=st.lists(_ids).map(tuple)),
    st.builds(Event, at=st.just(START), text=st.just(said("x")), refs=st.lists(_ids).map(tuple)),
    st.builds(Decision, at=st.just(START), text=st.just(said("x")), decided_by=st.just("x"), about=st.lists(_ids).map(tuple)),
    st.builds(Task, text=st.just(said("x")), owner=st.just("vn-a05"), after=st.lists(_tasks).map(tuple), about=st.lists(_ids).map(tuple)),
    st.builds(Merge, first=_entities, second=_entities, verdict=st.just(Verdict.SAME)),
    st.just(Entity(kind=EntityKind.PERSON, name="x")),
)  # fmt: skip


@given(word=_words, element=_ids)
def test_nothing_of_the_first_case_is_named_in_the_other_one(word: Any, element: str) -> None:
    """Every reference has another id there; those to what does not go along are gone; both nodes make the same of it."""
    first, other = "cas-" + "a" * 26, "cas-" + "b" * 26
    tasks = {renamed(first, other, "tsk-" + "a" * 26)}
    name, made = carried(first, other, element, word, tasks)
    again = carried(first, other, element, word, tasks)
    assert (name, made) == again
    text = msgspec.json.encode(made).decode()
    assert not re.search(r"\b(?:\w{3})-([abc])\1{25}\b", text)
    assert "evd-" not in text
    assert "rmk-" not in text
    if isinstance(made, Task):
        assert set(made.after) <= tasks


@given(steps=st.lists(st.sampled_from(list(Step))))
def test_only_a_closed_part_says_where_it_goes_on(steps: list[Step]) -> None:
    """Whatever one side does one after the other, its column may be stated; open, with another case named, never."""
    word = Case(title_vi="a", title_en="a")
    for step in steps:
        if step not in TABLE[word.status]:
            with pytest.raises(NotAllowed):
                after(word.status, step)
            continue
        into = "cas-" + "b" * 26 if step is Step.MERGE else None
        word = msgspec.structs.replace(word, status=after(word.status, step), merged_into=into, closing=said("x"))
        check(Saying(kind="case", says=word, element=None, author="vn-a05", host="vn-a05", now=START))
    if word.status is not Status.CLOSED:
        bad = msgspec.structs.replace(word, merged_into="cas-" + "b" * 26)
        with pytest.raises(Refused):
            check(Saying(kind="case", says=bad, element=None, author="vn-a05", host="vn-a05", now=START))
