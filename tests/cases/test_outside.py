"""Timelines, graphs and cases of other programs: in and out, bounded, with nothing lost and nothing run."""

from __future__ import annotations

import csv
import io
import json
import string
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.cases.entities.graph import Edge, Graph, Node, way
from lienlac.cases.entities.same import merged
from lienlac.cases.outside import iris, stixed
from lienlac.cases.timeline.rows import Problem, Row, csv_of, jsonl_of, lines_of, read, values_of
from lienlac.errors import Refused
from lienlac.stix.checking import check
from lienlac.stix.marks import TLP_2_EXTENSION, definition, mark_of, meaning
from lienlac.wire.bodies.cases import Attribute, Event, Relation, Verdict
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Handling, Pap, Tlp
from lienlac.wire.message import Marks as WireMarks
from tests.cases.scene import AMBER, RED, Room, event, person, said
from tests.world.fakes import START

TIMESKETCH = (
    "message,timestamp,datetime,timestamp_desc,user_agent\n"
    '"Visited, hxxp://san-gia.example",1700000000000000,2023-11-14T22:13:20+00:00,Last Visited,Mozilla\n'
    "No zone,,2023-11-14T22:13:20,Created,\n"
    ",,2023-11-14T22:13:20+07:00,Created,\n"
    "Good,1700000001000000,,Created,\n"
)


def rows_of(text: str | bytes, size: int = 7) -> list[Row | Problem]:
    data = text.encode() if isinstance(text, str) else text
    pieces = [data[place : place + size] for place in range(0, len(data), size)]
    return list(read(lines_of(pieces)))


def test_a_timeline_of_timesketch_is_read_row_by_row() -> None:
    found = rows_of(TIMESKETCH)
    assert [one.row for one in found] == [1, 2, 3, 4]
    assert [one.code for one in found if isinstance(one, Problem)] == ["case-import-zone", "case-import-text"]
    first = found[0]
    assert isinstance(first, Row)
    assert first.event.at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert first.event.attributes == (Attribute(name="user_agent", value="Mozilla"),)
    as_json = "\n".join(
        json.dumps({"message": "x", "datetime": "2023-11-14T22:13:20+07:00", "pid": n}) for n in range(3)
    )
    assert [one.event.zone for one in rows_of(as_json) if isinstance(one, Row)] == ["+07:00"] * 3


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0"), min_size=1, max_size=60)


@given(texts.filter(str.strip), st.dictionaries(texts.filter(str.strip), texts, max_size=5), st.integers(1, 4 * 10**15))
def test_what_goes_out_as_json_lines_comes_in_the_same(message: str, beside: dict[str, str], at_us: int) -> None:
    at = datetime.fromtimestamp(at_us // 10**6, UTC).replace(microsecond=at_us % 10**6)
    own = {"message", "datetime", "timestamp", "timestamp_desc", "source", "tag", "certainty", "side", "lienlac_id"}
    attributes = tuple(Attribute(name=name, value=value) for name, value in beside.items() if name not in own)
    before = Event(at=at, text=Said(vi=message), source="log", described="Created", attributes=attributes)
    (line,) = jsonl_of([values_of("evt-x", "vn-a05", before)])
    (again,) = rows_of(line, 1000)
    assert isinstance(again, Row), again
    kept = {one.name: one.value for one in again.event.attributes}
    assert (again.event.at, again.event.text, again.event.source) == (at, before.text, "log")
    assert {name: kept[name] for name in (one.name for one in attributes)} == {
        one.name: one.value for one in attributes
    }


@given(st.binary(max_size=300))
def test_bytes_that_are_no_timeline_are_refused_and_break_nothing(data: bytes) -> None:
    codes: list[str] = []
    try:
        codes += [one.code for one in rows_of(data, 13) if isinstance(one, Problem)]
    except Refused as refusal:
        codes.append(refusal.code)
    assert all(code.startswith("case-import-") for code in codes)


def test_only_the_chosen_time_is_taken(room: Room) -> None:
    case_id = room.open()
    data = [b"message,datetime\n" + b"".join(b"r,2026-11-2%dT03:00:00Z\n" % day for day in range(1, 9))]
    taken = room.vn.node.cases.timelines.take(
        room.lan, case_id, lambda: data, AMBER, since=datetime(2026, 11, 23, tzinfo=UTC),
        until=datetime(2026, 11, 25, tzinfo=UTC),
    )  # fmt: skip
    assert (taken.look.rows, taken.look.outside, taken.new, taken.following) == (8, 6, 2, None)


# --- attacks ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sign", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_of_an_export_runs_in_a_spreadsheet(sign: str) -> None:
    out = "".join(csv_of([values_of("evt", "vn", Event(at=START, text=Said(vi=sign)))]))
    (row,) = csv.DictReader(io.StringIO(out))
    assert row["message"] == f"'{sign}"


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(Refused, match="case-import-line"):
        list(lines_of([b"x" * 70_000, b"x" * 70_000]))


def test_a_file_that_never_ends_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from lienlac.errors import NotAllowed

    monkeypatch.setattr(limits, "CASE_IMPORT_MAX_BYTES", 10_000)

    def pieces() -> Iterator[bytes]:
        yield b"message,datetime\n"
        while True:
            yield b"x,2026-11-23T03:00:00Z\n" * 10

    with pytest.raises(NotAllowed, match="case-import-size"):
        room.vn.node.cases.timelines.look(pieces)


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b"{}", b"[]", b'{"type":"bundle","objects":7}', b"\xff", b'{"assets":1']
)
def test_a_bundle_that_is_none_is_refused(data: bytes) -> None:
    for reader in (lambda: stixed.read(data, str), lambda: iris.read(data, "vn-a05")):
        with pytest.raises(Refused, match="case-bundle"):
            reader()


