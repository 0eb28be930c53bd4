"""The files in examples/ do what their README says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lienlac.clock import SystemClock
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.problems import FormRefused
from tests.hotline.scene import VN, agreement

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
NOW = SystemClock().now()
PEERS = [(VN, agreement())]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_right_files_are_taken(path: Path) -> None:
    assert f"`{path.name}`" in README
    assert read_opening(json.loads(path.read_bytes()), NOW, PEERS).to == VN


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("wrong/*.json")), ids=lambda path: path.stem)
def test_wrong_files_are_refused_for_the_reason_in_their_name(path: Path) -> None:
    with pytest.raises(FormRefused) as caught:
        read_opening(json.loads(path.read_bytes()), NOW, PEERS)
    found = {(problem.field, problem.code) for problem in caught.value.problems}
    line = re.search(rf"^\| `{re.escape(path.name)}` \| (.*) \| (.*) \|$", README, re.MULTILINE)
    assert line
    if path.stem == "several-at-once":
        assert len(found) == 4
    else:
        assert found == {(line[1].strip("`"), line[2].strip("`"))}
