"""One desk with feeds for each test."""

from __future__ import annotations

import pytest

from lienlac.storage.database import Database
from tests.intelligence.feeds.scene import FeedDesk


@pytest.fixture
def feeding(sqlite_database: Database) -> FeedDesk:
    return FeedDesk(sqlite_database)


@pytest.fixture
def feeding_both(database: Database) -> FeedDesk:
    """On both products."""
    return FeedDesk(database)
