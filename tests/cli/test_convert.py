"""`lienlac convert`: files of others in, bundles out, and back; nothing but files is touched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.stix.material import indicator
from tests.stix.test_ftm import CASE
from tests.stix.test_goaml import REPORT
from tests.stix.test_misp import EVENT
from tests.stix.test_tables import BANKS


def bundle(*objects: object) -> str:
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": list(objects)})


def kinds(path: Path) -> list[str]:
    return sorted(item["type"] for item in json.loads(path.read_text(encoding="utf-8"))["objects"])


def test_a_file_is_checked_and_each_fault_is_named(lienlac: Command, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(bundle(indicator(), indicator(modified="yesterday"), 7), encoding="utf-8")
    said = lienlac("convert", "check", str(file), ok=5)
    assert "1 objects would be taken, 2 held back" in said.out
    assert "yesterday" in said.out
    told = lienlac("convert", "check", str(file), "--json", language="vi", ok=5).json
    assert [one["code"] for one in told["held"]] == ["stix-time", "stix-not-object"]
    assert "thời điểm" in told["held"][0]["reason"]
    file.write_text(bundle(indicator()), encoding="utf-8")
    lienlac("convert", "check", str(file))


def test_misp_there_and_back(lienlac: Command, tmp_path: Path) -> None:
    file, made, feed = tmp_path / "event.json", tmp_path / "bundle.json", tmp_path / "feed"
    file.write_text(json.dumps({"Event": EVENT}), encoding="utf-8")
    lienlac("convert", "misp", str(file), "--out", str(made))
    assert "indicator" in kinds(made)
    lienlac("convert", "to-misp", str(made), str(feed), "--org", "A05")
    assert {path.name for path in feed.iterdir()} == {"manifest.json", "hashes.csv", f"{EVENT['uuid']}.json"}
    lienlac("convert", "misp", str(feed / f"{EVENT['uuid']}.json"), "--out", str(tmp_path / "again.json"))
    assert {"indicator", "domain-name", "file"} <= set(kinds(tmp_path / "again.json"))
    lienlac("convert", "to-misp", str(made), str(feed), "--org", "A05", ok=3)


def test_a_table_is_looked_at_first_and_then_taken(lienlac: Command, tmp_path: Path) -> None:
    file, made = tmp_path / "list.csv", tmp_path / "bundle.json"
    file.write_text(BANKS + "12;;x;;;\n", encoding="utf-8-sig")
    seen = lienlac("convert", "table", str(file), "--json").json
    assert seen["guess"][:2] == ["account-number", "bank"]
    assert "--columns account-number,bank" in lienlac("convert", "table", str(file)).err
    said = lienlac("convert", "table", str(file), "--columns", ",".join(seen["guess"]), "--out", str(made))
    assert "row 4:" in said.err
    assert kinds(made).count("bank-account") == 2
    assert "4111111111111111" not in made.read_text(encoding="utf-8").replace(" ", "")
    lienlac("convert", "check", str(made))


def test_follow_the_money_there_and_back(lienlac: Command, tmp_path: Path) -> None:
    file, made, back = tmp_path / "case.ftm", tmp_path / "bundle.json", tmp_path / "back.ftm"
    file.write_text("".join(json.dumps(one) + "\n" for one in CASE), encoding="utf-8")
    said = lienlac("convert", "ftm", str(file), "--out", str(made))
    assert "schema Vessel" in said.err
    lienlac("convert", "to-ftm", str(made), "--out", str(back))
    assert {json.loads(line)["schema"] for line in back.read_text(encoding="utf-8").splitlines()} >= {
        "Person",
        "BankAccount",
        "Payment",
    }


def test_goaml_there_and_back(lienlac: Command, tmp_path: Path) -> None:
    file, made, back = tmp_path / "report.xml", tmp_path / "bundle.json", tmp_path / "back.xml"
    file.write_text(REPORT, encoding="utf-8")
    lienlac("convert", "goaml", str(file), "--out", str(made))
    said = lienlac("convert", "to-goaml", str(made), "--out", str(back))
    assert "XSD" in said.err
    assert "<transactionnumber>FT26330123456</transactionnumber>" in back.read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text("[report]", encoding="utf-8")
    assert "goaml-mapping" in lienlac("convert", "goaml", str(file), "--mapping", str(own), ok=1).err


@pytest.mark.parametrize("command", ["check", "misp", "table", "ftm", "goaml"])
def test_a_file_that_is_not_there_is_said(lienlac: Command, command: str) -> None:
    assert "file-unreadable" in lienlac("convert", command, "nowhere", ok=3).err


@pytest.mark.parametrize("command", ["check", "misp", "ftm", "goaml"])
def test_a_file_of_something_else_is_refused(lienlac: Command, tmp_path: Path, command: str) -> None:
    file = tmp_path / "odd"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    lienlac("convert", command, str(file), ok=1)
    assert list(tmp_path.iterdir()) == [file]


def test_a_bundle_is_written_to_standard_output(tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text(REPORT, encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "lienlac", "convert", "goaml", str(file)], capture_output=True, check=True
    )
    assert json.loads(said.stdout)["type"] == "bundle"
