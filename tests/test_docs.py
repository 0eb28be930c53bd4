"""The documents cannot drift: reference pages come from the code, links lead somewhere, cited clauses exist."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest

from lienlac.cli.app import every_command
from lienlac.errors import catalogue
from lienlac.settings import Settings
from tests.architecture.house import PROJECT, listed, modules
from tests.vietnamese import lacks_diacritics
from tools import reference

DOCS = PROJECT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
CLAUSE = re.compile(r"^\*\*(\d+\.\d+)\b", re.MULTILINE)
CITED = re.compile(r"\bclauses?\s+(\d+(?:\.\d+)?)(?:(?:\s+(?:to|and)\s+|,\s+)(\d+\.\d+))?", re.IGNORECASE)
QUOTED = re.compile(r"(?:^|`)(?:\./dev run )?lienlac ((?:[a-z][a-z-]* ?)+)", re.MULTILINE)


def place(path: Path) -> str:
    """A page below the project."""
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("name", reference.PAGES)
def test_reference_says_what_the_code_says(name: str) -> None:
    path = reference.REFERENCE / f"{name}.md"
    assert path.exists(), "run ./dev docs"
    assert path.read_text(encoding="utf-8") == reference.render(name), "out of date: run ./dev docs"


def test_every_setting_is_explained() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} == set(reference.SETTINGS)


def test_every_error_code_is_documented() -> None:
    page = (reference.REFERENCE / "errors.md").read_text(encoding="utf-8")
    missing = [code for code in catalogue() if f"\n## {code}\n" not in page]
    assert not missing, listed(missing)


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    broken = []
    for plain, picture in LINK.findall(text):
        target, _, anchor = (plain or picture).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        page = (path.parent / target).resolve() if target else path
        if not page.exists():
            broken.append(f"{target} is not there")
        elif anchor and page.suffix == ".md" and anchor not in anchors(page):
            broken.append(f"{target}#{anchor} is not there")
    assert not broken, listed(broken)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def clauses() -> Counter[str]:
    """Every numbered clause of the protocol."""
    return Counter(
        number
        for path in sorted((DOCS / "protocol").glob("*.md"))
        for number in CLAUSE.findall(path.read_text("utf-8"))
    )


def test_clauses_are_numbered_once_and_without_gaps() -> None:
    found = clauses()
    assert [number for number, count in found.items() if count > 1] == []
    for section in {number.split(".")[0] for number in found}:
        own = sorted(int(number.split(".")[1]) for number in found if number.split(".")[0] == section)
        assert own == list(range(1, len(own) + 1)), section


def test_cited_clauses_exist() -> None:
    """Code cites `clause 6.8`; sections alone (`clauses 5`) must at least exist."""
    known = set(clauses())
    sections = {number.split(".")[0] for number in known}
    broken = [
        f"{module.place} cites {number}"
        for module in modules()
        for numbers in CITED.findall(module.text)
        for number in filter(None, numbers)
        if number not in known and number not in sections
    ]
    assert not broken, listed(broken)


def test_the_glossary_is_complete() -> None:
    """Each row has both languages, and the Vietnamese has its marks."""
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    words = [row for row in rows if set(row[0]) != {"-"} and row[0] != "English"]
    assert len(words) > 50
    assert all(len(row) == 4 and row[0] and row[1] for row in words)
    assert not [row for row in words if lacks_diacritics(row[1])]


def test_decisions_are_whole() -> None:
    """Each record has its parts and ends with how we check."""
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in records]
    assert numbers == [f"{number:04}" for number in range(len(records))]
    for path in records:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["What was the question", "What we do", "What else was possible", "How we check"], path.name


def test_quoted_commands_exist() -> None:
    """What a page tells people to type is a command of the program."""
    known = set(every_command())
    broken = []
    for path in PAGES:
        for quoted in QUOTED.findall(path.read_text(encoding="utf-8")):
            words = quoted.split()
            if words and " ".join(words[:2]) not in known and words[0] not in known:
                broken.append(f"{place(path)}: lienlac {quoted}")
    assert not broken, listed(broken)


def test_the_protocol_needs_two_owners() -> None:
    """Whoever changes what travels, or how it is protected, needs two others."""
    lines = (PROJECT / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    owners = {parts[0]: parts[1:] for line in lines if (parts := line.split()) and not line.startswith("#")}
    for folder in ("/src/lienlac/wire/", "/src/lienlac/keys/", "/docs/protocol/"):
        assert len(set(owners[folder])) >= 2, folder
