"""Two whole nodes with people on call, prepared once and started anew on a copy for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emergencies.scene import Channels


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Channels:
    """The files; nothing is ever done on them."""
    return Channels(tmp_path_factory.mktemp("channels"))


@pytest.fixture
def world(prepared: Channels, tmp_path: Path) -> Iterator[Channels]:
    made = prepared.copied(tmp_path)
    yield made
    made.close()
