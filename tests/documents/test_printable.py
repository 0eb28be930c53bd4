"""Whatever comes from anywhere can be printed, and nothing of it vanishes or acts."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from lienlac.documents.desk import typefaces
from lienlac.documents.printable import BREAK, MARKS_MAX, WORD_MAX, all_printable, printable
from lienlac.documents.typeface import letters_of

_VOWELS = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LOWER = "bcdđghklmnpqrstvx" + "".join(
    unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES
)
VIETNAMESE = _LOWER + _LOWER.upper()
COVERED = letters_of((typefaces() / "BeVietnamPro-Regular.ttf").read_bytes())
NUMBER = re.compile(r"\[U\+([0-9A-F]{4,6})\]")


@given(st.text(max_size=200))
def test_only_letters_of_the_typeface_are_left(text: str) -> None:
    shown = printable(text, COVERED)
    assert all(ord(letter) in COVERED or letter in "\n\u200b" for letter in shown)


@given(st.text(alphabet=st.characters(exclude_characters="[]\r\t", exclude_categories=("Zs", "Cs")), max_size=100))
def test_nothing_is_lost(text: str) -> None:
    """Numbers read back give the very text."""
    shown = printable(text, COVERED, breaks=False)
    back = NUMBER.sub(lambda found: chr(int(found[1], 16)), shown)
    assert unicodedata.normalize("NFC", back) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet="aWđ.", max_size=500))
def test_no_word_is_longer_than_a_line(text: str) -> None:
    assert all(len(word) <= WORD_MAX for word in re.split(f"[\\s{BREAK}]", printable(text, COVERED)))


def test_every_cut_has_every_vietnamese_letter() -> None:
    for cut in ("Regular", "SemiBold", "Bold", "Italic"):
        letters = letters_of((typefaces() / f"BeVietnamPro-{cut}.ttf").read_bytes())
        assert letters == COVERED
        assert {ord(letter) for letter in VIETNAMESE} <= letters


def test_what_turns_or_hides_stands_there_by_its_number() -> None:
    assert printable("a\u202etxt.exe\u202c\u200b\ufeff\x00", COVERED, breaks=False) == (
        "a[U+202E]txt.exe[U+202C][U+200B][U+FEFF][U+0000]"
    )
    assert printable("中文 ไทย", COVERED) == "[U+4E2D][U+6587] [U+0E44][U+0E17][U+0E22]"


def test_marks_are_not_piled_up_over_other_lines() -> None:
    shown = printable("x" + "\u0300" * 50, COVERED, breaks=False)
    assert shown.count("\u0300") == MARKS_MAX
    assert shown.count("[U+0300]") == 50 - MARKS_MAX


def test_decomposed_vietnamese_is_composed() -> None:
    assert printable(unicodedata.normalize("NFD", "Đặng Thị Hồng"), COVERED) == "Đặng Thị Hồng"


def test_digests_stay_in_one_piece() -> None:
    digest = "a" * 64
    assert all_printable({"style": "mono", "text": digest}, COVERED)["text"] == digest
    assert BREAK in all_printable({"style": "plain", "text": digest}, COVERED)["text"]
    assert BREAK in all_printable({"style": "mono", "text": digest * 2}, COVERED)["text"]


def test_a_number_is_never_broken() -> None:
    assert set(NUMBER.sub("", printable("\u202e" * 100, COVERED))) == {BREAK}


def test_what_says_nothing_stays_silent_and_lines_of_a_name_stay_lines() -> None:
    value = {"block": "heading", "code": "", "text": {"vi": "Nơi nhận", "en": " \n "}}
    assert all_printable(value, COVERED) == {"block": "heading", "code": "", "text": {"vi": "Nơi nhận", "en": "–"}}
    row = {"label": "x" * 400, "note": "UN 42: custodian\nETSI TS 103 120: CSPID"}
    shown = all_printable(row, COVERED)
    assert shown["note"] == row["note"]
    assert len(shown["label"].replace(BREAK, "")) == 300
    assert all_printable({"note": ""}, COVERED) == {"note": ""}
