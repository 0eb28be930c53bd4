"""`lienlac intel import` and `lienlac method …` against a node's own interface, as a shell would call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lienlac import limits
from lienlac.cli.groups.intelligence import intel
from lienlac.cli.groups.warnings import method
from lienlac.client import NodeNotAllowed, NodeRefused
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