# --- other programs -----------------------------------------------------------------------------------------------
def full(room: Room) -> str:
    case_id = room.joined()
    one = room.state(room.vn, case_id, person("Nguyễn Văn An", "+84 912 345 678"))
    two = room.state(room.us, case_id, person("<b>Mark & Co</b>"))
    room.state(room.vn, case_id, Relation(source=one, target=two, relation="pays"))
    room.state(room.vn, case_id, event(START, "Chuyển tiền"))
    room.settle()
    return case_id


def exported(room: Room, case_id: str, form: str) -> str:
    _name, _kind, pieces = room.us.node.cases.exports.of(room.mark, case_id, form)
    return "".join(pieces)


def test_a_case_goes_out_as_stix_and_comes_in_again(room: Room) -> None:
    text = exported(room, full(room), "case.stix.json")
    bundle = json.loads(text)
    kinds = [one["type"] for one in bundle["objects"]]
    assert kinds[:2] == ["marking-definition"] * 2
    assert kinds[2:] == ["grouping", "report", "identity", "identity", "relationship"]
    for one in bundle["objects"]:
        check(json.dumps(one).encode())
    taken = stixed.read(text.encode(), lambda name: f"ent-{'a' * 26}" if name else "")
    assert {word.name for _id, word in taken.words if hasattr(word, "name")} == {"Nguyễn Văn An", "<b>Mark & Co</b>"}
    assert taken.left == {"grouping": 1, "report": 1}


def test_what_leaves_a_case_as_stix_bears_the_marks_of_its_facts(room: Room) -> None:
    """One family, the strictest; read back by our own reader and by another's."""
    case_id = room.joined()
    free = WireMarks(tlp=Tlp.GREEN, pap=Pap.CLEAR)
    held = WireMarks(
        tlp=Tlp.AMBER_STRICT, pap=Pap.RED, handling=(Handling.H1, Handling.H3), handling_text="Chỉ cho tổ công tác."
    )
    one = room.state(room.vn, case_id, person("Nguyễn Văn An"), marks=free)
    two = room.state(room.vn, case_id, person("Trần B"), marks=held)
    room.state(room.vn, case_id, Relation(source=one, target=two, relation="pays"), marks=AMBER)
    bundle = json.loads("".join(room.vn.node.cases.exports.of(room.lan, case_id, "case.stix.json")[2]))
    objects = {value["id"]: value for value in bundle["objects"]}
    known = {name: meaning(value) for name, value in objects.items() if value["type"] == "marking-definition"}
    said = {
        value.get("name", value["type"]) + value["type"][:3]: mark_of(check(json.dumps(value).encode()), known)
        for value in objects.values()
        if value["type"] != "marking-definition"
    }
    title = objects[next(name for name in objects if name.startswith("report"))]["name"]
    assert said == {
        "Nguyễn Văn Anide": ("green", ""), "Trần Bide": ("amber+strict", "red"), "relationshiprel": ("amber", "amber"),
        f"{title}rep": ("amber+strict", "red"), f"{title}gro": ("amber+strict", "red"),
    }  # fmt: skip
    (person_b,) = [value for value in objects.values() if value.get("name") == "Trần B"]
    words = [known[ref].statement for ref in person_b["object_marking_refs"]]
    assert [word[:2] for word in words] == ["", "PA", "H1", "H3", "Ch"]
    read = stix2.parse(json.dumps(bundle), allow_custom=True)
    tlps = {
        each.get("name"): {
            read_mark["extensions"][TLP_2_EXTENSION]["tlp_2_0"]
            for read_mark in read.objects
            if read_mark["id"] in each.get("object_marking_refs", ()) and "extensions" in read_mark
        }
        for each in read.objects
        if each["type"] == "identity"
    }
    assert tlps == {"Nguyễn Văn An": {"green"}, "Trần B": {"amber+strict"}}
    again = json.loads("".join(room.vn.node.cases.exports.of(room.lan, case_id, "case.stix.json")[2]))
    assert again == bundle, "handed out twice it is the same"


