"""The tutorial is followed word for word: its commands are taken from the page and typed into a shell.

Only two things differ from a person's hands: ports are free ones, and a command that needs what is still on its way
from the other node is typed again until it works, as a person would.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lienlac.cli.demo.stage import free_ports
from tests.architecture.house import PROJECT

PAGE = PROJECT / "docs" / "tutorials" / "two-nodes-in-ten-minutes.md"
PORTS = ("8501", "9501", "8502", "9502")
ONCE = ("lienlac init", "lienlac user", "lienlac keys", "lienlac serve", "lienlac log check")

PROLOGUE = """
set -u
again() { for _ in $(seq 60); do "$@" > said 2>&1 && { cat said; return 0; }; sleep 0.5; done; cat said; exit 1; }
trap 'kill $(jobs -p) 2> /dev/null; cat ./*.log' EXIT
"""
EPILOGUE = "\ntrap - EXIT\necho followed to the end\n"


def commands(page: str) -> str:
    """Everything between the page's ```sh fences, with waiting where a person would wait."""
    lines = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).splitlines()
    return "\n".join(
        f"again {line}" if line.startswith("lienlac ") and not line.startswith(ONCE) else line for line in lines
    )


@pytest.mark.slow
@pytest.mark.chaos
def test_the_tutorial_works_word_for_word(tmp_path: Path) -> None:
    script = PROLOGUE + commands(PAGE.read_text(encoding="utf-8")) + EPILOGUE
    for port, free in zip(PORTS, free_ports(0, len(PORTS)), strict=True):
        script = script.replace(port, str(free))
    folder = tmp_path / "demo-data" / "tutorial"
    folder.mkdir(parents=True)
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    command = tmp_path / "bin" / "lienlac"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lienlac "$@"\n')
    command.chmod(0o755)
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LIENLAC_")}
    environment = {**mine, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(PROJECT / "src")}
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "followed to the end" in done.stdout
