"""Links for the exchange's tests. A pair in agreement is made once through the desks and copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lienlac.storage.database import Database
from tests.databases import SqliteFiles
from tests.exchange.scene import SG, US, VN, End, Link, agree, open_file, pair
from tests.world.fakes import START, HandClock


@pytest.fixture(scope="session")
def agreed_files(tmp_path_factory: pytest.TempPathFactory, sqlite_files: SqliteFiles) -> Path:
    """Closed files of two nodes in agreement."""
    folder = tmp_path_factory.mktemp("agreed")
    for node_id in (US, VN):
        shutil.copyfile(sqlite_files.template(), folder / f"{node_id}.db")
    clock = HandClock(START)
    us, vn = (End(node_id, open_file(folder / f"{node_id}.db"), clock, seed="template") for node_id in (US, VN))
    agree(us, vn, pair(us, vn))
    for end in (us, vn):
        end.database.close()
    return folder


@pytest.fixture
def link(agreed_files: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Link]:
    """Two ends in agreement, one minute after it came into force."""
    clock = HandClock(START)
    clock.turn(60)
    ends = []
    for node_id in (US, VN):
        path = tmp_path / f"{node_id}.db"
        shutil.copyfile(agreed_files / path.name, path)
        ends.append(End(node_id, open_file(path), clock, seed=request.node.nodeid))
    made = Link(tmp_path, clock, *ends)
    yield made
    for end in (made.us, made.vn, *ends):
        end.database.close()


@pytest.fixture
def strangers(new_sqlite_database: Callable[[], Database]) -> tuple[End, End, End]:
    """Three nodes that know nobody."""
    clock = HandClock(START)
    us, vn, sg = (End(node_id, new_sqlite_database(), clock) for node_id in (US, VN, SG))
    return us, vn, sg


@pytest.fixture
def third(new_sqlite_database: Callable[[], Database], link: Link) -> End:
    """A third node, in agreement with the Vietnamese one."""
    made = End(SG, new_sqlite_database(), link.clock)
    agree(made, link.vn, pair(made, link.vn))
    return made


@pytest.fixture
def both(new_database: Callable[[], Database]) -> tuple[End, End]:
    """Two ends in agreement, once on SQLite and once on PostgreSQL."""
    clock = HandClock(START)
    us, vn = (End(node_id, new_database(), clock) for node_id in (US, VN))
    agree(us, vn, pair(us, vn))
    return us, vn
