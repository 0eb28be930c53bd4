"""The catalogue of error codes: complete in both languages, filled where raised, and with no code too many."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter

import pytest

from lienlac.errors import NotAllowed, Refused, catalogue
from tests.architecture.house import listed, modules
from tests.vietnamese import lacks_diacritics

CODES = sorted(catalogue())
FAMILIES = {"Refused": "refused", "NotAllowed": "not-allowed"}
OWN_ARGUMENTS = {"field", "retry"}


def raised() -> list[tuple[str, str, str, set[str] | None]]:
    """Place, class, code and names of details of every error made with a literal code; None: details not literal."""
    found = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in FAMILIES and node.args):
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                given = {keyword.arg or "**" for keyword in node.keywords}
                details = None if "**" in given else given - OWN_ARGUMENTS
                name = ast.unparse(node.func).split(".")[-1]
                found.append((f"{module.place}:{node.lineno}", name, code.value, details))
    return found


def places(sentence: str) -> set[str]:
    """The names that a sentence has filled in."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", CODES)
def test_an_entry_is_whole(code: str) -> None:
    entry = catalogue()[code]
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", code)
    assert set(entry) == {"family", "en", "vi"}
    assert entry["family"] in {"refused", "not-allowed"}
    assert places(entry["en"]) == places(entry["vi"])
    for language in ("en", "vi"):
        assert entry[language].strip() == entry[language]
        assert len(entry[language]) <= 300
    assert not lacks_diacritics(entry["vi"])
    assert entry["vi"] != entry["en"]


def test_every_raised_code_is_explained() -> None:
    guilty = [f"{place} raises {code}" for place, _, code, _ in raised() if code not in catalogue()]
    assert not guilty, listed(guilty)


def test_every_explained_code_is_raised() -> None:
    """A code counts as used when it stands anywhere in the program as a literal."""
    said = Counter(
        node.value
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    idle = [code for code in CODES if not said[code]]
    assert not idle, listed(idle)


def test_blame_is_one_and_the_same() -> None:
    """A code belongs to one family: whoever reads it knows on which side to look."""
    guilty = [
        f"{place} raises {name}({code!r}), the catalogue says {catalogue()[code]['family']}"
        for place, name, code, _ in raised()
        if code in catalogue() and catalogue()[code]["family"] != FAMILIES[name]
    ]
    assert not guilty, listed(guilty)


def test_sentences_are_filled() -> None:
    """Wherever a code is raised, every place of its sentence is given."""
    guilty = [
        f"{place} raises {code} without {', '.join(sorted(missing))}"
        for place, _, code, details in raised()
        if code in catalogue() and details is not None and (missing := places(catalogue()[code]["en"]) - details)
    ]
    assert not guilty, listed(guilty)


def test_an_unknown_code_shows_itself() -> None:
    assert Refused("no-such-code").sentence("vi") == "no-such-code"


def test_an_unfilled_place_can_still_be_read() -> None:
    code = next((code for code in CODES if places(catalogue()[code]["en"])), None)
    assert code is not None
    assert "{" not in NotAllowed(code).sentence("en")
