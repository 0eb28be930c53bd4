"""Where the demo's agreement differs from the template's suggestions, and why."""

from __future__ import annotations

from typing import Any, Final

ACKNOWLEDGE_S: Final = 10
"""What the demo gives for the first answer to an emergency; the template suggests ten minutes."""


def shorten(document: dict[str, Any]) -> None:
    """Give the first answer to an emergency seconds, so that a demo need not wait ten minutes for nobody."""
    for kind in document["kinds"]:
        if kind["kind"] == "emergencies.open":
            for clock in kind["clocks"]:
                if clock["step"] == "acknowledge":
                    clock["seconds"] = ACKNOWLEDGE_S
