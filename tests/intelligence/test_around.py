"""What stands around an object, on both databases: neighbours both ways, hubs, paths; and what no way leads through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.around.neighbour import Around, Path, changes, said
from lienlac.intelligence.collection import Collection
from lienlac.people.officer import Officer
from lienlac.records.access.desk import Act
from tests.intelligence.scene import Desk, domain, id_of, indicator, malware, uid
from tests.intelligence.test_search import filled, report, sighting


def relationship(number: int, source: str, kind: str, target: str, **more: Any) -> bytes:
    value = {
        "type": "relationship", "spec_version": "2.1", "id": f"relationship--{uid(number)}",
        "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z",
        "relationship_type": kind, "source_ref": source, "target_ref": target,
    }  # fmt: skip
    return json.dumps({**value, **more}).encode()


def hide(desk: Desk, collection: Collection) -> None:
    desk.intelligence.access.change(
        desk.cast["sep"], collection.id, Act.RESTRICT, units=[desk.cast.units["cyber"]], officers=[], reason="Nguồn tin"
    )


def around(desk: Desk, raw: bytes, officer: Officer | None = None) -> Around:
    return desk.intelligence.rounds.around(officer or desk.analyst, id_of(raw))


def path(desk: Desk, start: bytes, end: bytes, officer: Officer | None = None) -> Path:
    return desk.intelligence.rounds.path(officer or desk.analyst, id_of(start), id_of(end))


def plain(found: Around) -> dict[tuple[str, str], list[str]]:
    return {(group.line.direction, group.line.relation): [one.id for one in group.things] for group in found.groups}


def steps(found: Path) -> list[tuple[str, str, str]]:
    return [(step.line.direction, step.line.relation, step.thing.id) for step in found.steps]


def test_a_relationship_is_a_line_and_reads_from_both_ends(desk):
    filled(desk, indicator(1), malware(1), relationship(1, id_of(indicator(1)), "indicates", id_of(malware(1))))
    assert plain(around(desk, indicator(1))) == {("out", "indicates"): [id_of(malware(1))]}
    found = around(desk, malware(1))
    assert plain(found) == {("in", "indicates"): [id_of(indicator(1))]}
    assert found.groups[0].things[0].name == "Trang lừa đảo số 1"
    assert found.groups[0].vias == (f"relationship--{uid(1)}",)


def test_references_and_sightings_both_ways(desk):
    filled(desk, report(1), malware(1), sighting(1, id_of(malware(1))))
    assert plain(around(desk, malware(1))) == {
        ("in", "object_refs"): [id_of(report(1))],
        ("in", "sighting_of_ref"): [f"sighting--{uid(1)}"],
    }
    assert [group.line.kind for group in around(desk, malware(1)).groups] == ["sighting", "reference"]
    assert plain(around(desk, report(1))) == {("out", "object_refs"): [id_of(malware(1))]}


def test_what_is_named_and_stored_nowhere_is_its_id(desk):
    filled(desk, report(1))
    only = around(desk, report(1)).groups[0].things[0]
    assert (only.id, only.type, only.name, only.here) == (id_of(malware(1)), "malware", "", False)


def test_an_older_version_names_nothing_any_more(desk):
    collection = filled(desk, malware(1), report(1))
    desk.bring(collection, report(1, modified="2026-10-02T00:00:00.000Z", object_refs=[f"tool--{uid(1)}"]))
    desk.intelligence.indexing.catch_up()
    assert plain(around(desk, malware(1))) == {}


def test_a_hub_is_cut_for_each_relation_by_itself_and_says_so(desk, monkeypatch):
    monkeypatch.setattr(limits, "INTEL_NEIGHBOURS_SHOWN", 3)
    many = [relationship(number, id_of(indicator(number)), "indicates", id_of(malware(1))) for number in range(1, 9)]
    one = relationship(99, id_of(malware(1)), "uses", f"tool--{uid(1)}")
    filled(desk, one, *many, malware(1), *(indicator(number) for number in range(1, 9)))
    groups = around(desk, malware(1)).groups
    assert [(group.line.relation, len(group.things), group.more) for group in groups] == [
        ("indicates", 3, True),
        ("uses", 1, False),
    ]
    assert [thing.id for thing in groups[0].things] == [id_of(indicator(number)) for number in (8, 7, 6)], "the newest"


def test_the_same_object_in_two_collections_is_one_neighbour(desk):
    filled(desk, malware(1), report(1), title="Một")
    filled(desk, malware(1), report(1), title="Hai")
    assert plain(around(desk, malware(1))) == {("in", "object_refs"): [id_of(report(1))]}


def test_a_way_is_found_in_both_directions_and_is_the_shortest(desk):
    chain = [relationship(number, id_of(malware(number)), "uses", id_of(malware(number + 1))) for number in range(1, 5)]
    detour = relationship(9, id_of(malware(5)), "related-to", id_of(malware(3)))
    filled(desk, *chain, detour, *(malware(number) for number in range(1, 6)))
    assert steps(path(desk, malware(1), malware(5))) == [
        ("out", "uses", id_of(malware(2))),
        ("out", "uses", id_of(malware(3))),
        ("in", "related-to", id_of(malware(5))),
    ]
    assert [one[2] for one in steps(path(desk, malware(5), malware(1)))] == [
        id_of(malware(number)) for number in (3, 2, 1)
    ]
    assert steps(path(desk, malware(1), malware(1))) == []


def test_no_way_is_no_way_and_a_search_that_was_cut_says_so(desk, monkeypatch):
    filled(desk, malware(1), malware(2))
    assert path(desk, malware(1), malware(2)) == Path(start=path(desk, malware(1), malware(2)).start, steps=())
    links = [relationship(number, id_of(malware(number)), "uses", id_of(malware(number + 1))) for number in range(3, 9)]
    filled(desk, *links, *(malware(number) for number in range(3, 10)), title="Hai")
    monkeypatch.setattr(limits, "INTEL_PATH_LOOKS_MAX", 3)
    found = path(desk, malware(3), malware(9))
    assert (found.steps, found.cut) == ((), True)


def test_a_hidden_neighbour_is_no_more_than_one_that_is_not_there(desk):
    filled(desk, malware(1), report(1, object_refs=[id_of(malware(1)), id_of(malware(2)), id_of(malware(3))]))
    hide(desk, filled(desk, malware(2, name="Kín"), title="Kín"))
    things = {thing.id: thing for thing in around(desk, report(1), desk.other).groups[0].things}
    assert things[id_of(malware(2))]._replace(id="") == things[id_of(malware(3))]._replace(id="")
    assert things[id_of(malware(1))].here


def test_who_names_an_object_from_a_hidden_place_does_not_name_it(desk, monkeypatch):
    monkeypatch.setattr(limits, "INTEL_NEIGHBOURS_SHOWN", 2)
    filled(desk, malware(1), report(1))
    links = [relationship(number, id_of(indicator(1)), "indicates", id_of(malware(1))) for number in range(9)]
    hide(desk, filled(desk, *(report(number) for number in range(2, 9)), *links, indicator(1), title="Kín"))
    found = around(desk, malware(1), desk.other)
    assert plain(found) == {("in", "object_refs"): [id_of(report(1))]}
    assert not any(group.more for group in found.groups), "a number tells that something is hidden"
    assert len(around(desk, malware(1)).groups) == 2


def test_no_way_leads_through_what_is_hidden(desk):
    ends = filled(desk, malware(1), malware(3))
    first = relationship(1, id_of(malware(1)), "uses", id_of(malware(2)))
    second = relationship(2, id_of(malware(2)), "uses", id_of(malware(3)))
    desk.bring(ends, first, second)
    hide(desk, filled(desk, malware(2), title="Kín"))
    assert len(steps(path(desk, malware(1), malware(3)))) == 2
    assert steps(path(desk, malware(1), malware(3), desk.other)) == []
    for way in ((malware(1), malware(2)), (malware(2), malware(1)), (malware(1), malware(77))):
        with pytest.raises(NotAllowed, match="not-found"):
            path(desk, *way, desk.other)


def test_an_object_that_is_hidden_has_no_surroundings(desk):
    hide(desk, filled(desk, malware(1), report(1), title="Kín"))
    for raw in (malware(1), malware(77)):
        with pytest.raises(NotAllowed, match="not-found"):
            around(desk, raw, desk.other)
        with pytest.raises(NotAllowed, match="not-found"):
            desk.intelligence.rounds.elsewhere(desk.other, id_of(raw))


def test_an_object_that_names_itself_stands_once(desk):
    filled(desk, domain(1, resolves_to_refs=[id_of(domain(1))]))
    assert len(plain(around(desk, domain(1)))) <= 1


# --- what changed -------------------------------------------------------------------------------------------------
def test_changes_name_members_with_what_they_were():
    before = {"name": "Cũ", "labels": ["a"], "modified": "1", "revoked": False}
    after = {"name": "Mới", "labels": ["a", "b"], "modified": "2", "revoked": False, "lang": "vi"}
    assert changes(before, after) == (("name", "Cũ", "Mới"), ("labels", "a", "a, b"), ("lang", "", "vi"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=12,
)
OBJECT = st.dictionaries(st.text(max_size=6), JSON, max_size=5)


@given(OBJECT, OBJECT)
def test_what_is_not_among_the_changes_is_the_same(before, after):
    changed = {change.member for change in changes(before, after)}
    assert all(before.get(name) == after.get(name) for name in {*before, *after} - changed - {"modified"})
    assert changes(after, after) == ()


@given(JSON)
def test_a_value_is_said_in_one_bounded_line(value):
    assert len(said(value)) <= 300
