"""Reads the source as it stands: every module of the program, what it imports, calls and defines.

The one helper of the architecture tests. It parses files and never imports them, so a broken module cannot hide.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src" / "lienlac"


@dataclass(frozen=True)
class Import:
    """One imported module. `deferred` when only the type checker follows it."""

    name: str
    line: int
    deferred: bool


@dataclass(frozen=True)
class Module:
    """One file of the program."""

    path: Path
    tree: ast.Module
    text: str

    @property
    def name(self) -> str:
        """Dotted name below `lienlac`, without it: `wire.message`; the package itself is ``."""
        parts = self.path.relative_to(SOURCE).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def place(self) -> str:
        """Path below the project, as it is shown."""
        return self.path.relative_to(PROJECT).as_posix()

    @property
    def imports(self) -> list[Import]:
        """Every import with its full dotted name; `from a import b` counts as `a.b` when that is a module."""
        return _imports(self.path)


@functools.cache
def modules() -> list[Module]:
    """Every Python file of the program, in order."""
    return [_read(path) for path in sorted(SOURCE.rglob("*.py"))]


@functools.cache
def names() -> frozenset[str]:
    """Every module and package of the program, by dotted name below `lienlac`."""
    return frozenset(module.name for module in modules())


def inside(name: str) -> str | None:
    """The dotted name below `lienlac` of an imported name, or None when it is somebody else's."""
    if name == "lienlac":
        return ""
    return name.removeprefix("lienlac.") if name.startswith("lienlac.") else None


def listed(findings: list[str]) -> str:
    """Findings one below the other, for a failed assertion."""
    return "\n  " + "\n  ".join(findings)


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, ast.parse(text, str(path)), text)


@functools.cache
def _imports(path: Path) -> list[Import]:
    tree = _read(path).tree
    deferred = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, id(node) in deferred) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            base = node.module or ""
            found += [Import(_target(base, alias.name), node.lineno, id(node) in deferred) for alias in node.names]
    return found


def _target(base: str, name: str) -> str:
    whole = f"{base}.{name}"
    below = inside(whole)
    if below is None:
        return whole if base in ("importlib", "urllib", "concurrent", "os", "http") else base
    path = SOURCE.joinpath(*below.split("."))
    return whole if path.with_suffix(".py").exists() or (path / "__init__.py").exists() else base
