"""Many small worlds in which officers work on shared records, each living by one seed (clauses 20.x)."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.world.heaps import HeapWorld, prepared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world.nodes import Template

pytestmark = pytest.mark.world


@pytest.fixture(scope="session")
def heap_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Template]:
    """Two nodes and three, prepared once."""
    return {count: prepared(tmp_path_factory.mktemp(f"heaps-{count}"), count) for count in (2, 3)}


def test_folds_are_equal_and_nobody_holds_what_it_may_not_see(
    heap_seeds: range, heap_templates: dict[int, Template], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="lienlac")  # links break on purpose here
    for seed in heap_seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = HeapWorld(seed, folder, heap_templates)
        try:
            world.live()
        except Exception as error:  # noqa: BLE001  # whatever it was, it is told with its seed and its story
            story = "\n".join(world.story[-150:])
            pytest.fail(
                f"seed {seed}: {error!r}\n{story}\n\nreplay: ./dev test tests/world/test_heaps.py --seed {seed}"
            )
        if len(heap_seeds) == 1:
            print("\n".join(world.story))
        shutil.rmtree(folder)
