"""One desk for each test, on both products."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lienlac.storage.database import Database
from tests.intelligence.scene import Desk
from tests.intelligence.served import Server
from tests.security.house import House, make_template


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def quick_desk(sqlite_database: Database) -> Desk:
    """On SQLite alone, for what does not touch SQL."""
    return Desk(sqlite_database)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A served node for a whole file: every test makes a collection of its own."""
    house = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    made = Server(house)
    yield made
    made.stop()
    house.shut()
