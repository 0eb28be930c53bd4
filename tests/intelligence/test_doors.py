"""The interface for programs and the commands: files in and out byte for byte, quarantine, who may."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from lienlac.cli.app import run
from lienlac.client import Client
from lienlac.client.calls import NodeNotAllowed
from lienlac.interface.intelligence import CollectionForm, IntelFile, IntelMarks, IntelParcel
from lienlac.interface.requests import Named
from tests.intelligence.scene import domain, id_of, indicator, malware
from tests.intelligence.served import Server

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def client(server: Server) -> Any:
    with Client(server.url, server.token("giang")) as made:
        yield made


def test_a_collection_from_its_making_to_its_end(server: Server, client: Client) -> None:
    made = client.create_collection(CollectionForm(title="Theo giao diện", description_vi="Thử", writable=True))
    assert made.taxii == f"{server.root}collections/{made.id}/"
    again = client.describe_collection(made.id, CollectionForm(title="Theo giao diện 2", ceiling="green"))
    assert (again.title, again.ceiling, again.writable) == ("Theo giao diện 2", "green", False)
    access = client.collection_access(made.id, "restrict", Named(officers=("giang", "dung"), reason="Nguồn tin"))
    assert client.who_sees_collection(made.id).restricted
    assert len(access.officers) == 2
    with Client(server.url, server.token("anh")) as other:
        with pytest.raises(NodeNotAllowed, match="not-found"):
            other.collection(made.id)
        assert made.id not in {one.id for one in other.collections().collections}
    client.collection_access(made.id, "lift", Named(reason="Xong"))
    assert client.close_collection(made.id).closed_at is not None
    assert made.id not in {one.id for one in client.collections().collections}
    assert made.id in {one.id for one in client.collections(closed="yes").collections}


def test_a_parcel_with_its_file_and_marks(server: Server, client: Client) -> None:
    place = server.collection("Gói")
    came = IntelFile(name="báo cáo.json", digest="d" * 64)
    marks = IntelMarks(tlp="green", pap="amber", handling=("h1",), grade_4x4="B2", grade_6x6="C3")
    raws = (indicator(1).decode(), domain(2).decode(), '{"type":"indicator"}')
    told = client.add_objects(place.id, IntelParcel(objects=raws, file=came, marks=marks))
    assert (told.new, told.same, told.held) == (2, 0, 1)
    assert told.results[0].why.vi
    [version] = client.object(id_of(indicator(1))).versions
    assert version.raw == raws[0]
    assert (version.tlp, version.pap, version.handling, version.grade_4x4) == ("green", "amber", ["h1"], "B2")
    assert (version.source.giver, version.source.ref, version.source.label) == ("file", "d" * 64, "báo cáo.json")
    page = client.objects(place.id, rows=1)
    assert page.objects[0].name == "hoa-sen-invest.example"
    assert client.objects(place.id, cursor=page.next).objects[0].name == "Trang lừa đảo số 1"
    assert client.objects(place.id, type="domain-name").next is None


def test_quarantine_by_the_interface(server: Server, client: Client) -> None:
    place = server.collection("Cách ly")
    told = client.add_objects(place.id, IntelParcel(objects=("{}", '"\\ud800"')))
    page = client.quarantine(collection=place.id, rows=1)
    assert page.next
    held = client.held(told.results[0].held)
    assert held.raw == b"{}"
    assert held.held.name == ""
    wrong = client.add_objects(place.id, IntelParcel(objects=(malware(9, name="Gọi tên", is_family="yes").decode(),)))
    assert client.quarantine(collection=place.id, rows=1).held[0].name == "Gọi tên"
    assert client.held(wrong.results[0].held).held.name == "Gọi tên"
    client.dismiss_held(wrong.results[0].held)
    assert client.check_held(held.held.id).state == "held"
    client.dismiss_held(held.held.id)
    assert len(client.quarantine(collection=place.id).held) == 1
    with Client(server.url, server.token("linh")) as looker, pytest.raises(NodeNotAllowed, match="not-allowed"):
        looker.dismiss_held(told.results[1].held)


def commands(server: Server, folder: Path, *words: str) -> int:
    token = folder / "token"
    token.write_text(server.token("giang"))
    return run(["--lang", "en", "intel", *words, "--url", server.url, "--token-file", str(token)], {})


def test_a_file_goes_in_and_comes_out(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.limits.INTEL_CALL_MAX_OBJECTS", 10)
    raws = [*(indicator(number) for number in range(25)), malware(1)]
    file = tmp_path / "bundle.json"
    file.write_bytes(
        b'{"type": "bundle", "id": "bundle--x", "objects": [\n' + b",\n".join([*raws, b"[]", b'{"type":"x"}']) + b"]}"
    )
    assert commands(server, tmp_path, "create", "Từ tệp", "--writable", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert commands(server, tmp_path, "import", str(file), "--collection", made["id"], "--tlp", "amber") == 0
    assert "26 new, 0 known already, 2 held" in capsys.readouterr().out
    assert commands(server, tmp_path, "import", str(file), "--collection", made["id"], "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"new": 0, "same": 26, "held": 2}
    out = tmp_path / "out.json"
    assert commands(server, tmp_path, "export", made["id"], "--out", str(out)) == 0
    assert [json.loads(raw) for raw in raws] == json.loads(out.read_bytes())["objects"]
    assert all(raw in out.read_bytes() for raw in raws)
    assert commands(server, tmp_path, "collections") == 0
    assert "Từ tệp" in capsys.readouterr().out
    assert commands(server, tmp_path, "export", made["id"], "--out", str(out)) == 3
    capsys.readouterr()
    assert commands(server, tmp_path, "quarantine", "--collection", made["id"], "--json") == 0
    held = json.loads(capsys.readouterr().out)["held"]
    assert commands(server, tmp_path, "held", held[0]["id"]) == 0
    assert capsys.readouterr().out.strip() == '{"type":"x"}'
    assert commands(server, tmp_path, "check", held[0]["id"]) == 0
    assert "Still held" in capsys.readouterr().out
    assert commands(server, tmp_path, "dismiss", held[0]["id"]) == 0


def test_a_large_bundle_goes_in_without_lying_in_memory(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four thousand objects take no more than a thousand: what waits is one batch on either side.

    Command and node share this process, so the measure counts both; `bench/taxii.py` does it with 300,000.
    """
    monkeypatch.setattr("lienlac.limits.INTEL_CALL_MAX_OBJECTS", 200)
    most: list[int] = []
    for count in (200, 1_000, 4_000):  # the first one for what is loaded and compiled once
        place = server.collection(f"Gói {count}")
        file = tmp_path / f"{count}.json"
        with file.open("wb") as out:
            out.write(b'{"type":"bundle","id":"bundle--x","objects":[' + malware(count))
            for number in range(1, count):
                out.write(b"," + malware(number + count, description="Gói cài đặt giả " * 20))
            out.write(b"]}")
        tracemalloc.start()
        assert commands(server, tmp_path, "import", str(file), "--collection", place.id, "--json") == 0
        most.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert json.loads(capsys.readouterr().out) == {"new": count, "same": 0, "held": 0}
    assert most[2] < most[1] * 1.3


def test_an_empty_collection_is_a_bundle_too(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = server.collection("Trống")
    assert commands(server, tmp_path, "export", place.id) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"type", "id"}


def test_a_file_that_is_cut_off_says_so_and_keeps_what_was_taken(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.limits.INTEL_CALL_MAX_OBJECTS", 1)
    place = server.collection("Bị cắt")
    file = tmp_path / "cut.json"
    file.write_bytes(b'{"objects":[' + indicator(1) + b"," + indicator(2) + b"," + indicator(3)[:50])
    assert commands(server, tmp_path, "import", str(file), "--collection", place.id) == 1
    assert "(malformed)" in capsys.readouterr().err
    file.write_bytes(b'{"objects":[' + b",".join(indicator(number) for number in (1, 2, 3)) + b"]}")
    assert commands(server, tmp_path, "import", str(file), "--collection", place.id, "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] >= 1
