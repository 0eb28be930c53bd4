"""`lienlac case begin-from`, `add-from`, `merge`, `split` against two nodes' own interfaces; the attacks on these doors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lienlac.cli.groups.cooperation import bridge, joining
from lienlac.client import NodeNotAllowed, NodeRefused
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.wire.bodies.cases import Case, Relation
from tests.cases.scene import Room, person
from tests.cases.test_programs import Through, written
from tests.duty.nodes import Side

Speaks = Callable[..., None]
BASIS = {"purpose": "stop-funds", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Điều 4"}
RED_ = {"tlp": "red", "pap": "amber"}


@pytest.fixture
def speaks(room: Room, monkeypatch: pytest.MonkeyPatch) -> Speaks:
    """Commands speak with this side, as this officer, from now on."""
    now: dict[str, Through] = {}
    modules: tuple[ModuleType, ...] = (bridge, joining)
    for module in modules:
        monkeypatch.setattr(module, "client_of", lambda _url, _token: now["here"])

    def to(side: Side, login: str = "") -> None:
        now["here"] = Through(side, login or ("lan" if side is room.vn else "mark"))

    to(room.vn)
    return to


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[[], Any]:
    def read() -> Any:
        return json.loads(capsys.readouterr().out)

    return read


def beginning(path: Path, offer: dict[str, Any], **changes: Any) -> Path:
    keys = [one["key"] for one in offer["entities"] if one["preset"]]
    form = {"title_vi": "Sàn giả", "title_en": "Fake platform", **BASIS, "marks": RED_, "take": keys}
    return written(path / "case.json", {**form, "seen": offer["seen"], **changes})


def test_a_case_is_begun_from_a_request_and_another_one_is_added_to(
    room: Room, speaks: Speaks, told: Callable[[], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = room.freeze()
    bridge.look_from("request", request.id)
    shown = capsys.readouterr().out
    assert request.reference in shown
    assert "0071000123456" in shown
    bridge.look_from("request", request.id, json=True)
    offer = told()
    assert not any(one["preset"] for one in offer["entities"] if one["role"] == "victim")
    assert offer["only"] == [room.us.id]
    bridge.begin_from("request", request.id, beginning(tmp_path, offer), json=True)
    begun = told()
    case_id = begun["record"]["id"]
    entities = room.lines(room.vn, case_id, "entity")
    assert len(entities) == sum(one["preset"] for one in offer["entities"])
    assert {one.standing[0].audience for one in entities.values()} == {frozenset({room.us.id})}
    assert begun["record"]["typology"] == "fxp-rig"
    bridge.look_from("request", request.id)
    assert begun["record"]["reference"] in capsys.readouterr().err
    other = room.open(top=Case(title_vi="Vụ khác", title_en="Another"))
    keys = [one["key"] for one in offer["entities"]]
    adding = written(tmp_path / "add.json", {"into": other, "marks": RED_, "take": keys, "seen": offer["seen"]})
    bridge.add_from("request", request.id, adding, json=True)
    assert (told()["stated"], len(room.lines(room.vn, other, "entity"))) == (len(keys) + 1, len(keys))
    bridge.add_from("request", request.id, adding, json=True)
    again = told()
    assert len(room.lines(room.vn, other, "link")) == 1
    assert again["stood"] == sum(one["identifier"] != "name" for one in offer["entities"])


def test_a_case_begun_twice_by_one_call_is_one(room: Room, told: Callable[[], Any], tmp_path: Path) -> None:
    request = room.freeze()
    program = room.vn.program("lan")
    offer = program.get(f"/api/cases/from/request/{request.id}").json()
    body = json.loads(beginning(tmp_path, offer).read_text())
    made = [
        program.client.post(
            f"/api/cases/from/request/{request.id}/open",
            json=body,
            headers={**program.headers, "Idempotency-Key": "begin-once-1"},
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201], made[1].text
    assert len({one.json()["record"]["id"] for one in made}) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seen": "0" * 64}, "case-bridge-changed"),
        ({"take": ["deadbeefdeadbeef"]}, "case-bridge-changed"),
        ({"marks": {"tlp": "green", "pap": "amber"}}, "case-bridge-marks"),
        ({"purpose": "prosecute"}, "case-bridge-purpose"),
    ],
)
def test_attack_a_program_takes_more_than_it_was_shown_or_allowed(
    room: Room, speaks: Speaks, told: Callable[[], Any], tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    request = room.freeze()
    bridge.look_from("request", request.id, json=True)
    with pytest.raises(NodeRefused) as refused:
        bridge.begin_from("request", request.id, beginning(tmp_path, told(), **changes))
    assert refused.value.code == code
    assert room.vn.node.cases.shared.read.listed(room.lan) == []


def test_attack_a_program_reads_or_takes_a_hidden_request(
    room: Room, speaks: Speaks, told: Callable[[], Any], tmp_path: Path
) -> None:
    """Nothing says whether it exists; a list that was seen before it was hidden opens nothing any more."""
    request = room.freeze()
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    speaks(room.vn, "tham")
    bridge.look_from("request", request.id, json=True)
    form = beginning(tmp_path, told())
    room.vn.node.hotline.access.change(
        room.vn.officer("sep"), request.id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Nguồn tin"
    )
    codes = []
    acts: tuple[Callable[[], None], ...] = (
        lambda: bridge.look_from("request", request.id),
        lambda: bridge.begin_from("request", request.id, form),
        lambda: bridge.look_from("request", "req-" + "a" * 26),
    )
    for act in acts:
        with pytest.raises(NodeNotAllowed) as refused:
            act()
        codes.append(refused.value.code)
    assert codes == ["not-found"] * 3


def test_a_case_goes_on_in_another_one_by_commands_of_both_sides(
    room: Room, speaks: Speaks, told: Callable[[], Any]
) -> None:
    first, other = room.joined(), room.joined(top=Case(title_vi="Vụ lớn", title_en="The larger case"))
    an, binh = (room.state(room.vn, first, person(name)) for name in ("Nguyễn Văn An", "Lê Thị Bình"))
    room.state(room.vn, first, Relation(source=an, target=binh, relation="pays"))
    room.state(room.us, first, person("Anh Tư"))
    room.settle()
    joining.merge(first, other, vi="Nhập vụ", en="Goes on there", json=True)
    made = told()
    assert (made["record"]["id"], made["carried"], made["waits"]) == (other, 3, 0)
    room.settle()
    speaks(room.us)
    joining.merge(first, other, en="Ours too", json=True)
    assert told()["carried"] == 1
    room.settle()
    for side in (room.vn, room.us):
        assert len(room.lines(side, other, "entity")) == 3
        assert len(room.lines(side, other, "relation")) == 1
        assert room.room(side, first).line.state == "closed"


def test_a_case_is_split_off_by_a_command_and_its_partner_brings_its_own(
    room: Room, speaks: Speaks, told: Callable[[], Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = room.joined()
    an = room.state(room.vn, first, person("Nguyễn Văn An"))
    room.state(room.vn, first, person("Lê Thị Bình"))
    room.settle()
    form = {"title_vi": "Nhánh ví", "title_en": "The wallets", **BASIS, "elements": [an]}
    joining.split(first, written(tmp_path / "split.json", form))
    assert "1 entries of this side" in capsys.readouterr().err
    joining.split(first, written(tmp_path / "split.json", form), json=True)
    branch = told()["record"]["id"]
    assert [one.standing[0].says.name for one in room.lines(room.vn, branch, "entity").values()] == ["Nguyễn Văn An"]
    room.settle()
    assert branch not in {one.id for one in room.us.node.cases.shared.read.listed(room.mark)}
    room.joined(branch)
    assert [one.standing[0].says.name for one in room.lines(room.us, branch, "entity").values()] == ["Nguyễn Văn An"]


def test_attack_a_program_splits_off_what_the_other_side_has_said(room: Room, speaks: Speaks, tmp_path: Path) -> None:
    first = room.joined()
    theirs = room.state(room.us, first, person("Anh Tư"))
    room.settle()
    form = {"title_vi": "a", "title_en": "a", **BASIS, "elements": [theirs]}
    with pytest.raises((NodeNotAllowed, NodeRefused)):
        joining.split(first, written(tmp_path / "split.json", form))
    assert [one.id for one in room.vn.node.cases.shared.read.listed(room.lan)] == [first]
