"""What holds for every test run: a skip is a failure where LIENLAC_CI is set, and long tests start first.

Fixtures stand in tests/conftest.py and below.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
LONGEST = "test_killed_processes.py"
LONG = ("chaos", "world", "browser", "slow", "postgres", "whole")
WHOLE = frozenset({"founded", "house", "lienlac", "quick_stage", "room", "served", "server", "two", "world"})
"""Fixtures that set up whole nodes with a partner, or run commands on them."""


gc.disable()  # what collecting brings in stays: `pytest_collection_finish` lets the collector in again

# processes that tests start find their modules compiled: each of some hundred would compile them anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one where nothing may be left out."""
    report = yield
    return _no_skip(report, item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    return _no_skip(report, collector.nodeid)


def _no_skip(report: Report, name: str) -> Report:
    if os.environ.get("LIENLAC_CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped where nothing may be skipped. {reason}"
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """What plays on whole nodes is marked by what it asks for, so that `./dev check` can leave it to `./dev test`."""
    if WHOLE.intersection(getattr(item, "fixturenames", ())):
        item.add_marker("whole")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first, so that two workers end together; within a file the order stays."""
    ranks: dict[Path, int] = {}
    for item in items:
        ranks[item.path] = min(_rank(item), ranks.get(item.path, len(LONG)))
    items.sort(key=lambda item: (item.path.name != LONGEST, ranks[item.path]))


def pytest_collection_finish() -> None:
    """What is there by now stays: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def _rank(item: pytest.Item) -> int:
    return min((LONG.index(mark.name) for mark in item.iter_markers() if mark.name in LONG), default=len(LONG))
