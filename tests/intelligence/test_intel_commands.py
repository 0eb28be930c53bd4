"""`lienlac intel import` and `lienlac method …` against a node's own interface, as a shell would call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.assembly import make_import_rounds
from lienlac.cli.groups.intelligence import intel, taking
from lienlac.cli.groups.warnings import method
from lienlac.client import Client, NodeNotAllowed, NodeRefused
from lienlac.methods.forms.examples import SEEDS
from tests.intelligence.scene import indicator, malware
from tests.intelligence.served import Server

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def at(server: Server, tmp_path: Path) -> Any:
    """Where a command goes, and who calls."""
    token = tmp_path / "token"
    token.write_text(server.token("giang"))
    token.chmod(0o600)
    return {"url": server.url, "token_file": token}


def bundle(*raws: bytes) -> bytes:
    return b'{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[' + b",".join(raws) + b"]}"


def broken(number: int) -> bytes:
    """An object in which one byte is no UTF-8."""
    return malware(number, name="Zyqx").replace(b"Zyqx", b"Zy\xffqx")


# --- files of objects ------------------------------------------------------------------------------------------------


def test_an_object_that_is_no_utf8_is_held_with_its_reason_and_the_rest_goes_in(
    server: Server, at: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server.collection("Tệp có lỗi")
    file = tmp_path / "mixed.json"
    wrong = broken(702)
    file.write_bytes(bundle(indicator(701), wrong, malware(703), broken(704), indicator(705)))
    intel.import_(file, collection=made.id, tlp="green", json=True, **at)
    assert json.loads(capsys.readouterr().out) == {"new": 3, "same": 0, "held": 2}
    intel.quarantine(collection=made.id, json=True, **at)
    held = json.loads(capsys.readouterr().out)["held"]
    assert len(held) == 2
    assert all("UTF-8" in one["why"]["en"] for one in held), held
    out = tmp_path / "held.bin"
    found = [one for one in held if one["digest"] == _digest(wrong)]
    intel.held(found[0]["id"], out=out, **at)
    assert out.read_bytes() == wrong + b"\n", "byte for byte as it came"
    intel.import_(file, collection=made.id, tlp="green", json=True, **at)
    assert json.loads(capsys.readouterr().out) == {"new": 0, "same": 3, "held": 2}


def test_a_file_of_nothing_but_broken_objects(
    server: Server, at: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server.collection("Toàn lỗi")
    file = tmp_path / "all.json"
    file.write_bytes(bundle(broken(711), broken(712)))
    intel.import_(file, collection=made.id, **at)
    told = capsys.readouterr()
    assert "2" in told.out
    assert told.err


def test_attack_a_parcel_of_nothing_or_of_too_much(server: Server, at: Any) -> None:
    made = server.collection("Gói sai")
    with server.caller() as caller:
        for body in (
            {"objects": []},
            {"objects": [], "octets": []},
            {"objects": [], "octets": ["no base64!"]},
            {"objects": ["{}"] * limits.INTEL_CALL_MAX_OBJECTS, "octets": ["e30="]},
        ):
            answer = caller.client.post(
                f"/api/intelligence/collections/{made.id}/objects",
                json=body,
                headers={"Authorization": f"Bearer {server.token('giang')}"},
            )
            assert answer.status_code == 400, body


def _digest(raw: bytes) -> str:
    import hashlib

    return hashlib.sha256(raw).hexdigest()


# --- files of any form ------------------------------------------------------------------------------------------------

TABLE = "Số điện thoại,STK,Ngân hàng,Ghi chú\n0912345678,0071000123456,Vietcombank,a\n09x,1,?,b\n".encode()


@pytest.fixture
def rounds(server: Server) -> Any:
    """What takes files in beside a serving node."""
    return make_import_rounds(server.house.node)


def test_a_table_waits_for_its_columns_and_then_is_taken_in(
    server: Server, at: Any, rounds: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server.collection("Bảng")
    file = tmp_path / "bảng.csv"
    file.write_bytes(TABLE)
    taking.take_in(file, collection=made.id, tlp="green", json=True, **at)
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["name"], told["form"]) == ("mapping", "bảng.csv", "table")
    assert told["table"]["guess"] == ["phone", "account-number", "bank", "note"]
    taking.imports(told["id"], **at)
    shown = capsys.readouterr()
    assert "Số điện thoại" in shown.out
    assert f"lienlac intel columns {told['id']} phone,account-number,bank,note" in shown.err.replace("\n", " ")
    taking.columns(told["id"], "phone, account-number, bank, note", json=True, **at)
    assert json.loads(capsys.readouterr().out)["state"] == "running"
    rounds.catch_up()
    taking.imports(told["id"], json=True, **at)
    done = json.loads(capsys.readouterr().out)
    assert (done["state"], done["percent"], done["held"]) == ("done", 100, 0)
    assert done["new"] >= 2
    assert done["unread"] >= 1
    taking.imports(told["id"], **at)
    assert "3 · phone" in capsys.readouterr().out, "which row and column could not be read"
    taking.imports(**at)
    assert told["id"] in capsys.readouterr().out
    taking.imports(told["id"], drop=True, **at)
    capsys.readouterr()
    with pytest.raises(NodeNotAllowed, match="not-found"):
        taking.imports(told["id"], **at)


def test_who_knows_the_columns_says_them_at_once(
    server: Server, at: Any, rounds: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server.collection("Bảng không tiêu đề")
    file = tmp_path / "phones.csv"
    file.write_bytes(b"0912345671,a\n0912345672,b\n")
    taking.take_in(file, collection=made.id, columns="phone,note", no_header=True, json=True, **at)
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "running"
    rounds.catch_up()
    taking.imports(told["id"], json=True, **at)
    done = json.loads(capsys.readouterr().out)
    assert (done["state"], done["unread"]) == ("done", 0)
    assert len(server.intelligence.newest(server.house["giang"], made.id, rows=9)) == 2


def test_a_bundle_goes_in_and_every_object_is_answered(server: Server, rounds: Any, tmp_path: Path) -> None:
    made = server.collection("Gói")
    file = tmp_path / "b.json"
    file.write_bytes(bundle(indicator(721), b'{"type": "indicator", "id": "indicator--x"}', malware(722)))
    with Client(server.url, server.token("giang")) as node:
        told = node.take_in(file, collection=made.id, tlp="green", handling="h1")
        rounds.catch_up()
        first = node.import_results(told.id, rows=2)
        assert [one.state for one in first.results] == ["new", "held"]
        assert first.results[1].why is not None
        assert node.held(first.results[1].held).held.collection == made.id
        rest = node.import_results(told.id, after=first.next or 0)
        assert [one.number for one in rest.results] == [3]
        assert rest.next is None
        with pytest.raises(NodeNotAllowed, match="import-state"):
            node.import_again(told.id)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"collection": "91a7b528-80eb-42ed-a74d-c6fbd5a26116"}, "not-found"),
        ({"tlp": "purple"}, "code-unknown"),
        ({"form": "goaml"}, "import-other-form"),
        ({"who": "somebody"}, "request-malformed"),
    ],
)
def test_attack_a_file_that_is_refused_leaves_nothing(
    server: Server, tmp_path: Path, more: dict[str, str], code: str
) -> None:
    made = server.collection(f"Từ chối {code}")
    file = tmp_path / "b.json"
    file.write_bytes(bundle(indicator(731)))
    with Client(server.url, server.token("giang")) as node:
        before = node.imports()
        with pytest.raises((NodeRefused, NodeNotAllowed)) as caught:
            node.take_in(file, **{"collection": made.id, **more})
        assert caught.value.code == code
        assert node.imports() == before


def test_attack_another_officer_s_file(server: Server, tmp_path: Path) -> None:
    made = server.collection("Của người khác")
    file = tmp_path / "t.csv"
    file.write_bytes(TABLE)
    with Client(server.url, server.token("giang")) as owner, Client(server.url, server.token("binh")) as thief:
        told = owner.take_in(file, collection=made.id)
        for call in (
            lambda: thief.import_of(told.id),
            lambda: thief.import_results(told.id),
            lambda: thief.import_columns(told.id, ["phone", "ignore", "ignore", "note"]),
            lambda: thief.import_again(told.id),
            lambda: thief.drop_import(told.id),
        ):
            with pytest.raises(NodeNotAllowed, match="not-found"):
                call()
        assert told.id not in {one.id for one in thief.imports().imports}
        assert owner.import_of(told.id).state == "mapping"


# --- methods ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(at: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A record written from a form file; its id."""
    form = tmp_path / "form.json"
    form.write_text(json.dumps(SEEDS[0]))
    method.add(form, json=True, **at)
    name: str = json.loads(capsys.readouterr().out)["id"]
    return name


