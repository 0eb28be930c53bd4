"""Files that mean harm, or nothing, handed to a case: refused or counted, bounded, and nothing lost on the other side."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.cases.outside import iris, stixed
from lienlac.cases.timeline.rows import Problem, Row, lines_of, read
from lienlac.errors import NotAllowed, Refused
from lienlac.records.shared.desk import Say
from lienlac.wire.bodies.cases import Entity, Relation
from tests.cases.scene import AMBER, Room, event, person, said, task
from tests.cases.test_evidence import add, carry
from tests.world.fakes import START

AT = b"2026-11-23T03:00:00Z"
ROW = {"message": "x", "datetime": "2026-11-23T03:00:00Z"}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("cases"))
    yield made
    made.close()


@pytest.fixture
def room(founded: Room, tmp_path: Path) -> Iterator[Room]:
    made = founded.copied(tmp_path / "here")
    yield made
    made.close()


def rows_of(data: bytes) -> list[Row | Problem]:
    return list(read(lines_of([data])))


def bundle(*objects: Any) -> bytes:
    return json.dumps({"type": "bundle", "objects": objects}).encode()


@functools.cache
def bomb() -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("message.csv", b"\0" * 100_000_000)
    return made.getvalue()


# --- timelines ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        b'{"message":"a\\u0000b","datetime":"%b"}' % AT,
        b'{"message":"a","k\\u0000":"b","datetime":"%b"}' % AT,
        b'{"message":"a","message":"b","datetime":"%b"}' % AT,
        b'{"message":"a","deep":{"k":1,"k":2},"datetime":"%b"}' % AT,
        b'{"message":"\\ud800","datetime":"%b"}' % AT,
        b'{"message":"a","n":NaN,"datetime":"%b"}' % AT,
        b'{"message":"a","n":' + b"9" * 5000 + b',"datetime":"%b"}' % AT,
        b'{"message":"a","deep":' + b"[" * 30_000 + b"]" * 30_000 + b',"datetime":"%b"}' % AT,
        b'{"message":["a"],"datetime":"%b"}' % AT,
        b'{"message":"a","datetime":7}',
        b"[1,2,3]",
        b"{",
    ],
    ids=[
        "nul-in-a-text", "nul-in-a-key", "duplicate-key", "duplicate-key-within", "half-a-letter", "not-a-number",
        "endless-number", "too-deep", "a-list-for-a-text", "a-number-for-a-time", "a-list-for-a-row", "half-a-row",
    ],
)  # fmt: skip
def test_a_row_that_means_nothing_or_two_things_is_told_with_its_number(line: bytes) -> None:
    good = json.dumps(ROW).encode()
    before, problem, after = rows_of(good + b"\n" + line + b"\n" + good + b"\n")
    assert isinstance(problem, Problem)
    assert (problem.row, isinstance(before, Row), isinstance(after, Row)) == (2, True, True)


def test_numbers_as_large_as_file_systems_have_them_are_kept() -> None:
    (row,) = rows_of(json.dumps(ROW | {"inode": 2**64 - 1, "path": "C:\\u0000 is no letter here"}).encode())
    assert isinstance(row, Row)
    assert {one.name: one.value for one in row.event.attributes}["inode"] == str(2**64 - 1)


def test_two_columns_of_one_name_lose_nothing_silently() -> None:
    with pytest.raises(Refused, match="case-import-columns"):
        rows_of(b"message,datetime,user,user\nx,%b,an,binh\n" % AT)


def test_a_nul_in_a_table_never_makes_the_message_that_brings_it_unreadable(room: Room) -> None:
    """It did: the other node refused the message, and every row of it was gone on that side."""
    case_id = room.joined()
    data = b"message,datetime\na\0b,%b\ngood,%b\n" % (AT, AT)
    taken = room.vn.node.cases.timelines.take(room.lan, case_id, lambda: [data], AMBER)
    assert (taken.new, taken.look.bad, taken.look.problems[0].row) == (1, 1, 1)
    room.settle()
    assert len(room.lines(room.us, case_id, "event")) == 1


@pytest.mark.parametrize("data", [bomb(), b"\x1f\x8b\x08" + b"\0" * 99, b"%PDF-1.7\n", b"<html>\n", b"", b"\n" * 10**6,
                                  "message,datetime\n".encode("utf-16"), b"GIF89a/*PK\x03\x04*/=1;\n"],
                         ids=["zip-bomb", "gzip", "pdf", "html", "nothing", "only-ends", "utf-16", "polyglot"])  # fmt: skip
def test_what_is_no_timeline_is_refused_before_anything_is_kept(room: Room, data: bytes) -> None:
    case_id = room.open()
    with pytest.raises(Refused, match="case-import-"):
        room.vn.node.cases.timelines.take(room.lan, case_id, lambda: [data], AMBER)
    for form in ("stix", "iris"):
        with pytest.raises(Refused, match="case-bundle"):
            room.vn.node.cases.imports.take(room.lan, case_id, form, [data], AMBER)
    assert room.room(room.vn, case_id).counts.keys() <= {("case", "working")}


# --- cases of other programs --------------------------------------------------------------------------------------
letters = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | letters
)
anything = st.recursive(leaves, lambda one: st.lists(one, max_size=3) | st.dictionaries(letters, one, max_size=3), max_leaves=8)  # fmt: skip
stix_objects = st.fixed_dictionaries(
    {"type": st.sampled_from(["identity", "relationship", "ipv4-addr", "url", "x"]) | anything, "id": st.sampled_from("abc") | anything},
    optional={name: st.sampled_from("abc") | anything for name in ("name", "value", "description", "source_ref", "target_ref", "relationship_type", "identity_class")},
)  # fmt: skip
iris_cases = st.fixed_dictionaries(
    {},
    optional={
        part: anything | st.lists(anything | st.dictionaries(st.sampled_from(names), anything, max_size=4), max_size=4)
        for part, names in {
            "assets": ["asset_name", "asset_type", "asset_ip", "asset_domain"],
            "iocs": ["ioc_value", "ioc_type", "ioc_description"],
            "timeline": ["event_title", "event_date", "event_date_wtz", "event_tz", "event_source"],
            "tasks": ["task_title", "task_description", "task_status"],
        }.items()
    },
)


@given(st.lists(stix_objects | anything, max_size=6))
def test_any_bundle_of_wrong_types_is_read_or_counted_and_breaks_nothing(objects: list[Any]) -> None:
    taken = stixed.read(bundle(*objects), lambda name: f"ent-{name}")
    assert len(taken.words) + sum(taken.left.values()) == len(objects)
    assert all(isinstance(word, Entity | Relation) for _name, word in taken.words)
    assert len({name for name, _word in taken.words}) == len(taken.words)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(iris_cases)
def test_any_case_of_iris_of_wrong_types_is_read_or_counted_and_breaks_nothing(case: dict[str, Any]) -> None:
    try:
        taken = iris.read(json.dumps(case).encode(), "vn-a05")
    except Refused:  # nothing of IRIS in it
        return
    assert all(many > 0 for many in taken.left.values())


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"bundle","objects":[{"type":"identity","id":"i","name":"a","name":"b"}]}',
        b'{"type":"bundle","objects":[{"type":"identity","id":"i","name":"a\\u0000b"}]}',
        b'{"type":"bundle","objects":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"type":"bundle","objects":[]}{"type":"bundle","objects":[]}',
        b'{"type":"bundle","objects":[NaN]}',
    ],
    ids=["duplicate-key", "nul", "too-deep", "two-values", "not-a-number"],
)
def test_a_bundle_with_two_meanings_or_none_is_refused_whole(data: bytes) -> None:
    with pytest.raises(Refused, match="case-bundle"):
        stixed.read(data, str)
    with pytest.raises(Refused, match="case-bundle"):
        iris.read(data.replace(b'"objects"', b'"assets"'), "vn-a05")


def test_names_that_are_none_and_second_objects_of_one_id_are_counted() -> None:
    taken = stixed.read(
        bundle(
            {"type": "identity", "id": "a", "name": "An"}, {"type": "identity", "id": "a", "name": "Bình"},
            {"type": "identity", "id": "b", "name": "   "}, {"type": "identity", "id": "c", "name": None},
            {"type": "identity", "id": "d", "name": {"a": 1}}, {"type": "relationship", "id": "r", "source_ref": [], "target_ref": {}},
            {"type": "relationship", "id": "s", "source_ref": "a", "target_ref": "a"}, {"type": ["identity"], "id": "e"}, 7,
        ), str,
    )  # fmt: skip
    assert [word.name for _name, word in taken.words] == ["An"]
    assert taken.left == {"identity": 4, "relationship": 2, "?": 2}


def test_a_file_of_a_thousand_kinds_is_told_in_few_words(room: Room) -> None:
    data = bundle(*({"type": f"x-{number}", "id": str(number)} for number in range(1000)))
    new, left = room.vn.node.cases.imports.take(room.lan, room.open(), "stix", [data], AMBER)
    assert (new, sum(left.values()), len(left)) == (0, 1000, limits.CASE_BUNDLE_KINDS_TOLD + 1)


def test_one_bad_event_does_not_stop_the_case_it_came_with(room: Room) -> None:
    case_id = room.joined()
    events = [
        {"event_title": "", "event_date": "2026-11-20T10:00:00"}, {"event_title": "x", "event_date": "9999-12-31T23:59:59"},
        {"event_title": "x", "event_date": "0001-01-01T00:00:00", "event_tz": "+23:59"}, {"event_title": "x", "event_date": "2026-13-45"},
        {"event_title": "Đăng nhập", "event_date": "2026-11-20T10:00:00"},
    ]  # fmt: skip
    export = {
        "timeline": events,
        "tasks": [{"task_title": ""}, {"task_title": "x" * 30_000}, {"task_title": "Khám xét"}],
    }
    taken = room.vn.node.cases.imports.take(room.lan, case_id, "iris", [json.dumps(export).encode()], AMBER)
    assert taken == (2, {"timeline": 4, "tasks": 2})
    room.settle()
    assert len(room.lines(room.us, case_id, "event")) == len(room.lines(room.us, case_id, "task")) == 1


def test_a_bundle_larger_than_the_bound_is_refused_while_it_is_read(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CASE_BUNDLE_MAX_BYTES", 10_000)
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b" " * 1000

    with pytest.raises(Refused, match="case-bundle-size"):
        room.vn.node.cases.imports.take(room.lan, room.open(), "stix", pieces(), AMBER)
    assert len(read) == 11


# --- the case itself ----------------------------------------------------------------------------------------------
def test_no_word_with_a_nul_leaves_a_node_whoever_says_it(room: Room) -> None:
    case_id = room.joined()
    for word in (person("An\0"), event(START, "a\0b"), task("\0x", room.vn.id)):
        with pytest.raises(Refused, match="malformed"):
            room.state(room.vn, case_id, word)
    room.state(room.vn, case_id, event(START, r"C:\u0000 is only what it looks like"))
    room.settle()
    assert len(room.lines(room.us, case_id, "event")) == 1


def test_tasks_that_wait_for_each_other_are_refused_in_one_act_and_in_several(room: Room) -> None:
    case_id = room.open()
    state = room.vn.node.cases.shared.state
    ids = [room.state(room.vn, case_id, task(f"Việc {number}", room.vn.id)) for number in range(3)]
    with pytest.raises(Refused, match="case-task-cycle"):
        room.state(room.vn, case_id, task("Việc 0", room.vn.id, after=(ids[0],)), element=ids[0])
    ring = [
        Say(says=task(f"Việc {number}", room.vn.id, after=(ids[(number + 1) % 3],)), marks=AMBER, element=ids[number])
        for number in range(3)
    ]
    with pytest.raises(Refused, match="case-task-cycle"):
        state(room.lan, case_id, ring)
    state(room.lan, case_id, ring[:2])
    with pytest.raises(Refused, match="case-task-cycle"):
        state(room.lan, case_id, ring[2:])


def test_two_long_names_that_are_one_when_cut_break_no_message(room: Room) -> None:
    """They did: the second key met the first, and the whole message was taken back."""
    case_id = room.joined()
    room.state(room.vn, case_id, person("Nguyễn " + "Thị " * 60 + "Ánh"))
    room.settle()
    assert len(room.lines(room.us, case_id, "entity")) == 1


# --- exhibits -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "content"), [("báo cáo.zip", bomb()), ("anh.jpg", b"\xff\xd8\xff<script>alert(1)</script>PK\x03\x04"),
                                               ("a.svg", b"<svg onload='alert(1)'/>")])  # fmt: skip
def test_an_exhibit_is_carried_and_handed_out_as_bytes_and_never_opened(room: Room, name: str, content: bytes) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, content, name=name)
    room.settle()
    carry(room)
    assert room.us.node.cases.exhibits.check(room.mark, case_id, element)
    browser = room.us.browser("mark")
    browser.get(f"/cases/{case_id}/files")
    answer = browser.post(f"/cases/{case_id}/files/{element}")
    assert answer.content == content
    headers = answer.headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


def test_an_exhibit_whose_word_lies_about_its_file_is_refused(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"abc")
    word = room.lines(room.vn, case_id, "evidence")[element].by(room.vn.id)
    with pytest.raises((Refused, NotAllowed)):
        room.state(room.vn, case_id, person("Không phải vật chứng"), element=element)
    changed = type(word)(**{field: getattr(word, field) for field in word.__struct_fields__} | {"digest": "0" * 64})
    with pytest.raises(Refused, match="case-evidence-changed"):
        room.state(room.vn, case_id, changed, element=element)
    assert said("x").vi == "x"
