"""Files taken in: every form, every object answered, nothing lost when the node stops or the file breaks off."""

from __future__ import annotations

import codecs
import dataclasses
import json
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import Marks
from lienlac.intelligence.imports.reading import beginning, encoding_of
from lienlac.intelligence.imports.upload import Form, State, form_of, label_of
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.stix.foreign import misp
from lienlac.stix.foreign.tables import Mapping
from lienlac.storage.database import Database
from tests.intelligence.imports.scene import Room, bundle, misp_event
from tests.intelligence.scene import domain, id_of, indicator, malware
from tests.intelligence.test_intake_opening import sheet
from tests.stix.test_goaml import REPORT

TABLE = "Số điện thoại,STK,Ngân hàng,Ghi chú\n0912345678,0071000123456,Vietcombank,a\n09x,1,?,b\n".encode()
COLUMNS = Mapping(columns=["phone", "account-number", "bank", "note"])


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


@pytest.fixture
def quick(sqlite_database: Database) -> Room:
    return Room(sqlite_database)


def test_a_bundle_is_taken_in_and_every_object_is_answered(room: Room) -> None:
    collection = room.collection()
    room.bring(collection, indicator(1))
    wrong = b'{"type": "indicator", "id": "indicator--x"}'
    upload = room.put(bundle(indicator(1), indicator(2), wrong, malware(3)), collection, marks=Marks(tlp="green"))
    assert (upload.form, upload.state) == (Form.STIX, State.RUNNING)
    room.rounds.catch_up()
    done = room.seen(upload)
    assert (done.state, done.percent) == (State.DONE, 100)
    assert (done.counts.given, done.counts.new, done.counts.same, done.counts.held) == (4, 2, 1, 1)
    states = [state for state, _, _ in room.results(upload)]
    assert states == ["same", "new", "held", "new"]
    (held,) = room.imports.results(room.analyst, upload.id, "held", after=0, rows=9)
    assert room.intelligence.quarantine.show(room.analyst, held.held_id).raw == wrong
    assert list(room.imports.held(room.analyst, {held.held_id})) == [held.held_id]
    assert list(room.imports.pieces(upload.id)) == [], "the file itself is kept no longer"


def test_what_is_stored_meanwhile_is_sealed(room: Room) -> None:
    upload = room.put(bundle(indicator(1, name="Nguyễn Văn A bị lừa")), room.collection())
    with room.database.read() as connection:
        from lienlac.intelligence.imports import store

        sealed = store.piece(connection, upload.id, 0)
    assert sealed is not None
    assert "Nguy" not in sealed


