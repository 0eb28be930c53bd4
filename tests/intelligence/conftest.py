"""One desk for each test, on both products."""

from __future__ import annotations

import pytest

from lienlac.storage.database import Database
from tests.intelligence.scene import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def quick_desk(sqlite_database: Database) -> Desk:
    """On SQLite alone, for what does not touch SQL."""
    return Desk(sqlite_database)
