"""The house on which attacks are played, fresh for each test from files that are made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def house_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(house_template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(house_template, tmp_path)
    yield made
    made.shut()
