"""The hotline's stage as a fixture."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.scene import Stage, make_stage


@pytest.fixture
def stage(new_database: Any) -> Stage:
    """Two nodes on both products."""
    return make_stage(new_database)


@pytest.fixture
def quick_stage(new_sqlite_database: Any) -> Stage:
    """Two nodes on SQLite, for what does not touch SQL's differences."""
    return make_stage(new_sqlite_database)
