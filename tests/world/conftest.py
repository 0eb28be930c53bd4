"""Which seeds the simulated world lives through: `--seed N` one of them with its story, `--seeds N` that many.

LIENLAC_SEEDS does the same as `--seeds`; without either there are five hundred.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.world.nodes import Template, make_template

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 20
HEAPS_EVERY = 10
"""A world of shared records costs several times as much: one for so many of the others."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=None, help="live through this one seed and tell its story")
    parser.addoption("--seeds", type=int, default=None, help="how many seeds (500)")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = next((one for one in ("seeds", "heap_seeds") if one in metafunc.fixturenames), None)
    if name is None:
        return
    one = metafunc.config.getoption("--seed", default=None)
    if one is not None:
        metafunc.parametrize(name, [range(one, one + 1)], ids=[f"seed-{one}"])
        return
    asked = metafunc.config.getoption("--seeds", default=None)
    count = asked if asked is not None else int(os.environ.get("LIENLAC_SEEDS", "500"))
    if name == "heap_seeds":
        count = max(1, count // HEAPS_EVERY)
    chunks = [range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]
    metafunc.parametrize(name, chunks, ids=[f"seeds-{chunk.start}-{chunk.stop - 1}" for chunk in chunks])


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Template]:
    """Paired nodes with agreements in force, made once: two of them, and three."""

    def make(count: int) -> Template:
        folder: Path = tmp_path_factory.mktemp(f"template-{count}")
        return make_template(folder, count=count)

    return {count: make(count) for count in (2, 3)}
