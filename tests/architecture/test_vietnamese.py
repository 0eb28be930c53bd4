"""The house's Vietnamese: one way to place tone marks, the glossary's words, nobody addressed as a friend."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

import lienlac

SOURCE = Path(lienlac.__file__).parent
OLD_TONES = re.compile(r"(óa|òa|ỏa|õa|ọa|óe|òe|ỏe|õe|ọe|(?<!q)(úy|ùy|ủy|ũy|ụy))(?![^\W\d_])", re.IGNORECASE)
"""`khóa` for `khoá`: both are read, one is written here. `quý` is right either way."""
AVOIDED = {
    r"bên kia|phía ta|của ta\b": "đối tác, nút này",
    r"đồng chí|(?<!kết )\bbạn\b(?! bè)|quý vị": "nobody is addressed; the sentence says what to do",
    r"khoá truy cập|\btoken\b": "mã truy cập",
    r"quản trị viên": "người quản trị",
    r"\bthư mời\b|tệp mời": "giấy mời",
    r"nạn nhân": "bị hại",
    r"\btạm ngừng\b": "tạm dừng",
    r"\bthiết đặt\b": "thiết lập",
    r"\b(server|ticket|user|click|login|password|online banking)\b": "a Vietnamese word",
}
"""Words that the glossary replaces, and by what."""
QUOTED = re.compile(r"`[^`]*`|\{[^}]*\}|%\([^)]*\)s|--[a-z-]+|lienlac [a-z -]+|https?://\S+|[A-Z]+_[A-Z_]+")


def vietnamese_of(value: Any) -> Iterator[str]:
    """The Vietnamese of a data file: `vi…` keys, and the second of each pair."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"vi", "note_vi"} and isinstance(inner, str):
                yield inner
            elif not isinstance(inner, str):
                yield from vietnamese_of(inner)
    elif isinstance(value, list):
        if len(value) == 2 and all(isinstance(one, str) for one in value):
            yield value[1]
        else:
            for one in value:
                yield from vietnamese_of(one)


def texts() -> Iterator[tuple[str, str]]:
    for file in sorted(SOURCE.rglob("*.toml")):
        for text in vietnamese_of(tomllib.loads(file.read_text(encoding="utf-8"))):
            yield file.name, text
    with (SOURCE / "ui" / "locale" / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as catalogue:
        for message in read_po(catalogue, locale="vi"):
            if message.id:
                said = message.string
                yield "messages.po", said if isinstance(said, str) else next(iter(said or ()), "")


def test_there_is_vietnamese_to_look_at() -> None:
    assert len(list(texts())) > 1_200


def test_tone_marks_stand_where_the_house_puts_them() -> None:
    wrong = [f"{name}: {text}" for name, text in texts() if OLD_TONES.search(text)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("pattern", AVOIDED)
def test_words_of_the_glossary_are_used(pattern: str) -> None:
    wrong = [f"{name}: {text}" for name, text in texts() if re.search(pattern, QUOTED.sub(" ", text), re.IGNORECASE)]
    assert not wrong, f"{AVOIDED[pattern]}:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "old"), [("khóa", True), ("khoá", False), ("hoàn", False), ("quý", False), ("huỷ", False), ("hủy", True)]
)
def test_the_rule_tells_old_from_new(text: str, old: bool) -> None:
    assert bool(OLD_TONES.search(text)) is old