def test_a_case_goes_out_as_case_uco(room: Room) -> None:
    """Held by its shapes: every reference leads to a node of the graph, every prefix is declared, every node has a type."""
    made = json.loads(exported(room, full(room), "case.jsonld"))
    nodes = {one["@id"]: one for one in made["@graph"]}
    prefixes = set(made["@context"])

    def walk(value: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name, inner
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for name, inner in walk(made["@graph"]):
        assert name.startswith("@") or name.partition(":")[0] in prefixes, name
        if isinstance(inner, dict) and set(inner) == {"@id"}:
            assert inner["@id"] in nodes, inner
    assert all("@type" in one for one in nodes.values())


def test_a_case_of_dfir_iris_comes_in() -> None:
    export = {
        "assets": [{"asset_name": "srv-01", "asset_type": {"asset_name": "Linux - Server"}, "asset_ip": "10.0.0.5"}],
        "iocs": [{"ioc_value": "san-gia.example", "ioc_type": {"type_name": "domain"}}, {"ioc_value": ""}],
        "timeline": [{"event_title": "Login", "event_date": "2026-11-20T10:00:00.000000", "event_tz": "+07:00"}],
        "tasks": [{"task_title": "Seize", "task_status": {"status_name": "In progress"}}, 7],
    }
    taken = iris.read(json.dumps(export).encode(), "vn-a05")
    assert [type(word).__name__ for _id, word in taken.words] == ["Entity", "Entity", "Event", "Task"]
    assert taken.left == {"iocs": 1, "tasks": 1}
    when = next(word.at for _id, word in taken.words if isinstance(word, Event))
    assert when.isoformat() == "2026-11-20T10:00:00+07:00"


def test_a_case_of_another_program_is_taken_in_once(room: Room) -> None:
    case_id = room.joined()
    other = exported(room, full(room), "case.stix.json").encode()
    take = room.vn.node.cases.imports.take
    assert take(room.lan, case_id, "stix", [other], AMBER) == (3, {"grouping": 1, "report": 1})
    assert take(room.lan, case_id, "stix", [other], AMBER)[0] == 0
    export = json.dumps({"timeline": [{"event_title": "Login", "event_date_wtz": "2026-11-20T10:00:00+07:00"}]})
    assert take(room.lan, case_id, "iris", [export.encode()], AMBER) == (1, {})
    room.settle()
    graph = room.us.node.cases.entities.graph(room.mark, case_id)
    assert (len(graph.nodes), len(graph.edges)) == (2, 1)
    with pytest.raises(Refused, match="choice-unknown"):
        take(room.lan, case_id, "exe", [other], AMBER)


def test_what_a_file_marks_more_strictly_than_the_officer_chose_stays_so(room: Room) -> None:
    """Attack: a bundle of TLP:RED is taken in as amber, and goes on to the partner."""
    case_id = room.joined()
    red, pap_red = definition("red"), {
        "type": "marking-definition", "spec_version": "2.1", "id": "marking-definition--11111111-1111-4111-8111-111111111111",
        "created": "2026-01-01T00:00:00.000Z", "definition_type": "statement", "definition": {"statement": "PAP:RED"},
    }  # fmt: skip
    domains = [
        {"type": "domain-name", "id": f"domain-name--{number * 8}-1111-4111-8111-111111111111", "value": f"{number}.example"}
        | more
        for number, more in (
            ("1", {"object_marking_refs": [red["id"]]}),
            ("2", {"granular_markings": [{"marking_ref": pap_red["id"], "selectors": ["value"]}]}),
            ("3", {"object_marking_refs": [7, [], "marking-definition--22222222-2222-4222-8222-222222222222"]}),
        )
    ]  # fmt: skip
    bundle = {
        "type": "bundle",
        "id": "bundle--11111111-1111-4111-8111-111111111111",
        "objects": [red, pap_red, *domains],
    }
    new, left = room.vn.node.cases.imports.take(room.lan, case_id, "stix", [json.dumps(bundle).encode()], AMBER)
    assert (new, left) == (3, {})
    room.settle()
    there = {node.name for node in room.us.node.cases.entities.graph(room.mark, case_id).nodes.values()}
    assert there == {"2.example", "3.example"}
    assert stixed.read(json.dumps(bundle).encode(), str).borne == {
        domains[0]["id"]: ("red", ""), domains[1]["id"]: ("", "red"), domains[2]["id"]: ("", ""),
    }  # fmt: skip


def test_names_are_data_in_graphml(room: Room) -> None:
    root = ET.fromstring(exported(room, full(room), "graph.graphml"))  # our own
    names = {one.text for one in root.iter("{http://graphml.graphdrawing.org/xmlns}data") if one.get("key") == "name"}
    assert names == {"Nguyễn Văn An", "<b>Mark & Co</b>"}


# --- graph and merging --------------------------------------------------------------------------------------------
letters = st.sampled_from(string.ascii_lowercase[:7])


@given(st.lists(st.tuples(letters, letters), max_size=15), letters, letters)
def test_a_way_is_found_when_there_is_one_and_leads_there(pairs: list[tuple[str, str]], start: str, goal: str) -> None:
    nodes = {name: Node(id=name, name=name, kind="person", role="unknown") for name in string.ascii_lowercase[:7]}
    edges = tuple(
        Edge(source=a, target=b, relation="knows", certainty="unknown", element="rel") for a, b in pairs if a != b
    )
    found = way(Graph(nodes=nodes, edges=edges), start, goal)
    reached, grown = {start}, True
    while grown:
        more = {b for a, b in [*pairs, *((y, x) for x, y in pairs)] if a in reached} - reached
        reached, grown = reached | more, bool(more)
    assert bool(found) == (goal in reached and goal != start)
    here = start
    for edge in found:
        assert here in {edge.source, edge.target}
        here = edge.target if here == edge.source else edge.source
    assert not found or here == goal


def test_entities_are_merged_by_a_person_and_stand_apart_again(room: Room) -> None:
    case_id = room.joined()
    one = room.state(room.vn, case_id, person("Nguyễn Văn Ánh", "+84 912 345 678"))
    two = room.state(room.us, case_id, person("NGUYEN VAN ANH", "0912345678"))
    room.state(room.us, case_id, person("Trần Thị Bình"))
    room.settle()
    entities = room.us.node.cases.entities
    (proposal,), _elements = entities.proposals(room.mark, case_id)
    assert {proposal.first, proposal.second} == {one, two}
    assert proposal.likeness is not None
    assert (proposal.shared[0][0], proposal.likeness.tones.value) == ("phone", "unwritten")
    made = entities.decide(room.mark, case_id, one, two, Verdict.SAME, ("phone",), said(""), AMBER)
    room.settle()
    for side in (room.vn, room.us):
        shown = merged(room.lines(side, case_id, "merge").values())
        assert shown == {two: one}
        assert side.node.cases.entities.proposals(room.who(side), case_id)[0] == []
        assert len(room.lines(side, case_id, "entity")) == 3
    room.us.node.cases.shared.retract(room.mark, case_id, made.statements[0].element, "Nhầm")
    room.settle()
    assert merged(room.lines(room.vn, case_id, "merge").values()) == {}
    assert len(room.vn.node.cases.entities.graph(room.lan, case_id).nodes) == 3


def test_sides_that_disagree_leave_entities_apart(room: Room) -> None:
    case_id = room.joined()
    one, two = (room.state(room.vn, case_id, person(name)) for name in ("An Văn", "An Van"))
    room.settle()
    for side, verdict in ((room.vn, Verdict.SAME), (room.us, Verdict.DIFFERENT)):
        side.node.cases.entities.decide(room.who(side), case_id, one, two, verdict, (), said(""), AMBER)
        room.settle()
    assert merged(room.lines(room.us, case_id, "merge").values()) == {}


def test_what_a_side_may_not_see_stands_in_none_of_its_exports(room: Room) -> None:
    case_id = full(room)
    room.state(room.vn, case_id, person("Nguồn tin bí mật"), marks=RED)
    room.settle()
    for form in ("case.stix.json", "case.jsonld", "graph.graphml"):
        assert "bí mật" not in exported(room, case_id, form)
