from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.scene import Room


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    room = Room(tmp_path_factory.mktemp("cases"))
    yield room
    room.close()


@pytest.fixture
def room(founded: Room, tmp_path: Path) -> Iterator[Room]:
    """A fresh copy of the two nodes."""
    made = founded.copied(tmp_path / "here")
    yield made
    made.close()
