"""Sizes that a person can hold in the head: functions, files, folders. What is over stands in a list that must be true."""

from __future__ import annotations

import ast

from tests.architecture.house import PROJECT, SOURCE, listed, modules

FUNCTION_MAX_LINES = 70
FILE_MAX_LINES = 500
FOLDER_MAX_FILES = 10

KNOWN_LONG_FUNCTIONS: set[str] = {"src/lienlac/storage/migrations/versions/0001_the_first_tables.py::upgrade"}
KNOWN_LONG_FILES: set[str] = set()
KNOWN_FULL_FOLDERS: set[str] = {"src/lienlac/storage/migrations/versions"}
"""Recipes only become more."""


def test_functions() -> None:
    """At most 70 lines, docstring included; aim at 50."""
    found = {
        f"{module.place}::{node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_MAX_LINES
    }
    assert found == KNOWN_LONG_FUNCTIONS


def test_files() -> None:
    """At most 500 lines; aim at 300."""
    found = {module.place for module in modules() if module.text.count("\n") > FILE_MAX_LINES}
    assert found == KNOWN_LONG_FILES


def test_folders() -> None:
    """At most ten Python files besides `__init__.py`: more want a noun between them."""
    found = set()
    for folder in [SOURCE, *(path for path in SOURCE.rglob("*") if path.is_dir())]:
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        if len(files) > FOLDER_MAX_FILES:
            found.add(folder.relative_to(PROJECT).as_posix())
    assert found == KNOWN_FULL_FOLDERS


def test_every_file_says_what_it_is_for() -> None:
    """A file opens with a docstring; an `__init__.py` may be empty."""
    silent = [module.place for module in modules() if module.tree.body and not ast.get_docstring(module.tree)]
    assert not silent, listed(silent)


def test_no_file_is_named_after_nothing() -> None:
    """Names that say nothing gather everything."""
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core", "lib"}
    assert [module.place for module in modules() if module.path.stem in empty] == []
