"""One pair of nodes for all tests of faults: the Vietnamese side on PostgreSQL, the United States' side on SQLite, on a
small disk of its own where that is possible. Each test leaves both serving and nothing waiting.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from tests.chaos import at_another_time, checks
from tests.chaos.processes import LiveNode, LivePair, freeze_form, wait_for
from tests.databases import PostgresqlServer
from tests.disks import small_disk

DISK_MB = 96
"""Three times what the write-ahead file grows to before it is carried over (`limits.STORAGE_WAL_PAGES`)."""


@dataclass
class Live:
    """The pair, and what its officers did so far."""

    pair: LivePair
    server: PostgresqlServer
    database: str
    disk: Path | None
    opened: list[str] = field(default_factory=list)
    answered: int = 0
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def vn(self) -> LiveNode:
        return self.pair.vn

    @property
    def us(self) -> LiveNode:
        return self.pair.us

    def open(self, count: int = 1) -> list[str]:
        """So many requests to freeze a payment, from the United States' desk; their ids."""
        with self.us.client() as client:
            names = [client.open(freeze_form(f"LIVE-{next(self.numbers)}")).id for _ in range(count)]
        self.opened += names
        return names

    def arrived(self, names: Iterable[str]) -> None:
        """Wait until they are at the Vietnamese side."""
        for name in names:
            wait_for(partial(checks.holds, self.vn, name), f"{name} does not arrive")

    def answer(self, names: Iterable[str]) -> None:
        """The Vietnamese desk acknowledges them, each as soon as it is there."""
        with self.vn.client() as client:
            for name in names:
                self.arrived([name])
                client.step(name, "acknowledge", {"remarks": ""})
                self.answered += 1

    def exchange(self) -> None:
        """Requests there, answers back; nothing waits afterwards."""
        self.answer(self.open(2))
        checks.settle(self.pair)

    def works(self) -> None:
        """An exchange; then nothing was lost and nothing happened twice, and nobody is told of anything wrong."""
        self.exchange()
        checks.whole(self.pair, self.opened, answers=self.answered)
        for node in self.pair:
            link = node.link()
            assert (link["state"], link["backlog"], link["undelivered"]) == ("working", 0, [])
            assert (link["alarms"], link["suspensions"]) == ([], [])


@pytest.fixture(scope="session")
def _live(tmp_path_factory: pytest.TempPathFactory, postgresql_server: PostgresqlServer) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("live")
    name = postgresql_server.new_database(tables=False)
    with ExitStack() as stack:
        stack.callback(postgresql_server.drop_database, name)
        pair = LivePair.plan(home, vn=postgresql_server.url(name))
        disk: Path | None = home / "disk"
        try:
            stack.enter_context(small_disk(home / "disk", DISK_MB))
        except pytest.skip.Exception:
            disk = None
        if disk is not None:
            pair.us.folder = disk / "us"
        if os.geteuid() == 0 and shutil.which("setpriv"):  # root that obeys a file's mode like any other user
            pair.us.before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
        pair.vn.wrong_by(0)
        pair.vn.program = (str(Path(at_another_time.__file__)),)
        stack.callback(pair.stop)
        pair.make()
        live = Live(pair, postgresql_server, name, disk)
        live.works()
        yield live


@pytest.fixture
def live(_live: Live) -> Iterator[Live]:
    """The pair, at work before the test and after it."""
    yield _live
    _live.works()
