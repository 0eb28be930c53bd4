"""The graph of a case: its picture, what stands around an entity elsewhere in the node, and what stays hidden."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.cases.entities.ends import looked_up
from lienlac.cases.entities.graph import Edge, Graph, Node
from lienlac.cases.entities.leaf import leaf
from lienlac.cases.entities.picture import chosen
from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.wire.bodies.cases import Case, EntityRole, Merge, Relation, Verdict
from tests.cases.scene import Room, person

PHONE = "+84 912 345 678"


@pytest.fixture
def two(room: Room) -> tuple[Room, str, str]:
    """Two cases of one node in which the same telephone stands; the first with a relation."""
    one = room.open()
    an = room.state(room.vn, one, person("Nguyễn Văn An", PHONE, role=EntityRole.SUSPECT))
    binh = room.state(room.vn, one, person("Lê Thị Bình"))
    room.state(room.vn, one, Relation(source=an, target=binh, relation="pays"))
    other = room.open(top=Case(title_vi="Giả danh công an", title_en="Posing as police"))
    room.state(room.vn, other, person("Hoàng Văn Cường", "0912345678"))
    return room, one, an


def near(room: Room, login: str, case_id: str, element: str) -> dict[str, Any]:
    answer = room.vn.browser(login).get(f"/cases/{case_id}/graph/{element}/neighbours")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_around_an_entity_stand_its_relations_and_what_else_names_its_identifiers(two: tuple[Room, str, str]) -> None:
    room, case_id, an = two
    found = near(room, "lan", case_id, an)
    assert [one["label"] for one in found["nodes"]] == ["Nguyễn Văn An", "Lê Thị Bình", "VN-C-2026-000002"]
    assert [(one["kind"], one["label"]) for one in found["edges"]] == [
        ("relationship", "chuyển tiền cho"),
        ("reference", "cùng có +84912345678 (Số điện thoại)"),
    ]
    elsewhere = found["nodes"][2]
    assert room.vn.browser("lan").get(elsewhere["path"]).status_code == 303
    assert elsewhere["expands"] == ""


def test_an_entity_of_the_same_case_is_drawn_as_itself(two: tuple[Room, str, str]) -> None:
    room, case_id, an = two
    twin = room.state(room.vn, case_id, person("Anh Tư", PHONE))
    found = near(room, "lan", case_id, an)
    assert (an, twin) in [(one["source"], one["target"]) for one in found["edges"]]
    room.state(room.vn, case_id, Merge(first=an, second=twin, verdict=Verdict.SAME))
    merged = near(room, "lan", case_id, twin)
    assert merged["nodes"][0]["id"] == an
    assert merged["nodes"][0]["note"] == "bị nghi vấn; còn gọi là Anh Tư"
    assert twin not in {end for one in merged["edges"] for end in (one["source"], one["target"])}


def test_attack_a_graph_does_not_tell_of_a_case_that_is_hidden_from_the_officer(two: tuple[Room, str, str]) -> None:
    """Need-to-know: what is hidden is neither drawn nor counted, and the other way round its graph is not there."""
    room, case_id, an = two
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    hidden = room.vn.node.cases.shared.read.listed(room.lan, words="danh")[0]
    assert hidden.reference == "VN-C-2026-000002"
    before = near(room, "tham", case_id, an)
    assert len(before["nodes"]) == 3
    access = room.vn.node.cases.shared.access
    access.change(room.vn.officer("sep"), hidden.id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    after = near(room, "tham", case_id, an)
    assert hidden.reference not in str(after)
    assert after["more"] == []
    assert len(after["nodes"]) == 2
    assert len(near(room, "lan", case_id, an)["nodes"]) == 3
    browser = room.vn.browser("tham")
    for path in ("", "/data", f"/{an}", f"/{an}/neighbours", f"/way/{an}?to={an}"):
        assert browser.get(f"/cases/{hidden.id}/graph{path}").status_code == 404, path
    with pytest.raises(NotAllowed):
        room.vn.node.cases.entities.around(room.vn.officer("tham"), hidden.id, an)


def test_a_hub_is_capped_and_said_to_be(two: tuple[Room, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    room, case_id, an = two
    for number in range(3):
        other = room.open(top=Case(title_vi=f"Vụ {number}", title_en=f"Case {number}"))
        room.state(room.vn, other, person(f"Người thứ {number}", PHONE))
    monkeypatch.setattr(limits, "MENTIONS_SHOWN", 2)
    found = near(room, "lan", case_id, an)
    (more,) = found["more"]
    assert (more["node"], more["shown"]) == (an, 2)
    assert len([one for one in found["nodes"] if one["kind"] == "elsewhere"]) == 2


def test_an_exercise_asks_nothing_of_real_cases(two: tuple[Room, str, str]) -> None:
    room, _case_id, _an = two
    drill = room.open(top=Case(title_vi="Diễn tập", title_en="Drill"), drill=True)
    an = room.state(room.vn, drill, person("Nguyễn Văn An", PHONE))
    assert len(near(room, "lan", drill, an)["nodes"]) == 1


def test_the_way_between_two_is_told_as_a_graph(two: tuple[Room, str, str]) -> None:
    room, case_id, an = two
    browser = room.vn.browser("lan")
    binh = next(
        one for one, each in room.lines(room.vn, case_id, "entity").items() if each.standing[0].says.name[0] == "L"
    )
    told = browser.get(f"/cases/{case_id}/graph/way/{binh}?to={an}").json()
    assert [one["label"] for one in told["edges"]] == ["chuyển tiền cho"]
    assert browser.get(f"/cases/{case_id}/graph/way/{binh}?to=ent-{'a' * 26}").status_code == 404
    page = browser.get(f"/cases/{case_id}/graph?from={binh}&to={an}&k-person=1")
    assert '<ol class="way">' in page.text


_names = st.sampled_from("abcdef")
_graphs = st.builds(
    lambda kinds, pairs: Graph(
        nodes={name: Node(id=name, name=name, kind=kind, role="unknown") for name, kind in kinds.items()},
        edges=tuple(
            Edge(source=a, target=b, relation="pays", certainty="unknown", element=f"{place}")
            for place, (a, b) in enumerate(pairs)
            if a in kinds and b in kinds
        ),
    ),
    st.dictionaries(_names, st.sampled_from(["person", "account"])),
    st.lists(st.tuples(_names, _names)),
)


@given(graph=_graphs, kinds=st.sets(st.sampled_from(["person", "account"])), most=st.integers(0, 6))
def test_what_is_chosen_of_a_graph_is_whole_and_what_is_left_is_counted(
    graph: Graph, kinds: set[str], most: int
) -> None:
    made, left = chosen(graph, kinds, most)
    wanted = [one for one in graph.nodes.values() if not kinds or one.kind in kinds]
    assert len(made.nodes) + left == len(wanted)
    assert len(made.nodes) <= most
    assert {end for edge in made.edges for end in (edge.source, edge.target)} <= made.nodes.keys()
    between = [edge for edge in graph.edges if {edge.source, edge.target} <= made.nodes.keys()]
    assert list(made.edges) == between
    if left:
        ends = [end for edge in graph.edges for end in (edge.source, edge.target)]
        out = [one.id for one in wanted if one.id not in made.nodes]
        assert all(ends.count(kept) >= ends.count(gone) for kept in made.nodes for gone in out)


def named(*names: str) -> Graph:
    nodes = {f"ent-{at}": Node(id=f"ent-{at}", name=name, kind="person", role="other") for at, name in enumerate(names)}
    return Graph(nodes=nodes, edges=())


@pytest.mark.parametrize(
    ("typed", "chosen", "meant", "found"),
    [
        ("ent-1", "", "ent-1", 1),
        ("LE THI  binh", "", "ent-1", 1),
        ("binh le", "", "ent-1", 1),
        ("Nguyễn Văn An", "", None, 2),
        ("nguyen", "", None, 3),
        ("nguyen", "ent-3", "ent-3", 3),
        ("nguyen", "ent-1", None, 3),
        ("Trần", "ent-1", None, 0),
        ("   ", "ent-1", None, 0),
    ],
)
def test_the_end_of_a_way_is_what_a_text_means(typed: str, chosen: str, meant: str | None, found: int) -> None:
    end = looked_up(named("Nguyễn Văn An", "Lê Thị Bình", "Nguyen Van An", "Nguyễn Văn Anh"), typed, chosen)
    assert (None if end.node is None else end.node.id, len(end.found)) == (meant, found)


def test_of_very_many_with_one_name_the_first_are_offered_and_the_chosen_one() -> None:
    graph = named(*["Nguyễn Văn An"] * (limits.CASE_GRAPH_ENDS_SHOWN + 7))
    end = looked_up(graph, "an", "ent-25")
    assert end.found[0].id == "ent-25"
    assert (len(end.found), end.left) == (limits.CASE_GRAPH_ENDS_SHOWN, 7)


@given(st.integers(0, 1_000), st.integers(-3, 20))
def test_the_leaves_of_a_table_hold_each_row_once(rows: int, asked: int) -> None:
    every = range(rows)
    first = leaf(every, asked)
    assert [one for number in range(1, first.leaves + 1) for one in leaf(every, number).rows] == list(every)
    assert 1 <= first.number <= first.leaves
    assert (first.last - first.first + 1 if first.rows else 0) == len(first.rows) <= limits.CASE_GRAPH_ROWS
