"""Records that are right, written by us: for the interface's description and the demo. Nothing in them is a case."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

SEEDS: Final[tuple[dict[str, Any], ...]] = tuple(
    json.loads(resources.files("lienlac.methods.forms").joinpath("seeds.json").read_text(encoding="utf-8"))
)
"""A fake forex platform, a call that poses as police, a task scam."""
METHOD_EXAMPLES: Final[dict[str, Any]] = {"a fake forex platform": SEEDS[0]}
CHANGE_EXAMPLES: Final[dict[str, Any]] = {
    "another step": {**SEEDS[0], "reason": "The platform now asks for a tax before it pays out."}
}
SHARE_EXAMPLES: Final[dict[str, Any]] = {"to a partner": {"to": ["us-ic3"]}}
REVOKE_EXAMPLES: Final[dict[str, Any]] = {"it was wrong": {"reason": "Two methods were taken for one."}}
