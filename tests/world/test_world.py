"""Many small worlds, each living by one seed. A failure names its seed and the one command that replays it."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.world.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world.nodes import Template

pytestmark = pytest.mark.world


def test_nothing_is_lost_and_nothing_happens_twice(
    seeds: range, templates: dict[int, Template], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="lienlac")  # handlers fail on purpose here
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        world = World(seed, folder, templates)
        try:
            world.live()
        except Exception as error:  # noqa: BLE001  # whatever it was, it is told with its seed and its story
            story = "\n".join(world.story[-120:])
            pytest.fail(f"seed {seed}: {error!r}\n{story}\n\nreplay: ./dev test tests/world --seed {seed}")
        if len(seeds) == 1:
            print("\n".join(world.story))
        shutil.rmtree(folder)


def test_a_seed_replays(templates: dict[int, Template], tmp_path: Path) -> None:
    """Twice the same seed, twice the same story, whatever Python's hash seed or the keys are."""
    stories = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(7, folder, templates)
        world.live(steps=30)
        stories.append(world.story)
    assert stories[0] == stories[1]
