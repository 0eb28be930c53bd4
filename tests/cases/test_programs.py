"""`lienlac case …` and the client against two nodes' own interfaces: exhibits, timelines, cases of other programs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.cli.groups.cooperation import case as commands
from lienlac.client import Client, NodeNotAllowed, NodeRefused
from lienlac.errors import NotAllowed, Refused
from lienlac.interface.records.cases import ExhibitTaking, TimelineLooking
from lienlac.people.officer import Role
from tests.cases.scene import Room, event, person
from tests.cases.test_evidence import carry, chain
from tests.duty.nodes import Side
from tests.world.fakes import START

WORD = {
    "is": "evidence", "title": "Ổ cứng máy chủ", "kind": "image", "acquired_at": "2026-11-23T02:30:00Z",
    "acquired_by": "Đại uý Nguyễn Thị Lan", "place": "Hà Nội", "tool": "FTK Imager 4.7", "legal_basis": "BLTTHS Điều 107",
}  # fmt: skip
CONTENT = b"disk \x00\xff" * 40_000


class Through:
    """The client's calls, spoken by a test client instead of a socket."""

    def __init__(self, side: Side, login: str) -> None:
        program = side.program(login)
        self.client = Client("http://127.0.0.1:9", "lienlac_" + "a" * 43)
        self.client._client = program.client  # the road is the test's
        program.client.headers.update(program.headers)

    def __enter__(self) -> Client:
        return self.client

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def speaks(room: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[[Side], None]:
    """Commands speak with this side from now on."""
    made = {id(side): Through(side, login) for side, login in ((room.vn, "lan"), (room.us, "mark"))}
    now: dict[str, Through] = {}
    monkeypatch.setattr(commands, "client_of", lambda _url, _token: now["side"])

    def to(side: Side) -> None:
        now["side"] = made[id(side)]

    to(room.vn)
    return to


def written(path: Path, content: Any) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_an_exhibit_goes_in_over_and_out_by_commands(
    room: Room, speaks: Callable[[Side], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = room.joined()
    form, file = written(tmp_path / "form.json", {"word": WORD}), written(tmp_path / "ổ cứng.dd", CONTENT)
    commands.take_exhibit(case_id, form, file)
    assert "evidence  evd-" in capsys.readouterr().out
    room.settle()
    carry(room)
    speaks(room.us)
    commands.exhibits(case_id, json=True)
    (found,) = json.loads(capsys.readouterr().out)["files"]
    assert (found["exhibit"], found["here"], found["digest"]) == ("VN-0001", True, hashlib.sha256(CONTENT).hexdigest())
    there = tmp_path / "there"
    there.mkdir()
    commands.fetch_exhibit(case_id, found["element"], folder=there)
    assert (there / "ổ cứng.dd").read_bytes() == CONTENT
    assert commands.check_exhibit(case_id, found["element"]) == 0
    commands.custody(case_id, found["element"], "copied", text_en="For the laboratory", place="Quantico")
    room.settle()
    acts = [(author, act) for author, act, _by in chain(room, room.vn, case_id)]
    assert acts == [
        ("us-ic3", "accessed"), ("us-ic3", "checked"), ("us-ic3", "copied"), ("us-ic3", "received"),
        ("vn-a05", "acquired"), ("vn-a05", "transferred"),
    ]  # fmt: skip
    assert chain(room, room.us, case_id) == chain(room, room.vn, case_id)
    with pytest.raises(NotAllowed, match="file-exists"):
        commands.fetch_exhibit(case_id, found["element"], folder=there)
    capsys.readouterr()
    commands.exhibits(case_id)
    assert "VN-0001" in capsys.readouterr().out


def test_a_damaged_exhibit_ends_the_command_with_five_and_is_never_saved(
    room: Room, speaks: Callable[[Side], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = room.joined()
    commands.take_exhibit(case_id, written(tmp_path / "f.json", {"word": WORD}), written(tmp_path / "a.dd", CONTENT))
    (element,) = room.lines(room.vn, case_id, "evidence")
    blob = room.vn.node.cases.exhibits.files(room.lan, case_id, [element])[element].blob_id
    path = room.vn.node.post.shelf.files.whole(blob)
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))
    assert commands.check_exhibit(case_id, element) == commands.CHECK_FAILED
    capsys.readouterr()
    commands.exhibits(case_id, json=True)
    assert json.loads(capsys.readouterr().out)["files"][0]["whole"] is False
    there = tmp_path / "out"
    there.mkdir()
    with pytest.raises(NotAllowed, match="blob-damaged"):
        commands.fetch_exhibit(case_id, element, folder=there)
    assert not (there / "a.dd").exists()


@pytest.mark.usefixtures("speaks")
def test_a_timeline_goes_in_part_by_part_and_out_again_by_commands(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CASE_IMPORT_ROWS_MAX", 1000)
    case_id = room.joined()
    rows = b"".join(b"row %d,2026-11-23T03:%02d:00Z\n" % (n, n % 60) for n in range(2500))
    file = written(tmp_path / "log.csv", b"message,datetime\nno zone,2026-11-23T03:00:00\n" + rows)
    commands.take_timeline(case_id, file, only_look=True, json=True)
    look = json.loads(capsys.readouterr().out)["look"]
    assert (look["rows"], look["good"], look["bad"], look["acts"]) == (2501, 2500, 1, 3)
    assert look["problems"][0]["code"] == "case-import-zone"
    assert "+07:00" in look["problems"][0]["reason"]
    assert room.lines(room.vn, case_id, "event") == {}
    commands.take_timeline(case_id, file)
    capsys.readouterr()
    commands.take_timeline(case_id, file, json=True)
    assert json.loads(capsys.readouterr().out)["new"] == 0  # the same file again
    assert room.vn.node.cases.exhibits.tray(room.lan) == []
    commands.export(case_id, "timeline.jsonl", out=tmp_path / "out.jsonl")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2500


def test_cases_of_other_programs_go_in_and_ours_goes_out_by_commands(
    room: Room, speaks: Callable[[Side], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, other = room.joined(), room.joined()
    room.state(room.vn, other, person("Nguyễn Văn An", "+84 912 345 678"))
    room.state(room.vn, other, event(START, "Chuyển tiền"))
    room.settle()
    commands.export(other, "case.stix.json", out=tmp_path / "case.json")
    commands.take_case(case_id, tmp_path / "case.json", "stix")
    iris = {"timeline": [{"event_title": "Login", "event_date_wtz": "2026-11-20T10:00:00+07:00"}], "tasks": [7]}
    capsys.readouterr()
    commands.take_case(case_id, written(tmp_path / "iris.json", iris), "iris")
    said = capsys.readouterr()
    assert "1 mục mới" in said.out or "1 entries are new" in said.out  # in whichever language it speaks
    assert "tasks 1" in said.out + said.err
    room.settle()
    speaks(room.us)
    for form, sign in (("graph.graphml", b"graphml"), ("case.jsonld", b"@graph"), ("timeline.csv", b"Login")):
        commands.export(case_id, form, out=tmp_path / form)  # type: ignore[arg-type]  # one of the forms
        assert sign in (tmp_path / form).read_bytes()
    commands.situation(case_id, out=tmp_path / "s.pdf")
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")


# --- attacks ------------------------------------------------------------------------------------------------------
def test_a_program_reaches_nothing_of_a_case_that_its_officer_may_not_know_of(room: Room) -> None:
    case_id = room.open()
    room.vn.hire("ngoai", "Người Ngoài", Role.ADMINISTRATOR)
    stranger = Through(room.vn, "ngoai").client
    for call in (
        lambda: stranger.exhibits(case_id),
        lambda: stranger.check_exhibit(case_id, "evd-" + "a" * 26),
        lambda: stranger.take_exhibit(case_id, ExhibitTaking(word=WORD)),
        lambda: stranger.look_at_timeline(case_id, TimelineLooking(upload="upl-" + "a" * 26)),
        lambda: stranger.print_situation(case_id),
    ):
        with pytest.raises(NodeNotAllowed):
            call()  # type: ignore[no-untyped-call]  # made here
    assert room.lines(room.vn, case_id, "evidence") == {}


@pytest.mark.usefixtures("speaks")
def test_an_exhibit_that_says_it_is_something_else_is_refused(room: Room, tmp_path: Path) -> None:
    case_id = room.open()
    word = {"is": "entity", "kind": "person", "name": "An"}
    with pytest.raises((NodeRefused, Refused)):
        commands.take_exhibit(case_id, written(tmp_path / "form.json", {"word": word}))
    with pytest.raises((NodeRefused, Refused)):
        commands.take_exhibit(case_id, written(tmp_path / "form2.json", {"word": WORD | {"digest": "x"}}))
    assert room.lines(room.vn, case_id, "evidence") == {}
    assert room.lines(room.vn, case_id, "entity") == {}


def test_another_officers_tray_is_closed_to_programs(room: Room, tmp_path: Path) -> None:
    case_id = room.open()
    room.vn.hire("khac", "Người Khác", *room.lan.roles)
    other, mine = Through(room.vn, "khac").client, Through(room.vn, "lan").client
    upload = other.put_in(written(tmp_path / "a.csv", b"message,datetime\nx,2026-11-23T03:00:00Z\n"))
    with pytest.raises(NodeNotAllowed, match="upload-unknown"):
        mine.look_at_timeline(case_id, TimelineLooking(upload=upload.id))
    with pytest.raises(NodeNotAllowed, match="upload-unknown"):
        mine.take_exhibit(case_id, ExhibitTaking(word=WORD, upload=upload.id))