def test_a_node_that_stops_goes_on_where_it_was(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_STRETCH_OBJECTS", 3)
    collection = room.collection()
    raws = [indicator(number) for number in range(1, 11)]
    upload = room.put(bundle(*raws), collection)
    room.rounds.step()
    room.rounds.step()
    assert room.seen(upload).counts.new == 6
    room.runner().catch_up()  # another process, which knows nothing
    done = room.seen(upload)
    assert (done.state, done.counts.new, done.counts.same) == (State.DONE, 10, 0)
    assert [one[1] for one in room.results(upload)] == [id_of(raw) for raw in raws]


def test_two_processes_at_once_take_nothing_twice(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_STRETCH_OBJECTS", 2)
    collection = room.collection()
    upload = room.put(bundle(*(domain(number, f"x{number}.example") for number in range(1, 8))), collection)
    other = room.runner()
    room.rounds.step()
    other.step()
    room.rounds.step()
    while room.rounds.step() or other.step():
        pass
    assert room.seen(upload).counts.given == 7
    assert room.fresh(collection).objects == 7


def test_a_file_that_breaks_off_says_so_and_keeps_what_stood_before(room: Room) -> None:
    collection = room.collection()
    upload = room.put(bundle(indicator(1), indicator(2))[:-40], collection)
    room.rounds.catch_up()
    stands = room.seen(upload)
    assert stands.state is State.FAILED
    assert stands.code
    again = room.imports.again(room.analyst, upload.id)
    assert again.state is State.RUNNING
    room.rounds.catch_up()
    assert room.seen(upload).state is State.FAILED


def test_an_upload_that_is_cut_off_leaves_nothing(quick: Room) -> None:
    coming = quick.imports.begin(quick.analyst, "x.json")
    coming.write(b"x" * (limits.IMPORT_PIECE_BYTES + 5))
    coming.abandon()
    assert quick.imports.uploads(quick.analyst) == []
    with quick.database.read() as connection:
        from lienlac.intelligence.imports import store

        assert store.waiting(connection, quick.analyst.id) == 0


def test_a_table_waits_for_its_columns_and_says_what_it_cannot_read(room: Room) -> None:
    collection = room.collection()
    upload = room.put(TABLE, collection, name="bang.csv")
    assert upload.state is State.MAPPING
    assert not room.rounds.step(), "nothing happens before somebody has looked"
    seen = room.imports.preview(room.analyst, upload.id)
    assert seen.guess == COLUMNS.columns
    with pytest.raises(Refused, match="table-mapping"):
        room.imports.confirm(room.analyst, upload.id, Mapping(columns=["ignore"] * 4))
    room.imports.confirm(room.analyst, upload.id, COLUMNS)
    room.rounds.catch_up()
    done = room.seen(upload)
    assert (done.counts.new, done.counts.unread) == (2, 2)
    assert [place for state, place, _ in room.results(upload, "unread")] == ["3 · phone", "3 · account-number"]
    with pytest.raises(NotAllowed, match="import-state"):
        room.imports.confirm(room.analyst, upload.id, COLUMNS)


def test_a_spreadsheet_becomes_the_same_as_its_table(room: Room) -> None:
    collection = room.collection()
    rows = [line.split(",") for line in TABLE.decode().splitlines()]
    upload = room.put(sheet(rows), collection, name="bang.xlsx")
    assert (upload.form, upload.state) == (Form.TABLE, State.MAPPING)
    assert room.imports.preview(room.analyst, upload.id).header == rows[0]
    room.imports.confirm(room.analyst, upload.id, COLUMNS)
    room.rounds.catch_up()
    assert room.seen(upload).counts.new == 2


def test_other_forms_are_told_by_their_bytes(quick: Room) -> None:
    collection = quick.collection()
    misp = quick.put(misp_event(), collection, name="event.json")
    entity = b'{"id": "a", "schema": "Person", "properties": {"name": ["Tran Thi B"]}}\n'
    ftm = quick.put(entity, collection, name="x.ftm")
    assert (misp.form, ftm.form) == (Form.MISP, Form.FTM)
    quick.rounds.catch_up()
    for one in (misp, ftm):
        done = quick.seen(one)
        assert (done.state, done.code) == (State.DONE, "")
        assert done.counts.new >= 1
    goaml = quick.put(b"<?xml version='1.0'?><report><rentity_id>1</rentity_id></report>", collection, name="a.xml")
    assert goaml.form is Form.GOAML


def test_a_mark_before_a_file_is_no_part_of_it(quick: Room) -> None:
    """Programs on Windows write one before everything."""
    collection = quick.collection()
    entity = b'{"id": "a", "schema": "Person", "properties": {"name": ["Tran Thi B"]}}\n'
    put = [
        quick.put(codecs.BOM_UTF8 + data, collection, name=name, piece=2)
        for data, name in ((bundle(indicator(1)), "a.json"), (misp_event(), "b.json"), (entity, "c.ftm"))
    ]
    quick.rounds.catch_up()
    for one in put:
        done = quick.seen(one)
        assert (done.state, done.code) == (State.DONE, "")
        assert done.counts.new >= 1


def test_a_line_or_an_event_that_cannot_be_read_costs_no_other(quick: Room) -> None:
    collection = quick.collection()
    entity = b'{"id": "a", "schema": "Person", "properties": {"name": ["Tran Thi B"]}}\n'
    lines = quick.put(entity + b"no entity\n" + entity.replace(b"Thi B", b"Thi C").replace(b'"a"', b'"b"'), collection)
    quick.rounds.catch_up()
    assert (quick.seen(lines).counts.new, quick.seen(lines).counts.unread) == (2, 1)
    (event,) = misp.events_in(misp_event())
    both = json.dumps({"response": [{"Event": {**event, "uuid": "no uuid"}}, {"Event": event}]}).encode()
    events = quick.put(both, collection, name="e.json")
    quick.rounds.catch_up()
    done = quick.seen(events)
    assert (done.state, done.code) == (State.DONE, "")
    assert done.counts.new >= 1
    codes = [one.code for one in quick.imports.results(quick.analyst, events.id, "unread", after=0, rows=9)]
    assert codes == ["misp-unconvertible", "import-left-out"], "what the converter leaves out is said too"


def test_a_node_reads_reports_by_the_names_of_its_own_country(quick: Room, tmp_path: Path) -> None:
    own = resources.files("lienlac.stix").joinpath("data", "goaml.toml").read_text(encoding="utf-8")
    (tmp_path / "goaml.toml").write_text(own.replace('"transactionnumber"', '"trxno"'), encoding="utf-8")
    quick.imports._goaml_file = tmp_path / "goaml.toml"
    collection = quick.collection()
    report = REPORT.replace("transactionnumber", "trxno").encode()
    first = quick.put(report, collection, name="a.xml")
    quick.rounds.catch_up()
    assert "FT26330123456" in str(quick.raws(collection))
    assert quick.seen(first).state is State.DONE
    (tmp_path / "goaml.toml").write_text("[", encoding="utf-8")
    second = quick.put(report, collection, name="b.xml")
    quick.rounds.catch_up()
    assert quick.seen(second).code == "goaml-mapping"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import-empty"),
        (b" \n", "import-empty"),
        (b"%PDF-1.7\n\x00\x01\x02", "import-unknown"),
        (b"\x7fELF\x00", "import-unknown"),
    ],
)
def test_what_is_no_file_of_these_forms_is_refused_and_not_kept(quick: Room, data: bytes, code: str) -> None:
    collection = quick.collection()
    with pytest.raises(Refused, match=code):
        quick.put(data, collection)
    assert quick.imports.uploads(quick.analyst) == []


