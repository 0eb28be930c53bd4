"""A process killed in the middle of its writes: what it had acknowledged is there, nothing is there by half."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from lienlac.storage import audit, ledger
from lienlac.storage.database import Database
from tests.storage.durable_child import pairs

HOUSE = Path(__file__).resolve().parents[2]


def kill_after(url: str, prefix: str, lines: int) -> set[str]:
    """Run the child until it has acknowledged that many writes, kill it; everything it acknowledged."""
    command = [sys.executable, "-m", "tests.storage.durable_child", url, prefix]
    environment = {"PYTHONPATH": f"{HOUSE / 'src'}:{HOUSE}", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HOUSE, env=environment) as child:
        assert child.stdout is not None
        acknowledged = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        acknowledged += child.stdout.readlines()
    assert child.returncode == -9
    return {line.decode().strip() for line in acknowledged if line.endswith(b"\n")}


@pytest.mark.chaos
def test_a_killed_process_loses_nothing_acknowledged_and_applies_nothing_half(database_url):
    acknowledged: set[str] = set()
    for life, lines in enumerate((1, 60, 200)):
        acknowledged |= kill_after(database_url, f"life{life}", lines)
        with Database.open(database_url) as database, database.read() as connection:
            kept: dict[str, set[str]] = {}
            for word, side in connection.execute(select(pairs.c.word, pairs.c.side)):
                kept.setdefault(word, set()).add(side)
            leaves = {row.ref for row in connection.execute(select(ledger.leaves.c.ref))}
            verification = audit.verify_all(connection)
        assert acknowledged <= kept.keys()
        assert all(sides == {"left", "right"} for sides in kept.values())
        assert leaves == kept.keys()
        assert (verification.size, verification.first_fault) == (len(kept), None)
        # At most one group was under way: committed, but not yet acknowledged.
        assert len(kept.keys() - acknowledged) <= 8 * (life + 1)
