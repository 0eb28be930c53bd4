"""The files in examples/ do what their README says."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac.clock import SystemClock
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.kinds import REQUEST_KINDS
from lienlac.hotline.request import fold
from lienlac.hotline.rules.followups import Earlier
from lienlac.records.forms.problems import FormRefused
from tests.hotline.cases import RESULTS, form_of
from tests.hotline.scene import US, VN, Stage, agreement

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
NOW = SystemClock().now()
PEERS = [(VN, agreement())]


@pytest.fixture
def find(quick_stage: Stage) -> Callable[[str], Earlier | None]:
    """Requests of the references in the files, carried out on a stage: a freeze and a preservation."""
    known = {}
    for reference, name in (("US-2026-000412", "freeze-payment"), ("US-2026-000413", "preserve-data")):
        request = quick_stage.carried_out(form_of(name), RESULTS[name])
        opening = request.opening
        body = msgspec.structs.replace(opening.body, reference=reference)
        facts = [fact for fact in request.facts.values() if fact.id != opening.id]
        folded = fold([*facts, dataclasses.replace(opening, body=body)])
        assert folded is not None
        known[reference] = Earlier(folded)
    return known.get


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_right_files_are_taken(path: Path, find: Any) -> None:
    assert f"`{path.name}`" in README
    assert read_opening(json.loads(path.read_bytes()), NOW, PEERS, us=US, find=find).to == VN


def test_every_kind_has_a_right_file() -> None:
    named = {json.loads(path.read_bytes())["kind"] for path in EXAMPLES.glob("*.json")}
    assert named == {kind.name for kind in REQUEST_KINDS}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("wrong/*.json")), ids=lambda path: path.stem)
def test_wrong_files_are_refused_for_the_reason_in_their_name(path: Path, find: Any) -> None:
    with pytest.raises(FormRefused) as caught:
        read_opening(json.loads(path.read_bytes()), NOW, PEERS, us=US, find=find)
    found = {(problem.field, problem.code) for problem in caught.value.problems}
    line = re.search(rf"^\| `{re.escape(path.name)}` \| (.*) \| (.*) \|$", README, re.MULTILINE)
    assert line
    if path.stem == "several-at-once":
        assert len(found) == 4
    else:
        assert found == {(line[1].strip("`"), line[2].strip("`"))}
