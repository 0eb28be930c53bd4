"""Tells Vietnamese that lost its marks: every real sentence of the language carries some."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"\{[^}]*\}|%\([^)]*\)s|https?://\S+|`[^`]*`|<[^>]*>")
_BARE = re.compile(
    r"\b(khong|duoc|nguoi|thong diep|yeu cau|chua|doi tac|thoa thuan|bien nhan|chu ky|tai khoan|mat khau|thoi han|"
    r"hay|vui long|cua|nhung|truoc|dang nhap|tu choi|chap nhan)\b"
)
_HARMLESS_BARE = {"hay"}  # also written without marks when it is right


def lacks_diacritics(text: str) -> bool:
    """Whether a text of four words or more has hardly any marks, or holds a frequent word stripped of them."""
    plain = _NOISE.sub(" ", text)
    if set(_BARE.findall(plain.lower())) - _HARMLESS_BARE:
        return True
    letters = [letter for letter in plain if letter.isalpha()]
    if len(plain.split()) < 4 or not letters:
        return False
    marked = sum(letter in "đĐ" or unicodedata.normalize("NFD", letter) != letter for letter in letters)
    return marked / len(letters) < 0.1
