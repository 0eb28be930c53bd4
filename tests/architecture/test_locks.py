"""What is installed is pinned, hashed, and named without saying where it comes from or where it was made."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.house import PROJECT, inside, listed, modules

LOCKS = {"runtime": ("documents",), "development": ("apprise", "documents", "misp", "test", "lint", "build")}
PACKAGE_OF = {
    "argon2": "argon2-cffi",
    "jwt": "pyjwt",
    "stdnum": "python-stdnum",
    "fontpkg_be_vietnam_pro": "fontpkg-be-vietnam-pro",
    "zxingcpp": "zxing-cpp",
    "PIL": "pillow",
    "python_calamine": "python-calamine",
    "Crypto": "pycryptodome",
    "stix2patterns": "stix2-patterns",
    "antlr4": "stix2-patterns",
    "misp_stix_converter": "misp-stix",
}
"""Packages whose import has another name."""
USED_BY_NAME = {
    "stix2-validator": "lienlac.stix.schemas reads the files that it carries",
    "psycopg": "SQLAlchemy loads it for a PostgreSQL address",
    "httptools": "uvicorn loads it by its name in the configuration",
    "uvloop": "likewise",
}
COMING: set[str] = set()
"""Pinned ahead of what will use them: each leaves this list when it is first imported."""
EXTRAS = {
    "apprise": "apprise",
    "typst": "documents",
    "fontpkg-be-vietnam-pro": "documents",
    "pymisp": "misp",
    "misp-stix": "misp",
}
"""Packages that the program imports only where the extra of that name is installed."""
ADDRESS = re.compile(
    r"https?:|ftp:|file:|git\+|://|--?(index|extra-index|find-links|trusted-host)|^\s*-[a-z]", re.MULTILINE
)
FOREIGN_PATH = re.compile(r"(?<![\w.$}~-])/(home|root|work|opt|mnt|Users|private)(/|\b)")
PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==([^\s;\\]+)", re.MULTILINE)


def lock(name: str) -> str:
    """The text of a lock file."""
    return (PROJECT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    """What a lock file pins."""
    return {canonicalize_name(package): version for package, version in PIN.findall(lock(name))}


@pytest.mark.parametrize("name", LOCKS)
def test_no_addresses(name: str) -> None:
    assert not ADDRESS.search(lock(name))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", lock(name).strip())
    bare = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not bare, listed(bare)


@pytest.mark.parametrize("name", LOCKS)
def test_pins_fit_what_is_asked_for(name: str) -> None:
    """The quick half of `./dev lock --check`: needs no network."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in LOCKS[name]:
        wanted += project["optional-dependencies"][extra]
    pinned = pins(name)
    wrong = [
        text
        for text in wanted
        if (version := pinned.get(canonicalize_name(Requirement(text).name))) is None
        or not Requirement(text).specifier.contains(version, prereleases=True)
    ]
    assert not wrong, listed(wrong)


def test_what_is_imported_is_asked_for() -> None:
    """Nobody leans on a package that came along with another."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]} | set(EXTRAS)
    guilty = [
        f"{module.place}:{imported.line} imports {top}"
        for module in modules()
        for imported in module.imports
        if inside(imported.name) is None
        and (top := imported.name.partition(".")[0]) not in sys.stdlib_module_names
        and canonicalize_name(PACKAGE_OF.get(top, top)) not in asked
    ]
    assert not guilty, listed(guilty)


def test_extras_are_offered_under_their_names() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for package, extra in EXTRAS.items():
        assert package in {Requirement(text).name for text in project["optional-dependencies"][extra]}


def test_what_is_asked_for_is_used() -> None:
    """A package that nothing imports is weight and risk."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    imported = {name.name.partition(".")[0] for module in modules() for name in module.imports}
    used = {canonicalize_name(PACKAGE_OF.get(top, top)) for top in imported} | set(USED_BY_NAME)
    assert not used & COMING, "no longer awaited"
    used |= COMING
    idle = [text for text in project["dependencies"] if canonicalize_name(Requirement(text).name) not in used]
    assert not idle, listed(idle)


def test_development_holds_the_runtime() -> None:
    """What is tested is what runs."""
    runtime, development = pins("runtime"), pins("development")
    different = [package for package in runtime if development.get(package) != runtime[package]]
    assert not different, listed(different)


def test_the_project_names_no_machine() -> None:
    """No file holds a path that exists on one person's machine only."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("not a git clone")
    guilty = []
    for place in filter(None, tracked.stdout.split("\0")):
        path = PROJECT / place
        if (
            not path.is_file()
            or path.suffix in {".woff2", ".png", ".mo", ".ico", ".ttf", ".gz"}
            or "vendor" in path.parts
        ):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FOREIGN_PATH.search(line):
                guilty.append(f"{place}:{number} {line.strip()[:100]}")
    assert not guilty, listed(guilty)
