"""Countries by name: every code that a form takes, in both languages; an unknown one is shown as it is."""

from __future__ import annotations

import runpy
import unicodedata
from pathlib import Path

import pytest

from lienlac.identifiers import banks
from lienlac.vocabulary import countries, country


def test_every_country_that_may_be_named_has_a_name_in_both_languages() -> None:
    assert set(countries.codes()) == banks._countries()  # the one list of codes there is
    for word in countries:
        for name in (word.vi, word.en):
            assert name.strip() == unicodedata.normalize("NFC", name) != word.code
    for language in ("vi", "en"):
        names = [word.label(language) for word in countries]
        assert len(set(names)) == len(names)


def test_the_names_are_those_of_the_library() -> None:
    """The list is made by `./dev messages`; written by hand it would be one more to keep."""
    tools = Path(__file__).resolve().parents[2] / "tools"
    made = runpy.run_path(str(tools / "messages.py"), run_name="tools")
    assert made["COUNTRIES"].read_text(encoding="utf-8") == made["countries"]()


@pytest.mark.parametrize(
    ("code", "language", "name", "whole"),
    [
        ("VN", "vi", "Việt Nam", "Việt Nam (VN)"),
        ("KH", "en", "Cambodia", "Cambodia (KH)"),
        ("KH", "vi", "Campuchia", "Campuchia (KH)"),
        ("US", "vi", "Hoa Kỳ", "Hoa Kỳ (US)"),
        ("ZZ", "vi", "ZZ", "ZZ"),
        ("vn", "en", "vn", "vn"),
        ("", "vi", "", ""),
    ],
)
def test_countries_are_named_in_the_readers_language(code: str, language: str, name: str, whole: str) -> None:
    assert countries.label(code, language) == name  # type: ignore[arg-type]  # the two languages
    assert country(code, language) == whole  # type: ignore[arg-type]  # likewise
