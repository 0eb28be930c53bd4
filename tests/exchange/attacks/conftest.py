"""Three real nodes, paired and agreed, and a forger who holds their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exchange.attacks.stage import Stage
from tests.world.nodes import Template, make_template

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return make_template(tmp_path_factory.mktemp("three"), count=3)


@pytest.fixture
def stage(three: Template, tmp_path: Path) -> Iterator[Stage]:
    clock, nodes = three.copy(tmp_path, "attacks")
    yield Stage(clock, *nodes)
    for node in nodes:
        node.shut()
