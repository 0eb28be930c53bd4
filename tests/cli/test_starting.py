"""What a command loads before it can begin: it is most of what a quick command takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.house import PROJECT

LOADED = "import sys; import {}; print(*sorted(sys.modules))"
SERVING = ("jinja2", "litestar", "uvicorn")
SCREENS = frozenset({"api", "endpoint", "taxii"})
DESKS_OF_SCREENS = frozenset({"lienlac.intelligence.feeds.courier.taxii"})
"""Not a door of this node but the way to those of others."""


def loaded(module: str) -> list[str]:
    command = [sys.executable, "-c", LOADED.format(module)]
    environment = {"PYTHONPATH": str(PROJECT / "src")}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()


@pytest.mark.parametrize("module", ["lienlac.assembly", "lienlac.cli.app"])
def test_a_command_that_opens_a_node_loads_neither_pages_nor_doors(module: str) -> None:
    found = loaded(module)
    assert module in found
    assert [one for one in found if one.partition(".")[0] in SERVING] == []
    doors = [one for one in found if one.startswith("lienlac.") and SCREENS.intersection(one.split("."))]
    assert set(doors) <= DESKS_OF_SCREENS


def test_whoever_serves_loads_them() -> None:
    assert {"jinja2", "litestar", "lienlac.hotline.api", "lienlac.ui.app"} <= set(loaded("lienlac.assembly.doors"))
