"""The house on which attacks are played, fresh for each test from files that are made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lienlac.people.officer import Role
from lienlac.storage.database import Database
from tests.pages.conftest import Node
from tests.security.house import House, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import SqliteFiles


@pytest.fixture(scope="session")
def house_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(house_template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(house_template, tmp_path)
    yield made
    made.shut()


@pytest.fixture
def node(tmp_path: Path, sqlite_files: SqliteFiles) -> Iterator[Node]:
    """The screens alone, as `tests/pages` uses them."""
    with Database.open(sqlite_files.new_url(tmp_path), synchronous="off") as database:
        made = Node(database)
        made.add("duty", Role.DUTY_OFFICER)
        made.add("super", Role.SUPERVISOR)
        made.add("admin", Role.ADMINISTRATOR)
        yield made