def test_a_method_is_written_listed_and_shown(
    written: str, at: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    method.list_(whose="ours", **at)
    assert written in capsys.readouterr().out
    method.list_(typology=SEEDS[0]["typologies"][0], json=True, **at)
    assert written in {one["id"] for one in json.loads(capsys.readouterr().out)["methods"]}
    method.list_(words="khong-co-gi-nhu-the", **at)
    told = capsys.readouterr()
    assert written not in told.out
    assert told.err, "an empty list says so"
    method.show(written, **at)
    out = capsys.readouterr().out
    assert SEEDS[0]["title_vi"] in out
    assert SEEDS[0]["title_en"] in out
    assert "1. " in out
    method.show(written, json=True, **at)
    assert json.loads(capsys.readouterr().out)["id"] == written
    form = tmp_path / "second.json"
    form.write_text(json.dumps(SEEDS[1]))
    method.add(form, **at)
    told = capsys.readouterr()
    assert "mth-" in told.out + told.err


def test_a_method_goes_out_as_stix_and_into_a_collection(
    server: Server, written: str, at: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "method.json"
    method.export(written, out=out, **at)
    objects = json.loads(out.read_bytes())["objects"]
    (id_of_method,) = (one["id"] for one in objects if SEEDS[0]["title_en"] in one.get("name", ""))
    made = server.collection("Phương thức", ceiling="red")
    method.export(written, collection=made.id, json=True, **at)
    taken = json.loads(capsys.readouterr().out)
    assert taken["new"] >= 1
    intel.quarantine(collection=made.id, json=True, **at)
    held = json.loads(capsys.readouterr().out)["held"]
    # the vocabulary of kinds of crime is dated later than this house's clock
    assert {one["code"] for one in held} <= {"intel-version-future"}
    assert id_of_method not in {one["object_id"] for one in held}
    method.export(written, collection=made.id, **at)
    assert str(taken["new"]) in capsys.readouterr().out, "known already the second time"


def test_a_leaflet_comes_as_pdf(written: str, at: Any, tmp_path: Path) -> None:
    out = tmp_path / "leaflet.pdf"
    method.leaflet(written, out=out, **at)
    assert out.read_bytes().startswith(b"%PDF-")


def test_what_is_wrong_is_said_and_nothing_is_written(
    at: Any, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = tmp_path / "wrong.json"
    form.write_text(json.dumps({**SEEDS[0], "title_vi": ""}))
    method.list_(json=True, **at)
    before = capsys.readouterr().out
    with pytest.raises(NodeRefused):
        method.add(form, **at)
    absent = "mth-" + "a" * 26
    for call in (method.show, method.leaflet, method.export):
        with pytest.raises(NodeNotAllowed, match="not-found"):
            call(absent, **at)  # type: ignore[operator]
    method.list_(json=True, **at)
    assert capsys.readouterr().out == before


def test_attack_a_token_that_only_reads_writes_no_method(server: Server, tmp_path: Path) -> None:
    token, form = tmp_path / "token", tmp_path / "form.json"
    token.write_text(server.token("giang", "read"))
    token.chmod(0o600)
    form.write_text(json.dumps(SEEDS[0]))
    with pytest.raises(NodeNotAllowed):
        method.add(form, url=server.url, token_file=token)
