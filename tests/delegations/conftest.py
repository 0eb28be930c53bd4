from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delegations.whole import Visit


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    made = Visit(tmp_path_factory.mktemp("delegations"))
    yield made
    made.close()


@pytest.fixture
def visit(founded: Visit, tmp_path: Path) -> Iterator[Visit]:
    """A fresh copy of the two nodes."""
    made = founded.copied(tmp_path / "here")
    yield made
    made.close()