def test_a_form_that_the_bytes_contradict_is_refused(quick: Room) -> None:
    with pytest.raises(Refused, match="import-other-form"):
        quick.put(bundle(indicator(1)), quick.collection(), form="goaml")
    assert quick.put(misp_event(), quick.collection("B"), form="misp").form is Form.MISP


def test_the_same_file_twice_changes_nothing_and_says_so(room: Room) -> None:
    collection = room.collection()
    data = bundle(indicator(1), indicator(2))
    first = room.put(data, collection)
    room.rounds.catch_up()
    second = room.put(data, collection)
    found = room.imports.before(second)
    assert found is not None
    assert found.id == first.id
    room.rounds.catch_up()
    assert (room.seen(second).counts.new, room.seen(second).counts.same) == (0, 2)


def test_whoever_loses_the_right_brings_nothing_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_STRETCH_OBJECTS", 1)
    collection = room.collection()
    upload = room.put(bundle(indicator(1), indicator(2)), collection)
    room.rounds.step()
    lesser = dataclasses.replace(room.analyst, roles=frozenset({Role.PROGRAMME_MANAGER}))
    room.database.write(lambda connection: accounts.change(connection, lesser))
    room.rounds.catch_up()
    assert room.fresh(collection).objects == 1
    with room.database.read() as connection:
        from lienlac.intelligence.imports import store

        stands = store.find(connection, upload.id, room.cast["giang"].id)
    assert stands is not None
    assert (stands.state, stands.code) == (State.FAILED, "not-allowed")


def test_old_files_are_forgotten(quick: Room) -> None:
    collection = quick.collection()
    quick.put(TABLE, collection, name="a.csv")
    quick.clock.turn(limits.IMPORT_KEPT_DAYS * 86_400 + 1)
    quick.rounds.step()
    assert quick.imports.uploads(quick.analyst) == []


def test_attack_a_card_number_in_the_name_of_a_file() -> None:
    assert label_of("thẻ 4111-1111-1111-1111.csv") == "thẻ 411111…1111.csv"


@given(st.text(max_size=400))
def test_a_name_as_it_is_shown_holds_no_path_and_no_hidden_letters(name: str) -> None:
    shown = label_of(name)
    assert not set("/\\") & set(shown)
    assert len(shown) <= limits.IMPORT_LABEL_MAX_CHARS
    assert shown.isprintable()


@given(st.binary(max_size=300))
def test_any_beginning_is_told_or_refused(data: bytes) -> None:
    code = ""
    try:
        assert form_of(data) in Form
    except Refused as error:
        code = error.code
    assert code in {"", "import-empty", "import-unknown"}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.integers(1, 40))
def test_letters_are_read_whatever_the_pieces(text: str, size: int) -> None:
    data = text.encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    if not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        assert encoding_of(pieces) == "utf-8-sig"
        assert beginning(pieces, "utf-8-sig") == text
