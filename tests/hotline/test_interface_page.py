"""The page about the interface names every door."""

from __future__ import annotations

from pathlib import Path

from lienlac.hotline.lifecycle import Step
from lienlac.hotline.rules.actions import RIGHT_OF

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "requests-api.md"


def test_every_step_has_its_line() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [
        step.value for step in RIGHT_OF if step is not Step.OPEN and f"/api/requests/NAME/{step.value}`" not in text
    ]
    assert not missing
